"""One row of services.

The columns of ``rows.csv``, and of the file a city lays over it:

version             the schedule the row belongs to, for people to read
id                  a later row with the same id replaces this one, and answers are stored under it: it never changes.
                    The part after a "/" only distinguishes rows of the same service (``vitamin-a/biru-02``)
kind, label, detail a ``Kind``; the button's text, or "-" for: is not given; further details
anchor, from, until ``lahir``: from and until are months of age; until is when it is no longer caught up, 0 with
                    from 0 for services of the day of birth, empty for the fifth birthday
                    ``hpl``: from is the completed week of the pregnancy
                    ``bulan 2``, ``tiap bulan``: recurring in that month, or in each, between those months of age
                    ``kejadian``: looked up when something has happened
district            where it holds: a Kemendagri code of a province or a city ("74", "74.71"); empty for everywhere
born_from/born_until the children it is for, by day of birth, both included; for ``hpl`` by the HPL, for ``kejadian``
                    by the day
days                how long it is given: of PMT only
source, note        the source; a note for readers of the file
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
"""By kind: the prefix of its ids, and the anchor its rows are counted from."""


@dataclass(frozen=True)
class Row:
    """One row. ``start`` and ``until`` are months of age or weeks; ``months`` are the months it recurs in."""

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
        """Whether the row is for people born on this day (or with this HPL); an unknown day is in no cohort."""
        if day is None:
            return self.born_from is None and self.born_until is None
        return (self.born_from or day) <= day <= (self.born_until or day)


Rows = tuple[Row, ...]
