"""What each reader has been told: the lessons that stand in a row, those that went lately, and those that were lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import and_, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from content.city import City
from db.outbox import FAILED, SKIPPED, Outgoing
from rules.calendar import BEFORE_JOINING, NOT_CALLED_FOR

LATELY = timedelta(days=8)  # long enough for what seven local days allow
LATE = timedelta(days=4)  # longer than a lesson waits in the outbox after its moment
NOT_ARRIVED = (FAILED, SKIPPED)
TRIES = 5  # of a lesson that is planned anew
# Not by their kind: SQLite would then read all lessons of the city for every batch, not those of the people in it.
LESSON = Outgoing.key.startswith("lesson:")


@dataclass(frozen=True, slots=True)
class Told:
    """Lessons by what they were counted from (the ref of a Start).

    ``rows``: whatever became of them. ``lost``: planned once, but failed or dropped before today. ``lately``: what
    went, goes out or failed in these days, with its moment.
    """

    rows: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lost: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lately: list[tuple[str, datetime]] = field(default_factory=list[tuple[str, datetime]])


def told_to(session: Session, people: Sequence[int], now: datetime, city: City) -> Mapping[int, Told]:
    """Two queries. All keys of a person come as one value: row by row they would cost ten times as much.

    What was lost comes with them: asked for by itself, SQLite would look for it in all that was ever skipped.
    """
    found: dict[int, Told] = defaultdict(Told)
    theirs = Outgoing.person_id.in_(people), LESSON
    midnight = datetime.combine(city.today(now), time(), city.zone)
    again = aliased(Outgoing)
    by_another_way = exists().where(
        again.key == literal("again:") + Outgoing.channel + literal(":") + Outgoing.key, again.state.not_in(NOT_ARRIVED)
    )
    is_lost = and_(
        Outgoing.state.in_(NOT_ARRIVED),
        Outgoing.reason.not_in((BEFORE_JOINING, NOT_CALLED_FOR)),
        Outgoing.settled_at < midnight,
        Outgoing.attempts < TRIES,
        ~by_another_way,
    )
    all_keys, lost_ones = (func.aggregate_strings(key, " ") for key in (Outgoing.key, case((is_lost, Outgoing.key))))
    query = select(Outgoing.person_id, all_keys, lost_ones).where(*theirs).group_by(Outgoing.person_id)
    for person, keys, lost in session.execute(query):
        mine = found[person or 0]
        for names, listed in ((mine.rows, keys), (mine.lost, lost or "")):
            for key in listed.split():
                _, _, lesson, ref = key.split(":")
                names[ref].add(lesson)
    # A lesson that an outage has held back went when it went, not when it was to go. One that failed counts too: else
    # the next would follow it within the hour, and by evening none would be left.
    moment = case((Outgoing.settled_at.is_not(None), Outgoing.settled_at), else_=Outgoing.due_at)
    lately = select(Outgoing.person_id, Outgoing.key, moment).where(
        *theirs, Outgoing.due_at >= now - LATELY - LATE, Outgoing.state != SKIPPED
    )
    for person, key, at in session.execute(lately):
        found[person or 0].lately.append((key.split(":")[2], at))
    return found
