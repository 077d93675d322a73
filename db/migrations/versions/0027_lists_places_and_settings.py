"""the day of a posyandu, lists that are written when they are sent, and settings changed in chat

Nothing is known of the posyandu that are stored already.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('posyandu', sa.Column('day', sa.String(length=40), nullable=True))
    op.add_column('posyandu', sa.Column('opens', sa.String(length=5), nullable=True))
    op.create_table(
        'export_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('path', sa.String(length=60), nullable=False),
        sa.Column('what', sa.String(length=20), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_export_request_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_export_request')),
        sa.UniqueConstraint('path', name=op.f('uq_export_request_path')),
    )
    op.create_table(
        'setting',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('value', sa.String(length=400), nullable=False),
        sa.Column('changed_by', sa.Integer(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_setting_changed_by')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_setting')),
        sa.UniqueConstraint('name', name=op.f('uq_setting_name')),
    )


def downgrade() -> None:
    op.drop_table('setting')
    op.drop_table('export_request')
    op.drop_column('posyandu', 'opens')  # not by a batch: SQLite would make the table anew, which others refer to
    op.drop_column('posyandu', 'day')
