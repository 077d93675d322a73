"""the way of a referral, step by step, and how the fostering of a child ended

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.add_column(sa.Column('state', sa.String(length=16), nullable=False, server_default='sent'))
    op.execute("UPDATE referral SET state = 'accepted' WHERE accepted_at IS NOT NULL")
    op.execute("UPDATE referral SET state = 'closed' WHERE closed_at IS NOT NULL")
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.alter_column('state', existing_type=sa.String(length=16), server_default=None)

    op.create_table('referral_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('referral_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('detail', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_referral_step_person_id')),
    sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_referral_step_referral_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral_step'))
    )
    with op.batch_alter_table('referral_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referral_step_referral_id'), ['referral_id'], unique=False)

    op.create_table('ending',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('child_id', sa.Integer(), nullable=True),
    sa.Column('pregnancy_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_ending_child_id')),
    sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name=op.f('fk_ending_entered_by')),
    sa.ForeignKeyConstraint(['pregnancy_id'], ['pregnancy.id'], name=op.f('fk_ending_pregnancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ending'))
    )
    with op.batch_alter_table('ending', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ending_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ending_kind_ended_on'), ['kind', 'ended_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_ending_pregnancy_id'), ['pregnancy_id'], unique=False)


def downgrade() -> None:
    op.drop_table('ending')
    op.drop_table('referral_step')
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.drop_column('state')
