"""A Bot API server for tests: it speaks HTTP, keeps the documented limits, and remembers what everyone was sent.

async with BotAPI() as api:
    client = Client(api.token, api.url, session)
    api.push(updates.text(SARI, "halo"))
    ...
    assert api.sent(SARI)[-1].text == "Halo, Bu Sari"
    api.tap(SARI, "Lapor kunjungan")
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.bot.telegram import limits, updates
from tests.bot.telegram.limits import Refusal, bad
from tests.waiting import patiently

TOKEN = "900:AAsecret-of-the-bot_0123456789"


@dataclass
class Sent:
    """A message of the bot as it looks now. ``text`` is what the reader sees, ``raw`` what came over the wire."""

    message_id: int
    method: str
    text: str
    raw: dict[str, Any]
    markup: dict[str, Any] | None = None
    file: tuple[str, bytes] | None = None
    edits: int = 0

    @property
    def buttons(self) -> list[str]:
        rows = (self.markup or {}).get("inline_keyboard", (self.markup or {}).get("keyboard", []))
        return [button["text"] for row in rows for button in row]

    def token(self, label: str) -> str:
        """What a tap on the button with this label sends back."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return next(button["callback_data"] for row in rows for button in row if button["text"] == label)


@dataclass
class Request:
    method: str
    payload: dict[str, Any]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class BotAPI:
    """One bot's server on a free local port: ``url`` is its base, ``token`` the one it accepts."""

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.url = ""
        self.revoked = False
        self.requests: list[Request] = []
        self.answered: list[str] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: dict[str, Any] | None = None
        self.blocked: set[str] = set()
        self.missing: set[str] = set()
        self.pending: list[dict[str, Any]] = []
        self._chats: dict[str, list[Sent]] = defaultdict(list)
        self._message_ids = itertools.count(1)
        self._faults: dict[str, list[Any]] = defaultdict(list)
        self._throttled: dict[str, list[int]] = defaultdict(list)
        self._files: dict[str, tuple[str, bytes]] = {}
        self._open_queries: set[str] = set()
        self._allowed: list[str] | None = None
        self.longest_poll = 50  # seconds an empty getUpdates is held at most
        self._polls = 0
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=60 * 1024**2)
        app.router.add_route("*", "/file/bot{token}/{path:.+}", self._download)
        app.router.add_route("*", "/bot{token}/{method}", self._receive)
        # A poll that nobody waits for any more ends at once.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- what happened ---

    def sent(self, chat_id: int | str) -> list[Sent]:
        """Every message this person has of the bot, oldest first, as each looks after all edits."""
        return self._chats[str(chat_id)]

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The payload of every request for this method, refused ones included."""
        return [request.payload for request in self.requests if request.method == method]

    async def until_asked(self, method: str, times: int = 1) -> None:
        """Wait for requests to come in."""
        async with patiently():
            while len(self.asked(method)) < times:
                await self._news.wait()

    # --- what people do ---

    def push(self, update: dict[str, Any]) -> dict[str, Any]:
        """Something happened. Kinds that the bot did not ask for are never made into an update."""
        if self._allowed is None or update.keys() & set(self._allowed):
            self.pending.append(update)
            if query := update.get("callback_query"):
                self._open_queries.add(query["id"])
            self._wake()
        return update

    def tap(self, chat_id: int, label: str) -> dict[str, Any]:
        """Tap the newest button with this label."""
        last = next(m for m in reversed(self.sent(chat_id)) if label in m.buttons)
        return self.push(updates.tap(chat_id, last.token(label), last.message_id, last.text))

    async def deliver(self, update: dict[str, Any]) -> int:
        """Post one update to the webhook, as Telegram would; the status it answered with."""
        assert self.webhook, "no webhook is set"
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        if query := update.get("callback_query"):
            self._open_queries.add(query["id"])
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.webhook["url"], json=update, headers=headers) as response,
        ):
            return response.status

    def add_file(self, file_id: str, content: bytes, path: str = "") -> None:
        """A file a person sent, to be fetched with getFile."""
        self._files[file_id] = (path or f"documents/{file_id}", content)

    def expire(self, query_id: str) -> None:
        self._open_queries.discard(query_id)

    # --- what goes wrong: per method, in the order it is said here ---

    def accept(self, method: str, times: int = 1) -> None:
        """The next calls go well; what goes wrong comes after them."""
        self._faults[method] += [None] * times

    def refuse(self, method: str, code: int, description: str, times: int = 1, **parameters: Any) -> None:
        """The next calls of this method are answered so."""
        self._faults[method] += [Refusal(code, description, **parameters)] * times

    def throttle(self, chat_id: int | str, retry_after: int, times: int = 1) -> None:
        self._throttled[str(chat_id)] += [retry_after] * times

    def drop(self, method: str, after: bool = False, times: int = 1) -> None:
        """The connection dies before the server has taken the next call, or ``after`` it has."""
        self._faults[method] += ["after" if after else "before"] * times

    def garble(self, method: str, body: str = "<html>", status: int = 200, times: int = 1) -> None:
        self._faults[method] += [(status, body)] * times

    # --- the server ---

    async def _receive(self, http: web.Request) -> web.Response:
        method = http.match_info["method"]
        if http.match_info["token"] != self.token or self.revoked:
            return _answer(Refusal(401, "Unauthorized"))
        request = await _request(http, method)
        self.requests.append(request)
        self._wake()
        fault = self._faults[method].pop(0) if self._faults[method] else None
        if isinstance(fault, Refusal):
            return _answer(fault)
        if isinstance(fault, tuple):
            return web.Response(status=fault[0], text=fault[1])
        if fault == "before":
            return _hang_up(http)
        try:
            result = await self._do(request)
        except Refusal as refusal:
            return _answer(refusal)
        if fault == "after":
            return _hang_up(http)
        return web.json_response({"ok": True, "result": result})

    async def _do(self, request: Request) -> Any:
        payload = request.payload
        match request.method:
            case "getMe":
                return {**updates.BOT, "can_join_groups": False}
            case "getUpdates":
                return await self._get_updates(payload)
            case "sendMessage" | "sendPhoto" | "sendDocument":
                return self._send(request)
            case "sendContact":
                return self._send_contact(payload)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(request.method, payload)
            case "answerCallbackQuery":
                return self._answer_query(payload)
            case "setMyCommands":
                self.commands[str(payload.get("scope", {}).get("chat_id", ""))] = limits.commands(payload["commands"])
                return True
            case "setWebhook":
                self.webhook, self._allowed = payload, payload.get("allowed_updates")
                return True
            case "deleteWebhook":
                self.webhook = None
                if payload.get("drop_pending_updates"):
                    self.pending.clear()
                return True
            case "getWebhookInfo":
                url = (self.webhook or {}).get("url", "")
                return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.pending)}
            case "getFile":
                return self._get_file(payload)
            case _:
                raise Refusal(404, "Not Found: method not found")

    def _chat(self, payload: dict[str, Any]) -> str:
        chat = str(payload.get("chat_id", ""))
        if self._throttled[chat]:
            seconds = self._throttled[chat].pop(0)
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.missing or not chat.lstrip("-").isdigit():
            raise bad("chat not found")
        return chat

    def _send_contact(self, payload: dict[str, Any]) -> dict[str, Any]:
        chat, name, phone = self._chat(payload), payload.get("first_name", ""), payload.get("phone_number", "")
        if not 1 <= len(name) <= 64 or not phone.lstrip("+").isdigit():
            raise bad("contact is not valid")
        sent = Sent(next(self._message_ids), "sendContact", f"{name} {phone}", payload, {}, None)
        self._chats[chat].append(sent)
        return _shown(chat, sent)

    def _send(self, request: Request) -> dict[str, Any]:
        payload, chat = request.payload, self._chat(request.payload)
        markup = limits.markup(payload.get("reply_markup"), private=not chat.startswith("-"), edit=False)
        mode, file = payload.get("parse_mode"), None
        if request.method == "sendMessage":
            text = limits.shown(payload.get("text", ""), mode, 4096)
            if not text:
                raise bad("message text is empty")
        else:
            kind = request.method.removeprefix("send").lower()
            text = limits.shown(payload.get("caption", ""), mode, 1024, "message caption")
            file = request.files.get(kind)
            if file is None:
                raise bad(f"there is no {kind} in the request")
            if not file[1]:
                raise bad("file must be non-empty")
            if len(file[1]) > (10 if kind == "photo" else 50) * 1024**2:
                raise Refusal(413, "Request Entity Too Large")
        sent = Sent(next(self._message_ids), request.method, text, payload, markup, file)
        self._chats[chat].append(sent)
        return _shown(chat, sent)

    def _edit(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(payload)
        markup = limits.markup(payload.get("reply_markup"), private=True, edit=True)
        sent = next((m for m in self._chats[chat] if m.message_id == int(payload.get("message_id", 0))), None)
        if sent is None:
            raise bad("message to edit not found")
        if sent.markup and "inline_keyboard" not in sent.markup:
            raise bad("message can't be edited")
        text = sent.text
        if method == "editMessageText":
            if sent.file:
                raise bad("there is no text in the message to edit")
            text = limits.shown(payload.get("text", ""), payload.get("parse_mode"), 4096)
            if not text:
                raise bad("message text is empty")
        if (text, markup) == (sent.text, sent.markup):
            raise bad("message is not modified: specified new message content and reply markup are exactly the same")
        sent.text, sent.markup, sent.edits = text, markup, sent.edits + 1
        return _shown(chat, sent)

    def _answer_query(self, payload: dict[str, Any]) -> bool:
        if payload.get("callback_query_id") not in self._open_queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if len(payload.get("text", "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        self._open_queries.discard(payload["callback_query_id"])
        self.answered.append(payload["callback_query_id"])
        return True

    def _get_file(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload.get("file_id") not in self._files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        path, content = self._files[payload["file_id"]]
        if len(content) > 20 * 1024**2:
            raise bad("file is too big")
        file_id = payload["file_id"]
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content), "file_path": path}

    async def _download(self, http: web.Request) -> web.Response:
        held = dict(self._files.values())
        if http.match_info["token"] != self.token or http.match_info["path"] not in held:
            return _answer(Refusal(404, "Not Found"))
        return web.Response(body=held[http.match_info["path"]])

    async def _get_updates(self, payload: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            reason = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
            raise Refusal(409, f"Conflict: {reason}")
        self._polls += 1
        this, offset = self._polls, int(payload.get("offset", 0))
        self._wake()
        self._allowed = payload.get("allowed_updates", self._allowed)
        self.pending = self.pending[offset:] if offset < 0 else self._from(offset)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(int(payload.get("timeout", 0)), self.longest_poll)):
                while not self._from(offset) and this == self._polls:
                    await self._news.wait()
        if this != self._polls:
            reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refusal(409, f"Conflict: {reason}")
        return self._from(offset)[: int(payload.get("limit", 100))]

    def _from(self, offset: int) -> list[dict[str, Any]]:
        return [update for update in self.pending if update["update_id"] >= offset]

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


async def _request(http: web.Request, method: str) -> Request:
    """JSON as it is; forms with their objects unpacked from their strings."""
    if http.content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        body = await http.read()
        return Request(method, json.loads(body) if body else {})
    request, parts = Request(method, {}), dict[str, tuple[str, bytes]]()
    for name, value in (await http.post()).items():
        if isinstance(value, web.FileField):
            parts[name] = (value.filename, value.file.read())
        else:
            assert isinstance(value, str)
            request.payload[name] = json.loads(value) if value.startswith(("{", "[")) else value
    # A file stands under its parameter's own name, or elsewhere in the form with "attach://..." pointing to it.
    for name, value in list(request.payload.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            parts[name] = parts.pop(value.removeprefix("attach://"))
            del request.payload[name]
    request.files = parts
    return request


def _answer(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.code)


def _hang_up(http: web.Request) -> web.Response:
    assert http.transport
    http.transport.abort()
    return web.Response()


def _shown(chat: str, sent: Sent) -> dict[str, Any]:
    """The Message that answers a send or an edit."""
    where = updates.chat(int(chat))
    said: dict[str, Any] = {"message_id": sent.message_id, "from": updates.BOT, "chat": where, "date": updates.AT}
    if not sent.file:
        said["text"] = sent.text
    elif sent.text:
        said["caption"] = sent.text
    if sent.markup and "inline_keyboard" in sent.markup:
        said["reply_markup"] = sent.markup
    return said
