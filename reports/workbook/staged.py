"""One table in memory while a workbook is compared with it: read once, written in one go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from db.base import Base


class Record:
    """A row that is stored (with an id) or about to be. A value may be another Record, stored as its id.

    ``held`` are fields that the table does not write, because a use case does (``events``); of a new record with any,
    that use case writes the whole row.
    """

    __slots__ = ("before", "held", "id", "said", "values")

    def __init__(self, values: dict[str, Any], id: int | None = None) -> None:
        self.id, self.values = id, values
        self.before: dict[str, Any] = {}
        self.held: set[str] = set()
        self.said: dict[str, str] = {}  # field -> place in this workbook that set it

    def __getitem__(self, field: str) -> Any:
        return self.values.get(field)


class StagedTable:
    """The records of one table. ``refs``: for each foreign key the table in memory of its records; None: this one."""

    def __init__(
        self,
        session: Session,
        table: type[Base],
        fields: Sequence[str],
        refs: Mapping[str, StagedTable | None] | None = None,
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
                if target is not None and values[field] is not None:
                    values[field] = target.stored[values[field]]
            key = values.pop("id")
            self.stored[key] = Record(values, key)
        for field in (field for field, target in (refs or {}).items() if target is None):
            for record in self.stored.values():
                record.values[field] = self.stored.get(record.values[field])

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
        """Insert new records, giving them ids, and update changed ones, but for what is held."""
        added = [record for record in self.added if not record.held]
        if added:
            ids = session.scalars(
                insert(self.table).returning(getattr(self.table, "id"), sort_by_parameter_order=True),  # noqa: B009
                [stored(record.values) for record in added],
            )
            # A record may refer to a later one of its own table, which had no id yet.
            within = [record for record in added if any(is_new(value) for value in record.values.values())]
            for record, key in zip(added, ids, strict=True):
                record.id = key
            for record in within:
                session.execute(update(self.table), [{"id": record.id, **stored(record.values)}])
        changed = [
            {"id": key, **stored({field: record[field] for field in record.before if field not in record.held})}
            for key, record in self.changed.items()
        ]
        if changed := [one for one in changed if len(one) > 1]:
            session.execute(update(self.table), changed)


def is_new(value: Any) -> bool:
    return isinstance(value, Record) and value.id is None


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value.id if isinstance(value, Record) else value for field, value in values.items()}
