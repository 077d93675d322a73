"""Invited, joined, first visit and silent, of foster parents, families and health workers, by office and place.

A dozen queries, whatever the size of the city. Of an office's families nothing is counted (``disclosure.of_places``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import or_, select, union
from sqlalchemy.orm import Session

from db.children import Carer, Child, Family, Pregnancy
from db.fostering import Delegate, delegated
from db.people import Address, Claim, ClaimState, Invitation, Person, PersonRole
from db.places import PLACE, District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind
from db.states import PRESENT, CareState
from db.visits import Visit
from programme import disclosure
from programme.disclosure import Shown
from programme.fosterings import Fostering
from programme.scopes import Scope, families_in, villages_in

SILENT_AFTER = timedelta(days=30)
ENOUGH = 0.9
"""The share that has joined from which a group is not reported in the digest any more."""
NO_OFFICE = "Tanpa kantor"


class Group(StrEnum):
    FOSTER = "pendamping"
    FAMILY = "keluarga"
    HEALTH = "petugas"


@dataclass(frozen=True)
class Count:
    """How many there are, and of them who was invited, who has joined (linked a phone, agreed), and who is silent.

    ``visited``: a foster parent who has reported a visit, a family that was visited; of health workers none.
    ``silent``: who has joined and has not written or tapped anything for 30 days.
    """

    total: int = 0
    invited: int = 0
    joined: int = 0
    visited: int = 0
    silent: int = 0

    @property
    def is_enough(self) -> bool:
        return self.joined >= ENOUGH * self.total


@dataclass(frozen=True)
class Place:
    """An office, a kelurahan or a puskesmas, with the counts of each group that is there."""

    name: str
    counts: Mapping[Group, Count]

    @property
    def share(self) -> float:
        """How large a part of everybody there has joined."""
        total = sum(one.total for one in self.counts.values())
        return sum(one.joined for one in self.counts.values()) / total if total else 1.0


@dataclass(frozen=True)
class Adoption:
    """The counts of all of a coordinator's scopes, and those of each place, where the fewest have joined first."""

    counts: Mapping[Group, Count] = field(default_factory=dict[Group, Count])
    places: tuple[Place, ...] = ()

    @property
    def behind(self) -> Mapping[Group, Count]:
        """The groups of which not enough have joined yet."""
        return {group: one for group, one in self.counts.items() if not one.is_enough}


@dataclass
class _Known:
    """What is known of people, by person id."""

    heard: Mapping[int, datetime]
    invited: Collection[int]
    silent_before: datetime
    members: dict[tuple[Group, int], tuple[bool, bool, bool, bool]] = field(
        default_factory=dict[tuple[Group, int], tuple[bool, bool, bool, bool]]
    )

    def add(self, group: Group, id: int, people: Collection[int], *, joined: bool | None = None, visited: bool) -> None:
        """Keep one of a group: a foster parent, a family or a health worker, for whom these people write."""
        heard = [self.heard[one] for one in people if one in self.heard]
        is_in = bool(heard) if joined is None else joined
        invited = is_in or any(one in self.invited for one in people)
        silent = is_in and not any(one >= self.silent_before for one in heard)
        self.members[group, id] = (invited, is_in, visited, silent)


def count(
    session: Session, held: Sequence[Scope], fostered: Sequence[Fostering], now: datetime, today: date
) -> Adoption:
    """The adoption in these scopes; ``fostered`` is everybody fostered in them today."""
    places = disclosure.of_places(held)
    known = _Known(_heard(session), set(session.scalars(select(Invitation.person_id).distinct())), now - SILENT_AFTER)
    at: dict[str, set[tuple[Group, int]]] = defaultdict(set)
    _add_foster_parents(session, held, fostered, today, known, at)
    if places:
        _add_families(session, places, today, known, at)
        _add_health_workers(session, places, today, known, at)
    found = [Place(name, _sums(known, members)) for name, members in at.items()]
    found.sort(key=lambda one: (one.share, -sum(count.total for count in one.counts.values()), one.name))
    return Adoption(_sums(known, known.members), tuple(found))


def _sums(known: _Known, members: Iterable[tuple[Group, int]]) -> dict[Group, Count]:
    rows: dict[Group, list[tuple[bool, bool, bool, bool]]] = defaultdict(list)
    for one in members:
        rows[one[0]].append(known.members[one])
    return {
        group: Count(len(rows[group]), *(sum(column) for column in zip(*rows[group], strict=True)))
        for group in Group
        if group in rows
    }


