"""Children and pregnancies of some families, with the data that several triggers need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session

from db.base import among
from db.children import Child, Pregnancy
from db.measurements import Measurement
from db.states import TAUGHT, CareState
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from rules.stages import months_after

UNDER_MONTHS = 60


class Trigger(NamedTuple):
    """An event of a child or a pregnancy. ``person_id``: the only carer it is for, 0: all of them.

    ``for_family`` is False where the family gets a graver trigger of the same measurement.
    """

    condition: str
    about: Subject
    day: date
    person_id: int = 0
    for_family: bool = True


class Offspring(NamedTuple):
    id: int
    family_id: int
    sex: str
    born: date
    birth_weight_g: int | None
    gestation_weeks: int | None
    created_at: datetime

    @property
    def about(self) -> Subject:
        return Subject(SubjectKind.CHILD, self.id)


class Expected(NamedTuple):
    id: int
    family_id: int
    due: date

    @property
    def about(self) -> Subject:
        return Subject(SubjectKind.PREGNANCY, self.id)


@dataclass(frozen=True)
class Household:
    """All families of a batch: their present children with a known birth date, and running pregnancies, by id.

    ``received``: the services each is known to have received, by all reports about it. ``last_weighed``: the day of
    each child's newest weighing of either kind, by the child's id.
    """

    families: Collection[int]
    children: dict[int, Offspring]
    pregnancies: dict[int, Expected]
    received: Mapping[Subject, frozenset[str]]
    last_weighed: Mapping[int, date]


def households(session: Session, families: Collection[int], today: date) -> Household:
    """The data of these families, without children who have turned five. Five queries."""
    youngest, of_families = months_after(today, -UNDER_MONTHS), {"families": list(families)}
    found = session.execute(_CHILDREN, of_families | {"youngest": youngest})
    children = {row.id: Offspring(*row) for row in found}
    expected = {row.id: Expected(*row) for row in session.execute(_PREGNANCIES, of_families)}
    return Household(families, children, expected, _received(session, families), _last_weighed(session, children))


def _received(session: Session, families: Collection[int]) -> Mapping[Subject, frozenset[str]]:
    found: dict[Subject, set[str]] = defaultdict(set)
    for kind, query in ((SubjectKind.CHILD, _CHILDRENS_SERVICES), (SubjectKind.PREGNANCY, _MOTHERS_SERVICES)):
        for id, ticked in session.execute(query, {"families": list(families)}):
            found[Subject(kind, id or 0)].update(ticked or ())
    return {about: frozenset(services) for about, services in found.items()}


def _last_weighed(session: Session, children: Collection[int]) -> Mapping[int, date]:
    if not children:
        return {}
    return {child: day for child, day in session.execute(_LAST_WEIGHED, {"children": list(children)}) if day}


# Built once: they are asked at every look, and building them takes longer than running them.
_FAMILIES = among("families")
_CHILDREN = select(
    Child.id, Child.family_id, Child.sex, Child.born, Child.birth_weight_g, Child.gestation_weeks, Child.created_at
).where(Child.family_id.in_(_FAMILIES), Child.state.in_(TAUGHT), Child.born > bindparam("youngest", type_=Date))
_PREGNANCIES = select(Pregnancy.id, Pregnancy.family_id, Pregnancy.due).where(
    Pregnancy.family_id.in_(_FAMILIES), Pregnancy.state == CareState.ACTIVE
)
_CHILDRENS_SERVICES = (
    select(Visit.child_id, Visit.answers["services"])
    .join(Child, Child.id == Visit.child_id)
    .where(Child.family_id.in_(_FAMILIES), Visit.undone_at.is_(None))
)
_MOTHERS_SERVICES = (
    select(Visit.pregnancy_id, Visit.answers["antenatal"])
    .join(Pregnancy, Pregnancy.id == Visit.pregnancy_id)
    .where(Pregnancy.family_id.in_(_FAMILIES), Visit.undone_at.is_(None))
)
_LAST_WEIGHED = (
    select(Measurement.child_id, func.max(Measurement.measured_on))
    .where(
        Measurement.child_id.in_(among("children")), Measurement.weight_kg.is_not(None),
        Measurement.withdrawn_at.is_(None),
    )
    .group_by(Measurement.child_id)
)  # fmt: skip
