"""Messages sent to a local Bot API server a second: uv run python -m bench.sends [MESSAGES]

A server that only answers, in a process of its own, and in this one the ways to send, in turns, 25 calls at a time: a
bare aiohttp loop, the service's own client, and aiogram's typed method with its typed result.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter, process_time
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import SendMessage
from aiohttp import web

from bot.telegram.client import Client
from bot.telegram.render import calls
from flow.message import Message, Option
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN

AT_ONCE, ROUNDS = 25, 7
SAID = Message("*Halo, Bu Sari.* Sudah waktunya menimbang Rafa.", (Option("y", "Ya"), Option("n", "Tidak")))
PAYLOAD = calls("881", SAID)[0].payload

Way = Callable[[], Awaitable[Any]]


async def serve() -> None:
    """Answer every call with the same Message; the port is printed."""
    sent = {"message_id": 1, "from": updates.BOT, "chat": updates.chat(881), "date": updates.AT, "text": SAID.text}
    answer = {"ok": True, "result": {**sent, "reply_markup": PAYLOAD["reply_markup"]}}

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response(answer)

    app = web.Application()
    app.router.add_post("/{path:.+}", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


async def measure(url: str, count: int) -> None:
    typed = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    async with aiohttp.ClientSession() as http, typed:
        client = Client(TOKEN, url, http)

        async def bare() -> Any:
            async with http.post(f"{url}/bot{TOKEN}/sendMessage", json=PAYLOAD) as answer:
                return (await answer.json())["result"]

        ways: dict[str, Way] = {
            "bare aiohttp": bare,
            "bot.telegram.client": lambda: client.call("sendMessage", PAYLOAD),
            "aiogram, typed": lambda: typed(SendMessage(**PAYLOAD)),
        }
        rates: dict[str, list[float]] = {name: [] for name in ways}
        costs: dict[str, list[float]] = {name: [] for name in ways}
        for way in ways.values():
            await _send(way, 50)
        for _ in range(ROUNDS):
            for name, way in ways.items():
                begun, busy = perf_counter(), process_time()
                await _send(way, count)
                rates[name].append(count / (perf_counter() - begun))
                costs[name].append((process_time() - busy) / count * 1e6)
    for name in ways:
        rate, cost = statistics.median(rates[name]), statistics.median(costs[name])
        print(f"{name:20} {rate:8.0f} sends/s   {cost:6.0f} microseconds of CPU each")


async def _send(way: Way, count: int) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with room:
            await way()

    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(one())


def main() -> None:
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
        return
    count = int(sys.argv[1]) if sys.argv[1:] else 1500
    server = subprocess.Popen([sys.executable, "-m", "bench.sends", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        asyncio.run(measure(f"http://127.0.0.1:{int(server.stdout.readline())}", count))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
