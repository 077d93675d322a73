"""the number and the opening hours of each puskesmas

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('health_centre', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('hours', sa.String(length=400), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('health_centre', schema=None) as batch_op:
        batch_op.drop_column('hours')
        batch_op.drop_column('phone')
