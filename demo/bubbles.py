"""What a chat shows: bubbles, and each channel's markup taken apart so that a page need not trust any."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

from bot.telegram.wire import Unparsable

Runs = list[tuple[str, bool]]
"""Text in pieces, each bold or not."""

TAG = re.compile(r"(</?b>)")
STARRED = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])")


@dataclass
class Bubble:
    """One message as it looks now. ``mine`` is the phone's owner's; ``card`` is "contact" or "place" for such a one.

    ``file`` has id, name, kind ("picture", "document") and bytes (their number). The others are WhatsApp's: ``rows``
    (id, title, description) of a list that ``opens`` with this word, the ``footer`` of a ``template``, the message's
    own name there, and whether the other side has ``seen`` it.
    """

    id: int
    mine: bool
    at: datetime
    text: Runs
    buttons: list[list[dict[str, Any]]] = field(default_factory=list[list[dict[str, Any]]])
    card: str = ""
    file: dict[str, Any] | None = None
    edited: bool = False
    rows: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    opens: str = ""
    footer: str = ""
    template: bool = False
    wamid: str = ""
    seen: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "mine": self.mine, "at": self.at.isoformat(), "text": self.text, "buttons": self.buttons,
            "card": self.card, "file": self.file, "edited": self.edited, "rows": self.rows, "opens": self.opens,
            "footer": self.footer, "template": self.template, "seen": self.seen,
        }  # fmt: skip


def runs(text: str, parse_mode: str | None) -> Runs:
    """Text as Telegram would show it. Raises Unparsable for HTML it would refuse; only <b> is ever sent."""
    if parse_mode != "HTML":
        return [(text, False)]
    found: Runs = []
    bold = False
    for piece in TAG.split(text):
        if piece in ("<b>", "</b>"):
            if bold == (piece == "<b>"):
                raise Unparsable("can't parse entities")
            bold = piece == "<b>"
        elif "<" in piece:
            raise Unparsable("can't parse entities")
        elif piece:
            found.append((unescape(piece), bold))
    if bold:
        raise Unparsable("can't parse entities")
    return found


def starred(text: str) -> Runs:
    """Text as WhatsApp would show it: *bold* between single asterisks, and nothing it could refuse."""
    pieces = STARRED.split(text)
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]


def plain(text: Runs) -> str:
    return "".join(piece for piece, _ in text)
