"""the ladder of reminders: who was told, when, that a visit is due

Reminders that were planned or sent before stand as steps of their visit, so that none of them comes a second time. The
days of the foster parent's steps move from [visits] to [ladder], also where a city has changed them in chat.

Revision ID: 0028
Revises: 0027
"""

import re
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

BATCH = 2_000
OLD, NEW = 'visits.reminders_after_days', 'ladder.visitor_days'
KEY = re.compile(r'reminder:[1-9][0-9]*:(child|pregnancy|wedding):([1-9][0-9]*):(\d{4}-\d\d-\d\d):([0-9]+)')
MOURNING, TOGETHER = 'duka', 'disebut dalam pengingat yang sama'
BACK = timedelta(days=400)  # no visit that is due now was first reminded of longer ago

outgoing = sa.table(
    'outgoing', sa.column('id'), sa.column('key'), sa.column('kind'), sa.column('person_id'), sa.column('state'),
    sa.column('reason'), sa.column('created_at', sa.DateTime(timezone=True)), sa.column('said_in'),
)
step = sa.table(
    'ladder_step', sa.column('about_kind'), sa.column('about_id'), sa.column('asn_id'),
    sa.column('since', sa.Date), sa.column('due', sa.Date), sa.column('rung'), sa.column('days'),
    sa.column('person_id'), sa.column('at', sa.DateTime(timezone=True)), sa.column('outgoing_key'),
    sa.column('reason'),
)
visit = sa.table(
    'visit', sa.column('child_id'), sa.column('pregnancy_id'), sa.column('wedding_id'),
    sa.column('visited_on', sa.Date), sa.column('submitted_at', sa.DateTime(timezone=True)),
    sa.column('undone_at', sa.DateTime(timezone=True)),
)
assignment = sa.table(
    'assignment', sa.column('id'), sa.column('asn_id'), sa.column('child_id'), sa.column('family_id'),
    sa.column('starts', sa.Date), sa.column('ends', sa.Date),
)
delegate = sa.table('delegate', sa.column('principal_id'), sa.column('person_id'))


