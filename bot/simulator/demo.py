"""``asuh demo``: a made-up city on a page of this computer. Needs no token, no server, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.simulator import city as making
from bot.simulator import directory, shape
from bot.simulator.clock import Clock, next_working_morning
from bot.simulator.phones import Phones
from bot.simulator.rows import Progress as Told
from bot.simulator.server import application
from bot.simulator.town import Town
from content import lessons, programme
from content.city import City
from content.templates import Templates
from db import migrate
from db.engine import Sessions, connect, sessions

PORT = 8765
SEED = 2026
HERE = "127.0.0.1"
GOODBYE = 1.0  # seconds that pages are given to hang up


def run(port: int = PORT, browser: bool = True, seed: int = SEED) -> None:
    """Make the city in a folder of its own, open the page, and serve it until it is interrupted.

    A port that is taken is exchanged for a free one; the address is printed.
    """
    console = Console()
    start = next_working_morning(datetime.now(UTC), shape.ZONE)
    with tempfile.TemporaryDirectory(prefix="asuh-demo-", ignore_cleanup_errors=True) as folder:
        with _bar(console) as told, contextlib.suppress(KeyboardInterrupt):
            prepared = prepare(Path(folder), start, seed, told)
            asyncio.run(_serve(prepared, port, browser, console))
        prepared.close()
    console.print("\nDemo selesai. Tidak ada yang tersimpan.")
