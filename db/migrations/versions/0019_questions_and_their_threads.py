"""questions of families and ASN, the lines of their threads, and the messages that carried them

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'question',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('role', sa.String(length=16), nullable=False),
        sa.Column('family_id', sa.Integer(), nullable=True),
        sa.Column('child_id', sa.Integer(), nullable=True),
        sa.Column('pregnancy_id', sa.Integer(), nullable=True),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True),
        sa.Column('counted_from', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_by', sa.Integer(), nullable=True),
        sa.Column('responsible_id', sa.Integer(), nullable=True),
        sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('late_told_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('referral_id', sa.Integer(), nullable=True),
        sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('closed_by', sa.Integer(), nullable=True),
        sa.Column('closed_why', sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_question_person_id'),
        sa.ForeignKeyConstraint(['family_id'], ['family.id'], name='fk_question_family_id'),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name='fk_question_child_id'),
        sa.ForeignKeyConstraint(['pregnancy_id'], ['pregnancy.id'], name='fk_question_pregnancy_id'),
        sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name='fk_question_answered_by'),
        sa.ForeignKeyConstraint(['responsible_id'], ['person.id'], name='fk_question_responsible_id'),
        sa.ForeignKeyConstraint(['referral_id'], ['referral.id'], name='fk_question_referral_id'),
        sa.ForeignKeyConstraint(['closed_by'], ['person.id'], name='fk_question_closed_by'),
        sa.PrimaryKeyConstraint('id', name='pk_question'),
    )
    op.create_index('ix_question_family_id', 'question', ['family_id'])
    op.create_index('ix_question_person_id_state', 'question', ['person_id', 'state'])
    op.create_index('ix_question_responsible_id', 'question', ['responsible_id'])
    op.create_index('ix_question_state_counted_from', 'question', ['state', 'counted_from'])
    op.create_table(
        'question_message',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('part', sa.String(length=12), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('words', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['question_id'], ['question.id'], name='fk_question_message_question_id'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_question_message_person_id'),
        sa.PrimaryKeyConstraint('id', name='pk_question_message'),
    )
    op.create_index('ix_question_message_question_id', 'question_message', ['question_id'])
    op.create_index('ix_question_message_person_id', 'question_message', ['person_id'])
    op.create_index('ix_question_message_at', 'question_message', ['at'])
    op.create_table(
        'question_outgoing',
        sa.Column('outgoing_id', sa.Integer(), nullable=False),
        sa.Column('question_id', sa.Integer(), nullable=False),
        sa.Column('from_line', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['outgoing_id'], ['outgoing.id'], name='fk_question_outgoing_outgoing_id', ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(['question_id'], ['question.id'], name='fk_question_outgoing_question_id'),
        sa.PrimaryKeyConstraint('outgoing_id', name='pk_question_outgoing'),
    )
    op.create_index('ix_question_outgoing_question_id', 'question_outgoing', ['question_id'])


def downgrade() -> None:
    op.drop_table('question_outgoing')
    op.drop_table('question_message')
    op.drop_table('question')
