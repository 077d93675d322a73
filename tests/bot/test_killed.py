"""``asuh run`` is killed again and again while Pak Anwar reports a visit: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from db import migrate
from db.engine import Sessions, connect, sessions
from db.inbox import Received
from db.outbox import ALERT, PLANNED, TAKEN, Outgoing
from db.people import Address
from db.visits import Visit
from tests import people
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI, Sent

ANWAR = 881
ANSWERS = ("Tidak bertemu", "Rumah kosong", "Tidak perlu", "Kirim")  # a visit where nobody was at home
THANKS = "Laporan sudah masuk"
INTERRUPTED = "Tadi layanan sempat terputus"
KILLS = 4


@pytest.fixture
async def api() -> AsyncIterator[BotAPI]:
    async with BotAPI() as server:
        yield server


@pytest.fixture
def city(tmp_path: Path) -> Sessions:
    """Pak Anwar fosters Rafa and is linked to his chat."""
    engine = connect(f"sqlite:///{tmp_path}/asuh.sqlite")
    migrate.upgrade(engine)
    make_session = sessions(engine)
    with make_session.begin() as session:
        anwar = people.asn(session, reachable=False)
        rafa = people.child(session, people.family(session), born=people.TODAY - timedelta(days=430))
        people.fosters(session, anwar, rafa, people.TODAY - timedelta(days=40))
        people.visit(session, anwar, rafa, people.TODAY - timedelta(days=35), answers={"house": ["air"]})
        where = {"channel": "telegram", "address": str(ANWAR), "person_id": anwar.id}
        session.add(Address(**where, first_heard_at=people.NOW, last_heard_at=people.NOW))
    return make_session


class Silent(BotAPI):
    """It takes the first message, and the answer never comes."""

    def __init__(self) -> None:
        super().__init__()
        self.took = asyncio.Event()

    async def _receive(self, http: web.Request) -> web.Response:
        answer = await super()._receive(http)
        if http.match_info["method"] == "sendMessage" and not self.took.is_set():
            self.took.set()
            await asyncio.Event().wait()
        return answer


class Service:
    """``asuh run`` as a process of its own, which can be killed and started again."""

    def __init__(self, folder: Path, api: BotAPI) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        own = {"ASUH_TELEGRAM_TOKEN": TOKEN, "ASUH_TELEGRAM_API_URL": api.url, "ASUH_HTTP_PORT": str(port)}
        self.environment = {**os.environ, **own}
        self.folder, self.api = folder, api
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when it fetches updates; on a busy machine the imports alone may take a minute."""
        fetched = len(self.api.asked("getUpdates"))
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.cli.main",
                "run",
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        while len(self.api.asked("getUpdates")) == fetched:
            assert self.process.returncode is None, "it ended instead of starting"
            await asyncio.sleep(0.01)

    async def end(self, how: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(how)
        return await self.process.wait()


async def until(true: Callable[[], Any]) -> None:
    for _ in range(3000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def report(api: BotAPI) -> None:
    """Do as a person does: answer what is asked, and write "lanjut" when told that a reply may be missing."""
    api.push(updates.text(ANWAR, "lapor"))
    seen: set[tuple[int, str]] = set()
    for _ in range(30_000):  # the service is away most of this time: starting takes longer than answering
        for message in list(api.sent(ANWAR)):
            if (message.message_id, message.text) in seen:
                continue
            seen.add((message.message_id, message.text))
            if THANKS in message.text:
                return
            await asyncio.sleep(0.1)  # reading
            _react(api, message)
        await asyncio.sleep(0.01)
    raise AssertionError([message.text for message in api.sent(ANWAR)])


def _react(api: BotAPI, message: Sent) -> None:
    if INTERRUPTED in message.text:
        api.push(updates.text(ANWAR, "lanjut"))
    elif label := next((label for label in ANSWERS if label in message.buttons), None):
        api.push(updates.tap(ANWAR, message.token(label), message.message_id, message.text))


@pytest.mark.timeout(400)
async def test_a_report_survives_any_number_of_kills_and_nothing_is_said_twice(
    tmp_path: Path, api: BotAPI, city: Sessions
) -> None:
    chance = random.Random(20260304)
    service = Service(tmp_path, api)
    await service.start()
    reporting = asyncio.create_task(report(api))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0, 0.6))
        await service.end(signal.SIGKILL)
        await service.start()
    async with asyncio.timeout(60):
        await reporting
        while _waiting(city):  # noqa: ASYNC110 - of another process; the last kill may have left something
            await asyncio.sleep(0.05)
    assert await service.end(signal.SIGTERM) == 0

    with city() as session:
        received = session.scalars(select(Received)).all()
        assert {row.state for row in received} == {"done"}
        assert len(session.scalars(select(Visit).where(Visit.form != "kunjungan")).all()) <= 1
        reports = session.scalars(select(Visit).where(Visit.submitted_at > people.NOW)).all()
        assert [(one.met, one.answers["reason"]) for one in reports] == [(False, "kosong")]
        rows = session.scalars(select(Outgoing).where(Outgoing.address == str(ANWAR))).all()
    assert {row.state for row in rows} <= {"sent", "failed"}
    assert all(row.attempts == 1 for row in rows)
    # What he was sent, by its text, is never more than what was promised: no row went out twice.
    promised = Counter(_bare(row.message["text"]) for row in rows)
    heard = Counter(_bare(message.text) for message in api.sent(ANWAR) if not message.edits)
    assert not heard - promised


async def test_killed_while_a_reply_is_on_the_wire_it_asks_instead_of_repeating(tmp_path: Path, city: Sessions) -> None:
    async with Silent() as api:
        service = Service(tmp_path, api)
        await service.start()
        api.push(updates.text(ANWAR, "lapor"))
        async with asyncio.timeout(20):
            await api.took.wait()
        await service.end(signal.SIGKILL)
        await service.start()
        await until(lambda: len(api.sent(ANWAR)) > 1)
        assert await service.end(signal.SIGTERM) == 0
        question, apology = api.sent(ANWAR)
        assert "Tidak bertemu" in question.buttons
        assert INTERRUPTED in apology.text


async def test_stopping_finishes_what_is_in_hand(tmp_path: Path, api: BotAPI, city: Sessions) -> None:
    service = Service(tmp_path, api)
    await service.start()
    api.push(updates.text(ANWAR, "menu"))
    await until(lambda: api.sent(ANWAR))
    assert await service.end(signal.SIGTERM) == 0
    with city() as session:
        assert {row.state for row in session.scalars(select(Outgoing))} == {"sent"}
    said = (tmp_path / "log").read_text()
    assert "Anwar" not in said
    assert TOKEN not in said


def _waiting(city: Sessions) -> bool:
    """Whether an update is still to be handled, or an answer to be sent."""
    unsent = Outgoing.state.in_((PLANNED, TAKEN)), Outgoing.lane <= ALERT
    with city() as session:
        received = session.scalar(select(Received.id).where(Received.state == "waiting").limit(1))
        return received is not None or session.scalar(select(Outgoing.id).where(*unsent).limit(1)) is not None


def _bare(text: str) -> str:
    return text.replace("*", "").strip()
