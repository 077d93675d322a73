"""Whom above a foster parent a late visit is told: their superior, the coordinators of their office, those of the city.

Who cannot be told is kept too, with the reason. Nobody reads of themselves, and nobody twice of the same visit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import ladder
from db.ladder import Cycle, Kept
from db.outbox import SKIPPED, Kind, Outgoing
from db.people import Person, PersonRole, places
from db.roles import Role, ScopeKind
from db.subjects import Subject
from flow.message import Message, plain
from programme import ladder as climbing
from programme import promise_messages, promises, unsent
from programme.fosterings import Fostering
from programme.ladder_messages import Line, to_coordinator, to_superior
from programme.names import bare, pronoun
from programme.visitors import Visitor, called, chunks, resting
from rules.ladder import Rung, Step, along
from rules.visits import standing

Come = tuple[Fostering, Step]
"""A late visit, and the step that it has come to."""


@dataclass(frozen=True)
class Reading:
    """One message: to whom and where, the steps that it takes, and whom ``about``: all whose visits it counts."""

    to: int
    place: tuple[str, str]
    message: Message
    about: Sequence[Subject]
    steps: Sequence[Come]


@dataclass(frozen=True)
class Above:
    """The messages, and the steps at which nobody can be told: with whom it would have been, and why not."""

    messages: Sequence[Reading]
    nobody: Sequence[tuple[Fostering, Step, int | None, str]]


@dataclass(frozen=True)
class _People:
    """Who stands above whom, who can be written to, and who has read a message lately."""

    persons: Mapping[int, Person]
    offices: Mapping[int, Sequence[Person]]
    city: Sequence[Person]
    places: Mapping[int, tuple[str, str]]
    resting: Collection[int]
    today: Collection[int]
    lately: Collection[int]

    @property
    def full_names(self) -> Mapping[int, str]:
        return {id: one.name for id, one in self.persons.items()}

    def can_read(self, person: Person) -> bool:
        return bool(person.roles) and person.id in self.places and person.id not in self.resting

    def why_not(self, person: Person) -> str:
        return climbing.ON_LEAVE if person.id in self.resting else climbing.NOT_HERE


def above(
    session: Session,
    come: Sequence[Come],
    late: Sequence[Fostering],
    kept: Mapping[Cycle, Collection[Kept]],
    begun: datetime,
    city: City,
) -> Above:
    """What is to be told above, of the steps that have ``come``. About ten statements, whatever their number.

    ``late`` are all visits that are due, ``kept`` their steps so far; ``begun`` is when the day began. Who has read
    their message of the day, also that visits have lapsed, a superior of the week, is told another day.
    """
    people = _people(session, come, begun, city)
    coordinators, superiors = defaultdict[int, list[Come]](list), defaultdict[int, list[Come]](list)
    nobody: list[tuple[Fostering, Step, int | None, str]] = []
    for one, step in come:
        readers, missing = _readers(one, step, people, kept.get(one.cycle, ()))
        if missing is not None:
            nobody.append((one, step, *missing))
        elif step.rung is Rung.SUPERIOR:
            superiors[readers[0].id].append((one, step))
        elif not any(reader.id in people.today for reader in readers):
            for reader in readers:
                coordinators[reader.id].append((one, step))
    for id in [id for id in superiors if id in people.today or id in people.lately or id in coordinators]:
        del superiors[id]
    for superior_id, told in _along(session, superiors, late, kept, begun.date(), city):
        superiors[superior_id].append(told)
    messages = [*_to_superiors(session, superiors, late, kept, people, begun.date(), city)]
    messages += _to_coordinators(session, coordinators, kept, people, begun.date(), city)
    return Above(messages, nobody)


def _along(
    session: Session,
    superiors: Mapping[int, Sequence[Come]],
    late: Sequence[Fostering],
    kept: Mapping[Cycle, Collection[Kept]],
    today: date,
    city: City,
) -> Sequence[tuple[int, Come]]:
    """By superior of those who read a message today, the other visits of theirs that are told along with it."""
    if not superiors:
        return ()
    query = select(Person.id, Person.superior_id).where(Person.superior_id.in_(superiors))
    over = {id: superior_id for id, superior_id in session.execute(query) if superior_id is not None}
    steps, come = (
        climbing.ladder_of(city.programme.ladder),
        {one.cycle for ones in superiors.values() for one, _ in ones},
    )
    found: list[tuple[int, Come]] = []
    for one in late:
        superior_id = over.get(one.asn_id)
        if superior_id is None or one.cycle in come or superior_id in {to.id for to in one.visitors}:
            continue
        taken = climbing.taken(kept.get(one.cycle, ()), city)
        step = along(steps, taken, standing(one.due, today).days_late)
        found += [(superior_id, (one, step))] if step is not None else []
    return found


def _readers(
    one: Fostering, step: Step, people: _People, kept: Collection[Kept]
) -> tuple[Sequence[Person], tuple[int | None, str] | None]:
    """Who reads of this step; else whom it would have been, where that is known, and why they do not."""
    asn = people.persons[one.asn_id]
    themselves = {one.asn_id, *(to.id for to in one.visitors)}
    if step.rung is Rung.SUPERIOR:
        superior = people.persons.get(asn.superior_id or 0)
        if superior is None:
            return (), (None, climbing.NO_SUPERIOR)
        if superior.id in themselves:
            return (), (superior.id, climbing.VISITS_THEMSELVES)
        return ((superior,), None) if people.can_read(superior) else ((), (superior.id, people.why_not(superior)))
    if step.rung is Rung.OFFICE and asn.office_id is None:
        return (), (None, climbing.NO_OFFICE)
    holders = people.offices.get(asn.office_id or 0, ()) if step.rung is Rung.OFFICE else people.city
    before = {
        row.person_id for row, _ in kept if row.rung != Rung.VISITOR and row.outgoing_key
    }  # fmt: skip
    others = [person for person in holders if person.id not in themselves]
    asked = [person for person in others if person.id not in before]
    readers = [person for person in asked if people.can_read(person)]
    if readers:
        return readers, None
    if not holders:
        return (), (None, climbing.NO_COORDINATOR)
    for some, why in ((asked, ""), (others, climbing.TOLD_BEFORE), (holders, climbing.VISITS_THEMSELVES)):
        if some:
            return (), (some[0].id, why or people.why_not(some[0]))
    return (), (None, climbing.NO_COORDINATOR)


def _people(session: Session, come: Sequence[Come], begun: datetime, city: City) -> _People:
    persons = _persons(session, {one.asn_id for one, _ in come})
    persons |= _persons(session, {one.superior_id for one in persons.values() if one.superior_id} - persons.keys())
    offices, of_city = defaultdict[int, list[Person]](list), list[Person]()
    held = select(PersonRole.scope, PersonRole.scope_id, PersonRole.person_id).where(
        PersonRole.role == Role.COORDINATOR,
        or_(
            and_(PersonRole.scope == ScopeKind.CITY, PersonRole.scope_id == 0), PersonRole.scope == ScopeKind.OFFICE
        ),
    )  # fmt: skip
    roles = session.execute(held.order_by(PersonRole.person_id)).all()
    persons |= _persons(session, {role.person_id for role in roles} - persons.keys())
    for role in roles:
        where = of_city if role.scope == ScopeKind.CITY else offices[role.scope_id]
        where.append(persons[role.person_id])
    today = select(Outgoing.person_id).where(
        Outgoing.kind.in_((Kind.LADDER, Kind.LAPSE)), Outgoing.created_at >= begun, Outgoing.state != SKIPPED
    )
    week = begun - timedelta(days=city.programme.ladder.superior_every_days - 1)
    return _People(
        persons,
        offices,
        of_city,
        places(session, persons),
        resting(session, persons, begun.date()),
        {id for id in session.scalars(today) if id is not None},
        ladder.last_told(session, Rung.SUPERIOR, week).keys(),
    )


def _persons(session: Session, ids: Collection[int]) -> dict[int, Person]:
    return {
        one.id: one for some in chunks(ids) for one in session.scalars(select(Person).where(Person.id.in_(some)))
    }  # fmt: skip


# --- the messages --------------------------------------------------------------------------------


def _to_superiors(
    session: Session,
    superiors: Mapping[int, Sequence[Come]],
    late: Sequence[Fostering],
    kept: Mapping[Cycle, Collection[Kept]],
    people: _People,
    today: date,
    city: City,
) -> Iterable[Reading]:
    """A message to each superior about all of theirs: who has come to the step, and who had and still has."""
    if not superiors:
        return
    before: dict[int, list[Fostering]] = defaultdict(list)
    for one in late:
        for row, _ in kept.get(one.cycle, ()):
            if row.rung == Rung.SUPERIOR and row.person_id in superiors and row.outgoing_key:
                before[row.person_id or 0].append(one)
    visits = {id: [*(one for one, _ in steps), *before[id]] for id, steps in superiors.items()}
    drafts = drafts_of(session, [one for ones in visits.values() for one in ones], city)
    planned = promises.planned(session, [one.about for ones in visits.values() for one in ones], today)
    reached = places(session, {to.id for ones in visits.values() for one in ones for to in one.visitors})
    for id, steps in superiors.items():
        to, team = people.persons[id], lines(visits[id], drafts, reached, today, planned, people.full_names)
        message = to_superior(Visitor(id, called(to)), _you(to), team, city)
        yield Reading(id, people.places[id], message, [one.about for one in visits[id]], steps)


def _to_coordinators(
    session: Session,
    coordinators: Mapping[int, Sequence[Come]],
    kept: Mapping[Cycle, Collection[Kept]],
    people: _People,
    today: date,
    city: City,
) -> Iterable[Reading]:
    """A message to each coordinator about the foster parents who have come to their step, with the proof."""
    if not coordinators:
        return
    visits = {id: [one for one, _ in steps] for id, steps in coordinators.items()}
    worst: dict[int, Fostering] = {}
    for one in sorted((one for ones in visits.values() for one in ones), key=lambda one: one.due):
        worst.setdefault(one.asn_id, one)
    told = climbing.told_of(session, {one.cycle: kept.get(one.cycle, ()) for one in worst.values()})
    proofs = {asn_id: climbing.words(told[one.cycle], city) for asn_id, one in worst.items()}
    drafts = drafts_of(session, worst.values(), city)
    planned = promises.planned(session, [one.about for ones in visits.values() for one in ones], today)
    reached = places(session, {to.id for one in worst.values() for to in one.visitors})
    for id, steps in coordinators.items():
        to, team = people.persons[id], lines(visits[id], drafts, reached, today, planned, people.full_names, proofs)
        message = to_coordinator(Visitor(id, called(to)), _you(to), team, city)
        yield Reading(id, people.places[id], message, [one.about for one in visits[id]], steps)


def lines(
    visits: Iterable[Fostering],
    drafts: Collection[tuple[int, Subject]],
    reached: Collection[int],
    today: date,
    planned: Mapping[tuple[int, Subject], date],
    full_names: Mapping[int, str],
    proofs: Mapping[int, str] | None = None,
) -> list[Line]:
    """A line for each foster parent of these visits, the longest overdue first; two of one call name by their full one.

    ``drafts`` are those of ``drafts_of``, ``reached`` the people who can be written to, ``planned`` the days that were
    promised: a line says the first.
    """

    def plan(ones: Iterable[Fostering]) -> str:
        days = [planned[one.asn_id, one.about] for one in ones if (one.asn_id, one.about) in planned]
        return promise_messages.plans(min(days), today) if days else ""

    by_asn: dict[int, list[Fostering]] = defaultdict(list)
    for one in sorted(visits, key=lambda one: (one.due, one.asn, one.asn_id)):
        by_asn[one.asn_id].append(one)
    same = Counter(ones[0].asn for ones in by_asn.values())
    return [
        Line(
            asn_id,
            ones[0].asn if same[ones[0].asn] == 1 else _in_full(ones[0].asn, full_names.get(asn_id, "")),
            len(ones),
            sum((asn_id, one.about) in drafts for one in ones),
            standing(ones[0].due, today).days_late,
            any(to.id in reached for to in ones[0].visitors),
            (proofs or {}).get(asn_id, ""),
            plan(ones),
        )
        for asn_id, ones in by_asn.items()
    ]


def drafts_of(session: Session, visits: Iterable[Fostering], city: City) -> set[tuple[int, Subject]]:
    """By foster parent, whom of these visits a report was begun about since the last one, by whoever visits."""
    listed = list(visits)
    begun = unsent.begun(session, {to.id for one in listed for to in one.visitors})
    return {
        (one.asn_id, one.about)
        for one in listed
        for to in one.visitors
        if (draft := begun.get(to.id, {}).get(one.about)) and city.today(draft.opened_at) >= one.since
    }


def _in_full(called: str, full_name: str) -> str:
    """ "Bu Sitti Rahmawati" of "Bu Sitti"."""
    title, _, _ = called.partition(" ")
    return f"{title} {plain(bare(full_name))}" if full_name else called


def _you(person: Person) -> str:
    return pronoun(person.name, nip=person.nip, sex=person.sex)
