"""What comes in is kept before anything else, handled once and in order, and holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.intake import Worker, handle_next, keep
from bot.telegram.channel import Telegram
from db.engine import Sessions
from db.inbox import Received
from db.outbox import Outgoing
from flow.message import Channel, Delivery, Incoming, Message
from tests import people
from tests.bot.telegram import updates
from tests.waiting import patiently

NOW = people.NOW
SARI, ANWAR = 881, 882
SORRY = "Maaf, pesan tadi gagal kami proses. Tim kami sudah diberi tahu. Coba kirim lagi atau tulis *menu*."


class NoWire:
    """Nothing is sent in these tests."""

    async def call(self, method: str, payload: Mapping[str, Any], file: Any = None) -> Any:
        raise AssertionError(method)


class Unreading:
    """A channel whose reader stumbles over what it has never seen."""

    name = "telegram"

    def read(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        raise KeyError(raw["message"]["text"])

    async def send(self, address: str, message: Message, key: str) -> Delivery:
        raise AssertionError(key)


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(NoWire(), Path("/nonexistent"), lambda: NOW)


def handle_all(sessions: Sessions, channel: Channel) -> int:
    city, count = people.city(), 0
    while handle_next(sessions, {channel.name: channel}, NOW, city):
        count += 1
    return count


def kept(sessions: Sessions) -> list[Received]:
    with sessions() as session:
        return list(session.scalars(select(Received).order_by(Received.id)))


def said(sessions: Sessions, to: int) -> list[Outgoing]:
    with sessions() as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.address == str(to)).order_by(Outgoing.id)))


@contextmanager
def trouble(sessions: Sessions, mistake: Callable[[], Exception], times: int = 1) -> Iterator[None]:
    """The database fails the next transactions that write a reply, just before they are written."""
    left = [times]

    def fail(session: Session, *_: Any) -> None:
        if left[0] and any(isinstance(row, Received) and row.state == "done" for row in session.dirty):
            left[0] -= 1
            raise mistake()

    event.listen(sessions, "before_flush", fail)
    yield
    event.remove(sessions, "before_flush", fail)


# --- the door --------------------------------------------------------------------------


def test_an_update_that_is_delivered_twice_is_kept_and_answered_once(make_session: Sessions, telegram: Telegram):
    greeting = updates.text(SARI, "halo")
    for _ in range(2):
        keep(make_session, telegram, [greeting, greeting], NOW)
        handle_all(make_session, telegram)
    [row] = kept(make_session)
    assert (row.key, row.address, row.state) == (f"telegram:{greeting['update_id']}", str(SARI), "done")
    assert [reply.key for reply in said(make_session, SARI)] == [f"reply:telegram:{greeting['update_id']}:0"]


def test_the_chatter_of_a_group_is_not_ours_to_store(make_session: Sessions, telegram: Telegram) -> None:
    chatter = updates.text(SARI, "Anak saya 8,4 kg")
    chatter["message"]["chat"] = {"id": -1001, "type": "supergroup", "title": "RT 4"}
    keep(make_session, telegram, [chatter], NOW)
    assert not kept(make_session)


def test_an_update_nobody_can_read_is_kept_once_and_set_aside_without_an_answer(make_session: Sessions) -> None:
    strange = updates.text(SARI, "rahasia")
    channel = Unreading()
    for _ in range(2):
        keep(make_session, channel, [strange], NOW)
        assert handle_all(make_session, channel) <= 1
    [row] = kept(make_session)
    assert (row.state, row.address) == ("aside", "")
    assert row.reason.startswith("KeyError")
    assert "rahasia" not in row.key + row.reason
    assert not said(make_session, SARI)


def test_one_who_blocked_us_gets_no_apology(make_session: Sessions, telegram: Telegram) -> None:
    keep(make_session, telegram, [updates.membership(SARI, "kicked")], NOW)
    with trouble(make_session, lambda: ValueError("?")):
        handle_all(make_session, telegram)
    assert [row.state for row in kept(make_session)] == ["aside"]
    assert not said(make_session, SARI)


# --- intake ----------------------------------------------------------------------------


def test_a_poisoned_message_is_set_aside_with_a_kind_answer_and_holds_up_nobody(
    make_session: Sessions, telegram: Telegram, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(make_session, telegram, [updates.text(SARI, "Aisyah 8,4 kg"), updates.text(ANWAR, "halo")], NOW)
    with trouble(make_session, lambda: ValueError("Aisyah 8,4 kg")):
        assert handle_all(make_session, telegram) == 2
    poisoned, sound = kept(make_session)
    assert (poisoned.state, sound.state) == ("aside", "done")
    assert poisoned.reason.startswith("ValueError di bot/intake.py:")
    assert [reply.message["text"] for reply in said(make_session, SARI)] == [SORRY]
    assert said(make_session, ANWAR)
    assert "Aisyah" not in "".join(capsys.readouterr()) + poisoned.reason


def test_what_was_set_aside_can_be_handled_later_with_its_real_answer(make_session: Sessions, telegram: Telegram):
    keep(make_session, telegram, [updates.text(SARI, "halo")], NOW)
    with trouble(make_session, lambda: ValueError("?")):
        handle_all(make_session, telegram)
    with make_session.begin() as session:
        session.scalars(select(Received)).one().state = "waiting"
    handle_all(make_session, telegram)
    apology, answer = said(make_session, SARI)
    assert apology.key.endswith(":maaf")
    assert answer.key.endswith(":0")


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: OperationalError("update", {"name": "Sari"}, Exception("server closed the connection")),
        lambda: StaleDataError("somebody else was faster"),
    ],
    ids=["the database stumbles", "somebody else was faster"],
)
def test_a_message_is_simply_tried_again_when(
    make_session: Sessions, telegram: Telegram, mistake: Callable[[], Exception]
) -> None:
    keep(make_session, telegram, [updates.text(SARI, "halo")], NOW)
    with trouble(make_session, mistake, times=4):
        handle_all(make_session, telegram)
    [row] = kept(make_session)
    assert (row.state, row.attempts) == ("done", 4)
    assert len(said(make_session, SARI)) == 1


def test_after_five_failures_of_the_database_it_is_the_message_that_is_suspected(
    make_session: Sessions, telegram: Telegram
) -> None:
    keep(make_session, telegram, [updates.text(SARI, "halo")], NOW)
    with trouble(make_session, lambda: OperationalError("?", {}, Exception("?")), times=9):
        assert handle_all(make_session, telegram) == 5
    [row] = kept(make_session)
    assert (row.state, row.attempts) == ("aside", 5)
    assert [reply.message["text"] for reply in said(make_session, SARI)] == [SORRY]


def test_a_database_that_is_away_is_not_the_fault_of_any_message(engine: Engine, telegram: Telegram) -> None:
    class Away(Sessions):
        def begin(self) -> Any:
            raise OperationalError("BEGIN", {}, Exception("connection refused"))

    with pytest.raises(OperationalError):
        handle_next(Away(engine), {"telegram": telegram}, NOW, people.city())


def test_quick_messages_of_one_person_are_answered_in_order_by_several_hands(
    make_session: Sessions, telegram: Telegram
) -> None:
    crowd = (SARI, ANWAR, 883)
    asked = [updates.text(who, f"halo {n}") for n in range(12) for who in crowd]
    keep(make_session, telegram, asked, NOW)
    with ThreadPoolExecutor(3) as hands:
        while any(row.state == "waiting" for row in kept(make_session)):
            list(hands.map(lambda _: handle_all(make_session, telegram), range(3)))
    for who in crowd:
        first_replies = [int(reply.key.split(":")[2]) for reply in said(make_session, who) if reply.key.endswith(":0")]
        assert first_replies == [u["update_id"] for u in asked if u["message"]["from"]["id"] == who]


# --- while the service runs ----------------------------------------------------------------


async def test_updates_that_arrive_together_share_a_commit_and_are_handled_at_once(
    only_when_woken: None, make_session: Sessions, telegram: Telegram
) -> None:
    commits: list[Session] = []
    event.listen(make_session, "after_commit", commits.append)
    handled: asyncio.Queue[None] = asyncio.Queue()
    worker = Worker(
        make_session, {"telegram": telegram}, lambda: NOW, people.city(), lambda: handled.put_nowait(None),
        executor=ThreadPoolExecutor(1),
    )  # fmt: skip
    await asyncio.gather(*(worker.keep(telegram, [updates.text(who, "halo")]) for who in range(900, 950)))
    assert len(kept(make_session)) == 50
    assert len(commits) <= 3
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    async with patiently():
        for _ in range(50):
            await handled.get()
        await worker.keep(telegram, [updates.text(SARI, "halo")])
        await handled.get()
    stop.set()
    await running
    assert {row.state for row in kept(make_session)} == {"done"}


async def test_what_could_not_be_kept_is_told_to_whoever_brought_it(make_session: Sessions, telegram: Telegram):
    def refuse(session: Session) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    worker = Worker(make_session, {"telegram": telegram}, lambda: NOW, people.city(), lambda: None)
    event.listen(make_session, "before_commit", refuse)
    with pytest.raises(OperationalError):
        await worker.keep(telegram, [updates.text(SARI, "halo")])
    event.remove(make_session, "before_commit", refuse)
    await worker.keep(telegram, [updates.text(SARI, "halo")])
    assert len(kept(make_session)) == 1


@pytest.mark.parametrize("said", ["/start KDR7MX4Q", "kdr7-mx4q", "KDR7 MX4Q", "kode saya KDR7-MX4Q", "mulai KDRXMXAQ"])
def test_a_code_that_was_written_is_not_stored(make_session: Sessions, telegram: Telegram, said: str) -> None:
    keep(make_session, telegram, [updates.text(SARI, said), updates.text(SARI, "anak saya makan")], NOW)
    handle_all(make_session, telegram)
    first, second = kept(make_session)
    assert first.raw == {}
    assert second.raw["message"]["text"] == "anak saya makan"


def test_a_tap_is_read_at_the_time_it_was_received(make_session: Sessions, telegram: Telegram) -> None:
    tap = updates.tap(SARI, "menu:home")
    earlier = NOW - timedelta(hours=2)
    keep(make_session, telegram, [tap], earlier)
    [row] = kept(make_session)
    incoming = telegram.read(row.raw, row.received_at)
    assert incoming
    assert incoming.at == earlier
