"""a measurement may repeat another

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('measurement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('repeats', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_measurement_repeats'), 'measurement', ['repeats'], ['id'])
        batch_op.create_index(batch_op.f('ix_measurement_repeats'), ['repeats'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('measurement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measurement_repeats'))
        batch_op.drop_constraint(batch_op.f('fk_measurement_repeats'), type_='foreignkey')
        batch_op.drop_column('repeats')
