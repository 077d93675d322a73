"""The Bot API over real HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
import telegram
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import web

from bot.telegram.client import Client
from bot.telegram.wire import TokenRefused, Upload
from flow.message import Refused, Rejected, SendFailure, Uncertain, Unreachable
from tests.bot.telegram.botapi import TOKEN, BotAPI

SARI = "881"
HELLO = {"chat_id": SARI, "text": "halo"}
Elsewhere = Callable[[str], Client]


@pytest.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """A client of a server at another address."""
    async with aiohttp.ClientSession() as session:
        yield lambda url: Client(TOKEN, url, session)


class Portal:
    """A page between us and the internet that sends everybody to its login."""

    def __init__(self) -> None:
        self.visited: list[str] = []
        self.url = ""

    async def redirect(self, request: web.Request) -> web.Response:
        self.visited.append(request.path)
        raise web.HTTPFound("/login")


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    portal, app = Portal(), web.Application()
    app.router.add_route("*", "/{path:.*}", portal.redirect)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    portal.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield portal
    await runner.cleanup()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


async def test_a_call_answers_with_its_result(api: BotAPI, client: Client) -> None:
    result = await client.call("sendMessage", HELLO)
    assert telegram.Message.de_json(result, None).text == "halo"
    assert [sent.text for sent in api.sent(SARI)] == ["halo"]


async def test_a_file_goes_with_its_name_and_its_objects_as_json(api: BotAPI, client: Client) -> None:
    markup = {"inline_keyboard": [[{"text": "Lihat", "callback_data": "a"}]]}
    payload = {"chat_id": SARI, "caption": "Ringkasan", "reply_markup": markup}
    await client.call("sendDocument", payload, Upload("document", "ringkasan März.xlsx", b"\0PK\xff"))
    (sent,) = api.sent(SARI)
    assert sent.file == ("ringkasan März.xlsx", b"\0PK\xff")
    assert (sent.text, sent.buttons) == ("Ringkasan", ["Lihat"])


async def test_whoever_knows_aiogram_can_use_its_bot(api: BotAPI, client: Client) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Lihat", callback_data="a")]])
    file = BufferedInputFile(b"PK", "ringkasan.xlsx")
    said = await client.bot.send_document(881, file, caption="Ringkasan", reply_markup=keyboard)
    (sent,) = api.sent(SARI)
    assert (said.caption, sent.text, sent.buttons, sent.file) == (
        "Ringkasan", "Ringkasan", ["Lihat"], ("ringkasan.xlsx", b"PK"),
    )  # fmt: skip
    api.blocked.add(SARI)
    with pytest.raises(Refused):
        await client.bot.send_message(881, "halo")


async def test_someone_who_blocked_us_is_refused(api: BotAPI, client: Client) -> None:
    api.blocked.add(SARI)
    with pytest.raises(Refused, match="diblokir"):
        await client.call("sendMessage", HELLO)


async def test_retry_after_is_passed_on_in_seconds(api: BotAPI, client: Client) -> None:
    api.throttle(SARI, 9)
    with pytest.raises(Unreachable) as caught:
        await client.call("sendMessage", HELLO)
    assert (caught.value.retry_after, caught.value.everyone) == (9.0, False)


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_lost_while_sending_leaves_it_uncertain(api: BotAPI, client: Client, after: bool) -> None:
    api.drop("sendMessage", after=after)
    with pytest.raises(Uncertain):
        await client.call("sendMessage", HELLO)
    assert len(api.sent(SARI)) == after


async def test_a_server_that_is_silent_too_long_leaves_it_uncertain(api: BotAPI, client: Client) -> None:
    with pytest.raises(Uncertain):
        await client.call("getUpdates", {"timeout": 50}, patience=0.05)


async def test_a_server_that_is_not_there_was_told_nothing(elsewhere: Elsewhere) -> None:
    with pytest.raises(Unreachable) as caught:
        await elsewhere(f"http://127.0.0.1:{free_port()}").call("sendMessage", HELLO)
    assert caught.value.everyone


async def test_an_answer_nobody_can_read_leaves_it_uncertain(api: BotAPI, client: Client) -> None:
    api.garble("sendMessage", "[" * 100_000)
    with pytest.raises(Uncertain):
        await client.call("sendMessage", HELLO)


async def test_a_file_someone_sent_is_fetched_from_the_same_server(api: BotAPI, client: Client) -> None:
    api.add_file("f1", b"\xff\xd8 foto " + TOKEN.encode(), "photos/foto satu#1.jpg")
    assert await client.download("f1") == b"\xff\xd8 foto " + TOKEN.encode()


async def test_a_file_larger_than_20_mb_is_refused_whatever_the_server_says(api: BotAPI, client: Client) -> None:
    api.add_file("big", bytes(20 * 1024 * 1024 + 1))
    with pytest.raises(Rejected, match="too big"):
        await client.download("big")
    answer = '{"ok": true, "result": {"file_id": "big", "file_path": "documents/%s"}}'
    for understated in ("big", 'big", "file_size": "5'):
        api.garble("getFile", answer % understated)
        with pytest.raises(Rejected, match="20 MB"):
            await client.download("big")
    # One that says so itself is not even fetched: there is nothing at this path.
    api.garble("getFile", answer % 'nowhere", "file_size": 99000000, "x": "')
    with pytest.raises(Rejected, match="20 MB"):
        await client.download("big")


async def test_a_file_that_is_no_longer_there_does_not_mean_a_bad_token(api: BotAPI, client: Client) -> None:
    api.garble("getFile", '{"ok": true, "result": {"file_id": "x", "file_path": "photos/gone.jpg"}}')
    with pytest.raises(Rejected, match="tidak ada") as caught:
        await client.download("x")
    assert not isinstance(caught.value, TokenRefused)
    with pytest.raises(Rejected, match="wrong file_id"):
        await client.download("x")
    api.garble("getFile", '{"ok": true, "result": {"file_id": "x"}}')
    with pytest.raises(Rejected):
        await client.download("x")


async def told(client: Client) -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await client.call("sendMessage", HELLO)
    return caught.value


@pytest.mark.parametrize("url", ["tele gram://x", "http://[", "", "http://127.0.0.1:1", "http://no-such-host.invalid"])
async def test_the_token_is_in_no_failure_to_reach_the_server(
    url: str, elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = elsewhere(url)
    failure = await told(client)
    assert isinstance(failure, Unreachable)
    keeps_the_secret(client, failure, caplog)


async def test_the_token_is_in_no_refusal(api: BotAPI, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    api.drop("sendMessage")
    api.drop("sendMessage", after=True)
    api.garble("sendMessage")
    api.refuse("sendMessage", 400, f"Bad Request: no /bot{TOKEN}/x here")
    api.refuse("sendMessage", 404, f"Not Found: /bot{TOKEN}/sendMessage")
    for _ in range(5):
        keeps_the_secret(client, await told(client), caplog)
    api.revoked = True
    failure = await told(client)
    assert isinstance(failure, TokenRefused)
    keeps_the_secret(client, failure, caplog)


async def test_a_redirect_is_not_followed_with_the_token(portal: Portal, elsewhere: Elsewhere) -> None:
    failure = await told(elsewhere(portal.url))
    assert isinstance(failure, Unreachable)
    assert len(portal.visited) == 1


async def test_a_file_is_not_fetched_through_a_redirect(portal: Portal, elsewhere: Elsewhere) -> None:
    with pytest.raises(Unreachable):
        await elsewhere(portal.url).bot.download_file("photos/a.jpg")
    assert len(portal.visited) == 1


async def test_the_token_is_in_no_failure_to_fetch_a_file(
    api: BotAPI, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.add_file("big", bytes(20 * 1024 * 1024 + 1))
    for path in ("photos/gone.jpg", "documents/big"):
        api.garble("getFile", f'{{"ok": true, "result": {{"file_id": "x", "file_path": "{path}"}}}}')
        with pytest.raises(Rejected) as caught:
            await client.download("x")
        keeps_the_secret(client, caught.value, caplog)
        frames = traceback.walk_tb(caught.value.__traceback__)
        assert not [
            line for frame, _ in frames for line in map(repr, frame.f_locals.values()) if f"/bot{TOKEN}" in line
        ]


def keeps_the_secret(client: Client, failure: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    assert failure.__context__ is None
    assert failure.__cause__ is None
    texts = [str(failure), repr(failure), repr(failure.args), repr(client), str(client), caplog.text]
    ours = [
        frame for frame in traceback.walk_tb(failure.__traceback__) if "bot/telegram/" in frame[0].f_code.co_filename
    ]
    # Some log formatters print local variables.
    texts += [repr(value) for frame, _ in ours for value in frame.f_locals.values()]
    texts += traceback.format_exception(failure)
    assert not [text for text in texts if TOKEN in text or TOKEN.split(":")[1] in text]
