"""Talk to the product without any channel: say this, hear that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.whatsapp.render import payloads
from content.city import City
from db import outbox
from db.letters import Letter
from db.outbox import PLANNED, SENT, SKIPPED, Outgoing
from db.people import Address, Person
from db.questions import QuestionOutgoing
from db.told_endings import ToldEnding
from flow import words
from flow.message import Contact, File, Incoming, Message, Option, Place
from flow.tokens import typed
from handlers.shell.receive import receive
from tests import people
from tests.bot.whatsapp import reading

_updates = count(1)
_OF_LETTERS = select(Letter.outgoing_id).where(Letter.outgoing_id.is_not(None))
REPLIES = select(Outgoing).where(Outgoing.key.like(bindparam("keys"))).order_by(Outgoing.id)


class Chat:
    """One person's chat. ``heard`` are the messages of the last answer; a minute passes with every message."""

    def __init__(self, session: Session, address: str, now: datetime = people.NOW, city: City | None = None):
        self.session, self.address, self.now = session, address, now
        self.city = city or people.city()
        self.heard: list[Message] = []
        self.channel = "telegram"
        self._options: list[Option] = []
        self._marked: set[int] | None = None
        self._tappable: set[str] = set()
        self._newest: set[str] = set()
        self.taps = self.typed = 0

    def say(self, text: str) -> str:
        """Write something; returns what is answered."""
        self.typed += 1
        return self._send(text=text)

    def tap(self, label: str) -> str:
        """Tap the newest button whose words begin like this; on WhatsApp, write what is not there to be tapped."""
        if self._marked is not None:
            assert words.normal(label) == words.normal(words.DONE), "several answers end with Selesai"
            numbers, self._marked = sorted(self._marked), None
            return self.say(", ".join(map(str, numbers)) or words.NONE)
        option = self.button(label)
        if self.channel == "whatsapp" and option.token not in self._tappable:
            if word := typed(option):
                return self.say(word)
            self._turn_to(option)
        self.taps += 1
        return self._send(tap=option.token, tapped_message="m1")

    def marks(self, label: str) -> bool:
        """Whether this tap only marks one of several answers. WhatsApp has no button for that: it is remembered here,
        to be written with the others."""
        asked = self.heard[-1] if self.heard else Message("")
        if self.channel != "whatsapp" or not asked.multi or words.normal(label) == words.normal(words.DONE):
            return False
        option = self.button(label)
        if option not in asked.options[:-1]:
            return False
        if self._marked is None:
            marked = enumerate(asked.options, 1)
            self._marked = {number for number, one in marked if one.label.startswith(words.MARKED)}
        self._marked ^= {asked.options.index(option) + 1}
        return True

    def fill(self, *answers: str) -> str:
        """Answer one question after the other, by a tap where there is a button; the last thing that is said."""
        said = ""
        for answer in answers:
            said = self.tap(answer) if answer in self.labels else self.say(answer)
        return said

    def tell_of_birth(self, pregnancy: int) -> None:
        """The birth of Aisyah is told, today."""
        self.tap_token(f"birth:pregnancy:{pregnancy}")
        self.fill("Hari ini", "Satu", "Perempuan", "Aisyah", "3100", "Kirim")

    def tap_token(self, token: str) -> str:
        return self._send(tap=token, tapped_message="m1")

    def share_contact(self, phone: str, *, own: bool = True) -> str:
        return self._send(contact=Contact(phone, own))

    def share_place(self) -> str:
        return self._send(place=Place(-3.97, 122.51))

    def send_photo(self) -> str:
        return self._send(photo=File("photo-1"))

    def reply(self, text: str | None = None, to: str = "", **what: Any) -> str:
        """Reply, in the channel's own way, to the newest question, answer or letter here, or to the one of this key."""
        query = select(Outgoing).where(Outgoing.address == self.address, Outgoing.state != SKIPPED)
        of_question = Outgoing.id.in_(select(QuestionOutgoing.outgoing_id)) | Outgoing.id.in_(_OF_LETTERS)
        query = query.where(Outgoing.key == to if to else of_question).order_by(Outgoing.id.desc())
        row = self.session.scalars(query.limit(1)).one()
        row.provider_id = row.provider_id or f"sent-{row.id}"  # the channel has taken it
        if row.state == PLANNED:
            row.state, row.settled_at = SENT, self.now
        self.session.flush()
        return self._send(text=text, replied_to=row.provider_id, **what)

    def send(self, **what: Any) -> str:
        """Anything, by the fields of an ``Incoming``."""
        return self._send(**what)

    def send_sticker(self) -> str:
        return self._send(unsupported=True)

    def seen(self, message: Message) -> None:
        """A message that came by itself, whose buttons can be tapped now."""
        self.heard = [message]
        self._show(message, "seen")

    def also_hears(self, message: Message) -> None:
        """A message that came by itself after the last answer."""
        self.heard.append(message)
        self._show(message, "also")

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
        incoming = Incoming(self.channel, self.address, str(number), self.now)
        key = f"reply:{self.channel}:{number}"
        if album := what.get("album"):
            together = f"reply:{self.channel}:{self.address}-album-{album}"
            key = key if outbox.promised(self.session, [f"{together}:0"], dropped="") else together
        receive(self.session, replace(incoming, **what), self.now, self.city)
        self.session.commit()
        rows = self.session.scalars(REPLIES, {"keys": f"{key}:%"}).all()
        self.heard = [Message.from_json(row.message) for row in rows]
        for row, message in zip(rows, self.heard, strict=True):
            self._show(message, row.key)
        return "\n\n".join(message.text for message in self.heard)

    def _show(self, message: Message, key: str) -> None:
        """What it offers can be answered from now on; what WhatsApp shows of it is what can be tapped there."""
        self._options = [*self._options, *message.options, *message.row][-200:]
        if self.channel == "whatsapp":
            self._newest = reading.buttons(payloads(self.address, message, key, "media-1"))
            self._tappable |= self._newest

    def _turn_to(self, option: Option) -> None:
        """Turn the pages of the newest list until the option stands there."""
        while option.token not in self._tappable:
            further = [id for id in self._newest if id.startswith("more:")]
            assert further, f"WhatsApp shows no button {option.label!r}"
            self._send(tap=further[0])

    def move_to_whatsapp(self) -> None:
        """The same person on WhatsApp from now on, by an id that tells no phone number."""
        before, self.channel, self.address = self.address, "whatsapp", f"ID.{next(_updates)}"
        moved = update(Address).where(Address.address == before)
        self.session.execute(moved.values(channel=self.channel, address=self.address))
        self.session.commit()
        for message in self.heard:
            self._show(message, "seen")


