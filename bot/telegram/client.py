"""The client of the Bot API: aiogram's ``Bot`` behind the calls that the channel and the poll make.

The only import of aiogram at start (decision 0003). It takes seconds and over a hundred megabytes, so this module is
imported where the bot is built, never at the top of a file that is used without Telegram.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from aiogram import Bot
from aiogram.types import BufferedInputFile

from bot.telegram.methods import GetUpdates, PreparedMethod
from bot.telegram.session import ANSWER, DOWNLOAD_LIMIT, Session
from bot.telegram.wire import Upload, mapping
from flow.message import Rejected, SendFailure, Uncertain, Unreachable


class Client:
    """Calls to one bot. ``base_url`` is Telegram's or that of a local Bot API server; files come from it too.

    ``bot`` is aiogram's, for its typed methods. All of them raise the failures that ``Wire`` names.
    """

    def __init__(self, token: str, base_url: str, session: aiohttp.ClientSession) -> None:
        self.bot = Bot(token, session=Session(base_url, session))

    async def call(
        self, method: str, payload: Mapping[str, Any], file: Upload | None = None, patience: float = ANSWER
    ) -> Any:
        """The ``result`` of a method. ``patience`` is the longest silence in seconds; raises what ``Wire`` says."""
        upload = {file.field: BufferedInputFile(file.content, file.name)} if file else {}
        prepared = PreparedMethod(name=method, payload={**payload, **upload})
        return await self.bot(prepared, patience)  # pyright: ignore[reportArgumentType] - fractions are fine

    async def updates(self, offset: int, wait: int) -> object:
        """Raw updates from number ``offset`` on; the server may hold the request open ``wait`` seconds."""
        return await self.bot(GetUpdates(offset=offset, timeout=wait), wait + 10)

    async def download(self, file_id: str) -> bytes:
        """A file a person sent, at most 20 MB. Raises Rejected if it is too large or no longer there."""
        found = mapping(await self.call("getFile", {"file_id": file_id}))
        path, size = found.get("file_path"), found.get("file_size")
        if not isinstance(path, str) or not path:
            raise Rejected("berkas tidak bisa diambil dari Telegram")
        if isinstance(size, int) and size > DOWNLOAD_LIMIT:
            raise Rejected("berkas lebih besar dari 20 MB")
        try:
            content = await self.bot.download_file(quote(path), timeout=300)
        except Uncertain as lost:
            failed: SendFailure = Unreachable(str(lost))  # fetching twice does no harm
        except SendFailure as failure:
            failed = failure
        else:
            return content.read() if content else b""
        raise failed.with_traceback(None)  # the frames of aiogram hold the address, and with it the token
