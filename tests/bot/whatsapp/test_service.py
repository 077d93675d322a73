"""WhatsApp in the whole service, over real HTTP: Meta posts, we answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import func, select

from bot.settings import Settings
from db.engine import Sessions
from db.inbox import Received
from db.outbox import DELIVERED, READ, SENT, Outgoing, Report
from db.people import Address
from db.templates import TemplateState
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Graph
from tests.bot.whatsapp.posts import SARI
from tests.bot.whatsapp.service import VERIFY, approve, free_port, now, running, settings, written
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    async with Graph(now) as server:
        yield server


@pytest.fixture
def set_up(graph: Graph, database_url: str) -> Settings:
    return settings(graph, database_url, free_port())


def kept(sessions: Sessions) -> list[Received]:
    with sessions() as session:
        return list(session.scalars(select(Received).order_by(Received.id)))


def rows(sessions: Sessions, to: str = SARI) -> list[Outgoing]:
    with sessions() as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.address == to).order_by(Outgoing.id)))


async def test_meta_finds_its_webhook_and_nobody_else_can_claim_it(graph: Graph, set_up: Settings) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    async with running(set_up), aiohttp.ClientSession() as http:
        async with http.get(graph.webhook, params=asked) as answer:
            assert (answer.status, await answer.text()) == (200, "1158201444")
        async with http.get(graph.webhook, params=asked | {"hub.verify_token": "kendari"}) as answer:
            assert answer.status == 403


class Held(Graph):
    """It takes no message before it is let go."""

    def __init__(self) -> None:
        super().__init__(now)
        self.go = asyncio.Event()

    async def _receive(self, http: web.Request) -> web.StreamResponse:
        if http.path.endswith("/messages"):
            await self.go.wait()
        return await super()._receive(http)


async def test_meta_has_its_200_before_bu_sari_has_an_answer_and_no_clock_is_waited_for(
    only_when_woken: None, database_url: str, make_session: Sessions
) -> None:
    asked = written("bantuan")
    async with Held() as graph, running(settings(graph, database_url, free_port())):
        await graph.says(written("halo"))
        assert await graph.says(asked) == [200]
        assert graph.sent(SARI) == []
        graph.go.set()
        await eventually(lambda: len(graph.sent(SARI)) == 2)
        await eventually(lambda: len(graph.receipts) == 2)
    assert graph.receipts[1]["message_id"] == asked["id"]
    answer = graph.sent(SARI)[1]
    assert answer.key == f"reply:whatsapp:{asked['id']}:0"
    [row] = [row for row in rows(make_session) if row.key == answer.key]
    assert (row.state, row.provider_id) == (SENT, answer.wamid)
    assert {row.state for row in kept(make_session)} == {"done"}


async def test_forged_or_unsigned_posts_leave_nothing_behind(
    graph: Graph, set_up: Settings, make_session: Sessions
) -> None:
    body = posts.post(posts.change([written("halo")], contacts=[posts.contact()]))
    async with running(set_up):
        assert await graph.post(body, secret="somebody-elses") == 403
        assert await graph.post(body, signature="none") == 403
        assert await graph.post(posts.post(posts.change([written("halo")])), secret="the-old-secret") == 200
        await eventually(lambda: graph.sent(SARI))
    assert len(kept(make_session)) == len(graph.sent(SARI)) == 1


async def test_a_crowd_in_one_post_is_answered_each_once_however_often_it_is_posted(
    graph: Graph, set_up: Settings, make_session: Sessions
) -> None:
    crowd = [f"62812{n:07}" for n in range(70)]
    changes = [
        posts.change([written("halo", who) for who in crowd[at : at + 10] for _ in range(2)]) for at in range(0, 70, 10)
    ]
    other = posts.change([written("halo")], number="999999999999999")
    whole = posts.post(*changes[:4], other)
    whole["entry"] += posts.entries(*changes[4:])["entry"]
    for who in crowd:
        graph.opens_window(who)
    async with running(set_up):
        answers = await asyncio.gather(graph.post(whole), graph.post(posts.entries(*changes)), graph.post(whole))
        assert answers == [200, 200, 200]
        await eventually(lambda: sum(len(graph.sent(who)) for who in crowd) == 140)
        await eventually(lambda: all(row.state == "done" for row in kept(make_session)))
    assert len(kept(make_session)) == 140
    assert {len(graph.sent(who)) for who in crowd} == {2}
    assert max(Counter(sent.key for who in crowd for sent in graph.sent(who)).values()) == 1


async def test_what_meta_posts_twice_is_answered_once(graph: Graph, set_up: Settings, make_session: Sessions) -> None:
    said = written("halo")
    async with running(set_up):
        assert await graph.says(said, twice=True) == [200, 200]
        await eventually(lambda: graph.sent(SARI))
    async with running(set_up):  # and once more after a restart, together with something new
        await graph.says(said, written("bantuan"))
        await eventually(lambda: len(graph.sent(SARI)) == 2)
    assert [row.state for row in kept(make_session)] == ["done", "done"]


class Hasty(Graph):
    """Its news of a message overtake its answer, which waits until it is let go; then it comes or it never does."""

    def __init__(self, answers: bool) -> None:
        super().__init__(now)
        self.answers, self.go = answers, asyncio.Event()

    async def _receive(self, http: web.Request) -> web.StreamResponse:
        answer = await super()._receive(http)
        if http.path.endswith("/messages") and any(self._chats.values()):
            [sent] = self.sent(SARI)
            self.happens(sent, "sent", "delivered")
            await self.tell(backwards=True)
            await self.go.wait()
            if not self.answers and http.transport:
                http.transport.abort()
        return answer


@pytest.mark.parametrize("answers", [True, False], ids=["the answer comes", "the answer is lost"])
async def test_news_that_overtake_the_answer_settle_the_message(
    database_url: str, make_session: Sessions, answers: bool
) -> None:
    async with Hasty(answers) as graph, running(settings(graph, database_url, free_port())):
        await graph.says(written("halo"))
        await eventually(lambda: [row.state for row in kept(make_session)] == ["done"] * 3)
        assert [row.state for row in rows(make_session)] == ["taken"]
        graph.go.set()
        await eventually(lambda: [row.state for row in rows(make_session)] == [DELIVERED])
        [row] = rows(make_session)
        [sent] = graph.sent(SARI)
        assert (row.provider_id, row.reason, row.category) == (sent.wamid, "", "utility")
        with make_session() as session:
            assert session.scalar(select(func.count()).select_from(Report)) == 0


async def test_later_news_move_the_message_up(graph: Graph, set_up: Settings, make_session: Sessions) -> None:
    async with running(set_up):
        await graph.says(written("halo"))
        await eventually(lambda: [row.state for row in rows(make_session)] == [SENT])
        graph.happens(graph.sent(SARI)[0], "sent", "delivered", "read")
        assert await graph.tell(backwards=True, twice=True) == [200, 200]
        await eventually(lambda: [row.state for row in rows(make_session)] == [READ])


async def test_what_meta_tells_of_templates_and_of_itself(
    graph: Graph, set_up: Settings, make_session: Sessions
) -> None:
    paused = posts.template_value(event="PAUSED", reason="NONE")
    news: list[tuple[str, dict[str, Any]]] = [
        ("message_template_status_update", paused),
        ("message_template_quality_update", posts.template_value(new_quality_score="RED")),
        ("account_update", {"event": "VERIFIED_ACCOUNT"}),
        ("phone_number_quality_update", {"event": "FLAGGED", "current_limit": "TIER_1K"}),
        ("nobody_knows_this", {"x": [1]}),
    ]
    async with running(set_up):
        for field, value in news:
            assert await graph.post(posts.post(posts.notice(field, value), at=int(now().timestamp()))) == 200
        await eventually(lambda: [row.state for row in kept(make_session)] == ["done", "done"])
    with make_session() as session:
        [state] = session.scalars(select(TemplateState))
    assert (state.name, state.status, state.quality) == ("asuh_pesan_edukasi", "PAUSED", "RED")


async def test_a_message_that_comes_days_late_opens_no_window(
    graph: Graph, set_up: Settings, make_session: Sessions
) -> None:
    approve(graph)
    late = written("halo", ago=timedelta(days=3))
    async with running(set_up):
        assert await graph.post(posts.post(posts.change([late], contacts=[posts.contact()]))) == 200
        await eventually(lambda: graph.sent(SARI))
        [announced] = graph.sent(SARI)
        assert announced.payload["type"] == "template"
        with make_session() as session:
            address = session.scalars(select(Address)).one()
            assert address.window_until is not None
            assert address.window_until < now() - timedelta(days=1)
        await graph.taps(SARI, "Baca")
        await eventually(lambda: len(graph.sent(SARI)) == 2)
    answer = graph.sent(SARI)[1]
    assert answer.payload["type"] != "template"
    assert answer.reached
    assert "Kota Kendari" in answer.text
