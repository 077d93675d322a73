"""Training cards: to ASN from their first assignment on, and to those whom something in a family concerns.

A card names no child; the referral, the digest and the visit do. The same card comes to the same person again only
after half a year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db.children import HEAD, Assignment, Child, Family, Pregnancy, current
from db.people import Address, Person, PersonRole
from reports.concerned import coordinators
from reports.fostered import fosterings
from reports.names import salute
from scheduler import education
from scheduler.occasions import households, looks_back, occasions
from scheduler.reach import places
from scheduler.reader import Reader, Start
from scheduler.readers import BATCH
from scheduler.told import told_to

LATE_DAYS = 30  # a visit so long overdue brings the card about beginning again
DUTY, OVERDUE = "tugas", "kunjungan-terlewat"


class Calling(NamedTuple):
    """A condition that concerns some people as ``audience``, since ``day``."""

    condition: str
    audience: str
    day: date


def tick(session: Session, now: datetime, city: City) -> None:
    """Plan the day's cards; under keys, like all lessons."""
    for batch in staff(session, now, city):
        education.promise(session, batch, now, city)


def staff(session: Session, now: datetime, city: City) -> Iterator[list[Reader]]:
    """Everybody for whom a card may be due today."""
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
) -> list[Reader]:
    found = places(session, people)
    told = told_to(session, people, now, city)
    rest = city.programme.lessons.card_again_days
    readers: list[Reader] = []
    for person in session.scalars(select(Person).where(Person.id.in_(people)).order_by(Person.id)):
        starts = [
            Start(
                one.audience, "kejadian", f"@{one.day}", one.day, one.day, one.day, condition=one.condition, rest=rest
            )
            for one in sorted(calls.get(person.id, ()))
        ]
        if day := first.get(person.id):
            starts.append(Start("asn", DUTY, DUTY, day, day, day))
        call = salute(person.name, nip=person.nip)
        mine = told[person.id]
        readers.append(Reader(person.id, call, found.get(person.id), starts, mine.rows, mine.lately, mine.lost))
    return readers


def _first_duties(session: Session, today: date, city: City) -> dict[int, date]:
    """Each ASN's first day: of the first assignment that still holds, or the day on which they joined, if later.

    Who has not joined has no cards to miss.
    """
    assigned = select(Assignment.asn_id, func.min(Assignment.starts)).where(*current(today)).group_by(Assignment.asn_id)
    joined = select(Address.person_id, func.min(Address.linked_at)).where(Address.linked_at.is_not(None))
    since = {person: city.today(at) for person, at in session.execute(joined.group_by(Address.person_id)) if at}
    return {asn: max(starts, since[asn]) for asn, starts in session.execute(assigned) if asn in since}


def _callings(session: Session, today: date, city: City) -> Mapping[int, set[Calling]]:
    """What concerns whom today, by person."""
    audiences: dict[str, set[str]] = defaultdict(set)
    for lesson in city.library.of_anchor("kejadian"):
        if not lesson.for_family:
            audiences[lesson.condition].update(lesson.audience)
    found: dict[int, set[Calling]] = defaultdict(set)
    families = session.scalars(
        select(Family.id).where(
            Family.joined_by == "register",
            or_(
                select(Child.id).where(Child.family_id == Family.id).exists(),
                select(Pregnancy.id).where(Pregnancy.family_id == Family.id).exists(),
            ),
        )
    ).all()
    for begin in range(0, len(families), BATCH):
        for family, happened in occasions(
            session, households(session, families[begin : begin + BATCH], today), today, city
        ).items():
            concerned = {(one.condition, one.day, one.about) for one in happened if one.condition in audiences}
            for condition, day, about in concerned:
                for audience in audiences[condition]:
                    for person in _whom(session, audience, family, about, today):
                        found[person].add(Calling(condition, audience, day))
    if OVERDUE in audiences:
        since = today - timedelta(days=looks_back(city))
        for one in fosterings(session, today, city.programme.visits.every_days):
            if since <= (day := one.due + timedelta(days=LATE_DAYS)) <= today:
                found[one.asn_id].add(Calling(OVERDUE, "asn", day))
    return found


def _whom(session: Session, audience: str, family_id: int, about: str, today: date) -> Collection[int]:
    if audience == "asn":
        covered = [Assignment.family_id == family_id]
        if about.startswith("c"):
            covered.append(Assignment.child_id == int(about[1:]))
        return session.scalars(select(Assignment.asn_id).where(or_(*covered), *current(today))).all()
    family = session.get_one(Family, family_id)
    if audience == "koordinator":
        return [person.id for person in coordinators(session, family)]
    near = (
        ("posyandu", family.posyandu_id), ("puskesmas", family.health_centre_id), ("kelurahan", family.village_id),
    )  # fmt: skip
    here = or_(*((PersonRole.scope == scope) & (PersonRole.scope_id == id) for scope, id in near if id is not None))
    return session.scalars(
        select(PersonRole.person_id).where(PersonRole.role == "health", PersonRole.title != HEAD, here)
    ).all()
