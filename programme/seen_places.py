"""Which kelurahan, kecamatan, puskesmas, posyandu and offices somebody is shown a card of: one condition for a list and
for one row.

A coordinator those within their scopes, of a kecamatan the offices that foster there too, of a puskesmas the kelurahan
and posyandu of its families, of an office nothing but the office; a health worker those they work for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select, true

from db.children import Child, Family
from db.fostering import Assignment, current
from db.people import Person
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind
from programme.scopes import CITY, Scope, families_in, held_by

Area = Village | District | HealthCentre | Posyandu | Office
TABLES: dict[ScopeKind, type[Area]] = {
    ScopeKind.VILLAGE: Village, ScopeKind.DISTRICT: District, ScopeKind.HEALTH_CENTRE: HealthCentre,
    ScopeKind.POSYANDU: Posyandu, ScopeKind.OFFICE: Office,
}  # fmt: skip


def kind_of(area: Area) -> ScopeKind:
    """What kind of place this is."""
    return next(kind for kind, table in TABLES.items() if isinstance(area, table))


def seen(person: Person, table: type[Area], today: date) -> ColumnElement[bool]:
    """For a query over the table: the condition that this person is shown the card of the row."""
    return or_(coordinated(person, table, today), _works_for(person, table))


def coordinated(person: Person, table: type[Area], today: date) -> ColumnElement[bool]:
    """For a query over the table: the condition that the row lies within what this person coordinates."""
    held = held_by(person)
    if CITY in held:
        return true()
    villages = [one.id for one in held if one.kind == ScopeKind.VILLAGE]
    districts = [one.id for one in held if one.kind == ScopeKind.DISTRICT]
    offices = [one.id for one in held if one.kind == ScopeKind.OFFICE]
    centres = [one.id for one in held if one.kind == ScopeKind.HEALTH_CENTRE]
    posts = [one.id for one in held if one.kind == ScopeKind.POSYANDU]
    cared_for = Family.health_centre_id.in_(centres)
    within = select(Village.id).where(or_(Village.id.in_(villages), Village.district_id.in_(districts)))
    led: dict[type[Area], ColumnElement[bool]] = {
        Village: or_(Village.id.in_(within), Village.id.in_(select(Family.village_id).where(cared_for))),
        District: District.id.in_(districts),
        HealthCentre: or_(HealthCentre.district_id.in_(districts), HealthCentre.id.in_(centres)),
        Posyandu: or_(
            Posyandu.village_id.in_(within), Posyandu.id.in_(posts),
            Posyandu.id.in_(select(Family.posyandu_id).where(cared_for, Family.posyandu_id.is_not(None))),
        ),
        Office: or_(Office.id.in_(offices), Office.id.in_(_fostering_in(districts, today))),
    }  # fmt: skip
    return led[table]


def _fostering_in(districts: Sequence[int], today: date) -> Select[Any]:
    """The offices whose ASN foster in these kecamatan today: whoever coordinates one reads how they do there."""
    families = families_in([Scope(ScopeKind.DISTRICT, id) for id in districts], today)
    children = select(Child.id).where(Child.family_id.in_(families))
    covered = or_(Assignment.family_id.in_(families), Assignment.child_id.in_(children))
    return select(Person.office_id).join(Assignment, Assignment.asn_id == Person.id).where(covered, *current(today))


def _works_for(person: Person, table: type[Area]) -> ColumnElement[bool]:
    """The places a health worker holds their role at, and the posyandu of the families of these places."""
    at: dict[str, list[int]] = {}
    for held in person.roles:
        if held.role == Role.HEALTH:
            at.setdefault(held.scope, []).append(held.scope_id)
    centres, villages = at.get(ScopeKind.HEALTH_CENTRE, []), at.get(ScopeKind.VILLAGE, [])
    served = select(Family.posyandu_id).where(Family.health_centre_id.in_(centres), Family.posyandu_id.is_not(None))
    own: dict[Any, ColumnElement[bool]] = {
        Village: Village.id.in_(villages),
        HealthCentre: HealthCentre.id.in_(centres),
        Posyandu: or_(
            Posyandu.id.in_(at.get(ScopeKind.POSYANDU, [])), Posyandu.village_id.in_(villages), Posyandu.id.in_(served)
        ),
    }
    return own.get(table, false())
