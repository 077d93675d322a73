"""Rows of a city that is being made up: numbered as they come, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from db.base import Base
from db.tables import metadata

# Called with the table being written, how many rows are written, and how many there are.
Progress = Callable[[str, int, int], None]


class Rows:
    """Tables as lists. Made for an empty SQLite database: the numbers it hands out begin with 1."""

    def __init__(self) -> None:
        self._tables: defaultdict[type[Base], list[dict[str, Any]]] = defaultdict(list)

    def add(self, table: type[Base], **values: Any) -> int:
        """Add one row and return its number. Every row of a table must have the same columns."""
        rows = self._tables[table]
        number = len(rows) + 1
        rows.append({"id": number, **values})
        return number

    def row(self, table: type[Base], number: int) -> dict[str, Any]:
        """The row of this number, to be read or changed."""
        return self._tables[table][number - 1]

    def all(self, table: type[Base]) -> Sequence[dict[str, Any]]:
        """Every row of a table so far, in order."""
        return self._tables[table]

    def write(self, session: Session, progress: Progress) -> None:
        """Write all of it, table by table, those first that others point to."""
        total, done = sum(len(rows) for rows in self._tables.values()), 0
        order = {table.name: place for place, table in enumerate(metadata.sorted_tables)}
        for table, rows in sorted(self._tables.items(), key=lambda one: order[one[0].__tablename__]):
            session.execute(insert(table.__table__), rows)  # pyright: ignore[reportArgumentType]
            done += len(rows)
            progress(table.__tablename__, done, total)
