"""The ladder of a visit that is due: who visits, then the superior, the office and the city, each step once a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import ladder, outbox
from db.outbox import PLANNED_LANE, SKIPPED, Kind, Outgoing
from db.people import places
from db.subjects import Subject
from programme import ladder as climbing
from programme import ladder_pauses, promises, reminder_messages, unsent
from programme.fosterings import Fostering, fosterings, labels
from programme.ladder_above import Above, above
from programme.quiet_hours import quiet_hours
from programme.visitors import resting
from rules.ladder import Rung, Step, due
from rules.visits import standing
from scheduler.looks import TOGETHER_AT_ONCE, Write, several

FROM, UNTIL = time(8), time(19)


@dataclass(frozen=True)
class Plan:
    """What is written together: a message, if there is one, and the steps that it takes.

    ``named`` are all whom the message names; of a plan without a message those of its steps.
    """

    named: Collection[Subject]
    message: Mapping[str, Any] | None
    steps: Sequence[Mapping[str, Any]]


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Take the steps that have come of every visit that is due, and keep who was told.

    Plans only what goes out at once, so that nothing follows a report of the same morning. Nobody is reminded twice in
    a day, nor while on leave; the superior reads at most one message in some days, a coordinator one a day. On a day
    with nothing to do it costs the same few statements, whatever the size of the city.
    """
    local = city.local(now)
    if not FROM <= local.time() < UNTIL or quiet_hours(city).open_at(local) != local:
        return
    today, rules = local.date(), city.programme.ladder
    steps = climbing.ladder_of(rules)
    fostered = fosterings(session, today, city.programme.visits.every_days, zone=city.zone)
    late = [one for one in fostered if one.answers and one.joined and _late(one, local) >= steps[0].days]
    kept = ladder.taken(session, {one.cycle for one in late})
    found = ((one, due(steps, climbing.taken(kept.get(one.cycle, ()), city), _late(one, local), today)) for one in late)
    come = [(one, step) for one, step in found if step is not None]
    if not come:
        return
    begun = datetime.combine(today, time(), city.zone)
    # Who has named a day is left in peace until it; those above are told all the same, so that nothing waits for ever.
    planned = promises.planned(session, {one.about for one in late}, today)
    own = [(one, step) for one, step in come if step.rung is Rung.VISITOR and (one.asn_id, one.about) not in planned]
    plans = list(_visitors(session, own, fostered, planned, local, city, begun))
    higher = [(one, step) for one, step in come if step.rung is not Rung.VISITOR]
    if higher:
        read = above(session, higher, late, kept, begun, city)
        plans += _higher(read, local, city)
    for some in several(plans, TOGETHER_AT_ONCE):
        yield partial(_write, plans=some, now=now)


def _late(one: Fostering, local: datetime) -> int:
    return standing(one.due, local.date()).days_late


def _write(session: Session, plans: Sequence[Plan], now: datetime) -> None:
    """Promise the messages that are still true, and keep their steps; of the others the next look writes new ones."""
    still = ladder_pauses.waiting(session, {subject for plan in plans for subject in plan.named}, since=now)
    held = [plan for plan in plans if still.issuperset(plan.named)]
    written = outbox.renew(session, [plan.message for plan in held if plan.message is not None])
    for plan in held:
        if plan.message is None or plan.message["key"] in written:
            ladder.add(session, plan.steps)


# --- who visits ----------------------------------------------------------------------------------


def _visitors(
    session: Session,
    come: Sequence[tuple[Fostering, Step]],
    fostered: Sequence[Fostering],
    planned: Collection[tuple[int, Subject]],
    local: datetime,
    city: City,
    begun: datetime,
) -> Iterator[Plan]:
    """A message to each who visits, which names all of theirs that are due; where nobody can be reached, that."""
    everybody = {to.id for one, _ in come for to in one.visitors}
    if not everybody:
        return
    rests = resting(session, everybody, local.date()) | _reminded_since(session, begun)
    found = places(session, everybody)
    duties: dict[int, list[tuple[Fostering, Step]]] = defaultdict(list)
    for one, step in come:
        for to in one.visitors:
            if to.id in found and to.id not in rests:
                duties[to.id].append((one, step))
    theirs: dict[int, list[Fostering]] = defaultdict(list)
    for one in fostered:
        for to in one.visitors:
            theirs[to.id].append(one)
    drafts = unsent.begun(session, duties)
    for id, steps in duties.items():
        yield _reminder(id, found[id], steps, theirs[id], planned, drafts.get(id, {}), local, city)
    for one, step in come:
        gone = not any(to.id in found or to.id in rests for to in one.visitors)
        # Who comes back before anybody else is told is reminded first.
        if gone and _late(one, local) >= city.programme.ladder.superior_days:
            alone = one.visitors[0].id if len(one.visitors) == 1 else None
            yield Plan([one.about], None, [_step(one, step, local, alone, reason=climbing.NOT_HERE)])


def _reminder(
    id: int,
    place: tuple[str, str],
    steps: Sequence[tuple[Fostering, Step]],
    theirs: Sequence[Fostering],
    planned: Collection[tuple[int, Subject]],
    drafts: Mapping[Subject, Any],
    local: datetime,
    city: City,
) -> Plan:
    today = local.date()
    waiting = (one for one in theirs if one.answers and one.joined and (one.asn_id, one.about) not in planned)
    visits = sorted((one for one in waiting if _late(one, local) >= 0), key=_worst)
    visits = visits or [one for one, _ in steps]  # a city may remind before the day
    to = next(to for to in visits[0].visitors if to.id == id)
    fresh = {
        one.about: drafts[one.about]
        for one in visits
        if one.about in drafts and city.today(drafts[one.about].opened_at) >= one.since
    }
    message = reminder_messages.say(visits, to, today, city, labels(theirs, today), fresh).to_json()
    key, named = f"reminder:{id}:{today}", [one.about for one in visits]
    row = outbox.row(
        Kind.REMINDER, key, *place, message, local, lane=PLANNED_LANE, person_id=id, about=named,
        expires_at=datetime.combine(today, UNTIL, city.zone),
    )  # fmt: skip
    return Plan(named, row, [_step(one, step, local, id, key) for one, step in steps])


def _worst(one: Fostering) -> tuple[Any, ...]:
    return one.due, one.about


def _step(
    one: Fostering, step: Step, now: datetime, person_id: int | None, key: str = "", reason: str = ""
) -> dict[str, Any]:
    return ladder.row(one.cycle, one.due, step.rung, step.days, now, person_id, key, reason)


def _reminded_since(session: Session, begin: datetime) -> set[int]:
    query = select(Outgoing.person_id).where(
        Outgoing.kind.in_((Kind.REMINDER, Kind.PROMISE)), Outgoing.created_at >= begin, Outgoing.state != SKIPPED
    )
    return {id for id in session.scalars(query) if id is not None}


# --- the superior, the office, the city ----------------------------------------------------------


def _higher(read: Above, local: datetime, city: City) -> Iterator[Plan]:
    for one, step, person_id, reason in read.nobody:
        yield Plan([one.about], None, [_step(one, step, local, person_id, reason=reason)])
    for told in read.messages:
        key = f"ladder:{told.to}:{local.date()}"
        row = outbox.row(
            Kind.LADDER, key, *told.place, told.message.to_json(), local, lane=PLANNED_LANE, person_id=told.to,
            about=told.about, expires_at=datetime.combine(local.date(), UNTIL, city.zone),
        )  # fmt: skip
        yield Plan(told.about, row, [_step(one, step, local, told.to, key) for one, step in told.steps])
