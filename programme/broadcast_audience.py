"""Whom an announcement is for, and who of them can be written to; the rest each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from content.city import City
from db import endings, people
from db.broadcasts import wishing
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import carer_reads
from db.fostering import Assignment, Delegate, current, delegated
from db.people import Address, AddressState, Person, PersonRole
from db.places import HealthCentre, Village
from db.roles import Role, ScopeKind, Title
from db.states import PRESENT, TAUGHT, CareState
from db.visits import Visit
from programme.broadcast_scopes import posts_in, village_in
from programme.fosterings import Fostering, fosterings
from programme.scopes import CITY, Scope
from rules.stages import months_after
from rules.visits import standing

ALL, LATE, NEVER = "all", "late", "never"
PREGNANT, UNDER_TWO = "pregnant", "under_two"
CADRES, PUSKESMAS = "cadres", "puskesmas"
STATUSES: Mapping[Role, Mapping[str, str]] = {
    Role.ASN: {ALL: "Semua pendamping", LATE: "Kunjungannya terlambat", NEVER: "Belum pernah melapor"},
    Role.FAMILY: {ALL: "Semua keluarga", PREGNANT: "Yang sedang hamil", UNDER_TWO: "Anaknya di bawah 2 tahun"},
    Role.HEALTH: {ALL: "Semua petugas", CADRES: "Kader", PUSKESMAS: "Bidan, petugas gizi"},
    Role.COORDINATOR: {ALL: "Semua koordinator"},
}
"""What the recipients can be narrowed down to, by role; each is counted in the tables. A label fits a button."""
UNDER = 24  # months
AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766

# Why somebody is not written to. That a family mourns is told to nobody: it counts among those who rest.
NOT_JOINED, ONLY_LESSONS, NOT_REACHED = "belum bergabung", "hanya menerima pesan edukasi", "tidak bisa dihubungi"
NO_CONSENT, NO_WISH = "belum memberi persetujuan", "belum mau menerima pengumuman"
STOPPED, RESTS = "sudah berhenti", "sedang jeda"
NOT_AMONG = "sudah tidak termasuk"


class Audience(NamedTuple):
    """People of a role in a scope, narrowed down to a status."""

    role: Role
    scope: Scope
    status: str = ALL


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person, as a carer of ``family_id`` or by another role. ``why``: the reason for not writing to them.

    ``is_open``: on WhatsApp, their 24 hours last; they get the text itself.
    """

    person_id: int
    family_id: int | None
    channel: str = ""
    address: str = ""
    is_open: bool = False
    why: str = ""


@dataclass(frozen=True)
class Reach:
    """Everybody an announcement is for."""

    recipients: Sequence[Recipient]

    @cached_property
    def reached(self) -> Sequence[Recipient]:
        return [one for one in self.recipients if not one.why]

    @cached_property
    def by_channel(self) -> Mapping[str, int]:
        return Counter(one.channel for one in self.reached)

    @cached_property
    def kept_back(self) -> Mapping[str, int]:
        """How many cannot be written to, by the reason, most first."""
        return dict(Counter(one.why for one in self.recipients if one.why).most_common())

    @property
    def announced(self) -> int:
        """How many an approved template has to announce it to."""
        return sum(one.channel == "whatsapp" and not one.is_open for one in self.reached)

    @property
    def free_form(self) -> int:
        """How many get the text itself on WhatsApp."""
        return self.by_channel.get("whatsapp", 0) - self.announced


def find(session: Session, audience: Audience, city: City, now: datetime, *, without: int = 0) -> Reach:
    """Everybody it is for, each once, but for the person ``without``. ``now`` is in the city's time zone."""
    if audience.role == Role.FAMILY:
        return Reach(_families(session, audience, city, now, None, without))
    today = now.date()
    ids = set(session.scalars(_members(audience, today))) - {without}
    if audience.role == Role.ASN and audience.status != ALL:
        ids &= _by_visits(session, audience, city, now)
    return Reach(_written(session, dict.fromkeys(sorted(ids)), {}, now))


def again(
    session: Session, audience: Audience, ids: Collection[int], city: City, now: datetime
) -> Mapping[int, Recipient]:
    """These recipients once more, by person: who has lost the role, the consent or the phone since has a ``why``.

    Lateness is not asked for again: the announcement is for who was late when it was agreed to.
    """
    if audience.role == Role.FAMILY:
        found = {one.person_id: one for one in _families(session, audience, city, now, ids, 0)}
    else:
        there = set(session.scalars(_members(audience, now.date()).where(Person.id.in_(ids))))
        found = {one.person_id: one for one in _written(session, dict.fromkeys(sorted(there)), {}, now)}
    return {id: found.get(id, Recipient(id, None, why=NOT_AMONG)) for id in ids}


