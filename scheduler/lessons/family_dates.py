"""The dates from which a family's calendar is counted: weddings, pregnancies, births."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from content.city import City
from db.base import among
from db.children import Child, Pregnancy, Wedding
from db.states import TAUGHT, CareState
from db.subjects import Subject, SubjectKind
from programme.names import child_name
from rules.stages import months_after
from scheduler.lessons.triggers import Household
from scheduler.lessons.triggers.household import UNDER_MONTHS
from scheduler.lessons.triggers.states import seasons, states


class FamilyDate(NamedTuple):
    """A date of a family: ``id`` of the wedding, the pregnancy or the (first) child, its ``day``, the day on which it
    became known, and its states.

    ``names``: by child or pregnancy, what the child is called; a pregnancy has an empty name, a wedding none.
    """

    kind: str
    id: int
    day: date
    known_on: date
    holds: frozenset[str]
    names: Mapping[Subject, str]


def family_dates(session: Session, homes: Household, today: date, city: City) -> Mapping[int, list[FamilyDate]]:
    """Each family's dates: weddings, running pregnancies, and children under five who live here, by day of birth."""
    found: dict[int, list[FamilyDate]] = defaultdict(list)
    of_families = {"families": list(homes.families)}
    for one in session.scalars(_WEDDINGS, of_families):
        holds = frozenset({"elsimil-merah"} if one.red else ())
        found[one.family_id].append(FamilyDate("nikah", one.id, one.day, city.today(one.created_at), holds, {}))
    season = seasons(today, city, "-hamil")
    for family, id, due, created_at in session.execute(_PREGNANCIES, of_families):
        found[family].append(
            FamilyDate("hpl", id, due, city.today(created_at), season, {Subject(SubjectKind.PREGNANCY, id): ""})
        )
    born: dict[tuple[int, date], list[tuple[int, str | None, date]]] = defaultdict(list)
    for child in session.execute(_CHILDREN, of_families | {"youngest": months_after(today, -UNDER_MONTHS)}):
        lives_here = child.state in TAUGHT
        name = child_name(child.name) if lives_here else None
        born[child.family_id, child.born].append((child.id, name, city.today(child.created_at)))
    holds = states(session, homes, today, city)
    for (family, day), same_day in born.items():
        # The key keeps the first twin's id even when only the other is left, so that no lesson is sent again.
        if names := {Subject(SubjectKind.CHILD, id): name for id, name, _ in same_day if name}:
            first, _, known_on = same_day[0]
            state = frozenset[str]().union(*(holds.get(id, ()) for id, _, _ in same_day))
            found[family].append(FamilyDate("lahir", first, day, known_on, state, names))
    return found


# Built once: they are asked at every look, and building them takes longer than running them.
_FAMILIES = among("families")
_WEDDINGS = select(Wedding).where(Wedding.family_id.in_(_FAMILIES), Wedding.state == CareState.ACTIVE)
_PREGNANCIES = select(Pregnancy.family_id, Pregnancy.id, Pregnancy.due, Pregnancy.created_at).where(
    Pregnancy.family_id.in_(_FAMILIES), Pregnancy.state.in_(TAUGHT)
)
_CHILDREN = (
    select(Child.family_id, Child.id, Child.born, Child.name, Child.state, Child.created_at)
    .where(Child.family_id.in_(_FAMILIES), Child.born > bindparam("youngest", type_=Date))
    .order_by(Child.id)
)
