"""Which question a message belongs to: by the message it replies to, or by what was asked for before."""

from __future__ import annotations

from db import questions
from db.questions import Question
from handlers.chat import replied as replied_to
from handlers.chat.context import Context

ANSWERING, WRITING_ON = "answer", "write-on"
"""What ``Address.awaiting`` says, with the question's id, while an answer or more words of who asked are awaited."""


def replied(context: Context) -> Question | None:
    """The question to one of whose messages this is a reply."""
    found = (questions.of_outgoing(context.session, id) for id in replied_to.rows(context))
    return next(filter(None, found), None)


def await_words(context: Context, what: str, question: Question) -> None:
    """What is written next belongs to this question, and to no form: one that is open is left for later."""
    context.address.draft_id, context.address.awaiting = None, f"{what}:{question.id}"


def awaited(context: Context, what: str) -> Question | None:
    """The question for which this is awaited now."""
    kind, _, id = context.address.awaiting.partition(":")
    return context.session.get(Question, int(id)) if kind == what and id.isdigit() else None
