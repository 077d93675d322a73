"""What is answered to somebody in danger: how urgent it is, what to do meanwhile, and whom to call. No diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from db.children import Child, Family, Pregnancy, cared_for
from db.outbox import Kind
from db.states import TAUGHT
from flow.message import Message, Option
from handlers.chat import forms
from handlers.chat.context import LASTING, Context
from programme import numbers
from rules import signs
from rules.signs import Sign, Urgency

BABY = timedelta(days=365)
NUMBERS = Option("danger:numbers", "Nomor layanan")


def danger(
    context: Context,
    seen: Sequence[Sign],
    *options: Option,
    about: Child | Pregnancy | Family | None = None,
    told: str = "",
    asked: str = "",
    written: str = "",
) -> None:
    """The answer to a cry. Without ``seen`` signs nobody knows yet what is wrong.

    The puskesmas of those it is ``about`` is named too while it is open, for what may wait so long. ``told`` says who
    is being told, ``written`` how long ago it was written if it came late, ``asked`` is the question that the options
    answer. The night hospital comes as a contact card too, where its number can.
    """
    first = most_urgent(seen)
    context.worth, context.kind = LASTING, Kind.HELP
    text = context.city.templates.say(
        "danger",
        unclear=first is None,
        go=first.advice.removesuffix(first.meanwhile).strip() if first else "",
        meanwhile=first.meanwhile if first else "",
        numbers=numbers.to_call(context.city, context.now, about, seen),
        told=told,
        asked=asked,
        written=written,
        form_open=_has_open_form(context),
    )
    context.say(Message(text, options, card=numbers.hospital_card(context.city)))


def death(context: Context, *options: Option) -> None:
    """The answer where somebody may have died, or may still be saved."""
    context.worth, context.kind = LASTING, Kind.HELP
    lines = context.city.programme.emergency
    context.say_template(
        "danger_death", *options, you=context.you, numbers=lines.to_call, form_open=_has_open_form(context)
    )


def selfharm(context: Context, *, told: bool = False) -> None:
    """The answer to thoughts of death: the quick numbers first, the crisis line beside them, never alone.

    ``told``: somebody of the city's private list is asked to call.
    """
    context.worth, context.kind = LASTING, Kind.HELP
    lines = context.city.programme.emergency
    as_carer = cared_for(context.session, person.id) if (person := context.address.person) else ()
    relation = as_carer[0].relation if as_carer else ""
    context.say_template(
        "danger_selfharm",
        you=context.you,
        baby=relation == "ibu" and any(_has_baby(context, carer.family_id) for carer in as_carer),
        numbers=lines.to_call,
        crisis=str(lines.crisis),
        told=told,
        form_open=_has_open_form(context),
    )


def violence(context: Context) -> None:
    """The answer to violence: words that anybody may see on her phone, the numbers behind a tap."""
    context.worth, context.kind = LASTING, Kind.HELP
    context.say_template("danger_violence", NUMBERS, form_open=_has_open_form(context))


def show_numbers(context: Context) -> None:
    """The numbers behind the tap."""
    context.worth, context.kind = LASTING, Kind.HELP
    lines = context.city.programme.emergency
    context.say_template(
        "service_numbers",
        numbers=lines.to_call,
        police=str(lines.police),
        violence=str(lines.violence),
        whatsapp=lines.violence.whatsapp,
    )


def most_urgent(seen: Sequence[Sign]) -> Sign | None:
    """The sign whose urgency wins, the first of several."""
    urgency: Urgency | None = signs.most_urgent(seen)
    return next((sign for sign in seen if sign.urgency is urgency), None)


def _has_baby(context: Context, family_id: int) -> bool:
    """Whether a child under a year lives in the family."""
    query = select(Child.id).where(
        Child.family_id == family_id, Child.state.in_(TAUGHT), Child.born > context.today - BABY
    )
    return context.session.scalar(query.limit(1)) is not None


def _has_open_form(context: Context) -> bool:
    return context.address.person is not None and forms.current_draft(context) is not None
