"""How people and children are called in messages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from flow.message import plain

TITLES = {"L": "Pak", "P": "Bu"}
PRONOUNS = {"L": "Bapak", "P": "Ibu"}
UNKNOWN = "Bapak/Ibu"
UNNAMED = "Bayi"

_OF_RELATION = {"ibu": "P", "ayah": "L"}
_OF_NIP = {"1": "L", "2": "P"}
_OF_HONORIFIC = {
    "bapak": "L", "bpk": "L", "pak": "L", "haji": "L", "h": "L", "drs": "L",
    "ibu": "P", "bu": "P", "hajah": "P", "hajjah": "P", "hj": "P", "dra": "P",
}  # fmt: skip
_WORKS_AS = {"bidan", "bd", "kader", "perawat", "ns", "suster", "dokter", "dr", "drg", "apt", "ir", "prof"}
_BEGINS_NAMES = {"la", "wa", "ode", "muh", "muhammad", "moh", "mohammad"}
BEFORE_THE_NAME = frozenset(_OF_HONORIFIC) | _WORKS_AS | _BEGINS_NAMES


def sex_of(name: str, *, nip: str | None = None, sex: str | None = None, relation: str = "") -> str:
    """ "L" or "P" by what tells it first: relation to a child, register, NIP, the title before the name; else "".

    The 15th digit of a NIP is 1 for a man and 2 for a woman (Peraturan BKN 22/2007).
    """
    if known := _OF_RELATION.get(relation) or sex:
        return known
    if nip and len(nip) == 18:
        return _OF_NIP.get(nip[14], "")
    first = next(iter(plain(name).split()), "")
    return _OF_HONORIFIC.get(first.lower().rstrip("."), "")


def salute(name: str, *, nip: str | None = None, sex: str | None = None, relation: str = "") -> str:
    """ "Bu Sari", "Pak Anwar"; "Bapak/Ibu Rahma" where nothing tells (``sex_of``)."""
    return f"{TITLES.get(sex_of(name, nip=nip, sex=sex, relation=relation), UNKNOWN)} {call_name(name)}"


def foster_parent(
    name: str, *, nip: str | None = None, sex: str | None = None, rank: str = "", organisation: bool = False
) -> str:
    """What a foster parent is called: an organisation by its name, by a ``rank`` where it is given, else ``salute``."""
    if organisation:
        return plain(name)
    return plain(rank) if rank else salute(name, nip=nip, sex=sex)


def pronoun(name: str, *, nip: str | None = None, sex: str | None = None, relation: str = "") -> str:
    """How somebody is addressed within a sentence: "Ibu", "Bapak"; "Bapak/Ibu" where nothing tells."""
    return PRONOUNS.get(sex_of(name, nip=nip, sex=sex, relation=relation), UNKNOWN)


def call_name(name: str) -> str:
    """The name by which somebody is called.

    "La Ode Anwar" is Anwar, "Dr. Hj. Sitti Rahma" Sitti, "ANWAR, S.Sos" Anwar, "Bidan Rahma" Rahma.
    """
    words = re.split(r"[\s,]+", plain(name.partition(",")[0] or name).strip(" ,"))
    called = (word for word in words if not word.endswith(".") and word.lower() not in BEFORE_THE_NAME)
    return _capitalised(next(called, words[-1]))


def _capitalised(word: str) -> str:
    """A word written in capitals or small letters throughout, as a name is written: "AL-FATIH" is "Al-Fatih"."""
    if len(word) < 3 or not (word.isupper() or word.islower()):
        return word
    return "-".join(part.capitalize() for part in word.split("-"))


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
