"""The Bot API over HTTP. The token stands in every address, so no text of a lower layer ever leaves this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.telegram.wire import Upload, failure, mapping
from flow.message import Rejected, SendFailure, Uncertain, Unreachable

CONNECT = 10.0  # seconds to reach the server
ANSWER = 30.0  # seconds of silence after which we stop waiting for an answer
SLOWEST = 50_000  # bytes a second: an upload slower than this has stalled
DOWNLOAD_LIMIT = 20 * 1024 * 1024  # getFile gives out no larger file
ANSWER_LIMIT = 32 * 1024 * 1024


class Client:
    """Calls to one bot. ``base_url`` is Telegram's or that of a local Bot API server; files come from it too."""

    def __init__(self, token: str, base_url: str, session: aiohttp.ClientSession) -> None:
        self._token = token
        self._base = base_url.rstrip("/")
        self._session = session

    def __repr__(self) -> str:
        return f"Client({self._base!r})"

    async def call(
        self, method: str, payload: Mapping[str, Any], file: Upload | None = None, patience: float = ANSWER
    ) -> Any:
        """The ``result`` of a method. ``patience`` is the longest silence in seconds; raises what ``Wire`` says."""
        slack = CONNECT + (len(file.content) / SLOWEST if file else 0)
        # A new form each time: aiohttp lets a form be sent only once.
        sent: dict[str, Any] = {"data": _form(payload, file)} if file else {"json": payload}
        limits = aiohttp.ClientTimeout(total=patience + slack, connect=CONNECT, sock_read=patience)
        status, answer = self._decoded(await self._exchange("POST", "", method, ANSWER_LIMIT, timeout=limits, **sent))
        if status == 200 and mapping(answer).get("ok") is True:
            return mapping(answer).get("result")
        raise failure(status, answer, payload)

    async def download(self, file_id: str) -> bytes:
        """A file a person sent, at most 20 MB. Raises Rejected if it is too large or no longer there."""
        found = mapping(await self.call("getFile", {"file_id": file_id}))
        path, size = found.get("file_path"), found.get("file_size")
        if not isinstance(path, str) or not path:
            raise Rejected("berkas tidak bisa diambil dari Telegram")
        if isinstance(size, int) and size > DOWNLOAD_LIMIT:
            raise Rejected("berkas lebih besar dari 20 MB")
        limits = aiohttp.ClientTimeout(total=300, connect=CONNECT, sock_read=ANSWER)
        try:
            status, body = await self._exchange("GET", "/file", quote(path), DOWNLOAD_LIMIT, timeout=limits)
        except Uncertain as lost:
            broken = str(lost)
        else:
            if status == 200:
                return body
            if status == 404:
                raise Rejected("berkas sudah tidak ada di Telegram")
            raise failure(*self._decoded((status, body)), {})
        raise Unreachable(broken)  # fetching twice harms nobody

    async def _exchange(self, verb: str, below: str, name: str, limit: int, **rest: Any) -> tuple[int, bytes]:
        """Status and body. Failures are raised outside ``except``, so that they carry no trace of the address."""
        body, broken = bytearray(), SendFailure()
        try:
            async with self._session.request(
                verb, f"{self._base}{below}/bot{self._token}/{name}", allow_redirects=False, **rest
            ) as response:
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > limit:
                        raise Rejected(f"jawaban lebih besar dari {limit // 1024 // 1024} MB")
                return response.status, bytes(body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            broken = Unreachable("server Telegram tidak terjangkau", everyone=True)
        except (aiohttp.ClientError, TimeoutError, OSError):
            broken = Uncertain("sambungan ke Telegram terputus sebelum ada jawaban")
        raise broken

    def _decoded(self, answer: tuple[int, bytes]) -> tuple[int, object]:
        status, body = answer
        try:
            # A server that repeats our address in its complaint would put the token into a reason that people read.
            return status, json.loads(body.replace(self._token.encode(), b"(token)"))
        except (ValueError, RecursionError):
            return status, None


def _form(payload: Mapping[str, Any], file: Upload) -> aiohttp.FormData:
    """Files go as multipart, where every object is a string of JSON."""
    form = aiohttp.FormData(quote_fields=False)  # else readers see %20 in the name of a file
    for name, value in payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field(file.field, file.content, filename=file.name)
    return form
