"""when whoever visits was asked for a day, and the day they promised

Nobody was asked before.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

ONE_SUBJECT = (
    '(CASE WHEN child_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN pregnancy_id IS NULL THEN 0 ELSE 1 END)'
    ' + (CASE WHEN wedding_id IS NULL THEN 0 ELSE 1 END) = 1'
)
INDEXED = (('foster_id',), ('child_id',), ('pregnancy_id',), ('wedding_id',), ('person_id', 'asked_at'), ('day',))


def upgrade() -> None:
    op.create_table(
        'visit_promise',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('foster_id', sa.Integer(), nullable=False),
        sa.Column('child_id', sa.Integer(), nullable=True),
        sa.Column('pregnancy_id', sa.Integer(), nullable=True),
        sa.Column('wedding_id', sa.Integer(), nullable=True),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('day', sa.Date(), nullable=True),
        sa.Column('outcome', sa.String(length=12), nullable=True),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(ONE_SUBJECT, name=op.f('ck_visit_promise_one_subject')),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_visit_promise_child_id')),
        sa.ForeignKeyConstraint(['foster_id'], ['person.id'], name=op.f('fk_visit_promise_foster_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_visit_promise_person_id')),
        sa.ForeignKeyConstraint(['pregnancy_id'], ['pregnancy.id'], name=op.f('fk_visit_promise_pregnancy_id')),
        sa.ForeignKeyConstraint(['wedding_id'], ['wedding.id'], name=op.f('fk_visit_promise_wedding_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_promise')),
    )
    for columns in INDEXED:
        op.create_index(op.f(f'ix_visit_promise_{"_".join(columns)}'), 'visit_promise', list(columns))


def downgrade() -> None:
    op.drop_table('visit_promise')
