"""Types and helpers of ticks: a tick reads in one transaction, and its writes run in short ones of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Engine, TextClause, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.city import City
from db import outbox
from db.engine import reading

T = TypeVar("T")

Write = Callable[[Session], object]
"""A function that writes with the given session. What the tick read may be seconds old: it checks conditions again."""
Look = Callable[[Session, datetime, City], Iterator[Write]]
"""The function of a tick. Its session only reads; the writes it yields must not use objects of that session."""

AT_ONCE = 200  # rows in one write: some 20 ms
TOGETHER_AT_ONCE = 20  # messages in one write; each may have a handful of rows


def carry_out(look: Look, session: Session, now: datetime, city: City, commit: Callable[[Write], object]) -> None:
    """Run a tick to its end with a reading session; ``commit`` executes each write in a transaction of its own.

    After each write the tick goes on with a new snapshot of the database, which includes the write.
    """
    for write in look(session, now, city):
        commit(write)
        session.commit()


def finish(look: Look, session: Session, now: datetime, city: City) -> None:
    """Run a tick to its end with a session that may write. Commits the session first, and after each write."""
    session.commit()
    engine = session.get_bind()
    if not isinstance(engine, Engine):
        raise TypeError("the session must have an engine, for a second connection to look with")

    def commit(write: Write) -> None:
        write(session)
        session.commit()

    with Session(reading(engine), expire_on_commit=False) as beside:
        carry_out(look, beside, now, city, commit)


def several(items: Iterable[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def promises(rows: Iterable[Mapping[str, Any]]) -> Iterator[Write]:
    """Writes that promise these rows. A row whose key exists already is not written again."""
    for some in several(rows):
        yield partial(outbox.promise, rows=some)


def promises_if(
    found: Iterable[tuple[Collection[T], Sequence[Mapping[str, Any]]]],
    holds: Callable[[Session, Collection[T]], Collection[T]],
) -> Iterator[Write]:
    """Writes that promise messages. ``found`` pairs the subjects of a message with its rows: the one that is sent, then
    those that are included in it.

    A message is promised only if ``holds`` still returns all of its subjects; otherwise the next tick writes a new one.
    """
    for some in several(found, TOGETHER_AT_ONCE):
        yield partial(_promise_if, found=some, holds=holds)


def _promise_if(
    session: Session,
    found: Sequence[tuple[Collection[T], Sequence[Mapping[str, Any]]]],
    holds: Callable[[Session, Collection[T]], Collection[T]],
) -> None:
    still = set(holds(session, {one for subjects, _ in found for one in subjects}))
    outbox.promise_together(session, [(rows[0], rows[1:]) for subjects, rows in found if still.issuperset(subjects)])


def pages(
    session: Session, ids: InstrumentedAttribute[int], *which: ColumnElement[bool] | TextClause, size: int = AT_ONCE
) -> Iterator[Sequence[int]]:
    """The ids that fulfil the conditions, in order, read a page at a time."""
    last = 0
    query = select(ids).where(*which).order_by(ids).limit(size)
    while page := session.scalars(query.where(ids > last)).all():
        yield page
        last = page[-1]
