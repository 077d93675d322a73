"""The first screen by role, the help, and the list of unfinished forms."""

from __future__ import annotations

from sqlalchemy import exists, select

from db import drafts
from db.people import Person
from db.roles import Role
from flow import tokens
from flow.message import Message, Option
from handlers.asn import home
from handlers.chat import forms
from handlers.chat.context import CommandMenu, Context
from handlers.chat.names import salute
from handlers.coordinator import overview
from handlers.family import family
from handlers.joining import household
from handlers.referral import alerts


def show_home(context: Context) -> None:
    """Say the first screen of every role that the person has."""
    person = context.person
    if household.shows_waiting(context):
        return
    if person.has(Role.ASN):
        home.show_home(context)
    if person.has(Role.COORDINATOR):
        overview.show_home(context)
    if person.has(Role.HEALTH):
        alerts.show_open(context)
    if person.has(Role.FAMILY) and not family.asks_consent(context):
        family.show_home(context)
    if not context.answered:
        context.say_template("help", to=salute(person), contact=family.asked_at(context), lines=_of_superior(context))


def show_help(context: Context) -> None:
    """Say which commands this person has, and whom to ask."""
    lines, entry = (*context.menu_of(context.person), *_of_superior(context)), household.waits(context)
    to = salute(context.person, entry.relation) if entry else family.called(context)
    context.say_template("help", forms.HOME, to=to, contact=family.asked_at(context), lines=lines)


def _of_superior(context: Context) -> CommandMenu:
    """What only a superior has, in the shape of a menu: that stands in the register, and is no role."""
    leads = select(exists().where(Person.superior_id == context.person.id))
    return (("tim", "Tim saya"),) if context.may("team.view") and context.session.scalar(leads) else ()


def resume(context: Context) -> None:
    """End a pause, and continue an unfinished form; ask which of several. Without either, say the first screen."""
    ended = family.end_pause(context)
    if (current := forms.current_draft(context)) is not None:
        forms.take(context, current, tokens.ACTIONS["open"])
        return
    begun = [
        draft
        for draft in drafts.of(context.session, context.person.id)
        if draft.form in context.specs and context.may_fill(draft.form, draft.subject)
    ]
    if not begun and not ended:
        show_home(context)
    elif not begun:
        return
    elif len(begun) == 1:
        forms.take(context, begun[0], tokens.ACTIONS["open"])
    else:
        options: list[Option] = []
        for draft in begun[:8]:
            options.append(Option(tokens.token(draft.id, ".", "open"), forms.title(context, draft)))
        context.say(Message("*Yang mana mau dilanjutkan?*", tuple(options)))
