"""The hand-over card that a successor opens."""

from __future__ import annotations

from db.fostering import Assignment
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme import assignments, disclosure, handover_card


def show(context: Context, assignment_id: int) -> None:
    """Show the card; each opening is a line of the audit."""
    one = context.session.get_one(Assignment, assignment_id)
    whom = assignments.about(one)
    context.note("handover.view", subject(whom))
    context.worth = LASTING
    name = disclosure.called(whom, disclosure.ALL, with_code=True)
    rows = handover_card.lines(context.session, context.city, one, context.now)
    text = "\n".join((f"🤝 *Serah terima: {name}*", *(f"• {row}" for row in rows)))
    context.say(Message(text, (Option("menu:lapor", "Lapor kunjungan"), HOME)))
