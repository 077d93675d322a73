"""Reminders of visits: due, three and seven days late, each once; all that an ASN has to do today in one message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time
from functools import partial
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.children import Child, Pregnancy
from db.outbox import PLANNED_LANE, SKIPPED, Outgoing
from db.visits import Visit
from reports import reminder
from reports.fostered import Fostering, fosterings
from reports.quiet import quiet_hours
from rules.visits import reminders_due
from scheduler.looks import Write, promises_if
from scheduler.reach import places

FROM, UNTIL = time(8), time(19)
TOGETHER = "disebut dalam pengingat yang sama"
AT_ONCE = 5_000


class Step(NamedTuple):
    """A visit, and the step of the programme at which its ASN is reminded of it: so many days after it fell due."""

    visit: Fostering
    days: int

    @property
    def key(self) -> str:
        return f"reminder:{self.visit.asn_id}:{self.visit.subject}:{self.visit.due}:{self.days}"


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Remind every ASN who has a step before them that they have not been told of.

    Plans only what goes out at once: a report handed in this morning is never answered with a reminder. Nobody gets
    two in a day; who cannot be reached is reminded once they can.
    """
    local = city.local(now)
    if not FROM <= local.time() < UNTIL or quiet_hours(city).open_at(local) != local:
        return
    today, rules = local.date(), city.programme.visits
    steps = [
        Step(visit, days)
        for visit in fosterings(session, today, rules.every_days)
        for days in reminders_due(visit.due, today, rules.reminders_after_days)
    ]
    told = _told(session, [step.key for step in steps])
    had_one = _reminded_since(session, datetime.combine(today, time(), city.zone))
    duties: dict[int, list[Step]] = defaultdict(list)
    for step in steps:
        if step.key not in told and step.visit.asn_id not in had_one:
            duties[step.visit.asn_id].append(step)
    found = places(session, duties)
    expires = datetime.combine(today, UNTIL, city.zone)
    named = ({step.visit.subject for step in duties[asn_id]} for asn_id in found)
    rows = (list(_rows(duties[asn_id], place, now, expires, city)) for asn_id, place in found.items())
    yield from promises_if(zip(named, rows, strict=True), partial(_waiting, since=now))


def _waiting(session: Session, subjects: Collection[str], since: datetime) -> Collection[str]:
    """Those still in care who were not reported on since."""
    found: set[str] = set()
    for kind, table, visited in (("child", Child, Visit.child_id), ("pregnancy", Pregnancy, Visit.pregnancy_id)):
        ids = [int(id) for named, _, id in (subject.partition(":") for subject in subjects) if named == kind]
        reported = exists().where(visited == table.id, Visit.submitted_at >= since, Visit.undone_at.is_(None))
        query = select(table.id).where(table.id.in_(ids), table.state == "aktif", ~reported)
        found |= {f"{kind}:{id}" for id in session.scalars(query)}
    return found


def _rows(
    steps: Sequence[Step], place: tuple[str, str], now: datetime, expires: datetime, city: City
) -> Iterator[Mapping[str, object]]:
    """One message under the key of the worst, and for every other step a row that says where it was told."""
    today = city.today(now)
    worst, *others = sorted(steps, key=lambda step: (step.visit.due, step.visit.subject))
    message = reminder.say([worst.visit, *(step.visit for step in others)], today, city).to_json()
    asn_id = worst.visit.asn_id
    yield outbox.row(worst.key, *place, message, now, lane=PLANNED_LANE, person_id=asn_id, expires_at=expires)
    for step in others:
        yield outbox.row(step.key, *place, {"text": ""}, now, lane=PLANNED_LANE, person_id=asn_id, skipped=TOGETHER)


def _told(session: Session, keys: Sequence[str]) -> set[str]:
    told: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        told |= set(session.scalars(select(Outgoing.key).where(Outgoing.key.in_(keys[start : start + AT_ONCE]))))
    return told


def _reminded_since(session: Session, begin: datetime) -> Collection[int | None]:
    query = select(Outgoing.person_id).where(
        Outgoing.kind == "reminder", Outgoing.created_at >= begin, Outgoing.state != SKIPPED
    )
    return set(session.scalars(query))
