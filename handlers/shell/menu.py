"""Every form, every command and every button, each in one line: what the product can do in chat."""

from __future__ import annotations

from collections.abc import Callable

from db.drafts import of
from flow import tokens
from flow.message import Message, Option
from handlers.asn import home
from handlers.birth import birth, naming, new_pregnancy
from handlers.chat import forms, policy
from handlers.chat.context import Context
from handlers.chat.names import salute
from handlers.coordinator import overview, quality
from handlers.endings import loss, moved_or_refused
from handlers.family import family, opt_out, preferences
from handlers.joining import change_number
from handlers.measuring import charts
from handlers.referral import alerts
from handlers.visit import opening


def show_home(context: Context) -> None:
    """The first screen, by what the person is."""
    person = context.person
    if person.has("asn"):
        home.show_home(context)
    if person.has("coordinator"):
        overview.show_home(context)
    if person.has("health"):
        alerts.show_open(context)
    if person.has("family") and not family.asks_consent(context):
        family.show_home(context)
    if not context.answered:
        context.say_template("help", to=salute(person), contact=context.city.programme.privacy.contact, lines=())


def resume(context: Context) -> None:
    """Go on with what was begun; asks which where there are several."""
    if (on_table := forms.current_draft(context)) is not None:
        forms.take(context, on_table, tokens.ACTIONS["open"])
        return
    kept = [
        one
        for one in of(context.session, context.person.id)
        if one.form in context.specs and context.specs[one.form].may(context, one.subject)
    ]
    if not kept:
        show_home(context)
    elif len(kept) == 1:
        forms.take(context, kept[0], tokens.ACTIONS["open"])
    else:
        options = tuple(
            Option(
                tokens.token(draft.id, ".", "open"),
                context.specs[draft.form].form.say(context.specs[draft.form].form.title, draft.facts),
            )
            for draft in kept[:8]
        )
        context.say(Message("*Yang mana mau dilanjutkan?*", options))


def show_help(context: Context) -> None:
    lines = context.menu_of(context.person)
    context.say_template(
        "help", forms.HOME, to=family.called(context), contact=context.city.programme.privacy.contact, lines=lines
    )


COMMANDS: dict[str, tuple[str, Callable[[Context], None]]] = {  # command -> (who may say it, what it does)
    "home": (policy.JOINING, show_home),
    "bantuan": (policy.JOINING, show_help),
    "lanjut": (policy.JOINING, resume),
    "lapor": ("asn", opening.report),
    "anak": ("asn", home.show_children),
    "jadwal": ("asn", home.show_schedule),
    "grafik": (policy.MEMBER, charts.choose),
    "ringkasan": ("coordinator", overview.show_digest),
    "terlambat": ("coordinator", overview.show_late),
    "late": ("coordinator", overview.show_late),
    "mutu": ("coordinator", quality.show_quality),
    "rujukan": ("health", alerts.show_open),
    "kabar": (policy.MEMBER, moved_or_refused.begin),
    "lahir": (policy.MEMBER, birth.choose),
    "hamil": (policy.MEMBER, new_pregnancy.choose),
    "nama": (policy.MEMBER, naming.choose),
    # Grief is not answered with a list of commands; who is only joining has nobody to tell of, and hears a kind word.
    "duka": (policy.JOINING, loss.begin),
    "keguguran": (policy.JOINING, loss.begin_with_pregnancies),
    "data": ("family", family.show_data),
    "jeda": ("family", family.offer_pause),
    "berhenti": ("family", opt_out.stop),
    "atur": ("family", preferences.ask_day),
    "bahasa": ("family", preferences.ask_language),
    "nomor": (policy.MEMBER, change_number.begin),
}


SEARCHES: dict[str, Callable[[Context, str], None]] = {  # by Address.awaiting
    "loss": loss.find,
    "news": moved_or_refused.find,
    "birth": birth.find,
    "expecting": new_pregnancy.find,
}


def command(context: Context, name: str) -> None:
    """Do what was said, where the person's role allows it."""
    may, act = COMMANDS[name]
    if not policy.holds(context.person, may):
        show_help(context)
        return
    context.address.awaiting = ""
    act(context)
