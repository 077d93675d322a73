"""Choose the row of services that applies to a child or a pregnancy."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

from rules.services.reading import read
from rules.services.rows import NOT_GIVEN, Kind, Row, Rows

NATIONAL = read(Path(__file__).with_name("rows.csv"))
"""The national rows, without the hexavalent vaccine and without JE, which a city adds as rows of its own."""


def held(kind: Kind, day: date | None, own: Rows, district: str) -> list[Row]:
    """The rows of a kind for somebody born on ``day`` (or with this HPL) in the district, the earliest first.

    Of rows with the same id one is used: the one of the most specific district; then the latest
    ``born_from``; then the city's own; then the lower line.
    """
    best = {row.id: row for row in _ranked(kind, own, district) if row.is_for(day)}
    return sorted((row for row in best.values() if row.label != NOT_GIVEN), key=attrgetter("start"))


@lru_cache(maxsize=64)
def _ranked(kind: Kind, own: Rows, district: str) -> Rows:
    """The rows that apply in a district, each after those that it replaces."""
    there = (row for row in (*NATIONAL, *own) if row.kind == kind and row.holds_in(district))
    return tuple(sorted(there, key=lambda row: (len(row.district), row.born_from or date.min)))