def holds(session: Session, audience: Audience, ids: Collection[int], now: datetime) -> set[int]:
    """Those of these people who still have the role there."""
    return set(session.scalars(_members(audience, now.date()).where(Person.id.in_(ids))))


# --- staff ------------------------------------------------------------------------------


def _members(audience: Audience, today: Any) -> Select[int]:
    """The ids of the people of a role in a scope; of families the carers who may read."""
    role, scope, status = audience
    held = [PersonRole.role == role, or_(PersonRole.ends.is_(None), PersonRole.ends >= today)]
    match role:
        case Role.ASN:
            where = [Person.roles.any(and_(*held)), *_fostering_in(scope, today)]
        case Role.HEALTH:
            titles = {CADRES: (Title.CADRE,), PUSKESMAS: (Title.MIDWIFE, Title.NUTRITIONIST)}.get(status)
            held += [PersonRole.title.in_(titles)] if titles else []
            where = [Person.roles.any(and_(*held, _serves(scope)))]
        case Role.COORDINATOR:
            where = [Person.roles.any(and_(*held, _coordinates(scope)))]
        case _:
            where = [Person.id.in_(select(Carer.person_id).where(Carer.family_id.in_(_homes(scope)), carer_reads()))]
    return select(Person.id).where(*where)


def _fostering_in(scope: Scope, today: Any) -> list[ColumnElement[bool]]:
    """The condition that a Person belongs to the office, or fosters in the place or visits for somebody who does."""
    if scope.kind == ScopeKind.OFFICE:
        return [Person.office_id == scope.id]
    if scope == CITY:
        return []
    homes = _homes(scope)
    children = select(Child.id).where(Child.family_id.in_(homes))
    fosters = select(Assignment.asn_id).where(
        or_(Assignment.family_id.in_(homes), Assignment.child_id.in_(children)), *current(today)
    )
    sent = select(Delegate.person_id).where(Delegate.principal_id.in_(fosters), *delegated(today))
    return [or_(Person.id.in_(fosters), Person.id.in_(sent))]


def _homes(scope: Scope) -> Select[int]:
    """The ids of the families of a place."""
    cared_for = {ScopeKind.POSYANDU: Family.posyandu_id, ScopeKind.HEALTH_CENTRE: Family.health_centre_id}
    if (column := cared_for.get(ScopeKind(scope.kind))) is not None:
        return select(Family.id).where(column == scope.id, Family.forgotten_at.is_(None))
    where = village_in(scope), Family.forgotten_at.is_(None)
    return select(Family.id).join(Village, Village.id == Family.village_id).where(*where)


def _serves(scope: Scope) -> ColumnElement[bool]:
    """The condition that a PersonRole of a health worker is of the place: its posyandu, puskesmas, or kelurahan."""
    if scope == CITY:
        return true()
    served = select(Family.health_centre_id).where(Family.id.in_(_homes(scope)), Family.health_centre_id.is_not(None))
    centre = PersonRole.scope_id.in_(served)
    if scope.kind == ScopeKind.HEALTH_CENTRE:  # of a family's own posyandu it may be another one
        centre = PersonRole.scope_id == scope.id
    if scope.kind == ScopeKind.DISTRICT:
        centre |= PersonRole.scope_id.in_(select(HealthCentre.id).where(HealthCentre.district_id == scope.id))
    villages = select(Village.id).where(village_in(scope))
    return or_(
        and_(PersonRole.scope == ScopeKind.POSYANDU, PersonRole.scope_id.in_(posts_in(scope))),
        and_(PersonRole.scope == ScopeKind.HEALTH_CENTRE, centre),
        and_(PersonRole.scope == ScopeKind.VILLAGE, PersonRole.scope_id.in_(villages)),
    )


def _coordinates(scope: Scope) -> ColumnElement[bool]:
    """The condition that a PersonRole of a coordinator is of the place or of a smaller one in it."""
    if scope == CITY:
        return true()
    villages = select(Village.id).where(village_in(scope))
    inside = and_(PersonRole.scope == ScopeKind.VILLAGE, PersonRole.scope_id.in_(villages))
    return or_(and_(PersonRole.scope == ScopeKind(scope.kind), PersonRole.scope_id == scope.id), inside)


