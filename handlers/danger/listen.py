"""The first to listen to every message: danger is heard before commands, forms, grief, stopping and joining."""

from __future__ import annotations

import re

from content.danger import shipped
from content.hearing import WOKEN, Heard, Level, hear
from flow.message import Message, plain
from handlers.chat import forms
from handlers.chat.context import Context
from handlers.danger import answers, calls
from handlers.endings import loss
from programme import cries

SELFHARM, VIOLENCE = "selfharm", "violence"
PRIVATE = frozenset({SELFHARM, VIOLENCE})
NO_NUMBERS = "Mohon tidak mengirim NIK atau nomor KK lewat chat. Nomornya tidak kami simpan."


def first(context: Context, specs: forms.FormSpecs, *, holds_identity: bool) -> bool:
    """Answer danger, if there is any in what was written. Returns whether it was; then nothing else is to answer.

    An open form stays open and as it is.
    """
    if context.incoming.contact is not None:
        return calls.pass_on_number(context)
    said = context.incoming.words
    if not said or context.incoming.tap is not None or _is_no_cry(context, specs, said):
        return False
    heard = hear(said, shipped())
    if heard is None:
        return False
    _answer(context, heard, said)
    if holds_identity:
        context.say(Message(NO_NUMBERS))
    return True


def _is_no_cry(context: Context, specs: forms.FormSpecs, said: str) -> bool:
    """Whether it is an answer that the open question offers, or what a health worker writes at work."""
    draft = forms.current_draft(context) if context.address.person is not None else None
    if draft is not None and draft.form in specs:
        parts = [part for part in re.split(r"[,;\n]", said) if part.strip()]
        if all(forms.offers(specs, draft, part) for part in parts):
            return True
    person = context.address.person
    return person is not None and person.has("health") and (draft is not None or not person.has("family"))


def _answer(context: Context, heard: Heard, said: str) -> None:
    groups = {one.group for one in heard.found}
    if groups & PRIVATE:
        _private(context, groups)
    if groups <= PRIVATE:
        return
    others = [one for one in heard.found if one.group not in PRIVATE]
    cry = calls.keep(context, others)
    if loss.is_death(said):
        calls.ask_if_alive(context, cry)
    elif heard.level is Level.WOKEN and not heard.asks_only and (not groups & PRIVATE or others[0].points >= WOKEN):
        calls.call(context, cry)
    else:
        calls.ask(context, cry)


def _private(context: Context, groups: set[str]) -> None:
    """Self-harm and violence are answered by themselves; violence in words that say nothing of it.

    The city's private list is told, and nobody else; where there is none, nothing is said of it.
    """
    incoming, person = context.incoming, context.address.person
    name = person.name if person else incoming.sender_name
    phone = (person.phone if person else None) or incoming.phone
    writer = ", ".join(plain(part) for part in (name, phone) if part)
    key = f"{incoming.channel}:{incoming.message_id}"
    told = bool(writer) and cries.tell_private(context.session, context.city, context.now, key, writer)
    if SELFHARM in groups:
        answers.selfharm(
            context, "Satu orang yang bisa dipercaya kami minta segera menghubungi Ibu." if told and phone else ""
        )
    if VIOLENCE in groups:
        answers.violence(context)
