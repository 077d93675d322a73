"""A tick looks in a read transaction and yields what it finds as writes, each short, each in its own transaction."""

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
"""Writes some findings, given a session. The look may be seconds old: what must still hold is asked again."""
Look = Callable[[Session, datetime, City], Iterator[Write]]
"""A tick. Its session only reads; objects of that session stay out of the writes it yields."""

AT_ONCE = 200  # rows in one write: some 20 ms
TOGETHER_AT_ONCE = 40  # messages in one write, of which each may bring a handful of rows


def carry_out(look: Look, session: Session, now: datetime, city: City, commit: Callable[[Write], object]) -> None:
    """Look to the end with a reading session; ``commit`` executes each write in a transaction of its own.

    After each write the look goes on with a new view of the database, which the write is in.
    """
    for write in look(session, now, city):
        commit(write)
        session.commit()


def finish(look: Look, session: Session, now: datetime, city: City) -> None:
    """Run a tick to its end from a session that may write. Commits what is in it before, and after each write."""
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
    """Writes that promise these rows; their keys keep each single, whatever happened since the look."""
    for some in several(rows):
        yield partial(outbox.promise, rows=some)


def promises_if(
    found: Iterable[tuple[Collection[T], Sequence[Mapping[str, Any]]]],
    holds: Callable[[Session, Collection[T]], Collection[T]],
) -> Iterator[Write]:
    """Writes that promise messages, each with those whom it speaks of: the row that is sent, and after it the rows of
    what else it says.

    They are promised only if all of these still ``holds`` when it is written; else the next look words them anew.
    """
    for some in several(found, TOGETHER_AT_ONCE):
        yield partial(_promise_if, found=some, holds=holds)


def _promise_if(
    session: Session,
    found: Sequence[tuple[Collection[T], Sequence[Mapping[str, Any]]]],
    holds: Callable[[Session, Collection[T]], Collection[T]],
) -> None:
    still = set(holds(session, {one for subjects, _ in found for one in subjects}))
    for subjects, (first, *others) in found:
        if still.issuperset(subjects):
            outbox.promise_together(session, first, others)


def pages(
    session: Session, ids: InstrumentedAttribute[int], *which: ColumnElement[bool] | TextClause, size: int = AT_ONCE
) -> Iterator[Sequence[int]]:
    """The ids that fulfil the conditions, in order, read a page at a time."""
    last = 0
    query = select(ids).where(*which).order_by(ids).limit(size)
    while page := session.scalars(query.where(ids > last)).all():
        yield page
        last = page[-1]