def chat_with(session: Session, who: Person, now: datetime = people.NOW, city: City | None = None) -> Chat:
    """The chat of somebody who has joined already."""
    known = select(Address).where(Address.channel == "telegram", Address.person_id == who.id)
    address = session.scalars(known).first() or people.address(session, who, channel="telegram", heard=now)
    session.commit()
    return Chat(session, address.address, now, city)


def stranger(session: Session, now: datetime = people.NOW, city: City | None = None) -> Chat:
    return Chat(session, f"stranger-{next(_updates)}", now, city)


def shown(message: Message) -> str:
    """A message as a transcript shows it: its text, then its buttons."""
    lines = [message.text]
    if message.attachment:
        lines.append(f"({message.attachment.name})")
    if message.card:
        lines.append(f"({message.card.name}: {message.card.phone})")
    if message.wants:
        lines.append(f"({message.wants})")
    lines += [f"  [{option.label}]" for option in message.options]
    if message.row:
        lines.append("  " + " ".join(f"[{option.label}]" for option in message.row))
    return "\n".join(lines)


def confirmed_by(session: Session, who: Person) -> str:
    """A health worker says that the newest news of an end is true; the answer."""
    told = session.scalars(select(ToldEnding).order_by(ToldEnding.id.desc())).first()
    assert told is not None
    return chat_with(session, who).tap_token(f"told:yes:{told.id}")
