"""The coordinators' digest: one message a day to each, about all their scopes, at the hour that they chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import digests, outbox
from db.outbox import PLANNED_LANE, Kind
from db.people import Address, AddressState, Person, PersonRole, places
from db.roles import Role
from programme import digest_times
from programme.quiet_hours import quiet_hours
from reports.digest import digest as report
from reports.digest import kinds
from reports.digest import message as said
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """From each coordinator's hour on, promise today's digest to who can be reached and has news; once a day.

    On the weekly day it goes out in any case. A coordinator of several places gets one message about all of them.
    Where there is nothing to say it is recorded that this day is done with, so that no later hour looks again.
    """
    local, rules = city.local(now), city.programme.digest
    people = _coordinators(session)
    chosen = digests.known(session, [person.id for person in people])
    due = [person for person in people if digest_times.is_due(chosen.get(person.id), local, rules)]
    if not due:
        return
    today, weekly = local.date(), local.weekday() == rules.weekly_on
    moment = quiet_hours(city).open_at(local)
    found = places(session, [person.id for person in due])
    hours = {person.id: digest_times.at(chosen.get(person.id), rules) for person in due}
    for person in due:
        digest = report.digest(session, person, now, city, whole=False)
        if digest is None:
            continue
        row = None
        if weekly or not said.is_quiet(digest):
            channel, address = found[person.id]
            row = outbox.row(
                Kind.DIGEST, f"digest:{person.id}:{today}", channel, address, said.message(digest, city).to_json(), now,
                lane=PLANNED_LANE, person_id=person.id, due_at=moment,
                expires_at=max(datetime.combine(today + timedelta(days=1), hours[person.id], city.zone), moment),
            )  # fmt: skip
        yield partial(_tell, row=row, person_id=person.id, on=today, counts=kinds.counts(digest))


def _tell(session: Session, row: Mapping[str, Any] | None, person_id: int, on: date, counts: Sequence[int]) -> None:
    if row is not None:
        outbox.promise(session, [row])
    digests.tell(session, person_id, on, counts)


def _coordinators(session: Session) -> list[Person]:
    """The coordinators who have an address."""
    query = select(Person).where(
        Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == Role.COORDINATOR)),
        Person.id.in_(select(Address.person_id).where(Address.state == AddressState.OK)),
    )
    return list(session.scalars(query.order_by(Person.id)))
