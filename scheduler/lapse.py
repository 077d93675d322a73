"""That visits have lapsed: told once to who coordinates there and to the city's coordinators, with who is late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import lapses, outbox
from db.lapses import Lapse, LapseWhy
from db.outbox import PLANNED_LANE, Kind
from db.people import Person, places
from db.roles import ScopeKind
from flow.message import Message, Option, plain
from programme import lapse
from programme.lapse import Found, Look
from programme.names import listed
from programme.quiet_hours import quiet_hours
from programme.scopes import CITY, title
from reports.digest.area_counts import TAPS
from scheduler.looks import Write

MORNINGS = (0, 1)  # Monday, and Tuesday for what a Monday without power has missed
NOON = time(12)
FEW = 4
"""Places and names in the message; the rest are counted."""


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """On Monday or Tuesday morning, tell each coordinator in one message of all lapses that nobody was told of yet.

    At any other time it asks nothing. A lapse that lasts is told once; one that is over may come again.
    """
    local = city.local(now)
    if local.weekday() not in MORNINGS or not city.programme.lapse.at <= local.time() < NOON:
        return
    look = lapse.look(session, now, city)
    rows = _rows(session, look, now, city)
    reached = {key for _, found in rows for key in map(_key, found)}
    kept = [one for one in look.new if _key(one) in reached]
    if rows or look.over:
        ready = [row for row, _ in rows]
        yield partial(_keep, found=kept, over=look.over, week=look.week, rows=ready, now=now, city=city)


def _key(one: Found) -> tuple[ScopeKind, int]:
    return ScopeKind(one.scope.kind), one.scope.id


def _keep(
    session: Session,
    found: Sequence[Found],
    over: Sequence[int],
    week: date,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    city: City,
) -> None:
    """Record what is new and what is over, and promise the messages; none where another look has told it meanwhile."""
    lapses.end(session, over, city.today(now))
    if {(one.scope, one.scope_id) for one in lapses.lasting(session)} & {_key(one) for one in found}:
        return
    session.add_all(
        Lapse(scope=kind, scope_id=id, why=one.why, week=week, usual=round(one.share * 1000), told_at=now)
        for one in found
        for kind, id in (_key(one),)
    )
    outbox.promise(session, rows)


def _rows(session: Session, look: Look, now: datetime, city: City) -> list[tuple[Mapping[str, Any], Sequence[Found]]]:
    """A message to each coordinator who can be reached, with what it tells."""
    told = lapse.told(session, look.new)
    found, local = places(session, told), city.local(now)
    due_at = quiet_hours(city).open_at(local)
    people = session.scalars(select(Person).where(Person.id.in_(found)).order_by(Person.id)).unique()
    rows: list[tuple[Mapping[str, Any], Sequence[Found]]] = []
    for person in people:
        channel, address = found[person.id]
        row = outbox.row(
            Kind.LAPSE, f"lapse:{person.id}:{local.date()}", channel, address,
            message(session, told[person.id], due_at.date(), city).to_json(), now,
            lane=PLANNED_LANE, person_id=person.id, due_at=due_at, expires_at=due_at + timedelta(days=2),
        )  # fmt: skip
        rows.append((row, told[person.id]))
    return rows


def message(session: Session, found: Sequence[Found], on: date, city: City) -> Message:
    """What a coordinator is told, with one tap for each of the first that reminds whoever is late there."""
    shown, silent = found[:FEW], lapse.silent_of(found)
    names = {one.scope: plain(title(session, [one.scope], city)) for one in shown}
    more = len(silent) - FEW
    text = city.templates.say(
        "lapse",
        lines=[_line(one, names[one.scope], city) for one in shown],
        more=len(found) - len(shown),
        silent=f"{', '.join(silent[:FEW])}, dan {more} lagi" if more > 0 else listed(silent),
    )
    return Message(text, (*(_remind(one, names[one.scope], on) for one in shown if one.silent), LATE))


LATE = Option("menu:terlambat", "Yang terlambat")


def _line(one: Found, name: str, city: City) -> str:
    if one.why == LapseWhy.SILENT:
        weeks = city.programme.lapse.office_weeks
        return f"*{name}*: {weeks} minggu tanpa kunjungan, {len(one.silent)} pendamping terlambat"
    return f"*{name}*: minggu lalu *{one.made}* kunjungan, biasanya *{one.usual}*"


def _remind(one: Found, name: str, on: date) -> Option:
    if one.scope == CITY:
        return Option(f"remind:all:{on}", "Ingatkan semua")
    return Option(f"area:remind:{TAPS[ScopeKind(one.scope.kind)]}:{one.scope.id}", f"Ingatkan {name}")
