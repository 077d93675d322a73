"""The table of danger signs: each with whom it is about, how urgent it is, what to do meanwhile, and its source.

``rows.csv`` beside this file holds one sign a line. Its columns:

id          never changes: visits and referrals keep it
who         a ``Who``
from, until when it is asked, both included: days of age (child, newborn, growth, accident), completed weeks of
            pregnancy (pregnant), days after the birth (birth, afterbirth); empty: always
label       what stands in a form; fits a button of 24 characters
urgency     an ``Urgency``
meanwhile   what to do on the way, in one line, where that is certain; it never delays leaving and names no dose
source      the guideline; mark: V1 read there, V2 read in a work that quotes it, H believed and not yet opened
seen_by     ``health``: only a health worker can tell; ``all``: anybody
old         labels and ids under which earlier versions stored this sign, separated by ";"

Where sources differ, the row takes the safer side. A sign that two tables have keeps the urgency of the age or stage.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "rows.csv"
MARKS = ("V1", "V2", "H")
LONGEST_LABEL = 24


class Urgency(StrEnum):
    """How soon somebody must be seen, the most urgent first."""

    NOW = "sekarang"
    TODAY = "hari ini"
    SOON = "3-7 hari"


class Who(StrEnum):
    """Whom a sign is about."""

    CHILD = "child"
    NEWBORN = "newborn"
    GROWTH = "growth"
    PREGNANT = "pregnant"
    BIRTH = "birth"
    AFTERBIRTH = "afterbirth"
    MIND = "mind"
    VIOLENCE = "violence"
    ACCIDENT = "accident"


_GO: Mapping[Urgency, str] = {
    Urgency.NOW: "Berangkat ke rumah sakit sekarang juga, malam pun berangkat.",
    Urgency.TODAY: "Bawa ke puskesmas hari ini juga. Puskesmas tutup? Ke rumah sakit.",
    Urgency.SOON: "Datang ke puskesmas atau posyandu dalam 3-7 hari.",
}
_MIND_NOW = "Jangan sendiri. Antar ke rumah sakit sekarang juga, malam pun berangkat."
_VIOLENCE_NOW = "Cari tempat yang aman sekarang juga."


@dataclass(frozen=True, slots=True)
class Sign:
    """One row. ``start`` and ``until`` are both included and in the unit of ``who``; None: no bound."""

    id: str
    who: Who
    start: int | None
    until: int | None
    label: str
    urgency: Urgency
    meanwhile: str
    source: str
    mark: str
    seen_by: str
    old: tuple[str, ...]

    @property
    def go(self) -> str:
        """Where to go and how soon."""
        if self.who is Who.VIOLENCE:
            return _VIOLENCE_NOW
        if self.urgency is Urgency.NOW and self.who is Who.MIND:
            return _MIND_NOW
        return _GO[self.urgency]

    @property
    def advice(self) -> str:
        """Where to go and how soon, then what to do meanwhile."""
        return f"{self.go} {self.meanwhile}".strip()

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything under which the sign is or was stored, beside its id."""
        return (self.label, *self.old)

    def at(self, when: int | None) -> bool:
        """Whether the sign holds at this day or week; an unknown one is held by every sign."""
        return when is None or ((self.start or 0) <= when and (self.until is None or when <= self.until))


class SignsError(Exception):
    """rows.csv cannot be used; the text has one line for each mistake."""


def load(file: Path = FILE) -> Mapping[str, Sign]:
    """Read and check the table. Raises SignsError with all that is wrong."""
    signs: dict[str, Sign] = {}
    wrong: list[str] = []
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            try:
                sign = _read(row)
            except KeyError as problem:
                wrong.append(f"{row.get('id')}: kolom {problem} tidak ada")
                continue
            except ValueError as problem:
                wrong.append(f"{row.get('id')}: {problem}")
                continue
            if sign.id in signs:
                wrong.append(f"{sign.id}: id tertulis dua kali")
            signs[sign.id] = sign
    wrong += _repeated(signs.values())
    if wrong:
        raise SignsError("\n".join(wrong))
    return signs


@cache
def table() -> Mapping[str, Sign]:
    """The signs of the shipped file by their id, in its order."""
    return load()


def of(who: Who, when: int | None = None) -> list[Sign]:
    """The signs of one kind of person at this day of age, week of pregnancy or day after the birth."""
    return [sign for sign in table().values() if sign.who is who and sign.at(when)]


def stored(words: str, who: Sequence[Who]) -> Sign | None:
    """The sign that an earlier report stored under these words, about the first of ``who`` that has it."""
    for kind in who:
        for sign in table().values():
            if sign.who is kind and words in sign.labels:
                return sign
    return None


def in_order(signs: Iterable[Sign]) -> list[Sign]:
    """The signs, each once, the most urgent first."""
    order = list(Urgency)
    return sorted(dict.fromkeys(signs), key=lambda sign: order.index(sign.urgency))


def advice(signs: Iterable[Sign]) -> list[str]:
    """What to do about all of them: how soon and where to go, then what to do meanwhile about the most urgent.

    What helps with a milder sign may harm with a graver one ("beri minum"), so nothing is said of it.
    """
    ordered = in_order(signs)
    gravest = [sign for sign in ordered if sign.urgency is ordered[0].urgency]
    return list(
        dict.fromkeys([*(sign.go for sign in gravest), *(sign.meanwhile for sign in gravest if sign.meanwhile)])
    )


def most_urgent(signs: Iterable[Sign]) -> Urgency | None:
    """The urgency that wins where several signs are seen at once; None for no sign."""
    order = list(Urgency)
    return min((sign.urgency for sign in signs), key=order.index, default=None)


def _read(row: Mapping[str, str]) -> Sign:
    if len(row["label"]) > LONGEST_LABEL or not row["label"]:
        raise ValueError(f"label {row['label']!r} harus 1 sampai {LONGEST_LABEL} huruf")
    if not row["source"] or row["mark"] not in MARKS:
        raise ValueError(f"source harus diisi, dan mark salah satu dari {', '.join(MARKS)}")
    if row["seen_by"] not in ("all", "health"):
        raise ValueError("seen_by diisi all atau health")
    if row["who"] not in list(Who):
        raise ValueError(f"who {row['who']!r} tidak dikenal; isi salah satu dari {', '.join(Who)}")
    if row["urgency"] not in list(Urgency):
        raise ValueError(f"urgency {row['urgency']!r} tidak dikenal; isi salah satu dari {', '.join(Urgency)}")
    sign = Sign(
        row["id"], Who(row["who"]), _number("from", row["from"]), _number("until", row["until"]), row["label"],
        Urgency(row["urgency"]), row["meanwhile"], row["source"], row["mark"], row["seen_by"],
        tuple(word for word in row["old"].split(";") if word),
    )  # fmt: skip
    if sign.start is not None and sign.until is not None and sign.start > sign.until:
        raise ValueError("from tidak boleh sesudah until")
    return sign


def _number(column: str, cell: str) -> int | None:
    try:
        return int(cell) if cell else None
    except ValueError:
        raise ValueError(f"{column} harus bilangan bulat, bukan {cell!r}") from None


def _repeated(signs: Iterable[Sign]) -> list[str]:
    """Two signs of one kind of person under the same words: stored reports could not be told apart."""
    seen: dict[tuple[Who, str], str] = {}
    wrong: list[str] = []
    for sign in signs:
        for label in set(sign.labels):
            other = seen.setdefault((sign.who, label), sign.id)
            if other != sign.id:
                wrong.append(f"{sign.id}: label {label!r} juga label {other}")
    return wrong
