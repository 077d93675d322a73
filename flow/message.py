"""Messages in and out of a conversation, independent of any channel.

A channel adapter turns its payloads into ``Incoming``, and a ``Message`` into its payloads. No code between the two
knows which channel it speaks to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

# --- in -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """A shared phone number. ``own`` is true only when the channel vouches that it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Place:
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class File:
    """A file the sender left with the channel; ``reference`` is the channel's name for it."""

    reference: str
    mime: str = ""
    name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryNews:
    """A status report about a message we sent: "sent", "delivered", "read" or "failed".

    ``key`` is our key of the message, if the channel returned it; ``provider_id`` is the channel's id. ``failure`` says
    what to do about a failed one. ``category`` and ``billing`` say what it was charged as ("utility", "regular").
    """

    provider_id: str
    state: str
    key: str = ""
    code: int | None = None
    reason: str = ""
    category: str = ""
    billing: str = ""
    failure: SendFailure | None = None


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """A report about a template: its ``status`` ("APPROVED", "PAUSED", ...), ``category`` or ``quality``."""

    name: str
    language: str
    status: str = ""
    category: str = ""
    quality: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One action of a person, or one report from the channel.

    Exactly one of text, tap, photo, document, contact, place, reachable, muted, unsupported, delivery, template is set.
    ``album`` names the pictures that were sent together, which come as a message each; "" for one alone.
    ``caption`` is what was written under a photo, a document or a video. ``edited`` and ``forwarded`` words are heard
    for danger only.

    ``message_id`` is unique per channel and names replies; ``at`` is aware, the channel's own time.
    ``tapped_message`` is the message whose button was tapped, so that it can be closed or redrawn. ``replied_to`` is
    the message that somebody replied to with what they wrote or sent.
    ``reachable`` is False when the person blocked us, True when they unblocked us. ``muted`` is True when they asked
    the channel for no unasked messages of ours, False when they took that back.
    ``unsupported`` marks a kind we cannot read (a sticker, a poll): the person gets an answer all the same.
    ``phone`` is the sender's number ("+62812...") where the channel vouches for it; ``aliases`` are other addresses of
    the same sender, who may be stored under one of them.
    """

    channel: str
    address: str
    message_id: str
    at: datetime
    text: str | None = None
    caption: str = ""
    edited: bool = False
    forwarded: bool = False
    tap: str | None = None
    photo: File | None = None
    document: File | None = None
    contact: Contact | None = None
    place: Place | None = None
    reachable: bool | None = None
    muted: bool | None = None
    unsupported: bool = False
    tapped_message: str | None = None
    replied_to: str | None = None
    sender_name: str = ""
    phone: str = ""
    aliases: tuple[str, ...] = ()
    album: str = ""
    delivery: DeliveryNews | None = None
    template: TemplateNews | None = None

    @property
    def words(self) -> str:
        """What was written: the text, or what stands under a picture; empty where nothing was."""
        return self.text or self.caption

    @property
    def is_heard_only(self) -> bool:
        """Whether these are words that answer nothing and change nothing: edited ones, or somebody else's."""
        return bool(self.words) and (self.edited or self.forwarded)


