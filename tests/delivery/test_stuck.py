"""One message that cannot go out silences nobody: what holds an order, what overtakes, and how long each is tried."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db import outbox, queue
from db.engine import Sessions
from db.outbox import ALERT, BROADCAST, PLANNED_LANE, REPLY
from db.presence import Presence
from delivery.failure_policy import LATE
from delivery.rate_limit import Rate, Rates
from delivery.sender import Delivery
from flow.message import Unreachable
from tests.delivery.test_sender import ANWAR, NINE, SARI, Clock, Line, courier, kept, promise, state
from tests.rows import outgoing
from tests.waiting import patiently

LEASE = timedelta(minutes=5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def delivery(make_session: Sessions, line: Line, clock: Clock) -> Delivery:
    return courier(make_session, line, clock)


async def test_a_reply_that_waits_for_its_retry_holds_back_nothing_to_the_same_person(
    delivery: Delivery, make_session: Sessions, line: Line
):
    promise(make_session, "reply:telegram:1:0", "menu")
    line.troubles[SARI] = [Unreachable("server sedang terganggu (500)")]
    await delivery.round()
    promise(make_session, "alert:1:1", "Adik Rafa kejang", lane=ALERT)
    promise(make_session, "lesson:1:bahaya:7", "Tanda bahaya", lane=PLANNED_LANE)
    await delivery.round()
    assert line.texts(SARI) == ["Adik Rafa kejang", "Tanda bahaya"]


async def test_a_row_that_a_channel_delays_for_a_day_delays_no_other_also_after_a_restart(
    delivery: Delivery, make_session: Sessions, line: Line, clock: Clock
):
    promise(make_session, "news:1", "Undangan posyandu", lane=BROADCAST)
    line.troubles[SARI] = [Unreachable("ditahan hari ini", retry_after=86400, message_only=True)]
    await delivery.round()
    promise(make_session, "lesson:1:bahaya:7", "Tanda bahaya", lane=PLANNED_LANE)
    await delivery.round()
    assert line.texts(SARI) == ["Tanda bahaya"]
    promise(make_session, "lesson:1:bahaya:8", "Tanda bahaya lagi", lane=PLANNED_LANE)
    await courier(make_session, line, clock).round()
    assert line.texts(SARI) == ["Tanda bahaya", "Tanda bahaya lagi"]
    clock.later(days=1)
    await delivery.round()
    assert line.texts(SARI)[2:] == ["Undangan posyandu"]


async def test_an_alert_waits_neither_for_replies_nor_for_one_that_is_still_being_sent(
    only_when_woken: None, delivery: Delivery, make_session: Sessions, line: Line
):
    for number in range(3):
        promise(make_session, f"reply:telegram:1:{number}")
    line.hold = asyncio.Event()
    rounds = asyncio.create_task(delivery.run(stop := asyncio.Event()))
    async with patiently():
        await line.tries.get()
        promise(make_session, "alert:1:1", "Adik Rafa kejang", lane=ALERT)
        delivery.wake()
        await line.tries.get()
    assert kept(make_session, "alert:1:1").state == "taken"
    assert kept(make_session, "reply:telegram:1:1").state == "planned"
    stop.set()
    line.hold.set()
    await rounds


async def test_where_only_one_may_go_it_is_the_alert(make_session: Sessions, line: Line, clock: Clock):
    for number in range(5):
        promise(make_session, f"reply:telegram:1:{number}")
    promise(make_session, "alert:1:1", "Adik Rafa kejang", lane=ALERT)
    await courier(make_session, line, clock, Rates(Rate(25, 25), Rate(1, 1))).round()
    assert line.texts(SARI) == ["Adik Rafa kejang"]


async def test_ten_thousand_planned_messages_are_all_behind_a_reply(make_session: Sessions, line: Line, clock: Clock):
    with make_session.begin() as session:
        rows = [
            outgoing(f"news:{n}", "telegram", str(n), {"text": "Undangan"}, NINE - timedelta(hours=1), lane=BROADCAST)
            for n in range(10_000)
        ]
        outbox.promise(session, rows)
    promise(make_session, "reply:telegram:1:0")
    await courier(make_session, line, clock, Rates(Rate(25, 3), Rate(1, 5))).round()
    assert [address for address, _ in line.heard] == [SARI, "0", "1"]


async def test_five_thousand_messages_to_one_person_hold_up_nobody(make_session: Sessions, line: Line, clock: Clock):
    with make_session.begin() as session:
        rows = [
            outgoing(f"news:{n}", "telegram", SARI, {"text": f"{n}"}, NINE - timedelta(hours=1), lane=BROADCAST)
            for n in range(5_000)
        ]
        outbox.promise(session, rows)
    promise(make_session, "news:anwar", to=ANWAR, lane=BROADCAST)
    await courier(make_session, line, clock, Rates(Rate(25, 3), Rate(1, 1))).round()
    assert line.heard == [(SARI, "0"), (ANWAR, "news:anwar")]


async def test_a_menu_that_could_not_go_expires_and_leads_to_one_honest_line(
    delivery: Delivery, make_session: Sessions, line: Line, clock: Clock
):
    for number in range(3):
        worth = NINE + timedelta(minutes=10)
        promise(make_session, f"reply:telegram:1:{number}", f"menu {number}", expires_at=worth)
    line.troubles[SARI] = [Unreachable("server tidak terjangkau", everyone=True) for _ in range(40)]
    while clock.now < NINE + timedelta(minutes=11):
        look_at = await delivery.round()
        clock.now = max(look_at or clock.now, clock.now + timedelta(seconds=1))
    line.troubles.clear()
    for _ in range(5):
        clock.later(minutes=1)
        await delivery.round()
    assert line.texts(SARI) == [LATE.text]
    assert {state(make_session, f"reply:telegram:1:{number}") for number in range(3)} == {("skipped", "terlambat")}


@pytest.mark.parametrize(
    ("key", "lane", "worth"),
    [("reply:telegram:1:0", REPLY, timedelta(days=1)), ("alert:1:1", ALERT, None)],
    ids=["a receipt", "an alert"],
)
async def test_a_receipt_is_tried_for_a_day_and_an_alert_until_it_is_out(
    delivery: Delivery, make_session: Sessions, line: Line, clock: Clock, key: str, lane: int, worth: Any
):
    promise(make_session, key, "Laporan diterima", lane=lane, expires_at=NINE + worth if worth else None)
    line.troubles[SARI] = [Unreachable("server sedang terganggu (500)") for _ in range(1000)]
    while clock.now < NINE + timedelta(hours=23):
        await delivery.round()
        assert kept(make_session, key).state == "planned"
        clock.now = max(kept(make_session, key).due_at, clock.now + timedelta(seconds=1))
    assert line.tried > 20
    line.troubles.clear()
    await delivery.round()
    assert line.texts(SARI) == ["Laporan diterima"]


# --- on the wire ----------------------------------------------------------------------------


async def test_a_send_that_is_over_frees_its_slot_at_once(make_session: Sessions, line: Line, clock: Clock):
    """More than fit on the wire go out though no time passes and nobody wakes delivery but its own sends."""
    for number in range(100):
        promise(make_session, f"news:{number}", to=str(number), lane=BROADCAST)
    delivery = courier(make_session, line, clock)
    stop = asyncio.Event()
    running = asyncio.create_task(delivery.run(stop))
    limits: list[int] = []
    claim = queue.claim

    def counted(session: Any, now: Any, limit: int, **rest: Any) -> Any:
        limits.append(limit)
        return claim(session, now, limit, **rest)

    queue.claim = counted
    try:
        async with patiently():
            for _ in range(100):
                await line.tries.get()
    finally:
        queue.claim = claim
    stop.set()
    await running
    assert line.most == 25
    assert len(limits) >= 3


# --- several processes on PostgreSQL -----------------------------------------------------------


def dies(sessions: Sessions, presence: Presence) -> None:
    """The connection that holds the lock ends, as it does with its process; returns when the server has noticed."""
    connection = presence._connection  # pyright: ignore[reportPrivateUsage]
    assert connection
    pid = connection.scalar(select(func.pg_backend_pid()))
    with sessions() as session:
        assert session.scalar(select(func.pg_terminate_backend(pid, 10_000)))


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
async def test_a_living_process_keeps_its_rows_and_a_dead_ones_are_taken_over_in_seconds(
    make_session: Sessions, line: Line, clock: Clock
):
    mine, other = courier(make_session, line, clock, lease=LEASE), courier(make_session, Line(), clock, lease=LEASE)
    promise(make_session, "reply:telegram:1:0")
    line.hold = asyncio.Event()
    rounds = asyncio.create_task(mine.round())
    await line.tries.get()
    assert kept(make_session, "reply:telegram:1:0").taken_by
    clock.later(hours=1)
    await other.round()
    assert kept(make_session, "reply:telegram:1:0").state == "taken"
    dies(make_session, mine._presence)  # pyright: ignore[reportPrivateUsage]
    clock.later(seconds=5)
    await other.round()
    assert kept(make_session, "reply:telegram:1:0").state == "failed"
    line.hold.set()
    await rounds


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_a_process_whose_lock_was_lost_takes_nothing_more_under_its_old_number(make_session: Sessions):
    here, there = Presence(), Presence()
    with make_session.begin() as session:
        first = here.number(session)
        assert first == here.number(session)
    with make_session.begin() as session:
        assert first
        assert there.dead(session, [first]) == set()
    dies(make_session, here)
    with make_session.begin() as session:
        second = here.number(session)
    with make_session.begin() as session:
        assert second
        assert second != first
        assert there.dead(session, [first, second]) == {first}
        assert here.dead(session, [first]) == set()  # its own sends may still be on the wire
    here.close()
    there.close()
