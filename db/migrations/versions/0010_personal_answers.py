"""which answers of a visit may say who somebody is

Visits that were filed before have the names of the four questions of that time.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

OF_THAT_TIME = '["notes", "photo", "place", "aid_amount"]'


def upgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('personal', sa.JSON(), nullable=False, server_default=OF_THAT_TIME))
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.alter_column('personal', existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_column('personal')
