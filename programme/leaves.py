"""Leave of foster parents: entered with a substitute, over by itself on its last day, or ended early."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.audit import Detail, note
from db.fostering import Leave, LeaveKind
from db.people import Person
from db.subjects import subject
from programme import assignments
from programme.assignments import Change, Changed

A_DAY = timedelta(days=1)


def running(session: Session, person_id: int, today: date) -> Leave | None:
    """The leave that the person has today, or else the next one; None where there is none."""
    query = select(Leave).where(Leave.person_id == person_id, Leave.ends >= today)
    return session.scalars(query.order_by(Leave.starts, Leave.id)).first()


def enter(
    session: Session,
    city: City,
    person: Person,
    kind: LeaveKind,
    starts: date,
    ends: date,
    substitutes: Mapping[int, Person],
    now: datetime,
    by: int,
) -> Sequence[Change]:
    """Enter a leave from ``starts`` to ``ends``, its last day; ``substitutes`` by the id of the assignment.

    Another leave of that time gives way, with its substitutes. Entered twice it stands once. An assignment that
    somebody has changed meanwhile gets no substitute.
    """
    today = city.today(now)
    overlap = select(Leave).where(Leave.person_id == person.id, Leave.starts <= ends, Leave.ends >= starts)
    for other in session.scalars(overlap).all():
        same = (other.kind, other.starts, other.ends) == (kind, starts, ends)
        if same and _substitutes(session, other, today) == {id: one.id for id, one in substitutes.items()}:
            return ()
        _cut(session, city, other, starts - A_DAY, now)
    who = {one.id: one for one in substitutes.values()}
    alone = next(iter(who.values())) if len(who) == 1 else None
    session.add(
        Leave(
            person=person, kind=kind, starts=starts, ends=ends, substitute=alone, entered_by=by, entered_at=now
        )
    )  # fmt: skip
    session.flush()
    note(session, now, by, "leave.enter", subject(person), Detail.LEAVE)
    done: list[Change] = []
    for assignment_id, substitute in substitutes.items():
        try:
            done.append(assignments.substitute(session, assignment_id, substitute, starts, ends, today, now, by))
        except Changed:
            continue
    return done


def end_early(session: Session, city: City, leave: Leave, now: datetime, by: int) -> bool:
    """The person is back: their leave is over since yesterday, and so are its substitutes. False where it was over."""
    today = city.today(now)
    if leave.ends < today:
        return False
    person = leave.person
    _cut(session, city, leave, today - A_DAY, now)
    note(session, now, by, "leave.end", subject(person), Detail.LEAVE)
    return True


def _cut(session: Session, city: City, leave: Leave, last: date, now: datetime) -> None:
    """The leave lasts until ``last`` only, or never was; its substitutes stop with it."""
    today = city.today(now)
    for one in assignments.of_person(session, leave.person_id, today):
        for substitute in assignments.substitutes(session, one.id):
            if substitute.starts == leave.starts and substitute.ends == leave.ends:
                assignments.end_substitute(session, city, substitute, last, now)
    if leave.starts > last:
        session.delete(leave)
    else:
        leave.ends = last
    session.flush()


def _substitutes(session: Session, leave: Leave, today: date) -> dict[int, int]:
    """By assignment, the id of who stands in for it in this leave."""
    return {
        one.id: substitute.asn_id
        for one in assignments.of_person(session, leave.person_id, today)
        for substitute in assignments.substitutes(session, one.id)
        if substitute.starts == leave.starts
    }
