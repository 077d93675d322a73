"""The Monday edition: last week in six lines, for whoever reports on a kelurahan, a kecamatan or the city."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import digests, outbox
from db.outbox import PLANNED_LANE, Kind, Outgoing
from db.people import Address, AddressState, Person, PersonRole, places
from db.roles import Role
from programme import digest_times
from programme.quiet_hours import quiet_hours
from programme.scopes import held_by
from reports.digest import week
from rules.punctuality import last_weeks
from scheduler.looks import Write, promises


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """On the day of the weekly digest, from the hour of a coordinator's digest on, promise the report of the last week.

    It is a message of its own, once a week to each who can be reached; none where nobody is fostered.
    """
    local, rules = city.local(now), city.programme.digest
    if local.weekday() != rules.weekly_on:
        return
    [monday] = last_weeks(local.date(), 1)
    moment, tomorrow = quiet_hours(city).open_at(local), local.date() + timedelta(days=1)
    people = _coordinators(session)
    chosen = digests.known(session, [person.id for person in people])
    hours = {person.id: digest_times.at(chosen.get(person.id), rules) for person in people}
    keys = {person.id: f"week:{person.id}:{monday}" for person in people}
    done = set(session.scalars(select(Outgoing.key).where(Outgoing.key.in_(keys.values()))))
    found = places(session, keys)
    for person in people:
        key = keys[person.id]
        if local.time() < hours[person.id] or key in done or person.id not in found:
            continue
        report = week.of_scopes(session, week.places_of(held_by(person)), now, city)
        if report is None:
            continue
        channel, address = found[person.id]
        row = outbox.row(
            Kind.DIGEST, key, channel, address, week.message(report, key, city).to_json(), now,
            lane=PLANNED_LANE, person_id=person.id, due_at=moment,
            expires_at=max(datetime.combine(tomorrow, hours[person.id], city.zone), moment),
        )  # fmt: skip
        yield from promises([row])


def _coordinators(session: Session) -> list[Person]:
    """The coordinators of a place who have an address."""
    holds = PersonRole.role == Role.COORDINATOR, PersonRole.scope.in_(week.SENT_FOR)
    query = select(Person).where(
        Person.id.in_(select(PersonRole.person_id).where(*holds)),
        Person.id.in_(select(Address.person_id).where(Address.state == AddressState.OK)),
    )
    return list(session.scalars(query.order_by(Person.id)))
