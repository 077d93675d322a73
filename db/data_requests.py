"""Requests of people about their data, with the day by which each must be answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.children import Family
from db.people import Person


class RequestKind(StrEnum):
    """What is asked of the data officer."""

    CORRECT = "perbaiki"
    ERASE = "hapus"
    CONFLICT = "beda"  # one parent refuses or withdraws while the other's consent stands


class DataRequest(Base):
    """One request. ``due_at``: UU 27/2022 arts. 30 to 44 give 3x24 hours. ``words`` are the person's own.

    ``answered_at`` with ``granted``, ``answer`` and ``answered_by``. ``done_at``: when an erasure that was granted was
    carried out; until then it waits for an open danger to close.
    """

    __tablename__ = "data_request"
    __table_args__ = (Index(None, "answered_at", "due_at"),)

    id: Mapped[Key]
    kind: Mapped[RequestKind] = mapped_column(enum_type(RequestKind, 12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted: Mapped[bool | None]
    done_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    family: Mapped[Family] = relationship()


def waiting(session: Session) -> Sequence[DataRequest]:
    """The requests that nobody has answered, the one due first first."""
    query = select(DataRequest).where(DataRequest.answered_at.is_(None))
    return session.scalars(query.order_by(DataRequest.due_at, DataRequest.id)).all()


def open_of(session: Session, kind: RequestKind, family_id: int, person_id: int | None) -> DataRequest | None:
    """The unanswered request of this kind by this person about this family."""
    return session.scalar(
        select(DataRequest).where(
            DataRequest.kind == kind, DataRequest.family_id == family_id, DataRequest.person_id == person_id,
            DataRequest.answered_at.is_(None),
        )
    )  # fmt: skip


def granted_erasures(session: Session) -> Sequence[DataRequest]:
    """The erasures that were granted and not carried out yet."""
    query = select(DataRequest).where(
        DataRequest.kind == RequestKind.ERASE, DataRequest.granted.is_(True), DataRequest.done_at.is_(None)
    )
    return session.scalars(query.order_by(DataRequest.id)).all()


def all_of(session: Session) -> Sequence[DataRequest]:
    """Every request, the oldest first: the register."""
    return session.scalars(select(DataRequest).order_by(DataRequest.id)).all()
