"""``asuh run`` is killed while Pak Anwar reports on WhatsApp: nothing is lost, and nothing is said twice."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from db.engine import Sessions, connect, sessions
from db.inbox import Received
from db.outbox import DELIVERED, SENT, TAKEN, Outgoing
from db.people import WINDOW
from db.visits import Visit
from delivery.statuses import AWAITED
from tests import people
from tests.bot.conftest import Launch
from tests.bot.whatsapp.graph import Graph, Sent
from tests.bot.whatsapp.service import VERIFY, free_port, now, written
from tests.waiting import eventually, patiently

ANWAR = "6281140001234"
ANSWERS = ("Tidak bertemu", "Rumah kosong", "Tidak perlu", "Kirim")  # a visit where nobody was at home
THANKS = "Laporan sudah masuk"
KILLS = 2


class Meta(Graph):
    """It posts again until it is answered with 200, and tells of each message what became of it. With ``silent`` it
    takes the first message, and its answer never comes."""

    def __init__(self, silent: bool = False) -> None:
        super().__init__(now)
        self.silent, self.took = silent, asyncio.Event()

    async def post(self, body: Any, secret: str | None = None, signature: str | None = None) -> int:
        while True:
            try:
                if await super().post(body, secret, signature) == 200:
                    return 200
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)

    async def _receive(self, http: web.Request) -> web.StreamResponse:
        known = len(self.sent(ANWAR))
        answer = await super()._receive(http)
        for sent in self.sent(ANWAR)[known:]:
            self.happens(sent, "sent", "delivered")
        if self.silent and self.sent(ANWAR) and not self.took.is_set():
            self.took.set()
            await asyncio.Event().wait()
        return answer


def settings(meta: Meta) -> dict[str, str]:
    """Settings for this server, whose webhook is the service's from now on."""
    port = free_port()
    meta.webhook = f"http://127.0.0.1:{port}/webhook/whatsapp"
    return {
        "HTTP_PORT": str(port),
        "WHATSAPP_TOKEN": meta.token,
        "WHATSAPP_PHONE_NUMBER_ID": meta.number,
        "WHATSAPP_APP_SECRET": meta.secret,
        "WHATSAPP_VERIFY_TOKEN": VERIFY,
        "WHATSAPP_API_URL": meta.url,
    }


@pytest.fixture
async def meta() -> AsyncIterator[Meta]:
    async with Meta() as server:
        yield server


@pytest.fixture
def city(tmp_path: Path, sqlite_template: Path) -> Sessions:
    """Pak Anwar fosters Rafa and is known by his number."""
    (file := tmp_path / "asuh.sqlite").write_bytes(sqlite_template.read_bytes())
    engine = connect(f"sqlite:///{file}")
    make_session = sessions(engine)
    today = now().date()
    with make_session.begin() as session:
        anwar = people.asn(session, reachable=False)
        rafa = people.child(session, people.family(session), born=today - timedelta(days=430))
        people.fosters(session, anwar, rafa, today - timedelta(days=40))
        people.visit(session, anwar, rafa, today - timedelta(days=35), answers={"house": ["air"]})
        address = people.address(session, anwar, "whatsapp", now())
        address.address, address.window_until = ANWAR, now() + WINDOW
    return make_session


async def report(meta: Meta) -> None:
    """Do as a person does: answer what is asked, and write "lanjut" where an answer does not come."""
    await meta.says(written("lapor", ANWAR), twice=True)
    answered, patience = 0, 0
    while True:
        await asyncio.sleep(0.05)
        patience += 1
        said = meta.sent(ANWAR)
        if any(THANKS in one.text for one in said):
            return
        if len(said) > answered:
            answered, patience = len(said), 0
            await react(meta, said[-1])
        elif patience > 100:  # five seconds
            patience = 0
            await meta.says(written("lanjut", ANWAR))


async def react(meta: Meta, message: Sent) -> None:
    if label := next((label for label in ANSWERS if label in message.buttons), None):
        await meta.taps(ANWAR, label)


def rows(make_session: Sessions) -> list[Outgoing]:
    with make_session() as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.kind == "reply").order_by(Outgoing.id)))


def received(make_session: Sessions) -> list[Received]:
    with make_session() as session:
        return list(session.scalars(select(Received)))


@pytest.mark.timeout(900)
async def test_a_report_survives_any_number_of_kills(launch: Launch, meta: Meta, city: Sessions) -> None:
    chance = random.Random(20260304)
    service = launch(settings(meta))
    await service.start()
    reporting = asyncio.create_task(report(meta))
    for number in range(1, KILLS + 1):  # each time somewhere around another answer
        await eventually(lambda: len(meta.sent(ANWAR)) >= number or reporting.done())  # noqa: B023
        await asyncio.sleep(chance.uniform(0, 0.3))
        await service.end(signal.SIGKILL)
        await service.start()
    async with patiently(5):
        await reporting
    await meta.tell(twice=True)
    await eventually(lambda: {row.state for row in received(city)} == {"done"})
    await eventually(lambda: TAKEN not in {row.state for row in rows(city)})
    assert await service.end(signal.SIGTERM) == 0

    with city() as session:
        [told] = session.scalars(select(Visit).where(Visit.submitted_at > now() - timedelta(hours=1)))
        assert (told.met, told.answers["reason"]) == (False, "kosong")
    heard = Counter(sent.key for sent in meta.sent(ANWAR))
    assert max(heard.values()) == 1
    for row in rows(city):
        unsure = (row.state, row.reason) == (SENT, AWAITED)  # of these alone Meta has no news: it never had them
        assert row.attempts == 1
        assert row.state == DELIVERED or unsure
        assert (row.key in heard) is not unsure


async def test_killed_between_our_message_and_metas_answer_its_news_settle_it(launch: Launch, city: Sessions) -> None:
    async with Meta(silent=True) as meta:
        service = launch(settings(meta))
        await service.start()
        posting = asyncio.create_task(meta.says(written("lapor", ANWAR)))
        async with patiently():
            await meta.took.wait()
        await service.end(signal.SIGKILL)
        assert [row.state for row in rows(city)] == [TAKEN]
        await service.start()
        await posting
        await eventually(lambda: [row.reason for row in rows(city)] == [AWAITED])
        assert await meta.tell() == [200]
        await eventually(lambda: [row.state for row in rows(city)] == [DELIVERED])
        assert await service.end(signal.SIGTERM) == 0
        assert len(meta.sent(ANWAR)) == 1
        assert "Siapa yang ditemui" in meta.sent(ANWAR)[0].text
