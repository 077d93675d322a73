"""danger that somebody wrote of, and referrals about a family or about nobody who is known

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.add_column(sa.Column('family_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('urgent_since', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key('fk_referral_family_id', 'family', ['family_id'], ['id'])
        batch_op.create_index('ix_referral_family_id', ['family_id'])
    op.create_table(
        'cry',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('address_id', sa.Integer(), nullable=True),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('family_id', sa.Integer(), nullable=True),
        sa.Column('child_id', sa.Integer(), nullable=True),
        sa.Column('pregnancy_id', sa.Integer(), nullable=True),
        sa.Column('referral_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('signs', sa.JSON(), nullable=False),
        sa.Column('words', sa.JSON(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('phone', sa.String(length=20), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(['address_id'], ['address.id'], name='fk_cry_address_id', ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_cry_person_id'),
        sa.ForeignKeyConstraint(['family_id'], ['family.id'], name='fk_cry_family_id'),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name='fk_cry_child_id'),
        sa.ForeignKeyConstraint(['pregnancy_id'], ['pregnancy.id'], name='fk_cry_pregnancy_id'),
        sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name='fk_cry_referral_id'),
        sa.PrimaryKeyConstraint('id', name='pk_cry'),
    )
    op.create_index('ix_cry_address_id', 'cry', ['address_id'])
    op.create_index('ix_cry_family_id', 'cry', ['family_id'])
    op.create_index('ix_cry_referral_id', 'cry', ['referral_id'])
    op.create_index('ix_cry_state_at', 'cry', ['state', 'at'])


def downgrade() -> None:
    op.drop_table('cry')
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.drop_index('ix_referral_family_id')
        batch_op.drop_constraint('fk_referral_family_id', type_='foreignkey')
        batch_op.drop_column('urgent_since')
        batch_op.drop_column('family_id')
