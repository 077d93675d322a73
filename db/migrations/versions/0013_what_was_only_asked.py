"""the words of a cry, for the question that it may turn out to be

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('said', sa.Text(), nullable=False, server_default=''))


def downgrade() -> None:
    with op.batch_alter_table('cry', schema=None) as batch_op:
        batch_op.drop_column('said')
