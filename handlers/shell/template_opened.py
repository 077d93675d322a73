"""Say a sent message again, by its key: one that a template announced, or another page of its options."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from db import outbox, questions
from db.outbox import DELIVERED, READ, SENT, Kind, Outgoing
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from programme import broadcast_checks, still_valid

NOT_NOW = "Pesan itu sudah tidak berlaku. Ada yang ingin ditanyakan? Tulis *menu*."
REPORTED = "Sejak pesan itu ditulis sudah ada kabar baru, jadi isinya tidak persis lagi. Yang sekarang ada di sini:"
GONE = "Pesan itu sudah lama, isinya tidak kami simpan lagi. Tulis *menu* untuk melihat yang sekarang."


def show(context: Context, key: str) -> None:
    """Answer with the message that a template announced, if it is still stored and true."""
    context.worth = LASTING
    row = _sent(context, key)
    if row.state in (SENT, DELIVERED):
        row.state = READ
    if row.forgotten:
        context.say(Message(GONE, (HOME,)))
    elif (
        still_valid.fallen(context.session, [row])
        or still_valid.not_theirs(context.session, [row], context.now)
        or broadcast_checks.not_for_them(context.session, [row], context.now)
    ):
        context.say(Message(NOT_NOW, (HOME,)))
    elif still_valid.overtaken(context.session, [row]):
        # What is left of it is shown where it is listed: the schedule, or what the message itself leads to.
        now = Option("menu:jadwal", "Lihat jadwal") if row.kind == Kind.REMINDER else _leads_to(row)
        context.say(Message(REPORTED, (now,), (HOME,)))
    else:
        said = replace(Message.from_json(row.message), notice=(), template="", replaces=None, closes=None)
        _say_in_thread(context, row, said)


def _leads_to(row: Outgoing) -> Option:
    return Message.from_json(row.message).options[-1]


def turn_page(context: Context, page: int, key: str) -> None:
    """Answer with the message from another page of its options on. Raises NotValid for a page it does not have."""
    row = _sent(context, key)
    message = Message.from_json(row.message)
    if row.forgotten or not 0 < page < len(message.options) + len(message.row):
        raise NotValid(key)
    said = replace(message, page=page, notice=(), template="", replaces=None, closes=None)
    _say_in_thread(context, row, said)


def _say_in_thread(context: Context, row: Outgoing, message: Message) -> None:
    """Say it, as a message of the same question: a reply to it belongs there like one to the first."""
    said = context.say(message)
    question = questions.of_outgoing(context.session, row.id)
    if said is not None and question is not None:
        questions.belongs(context.session, question.id, said)


def _sent(context: Context, key: str) -> Outgoing:
    """The message of this key, with a line in the audit that it is read again."""
    row = context.session.scalars(select(Outgoing).where(Outgoing.key == key)).one()
    if context.address.person_id is not None:
        shown = outbox.subjects(context.session, [row.id]).get(row.id) or [subject(context.person)]
        context.note_all("message.read", shown)
    return row
