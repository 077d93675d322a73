"""What a workbook tells that more follows from than a changed row: the same use cases do it as after news in chat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from content.city import City
from db.audit import By, Detail, Operator, note
from db.children import Child, Family
from db.fostering import Assignment, EndReason
from db.people import Person, PersonRole
from db.states import CareState
from db.subjects import Subject, SubjectKind
from programme import assignment_news, assignments, departures, ending_records, told_endings
from programme.assignments import Change
from programme.roles import Actor
from reports.workbook.staged import Record


@dataclass(frozen=True)
class ChildEnded:
    """The fostering of a child that is known has ended in this way."""

    child: Record
    kind: CareState


@dataclass(frozen=True)
class AssignmentBegun:
    """A new assignment of a child or a family about which proposals wait."""

    new: Record


@dataclass(frozen=True)
class AssignmentEnded:
    """An assignment that is known has, or gets, a last day."""

    record: Record
    last: date
    reason: EndReason


@dataclass(frozen=True)
class Succeeded:
    """``new`` takes the place of ``old``, which is known; a correction where the reason is WRONG."""

    old: Record
    new: Record
    reason: EndReason


@dataclass(frozen=True)
class RoleEnded:
    """A role that is held has, or gets, a last day, which is written with the row."""

    record: Record


Event = ChildEnded | AssignmentBegun | AssignmentEnded | Succeeded | RoleEnded


def carry_out(
    session: Session, city: City, events: Sequence[Event], begun: Iterable[int], now: datetime, by: By
) -> None:
    """Do what follows from the events, and tell everybody concerned once. The rows must have been written.

    ``begun`` are the ids of new assignments whose foster parents can be told. Raises assignments.Changed where somebody
    else has changed an assignment meanwhile.
    """
    # Whoever fosters a child is told of its death before their own assignment ends.
    for event in events:
        if isinstance(event, ChildEnded):
            child = session.get_one(Child, event.child.id)
            ending_records.record(session, city, child, event.kind, now, by)
            told_endings.settle(session, child, event.kind, now, by if isinstance(by, int) else None)
    changes = {
        event: _change(session, city, event, now, by)
        for event in events
        if not isinstance(event, ChildEnded | RoleEnded)
    }
    new = [Change(None, session.get_one(Assignment, id)) for id in begun]
    assignment_news.tell(session, city, [*changes.values(), *new], now, by)
    for event, change in changes.items():
        if not isinstance(event, AssignmentEnded) and change.new is not None:
            # The workbook's day stands, also where it is past, and was told as today: nobody is late for it.
            change.new.starts, change.new.ends = event.new["starts"], event.new["ends"]
            event.new.id = change.new.id
    session.flush()
    for event in events:
        if isinstance(event, RoleEnded):
            _end_role(session, city, session.get_one(PersonRole, event.record.id), now, by)


def _end_role(session: Session, city: City, held: PersonRole, now: datetime, by: By) -> None:
    """End a role whose last day is over; one that ends later is carried out on its day, and only noted now."""
    if held.ends is not None and held.ends < city.today(now):
        name = by.name if isinstance(by, Operator) else ""
        departures.end_role(session, city, held, Actor(name, by if isinstance(by, int) else None), now)
    else:
        note(session, now, by, "role.end", Subject(SubjectKind.PERSON, held.person_id), Detail(held.role))


def _change(
    session: Session, city: City, event: AssignmentBegun | AssignmentEnded | Succeeded, now: datetime, by: By
) -> Change:
    if isinstance(event, AssignmentEnded):
        return assignments.end(session, city, event.record.id or 0, event.reason, now, by, last=event.last)
    new = event.new
    who, starts, today = session.get_one(Person, new["asn_id"].id), new["starts"], city.today(now)
    if isinstance(event, Succeeded):
        later = starts if starts > today else None
        return assignments.succeed(
            session, city, event.old.id or 0, who, event.reason, now, by, starts=later, decree=new["decree"]
        )
    child, family = new["child_id"], new["family_id"]
    whom = session.get_one(Child, child.id) if child else session.get_one(Family, family.id)
    return assignments.begin(
        session, who, whom, max(starts, today), now, by, decree=new["decree"], known_from=max(starts, today)
    )
