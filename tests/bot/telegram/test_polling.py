"""No update is lost and none is confirmed before it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import structlog
from aiogram.types import Update
from pydantic import ValidationError

from bot.telegram.client import Client
from bot.telegram.polling import poll
from bot.telegram.webhook import ensure, remove
from bot.telegram.wire import TokenRefused
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI
from tests.waiting import patiently

SARI = 881


class Kept:
    """What the intake has stored, by update_id. It stops the poll once it has ``enough`` of them."""

    def __init__(self, enough: int = 1) -> None:
        self.stop = asyncio.Event()
        self.enough = enough
        self.batches: list[list[int]] = []
        self.stored: dict[int, dict[str, Any]] = {}
        self.failing = 0

    async def __call__(self, batch: list[dict[str, Any]]) -> None:
        await asyncio.sleep(0)  # a commit takes its time
        self.batches.append([update["update_id"] for update in batch])
        if self.failing:
            self.failing -= 1
            raise RuntimeError("database is locked: 'Aisyah 8,4 kg'")
        self.stored |= {update["update_id"]: update for update in batch}
        if len(self.stored) >= self.enough:
            self.stop.set()


class Pauses:
    """Remembers how long the poll wanted to wait, and does not wait."""

    def __init__(self, then: Callable[[], Any] = lambda: None) -> None:
        self.seconds: list[float] = []
        self.then = then

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.then()


Run = Callable[[Kept], Awaitable[None]]


def ids(*pushed: dict[str, Any]) -> list[int]:
    return [update["update_id"] for update in pushed]


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def run(client: Client, pauses: Pauses) -> Run:
    async def run(kept: Kept) -> None:
        async with patiently():
            await poll(client, kept, kept.stop, wait=5, pause=pauses)

    return run


async def test_what_waits_is_kept_in_one_batch_and_in_order(api: BotAPI, run: Run, pauses: Pauses) -> None:
    pushed = [api.push(updates.text(SARI, said)) for said in ("8", "8,4", "8,4 kg")]
    kept = Kept(3)
    await run(kept)
    assert kept.batches == [ids(*pushed)]
    assert kept.stored == {update["update_id"]: update for update in pushed}
    assert pauses.seconds == []


async def test_what_comes_while_the_poll_waits_arrives_at_once(api: BotAPI, run: Run) -> None:
    kept = Kept()
    asyncio.get_running_loop().call_later(0.05, lambda: api.push(updates.text(SARI, "halo")))
    await run(kept)
    assert len(kept.stored) == 1


async def test_only_after_keeping_is_the_offset_moved(api: BotAPI, run: Run) -> None:
    first = api.push(updates.text(SARI, "satu"))

    class Looking(Kept):
        async def __call__(self, batch: list[dict[str, Any]]) -> None:
            assert ids(*api.pending) == ids(*batch)  # the server still holds every one of them
            await super().__call__(batch)
            if batch == [first]:
                api.push(updates.text(SARI, "dua"))

    await run(Looking(2))
    assert [asked["offset"] for asked in api.asked("getUpdates")] == [0, first["update_id"] + 1]


async def test_what_could_not_be_kept_comes_again(api: BotAPI, run: Run, pauses: Pauses) -> None:
    pushed = api.push(updates.text(SARI, "satu"))
    kept = Kept()
    kept.failing = 2
    with structlog.testing.capture_logs() as logs:
        await run(kept)
    assert kept.batches == [ids(pushed)] * 3
    assert len(pauses.seconds) == 2
    assert "Aisyah" not in str(logs)


async def test_a_restart_before_the_confirmation_gets_the_same_again(api: BotAPI, run: Run) -> None:
    pushed = api.push(updates.text(SARI, "satu"))
    for _ in range(2):
        kept = Kept()
        await run(kept)
        assert kept.batches == [ids(pushed)]


async def test_an_old_offset_does_not_linger_over_a_quiet_week(api: BotAPI, client: Client) -> None:
    api.push(updates.text(SARI, "satu"))
    kept = Kept(2)

    def a_week_later() -> None:
        api.push({**updates.text(SARI, "dua"), "update_id": 12})  # numbers start anywhere

    task = asyncio.create_task(poll(client, kept, kept.stop, wait=0))
    async with patiently():
        await api.until_asked("getUpdates", 3)
        a_week_later()
        await task
    assert 12 in kept.stored


async def test_more_than_a_hundred_come_in_turns(api: BotAPI, run: Run) -> None:
    for number in range(230):
        api.push(updates.text(SARI, str(number)))
    kept = Kept(230)
    await run(kept)
    assert [len(batch) for batch in kept.batches] == [100, 100, 30]


async def test_only_the_kinds_we_read_are_asked_for(api: BotAPI, run: Run) -> None:
    api.push(updates.text(SARI, "halo"))
    await run(Kept())
    assert api.asked("getUpdates")[0]["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member",
    ]  # fmt: skip
    api.push(updates.update("channel_post", {}))
    assert len(api.pending) == 1


TROUBLES: dict[str, Callable[[BotAPI], None]] = {
    "the connection dies": lambda api: api.drop("getUpdates", times=3),
    "the server is down": lambda api: api.refuse("getUpdates", 502, "Bad Gateway", times=3),
    "another process polls": lambda api: api.refuse("getUpdates", 409, "Conflict: terminated", times=3),
    "a page instead of JSON": lambda api: api.garble("getUpdates", times=3),
    "no list": lambda api: api.garble("getUpdates", '{"ok": true, "result": {"a": 1}}', times=3),
    "no result": lambda api: api.garble("getUpdates", '{"ok": true}', times=3),
    "a false list": lambda api: api.garble("getUpdates", '{"ok": true, "result": false}', times=3),
    "no numbers": lambda api: api.garble("getUpdates", '{"ok": true, "result": [5, {}]}', times=3),
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_passes_and_nothing_is_lost(trouble: str, api: BotAPI, run: Run, pauses: Pauses) -> None:
    TROUBLES[trouble](api)
    pushed = api.push(updates.text(SARI, "halo"))
    kept = Kept()
    await run(kept)
    assert kept.batches == [ids(pushed)]
    first, second, third = pauses.seconds
    assert 1 <= first <= 2 <= second <= 4 <= third <= 8


async def test_the_pause_grows_to_a_minute_and_starts_afresh_after_success(
    api: BotAPI, run: Run, pauses: Pauses
) -> None:
    api.refuse("getUpdates", 502, "Bad Gateway", times=12)
    api.accept("getUpdates")
    api.refuse("getUpdates", 502, "Bad Gateway")
    api.push(updates.text(SARI, "satu"))
    kept = Kept(2)
    pauses.then = lambda: api.push(updates.text(SARI, "dua")) if len(pauses.seconds) == 13 else None
    await run(kept)
    assert 30 <= min(pauses.seconds[5:12]) <= max(pauses.seconds) <= 60
    assert pauses.seconds[12] <= 2


async def test_the_server_says_how_long_to_wait(api: BotAPI, run: Run, pauses: Pauses) -> None:
    api.refuse("getUpdates", 429, "Too Many Requests: retry after 17", retry_after=17)
    api.push(updates.text(SARI, "halo"))
    await run(Kept())
    assert pauses.seconds == [17.0]


async def test_an_update_without_a_number_does_not_hold_up_the_others(api: BotAPI, run: Run) -> None:
    api.garble("getUpdates", '{"ok": true, "result": [null, {"update_id": "x"}, {"update_id": 4}]}')
    kept = Kept()
    await run(kept)
    assert kept.batches == [[4]]


async def test_an_update_of_a_shape_nobody_knows_is_kept_as_it_came(api: BotAPI, run: Run) -> None:
    odd = {"update_id": 4, "message": "a word"}
    with pytest.raises(ValidationError):
        Update.model_validate(odd)
    api.push(odd)
    pushed = api.push(updates.text(SARI, "halo"))
    kept = Kept(2)
    await run(kept)
    assert kept.stored == {4: odd, pushed["update_id"]: pushed}


async def test_a_forgotten_webhook_is_waited_for(api: BotAPI, client: Client, run: Run, pauses: Pauses) -> None:
    await ensure(client, "https://asuh.example/webhook/telegram", "rahasia")
    api.push(updates.text(SARI, "halo"))
    pauses.then = lambda: setattr(api, "webhook", None)
    kept = Kept()
    with structlog.testing.capture_logs() as logs:
        await run(kept)
    assert len(kept.stored) == 1
    assert "webhook is active" in logs[0]["why"]


async def test_without_the_webhook_nothing_that_waited_is_gone(api: BotAPI, client: Client, run: Run) -> None:
    await ensure(client, "https://asuh.example/webhook/telegram", "rahasia")
    pushed = api.push(updates.text(SARI, "halo"))
    await remove(client)
    kept = Kept()
    await run(kept)
    assert kept.batches == [ids(pushed)]


async def test_a_second_poll_ends_the_first_which_waits_and_goes_on(api: BotAPI, client: Client) -> None:
    first, pauses = Kept(), Pauses()
    task = asyncio.create_task(poll(client, first, first.stop, wait=5, pause=pauses))
    await api.until_asked("getUpdates")
    answer = await client.call("getUpdates", {"timeout": 0})
    assert answer == []
    await api.until_asked("getUpdates", 3)
    api.push(updates.text(SARI, "halo"))
    async with patiently():
        await task
    assert len(first.stored) == 1


async def test_a_refused_token_ends_the_poll(api: BotAPI, run: Run) -> None:
    api.revoked = True
    with pytest.raises(TokenRefused):
        await run(Kept())


async def test_a_stop_does_not_wait_for_the_server(api: BotAPI, client: Client) -> None:
    api.longest_poll = 24 * 3600
    kept = Kept()
    task = asyncio.create_task(poll(client, kept, kept.stop, wait=api.longest_poll))
    await api.until_asked("getUpdates")
    kept.stop.set()
    async with patiently():
        await task


async def test_a_stop_does_not_wait_for_the_end_of_a_pause(api: BotAPI, client: Client) -> None:
    api.refuse("getUpdates", 429, "Too Many Requests: retry after 3000", retry_after=3000)
    kept, paused = Kept(), asyncio.Event()

    async def pause(seconds: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(poll(client, kept, kept.stop, pause=pause))
    async with patiently():
        await paused.wait()
        kept.stop.set()
        await task


async def test_a_stop_waits_for_the_commit(api: BotAPI, client: Client) -> None:
    api.push(updates.text(SARI, "halo"))
    stop, finished = asyncio.Event(), list[str]()

    async def keep(batch: list[dict[str, Any]]) -> None:
        stop.set()
        for _ in range(50):
            await asyncio.sleep(0)
        finished.append("committed")

    await poll(client, keep, stop, wait=5)
    assert finished == ["committed"]


async def test_a_network_that_is_away_comes_back() -> None:
    async with aiohttp.ClientSession() as session:
        async with BotAPI() as gone:
            url = gone.url
        kept, pauses = Kept(), Pauses()
        pauses.then = lambda: kept.stop.set() if len(pauses.seconds) == 4 else None
        await poll(Client(TOKEN, url, session), kept, kept.stop, pause=pauses)
    assert len(pauses.seconds) == 4
