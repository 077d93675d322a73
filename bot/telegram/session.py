"""HTTP below aiogram's ``Bot``: limits in size and time, no redirects, and no text that holds the token.

The token stands in every address. aiogram's own session follows redirects, reads answers of any length, and quotes
aiohttp's errors, which name the address.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any, cast

import aiohttp
from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, InputFile

from bot.telegram.failures import failure, no_file, refusal
from bot.telegram.methods import PreparedMethod
from bot.telegram.wire import mapping
from flow.message import Rejected, Uncertain, Unreachable

CONNECT = 10.0  # seconds to reach the server
ANSWER = 30  # seconds of silence after which we stop waiting for an answer
SLOWEST = 50_000  # bytes a second: an upload slower than this has stalled
DOWNLOAD_LIMIT = 20 * 1024 * 1024  # getFile gives out no larger file
ANSWER_LIMIT = 32 * 1024 * 1024


class Session(BaseSession):
    """Requests to the Bot API server at ``base_url``, methods and files alike, over ``http``, which is not closed here.

    Whatever goes wrong is raised as a ``SendFailure`` (``bot.telegram.failures``), outside ``except``, so that no
    lower layer's error with the address in it hangs on to it.
    """

    def __init__(self, base_url: str, http: aiohttp.ClientSession) -> None:
        super().__init__(api=TelegramAPIServer.from_base(base_url))
        self._http = http

    async def close(self) -> None:
        """Do nothing: ``http`` is closed by the code that opened it."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: float | None = None,  # noqa: ASYNC109 - the name is aiogram's
    ) -> TelegramType:
        """The result of ``method``. ``timeout`` is the longest silence in seconds."""
        silence = ANSWER if timeout is None else timeout
        files: dict[str, InputFile] = {}
        payload: dict[str, Any] = self.prepare_value(_parameters(method), bot, files, _dumps_json=False)
        size = sum(len(file.data) for file in files.values() if isinstance(file, BufferedInputFile))
        limits = aiohttp.ClientTimeout(silence + CONNECT + size / SLOWEST, connect=CONNECT, sock_read=silence)
        sent: dict[str, Any] = {"data": self._form(bot, payload, files)} if files else {"json": payload}
        status, body = await self._exchange(
            "POST", self.api.api_url(bot.token, method.__api_method__), ANSWER_LIMIT, timeout=limits, **sent
        )
        # A server that repeats our address in its answer would put the token into a reason that people read.
        body = body.replace(bot.token.encode(), b"(token)")
        return cast(TelegramType, self.check_response(bot, method, status, body.decode(errors="replace")).result)

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        """The answer, read by aiogram. Raises the SendFailure that a refusal or an unreadable answer means."""
        answer = _decoded(content)
        if status_code != 200 or answer.get("ok") is not True:
            status_code, answer = refusal(status_code, answer)
            content = json.dumps(answer)
        try:
            return super().check_response(bot, method, status_code, content)
        except AiogramError as error:
            failed = failure(error, status_code, everyone="chat_id" not in _parameters(method))
        raise failed

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: float = 30,  # noqa: ASYNC109 - the name is aiogram's
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """The file at ``url``, in one piece. ``timeout`` is in seconds, for all of it; the other limits are ours."""
        limits = aiohttp.ClientTimeout(timeout, connect=CONNECT, sock_read=ANSWER)
        status, body = await self._exchange("GET", url, DOWNLOAD_LIMIT, timeout=limits, headers=headers)
        if status != 200:
            raise no_file(status)
        yield body

    async def _exchange(self, verb: str, url: str, limit: int, **how: Any) -> tuple[int, bytes]:
        """Status and body, at most ``limit`` bytes of it. Never follows a redirect: it would take the token along."""
        body = bytearray()
        try:
            async with self._http.request(verb, url, allow_redirects=False, **how) as response:
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > limit:
                        break
                else:
                    return response.status, bytes(body)
            failed = Rejected(f"jawaban lebih besar dari {limit // 1024 // 1024} MB")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            failed = Unreachable("server Telegram tidak terjangkau", everyone=True)
        except (aiohttp.ClientError, TimeoutError, OSError):
            failed = Uncertain("sambungan ke Telegram terputus sebelum ada jawaban")
        del url  # some log formatters print the variables of every frame
        raise failed

    def _form(self, bot: Bot, payload: Mapping[str, Any], files: Mapping[str, InputFile]) -> aiohttp.FormData:
        """Files go as multipart, where every object is a string of JSON."""
        form = aiohttp.FormData(quote_fields=False)  # otherwise file names show %20
        for name, value in payload.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        for name, file in files.items():
            form.add_field(name, file.read(bot), filename=file.filename or name)
        return form


def _parameters(method: TelegramMethod[Any]) -> dict[str, Any]:
    return (
        method.payload if isinstance(method, PreparedMethod) else method.model_dump(warnings=False, exclude_none=True)
    )


def _decoded(content: str) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(content))
    except (ValueError, RecursionError):
        return {}
