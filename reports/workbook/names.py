"""Compare names: whether two spellings are the same, and which known name was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from unicodedata import normalize

CLOSE = 0.6
"""Similarity of two names, 0 to 1, from which one is suggested for the other."""
DOUBTFUL = 0.85
"""Similarity from which a new name is suspected to be a misspelt known one."""

_KINDS = {
    "kecamatan": r"(kecamatan|kec\.?)\s+",
    "kelurahan": r"(kelurahan|kel\.?|desa)\s+",
    "puskesmas": r"(puskesmas|pusk\.?|pkm\.?)\s+",
    "posyandu": r"(posyandu|pos\s?yandu|posy\.)\s+",
}


@cache
def norm(text: str) -> str:
    """Letters and digits only, without case: "Lepo-Lepo" and "LEPO LEPO" are one name."""
    return "".join(letter for letter in normalize("NFKD", text).casefold() if letter.isalnum())


def tidy(text: str) -> str:
    """One blank between words and none around them."""
    return " ".join(text.split())


def bare(kind: str, name: str) -> str:
    """The name without the word for its kind: "Puskesmas Mata" and "PKM Mata" become "Mata"."""
    return re.sub(rf"^{_KINDS[kind]}", "", tidy(name), flags=re.IGNORECASE)


def is_called(kind: str, name: str) -> bool:
    """Whether the name begins with the word for this kind of place."""
    return bare(kind, name) != tidy(name)


def nearest(word: str, names: Iterable[str], close: float = CLOSE) -> str | None:
    """The known name most similar to the word; None where none is similar."""
    known = {norm(name): name for name in names}
    found = get_close_matches(norm(word), known, n=1, cutoff=close)
    return known[found[0]] if found else None


def meant(word: str, names: Iterable[str]) -> str:
    """A suggestion to append to a sentence: " Maksudnya Poasia?"; empty where no name is similar."""
    name = nearest(word, names)
    return f" Maksudnya {name}?" if name else ""
