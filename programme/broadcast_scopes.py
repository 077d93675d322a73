"""Whom a coordinator may announce something to: the roles, and their own place or office or a smaller one in it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from db.children import Family
from db.people import Person
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind
from programme.scopes import CITY, Scope, held_by, scopes_of

OF_AN_OFFICE = (Role.ASN,)
"""An office leads its ASN and nobody else."""
OF_A_VILLAGE = (Role.ASN, Role.FAMILY, Role.HEALTH)
OF_A_LARGER_PLACE = (*OF_A_VILLAGE, Role.COORDINATOR)
PLACES = (ScopeKind.DISTRICT, ScopeKind.VILLAGE, ScopeKind.POSYANDU)
"""Places inside of another, the larger first."""


def own(person: Person) -> list[Scope]:
    """What the person coordinates; an administrator the city."""
    return [CITY] if person.has(Role.ADMIN) else scopes_of(person)


def roles_in(scope: Scope) -> tuple[Role, ...]:
    """Who may be written to in a scope of this kind."""
    match scope.kind:
        case ScopeKind.OFFICE:
            return OF_AN_OFFICE
        case ScopeKind.CITY | ScopeKind.DISTRICT:
            return OF_A_LARGER_PLACE
        case _:
            return OF_A_VILLAGE


def covers(session: Session, person: Person, scope: Scope) -> bool:
    """Whether the scope is the person's own, or lies in one of theirs."""
    held = {CITY} if person.has(Role.ADMIN) else set(held_by(person))
    return CITY in held or not held.isdisjoint(_around(session, scope))


def may_reach(session: Session, person: Person, role: Role, scope: Scope) -> bool:
    """Whether the person may write to people of this role there."""
    return role in roles_in(scope) and covers(session, person, scope)


def _around(session: Session, scope: Scope) -> list[Scope]:
    """The scope and those in which it lies, without the city."""
    if scope.kind == ScopeKind.POSYANDU:
        post = session.get(Posyandu, scope.id)
        return [scope, *(_around(session, Scope(ScopeKind.VILLAGE, post.village_id)) if post else ())]
    if scope.kind == ScopeKind.VILLAGE:
        village = session.get(Village, scope.id)
        return [scope, *([Scope(ScopeKind.DISTRICT, village.district_id)] if village else ())]
    return [scope]


def smaller(session: Session, scopes: Sequence[Scope], kind: ScopeKind) -> dict[int, str]:
    """The places or offices of this kind inside these scopes, but for themselves: id -> name."""
    larger = [one for one in scopes if _is_larger(one.kind, kind)]
    if not larger:
        return {}
    if kind == ScopeKind.OFFICE:
        return {one.id: one.name for one in session.scalars(select(Office).order_by(Office.name))}
    if kind == ScopeKind.DISTRICT:
        return {one.id: f"Kec. {one.name}" for one in session.scalars(select(District).order_by(District.name))}
    villages = select(Village).where(or_(*(village_in(one) for one in larger))).order_by(Village.name, Village.id)
    inside = {one.id: one.full_name for one in session.scalars(villages)}
    if kind == ScopeKind.VILLAGE:
        return inside
    posts = select(Posyandu).where(Posyandu.village_id.in_(inside)).order_by(Posyandu.name, Posyandu.id)
    return {one.id: f"{one.full_name}, {inside[one.village_id]}" for one in session.scalars(posts)}


def _is_larger(one: str, than: ScopeKind) -> bool:
    if than == ScopeKind.OFFICE:
        return one == ScopeKind.CITY
    order = (ScopeKind.CITY, *PLACES)
    return one in order and order.index(ScopeKind(one)) < order.index(than)


def village_in(scope: Scope) -> ColumnElement[bool]:
    """For a query over Village: those of the scope; the one in which a posyandu is."""
    match scope.kind:
        case ScopeKind.CITY:
            return true()
        case ScopeKind.DISTRICT:
            return Village.district_id == scope.id
        case ScopeKind.VILLAGE:
            return Village.id == scope.id
        case _:
            return false()


def posts_in(scope: Scope) -> Select[int]:
    """The ids of the posyandu of a place; of a puskesmas those of its families."""
    if scope.kind == ScopeKind.POSYANDU:
        return select(Posyandu.id).where(Posyandu.id == scope.id)
    if scope.kind == ScopeKind.HEALTH_CENTRE:
        cared_for = select(Family.posyandu_id).where(Family.health_centre_id == scope.id)
        return select(Posyandu.id).where(Posyandu.id.in_(cared_for.where(Family.posyandu_id.is_not(None))))
    return select(Posyandu.id).join(Village, Village.id == Posyandu.village_id).where(village_in(scope))


def name(session: Session, scope: Scope, city_name: str) -> str:
    """The scope in words: "Kel. Mandonga (Mandonga)", "Posyandu Melati 1", "Dinas Kominfo"."""
    found = session.get(TABLES[ScopeKind(scope.kind)], scope.id) if scope.kind != ScopeKind.CITY else None
    match found:
        case Office():
            return found.name
        case Posyandu() | HealthCentre():
            return found.full_name
        case Village():
            return f"Kel. {found.full_name}"
        case District():
            return f"Kec. {found.name}"
        case _:
            return city_name


TABLES = {
    ScopeKind.OFFICE: Office, ScopeKind.POSYANDU: Posyandu, ScopeKind.VILLAGE: Village, ScopeKind.DISTRICT: District,
    ScopeKind.HEALTH_CENTRE: HealthCentre,
}  # fmt: skip
