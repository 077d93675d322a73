"""Remind both sides of an arranged visit, and end what is arranged between those who are a pair no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.appointments import OPEN, Appointment, AppointmentState
from db.outbox import Kind
from programme import appointment_messages as words
from programme import appointments as arranging
from programme import pairs
from programme.pairs import Pair
from programme.quiet_hours import quiet_hours
from rules.appointments import remind_at
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Every appointment that is ahead: ended if its pair is one no more, else reminded of when the time has come."""
    ahead = select(Appointment).where(Appointment.state.in_(OPEN)).order_by(Appointment.id)
    ids = [row.id for row in session.scalars(ahead) if arranging.is_open(row, now)]
    for id in ids:
        yield partial(look_after, id=id, now=now, city=city)


def look_after(session: Session, id: int, now: datetime, city: City) -> None:
    """End this appointment, or promise its reminders; the state is read again."""
    row = session.scalars(select(Appointment).where(Appointment.id == id).with_for_update()).one()
    if not arranging.is_open(row, now) or arranging.end_fallen(session, city, row, now):
        return
    pair = pairs.find(session, row.family, row.visitor_id, city.today(now))
    if pair is not None and is_time(city, row, now):
        _remind(session, city, row, pair, now)


def is_time(city: City, row: Appointment, now: datetime) -> bool:
    """Whether both are to be reminded of it now."""
    local, quiet = city.local(now), quiet_hours(city)
    if row.state != AppointmentState.AGREED or row.at is None or row.agreed_at is None or quiet.open_at(local) != local:
        return False
    due = remind_at(city.local(row.at), city.local(row.agreed_at), quiet)
    return due is not None and due <= local


def _remind(session: Session, city: City, row: Appointment, pair: Pair, now: datetime) -> None:
    """Once each; not where who visits has been there since."""
    visited = [visit.visited_on for visit in arranging.last_visits(session, pair)]
    if row.day and any(on >= row.day for on in visited):
        return
    today, carer = city.today(now), pairs.host(session, pair.family)
    told = [(pair.visitor, words.reminder_to_visitor(session, city, pair, row, today))]
    if carer is not None:
        told.append((carer.person, words.reminder_to_family(city, pair, carer, row, today)))
    for to, message in told:
        outbox.to_person(
            session, to.id, Kind.APPOINTMENT, arranging.key(row, to.id, reminder=True), message.to_json(),
            now, about=pair.subjects, expires_at=row.at,
        )  # fmt: skip
