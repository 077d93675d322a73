"""The whole service in this process, with a Graph server as Meta and, where wanted, a Bot API server beside it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import build
from bot.settings import Settings
from content import notices
from tests.bot.telegram.botapi import TOKEN, BotAPI
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Graph, Template
from tests.waiting import eventually

VERIFY = "kendari-verifikasi-1"


def now() -> datetime:
    return datetime.now(UTC)


def written(said: str, who: str = posts.SARI, ago: timedelta = timedelta()) -> dict[str, Any]:
    """Words somebody wrote so long ago."""
    return dated(posts.text(said, who), ago)


def dated(message: dict[str, Any], ago: timedelta = timedelta()) -> dict[str, Any]:
    """The message as if it had been sent so long ago."""
    return {**message, "timestamp": str(int((now() - ago).timestamp()))}


def settings(graph: Graph, database_url: str, port: int, api: BotAPI | None = None) -> Settings:
    """Settings for the Graph server, whose webhook is the service's from now on."""
    graph.webhook = f"http://127.0.0.1:{port}/webhook/whatsapp"
    known: dict[str, Any] = {
        "database_url": database_url,
        "http_port": port,
        "whatsapp_token": graph.token,
        "whatsapp_phone_number_id": graph.number,
        "whatsapp_app_secret": f"{graph.secret},the-old-secret",
        "whatsapp_verify_token": VERIFY,
        "whatsapp_api_url": graph.url,
    }
    if api:
        known |= {"telegram_token": TOKEN, "telegram_api_url": api.url}
    return Settings(_env_file=None, **known)  # pyright: ignore


@asynccontextmanager
async def running(set_up: Settings) -> AsyncGenerator[None]:
    """Until the block ends; its door is open when the block begins."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(build(set_up).run(stop))
        await eventually(lambda: _is_open(set_up.http_port))
        yield
        stop.set()


def approve(graph: Graph) -> None:
    """Meta has approved all templates of ours."""
    for one in notices.shipped().templates:
        graph.templates[one.name, one.language] = Template(one.body_for("Kota Kendari"), (one.button,))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _is_open(port: int) -> bool:
    with socket.socket() as free:
        return free.connect_ex(("127.0.0.1", port)) == 0
