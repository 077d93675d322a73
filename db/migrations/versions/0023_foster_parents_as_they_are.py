"""foster parents as they are: organisations, delegates, own codes, superiors; the life of an assignment; leave

Every ASN gets a code of the number of their row. Where several foster a child or family today, the one who did so first
is the main foster parent and the others are companions.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

MAIN_FIRST = """
UPDATE assignment SET part = 'pendamping' WHERE ends IS NULL AND EXISTS (
    SELECT 1 FROM assignment AS earlier
    WHERE earlier.ends IS NULL
    AND (earlier.child_id = assignment.child_id OR earlier.family_id = assignment.family_id)
    AND (earlier.starts < assignment.starts OR (earlier.starts = assignment.starts AND earlier.id < assignment.id))
)
"""
CODES = """
UPDATE person SET code = 'OTA-' || substr('00000' || CAST(id AS VARCHAR(10)), length(CAST(id AS VARCHAR(10))) + 1)
WHERE id < 100000 AND id IN (SELECT person_id FROM person_role WHERE role = 'asn')
"""
LONG_CODES = """
UPDATE person SET code = 'OTA-' || CAST(id AS VARCHAR(10))
WHERE id >= 100000 AND id IN (SELECT person_id FROM person_role WHERE role = 'asn')
"""


def _words(name: str, length: int, default: str = '') -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False, server_default=default)


def upgrade() -> None:
    for column in (_words('kind', 8, 'orang'), _words('rank', 80), _words('unit', 80)):
        op.add_column('person', column)
    op.add_column('person', sa.Column('code', sa.String(length=40), nullable=True))
    _add_reference('person', 'superior_id', 'person')
    op.create_index('ix_person_code', 'person', ['code'], unique=True)
    op.create_index('ix_person_superior_id', 'person', ['superior_id'])
    op.add_column('person_role', sa.Column('ends', sa.Date(), nullable=True))
    columns = (
        _words('part', 12, 'utama'), _words('state', 12, 'aktif'), _words('end_reason', 16), _words('why', 160),
        sa.Column('known_from', sa.Date(), nullable=True),
    )  # fmt: skip
    for column in columns:
        op.add_column('assignment', column)
    _add_reference('assignment', 'replaces_id', 'assignment')
    _add_reference('visit', 'carer_id', 'person')
    op.create_index('ix_visit_carer_id', 'visit', ['carer_id'])
    op.create_table(
        'delegate',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('principal_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('starts', sa.Date(), nullable=False),
        sa.Column('ends', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(['principal_id'], ['person.id'], name='fk_delegate_principal_id'),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_delegate_person_id'),
        sa.PrimaryKeyConstraint('id', name='pk_delegate'),
    )
    op.create_index('ix_delegate_principal_id', 'delegate', ['principal_id'])
    op.create_index('ix_delegate_person_id', 'delegate', ['person_id'])
    op.create_table(
        'leave',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('starts', sa.Date(), nullable=False),
        sa.Column('ends', sa.Date(), nullable=False),
        sa.Column('substitute_id', sa.Integer(), nullable=True),
        sa.Column('entered_by', sa.Integer(), nullable=True),
        sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_leave_person_id'),
        sa.ForeignKeyConstraint(['substitute_id'], ['person.id'], name='fk_leave_substitute_id'),
        sa.ForeignKeyConstraint(['entered_by'], ['person.id'], name='fk_leave_entered_by'),
        sa.PrimaryKeyConstraint('id', name='pk_leave'),
    )
    op.create_index('ix_leave_person_id_ends', 'leave', ['person_id', 'ends'])
    for statement in (CODES, LONG_CODES, MAIN_FIRST):
        op.execute(statement)


def downgrade() -> None:
    """Raises ValueError where organisations foster: without ``kind`` they would be taken for people."""
    if op.get_bind().scalar(sa.text("SELECT 1 FROM person WHERE kind = 'lembaga'")):
        raise ValueError("organisations foster; without their kind they would be taken for people")
    op.drop_table('leave')
    op.drop_table('delegate')
    for table, columns in (
        ('visit', ('carer_id',)),
        ('assignment', ('replaces_id', 'known_from', 'why', 'end_reason', 'state', 'part')),
        ('person_role', ('ends',)),
        ('person', ('superior_id', 'code', 'unit', 'rank', 'kind')),
    ):
        for index in {'visit': ('ix_visit_carer_id',), 'person': ('ix_person_code', 'ix_person_superior_id')}.get(table, ()):
            op.drop_index(index, table)
        for column in columns:
            op.drop_column(table, column)


def _add_reference(table: str, column: str, to: str) -> None:
    """A column that refers to another table, without making the table anew on SQLite."""
    key = sa.ForeignKey(f'{to}.id', name=f'fk_{table}_{column}')
    op.add_column(table, sa.Column(column, sa.Integer(), key, nullable=True), inline_references=True)
