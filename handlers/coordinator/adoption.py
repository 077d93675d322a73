"""Who has joined, for a coordinator: "bergabung"."""

from __future__ import annotations

from db.subjects import subject
from flow.message import Message
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme.fosterings import fosterings
from programme.scopes import held_by, scopes_of, title
from reports.adoption import counts, words


def show(context: Context, page: int = 0) -> None:
    """Answer with the totals of this coordinator's scopes, and the places furthest behind, a page at a time."""
    scopes = scopes_of(context.person)
    if not scopes:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
        return
    context.note("adoption.view", subject(context.person))
    every = context.city.programme.visits.every_days
    fostered = fosterings(context.session, context.today, every, scopes)
    counted = counts.count(context.session, held_by(context.person), fostered, context.now, context.today)
    context.say(words.message(counted, title(context.session, scopes, context.city), page, HOME))
