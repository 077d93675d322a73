"""How a card is found: by "kartu" and a name or a code, by free words that are just that, or from one's own list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from content.questions import is_nod, is_thanks
from db.children import Child, Family, Pregnancy, by_code
from db.states import GONE
from db.subjects import subject
from flow.message import Message, Option
from flow.words import normal
from handlers.asn import home
from handlers.card import card
from handlers.card.reading import read
from handlers.chat.choose_subject import MANY
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.questions import asking
from handlers.questions.small_words import is_greeting
from programme import called_apart, disclosure
from programme.disclosure import Shown
from programme.policy import fostered_children, their_families
from programme.scopes import families_in, held_by

AWAITED = "open"  # what ``Address.awaiting`` says while a name or a code is asked for
WORDS = ("kartu", "lihat", "cari")
WHICH = "Kartu siapa? Tulis nama anak, nama ibu, atau kodenya. Setiap kartu yang dibuka dicatat."
NOT_FOUND = "Nama atau kode itu tidak ada dalam daftar {you}."
MORE = "Ada {count} yang cocok. Tulis lebih lengkap, ya, atau kodenya."
BEFORE = frozenset(
    {"adik", "dek", "dik", "adek", "anak", "bu", "ibu", "an", "si", "kartu", "bayi", "by", "ny", "nyonya"}
)
ANSWERS = frozenset({"amin", "aamiin", "amiin", "siap", "baik", "sehat", "sudah", "belum", "selamat"})
"""Words that are names too, and mostly an answer; "kartu Amin" opens the card."""
LONGEST = 5  # words of a name
LEAST = 3  # letters that at least one word of a name has


# --- what is heard --------------------------------------------------------------------------------


def asked_for(context: Context) -> str:
    """The name or the code of "kartu Rafa", "lihat A-31"; empty for any other words."""
    first, _, rest = normal(context.incoming.text or "").partition(" ")
    found = rest.strip() if first in WORDS and context.may("card.open") else ""
    return "" if found and not _found(context, found) and not _is_code(found) else found


def is_name(context: Context) -> bool:
    """Whether free words are just the name or the code of somebody whose card this person may open, and no answer."""
    text = context.incoming.text or ""
    if context.address.awaiting or not context.may("card.open"):
        return False
    if (
        normal(text).strip(" .,!") in ANSWERS
        or is_thanks(text)
        or is_nod(text)
        or is_greeting(text)
        or asking.is_asked(context)
    ):
        return False
    return bool(_found(context, text, free=True))


def _is_code(said: str) -> bool:
    return " " not in said and any(letter.isdigit() for letter in said)


# --- what is done ---------------------------------------------------------------------------------


def show_mine(context: Context) -> None:
    """Command "anak": the card of the only one who is fostered, or the list of several."""
    listed = home.fostered(context)
    if len(listed) == 1 and not listed[0].wedding:
        card.show(context, str(listed[0].about))
    else:
        home.show_children(context)


def ask(context: Context) -> None:
    """Command "kartu": ask for a name or a code."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(WHICH, (HOME,)))


def find(context: Context, said: str) -> None:
    """Open the card of whom the name or code is of; ask which of several."""
    first, _, rest = normal(said).partition(" ")
    found = _found(context, rest if first in WORDS and rest else said)
    if found and len(found) <= MANY:
        context.address.awaiting = ""
    if len(found) == 1:
        card.show(context, str(subject(found[0])))
    elif not found:
        context.say(Message(NOT_FOUND.format(you=context.you), (HOME,)))
    elif len(found) > MANY:
        context.address.awaiting = AWAITED
        context.say(Message(MORE.format(count=len(found)), (HOME,)))
    else:
        context.note_all("people.list", (subject(one) for one in found))
        names = _names(context, found)
        options = tuple(Option(f"card:{subject(one)}", name) for one, name in zip(found, names, strict=True))
        context.say(Message("*Kartu siapa?*", options, (HOME,)))


def open_named(context: Context) -> None:
    """Open the card of free words that are a name or a code, or of "kartu Rafa"."""
    find(context, context.incoming.text or "")


def _names(context: Context, found: Sequence[Child | Pregnancy]) -> list[str]:
    """What each is called: by name, told apart, and with the code, as far as this person is shown them."""
    readings = [read(context, one) for one in found]
    apart = called_apart.names_of(context.session, context.person, found, context.today)
    return [
        f"{name}, hamil" if isinstance(one, Pregnancy) and reading.is_near
        else name if reading.is_near and "(" in name
        else f"{name} ({one.code})" if reading.is_near and isinstance(one, Child)
        else disclosure.called(one, reading.shown, with_code=True)
        for one, name, reading in zip(found, apart, readings, strict=True)
    ]  # fmt: skip


# --- who is meant ---------------------------------------------------------------------------------


def _found(context: Context, said: str, *, free: bool = False) -> list[Child | Pregnancy]:
    """The children and mothers of this code or name whose cards this person may open.

    Children's own names come before those of their mothers. ``free``: the words are nothing but the name.
    """
    if _is_code(said := said.strip(" .,!?*")):
        return _by_code(context, said)
    words = [one for one in re.findall(r"[^\W\d_][\w'’-]*", normal(said)) if one not in BEFORE]
    if not words or len(words) > LONGEST or not any(len(one) >= LEAST for one in words):
        return []
    if free and set(re.findall(r"\w[\w'’-]*", normal(said))) - set(words) - BEFORE:
        return []
    theirs = _named(context, Child, Child.name, words)
    mothers = _named(context, Pregnancy, Pregnancy.mother_name, words)
    if not theirs:
        theirs = [one for one in _named(context, Child, Family.mother_name, words) if _sees_mother(context, one)]
    return [*theirs, *mothers]


def _by_code(context: Context, code: str) -> list[Child | Pregnancy]:
    session = context.session
    if (child := by_code(session, Child, code)) is not None:
        return _allowed(context, [child])
    family = by_code(session, Family, code)
    return _allowed(context, [*family.pregnancies, *family.children]) if family is not None else []


def _named(context: Context, table: Any, column: Any, words: Sequence[str]) -> list[Child | Pregnancy]:
    """Those of the table in whose written name each of the words stands, as a whole word.

    Nobody finds by a name whom they are not shown by name: that it was found would tell it.
    """
    person, today = context.person, context.today
    scopes = disclosure.of_places(held_by(person))
    theirs = [their_families(person, today), *([Family.id.in_(families_in(scopes, today))] if scopes else [])]
    if table is Child:
        theirs.append(fostered_children(person, today))
    query = select(table, column).join(Family, Family.id == table.family_id).where(or_(*theirs))
    query = query.where(table.state.not_in(GONE), func.lower(column).contains(words[0], autoescape=True))
    rows = context.session.execute(query.order_by(table.id)).unique().all()
    found = _allowed(context, [row for row, name in rows if _is_of(words, name)])
    return [one for one in found if Shown.NAME in read(context, one).shown]


def _is_of(words: Iterable[str], name: str) -> bool:
    return set(words) <= set(re.findall(r"[\w'’-]+", name.casefold()))


def _allowed(context: Context, among: Iterable[Child | Pregnancy]) -> list[Child | Pregnancy]:
    return [one for one in among if context.may("card.open", one)]


def _sees_mother(context: Context, child: Child | Pregnancy) -> bool:
    """Whether the mother's name is shown to this person: nobody finds by it what they may not read."""
    reading = read(context, child)
    return reading.is_near and Shown.MEASURED in reading.shown
