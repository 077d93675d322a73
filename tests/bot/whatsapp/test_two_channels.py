"""One person on Telegram and on WhatsApp: what was begun on one is finished on the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.settings import Settings
from db import outbox
from db.codes import hashed
from db.engine import Sessions
from db.outbox import Kind
from db.people import Address, Invitation
from db.roles import Role
from db.visits import Visit
from tests import people
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import BotAPI
from tests.bot.whatsapp.graph import Graph
from tests.bot.whatsapp.service import free_port, now, running, settings, written
from tests.waiting import eventually

CHAT, NUMBER, CODE = 882, "6281140001234", "KDR7-MX4Q"
TODAY = now().date()
THANKS = "Laporan sudah masuk"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def api() -> AsyncIterator[BotAPI]:
    async with BotAPI() as server:
        yield server


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    async with Graph(now) as server:
        yield server


@pytest.fixture
def set_up(graph: Graph, api: BotAPI, database_url: str, make_session: Sessions) -> Settings:
    """Pak Anwar fosters Rafa and has joined on Telegram; the register has his number."""
    with make_session.begin() as session:
        anwar = people.asn(session, reachable=False, phone=f"+{NUMBER}")
        rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=430))
        people.fosters(session, anwar, rafa, TODAY - timedelta(days=40))
        people.visit(session, anwar, rafa, TODAY - timedelta(days=35), answers={"house": ["air"]})
        address = people.address(session, anwar, "telegram", now())
        address.address = str(CHAT)
        session.add(
            Invitation(
                code_hash=hashed(CODE, people.SECRET), person_id=anwar.id, role=Role.ASN, created_at=now(),
                expires_at=now() + timedelta(days=1), used_by="",
            )
        )  # fmt: skip
    return settings(graph, database_url, free_port(), api)


class Telegram:
    """Pak Anwar's phone with Telegram on it."""

    channel = "telegram"

    def __init__(self, api: BotAPI) -> None:
        self.api = api

    def heard(self) -> list[str]:
        return [message.text for message in self.api.sent(CHAT)]

    async def says(self, said: str) -> None:
        self.api.push(updates.text(CHAT, said, at=int(now().timestamp())))

    async def taps(self, label: str) -> None:
        message = next(one for one in reversed(self.api.sent(CHAT)) if label in one.buttons)
        self.api.push(updates.tap(CHAT, message.token(label), message.message_id, message.text))


class WhatsApp:
    """And the one with WhatsApp."""

    channel = "whatsapp"

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def heard(self) -> list[str]:
        return self.graph.seen(NUMBER)

    async def says(self, said: str) -> None:
        await self.graph.says(written(said, NUMBER))

    async def taps(self, label: str) -> None:
        await self.graph.taps(NUMBER, label)


Phone = Telegram | WhatsApp


async def says(phone: Phone, said: str, answer: str) -> None:
    """Write it, and wait for one more answer with these words than there was."""
    before = _count(phone, answer)
    await phone.says(said)
    await eventually(lambda: _count(phone, answer) > before)


async def taps(phone: Phone, label: str, answer: str) -> None:
    before = _count(phone, answer)
    await phone.taps(label)
    await eventually(lambda: _count(phone, answer) > before)


def _count(phone: Phone, words: str) -> int:
    return sum(words in text for text in phone.heard())


@pytest.mark.parametrize("begins", ["telegram", "whatsapp"])
async def test_a_report_begun_on_one_channel_is_finished_on_the_other(
    graph: Graph, api: BotAPI, set_up: Settings, make_session: Sessions, begins: str
) -> None:
    telegram, whatsapp = Telegram(api), WhatsApp(graph)
    first, second = (telegram, whatsapp) if begins == "telegram" else (whatsapp, telegram)
    async with running(set_up):
        # Meta vouches for his number on WhatsApp; that it is he, he says himself on Telegram.
        await says(whatsapp, "halo", "Kota Kendari")
        await taps(whatsapp, "Pakai nomor HP saya", "belum bisa kami cocokkan")
        await eventually(lambda: _count(telegram, "Itu Bapak sendiri?") == 1)
        await taps(telegram, "Ya, itu saya", "terhubung juga")
        await eventually(lambda: _count(whatsapp, "sudah dipastikan") == 1)

        await says(first, "lapor", "Siapa yang ditemui")
        await taps(first, "Tidak bertemu", "Mengapa tidak bertemu")
        await says(second, "lanjut", "Mengapa tidak bertemu")
        await taps(second, "Rumah kosong", "Perlu bantuan siapa")
        await says(first, "lanjut", "Perlu bantuan siapa")
        await taps(first, "Tidak perlu", "Periksa dulu")
        await says(second, "lanjut", "Rumah kosong")
        await taps(second, "Kirim", THANKS)
        await taps(first, "Kirim", "sudah dikirim")  # the same report, still on the other phone
    with make_session() as session:
        told = session.scalars(select(Visit).where(Visit.submitted_at > now() - timedelta(hours=1))).all()
        assert [(one.met, one.answers["reason"], one.channel) for one in told] == [(False, "kosong", second.channel)]
        assert {row.person_id for row in session.scalars(select(Address))} == {told[0].asn_id}


async def test_what_comes_unasked_comes_once_where_he_wrote_last(
    graph: Graph, api: BotAPI, set_up: Settings, make_session: Sessions
) -> None:
    telegram, whatsapp = Telegram(api), WhatsApp(graph)
    async with running(set_up):
        await says(whatsapp, f"mulai {CODE}", "Selamat datang")
        for number, phone in enumerate((whatsapp, telegram)):
            await says(phone, "bantuan", "tulis salah satu kata ini")
            with make_session.begin() as session:
                heard = session.scalars(select(Address).where(Address.channel == phone.channel)).one()
                anwar, heard.last_heard_at = heard.person_id, now()  # channels count in whole seconds
                assert anwar
                words = {"text": f"Kabar {number}"}
                outbox.to_person(session, anwar, Kind.REFERRAL, f"referral:{number}", words, now(), lane=outbox.ALERT)
            await eventually(lambda: _count(phone, f"Kabar {number}") == 1)  # noqa: B023
    assert _count(telegram, "Kabar") == _count(whatsapp, "Kabar") == 1


async def test_a_telegram_token_that_is_refused_does_not_silence_whatsapp(
    graph: Graph, api: BotAPI, set_up: Settings
) -> None:
    api.revoked = True
    whatsapp, telegram = WhatsApp(graph), Telegram(api)
    async with running(set_up):
        await says(whatsapp, f"mulai {CODE}", "Selamat datang")
        api.revoked = False  # a new token, or Telegram's mistake mended: nobody restarts anything
        await says(telegram, "bantuan", "tulis salah satu kata ini")
