"""Say a sent message again, by its key: one that a template announced, or another page of its options."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from db import people
from db.outbox import DELIVERED, READ, SENT, Outgoing
from flow.message import Message
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from programme import still_valid

NOT_NOW = "Pesan itu sudah tidak berlaku. Ada yang ingin ditanyakan? Tulis *menu*."
GONE = "Pesan itu sudah lama, isinya tidak kami simpan lagi. Tulis *menu* untuk melihat yang sekarang."


def show(context: Context, key: str) -> None:
    """Answer with the message that a template announced, if it is still stored and true. Raises NotValid."""
    context.worth = LASTING
    row = _sent_to_person(context, key)
    if row.state in (SENT, DELIVERED):
        row.state = READ
    if row.forgotten:
        context.say(Message(GONE, (HOME,)))
    elif still_valid.fallen(context.session, [row]):
        context.say(Message(NOT_NOW, (HOME,)))
    else:
        context.say(replace(Message.from_json(row.message), notice=(), template="", replaces=None, closes=None))


def turn_page(context: Context, page: int, key: str) -> None:
    """Answer with the message from another page of its options on. Raises NotValid for a page it does not have."""
    row = _sent_to_person(context, key)
    message = Message.from_json(row.message)
    if row.forgotten or not 0 < page < len(message.options) + len(message.row):
        raise NotValid(key)
    context.say(replace(message, page=page, notice=(), template="", replaces=None, closes=None))


def _sent_to_person(context: Context, key: str) -> Outgoing:
    """The message with this key, if it was sent to the person who asks for it. Raises NotValid otherwise."""
    row = context.session.scalar(select(Outgoing).where(Outgoing.key == key))
    sent_here = row is not None and (
        row.person_id == context.address.person_id
        if row.person_id is not None
        else (row.channel, row.address) == (context.incoming.channel, context.incoming.address)
    )
    if row is None or not sent_here:
        raise NotValid(key)
    if people.only_lessons(context.address) and row.address != context.incoming.address:
        raise NotValid(key)  # it went to another phone of the person's
    return row
