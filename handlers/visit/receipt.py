"""The end of both visit forms: a request for somebody's help, and the receipt for the ASN."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from db.children import Child, Pregnancy, Wedding
from db.visits import Visit
from flow.message import Attachment, Message, Option
from flow.questions import show_day
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from programme import appointment_messages, pairs, visit_changes
from programme.names import listed
from programme.visit_changes import Said
from programme.visitors import named_for

HELPERS: dict[str | None, str] = {"kader": "kader", "bidan": "bidan", "lurah": "lurah"}
"""The answers about follow-up (``common_questions.FOLLOW_UP``) that ask for somebody, with the word in sentences."""


def help_request(follow_up: str | None) -> list[str]:
    """The ASN's request for a helper, to be passed on without haste; empty where nobody is needed."""
    helper = HELPERS.get(follow_up)
    return [] if helper is None else [f"Pendamping minta bantuan {helper}"]


def changed(
    context: Context,
    visit: Visit,
    whom: Child | Pregnancy | Wedding,
    name: str,
    particular: Iterable[str] = (),
    *,
    urgent: bool = False,
) -> Said:
    """What the report has changed; nothing beside an emergency, nor of a correction."""
    if urgent or visit.corrected_at is not None:
        return visit_changes.NOTHING
    return visit_changes.say(context.session, context.city, visit, whom, name, context.you, list(particular))


def receipt(
    context: Context,
    template: str,
    visit: Visit,
    name: str,
    follow_up: str | None,
    notified: list[str],
    said: Said,
    attachment: Attachment | None = None,
    **values: Any,
) -> Message:
    """Thanks for a report, with the button to undo it, or to correct it again where it was corrected.

    ``name`` is who was visited, ``notified`` who was told of the referral, in words, ``said`` what the report has
    changed; ``values`` are what this ``template`` takes beyond what all take.
    """
    text = context.city.templates.say(
        template,
        to=salute(context.person),
        name=name,
        corrected=visit.corrected_at is not None,
        met=visit.met,
        whose=named_for(visit),
        changed=said.changed,
        thanks=said.thanks,
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
