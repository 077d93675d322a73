"""How people and children are called in messages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from flow.message import plain

TITLES = {"L": "Pak", "P": "Bu"}
PRONOUNS = {"L": "Bapak", "P": "Ibu"}
UNKNOWN = "Bapak/Ibu"
UNNAMED = "Bayi"

_OF_RELATION = {"ibu": "P", "ayah": "L"}
_OF_NIP = {"1": "L", "2": "P"}
_OF_HONORIFIC = {
    "bapak": "L", "bpk": "L", "pak": "L", "haji": "L", "h": "L", "drs": "L", "tn": "L", "sdr": "L",
    "ibu": "P", "bu": "P", "hajah": "P", "hajjah": "P", "hj": "P", "dra": "P", "ny": "P", "sdri": "P",
}  # fmt: skip
_WORKS_AS = {"bidan", "bd", "kader", "perawat", "ns", "suster", "dokter", "dr", "drg", "apt", "ir", "prof"}
_BEGINS_NAMES = {"la", "wa", "ode", "muh", "muhammad", "moh", "mohammad"}
_UNNAMED = re.compile(r"(?:bayi|by)(?:\W.*?)??(?:\s(?P<number>[1-9]|I{1,3}|IV))?", re.IGNORECASE)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_TITLES = frozenset(_OF_HONORIFIC) | _WORKS_AS
TITLES_BEFORE = _TITLES | {"pa", "kak", "mas", "mbak"}
"""What people write before a name, in small letters without a dot."""
BEFORE_THE_NAME = _TITLES | _BEGINS_NAMES
_DEGREES = frozenset({
    "aks", "amd", "amdfarm", "amdgz", "amdkeb", "amdkep", "amg", "amk", "amkeb", "amkg", "apt", "bsc", "dea",
    "ma", "mag", "map", "mars", "mba", "mbiomed", "meng", "mepid", "mfarm", "mgizi", "mh", "mhum", "mikom",
    "mkeb", "mkep", "mkes", "mkm", "mkom", "mm", "mmr", "mp", "mpd", "mph", "mpsi", "ms", "msc", "mse", "msi",
    "msos", "mt", "mtr", "ners", "ns", "phd", "sag", "sap", "sars", "se", "sei", "sfarm", "sgz", "sh", "shi",
    "shum", "shut", "sikom", "sip", "sipem", "sked", "skeb", "skep", "skg", "skh", "ski", "skm", "skom", "skp",
    "sp", "spa", "spd", "spdi", "spgk", "spi", "spog", "spok", "spp", "sppd", "spsi", "spt", "ss", "ssi",
    "ssit", "ssos", "ssospol", "ssospolitik", "sst", "ssy", "st", "sth", "stp", "str", "strgz", "strkeb",
    "strkep", "stt",
})  # fmt: skip


def sex_of(name: str, *, nip: str | None = None, sex: str | None = None, relation: str = "") -> str:
    """ "L" or "P" by what tells it first: relation to a child, register, NIP, the title before the name; else "".

    The 15th digit of a NIP is 1 for a man and 2 for a woman (Peraturan BKN 22/2007).
    """
    if known := _OF_RELATION.get(relation) or sex:
        return known
    if nip and len(nip) == 18:
        return _OF_NIP.get(nip[14], "")
    before = takewhile(_TITLES.__contains__, (word.lower().rstrip(".") for word in _words(plain(name))))
    return next((_OF_HONORIFIC[word] for word in before if word in _OF_HONORIFIC), "")


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

    "La Ode Anwar" is Anwar, "Dr. Hj.Sitti Rahma" Sitti, "ANWAR, S.Sos" Anwar, "Bidan Rahma" Rahma.
    """
    words = _words(plain(name.partition(",")[0] or name).strip(" ,")) or [""]
    called = (word for word in words if not word.endswith(".") and word.lower() not in BEFORE_THE_NAME)
    return _capitalised(next(called, words[-1]))


def bare(name: str) -> str:
    """The name without titles before it and degrees behind it: "Dr. Hj.Sitti Rahma, S.KM., M.Kes" is "Sitti Rahma".

    For comparing: one list has them and another has not.
    """
    words = name.partition(",")[0].split() or name.split()
    while len(words) > 1 and _is_degree(words[-1]):
        words.pop()
    named = _words(" ".join(words))
    titles = sum(1 for _ in takewhile(lambda word: word.lower().rstrip(".") in _TITLES, named))
    return " ".join(named[titles:] or named)


def _is_degree(word: str) -> bool:
    """Whether the word is a degree written with dots or capitals; "St" and "Ma" are parts of names."""
    return word.replace(".", "").lower() in _DEGREES and ("." in word or not word.istitle())


def _words(name: str) -> list[str]:
    """The words of a name; what is glued to a title by its dot ("Hj.Sitti") is a word of its own."""
    return [word for word in re.split(r"[\s,]+|(?<=[^\W\d_]\.)(?=[^\W\d_])", name) if word]


def _capitalised(word: str) -> str:
    """A word written in capitals or small letters throughout, as a name is written: "AL-FATIH" is "Al-Fatih"."""
    if len(word) < 3 or not (word.isupper() or word.islower()):
        return word
    return "-".join(part.capitalize() for part in word.split("-"))


def child_name(name: str) -> str:
    """ "Rafa"; a newborn that has no name yet is "Bayi", so that "Adik Bayi" can be said of it.

    A register calls it after its mother, and numbers twins: "By. Ny. Sari" is Bayi, "Bayi Ny. Sari 2" Bayi 2.
    """
    if unnamed := _UNNAMED.fullmatch(plain(name).strip()):
        number = (unnamed["number"] or "").upper()
        return f"{UNNAMED} {_ROMAN.get(number, number)}".strip()
    return call_name(name) or UNNAMED


@dataclass(frozen=True, slots=True)
class Called:
    """One of those whom a reader sees: what it is called ("Adik Rafa"), and what may tell it from its namesakes.

    ``mother`` ("Bu Sari") and ``age`` ("14 bulan", "hamil 28 minggu") are empty where they are not known, or this
    reader may not see them.
    """

    name: str
    code: str
    mother: str = ""
    age: str = ""


def told_apart(named: Sequence[Called]) -> list[str]:
    """Each name; of those with one name, with what tells them from each other: "Adik Rafa (Bu Sari)".

    The mother, whom the reader knows best, where all have another one; else the age, else the code. ``named`` is
    everybody whom one reader sees, so that one child is called the same in every list and message to them.
    """
    said, namesakes = [one.name for one in named], defaultdict[str, list[int]](list)
    for place, one in enumerate(named):
        namesakes[one.name].append(place)
    for places in namesakes.values():
        if len(places) > 1:
            for place, mark in zip(places, _marks([named[place] for place in places]), strict=True):
                said[place] = f"{named[place].name} ({plain(mark)})"
    return said


def _marks(namesakes: Sequence[Called]) -> list[str]:
    for marks in ([one.mother for one in namesakes], [one.age for one in namesakes]):
        if all(marks) and len(set(marks)) == len(marks):
            return marks
    return [one.code for one in namesakes]


def listed(names: list[str]) -> str:
    """ "Rafa", "Rafa dan Rafi", "Rafa, Rafi dan Rani"."""
    return " dan ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
