"""One table in memory while a workbook is compared with it: read once, written in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from db.base import Base


class Record:
    """A row that is stored (with an id) or about to be. A value may be another Record, stored as its id."""

    __slots__ = ("before", "id", "said", "values")

    def __init__(self, values: dict[str, Any], id: int | None = None) -> None:
        self.id, self.values = id, values
        self.before: dict[str, Any] = {}
        self.said: dict[str, str] = {}  # field -> place in this workbook that set it

    def __getitem__(self, field: str) -> Any:
        return self.values.get(field)


class StagedTable:
    """The records of one table. ``refs``: for each foreign key the table in memory of its records."""

    def __init__(
        self,
        session: Session,
        table: type[Base],
        fields: Sequence[str],
        refs: Mapping[str, StagedTable] | None = None,
        where: Iterable[ColumnElement[bool]] = (),
    ) -> None:
        self.table = table
        self.stored: dict[int, Record] = {}
        self.added: list[Record] = []
        self.changed: dict[int, Record] = {}
        names = ("id", *fields)
        query = select(*(getattr(table, name) for name in names)).where(*where).order_by(getattr(table, names[0]))
        for row in session.execute(query):
            values: dict[str, Any] = dict(zip(names, row, strict=True))
            for field, target in (refs or {}).items():
                if values[field] is not None:
                    values[field] = target.stored[values[field]]
            key = values.pop("id")
            self.stored[key] = Record(values, key)

    def __iter__(self) -> Iterator[Record]:
        yield from self.stored.values()
        yield from self.added

    def add(self, values: dict[str, Any]) -> Record:
        record = Record(values)
        self.added.append(record)
        return record

    def change(self, record: Record, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Update the record. Returns the old and new value by field. None leaves a value unchanged."""
        different = {
            field: (record[field], value)
            for field, value in values.items()
            if value is not None and value != record[field]
        }
        for field, (old, new) in different.items():
            record.before.setdefault(field, old)
            record.values[field] = new
        if different and record.id is not None:
            self.changed[record.id] = record
        return different

    def clear(self, record: Record, field: str) -> None:
        """Empty a field of a stored record, which ``change`` never does."""
        record.before.setdefault(field, record[field])
        record.values[field] = None
        if record.id is not None:
            self.changed[record.id] = record

    def write(self, session: Session) -> None:
        """Insert new records, giving them ids, and update changed ones."""
        if self.added:
            ids = session.scalars(
                insert(self.table).returning(getattr(self.table, "id"), sort_by_parameter_order=True),  # noqa: B009
                [stored(record.values) for record in self.added],
            )
            for record, key in zip(self.added, ids, strict=True):
                record.id = key
        if self.changed:
            session.execute(
                update(self.table),
                [
                    {"id": key, **stored({field: record[field] for field in record.before})}
                    for key, record in self.changed.items()
                ],
            )


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value.id if isinstance(value, Record) else value for field, value in values.items()}
