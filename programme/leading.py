"""Whom a coordinator or an administrator leads: for whom they may make a code, and whose card they may see.

Nobody leads themselves, and a coordinator nobody who holds more than what is theirs to lead: whoever makes a code for
somebody could use it in their place.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from db.children import Carer, Child, Family
from db.fostering import Assignment, current
from db.people import Person, PersonRole
from db.places import HealthCentre, Posyandu, Village
from db.roles import Role, ScopeKind
from programme import disclosure
from programme.scopes import CITY, Scope, families_in, held_by


def led(by: Person, today: date) -> ColumnElement[bool]:
    """For a query over Person: the condition that ``by`` leads them.

    An administrator leads everybody but families; the city's coordinator everybody but administrators; an office's its
    ASN; that of a place the families, the health workers and those who foster there.
    """
    held = held_by(by)
    if CITY in held:
        by_place = ~_holds(PersonRole.role == Role.ADMIN)
    elif held:
        by_place = _led_within(held, today)
    else:
        by_place = false()
    by_admin = ~_holds(PersonRole.role == Role.FAMILY) if by.has(Role.ADMIN) else false()
    return and_(Person.id != by.id, _holds(true()), or_(by_place, by_admin))


def _holds(which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(PersonRole.person_id == Person.id, which)


def _led_within(held: list[Scope], today: date) -> ColumnElement[bool]:
    """The same for scopes other than the city: every role of theirs lies within."""
    places = disclosure.of_places(held)
    families = families_in(places, today)
    children = select(Child.id).where(Child.family_id.in_(families))
    fostering = select(Assignment.asn_id).where(
        or_(Assignment.family_id.in_(families), Assignment.child_id.in_(children)), *current(today)
    )
    offices = [scope.id for scope in held if scope.kind == ScopeKind.OFFICE]
    elsewhere = exists().where(
        Carer.person_id == Person.id, Carer.family_id == Family.id,
        or_(Family.forgotten_at.is_not(None), Carer.family_id.not_in(families)),
    )  # fmt: skip
    return and_(
        ~_holds(PersonRole.role.in_((Role.ADMIN, Role.COORDINATOR))),
        or_(~_holds(PersonRole.role == Role.ASN), Person.office_id.in_(offices), Person.id.in_(fostering)),
        ~_holds(and_(PersonRole.role == Role.HEALTH, ~_at(places))),
        or_(~_holds(PersonRole.role == Role.FAMILY), and_(true() if places else false(), ~elsewhere)),
    )


def _at(places: list[Scope]) -> ColumnElement[bool]:
    """For a role of a health worker: whether its place lies within these places."""
    villages = [scope.id for scope in places if scope.kind == ScopeKind.VILLAGE]
    districts = [scope.id for scope in places if scope.kind == ScopeKind.DISTRICT]
    own_centres = [scope.id for scope in places if scope.kind == ScopeKind.HEALTH_CENTRE]
    own_posts = [scope.id for scope in places if scope.kind == ScopeKind.POSYANDU]
    within = select(Village.id).where(or_(Village.id.in_(villages), Village.district_id.in_(districts)))
    posts = select(Posyandu.id).where(or_(Posyandu.village_id.in_(within), Posyandu.id.in_(own_posts)))
    centres = select(HealthCentre.id).where(
        or_(HealthCentre.district_id.in_(districts), HealthCentre.id.in_(own_centres))
    )
    return or_(
        and_(PersonRole.scope == ScopeKind.VILLAGE, PersonRole.scope_id.in_(within)),
        and_(PersonRole.scope == ScopeKind.POSYANDU, PersonRole.scope_id.in_(posts)),
        and_(PersonRole.scope == ScopeKind.HEALTH_CENTRE, PersonRole.scope_id.in_(centres)),
    )
