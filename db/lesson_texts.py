"""The words of the lessons, indexed for full-text search on both databases, to find lessons by what families ask.

PostgreSQL has a GIN index over ``to_tsvector('simple', ...)``, which the migration makes. SQLite has an FTS5 table with
the same words, kept by triggers, where its library was compiled with FTS5; ``prepare`` makes it. Where it was not,
every row is looked at: there are a few hundred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import String, Text, delete, func, literal_column, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key

INDEX = "lesson_text_fts"  # also the beginning of the names of what FTS5 keeps beside it, and of its triggers
_PREPARE = (
    """
    CREATE VIRTUAL TABLE IF NOT EXISTS lesson_text_fts
    USING fts5(title, gist, body, content='lesson_text', content_rowid='id')
    """,
    """
    CREATE TRIGGER lesson_text_fts_insert AFTER INSERT ON lesson_text BEGIN
        INSERT INTO lesson_text_fts(rowid, title, gist, body) VALUES (new.id, new.title, new.gist, new.body);
    END
    """,
    """
    CREATE TRIGGER lesson_text_fts_delete AFTER DELETE ON lesson_text BEGIN
        INSERT INTO lesson_text_fts(lesson_text_fts, rowid, title, gist, body)
        VALUES ('delete', old.id, old.title, old.gist, old.body);
    END
    """,
    "INSERT INTO lesson_text_fts(lesson_text_fts) VALUES ('rebuild')",
)
_FORGET = (
    "DROP TRIGGER IF EXISTS lesson_text_fts_insert",
    "DROP TRIGGER IF EXISTS lesson_text_fts_delete",
)


class LessonText(Base):
    """The words of one lesson by where they stand, separated by spaces, as ``content.searching`` made them.

    ``fingerprint`` changes with the words. A row is replaced, never updated.
    """

    __tablename__ = "lesson_text"

    id: Mapped[Key]
    lesson: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(Text)
    gist: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))


def prepare(session: Session) -> None:
    """Make the index of SQLite where it can be made and is not there, and fill it. PostgreSQL has its own."""
    if session.get_bind().dialect.name != "sqlite":
        return
    if not has_fts5(session):
        for statement in _FORGET:
            session.execute(text(statement))
    elif not _is_kept(session):
        for statement in (*_FORGET, *_PREPARE):
            session.execute(text(statement))


def has_fts5(session: Session) -> bool:
    """Whether this SQLite library was compiled with FTS5."""
    return session.scalar(text("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")) is not None


def _is_kept(session: Session) -> bool:
    """Whether the triggers are there that keep SQLite's index."""
    known = text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'lesson_text'")
    return session.scalar(known) == len(_FORGET)


def fingerprints(session: Session) -> Mapping[str, str]:
    """What is stored now: lesson -> fingerprint."""
    return {row.lesson: row.fingerprint for row in session.scalars(select(LessonText))}


def remove(session: Session, lessons: Sequence[str]) -> None:
    """Delete the rows of these lessons."""
    session.execute(delete(LessonText).where(LessonText.lesson.in_(lessons)))


def having_any(session: Session, words: Sequence[str]) -> list[LessonText]:
    """The lessons that have any of these words, in no order. The words are letters and digits alone."""
    if not words:
        return []
    rows = select(LessonText)
    if session.get_bind().dialect.name == "postgresql":
        # The same expression as the index has, letter by letter, else it is not used.
        vector = func.to_tsvector(literal_column("'simple'"), literal_column("title || ' ' || gist || ' ' || body"))
        query = func.to_tsquery(literal_column("'simple'"), " | ".join(words))
        return list(session.scalars(rows.where(vector.op("@@")(query))))
    if has_fts5(session) and _is_kept(session):
        matching = text("SELECT rowid FROM lesson_text_fts WHERE lesson_text_fts MATCH :words")
        found = session.scalars(matching, {"words": " OR ".join(f'"{word}"' for word in words)}).all()
        return list(session.scalars(rows.where(LessonText.id.in_(found))))
    sought = set(words)
    return [one for one in session.scalars(rows) if not sought.isdisjoint(f"{one.title} {one.gist} {one.body}".split())]
