"""workbooks that coordinators send in chat, and the log of the rows that each of them changed

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

STATES = ('sent', 'shown', 'asked', 'agreed', 'done', 'undoing', 'undone', 'dropped')
HAS_WORK = sa.text("workbook_import.state in ('sent', 'agreed', 'undoing')")


def upgrade() -> None:
    op.create_table(
        'workbook_import',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('channel', sa.String(length=16), nullable=False),
        sa.Column('address', sa.String(length=160), nullable=False),
        sa.Column('state', sa.Enum(*STATES, name='importstate', native_enum=False, length=12), nullable=False),
        sa.Column('reference', sa.String(length=512), nullable=False),
        sa.Column('mime', sa.String(length=100), nullable=False),
        sa.Column('name', sa.String(length=255), nullable=False),
        sa.Column('file', sa.String(length=60), nullable=False),
        sa.Column('rows', sa.JSON(), nullable=False),
        sa.Column('answers', sa.JSON(), nullable=False),
        sa.Column('shown', sa.String(length=64), nullable=False),
        sa.Column('changes', sa.Integer(), nullable=False),
        sa.Column('ends', sa.Integer(), nullable=False),
        sa.Column('told', sa.Integer(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('agreed_by', sa.Integer(), nullable=True),
        sa.Column('undone_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['undone_by'], ['person.id'], name=op.f('fk_workbook_import_undone_by')),
        sa.ForeignKeyConstraint(['agreed_by'], ['person.id'], name=op.f('fk_workbook_import_agreed_by')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_workbook_import_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_workbook_import')),
    )
    op.create_index('ix_workbook_import_person_id', 'workbook_import', ['person_id'])
    op.create_index(
        'ix_workbook_import_work', 'workbook_import', ['id'], sqlite_where=HAS_WORK, postgresql_where=HAS_WORK
    )
    op.create_table(
        'imported_row',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('import_id', sa.Integer(), nullable=False),
        sa.Column('of_table', sa.String(length=40), nullable=False),
        sa.Column('row_id', sa.Integer(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=True),
        sa.Column('after', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['import_id'], ['workbook_import.id'], name=op.f('fk_imported_row_import_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_row')),
    )
    op.create_index('ix_imported_row_import_id', 'imported_row', ['import_id'])


def downgrade() -> None:
    op.drop_table('imported_row')
    op.drop_table('workbook_import')
