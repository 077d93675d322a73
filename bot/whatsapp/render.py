"""Convert a message to payloads of the Cloud API. Pure.

Every payload is one message to be paid for, so the text and its buttons are one message wherever they fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.whatsapp.choices import Offer, numbered, offer
from bot.whatsapp.texts import BODY_LIMIT, clean, fits, parameter, parts, without_line
from flow import words
from flow.message import Attachment, Message, Rejected

NUMBER = re.compile(r"\+?([1-9]\d{7,14})")
SCOPED_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
CHOOSE = "Silakan pilih, ya."  # carries the buttons of a text that is too long to have them itself
MEDIA = {"picture": "image", "document": "document"}


def recipient(address: str) -> dict[str, str]:
    """The recipient field of a payload: a business-scoped id ("ID.15025...") or a number with its country code.

    Raises Rejected for anything else: Meta would read "0812..." as a number of the sender's own country, or of somebody
    else's.
    """
    if SCOPED_ID.fullmatch(address):
        return {"recipient": address}
    if number := NUMBER.fullmatch(address):
        return {"to": f"+{number[1]}"}
    raise Rejected("bukan alamat WhatsApp")


def payloads(address: str, message: Message, key: str, media_id: str | None = None) -> list[dict[str, Any]]:
    """The request bodies for the message, in order; the last carries the buttons.

    ``key`` is returned in status reports. ``media_id`` is Meta's id of the uploaded attachment. Raises Rejected where
    there is nothing to send, or no valid recipient.
    """
    if message.attachment and not media_id:
        raise Rejected("lampiran belum diunggah")
    said = list(_said(address, message, key, media_id or ""))
    if not said:
        raise Rejected("pesan kosong")
    if message.page:
        said = said[-1:]  # further pages of a list repeat no text
    to = {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient(address)}
    return [{**to, **one, "biz_opaque_callback_data": key} for one in said]


def card(address: str, message: Message) -> dict[str, Any] | None:
    """The request body for the message's contact card; None where it has none, and for a template or a further page.

    It carries no key, so that its status reports are not taken for those of the message.
    """
    if message.card is None or message.template or message.page:
        return None
    name, phone = parameter(message.card.name), message.card.phone
    contact = {"name": {"formatted_name": name, "first_name": name}, "phones": [{"phone": phone, "type": "CELL"}]}
    to = {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient(address)}
    return {**to, "type": "contacts", "contacts": [contact]}


def template(address: str, message: Message, key: str, language: str = "id", *, button: bool = True) -> dict[str, Any]:
    """The approved template ``message.template``, filled with ``message.notice`` in the order of its variables.

    ``button``: its first quick reply asks for the message itself, as "read:<key>". Raises Rejected for no address.
    """
    components: list[dict[str, Any]] = []
    if message.notice:
        values = [{"type": "text", "text": parameter(value)} for value in message.notice]
        components.append({"type": "body", "parameters": values})
    if button:
        payload = [{"type": "payload", "payload": f"read:{key}"}]
        components.append({"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": payload})
    named = {"name": message.template, "language": {"code": language}, "components": components}
    to = {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient(address)}
    return {**to, "type": "template", "template": named, "biz_opaque_callback_data": key}


def _said(address: str, message: Message, key: str, media_id: str) -> Iterator[dict[str, Any]]:
    """The request bodies without recipient."""
    text = clean(message.text)
    if message.multi:
        text = _lines(without_line(text, words.SEVERAL), *numbered(message))
    offered = offer(message, key, asks_number="recipient" in recipient(address))
    whole = _lines(text, *offered.lines)
    file, fitting = message.attachment, fits(whole, BODY_LIMIT)
    if not offered.kind:
        if file:
            yield _file(file, media_id, whole if fitting else "")
        yield from () if file and fitting else map(_text, parts(whole))
        return
    header = None
    if file and fitting and offered.kind == "button":
        header = _file(file, media_id)  # a list takes no picture at its head
    elif file:
        yield _file(file, media_id)
    if fitting:
        yield _interactive(offered, whole or CHOOSE, header)
        return
    above, _, last = text.rpartition("\n\n")
    if not above or not fits(body := _lines(last, *offered.lines), BODY_LIMIT):
        above, body = whole, CHOOSE
    yield from map(_text, parts(above))
    yield _interactive(offered, body)


def _lines(*lines: str) -> str:
    return "\n".join(lines).strip()


def _text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _file(file: Attachment, media_id: str, caption: str = "") -> dict[str, Any]:
    kind = MEDIA[file.kind]
    name = {"filename": file.name} if kind == "document" else {}
    return {"type": kind, kind: {"id": media_id, **name, **({"caption": caption} if caption else {})}}


def _interactive(offered: Offer, body: str, header: dict[str, Any] | None = None) -> dict[str, Any]:
    above = {"header": header} if header else {}
    return {
        "type": "interactive",
        "interactive": {"type": offered.kind, **above, "body": {"text": body}, "action": offered.action},
    }
