"""lessons signed by health workers, or to be changed; lessons that a health worker ordered for a child

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'lesson_review',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('lesson', sa.String(length=60), nullable=False),
        sa.Column('language', sa.String(length=8), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('is_signed', sa.Boolean(), nullable=False),
        sa.Column('wish', sa.String(length=1000), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_review_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_review')),
    )
    with op.batch_alter_table('lesson_review', schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f('ix_lesson_review_lesson_language_fingerprint'),
            ['lesson', 'language', 'fingerprint'],
            unique=False,
        )
        batch_op.create_index(batch_op.f('ix_lesson_review_person_id'), ['person_id'], unique=False)
    op.create_table(
        'lesson_order',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('child_id', sa.Integer(), nullable=False),
        sa.Column('condition', sa.String(length=40), nullable=False),
        sa.Column('ordered_by', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['child_id'], ['child.id'], name=op.f('fk_lesson_order_child_id')),
        sa.ForeignKeyConstraint(['ordered_by'], ['person.id'], name=op.f('fk_lesson_order_ordered_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_order')),
    )
    with op.batch_alter_table('lesson_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lesson_order_child_id'), ['child_id'], unique=False)


def downgrade() -> None:
    op.drop_table('lesson_order')
    with op.batch_alter_table('lesson_review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_lesson_review_person_id'))
        batch_op.drop_index(batch_op.f('ix_lesson_review_lesson_language_fingerprint'))
    op.drop_table('lesson_review')