def _by_visits(session: Session, audience: Audience, city: City, now: datetime) -> set[int]:
    """Who visits late, or has never reported though a visit is asked of them."""
    asked = [one for one in _fostered(session, audience.scope, city, now) if one.answers and one.joined]
    if audience.status == LATE:
        late = (one for one in asked if standing(one.due, now.date()).overdue)
        return {visitor.id for one in late for visitor in one.visitors}
    ids = {visitor.id for one in asked for visitor in one.visitors}
    return ids - _have_reported(session, ids)


def _fostered(session: Session, scope: Scope, city: City, now: datetime) -> Iterable[Fostering]:
    inside = scope if scope.kind != ScopeKind.POSYANDU else CITY
    found = fosterings(session, now.date(), city.programme.visits.every_days, [inside], city.zone)
    if scope.kind != ScopeKind.POSYANDU:
        return found
    homes = set(session.scalars(_homes(scope)))
    return [one for one in found if one.family_id in homes]


def _have_reported(session: Session, ids: Collection[int]) -> set[int]:
    found = set[int]()
    for some in _chunks(ids):
        query = select(Visit.asn_id).where(Visit.asn_id.in_(some), Visit.undone_at.is_(None)).distinct()
        found |= set(session.scalars(query))
    return found


# --- families ---------------------------------------------------------------------------


def _families(
    session: Session, audience: Audience, city: City, now: datetime, only: Collection[int] | None, without: int
) -> list[Recipient]:
    """The carers of the families, each once; who may not or does not want to be written to has the reason."""
    today = now.date()
    query = (
        select(
            Carer.person_id, Carer.family_id, Carer.joined_on, Carer.stopped_at, Carer.paused_until,
            carer_reads().label("reads"), wishing().label("wishes"),
        )
        .where(Carer.family_id.in_(_homes(audience.scope)), Carer.closed_at.is_(None), _has(audience.status, today))
        .order_by(Carer.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(Carer.person_id.in_(only))
    mourning = endings.mourning(session, now - timedelta(days=city.programme.loss.quiet_days))
    homes, why = dict[int, int | None](), dict[int, str]()
    for one in session.execute(query):
        if one.person_id == without or (one.person_id in homes and not why[one.person_id]):
            continue  # of somebody with several families, the first for which they can be written to
        homes[one.person_id] = one.family_id
        why[one.person_id] = _why(one, today, one.family_id in mourning)
    return _written(session, homes, why, now)


def _why(carer: Any, today: Any, mourns: bool) -> str:
    if carer.joined_on is None:
        return NOT_JOINED
    if carer.stopped_at is not None:
        return STOPPED
    if not carer.reads:
        return NO_CONSENT
    if not carer.wishes:
        return NO_WISH
    return RESTS if mourns or (carer.paused_until is not None and carer.paused_until > today) else ""


def _has(status: str, today: Any) -> ColumnElement[bool]:
    """The condition on a Carer that the family has somebody of this status, with us."""
    pregnant = exists().where(Pregnancy.family_id == Carer.family_id, Pregnancy.state == CareState.ACTIVE)
    child = exists().where(Child.family_id == Carer.family_id)
    if status == PREGNANT:
        return pregnant
    if status == UNDER_TWO:
        return child.where(Child.state.in_(PRESENT), Child.born > months_after(today, -UNDER))
    couple = exists().where(Wedding.family_id == Carer.family_id, Wedding.state == CareState.ACTIVE)
    return or_(pregnant, child.where(Child.state.in_(TAUGHT)), couple)


# --- how each is reached ----------------------------------------------------------------


def _written(
    session: Session, homes: Mapping[int, int | None], why: Mapping[int, str], now: datetime
) -> list[Recipient]:
    """These people with the address they used last; who has none that works has the reason."""
    places, lessons, known = dict[int, tuple[str, str]](), set[int](), set[int]()
    free = set[tuple[str, str]]()
    for some in _chunks(homes):
        places |= people.places(session, some)
        lessons |= set(people.places(session, some, lessons=True))
        query = select(Address.person_id).where(Address.person_id.in_(some), Address.state != AddressState.OK)
        known |= {id for id in session.scalars(query) if id is not None}
    for some in _chunks(places):
        query = select(Address.channel, Address.address).where(
            Address.address.in_([places[id][1] for id in some]), Address.window_until > now
        )
        free |= {(channel, address) for channel, address in session.execute(query)}
    found: list[Recipient] = []
    for id, family_id in homes.items():
        reason = why.get(id, "")
        if not reason and id not in places:
            reason = ONLY_LESSONS if id in lessons else NOT_REACHED if id in known else NOT_JOINED
        channel, address = places.get(id, ("", "")) if not reason else ("", "")
        found.append(Recipient(id, family_id, channel, address, (channel, address) in free, reason))
    return found


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
