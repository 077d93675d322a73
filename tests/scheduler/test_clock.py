"""The clock only knocks: at the right times, in one worker at a time, and again when the door was shut."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.engine import Sessions
from db.outbox import Outgoing
from scheduler import clock
from scheduler.clock import Tick, next_tick
from tests import people
from tests.people import NOW, TODAY, at
from tests.rows import outgoing

CITY = people.city()


def knocks(start: datetime, end: datetime) -> list[tuple[str, list[str]]]:
    """Everything that looks between two moments, by the clock on the wall."""
    heard: list[tuple[str, list[str]]] = []
    when, ticks = next_tick(start, CITY)
    while when < end:
        heard.append((when.strftime("%H:%M"), [tick.name for tick in ticks]))
        when, ticks = next_tick(when, CITY)
    return heard


def test_a_day_has_its_times():
    day = knocks(at(TODAY, "00:00"), at(TODAY + timedelta(days=1), "00:00"))
    assert ("02:30", ["upkeep"]) in day
    assert ("03:30", ["endings"]) in day
    assert [when for when, names in day if "referrals" in names] == [f"{hour:02}:15" for hour in range(24)]
    assert [when for when, names in day if "education" in names] == [f"{hour:02}:05" for hour in range(6, 21)]
    assert [when for when, names in day if "reminders" in names] == [f"{hour:02}:00" for hour in range(8, 19)]
    assert ("17:00", ["reminders", "digest"]) in day


def test_the_next_tick_is_after_the_one_that_just_was():
    when, _ = next_tick(at(TODAY, "17:00"), CITY)
    assert when == at(TODAY, "17:05")
    assert when.utcoffset() == timedelta(hours=8)


def promise(name: str, session: Session, now: datetime) -> None:
    outbox.promise(session, [outgoing(f"test:{name}", "simulator", "x", {"text": name}, now)])


def tick(run) -> Tick:
    return Tick("test", lambda city: CronTrigger(hour=3, timezone=city.zone), run)


def count(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Outgoing)) or 0


def test_a_tick_that_breaks_off_leaves_nothing_half_done(make_session: Sessions):
    def half_way(session: Session, now: datetime, city: City) -> None:
        promise("a", session, now)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        clock.run(tick(half_way), make_session, NOW, CITY)
    assert count(make_session) == 0
    clock.run(tick(lambda session, now, city: promise("a", session, now)), make_session, NOW, CITY)
    assert count(make_session) == 1


def test_of_two_workers_on_postgresql_one_does_it(make_session: Sessions):
    ran: list[str] = []

    def outer(session: Session, now: datetime, city: City) -> None:
        ran.append("outer")
        session.commit()  # a tick may commit on its way and still leads
        clock.run(tick(lambda session, now, city: ran.append("inner")), make_session, now, city)

    clock.run(tick(outer), make_session, NOW, CITY)
    with make_session() as session:
        postgres = session.get_bind().dialect.name == "postgresql"
    assert ran == (["outer"] if postgres else ["outer", "inner"])
    clock.run(tick(lambda session, now, city: ran.append("later")), make_session, NOW, CITY)
    assert ran[-1] == "later"


async def test_at_the_start_every_tick_runs_once_and_delivery_is_woken(make_session: Sessions, tmp_path: Path):
    woken = asyncio.Semaphore(0)
    with make_session() as session:
        home = people.family(session)
        people.child(session, home, born=TODAY - timedelta(days=30))
        people.carer(session, home, joined_on=TODAY - timedelta(days=60))
        session.commit()
    town = people.city(tmp_path, people.library(people.lesson("a", 30, 60)))
    ticking = clock.live(make_session, town, lambda: NOW, woken.release)
    ticking.start()
    for _ in clock.TICKS:
        await asyncio.wait_for(woken.acquire(), 20)
    ticking.shutdown()
    assert count(make_session) == 1


async def test_a_tick_that_fails_is_tried_again_and_the_log_holds_no_names(
    make_session: Sessions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    tries: list[datetime] = []

    def fails_twice(session: Session, now: datetime, city: City) -> None:
        tries.append(now)
        if len(tries) < 3:
            raise ConnectionError("Sari Rahmawati")
        promise("a", session, now)

    monkeypatch.setattr(clock, "TICKS", (tick(fails_twice),))
    woken = asyncio.Event()
    ticking = clock.live(make_session, CITY, lambda: NOW, woken.set, retry_after=(0, 0))
    ticking.start()
    await asyncio.wait_for(woken.wait(), 20)
    ticking.shutdown()
    assert (len(tries), count(make_session)) == (3, 1)
    said = "".join(capsys.readouterr())
    assert "ConnectionError" in said
    assert "Sari" not in said
