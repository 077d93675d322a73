"""What Meta posts, in the shapes of its documentation: single things, and the three lists they come in."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from typing import Any

NUMBER = "106540352242922"  # the id of our number
ACCOUNT = "102290129340398"
AT = 1772586000  # 4 March 2026, 01:00 UTC
SARI, SARI_ID = "6281234567890", "ID.1502576394655843"

_wamids = itertools.count(1)


def wamid() -> str:
    return f"wamid.HBgNNjI4MTIzNDU2Nzg5MBUCABIYFDNBN{next(_wamids):06d}AA=="


def message(kind: str, said: Any, who: str = SARI, **rest: Any) -> dict[str, Any]:
    """One message. ``who`` is a number, or a user id for someone who hides the number."""
    sender = {"from": who} if who.isdigit() else {"from_user_id": who}
    return {**sender, "id": wamid(), "timestamp": str(AT), "type": kind, kind: said, **rest}


def text(said: str, who: str = SARI, **rest: Any) -> dict[str, Any]:
    return message("text", {"body": said}, who, **rest)


def button_reply(token: str, title: str = "Ya", under: str = "wamid.OURS", who: str = SARI) -> dict[str, Any]:
    reply = {"type": "button_reply", "button_reply": {"id": token, "title": title}}
    return message("interactive", reply, who, context={"from": "15550783881", "id": under})


def list_reply(token: str, title: str = "Perdarahan", under: str = "wamid.OURS", who: str = SARI) -> dict[str, Any]:
    reply = {"type": "list_reply", "list_reply": {"id": token, "title": title, "description": "dari jalan lahir"}}
    return message("interactive", reply, who, context={"from": "15550783881", "id": under})


def template_button(payload: str, label: str = "Baca", who: str = SARI, **rest: Any) -> dict[str, Any]:
    """A quick reply of a template; ``context`` may be missing."""
    return message("button", {"payload": payload, "text": label}, who, **rest)


def image(media_id: str = "1003383421387256", who: str = SARI, **rest: Any) -> dict[str, Any]:
    return message("image", {"id": media_id, "mime_type": "image/jpeg", "sha256": "x", "caption": "ini", **rest}, who)


def document(media_id: str = "1003383421387257", who: str = SARI, **rest: Any) -> dict[str, Any]:
    file = {"id": media_id, "mime_type": "application/pdf; x=1", "sha256": "x", "filename": "surat.pdf", **rest}
    return message("document", file, who)


def place(latitude: Any = -3.9985, longitude: Any = 122.5127, who: str = SARI) -> dict[str, Any]:
    return message("location", {"latitude": latitude, "longitude": longitude}, who)


def card(phone: str = "+62 812-3456-7890", who: str = SARI, origin: str = "other", **rest: Any) -> dict[str, Any]:
    digits = "".join(letter for letter in phone if letter.isdigit())
    shared = {"name": {"formatted_name": "Sari"}, "phones": [{"phone": phone, "wa_id": digits}], "origin": origin}
    return message("contacts", [shared], who, **rest)


def unsupported(who: str = SARI) -> dict[str, Any]:
    """A poll, a picture to be seen once, an edited message: Meta tells no more than that."""
    said = {"title": "Message type unknown", "message": "Message type unknown"}
    error = {"code": 131051, **said, "error_data": {"details": "Message type is currently not supported."}}
    return message("unsupported", {"type": "poll"}, who, errors=[error])


def contact(who: str = SARI, user_id: str = "", name: str = "Sari") -> dict[str, Any]:
    known = {"wa_id": who} if who.isdigit() else {"user_id": who}
    return {"profile": {"name": name}, **known, **({"user_id": user_id} if user_id else {})}


def status(
    said: str, of: str = "wamid.OURS", to: str = SARI, key: str = "", code: int = 0, **rest: Any
) -> dict[str, Any]:
    """News of a message of ours. A failed one has its reason, and none ever says more of the person."""
    found: dict[str, Any] = {"id": of, "status": said, "timestamp": str(AT)}
    found |= {"recipient_id": to} if to.isdigit() else {"recipient_user_id": to}
    if key:
        found["biz_opaque_callback_data"] = key
    if code:
        found["errors"] = [{"code": code, "title": f"E{code}", "message": f"E{code}", "error_data": {"details": "why"}}]
    if said in ("sent", "delivered"):
        found["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "utility", "type": "regular"}
    return found | rest


def item(message: dict[str, Any], contact: dict[str, Any] | None = None) -> dict[str, Any]:
    """A message as it lies in the inbox."""
    return {"phone_number_id": NUMBER, "contact": contact, "message": message}


def status_item(status: dict[str, Any]) -> dict[str, Any]:
    return {"phone_number_id": NUMBER, "status": status}


def change(
    messages: list[dict[str, Any]] | None = None,
    statuses: list[dict[str, Any]] | None = None,
    contacts: list[dict[str, Any]] | None = None,
    number: str = NUMBER,
) -> dict[str, Any]:
    """One change of the field "messages". A failed status comes without contacts, so none are made up here."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": number},
    }
    value |= {
        name: held for name, held in (("contacts", contacts), ("messages", messages), ("statuses", statuses)) if held
    }
    return {"field": "messages", "value": value}


def notice(field: str, value: dict[str, Any]) -> dict[str, Any]:
    """A change of another field: no metadata, no messages."""
    return {"field": field, "value": value}


def template_value(**said: Any) -> dict[str, Any]:
    head = {"message_template_id": 806312974732579, "message_template_name": "asuh_pesan_edukasi"}
    return {**head, "message_template_language": "id", **said}


def post(*changes: dict[str, Any], at: int = AT) -> dict[str, Any]:
    """All changes in one entry; see ``entries`` for the other way."""
    return {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "time": at, "changes": list(changes)}]}


def entries(*changes: dict[str, Any]) -> dict[str, Any]:
    """Each change in an entry of its own."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": ACCOUNT, "time": AT, "changes": [change]} for change in changes],
    }


def encoded(body: Any) -> bytes:
    """As Meta writes it: other than plain letters as escapes, and a solidus as one too."""
    return json.dumps(body).replace("/", "\\/").encode()


def signature(body: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
