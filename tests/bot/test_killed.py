"""``asuh run`` is killed again and again while Pak Anwar reports a visit: nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import select

from db.engine import Sessions, connect, sessions
from db.inbox import Received
from db.outbox import ALERT, PLANNED, TAKEN, Outgoing
from db.people import Address
from db.visits import Visit
from tests import people
from tests.bot.conftest import Launch
from tests.bot.process import Service
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI, Sent
from tests.bot.whatsapp.service import free_port
from tests.waiting import eventually, patiently

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
def city(tmp_path: Path, sqlite_template: Path) -> Sessions:
    """Pak Anwar fosters Rafa and is linked to his chat."""
    (file := tmp_path / "asuh.sqlite").write_bytes(sqlite_template.read_bytes())
    engine = connect(f"sqlite:///{file}")
    make_session = sessions(engine)
    with make_session.begin() as session:
        anwar = people.asn(session, reachable=False)
        rafa = people.child(session, people.family(session), born=people.TODAY - timedelta(days=430))
        people.fosters(session, anwar, rafa, people.TODAY - timedelta(days=40))
        people.visit(session, anwar, rafa, people.TODAY - timedelta(days=35), answers={"house": ["air"]})
        where = {"channel": "telegram", "address": str(ANWAR), "person_id": anwar.id}
        session.add(Address(**where, first_heard_at=people.NOW, last_heard_at=datetime.now(UTC)))
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


Start = Callable[[BotAPI], Awaitable[Service]]


@pytest.fixture
def start(launch: Launch) -> Start:
    """``await start(api)``: the service, which fetches its updates from this server."""

    async def start(api: BotAPI) -> Service:
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "HTTP_PORT": str(free_port())}
        service = launch(settings)
        await started(service, api)
        return service

    return start


async def started(service: Service, api: BotAPI) -> None:
    """Start it, and return when it fetches updates."""
    fetched = len(api.asked("getUpdates"))
    await service.start()
    async with patiently(3):
        while len(api.asked("getUpdates")) == fetched:
            assert not service.ended, "it ended instead of starting"
            await asyncio.sleep(0.01)


async def report(api: BotAPI) -> None:
    """Do as a person does: answer what is asked, and write "lanjut" when told that a reply may be missing."""
    api.push(updates.text(ANWAR, "lapor"))
    seen: set[tuple[int, str]] = set()
    while True:  # whoever awaits this has the patience
        for message in list(api.sent(ANWAR)):
            if (message.message_id, message.text) in seen:
                continue
            seen.add((message.message_id, message.text))
            if THANKS in message.text:
                return
            await asyncio.sleep(0.1)  # reading
            _react(api, message)
        await asyncio.sleep(0.01)


def _react(api: BotAPI, message: Sent) -> None:
    if INTERRUPTED in message.text:
        api.push(updates.text(ANWAR, "lanjut"))
    elif label := next((label for label in ANSWERS if label in message.buttons), None):
        api.push(updates.tap(ANWAR, message.token(label), message.message_id, message.text))


@pytest.mark.timeout(900)
async def test_a_report_survives_any_number_of_kills_and_nothing_is_said_twice(
    start: Start, api: BotAPI, city: Sessions
) -> None:
    chance = random.Random(20260304)
    service = await start(api)
    reporting = asyncio.create_task(report(api))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0, 0.6))
        await service.end(signal.SIGKILL)
        await started(service, api)
    async with patiently(5):
        await reporting
        while api.pending or _waiting(city):  # noqa: ASYNC110 - of another process; the last kill may have left something
            await asyncio.sleep(0.05)
    assert await service.end(signal.SIGTERM) == 0

    with city() as session:
        received = session.scalars(select(Received)).all()
        assert {row.state for row in received} == {"done"}
        assert len(session.scalars(select(Visit).where(Visit.form != "kunjungan")).all()) <= 1
        reports = session.scalars(select(Visit).where(Visit.submitted_at > people.NOW)).all()
        assert [(one.met, one.answers["reason"]) for one in reports] == [(False, "kosong")]
        rows = session.scalars(select(Outgoing).where(Outgoing.address == str(ANWAR))).all()
    replies = [row for row in rows if row.kind == "reply"]  # by day the clock may remind him too
    assert {row.state for row in replies} <= {"sent", "failed"}
    assert all(row.attempts == 1 for row in replies)
    # What he was sent, by its text, is never more than what was promised: no row went out twice.
    promised = Counter(_bare(row.message["text"]) for row in rows)
    heard = Counter(_bare(message.text) for message in api.sent(ANWAR) if not message.edits)
    assert not heard - promised


async def test_killed_while_a_reply_is_being_sent_it_asks_instead_of_repeating(start: Start, city: Sessions) -> None:
    async with Silent() as api:
        service = await start(api)
        api.push(updates.text(ANWAR, "lapor"))
        async with patiently():
            await api.took.wait()
        await service.end(signal.SIGKILL)
        await started(service, api)
        await eventually(lambda: len(api.sent(ANWAR)) > 1)
        assert await service.end(signal.SIGTERM) == 0
        question, apology = api.sent(ANWAR)
        assert "Tidak bertemu" in question.buttons
        assert INTERRUPTED in apology.text


async def test_stopping_finishes_what_is_in_hand(start: Start, tmp_path: Path, api: BotAPI, city: Sessions) -> None:
    service = await start(api)
    api.push(updates.text(ANWAR, "menu"))
    await eventually(lambda: api.sent(ANWAR))
    assert await service.end(signal.SIGTERM) == 0
    with city() as session:
        replies = session.scalars(select(Outgoing).where(Outgoing.kind == "reply"))
        assert {str(row.state) for row in replies} == {"sent"}
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
