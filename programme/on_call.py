"""Who of the health workers answers now: on duty, on leave, and who may enter it for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from db import duty
from db.children import Family, heads, health_workers
from db.duty import DutyKind
from db.people import Person, PersonRole
from db.places import HealthCentre, Posyandu, Village
from db.roles import Role, ScopeKind, Title


def present(session: Session, people: Iterable[Person], now: datetime) -> list[Person]:
    """These people without those who are on leave."""
    away = duty.on_leave(session, now)
    return [person for person in people if person.id not in away]


def on_duty(session: Session, family: Family, now: datetime) -> Sequence[Person]:
    """Who is on duty now for the family's puskesmas."""
    if family.health_centre_id is None:
        return ()
    staff = set(session.scalars(_holders(_of_centre(family.health_centre_id))))
    return [one.person for one in duty.holding(session, DutyKind.DUTY, now, staff)]


def answering(session: Session, family: Family, now: datetime) -> list[Person]:
    """Who may answer for the family: the health workers of its places, the heads, and who is on duty for them."""
    return [*health_workers(session, family), *heads(session, family), *on_duty(session, family, now)]


def told_first(session: Session, family: Family, now: datetime) -> list[Person]:
    """The health workers of the family's places, and who is on duty for them, without those on leave."""
    people = [*on_duty(session, family, now), *health_workers(session, family)]
    return present(session, {person.id: person for person in people}.values(), now)


def told_later(session: Session, family: Family, now: datetime) -> list[Person]:
    """The heads of the family's puskesmas who are not on leave."""
    return present(session, heads(session, family), now)


def colleagues(session: Session, person: Person) -> Sequence[Person]:
    """The health workers whose duty and leave this person reads: of their own puskesmas, and those they coordinate."""
    where = [_of_centre(centre) for centre in centres(session, person)]
    return _people(session, or_(false(), *where, *_coordinated(person)))


def entered_by(session: Session, person: Person) -> Sequence[Person]:
    """The health workers whose duty and leave this person may enter.

    A health worker: their own. The head of a puskesmas: those who work for it. A coordinator: those of their places.
    """
    headed = [
        _of_centre(role.scope_id)
        for role in person.roles
        if role.role == Role.HEALTH and role.title == Title.HEAD and role.scope == ScopeKind.HEALTH_CENTRE
    ]
    own = PersonRole.person_id == person.id
    return _people(session, or_(own, *headed, *_coordinated(person)))


def centres(session: Session, person: Person) -> Sequence[int]:
    """The puskesmas that this health worker works for, by their own place or by the families of it."""
    held = [(role.scope, role.scope_id) for role in person.roles if role.role == Role.HEALTH]
    found = {place for scope, place in held if scope == ScopeKind.HEALTH_CENTRE}
    for column, kind in ((Family.village_id, ScopeKind.VILLAGE), (Family.posyandu_id, ScopeKind.POSYANDU)):
        if places := [place for scope, place in held if scope == kind]:
            found |= {one for one in session.scalars(select(Family.health_centre_id).where(column.in_(places))) if one}
    return sorted(found)


def _people(session: Session, where: ColumnElement[bool]) -> Sequence[Person]:
    query = select(Person).where(Person.id.in_(_holders(where)))
    return session.scalars(query.order_by(Person.name, Person.id)).all()


def _holders(where: ColumnElement[bool]) -> Select[Any]:
    return select(PersonRole.person_id).where(PersonRole.role == Role.HEALTH, where)


def _of_centre(centre_id: int) -> ColumnElement[bool]:
    """The condition of a role at this puskesmas, or at a posyandu or kelurahan of its families."""
    served = Family.health_centre_id == centre_id
    return or_(
        and_(PersonRole.scope == ScopeKind.HEALTH_CENTRE, PersonRole.scope_id == centre_id),
        and_(
            PersonRole.scope == ScopeKind.VILLAGE,
            PersonRole.scope_id.in_(select(Family.village_id).where(served)),
        ),
        and_(
            PersonRole.scope == ScopeKind.POSYANDU,
            PersonRole.scope_id.in_(select(Family.posyandu_id).where(served, Family.posyandu_id.is_not(None))),
        ),
    )


def _coordinated(person: Person) -> list[ColumnElement[bool]]:
    """The conditions of a role at a place that this person coordinates; an office has no health workers."""
    found: list[ColumnElement[bool]] = []
    for role in person.roles:
        if role.role != Role.COORDINATOR:
            continue
        match role.scope:
            case ScopeKind.CITY:
                found.append(PersonRole.role == Role.HEALTH)
            case ScopeKind.DISTRICT:
                inside = select(Village.id).where(Village.district_id == role.scope_id)
                found.append(_within(inside))
                centre = select(HealthCentre.id).where(HealthCentre.district_id == role.scope_id)
                found.append(_at(ScopeKind.HEALTH_CENTRE, centre))
            case ScopeKind.VILLAGE:
                found.append(_within(select(Village.id).where(Village.id == role.scope_id)))
            case ScopeKind.HEALTH_CENTRE | ScopeKind.POSYANDU:
                found.append(and_(PersonRole.scope == role.scope, PersonRole.scope_id == role.scope_id))
            case _:
                pass
    return found


def _within(villages: Select[Any]) -> ColumnElement[bool]:
    """The condition of a role in one of these kelurahan, or at a posyandu or the puskesmas of their families."""
    posyandu = select(Posyandu.id).where(Posyandu.village_id.in_(villages))
    centres = select(Family.health_centre_id).where(
        Family.village_id.in_(villages), Family.health_centre_id.is_not(None)
    )
    return or_(
        _at(ScopeKind.VILLAGE, villages), _at(ScopeKind.POSYANDU, posyandu), _at(ScopeKind.HEALTH_CENTRE, centres)
    )


def _at(scope: ScopeKind, places: Select[Any]) -> ColumnElement[bool]:
    return and_(PersonRole.scope == scope, PersonRole.scope_id.in_(places))
