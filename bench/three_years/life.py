"""Simulate three years day by day: the real ticks, people's actions in between, and an imitated delivery."""

from __future__ import annotations

import resource
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from heapq import heappop
from time import perf_counter

from sqlalchemy import select

from bench.three_years import happenings
from bench.three_years.ledger import Span, local
from bench.three_years.world import World
from content.city import City
from db.children import Child
from db.engine import Sessions
from db.outbox import FAILED, LESSONS, PLANNED, SENT, SKIPPED, Outgoing
from db.states import CareState
from rules.stages import months_after
from scheduler import clock

FAILS = 0.004  # of the messages; channels do refuse some
TAPS = 0.35  # of the lessons with a question
NIGHT = (("upkeep", time(2, 30)), ("births", time(2, 45)), ("endings", time(3, 30)))
MORNING = (("education", time(6, 5)), ("cards", time(7, 35)))
AGAIN = (("cards", time(12, 35)), ("education", time(13, 5)))  # on some days only
OUTAGES = ((40, 8, 42, 5), (150, 7, 150, 15), (333, 8, 337, 8), (700, 8, 701, 5), (895, 8, 898, 9))
"""Day and hour from which nothing runs, and from which it runs again: by night, and in the middle of a morning."""


def live(sessions: Sessions, city: City, world: World, first: date, days: int, say: Callable[[str], None]) -> None:
    """Run the city. ``say`` is told the days that have passed, month by month."""
    begin = datetime.combine(first, time(), city.zone)
    ticks = {tick.name: tick for tick in clock.TICKS}
    for day, hour, up, at in OUTAGES:
        down = Span(begin + timedelta(days=day, hours=hour), begin + timedelta(days=up, hours=at))
        world.ledger.down.append(down)
    for number in range(days):
        today = first + timedelta(days=number)
        looks = [*NIGHT, *MORNING, *(AGAIN if world.chance.random() < 0.3 else ())]
        for span in world.ledger.down:
            if local(span.end).date() == today:  # every tick looks once when the service starts
                looks += [(name, local(span.end).time()) for name, _ in (*NIGHT, *MORNING)]
        for name, at in sorted(looks, key=lambda look: look[1]):
            moment = datetime.combine(today, at, city.zone)
            happen(world, moment)
            if name not in ticks or any(moment in span for span in world.ledger.down):
                continue
            deliver(world, moment)
            world.session.commit()
            began = perf_counter()
            clock.run(ticks[name], sessions, moment, city)
            world.ledger.seconds[name].append((moment, perf_counter() - began))
            if name == "education":
                world.ledger.ticks.append(moment)
            elif name == "endings":
                birthdays(world, moment)
        happen(world, datetime.combine(today, time(23), city.zone))
        deliver(world, datetime.combine(today, time(23), city.zone))
        world.session.commit()
        world.session.expunge_all()
        if number % 30 == 29:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            say(f"hari {number + 1}: {memory:.0f} MB")


def happen(world: World, until: datetime) -> None:
    """What people do before that moment, each thing with everything delivered that was due before it."""
    while world.queue and world.queue[0][0] < until:
        at, _, do = heappop(world.queue)
        deliver(world, at)
        do(world, at)
        world.session.flush()


def deliver(world: World, until: datetime) -> None:
    """Mark as sent what was due: late only where the service was down, and then in the first allowed hour."""
    if any(until in span for span in world.ledger.down):
        return
    due = select(Outgoing).where(Outgoing.state == PLANNED, Outgoing.due_at <= until)
    for row in world.session.scalars(due.order_by(Outgoing.due_at, Outgoing.id)).all():
        sent = _first_moment(world, row.due_at)
        if sent > until:
            row.due_at = sent  # what waits for the end of the quiet hours is planned anew, as delivery does
            continue
        row.settled_at = sent
        if row.expires_at and row.expires_at <= sent:
            row.state, row.reason = SKIPPED, "terlambat"
        elif row.kind in LESSONS and world.chance.random() < FAILS:
            row.state, row.reason = FAILED, "tidak terkirim: galat saluran"
            world.ledger.failed[row.person_id or 0].append((sent, row.lesson))
        else:
            row.state = SENT
            if row.kind in LESSONS:
                _read(world, row, sent)


def _first_moment(world: World, due: datetime) -> datetime:
    for span in world.ledger.down:
        if due in span:
            due = span.end
    day = local(due)
    opens, closes = (datetime.combine(day.date(), time(hour), day.tzinfo) for hour in (7, 20))
    return opens if day < opens else opens + timedelta(days=1) if day >= closes else due


def _read(world: World, row: Outgoing, sent: datetime) -> None:
    lesson = world.city.library.by_id[row.lesson]
    if lesson.for_family and lesson.question and world.chance.random() < TAPS:
        number = world.chance.randrange(len(lesson.question.answers)) + 1
        key = row.id
        later = sent + timedelta(minutes=world.chance.choice((3, 20, 300, 900)))
        world.at(later, lambda world, now: _tap(world, key, number, now))


def _tap(world: World, key: int, number: int, now: datetime) -> None:
    row = world.session.get_one(Outgoing, key)
    if any(recipient.span(now) for recipient in world.readers_of(row.person_id or 0)):
        happenings.answer(world, row, number, now)


def birthdays(world: World, now: datetime) -> None:
    """Who has turned five is not written to about it any more, by the auditor's own reading of the calendar."""
    today = local(now).date()
    for number, subject in list(world.ledger.children.items()):
        born = subject.day(now)
        if number in subject.members and subject.here(now) and born and months_after(born, 60) <= today:
            happenings.part(world, world.session.get_one(Child, number), CareState.AGED_OUT, now)
            world.ledger.counts[CareState.AGED_OUT] += 1
