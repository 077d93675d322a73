"""The schedule of the ticks. The database says what is due; a tick asks it, and asking twice promises once.

One tick runs at a time, in a thread of its own; its writes run in the executor that all writes share.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import cast

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import func, select

from content.city import City
from db.engine import Sessions
from programme import settings
from programme.digest_times import HOURS
from scheduler import (
    alert_tests,
    appointments,
    audit_sealing,
    birth_questions,
    broadcasts,
    data_requests,
    departures,
    digest,
    graduations,
    introductions,
    ladder,
    lapse,
    monthly_charts,
    open_questions,
    open_referrals,
    promises,
    referral_escalation,
    remeasure,
    told_endings,
    upkeep,
    week_reports,
)
from scheduler.lessons import planning, staff_cards
from scheduler.looks import Look, Write, carry_out

RETRY_AFTER = (60, 300)  # seconds, when a tick failed; the next regular one comes anyway
LOCKS = 4671002  # the first key of our advisory locks on PostgreSQL

log = structlog.get_logger()


@dataclass(frozen=True)
class Tick:
    """A scheduled look at the tables: its name, its times in a city's time zone, and its function.

    ``waits``: whether it waits for other ticks to end. ``all_day``: whether each of its looks may find what the others
    of that day cannot; of other ticks the later ones of a day only catch up.
    """

    name: str
    trigger: Callable[[City], BaseTrigger]
    look: Look
    waits: bool = True
    all_day: bool = False


URGENT = "urgent"
# In this order at a start: urgent ticks and endings first, then messages, cleaning up last.
TICKS = (
    # A cry for help does not wait for lessons that are being planned.
    Tick(
        URGENT,
        lambda city: CronTrigger(minute="*", timezone=city.zone),
        referral_escalation.urgent_tick,
        waits=False,
        all_day=True,
    ),
    # Every hour, also at night: an urgent referral does not wait for the morning.
    Tick("referrals", lambda city: CronTrigger(minute=15, timezone=city.zone), referral_escalation.tick),
    Tick("endings", lambda city: CronTrigger(hour=3, minute=30, timezone=city.zone), graduations.tick),
    # Before anybody is reminded of what is not theirs any more.
    Tick("departures", lambda city: CronTrigger(hour="0,4,7", minute=10, timezone=city.zone), departures.tick),
    # In the morning, and again where that was missed: keys prevent a second message a day.
    Tick("open_referrals", lambda city: CronTrigger(hour="8-11", minute=20, timezone=city.zone), open_referrals.tick),
    # In the morning before the reminders of other visits; the question of the week after them.
    Tick("promises", lambda city: CronTrigger(hour=7, minute=20, timezone=city.zone), promises.tick),
    Tick(
        "promise_questions",
        lambda city: CronTrigger(hour="8,10,12,14,16", minute=20, timezone=city.zone),
        promises.tick,
    ),
    # Every hour, so that a morning without power is caught up; each step is taken once.
    Tick("ladder", lambda city: CronTrigger(hour="8-18", minute=0, timezone=city.zone), ladder.tick),
    # Every half hour, at night too: nobody shall come to a family that has lost somebody.
    Tick("appointments", lambda city: CronTrigger(minute="2,32", timezone=city.zone), appointments.tick),
    Tick(
        "introductions", lambda city: CronTrigger(hour="7-19", minute="12,42", timezone=city.zone), introductions.tick
    ),
    Tick("told", lambda city: CronTrigger(hour="8-18", minute=25, timezone=city.zone), told_endings.tick),
    # Every hour, also at night: a question leaves at once who may not read it any more.
    Tick("questions", lambda city: CronTrigger(minute=35, timezone=city.zone), open_questions.tick),
    Tick("data", lambda city: CronTrigger(hour="7-20", minute=45, timezone=city.zone), data_requests.tick),
    Tick("births", lambda city: CronTrigger(hour=9, minute=10, timezone=city.zone), birth_questions.tick),
    Tick("remeasure", lambda city: CronTrigger(hour="9-12", minute=40, timezone=city.zone), remeasure.tick),
    Tick("alert_tests", lambda city: CronTrigger(hour="9-14", minute=50, timezone=city.zone), alert_tests.tick),
    # Each coordinator has chosen an hour.
    Tick("digest", lambda city: _digest_hours(city), digest.tick, all_day=True),
    # Once in the morning, and on Tuesday what a Monday without power has missed.
    Tick("lapse", lambda city: _mornings(city), lapse.tick),
    Tick("week", lambda city: _digest_hours(city), week_reports.tick, all_day=True),
    # Every quarter of an hour: what is agreed to goes on in batches, also after an outage.
    Tick(
        "broadcasts",
        lambda city: CronTrigger(hour="6-20", minute="3,18,33,48", timezone=city.zone),
        broadcasts.tick,
        all_day=True,
    ),
    Tick("education", lambda city: CronTrigger(hour="6-20", minute=5, timezone=city.zone), planning.tick),
    Tick("cards", lambda city: CronTrigger(hour="7,12", minute=35, timezone=city.zone), staff_cards.tick),
    Tick("charts", lambda city: CronTrigger(hour="9-16", minute=20, timezone=city.zone), monthly_charts.tick),
    Tick("audit", lambda city: CronTrigger(minute=55, timezone=city.zone), audit_sealing.tick),
    Tick("upkeep", lambda city: CronTrigger(hour=2, minute=30, timezone=city.zone), upkeep.tick),
)


def _digest_hours(city: City) -> OrTrigger:
    """Every hour that a coordinator may choose, and the programme's time."""
    at = city.programme.digest.at
    hours = f"{HOURS[0]}-{HOURS[-1]}"
    chosen = CronTrigger(hour=hours, minute=0, timezone=city.zone)
    return OrTrigger([chosen, CronTrigger(hour=at.hour, minute=at.minute, timezone=city.zone)])


