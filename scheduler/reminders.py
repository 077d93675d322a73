"""Reminders of visits: due, three and seven days late, each once; all visits of one person in one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.children import Child, Pregnancy, Wedding
from db.outbox import PLANNED_LANE, SKIPPED, Kind, Outgoing
from db.people import places
from db.states import MOURNING, CareState
from db.subjects import Subject, SubjectKind
from db.visits import Visit
from programme import reminder_messages, unsent
from programme.fosterings import Fostering, fosterings, labels
from programme.quiet_hours import quiet_hours
from programme.visitors import Visitor, resting
from rules.visits import reminders_due
from scheduler.looks import Write, promises_if

FROM, UNTIL = time(8), time(19)
TOGETHER = "disebut dalam pengingat yang sama"


class Step(NamedTuple):
    """Who is reminded of a visit, and the step: days after it fell due."""

    to: Visitor
    visit: Fostering
    days: int

    @property
    def key(self) -> str:
        return f"reminder:{self.to.id}:{self.visit.about}:{self.visit.due}:{self.days}"


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Remind whoever visits of the visits with a due step that was not sent yet.

    That is the foster parent who answers for the child, or their delegates; nobody who is on leave. Promises only what
    goes out at once, so that no reminder follows a report of the same morning. Nobody gets two in a day; who has no
    address is reminded once there is one.
    """
    local = city.local(now)
    if not FROM <= local.time() < UNTIL or quiet_hours(city).open_at(local) != local:
        return
    today, rules = local.date(), city.programme.visits
    fostered = fosterings(session, today, rules.every_days, zone=city.zone)
    steps = [
        Step(to, visit, days)
        for visit in fostered
        if visit.answers
        for days in reminders_due(visit.due, today, rules.reminders_after_days)
        for to in visit.visitors
    ]
    planned = outbox.promised(session, [step.key for step in steps], dropped=MOURNING)
    left_alone = _reminded_since(session, datetime.combine(today, time(), city.zone))
    left_alone |= resting(session, {step.to.id for step in steps}, today)
    duties: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        if step.key not in planned and step.to.id not in left_alone:
            duties[step.to.id].append(step)
    found = places(session, duties)
    expires = datetime.combine(today, UNTIL, city.zone)
    named = ({step.visit.about for step in duties[person_id]} for person_id in found)
    unfinished = unsent.unfinished(session, found)
    theirs: dict[int, list[Fostering]] = defaultdict(list)
    for visit in fostered:
        for to in visit.visitors:
            theirs[to.id].append(visit)
    rows = (
        _rows(duties[id], place, now, expires, city, labels(theirs[id], today), unfinished.get(id, ()))
        for id, place in found.items()
    )
    yield from promises_if(zip(named, rows, strict=True), partial(_waiting, since=now))


def _waiting(session: Session, subjects: Collection[Subject], since: datetime) -> Collection[Subject]:
    """The subjects still in care without a report since then."""
    found: set[Subject] = set()
    for kind, table, visited in (
        (SubjectKind.CHILD, Child, Visit.child_id), (SubjectKind.PREGNANCY, Pregnancy, Visit.pregnancy_id),
        (SubjectKind.WEDDING, Wedding, Visit.wedding_id),
    ):  # fmt: skip
        ids = [one.id for one in subjects if one.kind is kind]
        reported = exists().where(visited == table.id, Visit.submitted_at >= since, Visit.undone_at.is_(None))
        query = select(table.id).where(table.id.in_(ids), table.state == CareState.ACTIVE, ~reported)
        found |= {Subject(kind, id) for id in session.scalars(query)}
    return found


def _rows(
    steps: Sequence[Step],
    place: tuple[str, str],
    now: datetime,
    expires: datetime,
    city: City,
    named: Mapping[Subject, str],
    unfinished: Collection[Subject],
) -> Sequence[Mapping[str, Any]]:
    """The message under the key of the longest overdue step, then a row for every step included in it."""
    today = city.today(now)
    worst, *later = sorted(steps, key=lambda step: (step.visit.due, str(step.visit.about)))
    visits = [worst.visit, *(step.visit for step in later)]
    message = reminder_messages.say(visits, worst.to, today, city, named, unfinished).to_json()
    to: dict[str, Any] = {"lane": PLANNED_LANE, "person_id": worst.to.id}
    about = [worst.visit.about, *(step.visit.about for step in later)]
    return [
        outbox.row(Kind.REMINDER, worst.key, *place, message, now, about=about, expires_at=expires, **to),
        *(outbox.row(Kind.REMINDER, one.key, *place, {"text": ""}, now, skipped=TOGETHER, **to) for one in later),
    ]


def _reminded_since(session: Session, begin: datetime) -> set[int | None]:
    query = select(Outgoing.person_id).where(
        Outgoing.kind == Kind.REMINDER, Outgoing.created_at >= begin, Outgoing.state != SKIPPED
    )
    return set(session.scalars(query))
