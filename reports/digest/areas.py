"""The numbers of many areas of one kind in one go: counted once by place of the family and by office, and added up.

Some thirty statements, whatever the number of areas and of families.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.city import City
from db import questions
from db.children import Child, Family, Pregnancy
from db.fostering import Assignment, Part, current
from db.people import Person
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.questions import QuestionState
from db.referrals import Referral, ReferralState
from db.roles import ScopeKind
from db.subjects import Subject
from db.visits import Visit
from programme import disclosure
from programme.fosterings import CHILD, PREGNANCY, WEDDING, Fostering, fosterings
from programme.scopes import CITY, HOME, Scope, families_in
from programme.unassigned import Unassigned, unassigned
from programme.visitors import chunks
from reports.digest.area_counts import WEEKS, Area, Counts, Tally, help_first
from reports.digest.late_questions import is_late
from rules import punctuality
from rules.signs import Urgency
from rules.stages import months_after
from rules.visits import standing

URGENT = (Urgency.NOW, Urgency.TODAY)
APART = {
    ScopeKind.HEALTH_CENTRE: "Belum punya puskesmas", ScopeKind.POSYANDU: "Belum punya posyandu",
    ScopeKind.OFFICE: "Tanpa kantor",
}  # fmt: skip
"""What is said apart, because it belongs to no area of the kind."""
KINDS: Mapping[ScopeKind, tuple[ScopeKind, ...]] = {
    ScopeKind.CITY: (
        ScopeKind.DISTRICT, ScopeKind.VILLAGE, ScopeKind.HEALTH_CENTRE, ScopeKind.POSYANDU, ScopeKind.OFFICE,
        ScopeKind.CITY,
    ),
    ScopeKind.DISTRICT: (
        ScopeKind.VILLAGE, ScopeKind.HEALTH_CENTRE, ScopeKind.POSYANDU, ScopeKind.OFFICE, ScopeKind.DISTRICT,
    ),
    ScopeKind.HEALTH_CENTRE: (ScopeKind.POSYANDU, ScopeKind.VILLAGE, ScopeKind.HEALTH_CENTRE),
    ScopeKind.VILLAGE: (ScopeKind.POSYANDU, ScopeKind.VILLAGE),
    ScopeKind.POSYANDU: (ScopeKind.POSYANDU,),
    ScopeKind.OFFICE: (ScopeKind.OFFICE,),
}  # fmt: skip
"""By what kinds of area a coordinator of each kind of scope sees their numbers, the widest view first.

