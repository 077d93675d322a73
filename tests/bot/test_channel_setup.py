"""The doors of the channels: what comes in is kept first, and what nobody waits for never spoils that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot import channel_setup
from bot.channel_setup import UpdateReceiver
from bot.intake import Worker
from bot.settings import Settings
from bot.telegram.channel import Telegram
from db.engine import Sessions
from db.inbox import Received
from delivery.rate_limit import Rates
from tests import people
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN
from tests.people import NOW


class NoWire:
    """Nothing is sent in these tests."""

    async def call(self, method: str, payload: Mapping[str, Any], file: Any = None) -> Any:
        raise AssertionError(method)


def now() -> datetime:
    return NOW


@pytest.fixture
def telegram(tmp_path: Path) -> Telegram:
    return Telegram(NoWire(), tmp_path, now)


@pytest.fixture
def worker(make_session: Sessions, telegram: Telegram) -> Worker:
    return Worker(make_session, {"telegram": telegram}, now, people.city(), lambda: None)


def kept(sessions: Sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Received)) or 0


async def test_it_is_kept_before_anything_else_happens_and_a_failure_there_harms_nothing(
    worker: Worker, telegram: Telegram, make_session: Sessions
) -> None:
    found: list[int] = []

    async def stumble(update: dict[str, Any]) -> None:
        found.append(kept(make_session))
        raise RuntimeError("words of somebody")

    await UpdateReceiver(worker, telegram, stumble).keep([updates.text(881, "halo"), updates.text(882, "halo")])
    await asyncio.sleep(0)
    assert found == [2, 2]


async def test_what_was_not_kept_is_neither_confirmed_nor_acknowledged(telegram: Telegram, make_session: Sessions):
    class Broken(Worker):
        async def keep(self, channel: Any, updates: Any) -> None:
            raise OSError("disk")

    async def never(update: dict[str, Any]) -> None:
        raise AssertionError

    broken = Broken(make_session, {"telegram": telegram}, now, people.city(), lambda: None)
    with pytest.raises(OSError, match="disk"):
        await UpdateReceiver(broken, telegram, never).keep([updates.text(881, "halo")])


async def test_each_channel_has_its_routes(make_session: Sessions, worker: Worker) -> None:
    set_up = Settings(
        _env_file=None,  # pyright: ignore
        telegram_webhook_url="https://asuh.example.go.id",
        telegram_webhook_secret="rahasia-kota_1",  # pyright: ignore
        whatsapp_token="EAAJB-secret-of-the-system-user",  # pyright: ignore
        whatsapp_phone_number_id="106540352242922",
        whatsapp_app_secret="app-secret-0123456789abcdef",  # pyright: ignore
        whatsapp_verify_token="kendari-verifikasi-1",  # pyright: ignore
    )
    async with aiohttp.ClientSession() as http:
        both = (
            channel_setup.telegram(set_up, TOKEN, http, people.city(), now),
            channel_setup.whatsapp(set_up, http, people.city(), make_session, None, now),  # pyright: ignore
        )
        by_polling = set_up.model_copy(update={"telegram_webhook_url": ""})
        assert not channel_setup.telegram(by_polling, TOKEN, http, people.city(), now).routes(worker)
    found = [(route.method, route.path) for setup in both for route in setup.routes(worker)]
    assert found == [
        ("POST", "/webhook/telegram"), ("GET", "/webhook/whatsapp"), ("POST", "/webhook/whatsapp"),
    ]  # fmt: skip
    assert [setup.listen is None for setup in both] == [False, True]


def fits(rates: Rates, most: int, seconds: float) -> bool:
    """Whether one address is never sent more than that in any so many seconds."""
    return rates.address.burst + rates.address.per_second * seconds <= most


def test_nobody_is_sent_more_at_any_time_than_the_channel_lets_one_person_have() -> None:
    assert fits(channel_setup.WHATSAPP_RATES, 45, 45 * 6)  # Cloud API: one in six seconds, 45 of them at once
    assert channel_setup.WHATSAPP_RATES.overall.per_second + channel_setup.WHATSAPP_RATES.overall.burst < 80  # a second
    assert channel_setup.TELEGRAM_RATES.overall.per_second <= 30
