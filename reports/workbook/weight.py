"""How heavy a planned import is: how many rows, what it ends, whom it gives rights to, and its fingerprint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from db.roles import Role
from db.states import CareState
from reports.workbook.events import AssignmentEnded, ChildEnded, RoleEnded, Succeeded
from reports.workbook.importing import Plan
from reports.workbook.staged import Record, StagedTable

MANY = 50
"""Rows above which a second person looks at the changes."""
ENTRUSTED = (Role.COORDINATOR, Role.ADMIN)


@dataclass(frozen=True)
class Weight:
    """``changes`` and ``ends`` are numbers of rows. ``entrusts``: it makes a coordinator, or changes the number of one,
    who could then agree to anything. ``fingerprint`` is the same as long as the same would be written."""

    changes: int
    ends: int
    entrusts: bool
    fingerprint: str

    @property
    def needs_second(self) -> bool:
        return self.changes > MANY or self.ends > 0 or self.entrusts


def weigh(made: Plan) -> Weight:
    ends = len({id(record) for record in _ends(made)})
    return Weight(made.result.added + made.result.changed, ends, _entrusts(made), _fingerprint(made))


def _ends(made: Plan) -> Iterator[Record]:
    """What would end: a child, a pregnancy, a wedding that is with us; a fostering or a role that gets a last day."""
    register = made.register
    for event in register.events:
        match event:
            case ChildEnded():
                yield event.child
            case AssignmentEnded() | RoleEnded():
                yield event.record
            case Succeeded():
                yield event.old
            case _:
                pass
    for table in (register.children, register.pregnancies, register.weddings):
        for record in table.changed.values():
            if record.before.get("state") == CareState.ACTIVE and record["state"] != CareState.ACTIVE:
                yield record
    for table in (register.assignments, register.people.roles):
        for record in table.changed.values():
            if "ends" in record.before and record["ends"] is not None:
                yield record


def _entrusts(made: Plan) -> bool:
    roles, persons = made.register.people.roles, made.register.people.persons
    given = (*roles.added, *roles.changed.values())
    if any(role["role"] in ENTRUSTED for role in given):
        return True
    entrusted = {role["person_id"] for role in roles if role["role"] in ENTRUSTED}
    return any(one in entrusted and "phone" in one.before for one in persons.changed.values())


def _fingerprint(made: Plan) -> str:
    """A hash over all that would be written, but for the moment of writing it."""
    tables = made.register.staged_tables
    names: dict[int, str] = {}
    for table in tables:
        for place, record in enumerate(table.added):
            names[id(record)] = f"{table.table.__tablename__}+{place}"
        for key, record in table.stored.items():
            names[id(record)] = f"{table.table.__tablename__}:{key}"
    return sha256(json.dumps([_written(table, names) for table in tables]).encode()).hexdigest()


def _written(table: StagedTable, names: dict[int, str]) -> list[Any]:
    def said(value: Any) -> Any:
        if isinstance(value, Record):
            return names.get(id(value), "")
        return None if isinstance(value, datetime) else str(value)

    added = [sorted((field, said(value)) for field, value in one.values.items()) for one in table.added]
    changed = [
        [key, sorted((field, said(old), said(one[field])) for field, old in one.before.items())]
        for key, one in sorted(table.changed.items())
    ]
    return [added, changed]