An office is not told in which kelurahan its families live (``programme.disclosure``): it has only its own line.
"""


TABLES = (ScopeKind.OFFICE, ScopeKind.DISTRICT, ScopeKind.VILLAGE, ScopeKind.HEALTH_CENTRE)
"""The kinds of which the workbook of the digest has a sheet."""


class Spot(NamedTuple):
    """Where a family lives and is cared for; all None for a question about no family."""

    village_id: int | None = None
    district_id: int | None = None
    health_centre_id: int | None = None
    posyandu_id: int | None = None


NOWHERE = Spot()
COLUMN = {
    ScopeKind.VILLAGE: 0, ScopeKind.DISTRICT: 1, ScopeKind.HEALTH_CENTRE: 2, ScopeKind.POSYANDU: 3,
}  # fmt: skip
"""Where in a ``Spot`` the id of each kind of place stands."""


def kinds(held: Iterable[Scope]) -> tuple[ScopeKind, ...]:
    """The kinds of area of which a coordinator of these scopes may see the numbers, the widest view first."""
    ordered = sorted(held, key=_widest)
    return tuple(dict.fromkeys(kind for scope in ordered for kind in KINDS.get(cast("Any", scope.kind), ())))


def _widest(scope: Scope) -> int:
    order = list(KINDS)
    return order.index(cast("Any", scope.kind)) if scope.kind in order else len(order)


def widest(held: Collection[Scope]) -> ScopeKind | None:
    """The kind of area by which these scopes are compared first; None where they are one place without parts."""
    if not held:
        return None
    top = CITY if CITY in held else min(held, key=_widest)
    if sum(scope.kind == top.kind for scope in held) > 1:
        return cast("ScopeKind", top.kind)
    parts = KINDS.get(cast("Any", top.kind), ())
    return parts[0] if parts and parts[0] != top.kind else None


def in_scope(session: Session, held: Sequence[Scope], kind: ScopeKind, now: datetime, city: City) -> Sequence[Area]:
    """The areas of this kind in these scopes, what needs help first. Empty for a kind that they may not see."""
    return count(session, held, now, city).of(kind)


def of_one(session: Session, kind: ScopeKind, id: int, now: datetime, city: City) -> Area | None:
    """The numbers of one place, one office or the city (0); None where there is no such place."""
    name = city.name if kind == ScopeKind.CITY else _names(session, kind, [id]).get(id)
    if name is None:
        return None
    numbers = count(session, [Scope(kind, id)], now, city)
    found = next((one for one in numbers.of(kind) if one.id == id), None)
    return found or Area(kind, id, name, Tally().counts(numbers.mondays))


@dataclass(frozen=True)
class Numbers:
    """What was counted once in some scopes: ``by_spot`` of their places, ``by_office`` of who fosters there.

    ``visits`` are those of all scopes together, each family once.
    """

    session: Session
    city: City
    held: tuple[Scope, ...]
    mondays: Sequence[date]
    by_spot: Mapping[Spot, Tally]
    by_office: Mapping[int | None, Tally]
    visits: Counts

    def of(self, kind: ScopeKind) -> list[Area]:
        """The areas of this kind of which something was counted, what needs help first."""
        if kind not in kinds(self.held):
            return []
        if kind == ScopeKind.CITY:
            return [Area(kind, 0, self.city.name, self.whole)]
        found: dict[int | None, Tally] = defaultdict(Tally)
        if kind == ScopeKind.OFFICE:
            found |= self.by_office
        else:
            for spot, tally in self.by_spot.items():
                if spot != NOWHERE:
                    found[spot[COLUMN[kind]]].take(tally)
        names = _names(self.session, kind, [id for id in found if id is not None])
        districts = {spot.village_id: spot.district_id for spot in self.by_spot}
        areas = [
            Area(
                kind, id or 0, APART[kind] if id is None else names[id], tally.counts(self.mondays),
                districts.get(id) if kind == ScopeKind.VILLAGE else None,
            )
            for id, tally in found.items()
        ]  # fmt: skip
        return help_first(areas)

    def tables(self) -> tuple[tuple[ScopeKind, tuple[Area, ...]], ...]:
        """Every kind of area that these scopes may see, but the city, in the order of ``TABLES``."""
        return tuple((kind, found) for kind in TABLES if (found := tuple(self.of(kind))))

    @property
    def whole(self) -> Counts:
        """All places together, each family once."""
        tally = Tally()
        for one in self.by_spot.values():
            tally.take(one)
        return tally.counts(self.mondays)


def count(
    session: Session,
    held: Sequence[Scope],
    now: datetime,
    city: City,
    fostered: Sequence[Fostering] | None = None,
    nobody: Sequence[Unassigned] | None = None,
    *,
    weeks: int = WEEKS,
) -> Numbers:
    """Count everything in these scopes once.

    ``fostered`` is everybody fostered in them today, and ``nobody`` whom nobody fosters, where they are known.

    Of the visits that were due, so many of the last ``weeks``.
    """
    today, every = city.today(now), city.programme.visits.every_days
    scopes = [CITY] if CITY in held else list(held)
    places = disclosure.of_places(scopes)
    if fostered is None:
        fostered = fosterings(session, today, every, scopes, city.zone) if scopes else ()
    mondays = punctuality.last_weeks(today, weeks)
    by_spot: dict[Spot, Tally] = defaultdict(Tally)
    by_office: dict[int | None, Tally] = defaultdict(Tally)
    every_visit = Tally()
    _add_visits(session, fostered, places, scopes, mondays, today, every, by_spot, by_office, every_visit)
    _add_referrals(session, places, scopes, today, city, by_spot, by_office)
    for one in unassigned(session, scopes, today, city.zone) if nobody is None else nobody:
        by_spot[Spot(*one.home)].add("unassigned")
    if places:
        _add_questions(session, places, now, city, by_spot)
    return Numbers(session, city, tuple(scopes), mondays, by_spot, by_office, every_visit.counts(mondays))


def _inside(spot: Spot, places: Collection[Scope]) -> bool:
    """Whether the family there belongs to one of these places."""
    return any(
        scope == CITY or (scope.kind in COLUMN and spot[COLUMN[cast("Any", scope.kind)]] == scope.id)
        for scope in places
    )  # fmt: skip


def _add_visits(
    session: Session,
    fostered: Sequence[Fostering],
    places: Collection[Scope],
    scopes: Collection[Scope],
    mondays: Sequence[date],
    today: date,
    every: int,
    by_spot: dict[Spot, Tally],
    by_office: dict[int | None, Tally],
    every_visit: Tally,
) -> None:
    """Each child, mother and couple once: by whoever answers for the visits."""
    asked = [one for one in fostered if one.answers]
    month = today.replace(day=1)
    month_end = months_after(month, 1) - timedelta(days=1)
    # A day that was agreed puts a visit off by twice the interval at most, so no earlier one tells what was due.
    made = _made(session, asked, min(month, mondays[0] - timedelta(days=2 * every)), today)
    offices = {scope.id for scope in scopes if scope.kind == ScopeKind.OFFICE}
    for one in asked:
        visits = made.get(one.about, ())
        tallies = [every_visit]
        spot = Spot(*one.home)
        inside = _inside(spot, places)
        if inside:
            tallies.append(by_spot[spot])
        if inside or one.office_id in offices:
            tallies.append(by_office[one.office_id])
        seen = bool(visits) and visits[-1][0] >= month
        days = standing(one.due, today).days_late
        weeks = punctuality.by_week(
            punctuality.asked(one.begins if one.joined else None, visits, one.due, every, one.away), mondays
        )
        for tally in tallies:
            tally.add("fostered")
            tally.add("seen", seen)
            tally.add("needed", seen or one.due <= month_end or not one.joined)
            tally.add("late", days > 0)
            tally.longest = max(tally.longest, days)
            if not one.joined:
                tally.not_joined.add(one.asn_id)
            for monday, visit in zip(mondays, weeks, strict=True):
                if visit is not None:
                    tally.add_week(monday, 1, visit.made is not None, visit.on_time)


def _made(
    session: Session, asked: Sequence[Fostering], since: date, until: date
) -> Mapping[Subject, Sequence[punctuality.Visited]]:
    """The valid visits of these subjects between two days, oldest first."""
    found: dict[Subject, list[punctuality.Visited]] = defaultdict(list)
    for kind, column in ((CHILD, Visit.child_id), (PREGNANCY, Visit.pregnancy_id), (WEDDING, Visit.wedding_id)):
        query = select(column, Visit.visited_on, Visit.next_on).where(
            Visit.visited_on.between(since, until), Visit.undone_at.is_(None)
        )
        for ids in chunks({one.about.id for one in asked if one.about.kind is kind}):
            for id, on, next_on in session.execute(query.where(column.in_(ids)).order_by(Visit.visited_on, Visit.id)):
                found[Subject(kind, id or 0)].append((on, next_on))
    return found


def _add_referrals(
    session: Session,
    places: Collection[Scope],
    scopes: Sequence[Scope],
    today: date,
    city: City,
    by_spot: dict[Spot, Tally],
    by_office: dict[int | None, Tally],
) -> None:
    """The open referrals of families; of signs of the private list alone none, as in the digest."""
    query = (
        select(Referral.signs, Referral.urgency, Referral.state, Referral.opened_at, Family.id, *HOME)
        .outerjoin(Child, Child.id == Referral.child_id)
        .outerjoin(Pregnancy, Pregnancy.id == Referral.pregnancy_id)
        .join(Family, Family.id == func.coalesce(Child.family_id, Pregnancy.family_id, Referral.family_id))
        .join(Village, Village.id == Family.village_id)
        .where(Family.id.in_(families_in(scopes, today)), Referral.closed_at.is_(None))
    )
    rows = [row for row in cast("Iterable[Any]", session.execute(query)) if not row[0] or disclosure.public(row[0])]
    fostering = _offices_of(session, {row[4] for row in rows}, today)
    offices = {scope.id for scope in scopes if scope.kind == ScopeKind.OFFICE}
    for _, urgency, state, opened_at, family_id, *ids in rows:
        spot = Spot(*ids)
        days = (today - city.local(opened_at).date()).days
        inside = _inside(spot, places)
        if inside:
            tally, waits = by_spot[spot], state == ReferralState.SENT
            tally.add("referrals")
            tally.add("unhandled", waits)
            tally.add("danger", waits and urgency in URGENT)
            tally.add_age(days)
        for office in fostering.get(family_id, ()):
            if inside or office in offices:
                by_office[office].add("referrals")
                by_office[office].add_age(days)


def _offices_of(session: Session, families: Collection[int], today: date) -> Mapping[int, set[int | None]]:
    """By family, the offices of the ASN who foster somebody of it today, not as companions."""
    found: dict[int, set[int | None]] = defaultdict(set)
    held = Assignment.part != Part.COMPANION, *current(today)
    query = select(Assignment.family_id, Person.office_id).join(Person, Person.id == Assignment.asn_id).where(*held)
    by_child = query.join(Child, Child.id == Assignment.child_id).with_only_columns(Child.family_id, Person.office_id)
    for ids in chunks(families):
        for family, office in (
            *session.execute(query.where(Assignment.family_id.in_(ids))),
            *session.execute(by_child.where(Child.family_id.in_(ids))),
        ):
            found[family or 0].add(office)
    return found


def _add_questions(
    session: Session, places: Collection[Scope], now: datetime, city: City, by_spot: dict[Spot, Tally]
) -> None:
    """Questions that nobody answers in time. An ASN's about nobody belongs to the city alone."""
    for one in questions.waiting(session):
        family = one.family
        spot = NOWHERE if family is None else _spot(family)
        shown = CITY in places if family is None else _inside(spot, places)
        if shown and one.state == QuestionState.OPEN and is_late(one, now, city):
            by_spot[spot].add("questions")