# --- out ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """A tappable answer. ``token`` is what the tap returns: at most 64 ASCII characters, never user data."""

    token: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send, by its path below the media folder. ``kind`` is "picture" or "document"."""

    kind: str
    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Card:
    """A contact card to send: one tap calls it. ``phone`` begins with "+" and the country's code."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person.

    ``text`` is plain; a pair of *asterisks* within a line makes it bold, and that is the whole markup.
    ``options`` are one column unless the labels are short. ``row`` are the small ones below (back, skip).
    ``wants`` asks for a "contact", a "place" or a "photo" by the channel's own button.
    ``replaces`` is a message to redraw in place where the channel can, ``closes`` one whose buttons are to be
    removed, and ``closing`` the text it is left with. ``commands`` is the command menu to show this person.
    ``multi``: several of the options may be chosen, one after the other; the last one ends that. ``page`` of the
    options is shown where a channel cannot show all of them. ``notice`` are the parameters of the approved template
    that announces it where a channel lets us write first only so; ``template`` names the one it is to be sent as.
    ``card`` comes after the text, which must have the number too: where the card cannot be sent, the text still is.
    """

    text: str
    options: tuple[Option, ...] = ()
    row: tuple[Option, ...] = ()
    wants: str | None = None
    attachment: Attachment | None = None
    replaces: str | None = None
    closes: str | None = None
    closing: str = ""
    commands: tuple[tuple[str, str], ...] = ()
    multi: bool = False
    page: int = 0
    notice: tuple[str, ...] = ()
    template: str = ""
    card: Card | None = None

    def to_json(self) -> dict[str, Any]:
        """The message as JSON, without fields that have their default, so that stored rows stay small."""
        kept: dict[str, Any] = {"text": self.text}
        for name in ("options", "row"):
            if options := getattr(self, name):
                kept[name] = [[o.token, o.label, o.hint] for o in options]
        if self.attachment:
            kept["attachment"] = [self.attachment.kind, self.attachment.path, self.attachment.name]
        if self.card:
            kept["card"] = [self.card.name, self.card.phone]
        for name in ("wants", "replaces", "closes", "closing", "multi", "page", "template"):
            if value := getattr(self, name):
                kept[name] = value
        if self.notice:
            kept["notice"] = list(self.notice)
        if self.commands:
            kept["commands"] = [list(line) for line in self.commands]
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(
            text=kept["text"],
            options=tuple(Option(*o) for o in kept.get("options", ())),
            row=tuple(Option(*o) for o in kept.get("row", ())),
            wants=kept.get("wants"),
            attachment=Attachment(*kept["attachment"]) if kept.get("attachment") else None,
            replaces=kept.get("replaces"),
            closes=kept.get("closes"),
            closing=kept.get("closing", ""),
            commands=tuple((c, d) for c, d in kept.get("commands", ())),
            multi=kept.get("multi", False),
            page=kept.get("page", 0),
            notice=tuple(kept.get("notice", ())),
            template=kept.get("template", ""),
            card=Card(*kept["card"]) if kept.get("card") else None,
        )


def plain(value: str) -> str:
    """A person's text made safe to insert into a message: no markup, no line breaks."""
    return " ".join(value.replace("*", "∗").split())


# --- the channel, and its failures named by what to do about them -------------------


@dataclass(frozen=True, slots=True)
class Delivery:
    """The channel's answer about a message it accepted. ``note`` says what had to be changed to send it."""

    provider_id: str
    note: str = ""


class Channel(Protocol):
    """The interface to one messaging service."""

    name: str

    def read(self, raw: Mapping[str, Any], received_at: datetime) -> Incoming | None:
        """The stored payload as one ``Incoming``; None for a kind that needs no handling.

        ``received_at`` stands in for a time the payload does not carry.
        """
        ...

    async def send(self, address: str, message: Message, key: str) -> Delivery:
        """Send the message. Raises Refused, Unreachable, Uncertain or Rejected."""
        ...


class SendFailure(Exception):
    """Why a message did not go out; the text is stored in the outbox and read by operators."""


class Refused(SendFailure):
    """The address blocked us or does not exist: stop writing to it."""


class OptedOut(SendFailure):
    """The person asked the channel for no unasked messages of ours: only answers and what is urgent may go there."""


class Rejected(SendFailure):
    """The message itself was refused, by our mistake. Never sent again unchanged; the operator is told."""


@dataclass(eq=False)
class Unreachable(SendFailure):
    """Not delivered, try again after ``retry_after`` seconds (None: with backoff).

    ``everyone`` is true when the whole channel is to pause. Otherwise a ``retry_after`` holds for the address: nothing
    else goes there before; with ``message_only`` it holds for this message, and others go there meanwhile.
    """

    reason: str
    retry_after: float | None = None
    everyone: bool = False
    message_only: bool = False

    @property
    def rests_address(self) -> bool:
        """Whether the channel asked us to send this address nothing for ``retry_after`` seconds."""
        return self.retry_after is not None and not (self.everyone or self.message_only)

    def __str__(self) -> str:
        return self.reason


class Uncertain(SendFailure):
    """The message may have arrived. Sent again only if it is important enough to be received twice (alerts)."""


class WindowClosed(SendFailure):
    """Not delivered: outside the 24-hour window only an approved template may be sent to this address."""


class Undeliverable(SendFailure):
    """Not delivered, and the address may no longer exist: after this on several days we stop writing to it."""


@dataclass(eq=False)
class TemplateRefused(SendFailure):
    """Not sent: the template cannot be used now (missing, paused, wrongly filled in) until a person looks at it."""

    template: str
    reason: str

    def __str__(self) -> str:
        return self.reason
