"""Updates as Telegram sends them. Every builder gives a whole Update with numbers of its own."""

from __future__ import annotations

import itertools
from typing import Any

AT = 1_772_586_000  # 4 March 2026, 09.00 in Kendari
BOT = {"id": 900, "is_bot": True, "first_name": "Asuh", "username": "asuh_bot"}

_update_ids = itertools.count(500_001)
_message_ids = itertools.count(70_001)


def user(number: int, name: str = "Sari") -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": name, "language_code": "id"}


def chat(number: int, name: str = "Sari") -> dict[str, Any]:
    return {"id": number, "type": "private", "first_name": name}


def update(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": next(_update_ids), kind: body}


def message(who: int, at: int = AT, name: str = "Sari", **content: Any) -> dict[str, Any]:
    head = {"message_id": next(_message_ids), "from": user(who, name), "chat": chat(who, name), "date": at}
    return update("message", {**head, **content})


def text(who: int, said: str, **rest: Any) -> dict[str, Any]:
    return message(who, text=said, **rest)


def tap(who: int, token: str, message_id: int = 1, shown: str = "?", name: str = "Sari") -> dict[str, Any]:
    """A tap on a button of our message ``message_id``."""
    under = {"message_id": message_id, "from": BOT, "chat": chat(who, name), "date": AT, "text": shown}
    head = {"id": str(next(_update_ids)), "from": user(who, name), "chat_instance": "77"}
    return update("callback_query", {**head, "message": under, "data": token})


def contact(who: int, phone: str = "+6281234567890", owner: int | None = None, **rest: Any) -> dict[str, Any]:
    """A shared card, the sender's own unless ``owner`` is someone else; 0 for someone who is not on Telegram."""
    card: dict[str, Any] = {"phone_number": phone, "first_name": "Sari"}
    if owner != 0:
        card["user_id"] = owner or who
    return message(who, contact=card, **rest)


def photo(who: int, file_id: str = "photo-large", **rest: Any) -> dict[str, Any]:
    """One photo in the three sizes in which it is offered; ``file_id`` names the largest."""
    sizes = [(f"{file_id}-s", 90, 67), (f"{file_id}-m", 320, 240), (file_id, 1280, 960)]
    offered = [
        {"file_id": f, "file_unique_id": f"u{f}", "width": w, "height": h, "file_size": w * h // 8} for f, w, h in sizes
    ]
    return message(who, photo=offered, **rest)


def document(who: int, file_id: str = "sheet", name: str = "data.xlsx", mime: str = "", **rest: Any) -> dict[str, Any]:
    file = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "file_size": 2048}
    return message(who, document={**file, "mime_type": mime or "application/octet-stream"}, **rest)


def place(who: int, latitude: float = -3.9985, longitude: float = 122.5127, **rest: Any) -> dict[str, Any]:
    return message(who, location={"latitude": latitude, "longitude": longitude}, **rest)


def sticker(who: int, **rest: Any) -> dict[str, Any]:
    shape = {"file_id": "st", "file_unique_id": "ust", "type": "regular", "width": 512, "height": 512}
    return message(who, sticker={**shape, "is_animated": False, "is_video": False}, **rest)


def membership(who: int, status: str, before: str = "member") -> dict[str, Any]:
    """``status`` is "kicked" when the person blocks the bot and "member" when they come back."""

    def member(status: str) -> dict[str, Any]:
        return {"user": BOT, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    change = {"old_chat_member": member(before), "new_chat_member": member(status)}
    return update("my_chat_member", {"chat": chat(who), "from": user(who), "date": AT, **change})
