"""The loss after which a mother gets texts of her own, and until when: her danger signs, her check, her grief."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from db.base import among
from db.children import Carer, Child, Family, Pregnancy
from db.endings import Ending
from db.states import TAUGHT, CareState
from db.subjects import Subject, SubjectKind
from rules.signs.asked import AFTERBIRTH_UNTIL

AFTERBIRTH = timedelta(days=AFTERBIRTH_UNTIL)
"""So long after a birth the mother herself may be in danger, and after a loss her texts go on."""
LOST = (CareState.MISCARRIED, CareState.STILLBORN)
AWAY = (CareState.MOVED, CareState.REFUSED)


class Loss(NamedTuple):
    """Of whom a mother's loss is, its day, and when it was told."""

    about: Subject
    day: date
    told_at: datetime


def losses(session: Session, families: Collection[int]) -> Mapping[int, Loss]:
    """By family, the newest loss that a mother's texts are counted from; of twins the first death.

    That is a lost pregnancy, or the death of a child within 42 days of its birth. Left out are mothers who have died,
    and those who expect a child again, have moved, or want no visits any more since it was told. Two queries; five
    where there was a loss.
    """
    births: dict[tuple[int, Subject | date], Loss] = {}
    for family, birth, loss in sorted(_all(session, families), key=lambda one: one[2].day):
        births.setdefault((family, birth), loss)
    found = {family: loss for (family, _), loss in births.items()}
    over = _over(session, found) if found else ()
    return {family: loss for family, loss in found.items() if family not in over}


def of_now(session: Session, families: Collection[int], today: date) -> Mapping[int, Loss]:
    """Those of the ``losses`` of these families after which the mother's texts still go on today."""
    found = losses(session, families)
    return {family: loss for family, loss in found.items() if today - loss.day <= AFTERBIRTH}


def lost_since(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """For queries of ``Carer``: whether the family has a loss of that day or later that ``losses`` may find."""
    lately = Ending.ended_on >= day
    pregnancies = select(Pregnancy.family_id).join(Ending, Ending.pregnancy_id == Pregnancy.id)
    children = select(Child.family_id).join(Ending, Ending.child_id == Child.id)
    return or_(
        Carer.family_id.in_(pregnancies.where(Ending.kind.in_(LOST), lately)),
        Carer.family_id.in_(children.where(Ending.kind == CareState.DIED, lately)),
    )


def _all(session: Session, families: Collection[int]) -> Iterator[tuple[int, Subject | date, Loss]]:
    """Every such loss, with its family and what twins have in common: the day of birth, else the pregnancy."""
    of_families = {"families": list(families)}
    for family, id, day, at in session.execute(_lost_pregnancies(), of_families):
        about = Subject(SubjectKind.PREGNANCY, id)
        yield family, about, Loss(about, day, at)
    for family, id, born, day, at in session.execute(_lost_children(), of_families):
        if born is not None and day - born <= AFTERBIRTH:
            yield family, born, Loss(Subject(SubjectKind.CHILD, id), day, at)


@cache
def _lost_pregnancies() -> Select[int, int, date, datetime]:
    families = Pregnancy.family_id.in_(among("families"))
    query = select(Pregnancy.family_id, Pregnancy.id, Ending.ended_on, Ending.at)
    query = query.join(Ending, Ending.pregnancy_id == Pregnancy.id)
    return query.where(families, Ending.kind.in_(LOST), Pregnancy.state == Ending.kind)


@cache
def _lost_children() -> Select[int, int, date | None, date, datetime]:
    families = Child.family_id.in_(among("families"))
    query = select(Child.family_id, Child.id, Child.born, Ending.ended_on, Ending.at)
    query = query.join(Ending, Ending.child_id == Child.id)
    return query.where(families, Ending.kind == CareState.DIED, Child.state == Ending.kind)


def _over(session: Session, found: Mapping[int, Loss]) -> Collection[int]:
    """The families in which the mother has died, is pregnant again, has moved or refuses since her loss was told."""
    over = set(session.scalars(select(Family.id).where(Family.id.in_(found), Family.mother_died_on.is_not(None))))
    expecting = select(Pregnancy.family_id, Pregnancy.created_at).where(
        Pregnancy.family_id.in_(found), Pregnancy.state.in_(TAUGHT)
    )
    away = (
        select(Child.family_id, Ending.at)
        .join(Ending, Ending.child_id == Child.id)
        .where(Child.family_id.in_(found), Ending.kind.in_(AWAY))
    )
    for query in (expecting, away):
        over |= {family for family, at in session.execute(query) if at > found[family].told_at}
    return over
