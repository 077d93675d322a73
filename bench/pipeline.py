"""From an update to its reply over HTTP: uv run python -m bench.pipeline [MESSAGES]

A Bot API server of our own here, the service in a process of its own (SQLite, long polling, no rate limits), and for
comparison a bare aiohttp loop that keeps nothing and echoes. Prints messages a second when all write at once, and the
median time to a reply when one writes after the other.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp

from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI, Request

ROOT = Path(__file__).parent.parent
AT_ONCE = 25


class Server(BotAPI):
    """A Bot API server that signals when something was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: asyncio.Queue[None] = asyncio.Queue()

    def _send(self, request: Request) -> dict[str, Any]:
        self.heard.put_nowait(None)
        return super()._send(request)


async def echo(url: str) -> None:
    """Run a bot that only polls and echoes, for comparison."""
    room, offset = asyncio.Semaphore(AT_ONCE), 0
    async with aiohttp.ClientSession() as http, asyncio.TaskGroup() as group:

        async def call(method: str, payload: dict[str, Any]) -> Any:
            async with http.post(f"{url}/bot{TOKEN}/{method}", json=payload) as answer:
                return (await answer.json())["result"]

        async def reply(update: dict[str, Any]) -> None:
            async with room:
                said = update["message"]
                await call("sendMessage", {"chat_id": said["chat"]["id"], "text": said["text"]})

        while True:
            for update in await call("getUpdates", {"offset": offset, "limit": 100, "timeout": 50}):
                offset = update["update_id"] + 1
                group.create_task(reply(update))


async def service(url: str) -> None:
    from bot import app, channel_setup, city_folder, log
    from bot.settings import Settings
    from db import migrate
    from delivery.rate_limit import FREELY

    log.set_up("ERROR")
    settings = Settings.model_validate({"telegram_token": TOKEN, "telegram_api_url": url, "http_port": 18099})
    migrate.upgrade(city_folder.database(settings))
    channel_setup.TELEGRAM_RATES = FREELY
    await app.build(settings).run()


async def measure(kind: str, count: int) -> tuple[float, float]:
    """Messages a second, and the median seconds to a reply."""
    async with Server() as server:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            command = [sys.executable, "-m", "bench.pipeline", kind, server.url]
            process = subprocess.Popen(command, cwd=folder, env=environment)  # noqa: ASYNC220, S603
            try:
                await _answered(server, range(1, 21))  # warm
                latencies = [await _answered(server, [1000 + n]) for n in range(50)]
                took = await _answered(server, range(10_000, 10_000 + count))
            finally:
                process.terminate()
                process.wait()
    return count / took, statistics.median(latencies)


async def _answered(server: Server, people: Any) -> float:
    """Seconds until everyone who wrote has a reply."""
    begun = perf_counter()
    for person in people:
        server.push(updates.text(person, "halo"))
    for _ in people:
        await server.heard.get()
    return perf_counter() - begun


def main() -> None:
    match sys.argv[1:]:
        case ["echo", url]:
            asyncio.run(echo(url))
        case ["service", url]:
            asyncio.run(service(url))
        case given:
            count = int(given[0]) if given else 500
            bare, bare_latency = asyncio.run(measure("echo", count))
            ours, our_latency = asyncio.run(measure("service", count))
            print(f"bare echo  {bare:8.0f} messages/s   median {bare_latency * 1000:6.1f} ms")
            print(f"asuh run   {ours:8.0f} messages/s   median {our_latency * 1000:6.1f} ms")
            print(f"ratio      {ours / bare:8.2f}              {our_latency / bare_latency:9.1f}")


if __name__ == "__main__":
    main()
