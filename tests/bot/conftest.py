from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot.telegram.botapi import BotAPI


@pytest.fixture
def served_api() -> Iterator[BotAPI]:
    """A Bot API server in a thread, for code that brings an event loop of its own."""
    started, held = threading.Event(), list[Any]()

    async def serve() -> None:
        stop = asyncio.Event()
        async with BotAPI() as server:
            held[:] = [server, asyncio.get_running_loop(), stop]
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(10)
    server, loop, stop = held
    yield server
    loop.call_soon_threadsafe(stop.set)
    thread.join()
