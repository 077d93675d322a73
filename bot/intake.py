"""Intake: store each raw update, then handle it in its own transaction."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from sqlalchemy import update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.payload import storable
from content.city import City
from db import inbox, outbox, templates
from db.engine import Sessions
from db.inbox import ASIDE, DONE, WAITING, Arrival, Received
from db.outbox import Kind
from delivery import statuses
from flow.identity_numbers import holds_identity
from flow.message import Channel, Incoming, Message
from handlers.joining.change_number import holds_code
from handlers.shell.receive import receive

log = structlog.get_logger()

ATTEMPTS = 5
MAX_WAIT = 5.0  # seconds; other processes store updates too, and cannot wake this one
SORRY = Message(
    "Maaf, pesan tadi gagal kami proses. Tim kami sudah diberi tahu. Coba kirim lagi atau tulis *menu*."
).to_json()
HOUSE = Path(__file__).parent.parent
ROOMS = frozenset(
    {"rules", "flow", "content", "db", "programme", "drawing", "delivery", "reports", "handlers", "scheduler", "bot"}
)

Updates = Sequence[Mapping[str, Any]]


# --- intake ------------------------------------------------------------------------


def keep(sessions: Sessions, channel: Channel, updates: Updates, now: datetime) -> None:
    """Store raw updates of one channel in one commit; updates that are stored already stay as they are.

    Updates that need no handling (messages in groups, service messages) are not stored, to keep no needless data.
    """
    _keep(sessions, [(channel, updates)], now)


def _keep(sessions: Sessions, batches: Iterable[tuple[Channel, Updates]], now: datetime) -> None:
    arrivals = [arrival for channel, updates in batches for raw in updates if (arrival := _arrival(channel, raw, now))]
    if arrivals:
        with sessions.begin() as session:
            inbox.keep(session, arrivals, now)


def _arrival(channel: Channel, raw: Mapping[str, Any], now: datetime) -> Arrival | None:
    """An update with its key, "telegram:881"; an unreadable one has a hash as its key, so it is still stored once."""
    raw = storable(raw)
    try:
        incoming = channel.read(raw, now)
    except Exception:  # stored all the same, and set aside when it is handled
        name = sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:32]
        return Arrival(f"{channel.name}:unreadable:{name}", channel.name, "", raw)
    return incoming and Arrival(f"{channel.name}:{incoming.message_id}", channel.name, incoming.address, raw)


# --- handling ------------------------------------------------------------------------


class Claimed(NamedTuple):
    """Columns of a claimed update, still needed after its transaction was rolled back."""

    id: int
    key: str
    channel: str
    address: str
    attempts: int


def handle_next(sessions: Sessions, channels: Mapping[str, Channel], now: datetime, city: City) -> bool:
    """Handle the oldest waiting update in one transaction. Returns False if there is none.

    A failing update is tried again if the database was at fault, otherwise set aside with an answer to its sender.
    Raises OperationalError only if the database cannot be reached at all.
    """
    claimed, silent = None, False
    try:
        with sessions.begin() as session:
            row = inbox.take(session)
            if row is None:
                return False
            claimed = Claimed(row.id, row.key, row.channel, row.address, row.attempts)
            incoming = channels[row.channel].read(row.raw, row.received_at)
            if incoming is not None:
                silent = _is_silent(incoming)
                if is_news(incoming):
                    hear_news(session, incoming, now)
                else:
                    receive(session, incoming, now, city)
                if holds_identity(incoming.words) or holds_code(incoming.words):
                    row.raw = {}  # an identity number was refused; a code stays valid when it was written too early
            row.state, row.handled_at = DONE, now
    except Exception as mistake:
        if claimed is None:
            raise
        again = isinstance(mistake, OperationalError | StaleDataError) and claimed.attempts + 1 < ATTEMPTS
        if again:
            log.warning("worker.again", update=claimed.id, failure=type(mistake).__name__)
            _count_attempt(sessions, claimed)
        else:
            log.error("worker.set_aside", update=claimed.id, channel=claimed.channel, reason=where(mistake))
            _set_aside(sessions, claimed, where(mistake), now, answer=bool(claimed.address) and not silent)
    return True


def is_news(incoming: Incoming) -> bool:
    """Whether the update is a status report of the channel, so that nobody waits for an answer."""
    return incoming.delivery is not None or incoming.template is not None


def _is_silent(incoming: Incoming) -> bool:
    """Whether nobody waits for an answer."""
    return incoming.reachable is not None or incoming.muted is not None or is_news(incoming)


def hear_news(session: Session, incoming: Incoming, now: datetime) -> None:
    if incoming.delivery:
        statuses.note(session, incoming.channel, incoming.delivery, now)
    if told := incoming.template:
        templates.note(
            session, told.name, told.language, now,
            status=told.status, category=told.category, quality=told.quality, reason=told.reason,
        )  # fmt: skip
        log.warning("worker.template", template=told.name, status=told.status, quality=told.quality)


def where(mistake: BaseException) -> str:
    """The type of an exception and our line that raised it. Its text is left out: it may quote a person."""
    place = ""
    for frame in traceback.extract_tb(mistake.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(HOUSE) and path.relative_to(HOUSE).parts[0] in ROOMS:
            place = f" di {path.relative_to(HOUSE)}:{frame.lineno} ({frame.name})"
    return f"{type(mistake).__name__}{place}"


def _count_attempt(sessions: Sessions, claimed: Claimed) -> None:
    waiting = update(Received).where(Received.id == claimed.id, Received.state == WAITING)
    with sessions.begin() as session:
        session.execute(waiting.values(attempts=Received.attempts + 1))


def _set_aside(sessions: Sessions, claimed: Claimed, reason: str, now: datetime, answer: bool) -> None:
    with sessions.begin() as session:
        row = session.get(Received, claimed.id, with_for_update=True)
        if row is None or row.state != WAITING:
            return
        row.state, row.reason, row.handled_at = ASIDE, reason[:300], now
        row.attempts += 1
        if answer:
            # A key of its own: if an operator has the update handled later, its real replies use the numbered keys.
            sorry = outbox.row(Kind.REPLY, f"reply:{claimed.key}:maaf", claimed.channel, claimed.address, SORRY, now)
            outbox.promise(session, [sorry])


# --- both, while the service runs --------------------------------------------------------


class Batch(NamedTuple):
    channel: Channel
    updates: Updates
    kept: asyncio.Future[None]


class Worker:
    """Stores arriving updates and handles waiting ones, in threads of ``executor``.

    ``workers`` run at the same time: one on SQLite, which has one writer. ``handled`` is called in the event loop
    after every update, when there may be replies to send.
    """

    def __init__(
        self,
        sessions: Sessions,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        city: City,
        handled: Callable[[], None],
        *,
        workers: int = 1,
        executor: Executor | None = None,
    ) -> None:
        self._sessions, self._channels, self._clock, self._city = sessions, channels, clock, city
        self._handled, self._workers, self._executor = handled, workers, executor
        self._batches: list[Batch] = []
        self._keeping: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def keep(self, channel: Channel, updates: Updates) -> None:
        """Store updates as ``keep`` does; calls that arrive together share one commit."""
        batch = Batch(channel, updates, asyncio.get_running_loop().create_future())
        self._batches.append(batch)
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_all())
        await batch.kept

    async def run(self, stop: asyncio.Event) -> None:
        """Handle waiting updates until ``stop``; running ones are finished."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._workers):
                group.create_task(self._work(stop))
            await stop.wait()
            self._wake()

    async def _keep_all(self) -> None:
        loop = asyncio.get_running_loop()
        while batches := self._batches:
            self._batches = []
            together = [(batch.channel, batch.updates) for batch in batches]
            failure: Exception | None = None
            try:
                await loop.run_in_executor(self._executor, _keep, self._sessions, together, self._clock())
            except Exception as problem:
                failure = problem
            for kept in (batch.kept for batch in batches if not batch.kept.done()):
                if failure:
                    kept.set_exception(failure)
                else:
                    kept.set_result(None)
            self._wake()
        self._keeping = None

    async def _work(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            news = self._news
            try:
                work = (self._sessions, self._channels, self._clock(), self._city)
                if await loop.run_in_executor(self._executor, handle_next, *work):
                    self._handled()
                    continue
            except SQLAlchemyError as failure:
                log.error("worker.database", failure=type(failure).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(MAX_WAIT):
                    await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
