"""The end of both visit forms: a request for somebody's help, and the receipt for the ASN."""

from __future__ import annotations

from typing import Any

from db.visits import Visit
from flow.message import Attachment, Message, Option
from flow.questions import show_day
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import appointment_messages, pairs
from programme.names import listed

HELPERS: dict[str | None, str] = {"kader": "kader", "bidan": "bidan", "lurah": "lurah"}
"""The answers about follow-up (``common_questions.FOLLOW_UP``) that ask for somebody, with the word in sentences."""


def help_request(follow_up: str | None) -> list[str]:
    """The ASN's request for a helper, to be passed on without haste; empty where nobody is needed."""
    helper = HELPERS.get(follow_up)
    return [] if helper is None else [f"Pendamping minta bantuan {helper}"]


def receipt(
    context: Context,
    template: str,
    visit: Visit,
    name: str,
    follow_up: str | None,
    notified: list[str],
    attachment: Attachment | None = None,
    **values: Any,
) -> Message:
    """Thanks for a report, with the button to undo it, or to correct it again where it was corrected.

    ``name`` is who was visited, ``notified`` who was told of the referral, in words; ``values`` are what this
    ``template`` takes beyond what both take.
    """
    text = context.city.templates.say(
        template,
        to=salute(context.person),
        name=name,
        corrected=visit.corrected_at is not None,
        met=visit.met,
        told=listed(notified),
        follow_up=HELPERS.get(follow_up, ""),
        next_on=show_day(visit.next_on) if visit.next_on else "",
        **values,
    )
    change = (
        Option(f"correct:{visit.id}", "Perbaiki")
        if visit.corrected_at
        else Option(f"undo:{visit.id}", "Batalkan laporan")
    )
    return Message(text, (change, *_arrange(context, visit), HOME), attachment=attachment)


def _arrange(context: Context, visit: Visit) -> tuple[Option, ...]:
    """The way to arrange the next visit with the family, where somebody of it can be asked here."""
    about = visit.child or visit.pregnancy
    if about is None or visit.next_on is None or not context.may("appointment.offer", about.family):
        return ()
    return (appointment_messages.next_visit(about.family),) if pairs.host(context.session, about.family) else ()
