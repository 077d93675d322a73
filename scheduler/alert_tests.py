"""The monthly test alert: each health worker taps that it came, or is listed as somebody who cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import duty, outbox
from db.duty import AlertTest
from db.outbox import Kind
from db.people import Person, PersonRole
from db.roles import Role
from flow.message import Message, Option
from programme.contacts import called
from programme.quiet_hours import quiet_hours
from scheduler.looks import Write

SATURDAY = 5


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """On working days, by day: send each health worker who had none this month a test alert.

    Who is on leave gets it when they are back; who joins later in the month gets it on the next day.
    """
    local = city.local(now)
    if local.weekday() >= SATURDAY or quiet_hours(city).open_at(local) != local:
        return
    month = f"{local:%Y-%m}"
    had = select(AlertTest.person_id).where(AlertTest.month == month)
    staff = select(PersonRole.person_id).where(PersonRole.role == Role.HEALTH, PersonRole.person_id.not_in(had))
    away = duty.on_leave(session, now)
    for person_id in sorted(set(session.scalars(staff)) - away):
        yield partial(_send, person_id=person_id, month=month, now=now)


def _send(session: Session, person_id: int, month: str, now: datetime) -> None:
    """Write the test and its message, unless the person has had one this month."""
    person = session.get_one(Person, person_id, with_for_update=True)
    if session.scalar(select(AlertTest.id).where(AlertTest.person_id == person_id, AlertTest.month == month)):
        return
    test = AlertTest(person_id=person_id, month=month, sent_at=now)
    session.add(test)
    session.flush()
    text = (
        f"🔔 *Uji kabar bahaya.* Ini bukan bahaya sungguhan.\n\n{called(person)}, sekali sebulan kami coba apakah "
        "kabar tanda bahaya sampai ke HP ini. Ketuk tombol di bawah, ya."
    )
    message = Message(text, (Option(f"test:{test.id}", "Saya terima"),))
    outbox.to_person(session, person_id, Kind.TEST, f"test:{person_id}:{month}", message.to_json(), now)
