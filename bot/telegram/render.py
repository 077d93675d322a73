"""Convert a message to calls of the Bot API. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from flow.message import Attachment, Message, Option

TEXT_LIMIT = 4096  # UTF-16 units, counted after the markup is gone
RAW_LIMIT = 32_768  # bytes, markup included
CAPTION_LIMIT = 1024
ROW_LETTERS = 42  # of all small buttons side by side; a phone cuts off what is longer
NAME_LIMIT = 64  # of a contact
BOLD = re.compile(r"\*([^*\n]+)\*")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
REQUESTS = {
    "contact": {"text": "📱 Kirim nomor saya", "request_contact": True},
    "place": {"text": "📍 Kirim lokasi", "request_location": True},
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the server. A ``harmless`` one adds a card or removes old buttons; a failure is ignored."""

    method: str
    payload: dict[str, Any]
    file: Attachment | None = None
    harmless: bool = False


def calls(chat_id: str, message: Message) -> list[Call]:
    """The calls for this message, in order; the last one that is not harmless carries the buttons."""
    said = list(_said(chat_id, message))
    tidying = list(_tidying(chat_id, message))
    buttons = keyboard(message)
    if (old := _message_id(message.replaces)) is not None:
        if message.attachment or "keyboard" in buttons:  # neither can be added to an existing message
            tidying.append(without_buttons(chat_id, old))
        else:
            said[0] = Call("editMessageText", {**said[0].payload, "message_id": old})
    if "inline_keyboard" in buttons or said[-1].method != "editMessageText":
        said[-1].payload["reply_markup"] = buttons
    return said + list(_card(chat_id, message)) + tidying


def _card(chat_id: str, message: Message) -> Iterator[Call]:
    if card := message.card:
        payload = {"chat_id": chat_id, "phone_number": card.phone, "first_name": card.name[:NAME_LIMIT] or card.phone}
        yield Call("sendContact", payload, harmless=True)


def _said(chat_id: str, message: Message) -> Iterator[Call]:
    """The calls that send text and attachment, still without buttons."""
    text = message.text
    if attachment := message.attachment:
        method = "sendPhoto" if attachment.kind == "picture" else "sendDocument"
        fits = units(bare(text)) <= CAPTION_LIMIT
        caption = {"caption": html(text), "parse_mode": "HTML"} if fits and text.strip() else {}
        yield Call(method, {"chat_id": chat_id, **caption}, attachment)
        if fits:
            return
    for part in split(text):
        yield Call("sendMessage", _text(chat_id, part))


def _tidying(chat_id: str, message: Message) -> Iterator[Call]:
    closed = _message_id(message.closes)
    if closed is not None and message.closes != message.replaces:
        if message.closing.strip():
            text = _text(chat_id, split(message.closing)[0])
            yield Call("editMessageText", {**text, "message_id": closed}, harmless=True)
        else:
            yield without_buttons(chat_id, closed)
    if message.commands:
        # Without a language: a list for "id" would hide this one from everyone whose Telegram is in Indonesian.
        commands = [{"command": name, "description": said} for name, said in _commands(message.commands)]
        scope = {"type": "chat", "chat_id": chat_id}
        yield Call("setMyCommands", {"commands": commands, "scope": scope}, harmless=True)


