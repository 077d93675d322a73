"""Send history: the lessons each recipient has a row for, which went out lately, and which were lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.base import Instant, among
from db.children import Carer
from db.outbox import FAILED, SKIPPED, Outgoing
from db.subjects import Subject, SubjectKind
from rules.calendar import BEFORE_JOINING, NOT_CALLED_FOR

LATELY = timedelta(days=8)  # covers the seven local days in which lessons are counted
LATE = timedelta(days=4)  # longer than a lesson waits in the outbox after its time
NOT_ARRIVED = (FAILED, SKIPPED)
TRIES = 5  # attempts to send after which a lost lesson is not planned again
Counted = tuple[Subject | None, date | None]
"""What a lesson is counted from: a wedding, pregnancy or child, and the day of the trigger that called for it."""


@dataclass(frozen=True, slots=True)
class History:
    """The lessons of one recipient, by what they were counted from.

    ``rows``: lessons with an outbox row of any state. ``lost``: those of them that failed or were skipped before today.
    ``lately``: what was sent, is planned or failed in the last days, with its time.
    """

    rows: dict[Counted, set[str]] = field(default_factory=lambda: defaultdict(set))
    lost: dict[Counted, set[str]] = field(default_factory=lambda: defaultdict(set))
    lately: list[tuple[str, datetime]] = field(default_factory=list[tuple[str, datetime]])


def history_of(session: Session, people: Collection[int], now: datetime, city: City) -> Mapping[int, History]:
    """The history of each of these people who has any. Two queries.

    All lessons of a person are read as one value: row by row they would cost ten times as much. Lost ones are part of
    it: in a query of their own SQLite would search everything ever skipped.
    """
    found: dict[int, History] = defaultdict(History)
    of_people, midnight = {"people": list(people)}, datetime.combine(city.today(now), time(), city.zone)
    rows = session.execute(_LESSONS, of_people | {"midnight": midnight})
    for person, kind, id, called_on, every, lost in rows:
        counted = (Subject(SubjectKind(kind), id) if kind and id else None, called_on)
        found[person or 0].rows[counted].update(every.split())
        found[person or 0].lost[counted].update((lost or "").split())
    for person, lesson, at in session.execute(_LATELY, of_people | {"since": now - LATELY - LATE}):
        found[person or 0].lately.append((lesson, at))
    return found


def told_today(
    session: Session, families: Collection[int], now: datetime, city: City
) -> Mapping[int, Collection[tuple[int, str]]]:
    """By family, the lessons that its readers get today or got: (person, lesson). One query.

    Asked for by person, whose index is used; families with one reader find only what that one got.
    """
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    begin = datetime.combine(city.today(now), time(), city.zone)
    asked = {"families": list(families), "begin": begin, "since": begin - LATE}
    for family, person, lesson in session.execute(_TOLD_TODAY, asked):
        found[family or 0].add((person or 0, lesson))
    return found


def _lessons() -> Select[int | None, str | None, int | None, date | None, str, str]:
    is_lost = and_(
        Outgoing.state.in_(NOT_ARRIVED),
        Outgoing.reason.not_in((BEFORE_JOINING, NOT_CALLED_FOR)),
        Outgoing.settled_at < bindparam("midnight", type_=Instant),
        Outgoing.attempts < TRIES,
        ~outbox.arrived_otherwise(),
    )
    origin = Outgoing.origin_kind, Outgoing.origin_id, Outgoing.called_on
    all_names, lost_ones = (
        func.aggregate_strings(name, " ") for name in (Outgoing.lesson, case((is_lost, Outgoing.lesson)))
    )
    query = select(Outgoing.person_id, *origin, all_names, lost_ones).where(*_OF_PEOPLE)
    return query.group_by(Outgoing.person_id, *origin)


# Built once: they are asked at every look, and building them takes longer than running them.
# Copies by another channel are not counted again. The index by person is used: the one by kind spans the city.
_OF_PEOPLE = (
    Outgoing.person_id.in_(among("people")), Outgoing.lesson != "", Outgoing.resend_of.is_(None)
)  # fmt: skip
_LESSONS = _lessons()
# A lesson that an outage delayed counts on the day it was sent. One that failed counts too: otherwise the next one
# would follow within the hour, and by the evening none would be left.
_MOMENT = case((Outgoing.settled_at.is_not(None), Outgoing.settled_at), else_=Outgoing.due_at)
_SINCE = Outgoing.due_at >= bindparam("since", type_=Instant)
_LATELY = select(Outgoing.person_id, Outgoing.lesson, _MOMENT).where(*_OF_PEOPLE, _SINCE, Outgoing.state != SKIPPED)
_FAMILIES = among("families")
_TOLD_TODAY = select(Outgoing.family_id, Outgoing.person_id, Outgoing.lesson).where(
    Outgoing.person_id.in_(select(Carer.person_id).where(Carer.family_id.in_(_FAMILIES))),
    Outgoing.family_id.in_(_FAMILIES), Outgoing.lesson != "", Outgoing.resend_of.is_(None), _SINCE,
    Outgoing.state.not_in(NOT_ARRIVED),
    or_(Outgoing.settled_at.is_(None), Outgoing.settled_at >= bindparam("begin", type_=Instant)),
)  # fmt: skip
