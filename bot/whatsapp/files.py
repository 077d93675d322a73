"""What the database remembers of files on WhatsApp: our uploads, and the pictures people sent."""

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
from flow.message import File, SendFailure

log = structlog.get_logger()

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class Uploads:
    """Media ids beyond this process, so that a picture for a whole city is uploaded once."""

    def __init__(self, sessions: Sessions, executor: Executor | None = None) -> None:
        self._sessions, self._executor = sessions, executor

    async def find(self, name: str) -> tuple[str, datetime] | None:
        def find() -> tuple[str, datetime] | None:
            with self._sessions() as session:
                row = files.upload(session, name)
                return (row.media_id, row.kept_at) if row else None

        return await asyncio.get_running_loop().run_in_executor(self._executor, find)

    async def keep(self, name: str, media_id: str, at: datetime) -> None:
        def keep() -> None:
            with self._sessions.begin() as session:
                files.keep_upload(session, name, media_id, at)

        await asyncio.get_running_loop().run_in_executor(self._executor, keep)


class Pictures:
    """Fetches the pictures people send, where the city allows them: cleaned, under a random name, once each.

    They lie below ``folder`` with the other files of ours and are deleted with them after their time.
    """

    def __init__(self, channel: WhatsApp, sessions: Sessions, folder: Path, executor: Executor | None = None) -> None:
        self._channel, self._sessions, self._folder, self._executor = channel, sessions, folder, executor

    async def fetch(self, sent: File, now: datetime) -> None:
        """A picture that cannot be had stays with the channel: the report has its reference, and goes on."""
        if await self._in_thread(self._known, sent.reference):
            return
        try:
            content = await self._channel.fetch(sent)
        except SendFailure as failure:
            log.warning("whatsapp.picture_not_fetched", failure=type(failure).__name__)
            return
        await self._in_thread(self._keep, sent, content, now)

    def _known(self, reference: str) -> bool:
        with self._sessions() as session:
            return session.scalar(select(ReceivedFile.id).where(ReceivedFile.reference == reference)) is not None

    def _keep(self, sent: File, content: bytes, now: datetime) -> None:
        mime = sent.mime.partition(";")[0].strip()
        name = f"{token_hex(16)}.{SUFFIXES.get(mime, 'bin')}"
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)
        with self._sessions.begin() as session:
            session.add(
                ReceivedFile(
                    channel=self._channel.name, reference=sent.reference, file=name, mime=mime, received_at=now
                )
            )

    async def _in_thread(self, work: Callable[[*Ts], T], *arguments: *Ts) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)
