"""whom a message is about, the lesson it carries, and the row it says again, as columns instead of parts of its key

Revision ID: 0008
Revises: 0007
"""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

BATCH = 2_000
KINDS = ('child', 'pregnancy', 'wedding', 'referral')
ORIGINS = {'catin': 'wedding', 'hamil': 'pregnancy', 'bayi': 'child', 'anak': 'child'}  # by the first word of a lesson
LETTERS = {'c': 'child', 'p': 'pregnancy'}
CLIMBS = ('reminder', 'head', 'coordinator')
LOSSES = ('meninggal', 'keguguran', 'lahir-mati', 'ibu-wafat')
TAUGHT = ('aktif', 'lulus', 'menolak')
TOGETHER = ('disebut dalam pengingat yang sama', 'disebut dalam pesan yang sama')
TOLD = 'sudah lahir'

outgoing = sa.table(
    'outgoing', sa.column('id'), sa.column('key'), sa.column('kind'), sa.column('person_id'), sa.column('state'),
    sa.column('reason'), sa.column('message', sa.JSON), sa.column('created_at'), sa.column('family_id'),
    sa.column('lesson'), sa.column('origin_kind'), sa.column('origin_id'), sa.column('called_on', sa.Date),
    sa.column('resend_of'), sa.column('said_in'),
)
about = sa.table('outgoing_about', sa.column('outgoing_id'), sa.column('kind'), sa.column('subject_id'))


