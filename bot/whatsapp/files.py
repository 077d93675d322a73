"""Files on WhatsApp in the database: our uploads, and the pictures people sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TypeVar, TypeVarTuple

import structlog
from sqlalchemy import select

from bot.whatsapp.channel import WhatsApp
from db import files
from db.engine import Sessions
from db.files import ReceivedFile
from db.people import Address
from flow.message import File, Incoming, SendFailure

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class Uploads:
    """Media ids in the database, so that a picture for a whole city is uploaded once."""

    def __init__(self, sessions: Sessions, executor: Executor | None = None) -> None:
        self._sessions, self._executor = sessions, executor

    async def find(self, name: str) -> tuple[str, datetime] | None:
        def find() -> tuple[str, datetime] | None:
            with self._sessions.reading() as session:
                row = files.upload(session, name)
                return (row.media_id, row.kept_at) if row else None

        return await asyncio.get_running_loop().run_in_executor(self._executor, find)

    async def keep(self, name: str, media_id: str, at: datetime) -> None:
        def keep() -> None:
            with self._sessions.begin() as session:
                files.keep_upload(session, name, media_id, at)

        await asyncio.get_running_loop().run_in_executor(self._executor, keep)


class Pictures:
    """Fetches the pictures people send, where the city allows them: each once, cleaned, under a random name.

    They are stored below ``folder`` with our other files and deleted with them after their time.
    """

    def __init__(self, channel: WhatsApp, sessions: Sessions, folder: Path, executor: Executor | None = None) -> None:
        self._channel, self._sessions, self._folder, self._executor = channel, sessions, folder, executor
        self._coming: set[str] = set()

    async def fetch(self, incoming: Incoming, now: datetime) -> None:
        """Fetch the picture of an update and store it with the report.

        Where that fails the report keeps only the channel's reference. Pictures of people who have not joined are not
        fetched.
        """
        sent = incoming.photo
        if sent is None or sent.reference in self._coming:  # posted twice within a moment
            return
        self._coming.add(sent.reference)
        try:
            if await self._in_thread(self._is_wanted, incoming, sent):
                await self._fetch(sent, now)
        finally:
            self._coming.discard(sent.reference)

    async def _fetch(self, sent: File, now: datetime) -> None:
        try:
            content = await self._channel.fetch(sent)
        except SendFailure as failure:
            log.warning("whatsapp.picture_not_fetched", failure=type(failure).__name__)
            return
        await self._in_thread(self._keep, sent, content, now)

    def _is_wanted(self, incoming: Incoming, sent: File) -> bool:
        joined = select(Address.id).where(
            Address.channel == incoming.channel, Address.address == incoming.address, Address.person_id.is_not(None)
        )
        there = select(ReceivedFile.id).where(ReceivedFile.reference == sent.reference)
        with self._sessions.reading() as session:
            return session.scalar(joined.limit(1)) is not None and session.scalar(there) is None

    def _keep(self, sent: File, content: bytes, now: datetime) -> None:
        mime = sent.mime.partition(";")[0].strip()
        name = f"{token_hex(16)}.{SUFFIXES.get(mime, 'bin')}"
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._sessions.begin() as session:
            session.add(
                ReceivedFile(
                    channel=self._channel.name, reference=sent.reference, file=name, mime=mime, received_at=now
                )
            )
            session.flush()  # fails if another process has stored it already, before a file without a row is written
            (self._folder / name).write_bytes(content)

    async def _in_thread(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)
