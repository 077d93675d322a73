"""the sex of staff, by which they are addressed

Nothing is known of who is stored already, but by the NIP, which is read where somebody is addressed
(programme.names): the next workbook tells it.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('person', sa.Column('sex', sa.String(length=1), nullable=True))


def downgrade() -> None:
    op.drop_column('person', 'sex')  # not by a batch: SQLite would make the table anew, which others refer to
