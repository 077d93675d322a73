"""Lines that a coordinator puts aside: "bukan hari ini", until tomorrow or for a week, with a reason.

A line is a foster parent whose visits are late, or a child, a mother or a couple whom nobody fosters. It comes back by
itself on its day, and at once where somebody of it must be seen now: danger is never put aside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, or_, select, union
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db import audit
from db.children import Child, Pregnancy, Wedding
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
) -> SetAside:
    """Put the line aside until the end of this day; once more changes day and reason. ``now`` is in the city's zone.

    Raises Dangerous where somebody of it must be seen now, and ValueError for what is no such line.
    """
    if line.kind not in LINES:
        raise ValueError(f"{line.kind} is no line that can wait")
    if line in _dangerous(session, [line], now.date()):
        raise Dangerous(str(line))
    forget_over(session, now.date())
    chosen: dict[str, Any] = {"why": why, "words": words[:LONGEST], "at": now, "until": until}
    given = {"coordinator_id": coordinator.id, "kind": line.kind, "subject_id": line.id, **chosen}
    new = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(SetAside).values(given)
    # From two phones at once the later word holds.
    keys = ["coordinator_id", "kind", "subject_id"]
    session.execute(new.on_conflict_do_update(index_elements=keys, set_=chosen))
    audit.note(session, now, coordinator.id, "line.aside", line)
    return session.scalars(_mine(coordinator, line), execution_options={"populate_existing": True}).one()


def take_back(session: Session, coordinator: Person, line: Subject, now: datetime) -> None:
    """Let the line be seen again, if it was put aside."""
    if (one := session.scalar(_mine(coordinator, line))) is not None:
        session.delete(one)
        session.flush()
        audit.note(session, now, coordinator.id, "line.back", line)


def forget(session: Session, subjects: Collection[Subject]) -> None:
    """Delete what coordinators wrote of these."""
    for kind in {one.kind for one in subjects}:
        ids = [one.id for one in subjects if one.kind is kind]
        session.execute(delete(SetAside).where(SetAside.kind == kind, SetAside.subject_id.in_(ids)))


def forget_over(session: Session, today: date) -> None:
    """Delete what is over: what was written is kept no longer than it is of use."""
    session.execute(delete(SetAside).where(SetAside.until < today))


def _mine(coordinator: Person, line: Subject) -> Select[SetAside]:
    return select(SetAside).where(
        SetAside.coordinator_id == coordinator.id, SetAside.kind == line.kind, SetAside.subject_id == line.id
    )


def _dangerous(session: Session, lines: Collection[Subject], today: date) -> set[Subject]:
    """Those lines of whose families an open referral says that somebody must be seen now. Five queries at most."""
    if not lines:
        return set()
    urgent = Referral.closed_at.is_(None), Referral.urgency == NOW
    through = (
        select(Child.family_id).join(Referral, Referral.child_id == Child.id).where(*urgent),
        select(Pregnancy.family_id).join(Referral, Referral.pregnancy_id == Pregnancy.id).where(*urgent),
        select(Referral.family_id).where(Referral.family_id.is_not(None), *urgent),
    )
    homes = set(session.scalars(union(*through)))
    if not homes:
        return set()
    found = set[Subject]()
    for kind, table in ((SubjectKind.CHILD, Child), (SubjectKind.PREGNANCY, Pregnancy), (SubjectKind.WEDDING, Wedding)):
        among = [one.id for one in lines if one.kind is kind]
        inside = select(table.id).where(table.id.in_(among), table.family_id.in_(homes))
        found |= {Subject(kind, id) for id in session.scalars(inside)}
    children = select(Child.id).where(Child.family_id.in_(homes))
    covered = or_(Assignment.family_id.in_(homes), Assignment.child_id.in_(children))
    fostering = session.scalars(select(Assignment.asn_id).where(covered, *current(today)))
    return found | ({Subject(SubjectKind.PERSON, id) for id in fostering} & set(lines))
