"""What a person holding a phone can read and tap in our payloads, and what a message has lost on its way there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.whatsapp.render import payloads
from bot.whatsapp.texts import clean
from flow import words
from flow.message import Message, Option
from flow.tokens import typed
from tests.bot.whatsapp.limits import violations

SARI = "6281255500031"
MOST_PAGES = 20


def buttons(sent: Sequence[dict[str, Any]]) -> set[str]:
    """The ids of everything that can be tapped."""
    return {tapped["id"] for one in sent for tapped in _tappable(one)}


def labels(payload: dict[str, Any]) -> list[str]:
    """What stands on its buttons, or on its rows: "Ya", "Berat: 8,4 kg · kemarin"."""
    shown = ([one["title"], one.get("description", "")] for one in _tappable(payload))
    return [" · ".join(filter(None, one)) for one in shown]


def text(payload: dict[str, Any]) -> str:
    """The words above the buttons."""
    kind = payload["type"]
    said = payload[kind]
    if kind == "interactive":
        return said["body"]["text"]
    return said.get("body") or said.get("caption", "")


def pages(message: Message, address: str = SARI) -> list[dict[str, Any]]:
    """Every payload of a message, and of each further page that its list can be turned to."""
    sent = payloads(address, message, "reply:whatsapp:7:0", "media-1")
    for _ in range(MOST_PAGES):
        further = [id for id in buttons(sent[-1:]) if id.startswith("more:")]
        if not further:
            return sent
        page = int(further[0].split(":")[1])
        sent += payloads(address, replace(message, page=page), "reply:whatsapp:7:0", "media-1")
    raise AssertionError("the pages never end")


def faults(message: Message) -> list[str]:
    """What Meta would refuse, and what a person could not read or answer: a line, an option, a picture got lost."""
    return [broken for payload in pages(message) for broken in violations(payload)] + _losses(message)


def _losses(message: Message) -> list[str]:
    sent = pages(message)
    read = "\n".join(text(payload) for payload in sent)
    lost = [f"not said: {line!r}" for line in _lines(message) if line not in _lined(read)]
    tapped, shown = buttons(sent), {label for payload in sent for label in labels(payload)}
    for option in (*message.options, *message.row):
        marks = message.multi and option in message.options[:-1]
        if not (marks or option.token in tapped or _can_be_written(option, read)):
            lost.append(f"cannot be answered: {option.label!r}")
        if not _is_read(option, read, shown):
            lost.append(f"not shown: {option.label!r}")
    if message.attachment and "media-1" not in json.dumps(sent):
        lost.append("the attachment is not sent")
    return lost


def _tappable(payload: dict[str, Any]) -> Iterator[dict[str, str]]:
    action = payload.get("interactive", {}).get("action", {})
    yield from (button["reply"] for button in action.get("buttons", ()))
    yield from (row for section in action.get("sections", ()) for row in section["rows"])


def _lines(message: Message) -> Iterator[str]:
    for line in clean(message.text).split("\n"):
        if line.strip() and not (message.multi and line == words.SEVERAL):
            yield _lined(line)


def _lined(text: str) -> str:
    return " ".join(text.split())


def _can_be_written(option: Option, read: str) -> bool:
    word = typed(option)
    return word is not None and f"*{word}*" in read


def _is_read(option: Option, read: str, shown: set[str]) -> bool:
    said = clean(re.sub(f"^({words.MARKED}|{words.UNMARKED})", "", option.label))
    whole = f"{said} · {option.hint}" if option.hint else said
    parted = re.sub(": ", " · ", whole, count=1)
    described = {label.partition(" · ")[2] for label in shown}
    return whole in shown | described or parted in shown or whole in read or _can_be_written(option, read)
