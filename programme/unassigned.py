"""Children, mothers and couples in care whom nobody fosters, in a coordinator's places."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from db import told_endings
from db.children import Child, Family, Pregnancy, Wedding
from db.fostering import Assignment, AssignmentState, Part
from db.places import PLACE, District, Village
from db.states import CareState
from db.subjects import KINDS, Subject
from programme import disclosure
from programme.fosterings import COUPLE_AFTER, OVERDUE_BIRTH
from programme.proposals import answers
from programme.scopes import Scope, families_in


@dataclass(frozen=True, slots=True)
class Unassigned:
    """``since`` is the day after the last foster parent's last one, else the day on which they were entered."""

    about: Subject
    code: str
    village: str
    since: date


def unassigned(session: Session, scopes: Collection[Scope], today: date, zone: tzinfo) -> list[Unassigned]:
    """Those whom nobody fosters today or later, who have waited longest first; none of an office. Three queries.

    One of whom an end was told is left out until it is decided.
    """
    places = disclosure.of_places(list(scopes))
    found = [one for query in _queries(places, today) for one in _read(session, query, zone)] if places else []
    return sorted(found, key=lambda one: (one.since, one.village, one.code, one.about.kind))


def _queries(places: Collection[Scope], today: date) -> Iterator[tuple[type[Any], Any]]:
    by_family = Assignment.family_id == Family.id
    of_child = or_(Assignment.child_id == Child.id, by_family)
    yield Child, _query(Child, Child.code, of_child, places, today).where(~told_endings.gone(Child))
    running = Pregnancy.due >= today - OVERDUE_BIRTH, ~told_endings.gone(Pregnancy)
    yield Pregnancy, _query(Pregnancy, Family.code, by_family, places, today).where(*running)
    yield Wedding, _query(Wedding, Family.code, by_family, places, today).where(Wedding.day >= today - COUPLE_AFTER)


def _query(table: type[Any], code: Any, covered: ColumnElement[bool], places: Collection[Scope], today: date) -> Any:
    held = select(Assignment.id).where(answers(today), covered)
    # Not a proposal that was refused, which ends too: one that was accepted is known from a day on.
    held_once = or_(Assignment.why == "", Assignment.known_from.is_not(None))
    over = Assignment.part == Part.MAIN, Assignment.state != AssignmentState.PROPOSED, held_once
    ended = select(func.max(Assignment.ends)).where(*over, covered).correlate(table, Family).scalar_subquery()
    return (
        select(table.id, table.created_at, ended.label("ended"), code.label("code"), PLACE.label("village"))
        .join(Family, Family.id == table.family_id)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(
            table.state == CareState.ACTIVE,
            Family.forgotten_at.is_(None),
            Family.id.in_(families_in(places, today)),
            ~held.correlate(table, Family).exists(),
        )
    )


def _read(session: Session, asked: tuple[type[Any], Any], zone: tzinfo) -> Iterator[Unassigned]:
    table, query = asked
    for row in session.execute(query):
        entered = row.created_at.astimezone(zone).date()
        yield Unassigned(Subject(KINDS[table], row.id), row.code, row.village, max(entered, row.ended or entered))
