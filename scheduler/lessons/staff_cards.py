"""Training cards: for ASN from their first assignment on, and for staff concerned by a trigger in a family.

A card names no child; the referral, the digest and the visit do. The same card is sent to the same person again only
after ``card_again_days`` of the programme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Family, Pregnancy
from db.fostering import Assignment, current
from db.people import Address, Person, PersonRole
from db.places import Village
from db.roles import Role, ScopeKind, Title
from db.subjects import Subject, SubjectKind
from programme.fosterings import fosterings
from programme.names import salute
from scheduler.lessons import planning
from scheduler.lessons.family_recipients import BATCH
from scheduler.lessons.recipient import Anchor, Profile, Recipient, recipients_of
from scheduler.lessons.triggers import households, look_back_days, triggers
from scheduler.looks import Write, pages

LATE_DAYS = 30  # days after which an overdue visit calls for the card about starting again
DUTY, OVERDUE = "tugas", "kunjungan-terlewat"


class Calling(NamedTuple):
    """A condition that calls for a card for people of an ``audience``, since ``day``."""

    condition: str
    audience: str
    day: date


class Event(NamedTuple):
    """A trigger of a family: its condition and day, and whom it is about."""

    family: int
    about: Subject
    condition: str
    day: date


Place = tuple[str, int]  # a scope and its id, as a PersonRole has them


class AtWork(NamedTuple):
    """The coordinators and the health workers of each place, by person id, without heads of a puskesmas."""

    coordinators: Mapping[Place, Collection[int]]
    health: Mapping[Place, Collection[int]]


_HOMES = select(Family.id, Family.village_id, Village.district_id, Family.posyandu_id, Family.health_centre_id).join(
    Village, Village.id == Family.village_id
)


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Plan today's cards as rows under keys, like all lessons."""
    for batch in staff(session, now, city):
        yield from planning.writes(batch, now, city)


def staff(session: Session, now: datetime, city: City) -> Iterator[list[Recipient]]:
    """Everybody for whom a card may be due today, in batches."""
    today = city.today(now)
    calls = _callings(session, today, city)
    first = _first_duties(session, today, city)
    people = sorted(calls.keys() | first.keys())
    for begin in range(0, len(people), BATCH):
        yield _read(session, now, city, people[begin : begin + BATCH], calls, first)


def _read(
    session: Session,
    now: datetime,
    city: City,
    people: Sequence[int],
    calls: Mapping[int, Collection[Calling]],
    first: Mapping[int, date],
) -> list[Recipient]:
    rest = city.programme.lessons.card_again_days
    profiles: list[Profile] = []
    anchors: dict[int, list[Anchor]] = {}
    for person in session.scalars(select(Person).where(Person.id.in_(people))):
        profiles.append(Profile(person.id, salute(person.name, nip=person.nip, sex=person.sex)))
        anchors[person.id] = [_of_calling(one, rest) for one in sorted(calls.get(person.id, ()))]
        if day := first.get(person.id):
            anchors[person.id].append(of_first_duty(day))
    return recipients_of(session, profiles, anchors, now, city)


def of_first_duty(day: date) -> Anchor:
    """The anchor of an ASN's training cards: the day of the first assignment."""
    return Anchor("asn", DUTY, DUTY, day, day, day)


def _of_calling(one: Calling, rest: int) -> Anchor:
    return Anchor(
        one.audience, "kejadian", f"@{one.day}", one.day, one.day, one.day, condition=one.condition, rest=rest
    )


def _first_duties(session: Session, today: date, city: City) -> dict[int, date]:
    """Each ASN's first day: of the first assignment that still holds, or the day on which they joined, if later.

    ASN who have not joined are left out.
    """
    assigned = select(Assignment.asn_id, func.min(Assignment.starts)).where(*current(today)).group_by(Assignment.asn_id)
    joined = select(Address.person_id, func.min(Address.linked_at)).where(Address.linked_at.is_not(None))
    since = {person: city.today(at) for person, at in session.execute(joined.group_by(Address.person_id)) if at}
    return {asn: max(anchors, since[asn]) for asn, anchors in session.execute(assigned) if asn in since}


