"""The Cloud API over real HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.whatsapp.client import Client
from bot.whatsapp.wire import AccountBlocked, TokenRefused, Upload
from flow.message import Rejected, SendFailure, Uncertain, Undeliverable, Unreachable
from tests.bot.whatsapp.conftest import Clock
from tests.bot.whatsapp.graph import TOKEN, Graph
from tests.bot.whatsapp.posts import SARI

HELLO: dict[str, Any] = {
    "messaging_product": "whatsapp",
    "to": f"+{SARI}",
    "type": "text",
    "text": {"body": "halo"},
}
PICTURE = Upload("Grafik Aisyah März.png", "image/png", b"\x89PNG\r\n\x1a\n\0")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


async def test_a_message_goes_to_the_number_below_the_version(graph: Graph, client: Client) -> None:
    graph.opens_window(SARI)
    answer = await client.post(HELLO)
    (sent,) = graph.sent(SARI)
    assert answer["messages"] == [{"id": sent.wamid}]
    assert sent.text == "halo"


async def test_one_connection_carries_many_messages(graph: Graph, client: Client) -> None:
    graph.opens_window(SARI)
    for _ in range(5):
        await client.post(HELLO)
    connector = client._session.connector  # pyright: ignore[reportPrivateUsage]
    assert connector is not None
    assert sum(len(held) for held in connector._conns.values()) == 1  # pyright: ignore


async def test_management_calls_go_below_the_version_too(graph: Graph, client: Client) -> None:
    graph.garble(f"{graph.account}/message_templates", '{"data": [{"name": "asuh_pesan"}]}')
    answer = await client.call("GET", f"{graph.account}/message_templates", query={"limit": "100"})
    assert answer == {"data": [{"name": "asuh_pesan"}]}
    assert graph.asked(f"{graph.account}/message_templates") == [{"limit": "100"}]


async def test_a_provider_has_its_own_header_and_neither_version_nor_number(
    clock: Clock, session: aiohttp.ClientSession
) -> None:
    async with Graph(clock, header="D360-API-KEY", provider=True) as provider:
        client = Client(
            provider.token,
            provider.number,
            session,
            base_url=provider.url + "/",
            version="",
            auth_header="D360-API-KEY",
            media_hosts=["lookaside.fbsbx.com"],
        )
        provider.opens_window(SARI)
        await client.post(HELLO)
        assert provider.seen(SARI) == ["halo"]
        media_id = provider.add_file(b"\xff\xd8\xff foto")
        url = (await client.media(media_id))["url"]
        # The provider hands on Meta's own address; its key must not go there.
        metas = url.replace(provider.url, "https://lookaside.fbsbx.com")
        assert await client.download(metas, 1000) == b"\xff\xd8\xff foto"


async def test_a_file_is_left_with_its_name_and_kind(graph: Graph, client: Client) -> None:
    assert (await client.upload(PICTURE)).isdigit()
    assert graph.uploads == [("Grafik Aisyah März.png", "image/png", PICTURE.content)]


async def test_a_refusal_says_what_to_do(graph: Graph, client: Client) -> None:
    graph.refuse("messages", 131026, "Message undeliverable")
    with pytest.raises(Undeliverable, match="131026 Message undeliverable"):
        await client.post(HELLO)


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_lost_while_sending_leaves_it_uncertain(graph: Graph, client: Client, after: bool) -> None:
    graph.opens_window(SARI)
    graph.drop("messages", after=after)
    with pytest.raises(Uncertain):
        await client.post(HELLO)
    assert len(graph.sent(SARI)) == after


@pytest.mark.parametrize("after", [False, True])
async def test_a_file_whose_answer_was_lost_may_be_left_again(graph: Graph, client: Client, after: bool) -> None:
    graph.drop("media", after=after)
    with pytest.raises(Unreachable):
        await client.upload(PICTURE)


async def test_a_server_that_is_not_there_was_told_nothing(session: aiohttp.ClientSession) -> None:
    client = Client(TOKEN, "1", session, base_url=f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable) as caught:
        await client.post(HELLO)
    assert caught.value.everyone


@pytest.mark.parametrize("body", ["[" * 100_000, "<html>", ""])
async def test_an_answer_nobody_can_read_leaves_it_uncertain(graph: Graph, client: Client, body: str) -> None:
    graph.garble("messages", body)
    with pytest.raises(Uncertain):
        await client.post(HELLO)


async def test_a_refusal_under_http_200_is_one(graph: Graph, client: Client) -> None:
    graph.refuse("messages", 131026, status=200)
    with pytest.raises(Undeliverable):
        await client.post(HELLO)


async def test_a_number_that_is_not_there_is_told_to_the_operator(graph: Graph, session: aiohttp.ClientSession) -> None:
    with pytest.raises(AccountBlocked) as caught:
        await Client(graph.token, "999", session, base_url=graph.url).post(HELLO)
    assert caught.value.everyone


# --- files people sent ---


async def test_a_file_is_fetched_with_the_token_from_the_address_meta_gives(graph: Graph, client: Client) -> None:
    media_id = graph.add_file(b"\xff\xd8\xff foto " + TOKEN.encode())
    said = await client.media(media_id)
    assert (said["mime_type"], said["file_size"]) == ("image/jpeg", 9 + len(TOKEN))
    assert await client.download(said["url"], 1000) == b"\xff\xd8\xff foto " + TOKEN.encode()


async def test_a_file_meta_no_longer_has_is_not_taken_for_a_wrong_number(graph: Graph, client: Client) -> None:
    with pytest.raises(Rejected, match="tidak ada"):
        await client.media("404404")
    graph.revoked = True
    with pytest.raises(TokenRefused):
        await client.media("404404")


async def test_an_address_older_than_five_minutes_gives_nothing(graph: Graph, client: Client, clock: Clock) -> None:
    url = (await client.media(graph.add_file(b"foto")))["url"]
    clock.forward(minutes=5)
    with pytest.raises(Rejected, match="tidak ada"):
        await client.download(url, 1000)


async def test_a_file_larger_than_it_may_be_is_not_taken_in(graph: Graph, client: Client) -> None:
    url = (await client.media(graph.add_file(bytes(3 * 1024 * 1024))))["url"]
    with pytest.raises(Rejected, match="2 MB"):
        await client.download(url, 2 * 1024 * 1024)


STRANGE = [
    "https://evil.example/f",
    "https://lookaside.fbsbx.com.evil.example/f",
    "https://evil.example/lookaside.fbsbx.com",
    "https://lookaside.fbsbx.com@evil.example/f",
    "https://x@lookaside.fbsbx.com/f",
    "https://lookaside.fbsbx.com:8443/f",
    "https://evil.example\\@lookaside.fbsbx.com/f",
    "file:///etc/hostname",
    "ftp://lookaside.fbsbx.com/f",
    "//lookaside.fbsbx.com/f",
    "http://[",
    "",
]


@pytest.mark.parametrize("url", STRANGE)
async def test_the_token_goes_to_no_host_we_do_not_know(session: aiohttp.ClientSession, url: str) -> None:
    client = Client(TOKEN, "1", session)
    with pytest.raises(Rejected, match="tidak kami kenal"):
        await client.download(url, 1000)


async def test_plain_http_is_not_good_enough_for_the_token(session: aiohttp.ClientSession) -> None:
    with pytest.raises(Rejected, match="tidak kami kenal"):
        await Client(TOKEN, "1", session).download("http://lookaside.fbsbx.com/f", 1000)


# --- the token ---


async def told(client: Client) -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await client.post(HELLO)
    return caught.value


@pytest.mark.parametrize("url", ["gra ph://x", "http://[", "", "http://127.0.0.1:1", "http://no-such-host.invalid"])
async def test_the_token_is_in_no_failure_to_reach_the_server(
    url: str, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client(TOKEN, "1", session, base_url=url)
    failure = await told(client)
    assert isinstance(failure, Unreachable)
    keeps_the_secret(client, failure, caplog)


async def test_the_token_is_in_no_refusal(graph: Graph, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    graph.drop("messages")
    graph.drop("messages", after=True)
    graph.garble("messages")
    graph.refuse("messages", 131009, f"no Bearer {TOKEN} here")
    for _ in range(4):
        keeps_the_secret(client, await told(client), caplog)
    graph.revoked = True
    failure = await told(client)
    assert isinstance(failure, TokenRefused)
    assert failure.everyone
    keeps_the_secret(client, failure, caplog)


async def test_a_redirect_is_not_followed_with_the_token(session: aiohttp.ClientSession) -> None:
    visited: list[str] = []

    async def portal(request: web.Request) -> web.Response:
        visited.append(request.path)
        raise web.HTTPFound("/login")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", portal)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        client = Client(TOKEN, "1", session, base_url=base)
        failures = [await told(client)]
        with pytest.raises(Unreachable) as caught:
            await client.download(f"{base}/file", 1000)
    finally:
        await runner.cleanup()
    assert isinstance(failures[0], Unreachable)
    assert caught.value.everyone
    assert len(visited) == 2


def keeps_the_secret(client: Client, failure: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    assert failure.__context__ is None
    assert failure.__cause__ is None
    texts = [str(failure), repr(failure), repr(failure.args), repr(client), str(client), caplog.text]
    texts += traceback.format_exception(failure)
    assert not [text for text in texts if TOKEN in text]
