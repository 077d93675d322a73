"""The monthly growth chart, for families who asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.children import Carer, Child
from db.consent import carer_reads
from db.outbox import PLANNED_LANE, Kind
from db.people import Person, places
from db.states import MOURNING, PRESENT
from db.subjects import subject
from drawing import attachments
from drawing.growth_chart import chart
from flow.message import Attachment, Message
from programme.called_apart import called_to
from programme.quiet_hours import quiet_hours
from scheduler.looks import Write, promises


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """From the programme's day of the month on, promise each child's chart once, if it has measurements to draw."""
    local = city.local(now)
    if local.day < city.programme.lessons.chart_day or quiet_hours(city).open_at(local) != local:
        return
    wanted = _wanted(session, local.date())
    found = places(session, {reader.id for reader, _, _ in wanted})
    for reader, key, child in wanted:
        person = reader.id
        if person not in found:
            continue
        picture = chart.for_child(session, child, local.date(), "berat")
        if picture is None:
            continue
        path = chart.write(picture, key, city.files)
        attachments.date(city.files / path, now)
        text = city.templates.say("monthly_chart", name=called_to(session, reader, child, local.date()))
        message = Message(text, attachment=Attachment("picture", path, "berat.png")).to_json()
        expires = now + timedelta(days=city.programme.lessons.late_after_days)
        row = outbox.row(
            Kind.CHART, key, *found[person], message, now, lane=PLANNED_LANE, person_id=person, expires_at=expires,
            about=[subject(child)], family_id=child.family_id,
        )  # fmt: skip
        yield from promises([row])  # one by one, so that a chart does not wait for the next one to be drawn


def _wanted(session: Session, today: date) -> list[tuple[Person, str, Child]]:
    """The charts still to be sent this month: person, key of the message, child."""
    query = (
        select(Person, Child)
        .join(Carer, Carer.person_id == Person.id)
        .join(Child, Child.family_id == Carer.family_id)
        .where(
            Carer.monthly_chart,
            Carer.stopped_at.is_(None),
            or_(Carer.paused_until.is_(None), Carer.paused_until <= today),
            Child.state.in_(PRESENT),
            carer_reads(),
        )
        .order_by(Carer.id, Child.id)
    )
    month = f"{today:%Y-%m}"
    wanted = [(person, f"chart:{person.id}:{child.id}:{month}", child) for person, child in session.execute(query)]
    had = outbox.promised(session, [key for _, key, _ in wanted], dropped=MOURNING)
    return [one for one in wanted if one[1] not in had]
