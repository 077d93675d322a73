"""What one row of services says.

The columns of ``rows.csv``, and of the file a city lays over it:

version             the schedule the row belongs to, for people to read
id                  what a later row takes the place of, and what answers are kept under: it never changes.
                    What follows a "/" only tells rows of the same service apart (``vitamin-a/biru-02``)
kind, label, detail a ``Kind``; what stands on the button, or "-" for: is not given; what there is to say more
anchor, from, until ``lahir``: from and until are months of age; until is when it is no longer made up for, 0 with
                    from 0 for what belongs to the day of birth, empty for the fifth birthday
                    ``hpl``: from is the completed week of the pregnancy
                    ``bulan 2``, ``tiap bulan``: it returns in that month, or in each, between those months of age
                    ``kejadian``: it is looked up when something has happened
district            where it holds: a Kemendagri code of a province or a city ("74", "74.71"); empty for everywhere
born_from/born_until the children it is for, by day of birth, both included; for ``hpl`` by the HPL, for ``kejadian``
                    by the day
days                how long it is given: of PMT only
source, note        where it is from; what a reader of the file should know
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NOT_GIVEN = "-"
LAST_MONTH = 60
"""The services for under-fives end with the fifth birthday."""


class Kind(StrEnum):
    IMMUNISATION = "imunisasi"
    VITAMIN_A = "vitamin A"
    DEWORMING = "obat cacing"
    WEIGHING = "penimbangan"
    ANTENATAL = "pemeriksaan kehamilan"
    TABLETS = "tablet tambah darah"
    PMT = "PMT"


class Anchor(StrEnum):
    BIRTH = "lahir"
    HPL = "hpl"
    MONTH = "bulan"
    EVENT = "kejadian"


OF_KIND: Mapping[Kind, tuple[str, Anchor]] = {
    Kind.IMMUNISATION: ("imunisasi-", Anchor.BIRTH),
    Kind.VITAMIN_A: ("vitamin-a/", Anchor.MONTH),
    Kind.DEWORMING: ("cacing-", Anchor.BIRTH),
    Kind.WEIGHING: ("timbang", Anchor.MONTH),
    Kind.ANTENATAL: ("anc-", Anchor.HPL),
    Kind.TABLETS: ("tablet", Anchor.HPL),
    Kind.PMT: ("pmt-", Anchor.EVENT),
}
"""How the ids of a kind begin, and what its rows are counted from."""


@dataclass(frozen=True)
class Row:
    """One line. ``start`` and ``until`` are months of age or weeks; ``months`` are those of the year it returns in."""

    version: str
    id: str
    kind: Kind
    label: str
    detail: str
    anchor: Anchor
    months: tuple[int, ...]
    start: int
    until: int
    district: str
    born_from: date | None
    born_until: date | None
    days: int | None
    source: str
    note: str

    def holds_in(self, district: str) -> bool:
        return not self.district or f"{district}.".startswith(f"{self.district}.")

    def is_for(self, day: date | None) -> bool:
        """Whether it is for who was born then (or has that HPL); an unknown day is in no cohort."""
        if day is None:
            return self.born_from is None and self.born_until is None
        return (self.born_from or day) <= day <= (self.born_until or day)


Rows = tuple[Row, ...]
