"""When two spellings are the same name, and which known name was likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from unicodedata import normalize

CLOSE = 0.6
"""How alike two names are, 0 to 1, before one is offered for the other."""
DOUBTFUL = 0.85
"""How alike before a new name is suspected to be an old one with a slip."""

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
    """The name without the word for what it is: "Puskesmas Mata" and "PKM Mata" become "Mata"."""
    return re.sub(rf"^{_KINDS[kind]}", "", tidy(name), flags=re.IGNORECASE)


def is_called(kind: str, name: str) -> bool:
    """Whether the name begins with the word for this kind of place."""
    return bare(kind, name) != tidy(name)


def nearest(word: str, names: Iterable[str], close: float = CLOSE) -> str | None:
    """The known name most like the word, None where nothing is near."""
    known = {norm(name): name for name in names}
    found = get_close_matches(norm(word), known, n=1, cutoff=close)
    return known[found[0]] if found else None


def meant(word: str, names: Iterable[str]) -> str:
    """ " Maksudnya Poasia?" to put behind a sentence; empty where nothing is near."""
    name = nearest(word, names)
    return f" Maksudnya {name}?" if name else ""
