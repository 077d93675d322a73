"""Which row holds for whom."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from rules.services.reading import read
from rules.services.rows import NOT_GIVEN, Kind, Row, Rows

NATIONAL = read(Path(__file__).with_name("rows.csv"))
"""What is given everywhere: without the hexavalent vaccine and without JE, which a city adds as rows."""


def held(kind: Kind, day: date | None, own: Rows, district: str) -> list[Row]:
    """The rows of a kind that hold for who was born on ``day``, or has this HPL, in the district, first ones first.

    Of rows with the same id the one of the most special district takes the place of the others; then the latest
    ``born_from``; then the city's own; then the lower line.
    """
    best = {row.id: row for row in _ranked(kind, own, district) if row.is_for(day)}
    return sorted((row for row in best.values() if row.label != NOT_GIVEN), key=attrgetter("start"))


@lru_cache(maxsize=64)
def _ranked(kind: Kind, own: Rows, district: str) -> Rows:
    """The rows of a place, those that take the place of others after them."""
    there = (row for row in (*NATIONAL, *own) if row.kind == kind and row.holds_in(district))
    return tuple(sorted(there, key=lambda row: (len(row.district), row.born_from or date.min)))
