"""Work on the workbooks that coordinators send: fetch the file, compare it, store it, revert it.

Comparing only reads and takes its time, so it has a thread of its own; what is written is written where all writing is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex
from typing import Any, NamedTuple, Protocol, TypeVar, TypeVarTuple

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from bot.intake import where
from content.city import City
from db import workbook_imports
from db.engine import Sessions
from db.people import Person
from db.workbook_imports import ImportState, WorkbookImport
from flow.message import File, Message, SendFailure, Unreachable
from handlers.workbook import import_steps, words
from reports.workbook import checked
from reports.workbook.importing import EVERY

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

LEASE = timedelta(minutes=5)  # after that another worker takes over what one has begun and not ended
AGAIN_AFTER = timedelta(seconds=20)
ATTEMPTS = 3
MAX_WAIT = 5.0  # seconds; other processes take messages too, and cannot wake this one
BIG = 1_000  # rows from which its sender hears halfway that it goes on


class Fetches(Protocol):
    """A channel that can fetch what a person sent."""

    async def fetch(self, file: File) -> bytes: ...


class Claimed(NamedTuple):
    """Columns of a claimed import, still needed after its transaction."""

    id: int
    state: ImportState
    channel: str
    sent: File
    has_file: bool
    attempts: int


class Workbooks:
    """Does what imports wait for, one after the other. ``handled`` is called when there may be messages to send."""

    def __init__(
        self,
        sessions: Sessions,
        channels: Mapping[str, Any],
        clock: Callable[[], datetime],
        city: City,
        handled: Callable[[], None],
        executor: Executor | None = None,
    ) -> None:
        self._sessions, self._channels, self._clock, self._city = sessions, channels, clock, city
        self._handled, self._executor = handled, executor
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Look at once: something may have been sent."""
        self._news.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop``; what was begun is finished."""
        stopping = asyncio.create_task(stop.wait())
        while not stop.is_set():
            self._news.clear()
            try:
                while not stop.is_set() and await self.round():
                    pass
            except SQLAlchemyError as failure:
                log.error("workbook.database", failure=type(failure).__name__)
            waking = asyncio.create_task(self._news.wait())
            await asyncio.wait({waking, stopping}, timeout=MAX_WAIT, return_when=asyncio.FIRST_COMPLETED)
            waking.cancel()

    async def round(self) -> bool:
        """Do what the oldest import waits for. Returns False where none waits."""
        one = await self._write(self._claim)
        if one is None:
            return False
        try:
            await self._work(one)
        except Unreachable as failure:
            log.warning("workbook.not_fetched", failure=type(failure).__name__)
            await self._again_or(one, words.NOT_FETCHED)
        except OperationalError as failure:
            log.warning("workbook.again", failure=type(failure).__name__)
            await self._again_or(one, words.FAILED)
        except Exception as mistake:  # a file that no check foresaw must not stop the next one
            log.error("workbook.failed", id=one.id, reason=where(mistake))
            await self._write(self._drop, one.id, words.FAILED)
        self._handled()
        return True

    async def _work(self, one: Claimed) -> None:
        if one.state == ImportState.SENT:
            if not one.has_file and not await self._fetch(one):
                return
            found = await asyncio.to_thread(self._compare, one)
            await self._write(self._show, one, found)
        else:
            await self._write(self._finish, one)

    async def _fetch(self, one: Claimed) -> bool:
        """Fetch the file and keep its checked copy; where it is no workbook its sender is told why."""
        channel: Fetches = self._channels[one.channel]
        try:
            content = await channel.fetch(one.sent)
            copy = await asyncio.to_thread(checked.repacked, content)
        except checked.UnfitError as unfit:
            await self._write(self._drop, one.id, str(unfit))
            return False
        except Unreachable:
            raise
        except SendFailure as failure:
            log.warning("workbook.not_fetched", failure=type(failure).__name__)
            await self._write(self._drop, one.id, words.NOT_FETCHED)
            return False
        await self._write(self._keep, one.id, copy)
        return True

    # --- in the threads --------------------------------------------------------------------

    def _claim(self) -> Claimed | None:
        with self._sessions.begin() as session:
            one = workbook_imports.take(session, self._clock(), LEASE)
            if one is None:
                return None
            sent = File(one.reference, one.mime, one.name)
            return Claimed(one.id, one.state, one.channel, sent, bool(one.file) or not one.is_file, one.attempts)

    def _keep(self, import_id: int, content: bytes) -> None:
        name = f"{token_hex(16)}.xlsx"
        (self._city.files / name).write_bytes(content)
        with self._sessions.begin() as session:
            session.get_one(WorkbookImport, import_id).file = name

    def _compare(self, one: Claimed) -> import_steps.Compared:
        with self._sessions.reading() as session:
            found = session.get_one(WorkbookImport, one.id)
            return import_steps.compare(session, found, self._now(), self._city, partial(self._progress, one))

    def _progress(self, one: Claimed, done: int, total: int) -> None:
        """Say halfway through a big one that it goes on."""
        if total < BIG or not done - EVERY < total / 2 <= done:
            return
        text = f"Sudah dibaca {_dotted(done)} dari {_dotted(total)} baris."
        asked = self._executor.submit(self._say, one.id, text) if self._executor else None
        if asked is None:
            self._say(one.id, text)

    def _say(self, import_id: int, text: str) -> None:
        with self._sessions.begin() as session:
            import_steps.say(session, session.get_one(WorkbookImport, import_id), Message(text), self._now())

    def _show(self, one: Claimed, found: import_steps.Compared) -> None:
        with self._sessions.begin() as session:
            kept = session.get_one(WorkbookImport, one.id, with_for_update=True)
            if kept.state == ImportState.SENT:
                for message in import_steps.show(session, kept, found, self._now(), self._city):
                    import_steps.say(session, kept, message, self._now())
                kept.taken_at = None

    def _finish(self, one: Claimed) -> None:
        """Store what everybody agreed to, or revert what was stored."""
        with self._sessions.begin() as session:
            kept = session.get_one(WorkbookImport, one.id, with_for_update=True)
            if kept.state == ImportState.AGREED:
                for message in import_steps.enter(session, kept, self._now(), self._city):
                    import_steps.say(session, kept, message, self._now())
            elif kept.state == ImportState.UNDOING:
                by = session.get_one(Person, kept.undone_by or kept.person_id)
                import_steps.answer(
                    session, kept, by, import_steps.undo(session, kept, by, self._now(), self._city), self._now()
                )
            kept.taken_at = None

    async def _again_or(self, one: Claimed, why: str) -> None:
        """Leave it for another attempt in a while; after the last one its sender is told."""
        with suppress(OperationalError):
            if one.attempts >= ATTEMPTS:
                await self._write(self._drop, one.id, why)
            else:
                await self._write(self._postpone, one.id)

    def _postpone(self, import_id: int) -> None:
        with self._sessions.begin() as session:
            session.get_one(WorkbookImport, import_id).taken_at = self._clock() - LEASE + AGAIN_AFTER

    def _drop(self, import_id: int, why: str) -> None:
        with self._sessions.begin() as session:
            one = session.get_one(WorkbookImport, import_id)
            if one.state == ImportState.UNDOING:
                one.state = ImportState.DONE
                import_steps.say(session, one, Message(words.NOT_REVERTED), self._now())
            else:
                import_steps.drop(session, one, why, self._now())

    def _now(self) -> datetime:
        return self._city.local(self._clock())

    async def _write(self, write: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, write, *arguments)


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")