def _heard(session: Session) -> dict[int, datetime]:
    """When each person who has a phone here was heard last, also from one they share."""
    own = select(Address.person_id, Address.last_heard_at).where(Address.person_id.is_not(None))
    shared = select(Claim.person_id, Address.last_heard_at).join(Address, Address.id == Claim.address_id)
    found: dict[int, datetime] = {}
    both = own.union_all(shared.where(Claim.state == ClaimState.CONFIRMED))
    for person, at in cast("Iterable[tuple[int, datetime]]", session.execute(both)):
        found[person] = max(at, found.get(person, at))
    return found


def _add_foster_parents(
    session: Session,
    held: Collection[Scope],
    fostered: Sequence[Fostering],
    today: date,
    known: _Known,
    at: dict[str, set[tuple[Group, int]]],
) -> None:
    """Those who foster somebody today; whoever visits in their name joins and reports for them."""
    visit_for: dict[int, list[int]] = defaultdict(list)
    for principal, person in session.execute(
        select(Delegate.principal_id, Delegate.person_id).where(*delegated(today))
    ):
        visit_for[principal].append(person)
    stands = Visit.undone_at.is_(None)
    reported = {
        one for row in session.execute(select(Visit.asn_id, Visit.carer_id).where(stands).distinct()) for one in row
    }
    office = select(Person.id, Office.name).join(Office, Office.id == Person.office_id)
    offices = {row.id: row.name for row in session.execute(office)}
    for one in fostered:
        id = one.asn_id
        people = visit_for.get(id) or [id]
        known.add(Group.FOSTER, id, people, visited=not reported.isdisjoint({id, *people}))
        at[offices.get(id, NO_OFFICE)].add((Group.FOSTER, id))
        if Shown.CODE in disclosure.over(held, *one.home):
            at[one.village].add((Group.FOSTER, id))


def _add_families(
    session: Session, places: Collection[Scope], today: date, known: _Known, at: dict[str, set[tuple[Group, int]]]
) -> None:
    """Families of which a child or a pregnancy is with us."""
    here = select(Child.family_id).where(Child.state.in_(PRESENT))
    awaited = select(Pregnancy.family_id).where(Pregnancy.state == CareState.ACTIVE)
    query = (
        select(Family.id, PLACE)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(
            Family.id.in_(families_in(places, today)), Family.forgotten_at.is_(None),
            or_(Family.id.in_(here), Family.id.in_(awaited)),
        )
    )  # fmt: skip
    carers: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(select(Carer.family_id, Carer.person_id, Carer.joined_on)):
        carers[row.family_id].append(row)
    visits = (
        select(table.family_id).join(Visit, visited == table.id).where(Visit.undone_at.is_(None))
        for visited, table in ((Visit.child_id, Child), (Visit.pregnancy_id, Pregnancy))
    )
    seen = set(session.scalars(union(*visits)))
    for id, village in session.execute(query):
        people = [row.person_id for row in carers[id]]
        joined = any(row.joined_on is not None for row in carers[id])
        known.add(Group.FAMILY, id, people, joined=joined, visited=id in seen)
        at[village].add((Group.FAMILY, id))


def _add_health_workers(
    session: Session, places: Collection[Scope], today: date, known: _Known, at: dict[str, set[tuple[Group, int]]]
) -> None:
    """Those of a posyandu or a kelurahan under their kelurahan, those of a puskesmas under it."""
    there = select(Village.id, PLACE.label("name")).join(District, District.id == Village.district_id)
    villages = {row.id: row.name for row in session.execute(there.where(villages_in(places)))}
    post = session.execute(select(Posyandu.id, Posyandu.village_id))
    posts = {id: villages[village] for id, village in post if village in villages}
    served = select(Family.health_centre_id).where(Family.id.in_(families_in(places, today))).distinct()
    centres = {
        one.id: one.full_name for one in session.scalars(select(HealthCentre).where(HealthCentre.id.in_(served)))
    }
    named: Mapping[str, Mapping[int, str]] = {
        ScopeKind.VILLAGE: villages, ScopeKind.POSYANDU: posts, ScopeKind.HEALTH_CENTRE: centres,
    }  # fmt: skip
    held = PersonRole.role == Role.HEALTH, or_(PersonRole.ends.is_(None), PersonRole.ends >= today)
    for person, kind, place in session.execute(
        select(PersonRole.person_id, PersonRole.scope, PersonRole.scope_id).where(*held)
    ):
        if name := named.get(kind, {}).get(place):
            known.add(Group.HEALTH, person, [person], visited=False)
            at[name].add((Group.HEALTH, person))
