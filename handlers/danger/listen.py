"""Danger in what people write: it is answered before commands, forms, grief, stopping and joining."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.danger import shipped
from content.hearing import WOKEN, Found, Heard, Level, hear
from content.reading import read
from db.roles import Role
from flow.identity_numbers import holds_identity
from flow.message import Message, plain
from handlers.chat import forms
from handlers.chat.context import Context
from handlers.danger import answers, calls
from handlers.endings import loss
from handlers.joining import change_number
from programme import cries

SELFHARM, VIOLENCE = "selfharm", "violence"
PRIVATE = frozenset({SELFHARM, VIOLENCE})
CHILD = frozenset({"anak", "bayi"})  # what the words of a child mean
LONGEST_KEPT = 1000  # characters of a message, for a question
NO_NUMBERS = "Mohon tidak mengirim NIK atau nomor KK lewat chat. Nomornya tidak kami simpan."


def hears(context: Context) -> bool:
    """Whether danger is heard in what was written."""
    return _heard(context) is not None


def answer(context: Context) -> None:
    """Answer the danger that was heard. An open form stays open and as it is."""
    said = context.incoming.words
    if (heard := _heard(context)) is None:
        return
    _answer(context, heard, said)
    if holds_identity(said):
        context.say(Message(NO_NUMBERS))


def _heard(context: Context) -> Heard | None:
    said = context.incoming.words
    if not said or context.incoming.tap is not None:
        return None
    heard = hear(said, shipped())  # first: it asks no database, and most messages end here
    if heard is None or _is_no_cry(context, said):
        return None
    only_worded = not any(one.finding for one in heard.found)
    return None if only_worded and loss.is_mourning(said) else heard


def _is_no_cry(context: Context, said: str) -> bool:
    """Whether it is a code, an answer the open question offers, or what a health worker writes at work."""
    if is_code(said):
        return True
    draft = forms.current_draft(context) if context.address.person is not None else None
    if draft is not None and draft.form in context.specs and not context.incoming.is_heard_only:
        parts = [part for part in re.split(r"[,;\n]", said) if part.strip()]
        if all(forms.offers(context, draft, part) for part in parts):
            return True
    person = context.address.person
    return person is not None and person.has(Role.HEALTH) and (draft is not None or not person.has(Role.FAMILY))


def is_code(said: str) -> bool:
    """Whether this is a code: "KDR7-MX4Q" would be heard as "kdrt". "bayi biru" has the form of one, but no digit."""
    code = said.split()[-1] if said.casefold().startswith(("/start ", "mulai ")) else said.strip()
    return bool(change_number.CODE.fullmatch(code.upper())) and any(one.isdigit() for one in code)


def _answer(context: Context, heard: Heard, said: str) -> None:
    groups = {one.group for one in heard.found}
    if groups & PRIVATE:
        _private(context, groups)
    others = _others(heard.found)
    if not others:
        return
    private = bool(groups & PRIVATE) or holds_identity(said)
    own = SELFHARM in groups and not _names_a_child(said)
    cry = calls.keep(context, others, "" if private else said[:LONGEST_KEPT], own=own)
    if loss.is_death(said):
        calls.ask_if_alive(context, cry)
    elif context.incoming.is_heard_only:
        calls.ask(context, cry)
    elif heard.level is Level.WOKEN and not heard.asks_only and (not groups & PRIVATE or others[0].points >= WOKEN):
        calls.call(context, cry)
    else:
        calls.ask(context, cry)


def _others(found: Sequence[Found]) -> list[Found]:
    """The findings that are not private and do not only repeat a private one: "ibu ingin mati" is no dying child.

    A finding repeats a private one where its words, without those that name somebody, are all words of it, or are heard
    as private by themselves: of "ibu minum racun ingin mati" the poison is quoted, and "ingin mati" is the same wish.
    An accident never does: who has swallowed poison, for whatever reason, needs help for the body.
    """
    private = [set(one.words) for one in found if one.group in PRIVATE]

    def repeats(one: Found) -> bool:
        said = {word for word in one.words if not _names_somebody(word)}
        if not private or not said or one.group == "accident":
            return False
        return any(said <= words for words in private) or _is_private(one)

    return [one for one in found if one.group not in PRIVATE and not repeats(one)]


def _is_private(one: Found) -> bool:
    alone = hear(" ".join(one.words), shipped())
    return alone is not None and not PRIVATE.isdisjoint(alone.groups)


def _names_a_child(said: str) -> bool:
    return any(token.means & CHILD for token in read(said, shipped()))


def _names_somebody(word: str) -> bool:
    return any(token.means & shipped().somebody for token in read(word, shipped()))


def _private(context: Context, groups: set[str]) -> None:
    """Self-harm and violence are answered by themselves; violence in words that say nothing of it.

    The city's private list is told, and nobody else; where there is none, nothing is said of it.
    """
    incoming, person = context.incoming, context.address.person
    name = person.name if person else incoming.sender_name
    phone = (person.phone if person else None) or incoming.phone
    writer = ", ".join(plain(part) for part in (name, phone) if part)
    key = f"{incoming.channel}:{incoming.message_id}"
    told = (
        bool(writer)
        and not incoming.is_heard_only
        and cries.tell_private(context.session, context.city, context.now, key, writer)
    )
    if SELFHARM in groups:
        answers.selfharm(context, told=told and bool(phone))
    if VIOLENCE in groups:
        answers.violence(context)
