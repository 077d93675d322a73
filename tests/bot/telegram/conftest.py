from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.bot.telegram.botapi import BotAPI

if TYPE_CHECKING:
    from bot.telegram.client import Client


@pytest.fixture
async def api() -> AsyncIterator[BotAPI]:
    async with BotAPI() as server:
        yield server


@pytest.fixture
async def client(api: BotAPI) -> AsyncIterator[Client]:
    from bot.telegram.client import Client  # most tests need no aiogram, which takes seconds

    async with aiohttp.ClientSession() as session:
        yield Client(api.token, api.url, session)
