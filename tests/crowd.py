"""Many foster parents at once, for tests about size: a statement a table, where tests/people.py needs ten for each."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from db.children import Child, Family
from db.fostering import Assignment, Part
from db.people import Address, Person, PersonRole
from tests.people import LONG_AGO, NOW, village

FIRST = 1_000  # their ids, above those of whom a test makes one by one


def fostering(session: Session, starts: Sequence[date], person: Callable[[int], dict[str, Any]]) -> list[int]:
    """A foster parent on a phone for each of these days, since which they foster a child of a family of its own.

    Foster parent, family and child have the same id. ``person`` gives the number of each further columns. Returns the
    ids.
    """
    ids = range(FIRST, FIRST + len(starts))
    where = village(session).id
    rows: dict[type, list[dict[str, Any]]] = {
        Person: [
            {"id": id, "name": f"Anwar {n}", "sex": "L", "created_at": NOW, **person(n)} for n, id in enumerate(ids)
        ],
        PersonRole: [{"person_id": id, "role": "asn"} for id in ids],
        Address: [
            {
                "channel": "simulator", "address": f"simulator-{id}", "person_id": id, "first_heard_at": NOW,
                "last_heard_at": NOW, "linked_at": LONG_AGO,
            }
            for id in ids
        ],
        Family: [
            {"id": id, "code": f"KK-{id}", "mother_name": f"Sari {id}", "village_id": where, "created_at": NOW}
            for id in ids
        ],
        Child: [
            {
                "id": id, "code": f"A-{id}", "family_id": id, "name": f"Rafa {id}", "sex": "L", "listed": "stunting",
                "created_at": LONG_AGO,
            }
            for id in ids
        ],
        Assignment: [
            {"asn_id": id, "child_id": id, "part": Part.MAIN, "starts": day}
            for id, day in zip(ids, starts, strict=True)
        ],
    }  # fmt: skip
    for table, listed in rows.items():
        session.execute(insert(table), listed)
    return list(ids)


@contextmanager
def statements(session: Session) -> Generator[list[str], None, None]:
    """What is asked of the database inside; afterwards nobody listens any more to the engine, which all tests share."""
    asked: list[str] = []
    engine = session.get_bind()

    def hear(*call: Any) -> None:
        asked.append(call[2])

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", hear)
