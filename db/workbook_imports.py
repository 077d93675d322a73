"""Workbooks and single rows that coordinators send in chat, and the log of what each of them changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.people import Person


class ImportState(StrEnum):
    """How far an import has come. The first of each pair waits for the worker, the second for a person."""

    SENT = "sent"  # to be fetched and compared
    SHOWN = "shown"  # its sender has seen what would change
    ASKED = "asked"  # the sender agrees, a second person is asked
    AGREED = "agreed"  # to be written
    DONE = "done"
    UNDOING = "undoing"  # to be reverted
    UNDONE = "undone"
    DROPPED = "dropped"  # refused, unusable, or nobody answered


WAITING = (ImportState.SENT, ImportState.AGREED, ImportState.UNDOING)
"""States in which the worker has something to do."""
OPEN = (ImportState.SHOWN, ImportState.ASKED)
"""States in which a person is to decide."""
OVER = (ImportState.DONE, ImportState.UNDONE, ImportState.DROPPED)
HAS_WORK = text("workbook_import.state in ('sent', 'agreed', 'undoing')")


class WorkbookImport(Base):
    """What somebody sent to be entered: a file, or ``rows`` that were filled in by a form.

    ``reference`` is the channel's name of the file, ``file`` its checked copy in the folder of files, deleted once it
    is over ("" then). ``rows``: [{"sheet": "Anak", "cells": {header: text}}]. ``answers`` are those to what the
    workbook leaves open (``reports.workbook.questions``), by the key of the question. ``shown`` is the fingerprint of
    the changes that people agreed to; ``changes`` their number, ``ends`` how many of them end something. ``taken_at``
    is when a worker began with it. ``told`` counts the messages sent about it, so that each has a key of its own.
    """

    __tablename__ = "workbook_import"
    __table_args__ = (Index("ix_workbook_import_work", "id", sqlite_where=HAS_WORK, postgresql_where=HAS_WORK),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(160))
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState, 12))
    reference: Mapped[str] = mapped_column(String(512), default="")
    mime: Mapped[str] = mapped_column(String(100), default="")
    name: Mapped[str] = mapped_column(String(255), default="")
    file: Mapped[str] = mapped_column(String(60), default="")
    rows: Mapped[list[Any]] = mapped_column(default=list)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shown: Mapped[str] = mapped_column(String(64), default="")
    changes: Mapped[int] = mapped_column(default=0)
    ends: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sender: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_file(self) -> bool:
        return bool(self.reference)


class ImportedRow(Base):
    """A row of the register that an import added or changed.

    ``before`` is None for an added row, whose every column is in ``after``; of a changed one both have the changed
    columns only. Values are JSON: days and moments in ISO form. Kept as long as the import can be undone.
    """

    __tablename__ = "imported_row"

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("workbook_import.id"), index=True)
    of_table: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]


def take(session: Session, now: datetime, lease: timedelta) -> WorkbookImport | None:
    """Claim the oldest import that a worker has to do; one that another worker began less than ``lease`` ago is left.

    Commit before working on it: the claim is its ``taken_at``.
    """
    free = or_(WorkbookImport.taken_at.is_(None), WorkbookImport.taken_at < now - lease)
    query = select(WorkbookImport).where(HAS_WORK, free).order_by(WorkbookImport.id).limit(1)
    found = session.scalar(query.with_for_update(skip_locked=True, of=WorkbookImport))
    if found is not None:
        found.taken_at, found.attempts = now, found.attempts + 1
    return found


def rows_of(session: Session, import_id: int) -> list[ImportedRow]:
    """The log of an import, in the order in which it was written."""
    return list(session.scalars(select(ImportedRow).where(ImportedRow.import_id == import_id).order_by(ImportedRow.id)))


def forget(session: Session, before: datetime) -> list[str]:
    """End what nobody has decided since then, and delete the log and the rows of what cannot be undone any more.

    Returns the names of the files that nobody needs any more, which the caller deletes.
    """
    waiting = update(WorkbookImport).where(WorkbookImport.sent_at < before, WorkbookImport.state.in_(OPEN))
    session.execute(waiting.values(state=ImportState.DROPPED).execution_options(synchronize_session=False))
    over = select(WorkbookImport.id).where(
        WorkbookImport.state.in_(OVER), func.coalesce(WorkbookImport.done_at, WorkbookImport.sent_at) < before
    )
    session.execute(delete(ImportedRow).where(ImportedRow.import_id.in_(over)))
    files = session.scalars(select(WorkbookImport.file).where(WorkbookImport.id.in_(over), WorkbookImport.file != ""))
    names = list(files)
    emptied = update(WorkbookImport).where(WorkbookImport.id.in_(over))
    session.execute(emptied.values(rows=[], answers={}, file="").execution_options(synchronize_session=False))
    return names


def forget_rows(session: Session, named: Mapping[str, Collection[int]]) -> None:
    """Delete what the log holds of these rows (table -> ids), and the rows that somebody filled in and has not stored:
    their people have been forgotten."""
    for table, ids in named.items():
        session.execute(delete(ImportedRow).where(ImportedRow.of_table == table, ImportedRow.row_id.in_(ids)))
    typed = update(WorkbookImport).where(WorkbookImport.state.in_(OPEN), WorkbookImport.reference == "")
    session.execute(typed.values(rows=[], state=ImportState.DROPPED).execution_options(synchronize_session=False))
