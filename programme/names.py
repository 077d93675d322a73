"""How people and children are called in messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flow.message import plain

RELATIONS = {"ibu": "Bu", "ayah": "Pak"}
SEXES = {"1": "Pak", "2": "Bu"}
UNNAMED = "Bayi"
BEFORE_THE_NAME = frozenset({"la", "wa", "ode", "muh", "muhammad", "moh", "mohammad", "h", "hj"})


def salute(name: str, *, nip: str | None = None, relation: str = "") -> str:
    """ "Bu Sari", "Pak Anwar"; "Bapak/Ibu Rahma" where neither NIP nor relation tells.

    The 15th digit of a NIP is 1 for a man and 2 for a woman (Peraturan BKN 22/2007).
    """
    title = RELATIONS.get(relation) or (SEXES.get(nip[14]) if nip and len(nip) == 18 else None)
    return f"{title or 'Bapak/Ibu'} {call_name(name)}"


def call_name(name: str) -> str:
    """The name by which somebody is called: "La Ode Anwar" is Anwar, "Dr. Hj. Sitti Rahma" is Sitti."""
    words = plain(name).split()
    called = (word for word in words if not word.endswith(".") and word.lower() not in BEFORE_THE_NAME)
    return next(called, words[0] if words else "")


def child_name(name: str) -> str:
    """ "Rafa"; a newborn that has no name yet is "Bayi", so that "Adik Bayi" can be said of it."""
    return call_name(name) or UNNAMED


def told_apart(named: Sequence[tuple[str, str]]) -> list[str]:
    """Each name of these pairs of name and code; with the code where another is called the same: "Adik Rafa (A-12)"."""
    often = Counter(name for name, _ in named)
    return [f"{name} ({plain(code)})" if often[name] > 1 else name for name, code in named]


def listed(names: list[str]) -> str:
    """ "Rafa", "Rafa dan Rafi", "Rafa, Rafi dan Rani"."""
    return " dan ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
