"""How a written name is compared with a known one: without case, apostrophes, dashes and the words for what it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_

from content.reading import one_apart

LEAST = 3
"""Letters that at least one written word has: fewer are of too many names."""
FORGIVEN = 6
"""Letters of a known word from which a slip of one letter is forgiven."""
_LEFT_OUT = ("'", "’", "`", "-", ".", " ")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}


def words(said: str) -> list[str]:
    """The words of a name: "Lepo-Lepo" and "Melati1" are two, "Ma'rang" one; a Roman number is a number."""
    found: list[str] = re.findall(r"[^\W\d]+|\d+", re.sub(r"['’`]", "", said.casefold()))
    return [_ROMAN.get(word, word) if at else word for at, word in enumerate(found)]


def squeezed(name: Any) -> ColumnElement[str]:
    """For a query: the name in small letters without blanks, dashes, dots and apostrophes."""
    column = func.lower(name)
    for sign in _LEFT_OUT:
        column = func.replace(column, sign, "")
    return column


def holds(name: Any, wanted: Sequence[str]) -> ColumnElement[bool]:
    """For a query: names that may hold these words: the longest of them stands in it."""
    return squeezed(name).contains(max(wanted, key=len), autoescape=True)


def holds_nearly(name: Any, wanted: Sequence[str]) -> ColumnElement[bool]:
    """For a query: names that may hold these words but for a slip in the longest.

    A slip, or two letters that changed places, touches two of the three parts of a word at most: the third stands.
    """
    word = max(wanted, key=len)
    third = max(len(word) // 3, 1)
    parts = word[:third], word[third : 2 * third], word[2 * third :]
    return or_(*(squeezed(name).contains(part, autoescape=True) for part in parts))


def is_whole(wanted: Sequence[str], name: Sequence[str]) -> bool:
    """Whether these words are the whole name, however it is divided: "lepolepo" and "Lepo-Lepo"."""
    return "".join(wanted) == "".join(name)


def is_part(wanted: Collection[str], name: Collection[str]) -> bool:
    """Whether each of the words is a word of the name."""
    return set(wanted) <= set(name)


def is_slip(wanted: Sequence[str], name: Sequence[str]) -> bool:
    """Whether they would be words of the name but for one letter, in a long word of it, or in the whole."""
    if is_slip_of_word("".join(wanted), "".join(name)):
        return True
    unknown = [word for word in wanted if word not in name]
    return len(unknown) == 1 and any(is_slip_of_word(unknown[0], word) for word in name)


def is_slip_of_word(said: str, known: str) -> bool:
    """Whether one letter put in, left out or exchanged makes it a long word. A number is never meant by another."""
    return len(known) >= FORGIVEN and not set("0123456789") & set(said + known) and one_apart(said, known)