def _callings(session: Session, today: date, city: City) -> Mapping[int, set[Calling]]:
    """By person, the conditions that call for a card today."""
    audiences: dict[str, set[str]] = defaultdict(set)
    for lesson in city.library.of_anchor("kejadian"):
        if not lesson.for_family:
            audiences[lesson.condition].update(lesson.audience)
    found: dict[int, set[Calling]] = defaultdict(set)
    at_work = AtWork(
        _by_place(session, PersonRole.role == Role.COORDINATOR),
        _by_place(session, PersonRole.role == Role.HEALTH, PersonRole.title != Title.HEAD),
    )
    children = select(Child.id).where(Child.family_id == Family.id)
    pregnancies = select(Pregnancy.id).where(Pregnancy.family_id == Family.id)
    fostered = Family.joined_by == "register", or_(children.exists(), pregnancies.exists())
    for families in pages(session, Family.id, *fostered, size=BATCH):
        happened = triggers(session, households(session, families, today), today, city)
        events = [
            Event(family, *which)
            for family, all_of_it in happened.items()
            for which in {(one.about, one.condition, one.day) for one in all_of_it if one.condition in audiences}
        ]
        for event, audience, person in _concerned(session, events, audiences, at_work, today):
            found[person].add(Calling(event.condition, audience, event.day))
    if OVERDUE in audiences:
        since = today - timedelta(days=look_back_days(city))
        for one in fosterings(session, today, city.programme.visits.every_days):
            if since <= (day := one.due + timedelta(days=LATE_DAYS)) <= today:
                found[one.asn_id].add(Calling(OVERDUE, "asn", day))
    return found


def _concerned(
    session: Session,
    events: Sequence[Event],
    audiences: Mapping[str, Collection[str]],
    at_work: AtWork,
    today: date,
) -> Iterator[tuple[Event, str, int]]:
    """The people concerned by each event, with their audience: its ASN, the nearest coordinators, and the health
    workers of the posyandu, the puskesmas and the kelurahan. A few queries for all events.
    """
    families = {event.family for event in events}
    visitors = _visitors(session, families, {event.about for event in events}, today)
    homes = {home.id: home for home in session.execute(_HOMES.where(Family.id.in_(families)))}
    for event in events:
        home = homes[event.family]
        near = (
            (ScopeKind.POSYANDU, home.posyandu_id), (ScopeKind.HEALTH_CENTRE, home.health_centre_id),
            (ScopeKind.VILLAGE, home.village_id),
        )  # fmt: skip
        above = ((ScopeKind.VILLAGE, home.village_id), (ScopeKind.DISTRICT, home.district_id), (ScopeKind.CITY, 0))
        for audience in audiences[event.condition]:
            if audience == "asn":
                people = visitors[Subject(SubjectKind.FAMILY, event.family)] | visitors[event.about]
            elif audience == "koordinator":
                people = next((at_work.coordinators[place] for place in above if place in at_work.coordinators), ())
            else:
                people = {person for place in near for person in at_work.health.get(place, ())}
            yield from ((event, audience, person) for person in people)


def _visitors(
    session: Session, families: Collection[int], about: Collection[Subject], today: date
) -> dict[Subject, set[int]]:
    """The ids of today's ASN, by whom they foster: a whole family, or a child."""
    found: dict[Subject, set[int]] = defaultdict(set)
    children = [one.id for one in about if one.kind is SubjectKind.CHILD]
    for kind, column, ids in (
        (SubjectKind.FAMILY, Assignment.family_id, families), (SubjectKind.CHILD, Assignment.child_id, children),
    ):  # fmt: skip
        query = select(column, Assignment.asn_id).where(column.in_(ids), *current(today))
        for id, asn in session.execute(query):
            found[Subject(kind, id or 0)].add(asn)
    return found


def _by_place(session: Session, *which: ColumnElement[bool]) -> dict[Place, set[int]]:
    """By place, the ids of the people with a role that meets the conditions."""
    found: dict[Place, set[int]] = defaultdict(set)
    for scope, id, person in session.execute(
        select(PersonRole.scope, PersonRole.scope_id, PersonRole.person_id).where(*which)
    ):
        found[scope, id].add(person)
    return dict(found)
