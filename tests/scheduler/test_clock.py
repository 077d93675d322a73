"""The clock only ticks_between: at the right times, in one worker at a time, and again when the door was shut."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, current_thread
from typing import Any

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.engine import Sessions
from db.outbox import Outgoing
from scheduler import clock
from scheduler.clock import Tick, next_tick
from scheduler.looks import Look, Write
from tests import people
from tests.people import NOW, TODAY, at
from tests.rows import outgoing
from tests.waiting import PATIENCE

CITY = people.city()


def ticks_between(start: datetime, end: datetime) -> list[tuple[str, list[str]]]:
    """The ticks between two moments, with their local time."""
    heard: list[tuple[str, list[str]]] = []
    when, ticks = next_tick(start, CITY, start)
    while when < end:
        heard.append((when.strftime("%H:%M"), [tick.name for tick in ticks]))
        when, ticks = next_tick(when, CITY, when)
    return heard


def test_each_tick_runs_at_its_times_of_the_day():
    day = ticks_between(at(TODAY, "00:00"), at(TODAY + timedelta(days=1), "00:00"))
    assert ("02:30", ["urgent", "upkeep"]) in day
    assert ("03:30", ["urgent", "endings"]) in day
    assert len([when for when, names in day if "urgent" in names]) == 24 * 60 - 1  # after midnight itself
    assert [when for when, names in day if "referrals" in names] == [f"{hour:02}:15" for hour in range(24)]
    assert [when for when, names in day if "education" in names] == [f"{hour:02}:05" for hour in range(6, 21)]
    assert [when for when, names in day if "reminders" in names] == [f"{hour:02}:00" for hour in range(8, 19)]
    assert ("17:00", ["urgent", "reminders", "digest", "week"]) in day
    assert [when for when, names in day if "digest" in names] == [f"{hour:02}:00" for hour in range(6, 20)]


def test_the_next_tick_is_after_the_one_that_just_was():
    five = at(TODAY, "17:00")
    when, _ = next_tick(five, CITY, urgent=five)
    assert when == at(TODAY, "17:01")
    when, _ = next_tick(five, CITY, urgent=five + timedelta(seconds=90))
    assert when == at(TODAY, "17:02")
    when, _ = next_tick(five, CITY)
    assert when == at(TODAY, "17:02"), "of appointments"
    assert when.utcoffset() == timedelta(hours=8)


def promise(name: str) -> Write:
    """A write that promises one message."""
    return lambda session: outbox.promise(session, [outgoing(f"test:{name}", "simulator", "x", {"text": name}, NOW)])


def tick(look: Look, name: str = "test") -> Tick:
    return Tick(name, lambda city: CronTrigger(hour=3, timezone=city.zone), look)


def count(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0


def test_a_write_that_breaks_off_leaves_nothing_half_done_and_what_was_written_before_stays(make_session: Sessions):
    def breaks(session: Session) -> None:
        promise("b")(session)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        clock.run(tick(lambda session, now, city: iter([promise("a"), breaks])), make_session, NOW, CITY)
    assert count(make_session) == 1
    clock.run(tick(lambda session, now, city: iter([promise("a"), promise("b")])), make_session, NOW, CITY)
    assert count(make_session) == 2


def test_a_tick_that_writes_through_its_reading_session_fails(make_session: Sessions):
    def writes(session: Session, now: datetime, city: City) -> Iterator[Write]:
        promise("a")(session)
        yield promise("b")

    with pytest.raises(DBAPIError):
        clock.run(tick(writes), make_session, NOW, CITY)
    assert count(make_session) == 0


def test_after_a_write_the_tick_sees_what_was_written(make_session: Sessions):
    seen: list[int] = []

    def looks(session: Session, now: datetime, city: City) -> Iterator[Write]:
        for name in ("a", "b"):
            seen.append(session.scalar(select(func.count()).select_from(Outgoing)) or 0)
            yield promise(name)

    clock.run(tick(looks), make_session, NOW, CITY)
    assert seen == [0, 1]


def test_writes_run_in_the_given_executor(make_session: Sessions):
    with ThreadPoolExecutor(1, "line") as line:
        threads: list[str] = []

        def write(session: Session) -> None:
            threads.append(current_thread().name)

        clock.run(tick(lambda session, now, city: iter([write, write])), make_session, NOW, CITY, line)
    assert threads == ["line_0", "line_0"]


def test_of_two_workers_on_postgresql_one_does_it(make_session: Sessions):
    ran: list[str] = []

    def note(name: str) -> Look:
        def look(session: Session, now: datetime, city: City) -> Iterator[Write]:
            ran.append(name)
            yield lambda session: None

        return look

    def outer(session: Session, now: datetime, city: City) -> Iterator[Write]:
        yield from note("outer")(session, now, city)  # a tick has written on its way and still leads
        clock.run(tick(note("inner")), make_session, now, city)

    clock.run(tick(outer), make_session, NOW, CITY)
    with make_session() as session:
        postgres = session.get_bind().dialect.name == "postgresql"
    assert ran == (["outer"] if postgres else ["outer", "inner"])
    clock.run(tick(note("later")), make_session, NOW, CITY)
    assert ran[-1] == "later"


class Threads(ThreadPoolExecutor):
    """Counts what it was given to do."""

    given = 0

    def submit(self, *work: Any, **more: Any) -> Any:
        self.given += 1
        return super().submit(*work, **more)


async def test_at_the_start_ticks_run_one_after_another_in_their_order(
    make_session: Sessions, monkeypatch: pytest.MonkeyPatch
):
    threads, let_go, looking = Threads(4), Event(), asyncio.Semaphore(0)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(threads)
    began: list[str] = []

    def named(name: str) -> Tick:
        def look(session: Session, now: datetime, city: City) -> Iterator[Write]:
            began.append(name)
            loop.call_soon_threadsafe(looking.release)
            let_go.wait(PATIENCE)
            yield promise(name)

        return tick(look, name)

    monkeypatch.setattr(clock, "TICKS", tuple(named(name) for name in ("referrals", "endings", "births")))
    woken = asyncio.Semaphore(0)
    ticking = clock.live(make_session, CITY, lambda: NOW, woken.release, start=datetime.now(UTC))
    ticking.start()
    await asyncio.wait_for(looking.acquire(), PATIENCE)
    for _ in range(100):  # everybody who could begin has had the time to
        await asyncio.sleep(0)
    assert threads.given == 1
    let_go.set()
    for _ in range(3):
        await asyncio.wait_for(woken.acquire(), PATIENCE)
    ticking.shutdown()
    assert began == ["referrals", "endings", "births"]
    assert count(make_session) == 3


async def test_a_cry_for_help_does_not_wait_for_a_tick_that_takes_long(
    make_session: Sessions, monkeypatch: pytest.MonkeyPatch
):
    let_go, cried = Event(), Event()

    def long(session: Session, now: datetime, city: City) -> Iterator[Write]:
        let_go.wait(PATIENCE)
        return iter(())

    def urgent(session: Session, now: datetime, city: City) -> Iterator[Write]:
        cried.set()
        return iter(())

    assert not next(one for one in clock.TICKS if one.name == clock.URGENT).waits
    monkeypatch.setattr(clock, "TICKS", (tick(long, "long"), replace(tick(urgent, "urgent"), waits=False)))
    ticking = clock.live(make_session, CITY, lambda: NOW, lambda: None, start=datetime.now(UTC))
    ticking.start()
    assert await asyncio.to_thread(cried.wait, PATIENCE)
    let_go.set()
    ticking.shutdown()


async def test_at_the_start_every_tick_runs_once_and_delivery_is_woken(make_session: Sessions, tmp_path: Path):
    woken = asyncio.Semaphore(0)
    with make_session() as session:
        home = people.family(session)
        people.child(session, home, born=TODAY - timedelta(days=30))
        people.carer(session, home, joined_on=TODAY - timedelta(days=60))
        session.commit()
    town = people.city(tmp_path, people.library(people.lesson("a", 30, 60)))
    ticking = clock.live(make_session, town, lambda: NOW, woken.release, start=datetime.now(UTC))
    ticking.start()
    for _ in clock.TICKS:
        await asyncio.wait_for(woken.acquire(), PATIENCE)
    ticking.shutdown()
    assert count(make_session) == 1


async def test_a_tick_that_fails_is_tried_again_and_the_log_holds_no_names(
    make_session: Sessions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    tries: list[datetime] = []

    def fails_twice(session: Session, now: datetime, city: City) -> Iterator[Write]:
        tries.append(now)
        if len(tries) < 3:
            raise ConnectionError("Sari Rahmawati")
        yield promise("a")

    monkeypatch.setattr(clock, "TICKS", (tick(fails_twice),))
    woken = asyncio.Event()
    ticking = clock.live(make_session, CITY, lambda: NOW, woken.set, retry_after=(0, 0), start=datetime.now(UTC))
    ticking.start()
    await asyncio.wait_for(woken.wait(), PATIENCE)
    ticking.shutdown()
    assert (len(tries), count(make_session)) == (3, 1)
    said = "".join(capsys.readouterr())
    assert "ConnectionError" in said
    assert "Sari" not in said
