"""the words of the lessons, indexed for full-text search

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'lesson_text',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('lesson', sa.String(length=60), nullable=False),
        sa.Column('title', sa.Text(), nullable=False),
        sa.Column('gist', sa.Text(), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('fingerprint', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_text')),
        sa.UniqueConstraint('lesson', name=op.f('uq_lesson_text_lesson')),
    )
    # "asuh migrate" and the start of the service fill it, and make SQLite's index.
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'CREATE INDEX lesson_text_fts ON lesson_text'
            " USING gin (to_tsvector('simple', title || ' ' || gist || ' ' || body))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('DROP TABLE IF EXISTS lesson_text_fts')
    op.drop_table('lesson_text')
