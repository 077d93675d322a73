"""Telegram as far as our bot can tell, made of the phones on the demo's page.

``Phones`` is a Wire: the channel speaks to it as to the live server, and is refused as there. What a person does on
the page comes out as a real Update, to be kept and handled like any other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.telegram.wire import Gone, Unchanged, Upload, mapping
from demo.bubbles import Bubble, Runs, plain, runs
from demo.screens import Screens
from flow.message import Rejected

BOT: dict[str, Any] = {"id": 900, "is_bot": True, "first_name": "Asuh", "username": "asuh_bot"}
QUERIES = 2000  # kept in all
TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024


@dataclass(frozen=True)
class Owner:
    """Whose phone it is. ``chat`` is their number on Telegram, or the digits of the one they have on WhatsApp."""

    chat: int
    name: str
    phone: str


class Phones(Screens):
    """Every phone of the city. ``clock`` dates the messages."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._queries: dict[str, tuple[int, int]] = {}
        self._message_ids = itertools.count(1)
        self._update_ids = itertools.count(1)

    # --- the bot speaks: the Wire ---

    async def download(self, file_id: str) -> bytes:
        if found := self.file(file_id):
            return found[2]
        raise Rejected("berkas sudah tidak ada di Telegram")

    async def call(self, method: str, payload: Mapping[str, Any], file: Upload | None = None) -> Any:
        """Answers as Telegram would. Raises Rejected and its kinds where Telegram would refuse."""
        at = self._clock()
        log = {"out": True, "method": method, "payload": dict(payload), "at": at.isoformat(), "refused": ""}
        if file:
            log["file"] = {"field": file.field, "name": file.name, "bytes": len(file.content)}
        number = self._number(method, payload)
        try:
            return self._do(method, payload, file, at)
        except Rejected as refusal:
            log["refused"] = str(refusal)
            raise
        finally:
            if number is not None:
                self.log(number, log)

    def _number(self, method: str, payload: Mapping[str, Any]) -> int | None:
        if method == "answerCallbackQuery":
            return self._queries.get(str(payload.get("callback_query_id")), (None, 0))[0]
        number = payload.get("scope", payload).get("chat_id")
        return int(number) if number is not None and str(number).isdigit() else None

    def _do(self, method: str, payload: Mapping[str, Any], file: Upload | None, at: datetime) -> Any:
        match method:
            case "getMe":
                return BOT
            case "getFile":
                return {"file_id": payload["file_id"], "file_path": f"files/{payload['file_id']}"}
            case "answerCallbackQuery":
                return self._answered(str(payload.get("callback_query_id")))
            case _:
                pass
        number = self._number(method, payload)
        if number is None:
            raise Rejected(f"tidak ada chat untuk {method}")
        match method:
            case "sendMessage" | "sendPhoto" | "sendDocument":
                return self._send(number, payload, file, at)
            case "sendContact":
                words = [(str(payload["first_name"]), True), (f"\n{payload['phone_number']}", False)]
                card = Bubble(next(self._message_ids), False, at, words, card="contact")
                self.show(number, card)
                return self._message(number, card)
            case "editMessageText" | "editMessageReplyMarkup":
                return self._edit(number, method, payload)
            case "setMyCommands":
                self.chat(number).commands = list(payload["commands"])
                self.tell({"kind": "commands", "commands": payload["commands"]}, number)
                return True
            case "sendChatAction":
                self.tell({"kind": "typing"}, number)
                return True
            case _:
                raise Rejected(f"{method} tidak dikenal")

    def _send(self, number: int, payload: Mapping[str, Any], file: Upload | None, at: datetime) -> dict[str, Any]:
        chat, markup = self.chat(number), _markup(payload)
        said = _text(payload, "caption" if file else "text", empty=bool(file))
        bubble = Bubble(next(self._message_ids), False, at, said, buttons=markup.get("inline_keyboard", []))
        if file:
            bubble.file = self.store(file.name, file.content, "picture" if file.field == "photo" else "document")
        chat.said += 1
        self.show(number, bubble)
        if "keyboard" in markup or "remove_keyboard" in markup:
            self._keyboard(number, markup.get("keyboard", []))
        return self._message(number, bubble)

    def _edit(self, number: int, method: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        wanted = payload.get("message_id")
        bubble = next((b for b in self.chat(number).bubbles if b.id == wanted and not b.mine), None)
        if bubble is None:
            raise Gone("message to edit not found")
        buttons = _markup(payload).get("inline_keyboard", [])
        said = bubble.text
        if method == "editMessageText":
            if bubble.file:
                raise Gone("there is no text in the message to edit")
            said = _text(payload, "text")
        if (said, buttons) == (bubble.text, bubble.buttons):
            raise Unchanged("message is not modified")
        bubble.edited |= said != bubble.text
        bubble.text, bubble.buttons = said, buttons
        self.tell({"kind": "bubble", "bubble": bubble.to_json()}, number)
        return self._message(number, bubble)

    def _answered(self, query: str) -> bool:
        if query not in self._queries:
            raise Gone("query is too old")
        number, message = self._queries.pop(query)
        self.tell({"kind": "answered", "message": message}, number)
        return True

    # --- a person acts ---

    def text(self, owner: Owner, said: str) -> dict[str, Any]:
        """They write. Every one of these gives a whole Update."""
        bubble = self._mine(owner, [(said, False)])
        return self._update(owner, bubble, text=said)

    def contact(self, owner: Owner) -> dict[str, Any]:
        """They share their own number."""
        bubble = self._mine(owner, [(owner.phone, False)], card="contact")
        card = {"phone_number": owner.phone.removeprefix("+"), "first_name": owner.name, "user_id": owner.chat}
        return self._update(owner, bubble, contact=card)

    def place(self, owner: Owner, latitude: float, longitude: float) -> dict[str, Any]:
        bubble = self._mine(owner, [(f"{latitude:.5f}, {longitude:.5f}", False)], card="place")
        return self._update(owner, bubble, location={"latitude": latitude, "longitude": longitude})

    def photo(self, owner: Owner, content: bytes, width: int, height: int) -> dict[str, Any]:
        bubble = self._mine(owner, [], file=self.store("foto.jpg", content, "picture"))
        size = {"file_unique_id": f"u{bubble.id}", "width": width, "height": height, "file_size": len(content)}
        return self._update(owner, bubble, photo=[{"file_id": (bubble.file or {})["id"], **size}])

    def document(self, owner: Owner, content: bytes, name: str, mime: str) -> dict[str, Any]:
        bubble = self._mine(owner, [], file=self.store(name, content, "document", mime))
        file = {"file_id": (bubble.file or {})["id"], "file_unique_id": f"u{bubble.id}", "file_size": len(content)}
        return self._update(owner, bubble, document={**file, "file_name": name, "mime_type": mime})

    def tap(self, owner: Owner, message: int, data: str) -> dict[str, Any] | None:
        """They tap a button of a message of ours; None if there is no such button (any more)."""
        bubble = next((b for b in self.chat(owner.chat).bubbles if b.id == message and not b.mine), None)
        if bubble is None or not any(button.get("callback_data") == data for row in bubble.buttons for button in row):
            return None
        number = next(self._update_ids)
        self._queries[str(number)] = (owner.chat, message)
        while len(self._queries) > QUERIES:
            del self._queries[next(iter(self._queries))]
        query = {"id": str(number), "from": _user(owner), "chat_instance": str(owner.chat), "data": data}
        update = {"update_id": number, "callback_query": {**query, "message": self._message(owner.chat, bubble)}}
        self._heard(owner.chat, update)
        return update

    def _mine(self, owner: Owner, text: Runs, card: str = "", file: dict[str, Any] | None = None) -> Bubble:
        bubble = Bubble(next(self._message_ids), True, self._clock(), text, card=card, file=file)
        self.show(owner.chat, bubble)
        if self.chat(owner.chat).keyboard:  # ours are for one answer
            self._keyboard(owner.chat, [])
        return bubble

    def _update(self, owner: Owner, bubble: Bubble, **content: Any) -> dict[str, Any]:
        head = {"message_id": bubble.id, "from": _user(owner), "chat": _chat(owner.chat, owner.name)}
        message = {**head, "date": int(bubble.at.timestamp()), **content}
        update = {"update_id": next(self._update_ids), "message": message}
        self._heard(owner.chat, update)
        return update

    # --- what both do ---

    def _heard(self, number: int, update: dict[str, Any]) -> None:
        log = {"out": False, "method": "Update", "payload": update, "at": self._clock().isoformat(), "refused": ""}
        self.log(number, log)

    def _keyboard(self, number: int, rows: list[list[dict[str, Any]]]) -> None:
        self.chat(number).keyboard = rows
        self.tell({"kind": "keyboard", "keyboard": rows}, number)

    def _message(self, number: int, bubble: Bubble) -> dict[str, Any]:
        head = {"message_id": bubble.id, "from": BOT, "chat": _chat(number, "")}
        said = {"caption" if bubble.file else "text": plain(bubble.text)}
        markup = {"reply_markup": {"inline_keyboard": bubble.buttons}} if bubble.buttons else {}
        return {**head, "date": int(bubble.at.timestamp()), **said, **markup}


def _text(payload: Mapping[str, Any], name: str, empty: bool = False) -> Runs:
    said = runs(str(payload.get(name, "")), payload.get("parse_mode"))
    length = len(plain(said).encode("utf-16-le")) // 2
    if not plain(said).strip() and not empty:
        raise Rejected("message text is empty")
    if length > (TEXT_LIMIT if name == "text" else CAPTION_LIMIT):
        raise Rejected(f"{name} is too long")
    return said


def _markup(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(payload.get("reply_markup"))


def _user(owner: Owner) -> dict[str, Any]:
    return {"id": owner.chat, "is_bot": False, "first_name": owner.name, "language_code": "id"}


def _chat(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "type": "private", "first_name": name}
