from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.whatsapp.client import Client
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Graph


class Clock:
    """The time, which passes only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime.fromtimestamp(posts.AT, UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def graph(clock: Clock) -> AsyncIterator[Graph]:
    async with Graph(clock) as server:
        yield server


@pytest.fixture
async def client(graph: Graph) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(graph.token, graph.number, session, base_url=graph.url, media_hosts=())
