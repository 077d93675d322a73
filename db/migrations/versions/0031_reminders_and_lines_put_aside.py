"""who had a foster parent reminded, and lines that a coordinator has put aside

Of reminders that were sent before, nobody knows who asked for them.

Revision ID: 0031
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None

WHY = ('ditelepon', 'dinas', 'keluarga', 'dicarikan', 'lain')


def upgrade() -> None:
    op.create_table(
        'reminding',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('foster_id', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('outgoing_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_reminding_by_id')),
        sa.ForeignKeyConstraint(['foster_id'], ['person.id'], name=op.f('fk_reminding_foster_id')),
        sa.ForeignKeyConstraint(
            ['outgoing_id'], ['outgoing.id'], name=op.f('fk_reminding_outgoing_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reminding')),
        sa.UniqueConstraint('outgoing_id', name=op.f('uq_reminding_outgoing_id')),
    )
    op.create_index(op.f('ix_reminding_foster_id_at'), 'reminding', ['foster_id', 'at'])
    op.create_table(
        'set_aside',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('coordinator_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('why', sa.Enum(*WHY, name='why', native_enum=False, length=12), nullable=False),
        sa.Column('words', sa.String(length=200), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until', sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(['coordinator_id'], ['person.id'], name=op.f('fk_set_aside_coordinator_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_set_aside')),
        sa.UniqueConstraint(
            'coordinator_id', 'kind', 'subject_id', name=op.f('uq_set_aside_coordinator_id_kind_subject_id')
        ),
    )


def downgrade() -> None:
    op.drop_table('set_aside')
    op.drop_index(op.f('ix_reminding_foster_id_at'), table_name='reminding')
    op.drop_table('reminding')
