"""WhatsApp's webhook: check the signature over the raw bytes, store each item, and only then confirm.

Meta posts again for up to seven days unless the answer is 200. So another answer is given only where a repetition can
help, and to posts without a valid signature.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import structlog
from aiohttp import web

from bot.whatsapp.raw import first, mapping, objects, text
from bot.whatsapp.read import PEOPLE_FIELDS, TEMPLATE_FIELDS

log = structlog.get_logger()

PATH = "/webhook/whatsapp"
HEADER = "X-Hub-Signature-256"
LIMIT = 3 * 1024 * 1024  # bytes; Meta posts no larger body

Item = dict[str, Any]
# Stores raw items in one commit and skips those it has already. Raising means: not stored.
Keep = Callable[[list[Item]], Awaitable[None]]
Handler = Callable[[web.Request], Awaitable[web.Response]]


def verify(token: str) -> Handler:
    """The handler for GET at PATH, by which Meta verifies the address with the token that the operator entered.

    200 with the bare challenge, else 403.
    """
    if not token:
        raise ValueError("a webhook without a verify token could be claimed by anybody")
    expected = token.encode()

    async def answer(request: web.Request) -> web.Response:
        asked = request.query
        said = asked.get("hub.verify_token", "").encode("utf-8", "surrogateescape")
        if asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(said, expected):
            return web.Response(status=403)
        return web.Response(text=asked.get("hub.challenge", "")[:1000])

    return answer


def handler(secrets: Sequence[str], phone_number_id: str, keep: Keep) -> Handler:
    """The handler for POST at PATH. ``secrets`` are app secrets: the present one, and an old one while it is replaced.

    ``keep`` stores a list of items. 403 without a signature by one of the secrets, 413 for a body that cannot be
    Meta's, 500 if ``keep`` fails (Meta posts it again), else 200.
    """
    keys = [secret.encode() for secret in secrets if secret]
    if not keys:
        raise ValueError("a webhook without an app secret would take anybody's word")

    async def receive(request: web.Request) -> web.Response:
        signature = request.headers.get(HEADER, "")
        if not signature.startswith("sha256="):
            return web.Response(status=403)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        if not signed(body, signature, keys):
            log.warning("whatsapp.webhook_forged")  # or signed with an app secret that was never entered here
            return web.Response(status=403)
        items = list(split(_decoded(body), phone_number_id))
        if items:
            try:
                await keep(items)
            except Exception as failure:
                # The text of a database error quotes the values, which are what a person wrote.
                log.error("whatsapp.webhook_not_kept", failure=type(failure).__name__)
                return web.Response(status=500)
        return web.Response()

    return receive


def signed(body: bytes, signature: str, keys: Sequence[bytes]) -> bool:
    """Whether the signature ("sha256=<hex>") of exactly these bytes was made with one of the keys."""
    said = signature.encode("utf-8", "surrogateescape")
    makers = [hmac.compare_digest(said, b"sha256=" + hmac.digest(k, body, sha256).hex().encode()) for k in keys]
    return any(makers)


def split(body: object, phone_number_id: str) -> Iterator[Item]:
    """The items of a post: up to a thousand, in three nested lists.

    Items for another number of the same app are left out, and so are kinds that nothing here reads.
    """
    entries = objects(mapping(body).get("entry"))
    if not entries:
        log.warning("whatsapp.webhook_unreadable")
    for entry in entries:
        for change in objects(entry.get("changes")):
            field, value = text(change.get("field"), 60), mapping(change.get("value"))
            if field == "messages":
                yield from _said(value, phone_number_id)
            elif field in TEMPLATE_FIELDS:
                yield {"field": field, "value": dict(value), "time": entry.get("time")}
            elif field in PEOPLE_FIELDS:
                for one in objects(value.get(field)):
                    yield {"field": field, "value": dict(one), "time": entry.get("time")}
            else:  # about the account or the number: logged for the operator, who sees it in Meta's pages as well
                log.warning("whatsapp.notice", field=field, about=text(value.get("event"), 60))


def _said(value: Mapping[str, Any], phone_number_id: str) -> Iterator[Item]:
    number = mapping(value.get("metadata")).get("phone_number_id")
    if number not in (None, phone_number_id):
        return
    for error in objects(value.get("errors")):
        log.warning("whatsapp.notice", field="errors", code=str(error.get("code"))[:20])
    messages = objects(value.get("messages"))
    for message in messages:
        contact = _contact(message, value, alone=_one_sender(messages))
        yield {"phone_number_id": phone_number_id, "contact": contact, "message": dict(message)}
    for status in objects(value.get("statuses")):
        yield {"phone_number_id": phone_number_id, "status": dict(status)}


def _contact(message: Mapping[str, Any], value: Mapping[str, Any], *, alone: bool) -> Item | None:
    """The contact of the message's sender. Number and WhatsApp id may differ, so a single contact is taken as it is."""
    contacts = objects(value.get("contacts"))
    for contact in contacts:
        for ours, theirs in (("user_id", "from_user_id"), ("wa_id", "from")):
            if (name := contact.get(ours)) and name == message.get(theirs):
                return dict(contact)
    return dict(first(contacts)) if alone and len(contacts) == 1 else None


def _one_sender(messages: Sequence[Mapping[str, Any]]) -> bool:
    return len({(str(message.get("from_user_id")), str(message.get("from"))) for message in messages}) == 1


async def _body(request: web.Request) -> bytes | None:
    """The body; None if it is longer than any post can be."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LIMIT:
            return None
    return bytes(body)


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