def _spot(family: Family) -> Spot:
    return Spot(family.village_id, family.village.district_id, family.health_centre_id, family.posyandu_id)


def _names(session: Session, kind: ScopeKind, ids: Collection[int]) -> Mapping[int, str]:
    """What the areas of this kind are called, each told from the others."""
    match kind:
        case ScopeKind.VILLAGE:
            found = session.scalars(select(Village).where(Village.id.in_(ids)))
            return {one.id: f"Kel. {one.full_name}" for one in found}
        case ScopeKind.DISTRICT:
            found = session.scalars(select(District).where(District.id.in_(ids)))
            return {one.id: f"Kec. {one.name}" for one in found}
        case ScopeKind.HEALTH_CENTRE:
            found = session.scalars(select(HealthCentre).where(HealthCentre.id.in_(ids)))
            return {one.id: one.full_name for one in found}
        case ScopeKind.POSYANDU:
            rows = session.execute(
                select(Posyandu, Village.name).join(Village, Village.id == Posyandu.village_id)
                .where(Posyandu.id.in_(ids))
            )  # fmt: skip
            return {one.id: f"{one.full_name}, Kel. {village}" for one, village in rows}
        case ScopeKind.OFFICE:
            return {one.id: one.name for one in session.scalars(select(Office).where(Office.id.in_(ids)))}
        case _:
            return {}
