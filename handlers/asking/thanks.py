"""Thanks are thanked: one warm line, and no more than one in a while."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from content import questions
from db.outbox import Kind, Outgoing
from flow.message import Message
from handlers.chat.context import Context
from handlers.family import family

WELCOME, GOOD = "Sama-sama, {to}. Senang bisa menemani. 🌱", "Siap, {to}. 🌱"
PLAIN = "Terima kasih kembali, {to}."  # to a family that mourns
REST = timedelta(hours=3)  # after such a line; until then "ok" and "makasih" need no other


def answer(context: Context, text: str) -> None:
    """Answer thanks, or a nod such as "ok"."""
    line = WELCOME if questions.is_thanks(text) else GOOD
    if family.mourns(context):
        line = PLAIN
    if not _was_said(context):
        context.say(Message(line.format(to=family.called(context))))


def _was_said(context: Context) -> bool:
    """Whether the newest answer within the rest was such a line."""
    query = select(Outgoing.message).where(
        Outgoing.person_id == context.person.id, Outgoing.kind == Kind.REPLY, Outgoing.created_at > context.now - REST
    )
    newest = context.session.scalar(query.order_by(Outgoing.id.desc()).limit(1))
    lines = {line.format(to=family.called(context)) for line in (WELCOME, GOOD, PLAIN)}
    return newest is not None and newest.get("text") in lines
