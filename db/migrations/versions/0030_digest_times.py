"""the hour and the days of a coordinator's digest, and what the last one said

Nobody has chosen anything yet: the digest comes as the programme has it.

Revision ID: 0030
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'digest_time',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('hour', sa.Integer(), nullable=True),
        sa.Column(
            'days', sa.Enum('daily', 'workdays', 'weekly', name='digestdays', native_enum=False, length=12),
            nullable=False,
        ),
        sa.Column('told_on', sa.Date(), nullable=True),
        sa.Column('told', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_digest_time_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_time')),
        sa.UniqueConstraint('person_id', name=op.f('uq_digest_time_person_id')),
    )


def downgrade() -> None:
    op.drop_table('digest_time')
