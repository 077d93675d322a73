"""The outbox as a queue: claim due rows in order, find when to look again, and what is late or left behind.

The order of claiming is ALERT, REPLY, PLANNED_LANE, BROADCAST, and within a lane by ``due_at``, then ``id``. Every
query here reads one range of a partial index, so its cost does not grow with the number of planned or sent rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.drafts import Draft
from db.outbox import (
    ALERT,
    BROADCAST,
    IS_PLANNED,
    IS_TAKEN,
    PLANNED,
    PLANNED_LANE,
    REPLY,
    SKIPPED,
    TAKEN,
    TOO_LATE,
    Outgoing,
    settle,
)

Pair = tuple[str, str]  # channel, address
Head = Row[int, str, int | None, datetime]  # id, address, person_id, due_at

ORDER = (ALERT, REPLY, PLANNED_LANE, BROADCAST)
NAMES = {ALERT: "alert", REPLY: "reply", PLANNED_LANE: "planned", BROADCAST: "broadcast"}
MOST_PASSED_OVER = 1000  # addresses named in a query; its parameters are limited
LONG_AGO = datetime.min.replace(tzinfo=UTC)

# The next due rows of a channel and lane in order, without those of addresses that need not be looked at. Built once:
# it is asked several times for every claim.
PAGE = (
    select(Outgoing.id, Outgoing.address, Outgoing.person_id, Outgoing.due_at)
    .where(
        IS_PLANNED,
        Outgoing.channel == bindparam("channel"),
        Outgoing.lane == bindparam("lane"),
        Outgoing.due_at <= bindparam("now"),
        Outgoing.due_at >= bindparam("at"),
        or_(Outgoing.due_at > bindparam("at"), Outgoing.id > bindparam("last")),
        Outgoing.address.not_in(bindparam("over", expanding=True)),
    )
    .order_by(Outgoing.due_at, Outgoing.id)
    .limit(bindparam("rows"))
)
FIRST = (
    select(Outgoing.channel, Outgoing.lane, Outgoing.due_at)
    .where(IS_PLANNED)
    .order_by(Outgoing.channel, Outgoing.lane, Outgoing.due_at)
    .limit(1)
)
NEXT_LANE = FIRST.where(Outgoing.channel == bindparam("channel"), Outgoing.lane > bindparam("lane"))
NEXT_CHANNEL = FIRST.where(Outgoing.channel > bindparam("channel"))
ON_THE_WIRE = select(Outgoing.channel, Outgoing.address).where(IS_TAKEN)


def claim(
    session: Session,
    now: datetime,
    limit: int,
    *,
    channels: Mapping[str, int],
    replies: Mapping[str, int] = MappingProxyType({}),
    paused: Collection[Pair] = (),
    busy_since: datetime,
    taken_by: int | None = None,
) -> Sequence[Outgoing]:
    """Take up to ``limit`` due rows, at most one an address, and mark them taken by ``taken_by``.

    ``channels``: how many rows each channel takes now, and ``replies`` how many of lane REPLY beyond that; the others
    get none. ``paused`` addresses get none. Only rows that are due hold an order: one that waits for its retry holds
    back nobody. While a row to an address is being sent, the next waits, except alerts. Planned rows and broadcasts
    also wait while the person has a form open that was touched after ``busy_since``: a lesson does not interrupt a
    report.
    """
    room, passed = Counter(channels), set(paused)
    taken: list[Outgoing] = []
    for lane in ORDER:
        if len(taken) >= limit:
            break
        here = room + Counter(replies) if lane == REPLY else room
        heads = [
            head
            for channel, free in here.items()
            for head in _heads(session, channel, lane, min(free, limit - len(taken)), passed, now, busy_since)
        ]
        heads.sort(key=lambda head: (head.due_at, head.id))
        for row in _locked(session, heads[: limit - len(taken)]):
            row.state, row.taken_at, row.taken_by = TAKEN, now, taken_by
            row.attempts += 1
            room[row.channel] -= 1
            taken.append(row)
    return taken


def _locked(session: Session, heads: Sequence[Head]) -> list[Outgoing]:
    """These rows, in order, without those that another worker has locked or taken since they were read."""
    if not heads:
        return []
    # Filtered by id alone: with other conditions the database might scan all planned rows.
    query = select(Outgoing).where(Outgoing.id.in_([head.id for head in heads]))
    query = query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    rows = [row for row in session.scalars(query) if row.state == PLANNED]
    return sorted(rows, key=lambda row: (row.due_at, row.id))


def _heads(
    session: Session, channel: str, lane: int, limit: int, passed: set[Pair], now: datetime, busy_since: datetime
) -> list[Head]:
    """The first due row of up to ``limit`` addresses in a lane. Addresses seen here are added to ``passed``.

    In two steps, because a condition about other rows of the address would be evaluated for the whole backlog: a page
    of rows in order, then what is being sent to its addresses. In this order, a row that another worker claims in
    between is either still the head, and cannot be locked, or is seen as being sent.
    """
    found: list[Head] = []
    at, last = LONG_AGO, 0
    over = [address for name, address in passed if name == channel]
    while len(found) < limit:
        asked = {"channel": channel, "lane": lane, "now": now, "at": at, "last": last, "rows": 4 * limit}
        rows = session.execute(PAGE, {**asked, "over": over[:MOST_PASSED_OVER]}).all()
        if not rows:
            break
        waits = _being_sent(session, channel) if lane != ALERT else set[str]()
        busy = _reporting(session, rows, busy_since) if lane >= PLANNED_LANE else set[int]()
        for row in rows:
            if (channel, row.address) in passed:
                continue
            passed.add((channel, row.address))
            over.append(row.address)
            if row.address not in waits and row.person_id not in busy and len(found) < limit:
                found.append(row)
        at, last = rows[-1].due_at, rows[-1].id
    return found


def _being_sent(session: Session, channel: str) -> set[str]:
    # Without the channel as a condition: with it, SQLite uses the larger index of addresses.
    return {address for name, address in session.execute(ON_THE_WIRE) if name == channel}


def _reporting(session: Session, rows: Iterable[Head], since: datetime) -> set[int]:
    people = {row.person_id for row in rows if row.person_id is not None}
    if not people:
        return set()
    return set(session.scalars(select(Draft.person_id).where(Draft.person_id.in_(people), Draft.touched_at > since)))


class Line(NamedTuple):
    """The planned rows of one channel and lane; ``first`` is the earliest ``due_at`` among them."""

    channel: str
    lane: int
    first: datetime


def lines(session: Session) -> Generator[Line, None, None]:
    """Every channel and lane with planned rows. One index step each, however many rows there are."""
    found = session.execute(FIRST).first()
    while found:
        line = Line(*found)
        yield line
        asked = {"channel": line.channel, "lane": line.lane}
        found = session.execute(NEXT_LANE, asked).first() or session.execute(NEXT_CHANNEL, asked).first()


def next_due(session: Session) -> datetime | None:
    """When the next planned message falls due."""
    return min((line.first for line in lines(session)), default=None)


def expire(session: Session, now: datetime, limit: int) -> Sequence[Outgoing]:
    """Skip up to ``limit`` planned rows that have expired. Returns them."""
    query = select(Outgoing).where(IS_PLANNED, Outgoing.expires_at <= now).order_by(Outgoing.expires_at).limit(limit)
    late = session.scalars(query.with_for_update(skip_locked=True)).all()
    for row in late:
        settle(row, SKIPPED, TOO_LATE, now)
    return late


def owners(session: Session) -> set[int]:
    """The numbers of the processes that are sending rows."""
    query = select(Outgoing.taken_by).where(IS_TAKEN, Outgoing.taken_by.is_not(None)).distinct()
    return {owner for owner in session.scalars(query) if owner is not None}


def left_taken(session: Session, before: datetime | None, dead: Collection[int]) -> Sequence[Outgoing]:
    """Rows a process took and did not settle before it ended: they may or may not have arrived.

    All rows taken by a process in ``dead``, and those that name no process and were taken until ``before``; None
    means all rows, for a process that is alone on its database.
    """
    query = select(Outgoing).where(IS_TAKEN).order_by(Outgoing.id)
    if before is not None:
        nobodys = and_(Outgoing.taken_by.is_(None), Outgoing.taken_at <= before)
        query = query.where(or_(nobodys, Outgoing.taken_by.in_(dead)))
    return session.scalars(query).all()


class Stuck(NamedTuple):
    """Counts of rows that should have been sent. ``waited``: by lane, how long its oldest due row has been waiting."""

    waited: Mapping[str, timedelta]
    overdue: int
    retrying: int
    on_the_wire: int


def stuck(session: Session, now: datetime, longer_than: timedelta) -> Stuck:
    """Count rows that are due, wait for a retry, or are being sent, each for longer than ``longer_than``."""
    waited: dict[str, timedelta] = {}
    overdue = 0
    for line in lines(session):
        if line.first <= now - longer_than:
            where = (Outgoing.channel == line.channel, Outgoing.lane == line.lane, Outgoing.due_at < now - longer_than)
            overdue += session.scalar(select(func.count()).where(IS_PLANNED, *where)) or 0
            name = NAMES.get(line.lane, str(line.lane))
            waited[name] = max(waited.get(name, timedelta()), now - line.first)
    tried = (IS_PLANNED, Outgoing.attempts > 0, Outgoing.due_at > now + longer_than)
    taken = (IS_TAKEN, Outgoing.taken_at < now - longer_than)
    retrying, on_the_wire = (session.scalar(select(func.count()).where(*which)) or 0 for which in (tried, taken))
    return Stuck(waited, overdue, retrying, on_the_wire)