def _mornings(city: City) -> CronTrigger:
    at = city.programme.lapse.at
    return CronTrigger(day_of_week="mon,tue", hour=at.hour, minute=at.minute, timezone=city.zone)


def next_tick(after: datetime, city: City, urgent: datetime | None = None) -> tuple[datetime, list[Tick]]:
    """The first scheduled moment after ``after``, and the ticks of that moment. For clocks that are moved.

    ``urgent`` is when the tick of every minute can find something next: until then, or where it is None, it is left
    out.
    """
    times = [(_next(tick, after, city), tick) for tick in TICKS if tick.name != URGENT]
    if urgent is not None:
        tick = next(tick for tick in TICKS if tick.name == URGENT)
        times.insert(0, (_next(tick, max(after, urgent - timedelta(microseconds=1)), city), tick))
    first = min(when for when, _ in times)
    return first, [tick for when, tick in times if when == first]


def run(tick: Tick, sessions: Sessions, now: datetime, city: City, executor: Executor | None = None) -> None:
    """Run one tick to its end. Of several workers on PostgreSQL only the one that holds its lock does.

    Each of its writes is a transaction of its own, in ``executor`` where one is given: on SQLite all writes queue
    there, so that a reply waits for one short write at most.
    """

    def commit(write: Write) -> None:
        with sessions.begin() as session:
            write(session)

    def commit_in_executor(write: Write) -> None:
        if executor is None:
            commit(write)
        else:
            executor.submit(commit, write).result()

    with _is_leader(sessions, tick.name) as leads:
        if leads:
            with sessions.reading() as session:
                carry_out(tick.look, session, now, settings.for_planning(session, city), commit_in_executor)


def live(
    sessions: Sessions,
    city: City,
    now: Callable[[], datetime],
    wake: Callable[[], None],
    executor: Executor | None = None,
    retry_after: Sequence[float] = RETRY_AFTER,
    *,
    start: datetime,
) -> AsyncIOScheduler:
    """The scheduler of a running service, not yet started. Every tick runs once at ``start``, then at its times.

    ``start`` is the time of the machine, by which APScheduler goes; ticks are given ``now``.

    Ticks run in threads, one after another except the urgent one, and write in ``executor``. ``wake`` is called in the
    event loop after each, so that what was promised is sent at once.
    """
    clock = AsyncIOScheduler(timezone=city.zone)
    lock = asyncio.Lock()
    for place, tick in enumerate(TICKS):
        clock.add_job(
            _run_with_retries,
            tick.trigger(city),
            args=(tick, sessions, city, now, wake, executor, lock if tick.waits else asyncio.Lock(), retry_after),
            id=tick.name,
            # APScheduler runs jobs of the same moment in alphabetical order.
            next_run_time=start + timedelta(microseconds=place),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return clock


async def _run_with_retries(
    tick: Tick,
    sessions: Sessions,
    city: City,
    now: Callable[[], datetime],
    wake: Callable[[], None],
    executor: Executor | None,
    lock: asyncio.Lock,
    retry_after: Sequence[float],
) -> None:
    """Run a tick under ``lock``, and again after each pause of ``retry_after`` while it fails."""
    for pause in (*retry_after, None):
        try:
            async with lock:
                await asyncio.to_thread(run, tick, sessions, now(), city, executor)
        except Exception as problem:  # whatever it is, the other ticks must go on
            # Not the text of the exception: it may quote a row of the database.
            last = traceback.extract_tb(problem.__traceback__)[-1]
            log.error("tick failed", tick=tick.name, error=type(problem).__name__, at=f"{last.filename}:{last.lineno}")
            if pause is not None:
                await asyncio.sleep(pause)
        else:
            wake()
            return


@contextmanager
def _is_leader(sessions: Sessions, name: str) -> Generator[bool, None, None]:
    """Whether this worker runs the tick. The lock lasts as long as this transaction, not those of the tick's writes."""
    with sessions() as session:
        if session.get_bind().dialect.name != "postgresql":
            yield True
        else:
            yield bool(session.scalar(select(func.pg_try_advisory_xact_lock(LOCKS, func.hashtext(name)))))


def _next(tick: Tick, after: datetime, city: City) -> datetime:
    """The tick's first moment after ``after``. A moment that was worked out stays the next one until it is reached."""
    key = tick.name, str(city.zone), city.programme.digest.at, city.programme.lapse.at
    since, found = _FOUND.get(key, (after, after))
    if not since <= after < found:
        found = cast(datetime, tick.trigger(city).get_next_fire_time(None, after + timedelta(microseconds=1)))
        _FOUND[key] = after, found
    return found


_FOUND: dict[tuple[str, str, time, time], tuple[datetime, datetime]] = {}
