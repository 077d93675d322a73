"""The Cloud API over HTTP, Meta's own or that of a solution provider who passes it on.

The token is in a header of every request and never in an error or a log line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from bot.whatsapp.raw import mapping, text
from bot.whatsapp.wire import NotThere, Upload, failure
from flow.message import Rejected, SendFailure, Uncertain, Unreachable

CONNECT = 10.0  # seconds to reach the server
ANSWER = 30.0  # seconds of silence after which we stop waiting for an answer
SLOWEST = 50_000  # bytes a second: a file slower than this has stalled
ANSWER_LIMIT = 8 * 1024 * 1024  # bytes
BEARER = "Authorization"


class Client:
    """Calls for one number of ours.

    ``base_url`` and ``version`` stand before every path. A provider that has no versions ("") has no number in its
    paths either: it knows both by the key. ``auth_header`` is "Authorization", which carries "Bearer <token>", or
    another that carries the token as it is. Files are fetched from ``media_hosts`` and from the base's host only.
    """

    def __init__(
        self,
        token: str,
        phone_number_id: str,
        session: aiohttp.ClientSession,
        *,
        base_url: str = "https://graph.facebook.com",
        version: str = "v23.0",
        auth_header: str = BEARER,
        media_hosts: Iterable[str] = ("lookaside.fbsbx.com",),
    ) -> None:
        self._token = token
        self._number = phone_number_id
        self._session = session
        self._base = base_url.rstrip("/")
        self._version = version.strip("/")
        self._headers = {auth_header: f"Bearer {token}" if auth_header == BEARER else token}
        self._hosts = {host.lower() for host in media_hosts}

    def __repr__(self) -> str:
        return f"Client({self._base!r}, {self._number!r})"

    async def call(
        self, verb: str, path: str, payload: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None
    ) -> Any:
        """The decoded answer of a call to any path below the version, as management calls need it."""
        return await self._answer(verb, self._address(path), payload or {}, params=query, json=payload)

    async def post(self, payload: Mapping[str, Any]) -> Any:
        """Send a message or a read receipt."""
        return await self._answer("POST", self._own("messages"), payload, json=payload)

    async def upload(self, file: Upload) -> str:
        """Upload a file. Returns its media id, valid for 30 days and for this number only."""
        form = aiohttp.FormData(quote_fields=False)  # otherwise file names show %20
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", file.mime)
        form.add_field("file", file.content, filename=file.name, content_type=file.mime)
        slack = len(file.content) / SLOWEST
        answer = await self._harmless("POST", self._own("media"), slack, data=form)
        if media_id := text(mapping(answer).get("id"), 200):
            return media_id
        raise Unreachable("WhatsApp tidak memberi nomor untuk berkas yang diunggah")

    async def media(self, media_id: str) -> Mapping[str, Any]:
        """Meta's data about a file a person sent. Raises Rejected when it no longer exists."""
        try:
            return mapping(await self._harmless("GET", self._address(quote(media_id, safe="")), 0))
        except NotThere:
            gone = Rejected("berkas sudah tidak ada di WhatsApp")
        raise gone

    async def download(self, url: str, limit: int) -> bytes:
        """A file's content, at most ``limit`` bytes. The token is sent along, so only known hosts are asked."""
        address = self._known(url)
        if address is None:
            raise Rejected("berkas ada di alamat yang tidak kami kenal")
        try:
            status, body = await self._exchange("GET", address, limit, limit / SLOWEST)
        except Uncertain as lost:
            broken: SendFailure = Unreachable(str(lost))  # fetching twice does no harm
        else:
            if status == 200:
                return body
            if status in (404, 410):
                raise Rejected("berkas sudah tidak ada di WhatsApp")
            broken = failure(status, self._decoded(body), {})
        raise broken

    def _own(self, path: str) -> str:
        return self._address(f"{self._number}/{path}" if self._version else path)

    def _address(self, path: str) -> str:
        return "/".join(filter(None, (self._base, self._version, path)))

    def _known(self, url: str) -> str | None:
        """The url to fetch; None for unknown hosts. With a provider, Meta's host is replaced by the provider's."""
        try:
            base, address = urlsplit(self._base), urlsplit(url)
        except ValueError:
            return None
        # The whole authority is compared, so that a port or a user name before "@" makes it unknown.
        if address.scheme not in ("https", base.scheme) or address.netloc.lower() not in {*self._hosts, base.netloc}:
            return None
        if not self._version:
            address = address._replace(scheme=base.scheme, netloc=base.netloc)
        return address.geturl()

    async def _harmless(self, verb: str, address: str, slack: float, **rest: Any) -> Any:
        """The answer to a request that may be repeated: a lost answer means Unreachable, never Uncertain."""
        try:
            return await self._answer(verb, address, {}, slack, **rest)
        except Uncertain as lost:
            broken = Unreachable(str(lost))
        raise broken

    async def _answer(
        self, verb: str, address: str, payload: Mapping[str, Any], slack: float = 0.0, **rest: Any
    ) -> Any:
        status, body = await self._exchange(verb, address, ANSWER_LIMIT, slack, **rest)
        answer = self._decoded(body)
        if status in (200, 201) and answer is not None and "error" not in mapping(answer):
            return answer
        raise failure(status, answer, payload)

    async def _exchange(self, verb: str, address: str, limit: int, slack: float, **rest: Any) -> tuple[int, bytes]:
        """Status and body. Failures are raised outside ``except``, so that they carry nothing of the request."""
        limits = aiohttp.ClientTimeout(total=CONNECT + ANSWER + slack, connect=CONNECT, sock_read=ANSWER)
        body, broken = bytearray(), SendFailure()
        try:
            async with self._session.request(
                verb, address, headers=self._headers, allow_redirects=False, timeout=limits, **rest
            ) as response:
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > limit:
                        raise Rejected(f"berkas atau jawaban lebih besar dari {limit // 1024 // 1024} MB")
                return response.status, bytes(body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL):
            broken = Unreachable("server WhatsApp tidak terjangkau", everyone=True)
        except (aiohttp.ClientError, TimeoutError, OSError):
            broken = Uncertain("sambungan ke WhatsApp terputus sebelum ada jawaban")
        raise broken

    def _decoded(self, body: bytes) -> object:
        try:
            # A server that repeats our header in its answer would put the token into a reason that people read.
            return json.loads(body.replace(self._token.encode(), b"(token)"))
        except (ValueError, RecursionError):
            return None
