"""The coordinators' digest: one message a day to each, about all their scopes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.outbox import PLANNED_LANE, Kind, Outgoing
from db.people import Address, AddressState, Person, PersonRole, places
from db.roles import Role
from programme.quiet_hours import quiet_hours
from reports.digest import digest as report
from scheduler.looks import Write, promises


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """From the programme's hour on, promise today's digest to each coordinator who can be reached and has news.

    On the weekly day it goes out in any case. A coordinator of several places gets one message about all of them.
    """
    local, rules = city.local(now), city.programme.digest
    if local.time() < rules.at:
        return
    weekly = local.weekday() == rules.weekly_on
    moment = quiet_hours(city).open_at(local)
    expires = datetime.combine(local.date() + timedelta(days=1), rules.at, city.zone)
    people = _coordinators(session)
    found = places(session, [person.id for person in people])
    keys = {person.id: f"digest:{person.id}:{local.date()}" for person in people}
    done = set(session.scalars(select(Outgoing.key).where(Outgoing.key.in_(keys.values()))))
    for person in people:
        key = keys[person.id]
        if key in done:
            continue
        digest = report.digest(session, person, now, city)
        if digest and (weekly or not report.is_quiet(digest)):
            message = report.message(digest, key, city).to_json()
            channel, address = found[person.id]
            row = outbox.row(
                Kind.DIGEST, key, channel, address, message, now,
                lane=PLANNED_LANE, person_id=person.id, due_at=moment, expires_at=expires,
            )  # fmt: skip
            yield from promises([row])


def _coordinators(session: Session) -> list[Person]:
    """The coordinators who have an address."""
    query = select(Person).where(
        Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == Role.COORDINATOR)),
        Person.id.in_(select(Address.person_id).where(Address.state == AddressState.OK)),
    )
    return list(session.scalars(query.order_by(Person.id)))