def _text(chat_id: str, text: str) -> dict[str, Any]:
    return {
        "chat_id": chat_id,
        "text": html(text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def without_buttons(chat_id: str, message_id: int) -> Call:
    return Call("editMessageReplyMarkup", {"chat_id": chat_id, "message_id": message_id}, harmless=True)


def _message_id(value: str | None) -> int | None:
    """Telegram's id of a message of ours; None for one that another channel sent."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 16 else None


def _commands(commands: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, description in list(commands)[:100]:
        name = name.removeprefix("/").lower()
        if COMMAND.fullmatch(name):
            yield name, description.strip()[:256] or name


# --- text ---------------------------------------------------------------------


def html(text: str) -> str:
    """Telegram's HTML: *bold* within a line, all else exactly as written."""
    return BOLD.sub(r"<b>\1</b>", escape(text, quote=False))


def unformatted(call: Call) -> Call:
    """The same call with plain text instead of HTML, after the server refused the HTML."""
    payload = {name: value for name, value in call.payload.items() if name != "parse_mode"}
    for name in payload.keys() & {"text", "caption"}:
        payload[name] = unescape(re.sub("</?b>", "", payload[name]))
    return Call(call.method, payload, call.file, call.harmless)


def bare(text: str) -> str:
    """The text without the marks of bold."""
    return BOLD.sub(r"\1", text)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts it: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str) -> list[str]:
    """The text in parts that fit into a message each, cut between paragraphs, else lines, else words, else anywhere."""
    return list(_split(text, ("\n\n", "\n", " "))) or [text]


def _split(text: str, seams: Sequence[str]) -> Iterator[str]:
    if _fits(*_weight(text)):
        if text.strip():
            yield text
        return
    if not seams:
        half = len(text) // 2
        yield from _split(text[:half], ())
        yield from _split(text[half:], ())
        return
    seam = seams[0]
    if seam == " ":
        text = bare(text).replace("*", "∗")  # a cut inside a line would tear a bold pair apart
    part: list[str] = []
    seen = raw = 0
    for piece in text.split(seam):
        more_seen, more_raw = _weight(piece)
        seen, raw = seen + len(seam) + more_seen, raw + len(seam) + more_raw
        if part and not _fits(seen, raw):
            yield from _split(seam.join(part), seams[1:])
            part, seen, raw = [], more_seen, more_raw
        part.append(piece)
    yield from _split(seam.join(part), seams[1:])


def _weight(text: str) -> tuple[int, int]:
    """Length as read (UTF-16 units) and as sent (bytes). Both add up over lines."""
    return units(bare(text)), len(html(text).encode())


def _fits(seen: int, raw: int) -> bool:
    return seen <= TEXT_LIMIT and raw <= RAW_LIMIT


# --- buttons ------------------------------------------------------------------


def keyboard(message: Message) -> dict[str, Any]:
    """The one markup a message may have.

    A message without buttons removes the contact or place button of an earlier one, which would otherwise stay on the
    screen. So nothing has to be stored about who still has one.
    """
    if request := REQUESTS.get(message.wants or ""):
        labels = [[{"text": option.label}] for option in message.options]
        row = [[{"text": option.label} for option in message.row]] if message.row else []
        return {"keyboard": [[request], *labels, *row], "resize_keyboard": True, "one_time_keyboard": True}
    rows = [*_rows(message.options), *_small_rows(message.row)]
    if not rows:
        return {"remove_keyboard": True}
    return {"inline_keyboard": [[_button(option) for option in row] for row in rows]}


def _rows(options: Sequence[Option]) -> list[Sequence[Option]]:
    longest = max((len(_label(option)) for option in options), default=0)
    wide = 3 if longest <= 12 else 2 if longest <= 18 else 1
    if wide == 3 and len(options) == 4:
        wide = 2  # four options as two and two, not three and one
    return _chunks(options, wide)


def _small_rows(options: Sequence[Option]) -> Iterator[Sequence[Option]]:
    """As many in a row as can be read there."""
    row: list[Option] = []
    for option in options:
        if row and sum(len(_label(one)) for one in (*row, option)) > ROW_LETTERS:
            yield row
            row = []
        row.append(option)
    if row:
        yield row


def _chunks(options: Sequence[Option], size: int) -> list[Sequence[Option]]:
    return [options[start : start + size] for start in range(0, len(options), size)]


def _label(option: Option) -> str:
    return f"{option.label} · {option.hint}" if option.hint else option.label


def _button(option: Option) -> dict[str, str]:
    return {"text": _label(option), "callback_data": option.token}
