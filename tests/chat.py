"""Talk to the product without any channel: say this, hear that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.outbox import Outgoing
from db.people import Person
from flow.message import Contact, File, Incoming, Message, Option, Place
from handlers.inbox import receive
from tests import people

_updates = count(1)


class Chat:
    """One person's chat. ``heard`` are the messages of the last answer; a minute passes with every message."""

    def __init__(self, session: Session, address: str, now: datetime = people.NOW, city: City | None = None):
        self.session, self.address, self.now = session, address, now
        self.city = city or people.city()
        self.heard: list[Message] = []
        self._options: list[Option] = []
        self.taps = self.typed = 0

    def say(self, text: str) -> str:
        """Write something; returns what is answered."""
        self.typed += 1
        return self._send(text=text)

    def tap(self, label: str) -> str:
        """Tap the newest button whose words begin like this."""
        self.taps += 1
        return self._send(tap=self.button(label).token, tapped_message="m1")

    def tap_token(self, token: str) -> str:
        return self._send(tap=token, tapped_message="m1")

    def share_contact(self, phone: str, *, own: bool = True) -> str:
        return self._send(contact=Contact(phone, own))

    def share_place(self) -> str:
        return self._send(place=Place(-3.97, 122.51))

    def send_photo(self) -> str:
        return self._send(photo=File("photo-1"))

    def send_sticker(self) -> str:
        return self._send(unsupported=True)

    def seen(self, message: Message) -> None:
        """A message that came by itself, whose buttons can be tapped now."""
        self._options = [*self._options, *message.options, *message.row]

    def button(self, label: str) -> Option:
        for option in reversed(self._options):
            if option.label.casefold().strip("☑☐ ‹").startswith(label.casefold()):
                return option
        raise AssertionError(f"no button {label!r} among {[o.label for o in self._options]}")

    @property
    def labels(self) -> list[str]:
        return [option.label for message in self.heard for option in (*message.options, *message.row)]

    def _send(self, **what: Any) -> str:
        self.now += timedelta(minutes=1)
        number = next(_updates)
        incoming = Incoming("telegram", self.address, str(number), self.now)
        receive(self.session, replace(incoming, **what), self.now, self.city)
        self.session.commit()
        rows = self.session.scalars(
            select(Outgoing).where(Outgoing.key.like(f"reply:telegram:{number}:%")).order_by(Outgoing.id)
        )
        self.heard = [Message.from_json(row.message) for row in rows]
        fresh = [option for message in self.heard for option in (*message.options, *message.row)]
        self._options = (self._options + fresh)[-200:]
        return "\n\n".join(message.text for message in self.heard)


def chat_with(session: Session, who: Person, now: datetime = people.NOW, city: City | None = None) -> Chat:
    """The chat of somebody who has joined already."""
    address = people.address(session, who, channel="telegram", heard=now)
    session.commit()
    return Chat(session, address.address, now, city)


def stranger(session: Session, now: datetime = people.NOW, city: City | None = None) -> Chat:
    return Chat(session, f"stranger-{next(_updates)}", now, city)


def shown(message: Message) -> str:
    """A message as a transcript shows it: its text, then its buttons."""
    lines = [message.text]
    if message.attachment:
        lines.append(f"({message.attachment.name})")
    if message.wants:
        lines.append(f"({message.wants})")
    lines += [f"  [{option.label}]" for option in message.options]
    if message.row:
        lines.append("  " + " ".join(f"[{option.label}]" for option in message.row))
    return "\n".join(lines)
