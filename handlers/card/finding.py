"""Whose card a name or a code is of, among those that somebody may open; the list of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from db.children import Child, Family, Pregnancy, by_code
from db.states import GONE
from flow.words import normal
from handlers.asn import home
from handlers.card import card
from handlers.card.reading import read
from handlers.chat.context import Context
from programme import called_apart, disclosure
from programme.disclosure import Shown
from programme.policy import fostered_children, their_families
from programme.scopes import families_in, held_by

BEFORE = frozenset(
    {"adik", "dek", "dik", "adek", "anak", "bu", "ibu", "an", "si", "kartu", "bayi", "by", "ny", "nyonya"}
)
OF_CHILD = frozenset({"adik", "dek", "dik", "adek", "anak", "bayi", "by"})
LONGEST = 5  # words of a name
LEAST = 3  # letters that at least one word of a name has


def show_mine(context: Context) -> None:
    """Command "anak": the card of the only one who is fostered, or the list of several."""
    listed = home.fostered(context)
    if len(listed) == 1 and not listed[0].wedding:
        card.show(context, str(listed[0].about))
    else:
        home.show_children(context)


def called(context: Context, found: Sequence[Child | Pregnancy]) -> list[str]:
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


def is_of_child(words: Sequence[str]) -> bool:
    """Whether the words begin by saying that they name a child."""
    return len(words) > 1 and words[0] in OF_CHILD


def is_code(said: str) -> bool:
    return " " not in said and any(letter.isdigit() for letter in said)


def found(context: Context, said: str, *, free: bool = False) -> list[Child | Pregnancy]:
    """The children and mothers of this code or name whose cards this person may open.

    Children's own names come before those of their mothers. ``free``: the words are nothing but the name.
    """
    if is_code(said := said.strip(" .,!?*")):
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
