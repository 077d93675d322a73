"""news of an end that waits for a second person

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'told_ending',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('child_id', sa.Integer(), nullable=True),
        sa.Column('pregnancy_id', sa.Integer(), nullable=True),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('told_by', sa.Integer(), nullable=False),
        sa.Column('asked_again_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('is_true', sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name='fk_told_ending_child_id'),
        sa.ForeignKeyConstraint(['pregnancy_id'], ['pregnancy.id'], name='fk_told_ending_pregnancy_id'),
        sa.ForeignKeyConstraint(['told_by'], ['person.id'], name='fk_told_ending_told_by'),
        sa.ForeignKeyConstraint(['decided_by'], ['person.id'], name='fk_told_ending_decided_by'),
        sa.PrimaryKeyConstraint('id', name='pk_told_ending'),
    )
    op.create_index('ix_told_ending_child_id', 'told_ending', ['child_id'])
    op.create_index('ix_told_ending_pregnancy_id', 'told_ending', ['pregnancy_id'])
    op.create_index('ix_told_ending_decided_at_at', 'told_ending', ['decided_at', 'at'])


def downgrade() -> None:
    op.drop_table('told_ending')
