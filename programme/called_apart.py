"""What a child or a mother is called in a message to one reader: told from the others of that name whom they see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from db import consent
from db.children import Child, Family, Pregnancy, Wedding
from db.people import Person
from db.roles import Role
from db.states import GONE, CareState
from programme.contacts import who
from programme.names import UNNAMED, Called, salute, told_apart
from programme.policy import fostered_children, their_families
from rules.stages import age, pregnancy_week

UNNAMED_BEGIN = ("bayi%", "by%")  # how a register calls a newborn without a name


def called_to(session: Session, reader: Person, about: Child | Pregnancy | Wedding | Family | None, today: date) -> str:
    """ "Adik Rafa", "Bu Sari" (``contacts.who``); "Adik Rafa (Bu Sari)" to a reader who sees another Rafa too.

    Those are their own, those they foster and those of their places, as far as they are with us.
    """
    name = who(about)
    if about is None or isinstance(about, Family | Wedding):
        return name
    namesakes = [one for one in _namesakes(session, reader, about, today) if who(one) == name]
    if about.id not in {one.id for one in namesakes}:
        namesakes.append(about)
    named = names_of(session, reader, namesakes, today)
    return next(said for one, said in zip(namesakes, named, strict=True) if one.id == about.id)


def names_of(session: Session, reader: Person, among: Sequence[Child | Pregnancy], today: date) -> list[str]:
    """What each of these is called in a list of them all."""
    return told_apart([_called(session, reader, one, today) for one in among])


def _called(session: Session, reader: Person, one: Child | Pregnancy, today: date) -> Called:
    """To a foster parent neither mother nor age is shown of a family that did not agree."""
    open_to = not reader.has(Role.ASN) or consent.agrees(session, one.family_id)
    if isinstance(one, Pregnancy):
        return Called(
            who(one), one.family.code, age=f"hamil {pregnancy_week(one.due, today)} minggu" if open_to else ""
        )
    old = age(one.born, today).short if open_to and one.born and one.born <= today else ""
    return Called(who(one), one.code, salute(one.family.mother_name, relation="ibu") if open_to else "", old)


def _namesakes(session: Session, reader: Person, about: Child | Pregnancy, today: date) -> Sequence[Any]:
    """Those whom this reader sees and whose written name holds this one's call name."""
    theirs = their_families(reader, today)
    if isinstance(about, Child):
        column, query = Child.name, select(Child).join(Family, Family.id == Child.family_id)
        query = query.where(or_(theirs, fostered_children(reader, today)), Child.state.not_in(GONE))
    else:
        column, query = Pregnancy.mother_name, select(Pregnancy).join(Family, Family.id == Pregnancy.family_id)
        query = query.where(theirs, Pregnancy.state == CareState.ACTIVE)
    return session.scalars(_named_like(query, column, who(about))).all()


def _named_like(query: Select[Any], column: Any, called: str) -> Select[Any]:
    name = called.split(maxsplit=1)[-1].casefold()
    if name.startswith(UNNAMED.casefold()):
        return query.where(or_(column == "", *(func.lower(column).like(one) for one in UNNAMED_BEGIN)))
    return query.where(func.lower(column).contains(name, autoescape=True))
