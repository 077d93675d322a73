"""WhatsApp as far as we can tell, made of the phones on the demo's page.

``WhatsAppPhones`` is a Wire: the channel speaks to it as to the live server, and is refused as there, at once or by
news that come later. What a person does on the page, and what became of our messages, comes out as the body of a post
to our webhook.
"""

from __future__ import annotations

import itertools
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.whatsapp.wire import Upload, failure
from content.notices import Notices
from demo import whatsapp_drawing, whatsapp_limits
from demo.bubbles import Bubble, Runs
from demo.phones import Owner
from demo.screens import Screens
from demo.shape import SCOPED, user_id
from flow.message import Rejected

NUMBER, ACCOUNT, DISPLAYED = "100000000000001", "100000000000002", "+62 811-4000-000"
WINDOW = timedelta(hours=24)
CLOSED, WRONG = 131047, 131009
AT_ONCE = 500  # news in one post; Meta puts up to a thousand there


class WhatsAppPhones:
    """Every phone with WhatsApp, drawn on ``screens``. ``notices`` are the templates that Meta has approved, for a
    city of this name; ``clock`` dates the messages."""

    def __init__(self, screens: Screens, clock: Callable[[], datetime], notices: Notices, city_name: str) -> None:
        self._screens, self._clock, self._notices, self._city = screens, clock, notices, city_name
        self._bubbles = itertools.count(1)
        self._news: list[dict[str, Any]] = []

    # --- we speak: the Wire ---

    async def post(self, payload: Mapping[str, Any]) -> Any:
        """Answers as Meta would, and raises what its refusal means."""
        if payload.get("status") == "read":
            return self._read(payload)
        number, at = _number_of(payload), self._clock()
        log = {"out": True, "method": f"messages: {payload.get('type')}", "payload": dict(payload)}
        log |= {"at": at.isoformat(), "refused": ""}
        try:
            return self._take(number, payload, at, log)
        except Exception as refusal:
            log["refused"] = str(refusal)
            raise
        finally:
            self._screens.log(number, log)

    async def upload(self, file: Upload) -> str:
        kind = "picture" if file.mime.startswith("image/") else "document"
        return self._screens.store(file.name, file.content, kind, file.mime)["id"]

    async def media(self, media_id: str) -> Mapping[str, Any]:
        if found := self._screens.file(media_id):
            return {"url": media_id, "mime_type": found[1], "file_size": len(found[2])}
        raise _refusal(whatsapp_drawing.NO_FILE, "no such file", {})

    async def download(self, url: str, limit: int) -> bytes:
        if (found := self._screens.file(url)) and len(found[2]) <= limit:
            return found[2]
        raise Rejected("berkas sudah tidak ada di WhatsApp")

    def _take(self, number: int, payload: Mapping[str, Any], at: datetime, log: dict[str, Any]) -> dict[str, Any]:
        if wrong := whatsapp_limits.problems(payload):
            raise _refusal(WRONG, "; ".join(wrong), payload)
        bubble = Bubble(next(self._bubbles), False, at, [])
        bubble.wamid = _wamid(number, bubble.id)
        try:
            whatsapp_drawing.draw(bubble, payload, self._notices, self._city, self._screens.file)
        except whatsapp_drawing.Impossible as wrong:
            raise _refusal(wrong.code, str(wrong), payload) from None
        category = "utility" if bubble.template else "service"
        pricing = {"billable": True, "pricing_model": "PMP", "category": category, "type": "regular"}
        key = {"biz_opaque_callback_data": payload.get("biz_opaque_callback_data", "")}
        if bubble.template or self.is_open(number):
            self._screens.chat(number).said += 1
            self._screens.show(number, bubble)
            self._tell("delivered", number, bubble.wamid, at, pricing=pricing, **key)
        else:  # it is taken all the same, and nobody ever sees it
            log["refused"] = f"{CLOSED}: jendela 24 jam tertutup, tidak disampaikan"
            details = {"details": "more than 24 hours have passed since the customer last replied"}
            error = {"code": CLOSED, "title": "Re-engagement message", "error_data": details}
            self._tell("failed", number, bubble.wamid, at, errors=[error], **key)
        contact = {"input": payload.get("to", ""), "wa_id": str(number), "user_id": user_id(number)}
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": bubble.wamid}]}

    def _read(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Two blue ticks at all they have said, and "typing..."."""
        number, _ = _parted(str(payload.get("message_id")), payload)
        for bubble in self._screens.chat(number).bubbles:
            bubble.seen |= bubble.mine
        self._screens.tell({"kind": "seen"}, number)
        if "typing_indicator" in payload:
            self._screens.tell({"kind": "typing"}, number)
        return {"success": True}

    # --- what Meta tells later ---

    def news(self) -> list[dict[str, Any]]:
        """Posts that wait to be made: what became of our messages."""
        told, self._news = self._news, []
        return [self._post(statuses=told[at : at + AT_ONCE]) for at in range(0, len(told), AT_ONCE)]

    def is_open(self, number: int) -> bool:
        """Whether this person may be written to freely."""
        until = self._screens.chat(number).window
        return until is not None and self._clock() < until

    def _tell(self, status: str, number: int, wamid: str, at: datetime, **more: Any) -> None:
        who = {"recipient_id": str(number), "recipient_user_id": user_id(number)}
        self._news.append({"id": wamid, "status": status, "timestamp": _seconds(at), **who, **more})

    def _post(self, **value: Any) -> dict[str, Any]:
        metadata = {"display_phone_number": DISPLAYED, "phone_number_id": NUMBER}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        entry = {"id": ACCOUNT, "time": int(self._clock().timestamp()), "changes": [change]}
        return {"object": "whatsapp_business_account", "entry": [entry]}

    # --- a person acts; every one of these gives the body of a post ---

    def text(self, owner: Owner, said: str) -> dict[str, Any]:
        return self._says(owner, self._mine([(said, False)]), "text", {"body": said})

    def contact(self, owner: Owner) -> dict[str, Any]:
        """They share their own number."""
        line = {"phone": owner.phone, "wa_id": str(owner.chat), "type": "CELL"}
        card = {"name": {"formatted_name": owner.name, "first_name": owner.name}, "phones": [line]}
        return self._says(owner, self._mine([(owner.phone, False)], card="contact"), "contacts", [card])

    def place(self, owner: Owner, latitude: float, longitude: float) -> dict[str, Any]:
        bubble = self._mine([(f"{latitude:.5f}, {longitude:.5f}", False)], card="place")
        return self._says(owner, bubble, "location", {"latitude": latitude, "longitude": longitude})

    def photo(self, owner: Owner, content: bytes, width: int, height: int) -> dict[str, Any]:
        bubble = self._mine([], file=self._screens.store("foto.jpg", content, "picture"))
        return self._says(owner, bubble, "image", {"id": (bubble.file or {})["id"], "mime_type": "image/jpeg"})

    def document(self, owner: Owner, content: bytes, name: str, mime: str) -> dict[str, Any]:
        bubble = self._mine([], file=self._screens.store(name, content, "document", mime))
        return self._says(
            owner, bubble, "document", {"id": (bubble.file or {})["id"], "filename": name, "mime_type": mime}
        )

    def tap(self, owner: Owner, message: int, data: str) -> dict[str, Any] | None:
        """They tap a button or a row of a message of ours, however old; None if there is none such."""
        bubble = next((b for b in self._screens.chat(owner.chat).bubbles if b.id == message and not b.mine), None)
        if bubble is None:
            return None
        rows = [row for row in bubble.rows if row["id"] == data]
        labels = [one["text"] for line in bubble.buttons for one in line if one.get("callback_data") == data]
        if not rows and not labels:
            return None
        title = rows[0]["title"] if rows else labels[0]
        mine, under = self._mine([(title, False)]), {"from": NUMBER, "id": bubble.wamid}
        if bubble.template:
            return self._says(owner, mine, "button", {"payload": data, "text": title}, under)
        kind = "list_reply" if rows else "button_reply"
        reply = rows[0] if rows else {"id": data, "title": title}
        return self._says(owner, mine, "interactive", {"type": kind, kind: reply}, under)

    def _mine(self, text: Runs, card: str = "", file: dict[str, Any] | None = None) -> Bubble:
        return Bubble(next(self._bubbles), True, self._clock(), text, card=card, file=file)

    def _says(
        self, owner: Owner, bubble: Bubble, kind: str, said: Any, under: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Whoever writes has read what is there, and may be written to for a day."""
        number, chat = owner.chat, self._screens.chat(owner.chat)
        for ours in chat.bubbles:
            if not ours.mine and not ours.seen:
                ours.seen = True
                self._tell("read", number, ours.wamid, bubble.at)
        bubble.wamid = _wamid(number, bubble.id)
        self._screens.show(number, bubble)
        chat.window = bubble.at + WINDOW
        self._screens.tell({"kind": "window", "until": chat.window.isoformat()}, number)
        head = {"from": str(number), "from_user_id": user_id(number), "id": bubble.wamid}
        message = {**head, "timestamp": _seconds(bubble.at), "type": kind, kind: said}
        contact = {"profile": {"name": owner.name}, "wa_id": str(number), "user_id": user_id(number)}
        post = self._post(contacts=[contact], messages=[message | ({"context": under} if under else {})])
        self._screens.log(
            number, {"out": False, "method": "webhook", "payload": post, "at": bubble.at.isoformat(), "refused": ""}
        )
        return post


def _refusal(code: int, details: str, payload: Mapping[str, Any]) -> Exception:
    return failure(400, {"error": {"code": code, "error_data": {"details": details}}}, payload)


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


def _number_of(payload: Mapping[str, Any]) -> int:
    """Whom a request is for. Raises what Meta's refusal means for nobody."""
    to, scoped = str(payload.get("to", "")).removeprefix("+"), str(payload.get("recipient", "")).removeprefix("ID.")
    if to.isdigit():
        return int(to)
    if scoped.isdigit():
        return int(scoped) - SCOPED
    raise _refusal(WRONG, "recipient is not valid", payload)


def _wamid(number: int, bubble: int) -> str:
    return "wamid." + b64encode(f"{number}:{bubble}".encode()).decode()


def _parted(wamid: str, payload: Mapping[str, Any]) -> tuple[int, int]:
    """The number and the bubble that a message's name was made of."""
    try:
        number, _, bubble = b64decode(wamid.removeprefix("wamid.")).decode().partition(":")
        return int(number), int(bubble)
    except ValueError:
        raise _refusal(WRONG, "message_id is not valid", payload) from None
