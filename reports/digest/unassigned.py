"""Children and pregnant women whom nobody fosters, now or later, in a coordinator's places; and how many yesterday."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from db import told_endings
from db.children import Child, Family, Pregnancy
from db.consent import family_agrees
from db.fostering import Assignment, AssignmentState, EndReason, Part
from db.places import PLACE, District, Village
from db.states import CareState
from db.subjects import Subject
from programme import disclosure
from programme.fosterings import CHILD, OVERDUE_BIRTH, PREGNANCY
from programme.names import child_name, salute
from reports.digest.model import Day, Nobody, Unassigned
from reports.digest.queries import HOME, Reader


def count(session: Session, families: Any, day: Day, reader: Reader) -> Nobody:
    """Two queries, whatever their number. ``families`` are those of places: of an office nobody is counted."""
    yesterday = day.today - timedelta(days=1)
    waiting, before = list[Unassigned](), 0
    for row in _rows(session, families, day.today, yesterday):
        kind, id, code, name, village, made, agrees, now, then, left, *home = row
        since = left + timedelta(days=1) if left else made.astimezone(day.begins.tzinfo).date()
        before += not then and since <= yesterday
        if not now:
            shown = disclosure.agreed(reader(*home), agrees)
            called = child_name(name) if kind is CHILD else salute(name, relation="ibu")
            days = max((day.today - since).days, 0)
            waiting.append(Unassigned(Subject(kind, id), *disclosure.row(shown, code, called, village), days))
    return Nobody(tuple(sorted(waiting, key=lambda one: (-one.days, one.code, one.about.id))), before)


def _rows(session: Session, families: Any, today: date, yesterday: date) -> Iterable[Any]:
    """Whoever has nobody today or had nobody yesterday, with both, and the last day of who fostered them last."""
    now = Assignment.state == AssignmentState.ACTIVE, func.coalesce(Assignment.ends, today) >= today
    then = (
        Assignment.state.in_((AssignmentState.ACTIVE, AssignmentState.ENDED)), Assignment.starts <= yesterday,
        func.coalesce(Assignment.ends, yesterday) >= yesterday,
    )  # fmt: skip
    of_family = (Assignment.family_id == Family.id,)
    for kind, table, whose, code, name, cared in (
        (CHILD, Child, ((Assignment.child_id == Child.id,), of_family), Child.code, Child.name, ()),
        (
            PREGNANCY, Pregnancy, (of_family,), Family.code, Pregnancy.mother_name,
            (Pregnancy.due >= today - OVERDUE_BIRTH,),
        ),
    ):  # fmt: skip
        held, was_held = _held(whose, now), _held(whose, then)
        left = select(func.max(Assignment.ends)).where(
            or_(*(and_(*one) for one in whose)), Assignment.state == AssignmentState.ENDED,
            Assignment.part == Part.MAIN, Assignment.end_reason != EndReason.WRONG,
        )  # fmt: skip
        query = (
            select(
                table.id, code, name, PLACE, table.created_at,
                family_agrees(Family.id), held, was_held, left.correlate(Family, table).scalar_subquery(), *HOME,
            )
            .join(Family, Family.id == table.family_id)
            .join(Village, Village.id == Family.village_id)
            .join(District, District.id == Village.district_id)
            .where(
                table.state == CareState.ACTIVE, Family.forgotten_at.is_(None), ~told_endings.gone(table),
                Family.id.in_(families), or_(~held, ~was_held), *cared,
            )
        )  # fmt: skip
        for row in cast("Iterable[Any]", session.execute(query)):
            yield (kind, *row)


def _held(whose: Iterable[tuple[ColumnElement[bool], ...]], when: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether a main foster parent is there, of the child itself or of its family."""
    return or_(*(exists().where(*one, Assignment.part == Part.MAIN, *when) for one in whose))
