"""What a name or a code that somebody writes is of, among what they may see: a child, a mother, a person, a place, an
office. One opens at once, of several it is asked which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from content.questions import is_nod, is_thanks
from db.people import Person
from db.roles import Role
from db.subjects import Subject, subject
from flow.message import Message, Option, plain
from flow.words import normal
from handlers.card import card
from handlers.card import finding as cards
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from handlers.chat.names import salute
from handlers.coordinator import finding as people
from handlers.coordinator import finding_places as places
from handlers.coordinator import people_card
from handlers.questions import answering, asking
from handlers.questions.small_words import is_greeting
from programme import searched_names as compare
from programme.names import TITLES_BEFORE

AWAITED = "open"  # what ``Address.awaiting`` says while a name or a code is asked for
WORDS = ("kartu", "lihat", "cari")
WHICH = "Kartu siapa? Tulis nama anak, nama ibu, atau kodenya. Setiap kartu yang dibuka dicatat."
WHICH_OF_ANY = (
    "Kartu siapa? Tulis nama atau kode anak, nama ibu, atau nama pendamping. Kelurahan, kecamatan, puskesmas, "
    "posyandu, dan kantor juga boleh. Setiap kartu yang dibuka dicatat."
)
NOT_FOUND = "Nama atau kode itu tidak ada dalam daftar {you}."
MORE = "Ada {count} yang cocok. Tulis lebih lengkap, ya, atau kodenya."
MANY = 10  # as many are offered to be tapped
LONGEST = 8  # words of a name with those that say where: "bu rina bidang anggaran dinas sosial"
NAMED = 5  # words of a name behind a title: more are a sentence that begins so
ANSWERS = frozenset({"amin", "aamiin", "amiin", "siap", "baik", "sehat", "sudah", "belum", "selamat"})
"""Words that are names too, and mostly an answer; "kartu Amin" opens the card."""


@dataclass(frozen=True)
class Found:
    """One of what a name may mean. ``token`` is the button that opens it; ``about`` whom its label names."""

    token: str
    label: str
    show: Callable[[Context], None]
    about: Subject | None = None


# --- what is heard --------------------------------------------------------------------------------


def asked_for(context: Context) -> bool:
    """Whether this is "kartu Rafa", "lihat A-31", "cari kelurahan Tipulu", of somebody or something that is found."""
    first, _, rest = normal(context.incoming.text or "").partition(" ")
    if first not in WORDS or not rest.strip() or not _may_find(context):
        return False
    return cards.is_code(rest.strip()) or bool(found(context, rest))


def is_name(context: Context) -> bool:
    """Whether free words are just the name or the code of something that this person may see, and no answer."""
    return _is_free(context) and bool(found(context, context.incoming.text or "", free=True))


def is_in_vain(context: Context) -> bool:
    """Whether free words say by themselves what they are the name or the code of, and it is not found."""
    text = context.incoming.text or ""
    said = compare.words(text)
    return _is_free(context) and _leads(context) and len(said) <= LONGEST and "?" not in text and _tells(text, said)


def _is_free(context: Context) -> bool:
    text = context.incoming.text or ""
    if context.address.awaiting or not _may_find(context):
        return False
    is_answer = normal(text).strip(" .,!") in ANSWERS or is_thanks(text) or is_nod(text) or is_greeting(text)
    return not is_answer and not asking.is_asked(context)


def _may_find(context: Context) -> bool:
    return context.may("card.open") or context.may("person.open")


def _leads(context: Context) -> bool:
    return context.may("person.open")


def _sees_places(context: Context) -> bool:
    return context.may("area.open") or context.may("place.change")


def _tells(text: str, said: list[str]) -> bool:
    """Whether the words begin by what they name ("kelurahan", "Pak", "Adik"), or are a code: then they are a search."""
    titled = 1 < len(said) <= NAMED and (said[0] in TITLES_BEFORE or cards.is_of_child(said))
    code = cards.is_code(text.strip()) and any(letter.isalpha() for letter in text)
    return code or titled or places.tells_kind(said)


# --- what is done ---------------------------------------------------------------------------------


def ask(context: Context) -> None:
    """Command "kartu": ask for a name or a code."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(WHICH_OF_ANY if _leads(context) else WHICH, (HOME,)))


def find(context: Context, said: str) -> None:
    """Open what the name or the code is of; ask which of several."""
    first, _, rest = normal(said).partition(" ")
    those = found(context, rest if first in WORDS and rest else said)
    if those and len(those) <= MANY:
        context.address.awaiting = ""
    if len(those) == 1:
        those[0].show(context)
    elif not those:
        refuse(context)
    elif len(those) > MANY:
        context.address.awaiting = AWAITED
        context.say(Message(MORE.format(count=len(those)), (HOME,)))
    else:
        context.note_all("people.list", (one.about for one in those if one.about))
        options = tuple(Option(one.token, plain(one.label)) for one in those)
        context.say(Message("*Yang mana?*", options, (HOME,) if len(options) < MANY else ()))


def open_named(context: Context) -> None:
    """Open what free words are the name or the code of, or "kartu Rafa"."""
    find(context, context.incoming.text or "")


def refuse(context: Context) -> None:
    """Say that it is not found: the same of what there is none of, and of what is not theirs to see."""
    context.say(Message(NOT_FOUND.format(you=context.you), (HOME,)))


# --- what is meant --------------------------------------------------------------------------------


def found(context: Context, said: str, *, free: bool = False) -> list[Found]:
    """What this name or code is of: children and mothers, then people, then places and offices.

    ``free``: the words are nothing but the name. A slip of one letter is forgiven where nothing has the name; in free
    words of who may ask a question only where they say what they are the name of. Some twenty statements at most.
    """
    text = said.strip(" .,!?*")
    words = compare.words(text)
    if not words or len(words) > LONGEST:
        return []
    those = _cards(context, text, free=free)
    if cards.is_code(text):
        those += _people(context, people.found(context, text)) if not those and _leads(context) else []
        numbered = not those and _sees_places(context)
        return those + (_places(places.found(context, words, forgives=False)) if numbered else [])  # "melati1"
    if cards.is_of_child(words) or (free and context.person.has(Role.HEALTH) and answering.is_unaddressed(context)):
        return those
    leads, places_too = _leads(context), _sees_places(context)
    titled, kind = words[0] in TITLES_BEFORE, places.tells_kind(words)
    asks = free and context.may("question.ask") and not (titled or kind)
    for forgives in (False,) if asks else (False, True):
        if leads and not kind:
            those += _people(context, people.named(context, words, forgives=forgives))
        if places_too and not titled:
            those += _places(places.found(context, words, forgives=forgives))
        if those:
            break
    return those


def _cards(context: Context, text: str, *, free: bool) -> list[Found]:
    those = cards.found(context, text, free=free) if context.may("card.open") else []
    names = cards.called(context, those) if those else []
    return [
        Found(f"card:{subject(one)}", name, partial(card.show, said=str(subject(one))), subject(one))
        for one, name in zip(those, names, strict=True)
    ]


def _people(context: Context, those: Iterable[Person]) -> list[Found]:
    """Nobody finds a mother so: a coordinator is not shown her by name, but by her child's."""
    staff = [one for one in those if any(held.role != Role.FAMILY for held in one.roles)]
    names = Counter(map(salute, staff))
    return [
        Found(
            f"person:{one.id}", people.described(one, full=names[salute(one)] > 1),
            partial(people_card.show, person_id=one.id), subject(one),
        )
        for one in staff
    ]  # fmt: skip


def _places(those: Iterable[places.Found]) -> list[Found]:
    return [Found(one.token, one.label, one.show) for one in those]
