"""Messages that were announced by a template, and lists that go on: the same message again, by its name."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from db.outbox import DELIVERED, READ, SENT, Outgoing
from flow.message import Message
from handlers.chat.context import LASTING, Desk, NotValid
from handlers.chat.forms import HOME
from programme import still_valid

NOT_NOW = "Pesan itu sudah tidak berlaku. Ada yang ingin ditanyakan? Tulis *menu*."
GONE = "Pesan itu sudah lama, isinya tidak kami simpan lagi. Tulis *menu* untuk melihat yang sekarang."


def show(desk: Desk, key: str) -> None:
    """Whoever took up the announcement gets the message itself, as it was meant to come."""
    desk.worth = LASTING
    row = _theirs(desk, key)
    if row.state in (SENT, DELIVERED):
        row.state = READ
    if row.forgotten:
        desk.say(Message(GONE, (HOME,)))
    elif still_valid.fallen(desk.session, [row]):
        desk.say(Message(NOT_NOW, (HOME,)))
    else:
        desk.say(replace(Message.from_json(row.message), notice=(), template="", replaces=None, closes=None))


def turn_page(desk: Desk, page: int, key: str) -> None:
    """The same options from another page on, where a channel cannot show all of them at once."""
    row = _theirs(desk, key)
    message = Message.from_json(row.message)
    if row.forgotten or not 0 < page < len(message.options) + len(message.row):
        raise NotValid(key)
    desk.say(replace(message, page=page, notice=(), template="", replaces=None, closes=None))


def _theirs(desk: Desk, key: str) -> Outgoing:
    """The message of this name, if it went to whoever asks for it. Raises NotValid."""
    row = desk.session.scalar(select(Outgoing).where(Outgoing.key == key))
    mine = row is not None and (
        row.person_id == desk.address.person_id
        if row.person_id is not None
        else (row.channel, row.address) == (desk.incoming.channel, desk.incoming.address)
    )
    if row is None or not mine:
        raise NotValid(key)
    return row
