"""Lines that a coordinator puts aside: "bukan hari ini", until tomorrow or for a week, with a reason.

A line is a foster parent whose visits are late, or a child, a mother or a couple whom nobody fosters. It comes back by
itself on its day, and at once where somebody of it must be seen now: danger is never put aside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from db import audit
from db.children import Child, Family, Pregnancy, Wedding
from db.fostering import Assignment, current
from db.people import Person
from db.referrals import NOW, Referral
from db.set_aside import SetAside, Why
from db.subjects import Subject, SubjectKind

LINES = (SubjectKind.PERSON, SubjectKind.CHILD, SubjectKind.PREGNANCY, SubjectKind.WEDDING)
"""What a line that can be put aside is about."""
A_WEEK = timedelta(days=6)
LONGEST = 200  # characters of a reason


class Dangerous(Exception):
    """Somebody of the line must be seen now."""


def aside(session: Session, coordinator: Person, today: date) -> Mapping[Subject, SetAside]:
    """What this coordinator does not want to see today, by line; without those of which somebody must be seen now."""
    query = select(SetAside).where(SetAside.coordinator_id == coordinator.id, SetAside.until >= today)
    found = {one.about: one for one in session.scalars(query.order_by(SetAside.until, SetAside.id))}
    danger = _dangerous(session, found, today)
    return {about: one for about, one in found.items() if about not in danger}


def put(
    session: Session, coordinator: Person, line: Subject, why: Why, until: date, now: datetime, words: str = ""
) -> None:
    """Put the line aside until the end of this day; once more changes day and reason. ``now`` is in the city's zone.

    Raises Dangerous where somebody of it must be seen now, and ValueError for what is no such line.
    """
    if line.kind not in LINES:
        raise ValueError(f"{line.kind} is no line that can wait")
    if line in _dangerous(session, [line], now.date()):
        raise Dangerous(str(line))
    _take_back(session, coordinator, line)
    one = SetAside(coordinator_id=coordinator.id, kind=line.kind, subject_id=line.id, why=why, at=now, until=until)
    one.words = words[:LONGEST]
    session.add(one)
    session.flush()
    audit.note(session, now, coordinator.id, "line.aside", line)


def take_back(session: Session, coordinator: Person, line: Subject) -> bool:
    """Let the line be seen again. Returns whether it was put aside."""
    return _take_back(session, coordinator, line)


def forget(session: Session, subjects: Collection[Subject]) -> None:
    """Delete what coordinators wrote of these."""
    for one in subjects:
        session.execute(delete(SetAside).where(SetAside.kind == one.kind, SetAside.subject_id == one.id))


def _take_back(session: Session, coordinator: Person, line: Subject) -> bool:
    mine = SetAside.coordinator_id == coordinator.id, SetAside.kind == line.kind, SetAside.subject_id == line.id
    return bool(session.execute(delete(SetAside).where(*mine)).rowcount)  # pyright: ignore


def _dangerous(session: Session, lines: Collection[Subject], today: date) -> set[Subject]:
    """Those lines of whose children and mothers an open referral says that they must be seen now. Four queries."""
    if not lines:
        return set()
    query = select(Referral.child_id, Referral.pregnancy_id, Referral.family_id).where(
        Referral.closed_at.is_(None), Referral.urgency == NOW
    )
    rows = session.execute(query).all()
    children = {row[0] for row in rows} - {None}
    pregnancies = {row[1] for row in rows} - {None}
    of_children = select(Child.family_id).where(Child.id.in_(children))
    of_pregnancies = select(Pregnancy.family_id).where(Pregnancy.id.in_(pregnancies))
    either = or_(Family.id.in_(of_children), Family.id.in_(of_pregnancies))
    whole = {row[2] for row in rows} - {None}
    homes = whole | set(session.scalars(select(Family.id).where(either)))
    if not homes:
        return set()
    found = {Subject(SubjectKind.CHILD, id) for id in children if id}
    found |= {Subject(SubjectKind.PREGNANCY, id) for id in pregnancies if id}
    for kind, table in ((SubjectKind.CHILD, Child), (SubjectKind.PREGNANCY, Pregnancy), (SubjectKind.WEDDING, Wedding)):
        among = [one.id for one in lines if one.kind is kind]
        of_homes = whole if kind is SubjectKind.CHILD else homes
        inside = select(table.id).where(table.id.in_(among), table.family_id.in_(of_homes))
        found |= {Subject(kind, id) for id in session.scalars(inside)}
    fostering = select(Assignment.asn_id).where(
        or_(Assignment.child_id.in_(children), Assignment.family_id.in_(homes)), *current(today)
    )
    through = fostering.join(Child, Child.id == Assignment.child_id).where(Child.family_id.in_(whole))
    found |= {Subject(SubjectKind.PERSON, id) for id in session.scalars(fostering)}
    found |= {Subject(SubjectKind.PERSON, id) for id in session.scalars(through)}
    return found & set(lines)
