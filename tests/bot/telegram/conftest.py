from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.telegram.client import Client
from tests.bot.telegram.botapi import BotAPI


@pytest.fixture
async def api() -> AsyncIterator[BotAPI]:
    async with BotAPI() as server:
        yield server


@pytest.fixture
async def client(api: BotAPI) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(api.token, api.url, session)
