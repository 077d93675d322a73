"""when a cry was written, duty and leave of health workers, and test alerts

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('cry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('written_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'duty',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('starts', sa.DateTime(timezone=True), nullable=False),
        sa.Column('ends', sa.DateTime(timezone=True), nullable=False),
        sa.Column('set_by', sa.Integer(), nullable=True),
        sa.Column('set_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_duty_person_id'),
        sa.ForeignKeyConstraint(['set_by'], ['person.id'], name='fk_duty_set_by'),
        sa.PrimaryKeyConstraint('id', name='pk_duty'),
    )
    op.create_index('ix_duty_person_id', 'duty', ['person_id'])
    op.create_index('ix_duty_kind_ends', 'duty', ['kind', 'ends'])
    op.create_table(
        'alert_test',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('month', sa.String(length=7), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_alert_test_person_id'),
        sa.PrimaryKeyConstraint('id', name='pk_alert_test'),
        sa.UniqueConstraint('person_id', 'month', name='uq_alert_test_person_id_month'),
    )


def downgrade() -> None:
    op.drop_table('alert_test')
    op.drop_table('duty')
    with op.batch_alter_table('cry', schema=None) as batch_op:
        batch_op.drop_column('written_at')
