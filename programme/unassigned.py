"""Children, mothers and couples in care whom nobody fosters: for the list, the digest and the counts of areas."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from db import told_endings
from db.children import Child, Family, Pregnancy, Wedding
from db.consent import family_agrees
from db.fostering import Assignment, AssignmentState, EndReason, Part
from db.places import PLACE, District, Village
from db.states import CareState
from db.subjects import Subject, SubjectKind
from programme import disclosure
from programme.fosterings import CHILD, COUPLE_AFTER, OVERDUE_BIRTH, PREGNANCY, WEDDING
from programme.proposals import answers
from programme.scopes import HOME, Scope, families_in


@dataclass(frozen=True, slots=True)
class Unassigned:
    """``name`` is the child's or the mother's as it is entered. ``home`` is kelurahan, kecamatan, puskesmas, posyandu.

    ``since`` is the day after the last foster parent's last one, else the day on which they were entered; today at the
    latest. ``now`` and ``yesterday``: whether they have nobody today, and had nobody yesterday.
    """

    about: Subject
    code: str
    name: str
    village: str
    home: tuple[int, int, int | None, int | None]
    agreed: bool
    since: date
    now: bool
    yesterday: bool


class _Whom(NamedTuple):
    """One kind: what an assignment that covers it is about, and what else says that it is in care."""

    kind: SubjectKind
    table: type[Any]
    code: Any
    name: Any
    covered: tuple[ColumnElement[bool], ...]
    cared: tuple[ColumnElement[bool], ...]


def unassigned(session: Session, scopes: Collection[Scope], today: date, zone: tzinfo) -> list[Unassigned]:
    """Those in the places of these scopes whom nobody fosters today or later, who have waited longest first."""
    return [one for one in of_two_days(session, scopes, today, zone) if one.now]


def of_two_days(session: Session, scopes: Collection[Scope], today: date, zone: tzinfo) -> list[Unassigned]:
    """The same with those who had nobody yesterday; none of an office. Three queries, whatever their number.

    One of whom an end was told is left out until it is decided.
    """
    places = disclosure.of_places(list(scopes))
    found = list(_found(session, places, today, zone)) if places else []
    return sorted(found, key=lambda one: (one.since, one.village, one.code, one.about.kind, one.about.id))


def _found(session: Session, places: Sequence[Scope], today: date, zone: tzinfo) -> Iterator[Unassigned]:
    yesterday = today - timedelta(days=1)
    for whom in _kinds(today):
        for row in cast("Iterable[Any]", session.execute(_query(whom, places, today, yesterday))):
            id, code, name, village, made, agrees, now, then, left, *home = row
            entered = made.astimezone(zone).date()
            since = min(max(entered, left + timedelta(days=1)) if left else entered, today)
            before = not then and since <= yesterday
            yield Unassigned(
                Subject(whom.kind, id), code, name, village, (home[0], home[1], home[2], home[3]), agrees, since,
                not now, before,
            )  # fmt: skip


def _kinds(today: date) -> tuple[_Whom, ...]:
    of_family, of_child = Assignment.family_id == Family.id, Assignment.child_id == Child.id
    running = Pregnancy.due >= today - OVERDUE_BIRTH, ~told_endings.gone(Pregnancy)
    wed = (Wedding.day >= today - COUPLE_AFTER,)
    return (
        _Whom(CHILD, Child, Child.code, Child.name, (of_child, of_family), (~told_endings.gone(Child),)),
        _Whom(PREGNANCY, Pregnancy, Family.code, Pregnancy.mother_name, (of_family,), running),
        _Whom(WEDDING, Wedding, Family.code, Family.mother_name, (of_family,), wed),
    )


def _query(whom: _Whom, places: Sequence[Scope], today: date, yesterday: date) -> Any:
    """Of this kind whoever has nobody today or had nobody yesterday, and the last day of who fostered them last."""
    # Not a proposal that was refused, which ends too: one that was accepted is known from a day on.
    held_once = (
        Assignment.part == Part.MAIN, Assignment.state != AssignmentState.PROPOSED,
        or_(Assignment.why == "", Assignment.known_from.is_not(None)),
    )  # fmt: skip
    now = _held(whom, answers(today))
    then = _held(
        whom, *held_once, Assignment.starts <= yesterday, func.coalesce(Assignment.ends, yesterday) >= yesterday
    )
    ended = select(func.max(Assignment.ends)).where(
        or_(*whom.covered), *held_once, Assignment.end_reason != EndReason.WRONG
    )  # fmt: skip
    left = ended.correlate(Family, whom.table).scalar_subquery()
    return (
        select(
            whom.table.id, whom.code, whom.name, PLACE, whom.table.created_at, family_agrees(Family.id), now, then,
            left, *HOME,
        )
        .join(Family, Family.id == whom.table.family_id)
        .join(Village, Village.id == Family.village_id)
        .join(District, District.id == Village.district_id)
        .where(
            whom.table.state == CareState.ACTIVE, Family.forgotten_at.is_(None),
            Family.id.in_(families_in(places, today)), or_(~now, ~then), *whom.cared,
        )
    )  # fmt: skip


def _held(whom: _Whom, *when: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether such an assignment is there, of the child itself or of its family: each by its own index."""
    return or_(*(exists().where(and_(one, *when)).correlate(Family, whom.table) for one in whom.covered))
