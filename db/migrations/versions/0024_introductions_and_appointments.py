"""visits that are arranged, numbers that are shared, and the landmark of a house

Nothing of this is known of families that are stored already: no landmark, no number shared, nothing arranged.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('family', sa.Column('landmark', sa.String(length=120), nullable=False, server_default=''))
    op.create_table(
        'appointment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('family_id', sa.Integer(), nullable=False),
        sa.Column('foster_id', sa.Integer(), nullable=False),
        sa.Column('visitor_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('options', sa.JSON(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('day', sa.Date(), nullable=True),
        sa.Column('turn', sa.Integer(), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('why', sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(['family_id'], ['family.id'], name='fk_appointment_family_id'),
        sa.ForeignKeyConstraint(['foster_id'], ['person.id'], name='fk_appointment_foster_id'),
        sa.ForeignKeyConstraint(['visitor_id'], ['person.id'], name='fk_appointment_visitor_id'),
        sa.PrimaryKeyConstraint('id', name='pk_appointment'),
    )
    op.create_index('ix_appointment_family_id_state', 'appointment', ['family_id', 'state'])
    op.create_index('ix_appointment_visitor_id_state', 'appointment', ['visitor_id', 'state'])
    op.create_table(
        'shared_number',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('family_id', sa.Integer(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('shared_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_shared_number_person_id'),
        sa.ForeignKeyConstraint(['family_id'], ['family.id'], name='fk_shared_number_family_id'),
        sa.PrimaryKeyConstraint('id', name='pk_shared_number'),
        sa.UniqueConstraint('person_id', 'family_id', name='uq_shared_number_person_id_family_id'),
    )
    op.create_index('ix_shared_number_family_id', 'shared_number', ['family_id'])


def downgrade() -> None:
    op.drop_table('shared_number')
    op.drop_table('appointment')
    op.drop_column('family', 'landmark')  # not by a batch: SQLite would make the table anew, which others refer to
