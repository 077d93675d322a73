"""The children and pregnancies of some families, as all who look for triggers need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy
from db.states import TAUGHT, CareState
from db.visits import Visit
from rules.stages import months_after

UNDER_MONTHS = 60


class Trigger(NamedTuple):
    """``about`` is "c31" (a child) or "p7" (a pregnancy). ``person_id``: only this carer is meant, 0: all of them.

    ``for_family`` is False where the family has heard something graver about the same thing already.
    """

    condition: str
    about: str
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
    def about(self) -> str:
        return f"c{self.id}"


class Expected(NamedTuple):
    id: int
    family_id: int
    due: date

    @property
    def about(self) -> str:
        return f"p{self.id}"


@dataclass(frozen=True)
class Household:
    """All families of a batch together: children who live there with a known birth date, running pregnancies.

    ``received`` are the services each is known to have had, from all reports about it, by "c31" or "p7".
    """

    families: Collection[int]
    children: dict[int, Offspring]
    pregnancies: dict[int, Expected]
    received: Mapping[str, frozenset[str]]


def households(session: Session, families: Collection[int], today: date) -> Household:
    """Children who have turned five are among them no more, whatever became of them."""
    youngest = months_after(today, -UNDER_MONTHS)
    children = session.execute(
        select(
            Child.id, Child.family_id, Child.sex, Child.born, Child.birth_weight_g, Child.gestation_weeks,
            Child.created_at,
        ).where(Child.family_id.in_(families), Child.state.in_(TAUGHT), Child.born > youngest)
    )  # fmt: skip
    pregnancies = session.execute(
        select(Pregnancy.id, Pregnancy.family_id, Pregnancy.due).where(
            Pregnancy.family_id.in_(families), Pregnancy.state == CareState.ACTIVE
        )
    )
    return Household(
        families,
        {row.id: Offspring(*row) for row in children},
        {row.id: Expected(*row) for row in pregnancies},
        _received(session, families),
    )


def _received(session: Session, families: Collection[int]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    children = (
        select(Visit.child_id, Visit.answers["services"])
        .join(Child, Child.id == Visit.child_id)
        .where(Child.family_id.in_(families), Visit.undone_at.is_(None))
    )
    mothers = (
        select(Visit.pregnancy_id, Visit.answers["antenatal"])
        .join(Pregnancy, Pregnancy.id == Visit.pregnancy_id)
        .where(Pregnancy.family_id.in_(families), Visit.undone_at.is_(None))
    )
    for kind, query in (("c", children), ("p", mothers)):
        for id, ticked in session.execute(query):
            found[f"{kind}{id}"].update(ticked or ())
    return {about: frozenset(services) for about, services in found.items()}
