"""The quality of measuring, for a coordinator: where training would help most."""

from __future__ import annotations

from db.subjects import subject
from flow.message import Message
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme.scopes import scopes_of
from reports.quality import quality


def show_quality(context: Context) -> None:
    """Answer with the report on the quality of measuring in this coordinator's scopes."""
    scopes = scopes_of(context.person)
    if not scopes:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
        return
    context.note("quality.view", subject(context.person))
    counted = quality.of_scopes(context.session, scopes, context.now, context.city)
    key = f"quality:{context.incoming.channel}:{context.incoming.message_id}"
    context.say(quality.message(counted, key, context.city))
