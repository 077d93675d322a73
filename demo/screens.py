"""What each phone shows, and the pages that look on."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from demo.bubbles import Bubble

BUBBLES, CALLS = 150, 40  # kept of a chat
FILES = 300  # kept in all, those used last
BACKLOG = 2000  # events a page may be behind before it is asked to come again


@dataclass
class Chat:
    """One phone's conversation with the bot. ``keyboard`` are the rows of a reply keyboard, if one is up; until
    ``window`` a person on WhatsApp may be written to freely."""

    bubbles: deque[Bubble] = field(default_factory=lambda: deque[Bubble](maxlen=BUBBLES))
    calls: deque[dict[str, Any]] = field(default_factory=lambda: deque[dict[str, Any]](maxlen=CALLS))
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list[list[dict[str, Any]]])
    commands: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    said: int = 0  # messages of the bot, ever
    window: datetime | None = None

    def snapshot(self) -> dict[str, Any]:
        bubbles = [bubble.to_json() for bubble in self.bubbles]
        return {
            "bubbles": bubbles, "calls": list(self.calls), "keyboard": self.keyboard, "commands": self.commands,
            "window": self.window and self.window.isoformat(),
        }  # fmt: skip


@dataclass(eq=False)
class Listener:
    """A page that is open, and the phones it shows. After an overflow it hears nothing more and has to come again."""

    chats: frozenset[int]
    events: asyncio.Queue[dict[str, Any] | None] = field(default_factory=lambda: asyncio.Queue(BACKLOG))
    lost: bool = False


class Screens:
    """Every phone's chat by its number, and whoever is looking at it."""

    def __init__(self) -> None:
        self._chats: dict[int, Chat] = {}
        self._listeners: set[Listener] = set()
        self._files: OrderedDict[str, tuple[str, str, bytes]] = OrderedDict()

    def chat(self, number: int) -> Chat:
        return self._chats.setdefault(number, Chat())

    def listen(self, chats: Iterable[int]) -> Listener:
        listener = Listener(frozenset(chats))
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    @property
    def watched(self) -> set[int]:
        """The phones that are open on some page."""
        return {chat for listener in self._listeners for chat in listener.chats}

    def said_to_pages(self) -> int:
        """How many messages the phones that are open somewhere have had of the bot."""
        return sum(self.chat(chat).said for chat in self.watched)

    def tell(self, event: dict[str, Any], chat: int | None = None) -> None:
        """Say something to the pages that show this chat, or to all of them."""
        for listener in self._listeners:
            if listener.lost or (chat is not None and chat not in listener.chats):
                continue
            try:
                listener.events.put_nowait({"chat": chat, **event})
            except asyncio.QueueFull:
                listener.lost = True

    def show(self, chat: int, bubble: Bubble) -> None:
        """A new bubble, at the end."""
        self.chat(chat).bubbles.append(bubble)
        self.tell({"kind": "bubble", "bubble": bubble.to_json()}, chat)

    def log(self, chat: int, call: dict[str, Any]) -> None:
        """What passed between us and the channel about this chat, to be looked at."""
        self.chat(chat).calls.append(call)
        self.tell({"kind": "call", "call": call}, chat)

    def store(self, name: str, content: bytes, kind: str, mime: str = "") -> dict[str, Any]:
        """Keep a file, the same one once; what a bubble says of it."""
        reference = f"file-{sha256(name.encode() + content).hexdigest()[:24]}"
        if not mime:
            mime = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg" if kind == "picture" else ""
        self._files[reference] = (name, mime or "application/octet-stream", content)
        self._files.move_to_end(reference)
        while len(self._files) > FILES:
            self._files.popitem(last=False)
        return {"id": reference, "name": name, "kind": kind, "bytes": len(content)}

    def file(self, reference: str) -> tuple[str, str, bytes] | None:
        """Name, MIME type and bytes of a file that was sent either way."""
        if reference in self._files:
            self._files.move_to_end(reference)
        return self._files.get(reference)

    def hang_up(self) -> None:
        """The end: every page is told to go."""
        for listener in self._listeners:
            listener.lost = True
            with suppress(asyncio.QueueFull):
                listener.events.put_nowait(None)
