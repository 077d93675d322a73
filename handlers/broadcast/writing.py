"""Write an announcement: choose a text, fill it in, and see it as it will look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from db.broadcasts import Broadcast
from db.drafts import Draft
from db.roles import ScopeKind
from flow.message import Message, Option
from handlers.broadcast.form import Announcement, AnnouncementFacts, printed
from handlers.chat import forms
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from programme import broadcast_blanks, broadcast_scopes, broadcast_words, broadcasts
from programme.broadcast_scopes import roles_in

FORM = "announcement"
SMALLER = (ScopeKind.DISTRICT, ScopeKind.VILLAGE, ScopeKind.POSYANDU, ScopeKind.OFFICE)
SENT = Option("announce:list", "Yang sudah dikirim")
NOT_OFFERED = "Pengumuman itu tidak ada lagi. Tulis *umumkan* untuk memilih yang lain."
OUTSIDE = "Penerima itu di luar wilayah {you}. Ketuk *Ubah* untuk memilih yang lain."


def choose(context: Context) -> None:
    """Ask which text, of those that may go to somebody whom this person leads."""
    own = broadcast_scopes.own(context.person)
    led = {role for scope in own for role in roles_in(scope)}
    offered = [one for one in context.city.announcements.texts if led.intersection(one.to)]
    if not offered:
        context.say(Message(f"Belum ada wilayah atau kantor atas nama {context.you}.", (HOME,)))
        return
    options = tuple(Option(f"announce:new:{one.id}", one.title) for one in offered)
    text = (
        "*Mau mengumumkan apa?*\nTeksnya sudah disiapkan; "
        f"{context.you} mengisi hari, jam, dan tempatnya. Sebelum dikirim, semuanya ditunjukkan dulu."
    )
    context.say(Message(text, options, (SENT, HOME)))


def begin(context: Context, text: str) -> None:
    """Open the form of this text. Raises NotValid where there is none."""
    if text not in context.city.announcements.by_id:
        raise NotValid(text)
    forms.open_form(context, FORM, text, facts(context, text))


def facts(context: Context, text: str) -> Mapping[str, Any]:
    """What is printed on the form of this text today."""
    session, of = context.session, context.city.announcements.by_id[text]
    own = broadcast_scopes.own(context.person)
    inside = {kind: broadcast_scopes.smaller(session, own, kind) for kind in SMALLER}
    found: AnnouncementFacts = {
        "today": context.today.isoformat(),
        "title": of.title,
        "to": list(of.to),
        "own": {f"{scope.kind}:{scope.id}": broadcast_scopes.name(session, scope, context.city.name) for scope in own},
        "places": {kind: {str(id): name for id, name in names.items()} for kind, names in inside.items() if names},
        "blanks": [asdict(one) for one in of.blanks],
    }
    return printed(found)


def submit(context: Context, answers: Announcement, draft: Draft) -> None:
    """Show it as it will look, and whom it would reach. Nothing is sent yet."""
    of = context.city.announcements.by_id.get(draft.subject)
    if of is None:
        raise forms.Hold(Message(NOT_OFFERED, (HOME,)))
    to = answers.audience()
    if to.role not in of.to or not broadcast_scopes.may_reach(context.session, context.person, to.role, to.scope):
        raise forms.Hold(Message(OUTSIDE.format(you=context.you), (HOME,)))
    one = broadcasts.compose(
        context.session, context.city, context.person, of, broadcast_blanks.text(of, answers.filled()), to,
        answers.values, answers.last_day(of.until), context.now,
    )  # fmt: skip
    show(context, one)


def show(context: Context, one: Broadcast, head: str = "") -> None:
    """Say how it looks, then whom it reaches and what it costs, with the buttons to send it."""
    context.worth = LASTING
    shown = broadcasts.preview(context.session, one, context.city, context.now)
    one.reached = len(shown.reach.reached)
    context.say(broadcast_words.look(one, context.city))
    context.say(broadcast_words.counted(context.session, shown, context.city, context.now, head))


def change(context: Context, one: Broadcast) -> None:
    """Open the form again with its answers, to change one of them."""
    if one.template not in context.city.announcements.by_id:
        context.say(Message(NOT_OFFERED, (HOME,)))
        return
    broadcasts.drop(context.session, one, "", context.now)
    forms.open_form(context, FORM, one.template, facts(context, one.template), answers=dict(one.answers), changing=True)
