"""The webhook: nothing is read before the secret is right, nothing is confirmed before it is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import structlog
from aiohttp import web

from bot.telegram.client import Client
from bot.telegram.webhook import HEADER, PATH, ensure, handler, remove
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import BotAPI

SARI = 881
SECRET = "s3cret_of-the-city"


class Intake:
    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.failing = False

    async def __call__(self, batch: list[dict[str, Any]]) -> None:
        if self.failing:
            raise RuntimeError("disk full: 'Aisyah 8,4 kg'")
        self.kept += batch


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.fixture
async def url(intake: Intake) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post(PATH, handler(SECRET, intake))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    await runner.cleanup()


async def post(url: str, body: bytes | str, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {HEADER: secret}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return response.status


async def test_an_update_with_the_secret_is_kept(url: str, intake: Intake) -> None:
    update = updates.text(SARI, "halo")
    assert await post(url, json.dumps(update)) == 200
    assert intake.kept == [update]


@pytest.mark.parametrize("secret", [None, "", "salah", SECRET + "x", SECRET[:-1], SECRET.upper(), "rahasiä"])
async def test_without_the_secret_nothing_is_kept(url: str, intake: Intake, secret: str | None) -> None:
    assert await post(url, json.dumps(updates.text(SARI, "halo")), secret) == 403
    assert intake.kept == []


async def test_without_the_secret_the_body_is_not_even_read(url: str) -> None:
    reader, writer = await _open(url)
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
    writer.write(head.encode())  # and no body follows
    status = await reader.readline()
    writer.close()
    assert b"403" in status


UNREADABLE = [
    "",
    "{",
    "[]",
    "[" * 100_000,
    "null",
    '{"update_id": "7"}',
    '{"update_id": 1.5}',
    '{"update_id": true}',
    '{"update_id": -1}',
    '{"update_id": 99999999999999999999}',
    '{"message": {}}',
    b"\xff\xfe",
    '{"update_id": 7, "x": "' + "x" * 1024 * 1024 + '"}',
]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_what_can_never_succeed_is_not_asked_for_again(url: str, intake: Intake, body: str | bytes) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await post(url, body) == 200
    assert intake.kept == []
    assert [line["event"] for line in logs] == ["telegram.webhook_unreadable"]


async def test_what_was_not_kept_is_asked_for_again(url: str, intake: Intake) -> None:
    intake.failing = True
    with structlog.testing.capture_logs() as logs:
        assert await post(url, json.dumps(updates.text(SARI, "Aisyah"))) == 500
    assert "Aisyah" not in str(logs)
    assert "halo" not in str(logs)


async def test_a_large_but_possible_update_is_kept(url: str, intake: Intake) -> None:
    update = updates.message(SARI, text="x" * 1_000_000)
    assert await post(url, json.dumps(update)) == 200
    assert intake.kept == [update]


def test_a_webhook_must_have_a_secret(intake: Intake) -> None:
    with pytest.raises(ValueError, match="secret"):
        handler("", intake)


async def test_telegram_is_told_where_to_post_and_with_which_secret(
    api: BotAPI, client: Client, url: str, intake: Intake
) -> None:
    await ensure(client, url, SECRET)
    assert api.webhook == {
        "url": url,
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        "max_connections": 40,
        "drop_pending_updates": False,
    }
    assert await api.deliver(updates.tap(SARI, "q7.3")) == 200
    assert intake.kept[0]["callback_query"]["data"] == "q7.3"
    await remove(client)
    assert api.webhook is None


async def _open(url: str) -> Any:
    port = urlsplit(url).port
    return await asyncio.open_connection("127.0.0.1", port)
