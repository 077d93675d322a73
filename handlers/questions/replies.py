"""Which question a message belongs to: by the message it replies to, or by what was asked for before."""

from __future__ import annotations

from sqlalchemy import select

from db import questions
from db.outbox import Outgoing
from db.questions import Question
from handlers.chat.context import Context

ANSWERING, WRITING_ON = "answer", "write-on"
"""What ``Address.awaiting`` says, with the question's id, while an answer or more words of who asked are awaited."""


def replied(context: Context) -> Question | None:
    """The question to one of whose messages this is a reply, in the channel's own way of replying."""
    incoming = context.incoming
    if incoming.replied_to is None or incoming.tap is not None or incoming.is_heard_only:
        return None
    query = select(Outgoing).where(
        Outgoing.provider_id == incoming.replied_to, Outgoing.channel == incoming.channel,
        Outgoing.address.in_((incoming.address, *incoming.aliases)),
    )  # fmt: skip
    for row in context.session.scalars(query.order_by(Outgoing.id.desc())):
        for id in (row.id, row.resend_of):
            if id is not None and (found := questions.of_outgoing(context.session, id)) is not None:
                return found
    return None


def await_words(context: Context, what: str, question: Question) -> None:
    """What is written next belongs to this question, and to no form: one that is open is left for later."""
    context.address.draft_id, context.address.awaiting = None, f"{what}:{question.id}"


def awaited(context: Context, what: str) -> Question | None:
    """The question for which this is awaited now."""
    kind, _, id = context.address.awaiting.partition(":")
    return context.session.get(Question, int(id)) if kind == what and id.isdigit() else None
