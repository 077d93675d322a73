"""Introduce a family and who visits it to each other: once a pair, after the consent, before they have met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import partial

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import appointments, outbox
from db.children import Carer, Child, Family, Pregnancy
from db.consent import carer_reads, family_agrees
from db.fostering import Assignment, Delegate, Leave, current, delegated
from db.outbox import SKIPPED, Kind, Outgoing
from db.people import places
from db.states import MOURNING
from db.visits import Visit
from drawing import foster_card
from flow.message import Message
from programme import introduction_messages as words
from programme import pairs
from programme.contacts import carers
from programme.pairs import Pair
from programme.quiet_hours import quiet_hours
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Introduce every pair that has not met, to whoever of them can be reached and was not told yet.

    A foster parent gets to know a few families a day (``introductions_a_day``), the longest assigned first.
    """
    local = city.local(now)
    if quiet_hours(city).open_at(local) != local:
        return
    for family_id in _families(session, local.date()):
        yield partial(introduce, family_id=family_id, now=local, city=city)


def introduce(session: Session, family_id: int, now: datetime, city: City) -> None:
    """Promise the introductions of this family that are missing."""
    family, today = session.get_one(Family, family_id), now.date()
    if pairs.mourns(session, city, family, today):
        return
    for pair in pairs.of_family(session, family, today):
        if not _have_met(session, pair) and not _is_away(session, pair, today):
            _to_family(session, city, pair, now)
            _to_visitor(session, city, pair, now)


def _to_family(session: Session, city: City, pair: Pair, now: datetime) -> None:
    today = now.date()
    reading = [one for one in carers(session, pair.family.id) if (one.paused_until or today) <= today]
    reached = places(session, [one.person_id for one in reading])
    for carer in reading:
        key = _key(pair.assignment_id, pair.visitor.id, carer.person_id)
        if carer.person_id not in reached or outbox.promised(session, [key], dropped=MOURNING):
            continue
        message = words.to_family(session, city, pair, carer)
        if message.options and words.asks_number(session, carer):
            appointments.ask_number(session, carer.person_id, pair.family.id, now)
        picture = foster_card.attachment(city, pair, today)
        _promise(session, pair, carer.person_id, key, Message(message.text, message.options, attachment=picture), now)


def _to_visitor(session: Session, city: City, pair: Pair, now: datetime) -> None:
    key = _key(pair.assignment_id, pair.visitor.id, pair.visitor.id)
    if pair.visitor.id not in places(session, [pair.visitor.id]) or outbox.promised(session, [key], dropped=MOURNING):
        return
    if _introduced_today(session, city, pair.visitor.id, now) < city.programme.appointments.introductions_a_day:
        _promise(session, pair, pair.visitor.id, key, words.to_visitor(session, city, pair, now, first=True), now)


def _promise(session: Session, pair: Pair, to: int, key: str, message: Message, now: datetime) -> None:
    outbox.to_person(session, to, Kind.INTRODUCTION, key, message.to_json(), now, about=pair.subjects, again=True)


def _introduced_today(session: Session, city: City, person_id: int, now: datetime) -> int:
    midnight = datetime.combine(now.date(), time(), city.zone)
    sent = Outgoing.kind == Kind.INTRODUCTION, Outgoing.person_id == person_id, Outgoing.created_at >= midnight
    return session.scalar(select(func.count()).select_from(Outgoing).where(*sent, Outgoing.state != SKIPPED)) or 0


def _is_away(session: Session, pair: Pair, today: date) -> bool:
    """Whether who visits is on leave: they are introduced when they are back."""
    leave = select(Leave.id).where(Leave.person_id == pair.visitor.id, Leave.starts <= today, Leave.ends >= today)
    return session.scalar(leave.limit(1)) is not None


def _have_met(session: Session, pair: Pair) -> bool:
    """Whether who visits has met the family since the assignment: then they know each other."""
    children = [one.id for one in pair.about if isinstance(one, Child)]
    pregnancies = [one.id for one in pair.about if isinstance(one, Pregnancy)]
    there = or_(Visit.child_id.in_(children), Visit.pregnancy_id.in_(pregnancies))
    met = Visit.met, Visit.undone_at.is_(None), Visit.visited_on >= pair.since
    return session.scalar(select(Visit.id).where(Visit.asn_id == pair.visitor.id, there, *met).limit(1)) is not None


def _families(session: Session, today: date) -> Sequence[int]:
    """The families of which somebody can be reached who was not told yet, in the order of their assignments.

    A few queries for the whole city. Whether the pair has met, and is one at all, is looked at family by family.
    """
    child = select(Child.family_id).where(Child.id == Assignment.child_id).scalar_subquery()
    family = func.coalesce(Assignment.family_id, child).label("family")
    children = select(Child.id).where(or_(Child.id == Assignment.child_id, Child.family_id == Assignment.family_id))
    carried = select(Pregnancy.id).where(Pregnancy.family_id == Assignment.family_id)
    met = exists().where(
        Visit.asn_id == Assignment.asn_id, Visit.visited_on >= Assignment.starts, Visit.met, Visit.undone_at.is_(None),
        or_(Visit.child_id.in_(children), Visit.pregnancy_id.in_(carried)),
    )  # fmt: skip
    query = select(Assignment.id, Assignment.asn_id, family).where(*current(today), ~met)
    agreed = Family.id.in_(select(query.subquery().c.family)), Family.forgotten_at.is_(None), family_agrees(Family.id)
    homes = set(session.scalars(select(Family.id).where(*agreed)))
    held = [row for row in session.execute(query.order_by(Assignment.starts, Assignment.id)) if row.family in homes]
    visits: dict[int, list[int]] = defaultdict(list)
    for delegate in session.scalars(select(Delegate).where(*delegated(today))):
        visits[delegate.principal_id].append(delegate.person_id)
    reads: dict[int, list[int]] = defaultdict(list)
    awake = Carer.stopped_at.is_(None), or_(Carer.paused_until.is_(None), Carer.paused_until <= today), carer_reads()
    for person_id, family_id in session.execute(select(Carer.person_id, Carer.family_id).where(*awake)):
        reads[family_id].append(person_id)
    wanted = [
        (row.family, to, _key(row.id, visitor, to))
        for row in held
        for visitor in visits.get(row.asn_id, [row.asn_id])
        for to in (visitor, *reads[row.family])
    ]
    reached = places(session, {to for _, to, _ in wanted})
    told = outbox.promised(session, [key for _, to, key in wanted if to in reached], dropped=MOURNING)
    return list(dict.fromkeys(family for family, to, key in wanted if to in reached and key not in told))


def _key(assignment_id: int, visitor_id: int, to: int) -> str:
    """Once to each person for each visitor of an assignment."""
    return f"introduction:{assignment_id}:{visitor_id}:{to}"
