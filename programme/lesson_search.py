"""Lessons that speak of what a family asks, found by the full-text index of the database in use."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import searching
from content.lessons import Lesson, Library
from content.searching import Document
from db import lesson_texts
from db.lesson_texts import LessonText

MOST = 3
"""Lessons offered at once, so that they fit beside one more button."""


def fill(session: Session, library: Library) -> int:
    """Bring the index up to these lessons, by their fingerprints. Returns how many rows were written or removed.

    Called when the database is migrated and when the service starts: lessons change with a new release alone.
    """
    lesson_texts.prepare(session)
    wanted, stored = library.searchable, lesson_texts.fingerprints(session)
    old = [id for id, known in stored.items() if id not in wanted or wanted[id].fingerprint != known]
    lesson_texts.remove(session, old)
    new = [id for id in wanted if id in old or id not in stored]
    session.add_all(
        LessonText(lesson=id, title=one.title, gist=one.gist, body=one.body, fingerprint=one.fingerprint)
        for id, one in wanted.items()
        if id in new
    )
    session.flush()
    return len({*old, *new})


def find(
    session: Session, library: Library, said: str, names: Collection[str], fits: Callable[[Lesson], bool]
) -> list[Lesson]:
    """At most ``MOST`` lessons that speak of what was said, the best first; those alone that fit the family.

    ``names`` are those of the family, in lower case: they say nothing of what is asked. The order is the same on every
    database (``searching.ranked``).
    """
    query = searching.asked(said, names, library.vocabulary)
    rows = lesson_texts.having_any(session, query)
    total = session.scalar(select(func.count()).select_from(LessonText)) or 0
    known = library.by_id
    fitting = {row.lesson for row in rows if row.lesson in known and fits(known[row.lesson])}
    found = [(row.lesson, Document(row.title, row.gist, row.body)) for row in rows]
    return [known[id] for id in searching.ranked(query, found, total, fitting)[:MOST]]