def upgrade() -> None:
    op.create_table(
        'ladder_step',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('about_kind', sa.String(length=12), nullable=False),
        sa.Column('about_id', sa.Integer(), nullable=False),
        sa.Column('asn_id', sa.Integer(), nullable=False),
        sa.Column('since', sa.Date(), nullable=False),
        sa.Column('due', sa.Date(), nullable=False),
        sa.Column('rung', sa.String(length=12), nullable=False),
        sa.Column('days', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('outgoing_key', sa.String(length=200), nullable=False),
        sa.Column('reason', sa.String(length=80), nullable=False),
        sa.CheckConstraint("(outgoing_key = '') = (reason <> '')", name=op.f('ck_ladder_step_told')),
        sa.CheckConstraint("about_kind in ('child', 'pregnancy', 'wedding')", name=op.f('ck_ladder_step_about_kind')),
        sa.CheckConstraint("rung in ('pendamping', 'atasan', 'kantor', 'kota')", name=op.f('ck_ladder_step_rung')),
        sa.ForeignKeyConstraint(['asn_id'], ['person.id'], name=op.f('fk_ladder_step_asn_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ladder_step_person_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_ladder_step')),
        sa.UniqueConstraint(
            'about_kind', 'about_id', 'asn_id', 'since', 'rung', 'days', 'outgoing_key', name='uq_ladder_step_once'
        ),
    )
    with op.batch_alter_table('ladder_step', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ladder_step_asn_id_since'), ['asn_id', 'since'], unique=False)
        batch_op.create_index(batch_op.f('ix_ladder_step_outgoing_key'), ['outgoing_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_ladder_step_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ladder_step_rung_at'), ['rung', 'at'], unique=False)
    _rename(OLD, NEW)
    _fill(op.get_bind())


def downgrade() -> None:
    _rename(NEW, OLD)
    op.drop_table('ladder_step')


def _rename(old: str, new: str) -> None:
    setting = sa.table('setting', sa.column('name'))
    op.execute(sa.update(setting).where(setting.c.name == old).values(name=new))


def _fill(connection: sa.Connection) -> None:
    """A step for every reminder that was planned or sent, in the cycle of its day. Reads their keys for the last time.

    A row that was skipped counts where another message said it, or for a reason of its reader's; after a loss it does
    not, as before.
    """
    newest = connection.scalar(sa.select(sa.func.max(outgoing.c.created_at)).where(outgoing.c.kind == 'reminder'))
    if newest is None:
        return
    town, last, first = _Town(connection), 0, newest - BACK
    spoken = outgoing.alias('spoken')
    query = (
        sa.select(
            outgoing.c.id, outgoing.c.key, outgoing.c.person_id, outgoing.c.created_at,
            spoken.c.key.label('said_by'), spoken.c.state, spoken.c.reason,
        )
        .join(spoken, spoken.c.id == sa.func.coalesce(outgoing.c.said_in, outgoing.c.id))
        .where(outgoing.c.kind == 'reminder', outgoing.c.created_at >= first)
        .order_by(outgoing.c.id)
        .limit(BATCH)
    )
    while rows := connection.execute(query.where(outgoing.c.id > last)).all():
        found = {}
        for row in rows:
            read = KEY.fullmatch(row.key)
            if read is None or row.person_id is None or (row.state == 'skipped' and row.reason == MOURNING):
                continue
            kind, id, due, days = read[1], int(read[2]), date.fromisoformat(read[3]), int(read[4])
            held = town.held(kind, id, row.person_id, due)
            if held is None:
                continue
            asn_id, since = held
            key = row.said_by
            found[kind, id, asn_id, since, days, key] = {
                'about_kind': kind, 'about_id': id, 'asn_id': asn_id, 'since': since, 'due': due,
                'rung': 'pendamping', 'days': days, 'person_id': row.person_id, 'at': row.created_at,
                'outgoing_key': key, 'reason': '',
            }
        if found:
            connection.execute(sa.insert(step), list(found.values()))
        last = rows[-1].id


class _Town:
    """Who fosters and visits whom, and when they were visited, read once."""

    def __init__(self, connection: sa.Connection) -> None:
        self.families: dict[tuple[str, int], int] = {}
        for table in ('child', 'pregnancy', 'wedding'):
            for id, family in connection.execute(sa.text(f'SELECT id, family_id FROM {table}')):
                self.families[table, id] = family
        self.held_by: dict[tuple[str, int], list[sa.Row]] = {}
        for row in connection.execute(sa.select(assignment).order_by(assignment.c.id)):
            whom = ('child', row.child_id) if row.child_id else ('family', row.family_id)
            self.held_by.setdefault(whom, []).append(row)
        self.sent: dict[int, set[int]] = {}
        for principal, person in connection.execute(sa.select(delegate)):
            self.sent.setdefault(principal, set()).add(person)
        self.visits: dict[tuple[str, int], list[date]] = {}
        query = sa.select(visit).where(visit.c.undone_at.is_(None))
        for row in connection.execute(query):
            kind = 'child' if row.child_id else 'wedding' if row.wedding_id else 'pregnancy'
            whom = kind, row.child_id or row.wedding_id or row.pregnancy_id
            self.visits.setdefault(whom, []).append(row.visited_on)

    def held(self, kind: str, id: int, person: int, due: date) -> tuple[int, date] | None:
        """The foster parent for whom this person was reminded, and from when the visit of that due day counted."""
        home = self.families.get((kind, id))
        covering = [*self.held_by.get((kind, id), ()), *self.held_by.get(('family', home), ())]
        theirs = [one for one in covering if one.asn_id == person or person in self.sent.get(one.asn_id, ())]
        begun = [one for one in theirs if one.starts <= due and (one.ends is None or one.ends >= due)] or theirs
        if not begun:
            return None
        # Whose own it is comes before those in whose name they visit.
        first = min(begun, key=lambda one: (one.asn_id != person, one.child_id is None, one.id))
        before = [day for day in self.visits.get((kind, id), ()) if day < due]
        return first.asn_id, max([first.starts, *before])
