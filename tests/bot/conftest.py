from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import people
from tests.bot.process import Service
from tests.bot.telegram.botapi import BotAPI
from tests.waiting import PATIENCE

Launch = Callable[[Mapping[str, str]], Service]


@pytest.fixture(autouse=True)
def the_key_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The databases of the tests know this key (``tests.conftest``); a service does not run without it."""
    monkeypatch.setenv("ASUH_SECRET_KEY", people.SECRET.hex())


@pytest.fixture
async def launch(tmp_path: Path) -> AsyncIterator[Launch]:
    """``launch(settings)``: an ``asuh run`` to start in the test's folder. None of them outlives the test."""
    made: list[Service] = []

    def launch(settings: Mapping[str, str]) -> Service:
        made.append(Service(tmp_path, settings))
        return made[-1]

    yield launch
    for service in made:
        if not service.ended:
            await service.end(signal.SIGKILL)


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
    assert started.wait(PATIENCE)
    server, loop, stop = held
    yield server
    loop.call_soon_threadsafe(stop.set)
    thread.join()
