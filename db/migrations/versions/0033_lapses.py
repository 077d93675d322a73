"""lapses of visits that coordinators were told of

Revision ID: 0033
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0031'
branch_labels = None
depends_on = None

SCOPES = ('', 'opd', 'kelurahan', 'kecamatan', 'kota', 'posyandu', 'puskesmas')


def upgrade() -> None:
    op.create_table(
        'lapse',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('scope', sa.Enum(*SCOPES, name='scopekind', native_enum=False, length=16), nullable=False),
        sa.Column('scope_id', sa.Integer(), nullable=False),
        sa.Column('why', sa.Enum('fell', 'silent', name='lapsewhy', native_enum=False, length=8), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column('usual', sa.Integer(), nullable=False),
        sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ended_on', sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lapse')),
    )
    op.create_index(op.f('ix_lapse_scope_scope_id_week'), 'lapse', ['scope', 'scope_id', 'week'], unique=True)


def downgrade() -> None:
    op.drop_index(op.f('ix_lapse_scope_scope_id_week'), table_name='lapse')
    op.drop_table('lapse')
