"""Send history: the lessons each recipient has a row for, which went out lately, and which were lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
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
    # Copies by another channel are not counted again. The index by person is used: the one by kind spans the city.
    of_people = Outgoing.person_id.in_(people), Outgoing.lesson != "", Outgoing.resend_of.is_(None)
    midnight = datetime.combine(city.today(now), time(), city.zone)
    is_lost = and_(
        Outgoing.state.in_(NOT_ARRIVED),
        Outgoing.reason.not_in((BEFORE_JOINING, NOT_CALLED_FOR)),
        Outgoing.settled_at < midnight,
        Outgoing.attempts < TRIES,
        ~outbox.arrived_otherwise(),
    )
    origin = Outgoing.origin_kind, Outgoing.origin_id, Outgoing.called_on
    all_names, lost_ones = (
        func.aggregate_strings(name, " ") for name in (Outgoing.lesson, case((is_lost, Outgoing.lesson)))
    )
    query = select(Outgoing.person_id, *origin, all_names, lost_ones).where(*of_people)
    for person, kind, id, called_on, every, lost in session.execute(query.group_by(Outgoing.person_id, *origin)):
        counted = (Subject(SubjectKind(kind), id) if kind and id else None, called_on)
        found[person or 0].rows[counted].update(every.split())
        found[person or 0].lost[counted].update((lost or "").split())
    # A lesson that an outage delayed counts on the day it was sent. One that failed counts too: otherwise the next one
    # would follow within the hour, and by the evening none would be left.
    moment = case((Outgoing.settled_at.is_not(None), Outgoing.settled_at), else_=Outgoing.due_at)
    lately = select(Outgoing.person_id, Outgoing.lesson, moment).where(
        *of_people, Outgoing.due_at >= now - LATELY - LATE, Outgoing.state != SKIPPED
    )
    for person, lesson, at in session.execute(lately):
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
    readers = select(Carer.person_id).where(Carer.family_id.in_(families))
    query = select(Outgoing.family_id, Outgoing.person_id, Outgoing.lesson).where(
        Outgoing.person_id.in_(readers), Outgoing.family_id.in_(families), Outgoing.lesson != "",
        Outgoing.resend_of.is_(None), Outgoing.due_at >= begin - LATE, Outgoing.state.not_in(NOT_ARRIVED),
        or_(Outgoing.settled_at.is_(None), Outgoing.settled_at >= begin),
    )  # fmt: skip
    for family, person, lesson in session.execute(query):
        found[family or 0].add((person or 0, lesson))
    return found
