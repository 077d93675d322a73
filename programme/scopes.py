"""Scopes of coordinators: an office's foster parents, or the families of a place: kelurahan, kecamatan, puskesmas,
posyandu, or the city."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from content.city import City
from db.children import Child, Family
from db.fostering import Assignment, Part, current
from db.people import Person
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind


class Scope(NamedTuple):
    """An office or a place with its id (0 for the city); or one ASN by the person's id."""

    kind: ScopeKind | Literal[Role.ASN]
    id: int


CITY = Scope(ScopeKind.CITY, 0)
HOME = Family.village_id, Village.district_id, Family.health_centre_id, Family.posyandu_id
"""For a query over Family and its Village: the places by which a family is in a scope."""


def scopes_of(person: Person) -> list[Scope]:
    """The scopes this person coordinates; only CITY where that is among them."""
    held = held_by(person)
    return [CITY] if any(scope.kind == ScopeKind.CITY for scope in held) else held


def held_by(person: Person) -> list[Scope]:
    """Every scope this person coordinates, also those inside of another: each may show something else."""
    return sorted({Scope(role.scope, role.scope_id) for role in person.roles if role.role == Role.COORDINATOR})


def fosterings_in(scopes: Collection[Scope]) -> ColumnElement[bool]:
    """For a query with the ASN as Person, Family and its Village: the condition of being in any of the scopes."""
    return or_(false(), *(_held(scope) for scope in scopes))


def families_in(scopes: Collection[Scope], today: date) -> Select[Any]:
    """The families of the scopes' places, and those the ASN of the scopes' offices foster today, not as companions."""
    offices = [scope.id for scope in scopes if scope.kind == ScopeKind.OFFICE]
    places = [_place(scope) for scope in scopes if scope.kind != ScopeKind.OFFICE]
    holds = Assignment.part != Part.COMPANION, *current(today)
    of_offices = select(Assignment).join(Assignment.asn).where(Person.office_id.in_(offices), *holds)
    through_family = of_offices.with_only_columns(Assignment.family_id).where(Assignment.family_id.is_not(None))
    through_child = of_offices.join(Assignment.child).with_only_columns(Child.family_id)
    fostered = [Family.id.in_(through_family), Family.id.in_(through_child)] if offices else []
    return select(Family.id).join(Village, Village.id == Family.village_id).where(or_(false(), *places, *fostered))


def of_spot(
    village_id: int, district_id: int, health_centre_id: int | None, posyandu_id: int | None, office_id: int | None
) -> set[Scope]:
    """Every scope of a coordinator in which a family there is, whom somebody of this office fosters."""
    found = {CITY, Scope(ScopeKind.VILLAGE, village_id), Scope(ScopeKind.DISTRICT, district_id)}
    cared_for = {
        ScopeKind.HEALTH_CENTRE: health_centre_id, ScopeKind.POSYANDU: posyandu_id, ScopeKind.OFFICE: office_id,
    }  # fmt: skip
    return found | {Scope(kind, id) for kind, id in cared_for.items() if id is not None}


def villages_in(scopes: Collection[Scope]) -> ColumnElement[bool]:
    """For a query over Village: those of the scopes' places; of a puskesmas, each where a family of it lives."""
    return or_(false(), *(_village(scope) for scope in scopes))


def title(session: Session, scopes: Sequence[Scope], city: City) -> str:
    """The scopes in words: "Kel. Mandonga, Kec. Mandonga" or "Dinas Kominfo; Kec. Baruga"."""
    return "; ".join(_name(session, scope, city) for scope in scopes)


def _held(scope: Scope) -> ColumnElement[bool]:
    match scope.kind:
        case ScopeKind.OFFICE:
            return Person.office_id == scope.id
        case Role.ASN:
            return Assignment.asn_id == scope.id
        case _:
            return _place(scope)


def _place(scope: Scope) -> ColumnElement[bool]:
    match scope.kind:
        case ScopeKind.VILLAGE:
            return Village.id == scope.id
        case ScopeKind.DISTRICT:
            return Village.district_id == scope.id
        case ScopeKind.HEALTH_CENTRE:
            return Family.health_centre_id == scope.id
        case ScopeKind.POSYANDU:
            return Family.posyandu_id == scope.id
        case ScopeKind.CITY:
            return true()
        case _:
            return false()


def _village(scope: Scope) -> ColumnElement[bool]:
    match scope.kind:
        case ScopeKind.HEALTH_CENTRE:
            return Village.id.in_(select(Family.village_id).where(Family.health_centre_id == scope.id))
        case ScopeKind.POSYANDU:
            return Village.id.in_(select(Posyandu.village_id).where(Posyandu.id == scope.id))
        case _:
            return _place(scope)


def _name(session: Session, scope: Scope, city: City) -> str:
    match scope.kind:
        case ScopeKind.OFFICE:
            office = session.get(Office, scope.id)
            return office.name if office else ""
        case ScopeKind.VILLAGE:
            village = session.get(Village, scope.id)
            return f"Kel. {village.full_name}" if village else ""
        case ScopeKind.DISTRICT:
            district = session.get(District, scope.id)
            return f"Kec. {district.name}" if district else ""
        case ScopeKind.HEALTH_CENTRE:
            centre = session.get(HealthCentre, scope.id)
            return centre.full_name if centre else ""
        case ScopeKind.POSYANDU:
            post = session.get(Posyandu, scope.id)
            return post.full_name if post else ""
        case _:
            return city.name
