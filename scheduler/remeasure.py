"""Second measurements: a few children a month, drawn by lot, are measured again soon after the first time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.children import Child, Family
from db.measurements import Measurement, firsts, repeated
from db.outbox import PLANNED_LANE, Kind
from db.people import Person, PersonRole, places
from db.places import Posyandu
from db.roles import Role, ScopeKind, Title
from db.states import MOURNING, PRESENT
from db.subjects import Subject, SubjectKind
from flow.message import Message, Option
from flow.reading.dates import MONTHS
from programme.names import call_name, salute
from programme.quiet_hours import quiet_hours
from scheduler.looks import Write, promises_if

SATURDAY = 5


class Drawn(NamedTuple):
    """A child to be measured again, and the day of the measurement to be repeated."""

    posyandu_id: int
    place: str
    child_id: int
    name: str
    code: str
    measured_on: date


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """On working days ask one cadre of each posyandu, once a month, to measure a few children again.

    On the month's first working day if there are measurements of the last days, otherwise on the morning after they
    came in: so soon, a child has not grown between the two measurements.
    """
    local = city.local(now)
    if local.weekday() >= SATURDAY or quiet_hours(city).open_at(local) != local:
        return
    month = f"{local:%Y-%m}"
    cadres = _cadres(session)
    found = places(session, {cadre.id for group in cadres.values() for cadre in group})
    keys = {cadre.id: f"remeasure:{cadre.id}:{month}" for group in cadres.values() for cadre in group}
    promised = outbox.promised(session, keys.values(), dropped=MOURNING)
    had = {cadre for cadre, key in keys.items() if key in promised}
    tasks: dict[int, list[Drawn]] = defaultdict(list)
    people: dict[int, Person] = {}
    for posyandu_id, drawn in _drawn(session, local.date(), city).items():
        of_posyandu = cadres.get(posyandu_id, [])
        reachable = [cadre for cadre in of_posyandu if cadre.id in found]
        if not reachable or had & {cadre.id for cadre in of_posyandu}:
            continue
        cadre = min(reachable, key=lambda one: _lot(month, "cadre", one.id))
        people[cadre.id] = cadre
        tasks[cadre.id] += drawn
    named = ({one.child_id for one in drawn} for drawn in tasks.values())
    rows = ([_row(people[id], drawn, keys[id], found[id], now, city)] for id, drawn in tasks.items())
    yield from promises_if(zip(named, rows, strict=True), _present)


def _present(session: Session, children: Collection[int]) -> Collection[int]:
    """The children who have not died or left."""
    return session.scalars(select(Child.id).where(Child.id.in_(children), Child.state.in_(PRESENT))).all()


def _row(
    cadre: Person, drawn: Sequence[Drawn], key: str, place: tuple[str, str], now: datetime, city: City
) -> Mapping[str, Any]:
    until = min(one.measured_on for one in drawn) + timedelta(days=city.programme.quality.remeasure_within_days)
    message = _say(cadre, drawn, until, city).to_json()
    expires = datetime.combine(until + timedelta(days=1), datetime.min.time(), city.zone)
    about = [Subject(SubjectKind.CHILD, one.child_id) for one in drawn]
    return outbox.row(
        Kind.REMEASURE, key, *place, message, now,
        lane=PLANNED_LANE, person_id=cadre.id, about=about, expires_at=expires,
    )  # fmt: skip


def _say(cadre: Person, drawn: Sequence[Drawn], until: date, city: City) -> Message:
    text = city.templates.say(
        "remeasure",
        to=salute(cadre.name, nip=cadre.nip, sex=cadre.sex),
        children=[{"name": f"Adik {one.name}", "code": one.code, "place": one.place} for one in drawn],
        until=f"{until.day} {MONTHS[until.month - 1]}",
    )
    return Message(text, tuple(Option(f"remeasure:{one.child_id}", f"Ukur ulang {one.name}") for one in drawn))


def _drawn(session: Session, today: date, city: City) -> dict[int, list[Drawn]]:
    """By posyandu, the children drawn this month among those measured lately; at most the programme's number.

    "Lately" is the first half of the time allowed for a second measurement; the other half is left to do it.
    """
    rules = city.programme.quality
    fresh = firsts(today - timedelta(days=rules.remeasure_within_days // 2), today).subquery()
    done = select(Measurement.child_id).where(
        Measurement.id.in_(repeated()), Measurement.measured_on >= today - timedelta(days=rules.remeasure_within_days)
    )
    query = (
        select(Posyandu.id, Posyandu.name, Child.id, Child.name, Child.code, fresh.c.measured_on)
        .join(Family, Family.posyandu_id == Posyandu.id)
        .join(Child, Child.family_id == Family.id)
        .join(fresh, fresh.c.child_id == Child.id)
        .where(Child.state.in_(PRESENT), Child.id.not_in(done))
        .order_by(fresh.c.measured_on)
    )
    children: dict[int, Drawn] = {}
    for posyandu_id, place, child_id, name, code, measured_on in session.execute(query):
        children[child_id] = Drawn(posyandu_id, place, child_id, call_name(name) or code, code, measured_on)
    by_posyandu: dict[int, list[Drawn]] = defaultdict(list)
    for one in sorted(children.values(), key=lambda one: _lot(f"{today:%Y-%m}", "child", one.child_id)):
        if len(by_posyandu[one.posyandu_id]) < rules.remeasure_per_posyandu:
            by_posyandu[one.posyandu_id].append(one)
    return {posyandu_id: drawn for posyandu_id, drawn in by_posyandu.items() if drawn}


def _cadres(session: Session) -> dict[int, list[Person]]:
    """The cadres of each posyandu."""
    query = (
        select(PersonRole.scope_id, Person)
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == Role.HEALTH, PersonRole.title == Title.CADRE, PersonRole.scope == ScopeKind.POSYANDU)
        .order_by(Person.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for posyandu_id, person in session.execute(query).unique():
        found[posyandu_id].append(person)
    return found


def _lot(*of: object) -> str:
    """A hash that orders the draw: random, but repeatable by anybody and the same all month."""
    return sha256(":".join(map(str, of)).encode()).hexdigest()
