"""letters of coordinators and their answers

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'letter',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('writer_id', sa.Integer(), nullable=False),
        sa.Column('receiver_id', sa.Integer(), nullable=False),
        sa.Column('answers_id', sa.Integer(), nullable=True),
        sa.Column('child_id', sa.Integer(), nullable=True),
        sa.Column('pregnancy_id', sa.Integer(), nullable=True),
        sa.Column('referral_id', sa.Integer(), nullable=True),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outgoing_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['answers_id'], ['letter.id'], name=op.f('fk_letter_answers_id')),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_letter_child_id')),
        sa.ForeignKeyConstraint(
            ['outgoing_id'], ['outgoing.id'], name=op.f('fk_letter_outgoing_id'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(['pregnancy_id'], ['pregnancy.id'], name=op.f('fk_letter_pregnancy_id')),
        sa.ForeignKeyConstraint(['receiver_id'], ['person.id'], name=op.f('fk_letter_receiver_id')),
        sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name=op.f('fk_letter_referral_id')),
        sa.ForeignKeyConstraint(['writer_id'], ['person.id'], name=op.f('fk_letter_writer_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_letter')),
    )
    op.create_index(op.f('ix_letter_at'), 'letter', ['at'])
    op.create_index(op.f('ix_letter_outgoing_id'), 'letter', ['outgoing_id'])
    op.create_index(op.f('ix_letter_receiver_id_writer_id_at'), 'letter', ['receiver_id', 'writer_id', 'at'])


def downgrade() -> None:
    op.drop_table('letter')