def upgrade() -> None:
    op.create_table('outgoing_about',
    sa.Column('outgoing_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('child', 'pregnancy', 'wedding', 'referral')", name=op.f('ck_outgoing_about_kind')),
    sa.ForeignKeyConstraint(['outgoing_id'], ['outgoing.id'], name=op.f('fk_outgoing_about_outgoing_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('outgoing_id', 'kind', 'subject_id', name=op.f('pk_outgoing_about'))
    )
    with op.batch_alter_table('outgoing_about', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outgoing_about_kind_subject_id'), ['kind', 'subject_id'], unique=False)

    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('family_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('lesson', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('origin_kind', sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column('origin_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('called_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('resend_of', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('said_in', sa.Integer(), nullable=True))
        batch_op.create_check_constraint(batch_op.f('ck_outgoing_origin'), '(origin_kind is null) = (origin_id is null)')
        batch_op.create_index(batch_op.f('ix_outgoing_resend_of'), ['resend_of'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_outgoing_said_in'), 'outgoing', ['said_in'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_outgoing_family_id'), 'family', ['family_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_outgoing_resend_of'), 'outgoing', ['resend_of'], ['id'])
    _fill(op.get_bind())
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.alter_column('lesson', existing_type=sa.String(length=60), server_default=None)


def downgrade() -> None:
    op.execute("UPDATE outgoing SET kind = 'again' WHERE resend_of IS NOT NULL")
    op.execute("UPDATE outgoing SET kind = 'referral' WHERE kind IN ('climb', 'asked')")
    op.execute("UPDATE outgoing SET kind = 'ending' WHERE kind = 'loss'")
    with op.batch_alter_table('outgoing', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_outgoing_resend_of'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_outgoing_family_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_outgoing_said_in'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('ck_outgoing_origin'), type_='check')
        batch_op.drop_index(batch_op.f('ix_outgoing_resend_of'))
        batch_op.drop_column('said_in')
        batch_op.drop_column('resend_of')
        batch_op.drop_column('called_on')
        batch_op.drop_column('origin_id')
        batch_op.drop_column('origin_kind')
        batch_op.drop_column('lesson')
        batch_op.drop_column('family_id')
    op.drop_table('outgoing_about')


def _fill(connection: sa.Connection) -> None:
    """Read the keys of the old rows for the last time."""
    town, last = _Town(connection), 0
    while rows := connection.execute(
        sa.select(outgoing).where(outgoing.c.id > last).order_by(outgoing.c.id).limit(BATCH)
    ).all():
        values, links = [], []
        for row in rows:
            filled = {'kind': row.kind, 'family_id': None, 'lesson': '', 'origin_kind': None, 'origin_id': None,
                      'called_on': None, 'resend_of': None, 'said_in': None}
            parts = row.key.split(':')
            if parts[0] == 'again':
                again = sa.select(outgoing.c.id).where(outgoing.c.key == ':'.join(parts[2:]))
                filled['resend_of'] = connection.scalar(again)
                parts = parts[2:]
                filled['kind'] = parts[0] if parts else row.kind
            named = _read(parts, row, filled, town)
            if row.reason in TOGETHER:
                filled['said_in'] = connection.scalar(_said_in(row))
            if row.state != 'skipped' or row.reason == TOLD:
                links += [{'outgoing_id': row.id, 'kind': kind, 'subject_id': id} for kind, id in dict.fromkeys(named)]
            values.append({'the_id': row.id, **filled})
        names = [name for name in values[0] if name != 'the_id']
        change = sa.update(outgoing).where(outgoing.c.id == sa.bindparam('the_id'))
        connection.execute(change.values({name: sa.bindparam(name) for name in names}), values)
        if links:
            connection.execute(sa.insert(about), links)
        last = rows[-1].id


def _read(parts: list[str], row: sa.Row, filled: dict, town: '_Town') -> list[tuple[str, int]]:
    """What the parts of one key say, into ``filled``; returns whom the message is about."""
    tokens = [str(option[0]) for option in (row.message or {}).get('options', ()) if option]
    match parts:
        case ['lesson', person, lesson, ref]:
            return _lesson(person, lesson, ref, filled, town)
        case ['chart', person, child, _] if child.isdigit():
            filled['family_id'] = town.of('child', int(child))
            return [('child', int(child))]
        case ['birth', person, pregnancy, _] if pregnancy.isdigit():
            home = town.of('pregnancy', int(pregnancy))
            filled['family_id'] = home if (row.person_id, home) in town.carers else None
            return [('pregnancy', int(pregnancy)), *_named(tokens, 'birth:pregnancy:', 'pregnancy')]
        case ['born', 'pregnancy', pregnancy, *_] if pregnancy.isdigit():
            children = town.children_of[int(pregnancy)]
            return [('pregnancy', int(pregnancy)), *(('child', child) for child in children)]
        case ['ending', 'child' | 'pregnancy' as kind, whom, _, how] if whom.isdigit():
            filled['kind'] = 'loss' if how in LOSSES else 'ending'
            return [(kind, int(whom))]
        case ['reminder', _, 'child' | 'pregnancy' as kind, whom, *_] if whom.isdigit():
            others = [*_named(tokens, 'report:child:', 'child'), *_named(tokens, 'report:pregnancy:', 'pregnancy')]
            return [(kind, int(whom)), *others]
        case ['remeasure', *_]:
            return _named(tokens, 'remeasure:', 'child')
        case ['alert', referral, *_] if referral.isdigit():
            return town.referred(int(referral))
        case ['referral', referral, _, step] if referral.isdigit():
            filled['kind'] = 'climb' if step in CLIMBS else 'asked' if step == 'asked' else 'referral'
            return town.referred(int(referral))
        case _:
            return []


def _lesson(person: str, lesson: str, ref: str, filled: dict, town: '_Town') -> list[tuple[str, int]]:
    filled['lesson'] = lesson
    whom, _, day = ref.partition('@')
    if day:
        filled['called_on'] = date.fromisoformat(day)
    kind = LETTERS.get(whom[:1]) if day else ORIGINS.get(lesson.split('-')[0])
    number = whom[1:] if day else whom
    if kind is None or not number.isdigit():
        return []
    filled['origin_kind'], filled['origin_id'] = kind, int(number)
    home = town.of(kind, int(number))
    filled['family_id'] = home if (int(person), home) in town.carers else None
    if kind == 'child' and not day:  # twins share the lessons of the calendar, and each of them is named
        return [('child', twin) for twin in town.living_twins(int(number))] or [('child', int(number))]
    return [(kind, int(number))]


def _named(tokens: list[str], begins: str, kind: str) -> list[tuple[str, int]]:
    numbers = (token.removeprefix(begins) for token in tokens if token.startswith(begins))
    return [(kind, int(number)) for number in numbers if number.isdigit()]


def _said_in(row: sa.Row) -> sa.Select:
    """The message that was written at the same moment to the same person, and says this one too."""
    same = outgoing.c.kind == row.kind, outgoing.c.person_id == row.person_id, outgoing.c.created_at == row.created_at
    return sa.select(outgoing.c.id).where(*same, outgoing.c.reason.not_in(TOGETHER)).order_by(outgoing.c.id).limit(1)


class _Town:
    """Who lives where, read once."""

    def __init__(self, connection: sa.Connection) -> None:
        self.families: dict[tuple[str, int], int] = {}
        self.twins: dict[tuple, list[int]] = defaultdict(list)
        self.children_of: dict[int, list[int]] = defaultdict(list)
        self.born: dict[int, tuple] = {}
        query = sa.text('SELECT id, family_id, born, state, pregnancy_id FROM child ORDER BY id')
        for id, family, born, state, pregnancy in connection.execute(query):
            self.families['child', id] = family
            self.born[id] = (family, born)
            if state in TAUGHT:
                self.twins[family, born].append(id)
            if pregnancy:
                self.children_of[pregnancy].append(id)
        for table in ('pregnancy', 'wedding'):
            for id, family in connection.execute(sa.text(f'SELECT id, family_id FROM {table}')):
                self.families[table, id] = family
        self.carers = {tuple(row) for row in connection.execute(sa.text('SELECT person_id, family_id FROM carer'))}
        query = sa.text('SELECT id, child_id, pregnancy_id FROM referral')
        self.referrals = {id: (child, mother) for id, child, mother in connection.execute(query)}

    def of(self, kind: str, id: int) -> int | None:
        return self.families.get((kind, id))

    def living_twins(self, child: int) -> list[int]:
        family, born = self.born.get(child, (None, None))
        return self.twins.get((family, born), []) if born else []

    def referred(self, referral: int) -> list[tuple[str, int]]:
        child, mother = self.referrals.get(referral, (None, None))
        whom = [('child', child)] if child else [('pregnancy', mother)] if mother else []
        return [('referral', referral), *whom]
