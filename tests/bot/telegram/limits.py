"""What a Bot API server refuses, and in which words."""

from __future__ import annotations

import html
import re
from typing import Any

TAG = re.compile(r"<(/?)([a-zA-Z-]+)([^<>]*)>")
PLAIN_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "code", "pre", "blockquote"}
ENTITY = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


class Refusal(Exception):
    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str, **parameters: Any) -> Refusal:
    return Refusal(400, f"Bad Request: {description}", **parameters)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def shown(text: Any, parse_mode: str | None, limit: int, what: str = "message") -> str:
    """What a reader sees of a text or caption; refuses what the server refuses."""
    if not isinstance(text, str):
        raise bad(f"{what} must be a string")
    text.encode()  # half a surrogate pair fails here, as it does there
    if len(text.encode()) > 32_768:
        raise bad(f"{what} is too long")
    if parse_mode not in (None, "HTML"):
        raise bad("unsupported parse_mode")
    seen = (parse(text) if parse_mode else text).strip()
    if units(seen) > limit:
        raise bad(f"{what} is too long")
    return seen


def parse(text: str) -> str:
    """The text without its HTML. A tag that is not known, not closed or closed in the wrong order is refused."""
    seen, open_tags, at = "", list[str](), 0
    while at < len(text):
        if text[at] == "<":
            found = TAG.match(text, at)
            if not found:
                raise bad(f"can't parse entities: Unsupported start tag at byte offset {at}")
            closing, name, attributes = found[1], found[2].lower(), found[3]
            if name not in PLAIN_TAGS or attributes:
                raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {at}')
            if not closing:
                open_tags.append(name)
            elif not open_tags or open_tags.pop() != name:
                raise bad(f"can't parse entities: Unmatched end tag at byte offset {at}")
            at = found.end()
        elif found := ENTITY.match(text, at):
            seen += html.unescape(found[0])
            at = found.end()
        else:
            seen += text[at]
            at += 1
    if open_tags:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1]}\"")
    return seen


def markup(value: Any, *, private: bool, edit: bool) -> dict[str, Any] | None:
    """One markup a message; edits take inline keyboards only."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    kinds = value.keys() & {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}
    if len(kinds) != 1:
        raise bad("reply markup must be of one kind")
    if edit and "inline_keyboard" not in value:
        raise bad("inline keyboard expected")
    if len(str(value).encode()) > 20_000:
        raise bad("reply markup is too long")
    rows = value.get("inline_keyboard", value.get("keyboard", []))
    if sum(len(row) for row in rows) > 100 or any(not 0 < len(row) <= 8 for row in rows):
        raise bad("wrong number of buttons")
    for button in (button for row in rows for button in row):
        if not button.get("text", "").strip():
            raise bad("keyboard button text must be non-empty")
        if "inline_keyboard" in value:
            _inline(button)
        elif not private and button.keys() & {"request_contact", "request_location"}:
            raise bad("phone number can be requested in private chats only")
    return value


def _inline(button: dict[str, Any]) -> None:
    if button.keys() == {"text"}:
        raise bad("Text buttons are unallowed in the inline keyboard")
    if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")


def commands(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, list) or len(value) > 100:
        raise bad("expected an Array of BotCommand of at most 100")
    for command in value:
        if not COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return value
