"""The whole service in this process, over real HTTP to a Bot API server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.app import build, now
from bot.settings import Settings, SettingsError
from db import outbox
from db.engine import Sessions
from db.inbox import Received
from db.outbox import ALERT
from drawing import lesson_pictures
from flow.message import Message
from tests import people
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI
from tests.drawing.test_lesson_pictures import FACTS
from tests.rows import outgoing
from tests.waiting import eventually, patiently

SARI, ANWAR = 881, 882


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def api() -> AsyncIterator[BotAPI]:
    async with BotAPI() as server:
        yield server


@pytest.fixture
def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def settings(api: BotAPI, database_url: str, port: int, **more: Any) -> Settings:
    known: dict[str, Any] = {"database_url": database_url, "telegram_token": TOKEN, "telegram_api_url": api.url}
    return Settings(_env_file=None, http_port=port, **(known | more))  # pyright: ignore


@asynccontextmanager
async def running(set_up: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(build(set_up).run(stop))
        yield
        stop.set()


async def test_bu_sari_writes_and_is_answered(api: BotAPI, database_url: str, free_port: int) -> None:
    async with running(settings(api, database_url, free_port)):
        api.push(updates.text(SARI, "halo"))
        await eventually(lambda: api.sent(SARI))
        tap = api.push(updates.tap(SARI, "menu:home"))
        await eventually(lambda: tap["callback_query"]["id"] in api.answered)
        await eventually(lambda: len(api.sent(SARI)) > 1)


async def test_by_webhook_only_whoever_knows_the_secret_is_heard(
    api: BotAPI, database_url: str, free_port: int
) -> None:
    url = f"http://127.0.0.1:{free_port}"
    hook = {"telegram_webhook_url": url, "telegram_webhook_secret": "rahasia-kota_1"}
    async with running(settings(api, database_url, free_port, **hook)):
        await eventually(lambda: api.webhook)
        assert await api.deliver(updates.text(SARI, "halo")) == 200
        await eventually(lambda: api.sent(SARI))
        assert api.webhook
        assert api.webhook["url"] == f"{url}/webhook/telegram"
        api.webhook["secret_token"] = "salah"
        assert await api.deliver(updates.text(ANWAR, "halo")) == 403
        async with aiohttp.ClientSession() as http, http.get(f"{url}/healthz") as answer:
            assert answer.status == 200
            assert (await answer.json())["waiting"] == 0
    assert not api.sent(ANWAR)


async def test_what_came_while_the_service_was_away_is_answered_once_it_is_back(
    api: BotAPI, database_url: str, free_port: int, make_session: Sessions
) -> None:
    set_up = settings(api, database_url, free_port)
    async with running(set_up):
        api.push(updates.text(SARI, "halo"))
        await eventually(lambda: api.sent(SARI))
    api.push(updates.text(ANWAR, "halo"))
    async with running(set_up):
        await eventually(lambda: api.sent(ANWAR))
    assert len(api.sent(SARI)) == len(api.sent(ANWAR)) == 1
    with make_session() as session:
        assert {row.state for row in session.scalars(select(Received))} == {"done"}


async def test_a_lesson_brings_its_picture_and_none_comes_about_a_child_that_has_left(
    api: BotAPI, database_url: str, free_port: int, make_session: Sessions
) -> None:
    set_up = settings(api, database_url, free_port)
    today = replace(FACTS, today=now().date())  # older files are cleared away when the service starts
    picture = lesson_pictures.attachment(people.city(set_up.files), "oralit", today)
    with make_session.begin() as session:
        home = people.family(session)
        gone, rafa = people.child(session, home, "Rafi", state="lewat umur"), people.child(session, home)
        sari = people.carer(session, home).person_id
        for child in (gone, rafa):
            lesson = Message(child.name, attachment=picture).to_json()
            key = f"lesson:{sari}:bayi-7-bulan-telur:{child.id}"
            # As an alert, which the wall clock's quiet hours do not hold back.
            outbox.promise(session, [outgoing(key, "telegram", str(SARI), lesson, now(), lane=ALERT)])
    async with running(set_up):
        await eventually(lambda: api.sent(SARI))
    [sent] = api.sent(SARI)
    assert sent.text == "Rafa Pratama"
    assert sent.file is not None
    assert sent.file[1] == lesson_pictures.png("oralit", today)


async def test_a_refused_token_ends_the_service_with_a_sentence(api: BotAPI, database_url: str, free_port: int):
    api.revoked = True
    with pytest.raises(SettingsError, match="ASUH_TELEGRAM_TOKEN ditolak Telegram"):
        async with patiently():
            await build(settings(api, database_url, free_port)).run()


async def test_a_token_revoked_while_we_run_is_waited_for_and_shown(api: BotAPI, database_url: str, free_port: int):
    health = f"http://127.0.0.1:{free_port}/healthz"
    async with running(settings(api, database_url, free_port)), aiohttp.ClientSession() as http:
        api.push(updates.text(SARI, "halo"))
        await eventually(lambda: api.sent(SARI))
        api.revoked = True
        api.push(updates.text(SARI, "menu"))  # ends the poll that is being held open

        async def until_refused(names: list[str]) -> None:
            async with patiently():
                while True:
                    async with http.get(health) as answer:
                        if (await answer.json())["token_refused"] == names:
                            return
                    await asyncio.sleep(0.02)

        await until_refused(["telegram"])
        api.revoked = False
        await until_refused([])
        before = len(api.sent(SARI))
        api.push(updates.text(SARI, "menu"))
        await eventually(lambda: len(api.sent(SARI)) > before)


async def test_without_a_token_nothing_starts(api: BotAPI, database_url: str, free_port: int) -> None:
    set_up = settings(api, database_url, free_port).model_copy(update={"telegram_token": None})
    with pytest.raises(SettingsError, match="BotFather"):
        build(set_up)


async def test_a_database_without_tables_is_named_before_anything_starts(
    api: BotAPI, tmp_path: Path, free_port: int
) -> None:
    with pytest.raises(SettingsError, match="asuh migrate"):
        await build(settings(api, f"sqlite:///{tmp_path}/new.sqlite", free_port)).run()
    assert not api.requests


@pytest.mark.parametrize(("key", "said"), [("ab" * 32, "bukan kunci basis data ini"), (None, "tidak ada")])
async def test_a_key_that_is_another_or_missing_is_named_and_none_is_made(
    api: BotAPI, database_url: str, free_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    key: str | None, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASUH_SECRET_KEY")
    set_up = settings(api, database_url, free_port, secret_key=key)
    with pytest.raises(SettingsError, match=said):
        await build(set_up).run()
    assert not api.requests
    assert not (tmp_path / "asuh-secret.key").exists()


async def test_a_second_service_on_the_same_address_ends_before_it_touches_anything(
    api: BotAPI, database_url: str
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        free.listen()
        with pytest.raises(SettingsError, match="ASUH_HTTP_PORT"):
            await build(settings(api, database_url, free.getsockname()[1])).run()
    assert not api.requests
