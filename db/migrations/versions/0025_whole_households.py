"""codes by which one more person joins a family, and visits to couples

Nothing is known of stored visits but by children and pregnancies: none was to a couple.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'household_entry',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.Column('family_id', sa.Integer(), nullable=False),
        sa.Column('made_by', sa.Integer(), nullable=True),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('used_by', sa.String(length=180), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('relation', sa.String(length=16), nullable=False),
        sa.Column('text_id', sa.Integer(), nullable=True),
        sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['family_id'], ['family.id'], name='fk_household_entry_family_id'),
        sa.ForeignKeyConstraint(['made_by'], ['person.id'], name='fk_household_entry_made_by'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_household_entry_person_id'),
        sa.ForeignKeyConstraint(['settled_by'], ['person.id'], name='fk_household_entry_settled_by'),
        sa.ForeignKeyConstraint(['text_id'], ['consent_text.id'], name='fk_household_entry_text_id'),
        sa.PrimaryKeyConstraint('id', name='pk_household_entry'),
        sa.UniqueConstraint('code_hash', name='uq_household_entry_code_hash'),
    )
    op.create_index('ix_household_entry_family_id_state', 'household_entry', ['family_id', 'state'])
    op.create_index('ix_household_entry_person_id', 'household_entry', ['person_id'])
    key = sa.ForeignKey('wedding.id', name='fk_visit_wedding_id')
    op.add_column('visit', sa.Column('wedding_id', sa.Integer(), key, nullable=True), inline_references=True)
    op.create_index('ix_visit_wedding_id', 'visit', ['wedding_id'])


def downgrade() -> None:
    """Raises ValueError where couples were visited: their visits would be about nobody."""
    if op.get_bind().scalar(sa.text("SELECT 1 FROM visit WHERE wedding_id IS NOT NULL")):
        raise ValueError("couples were visited; without the column their visits would be about nobody")
    op.drop_index('ix_visit_wedding_id', 'visit')
    op.drop_column('visit', 'wedding_id')
    op.drop_table('household_entry')
