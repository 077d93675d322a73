"""Lines that a coordinator has put aside until a day, with the reason."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, enum_type
from db.subjects import Subject, SubjectKind


class Why(StrEnum):
    """Why a line can wait."""

    CALLED = "ditelepon"
    AWAY = "dinas"  # who fosters is on duty elsewhere
    FAMILY = "keluarga"  # the family is away
    SOUGHT = "dicarikan"  # a foster parent is being looked for
    OTHER = "lain"  # in the coordinator's words


class SetAside(Base):
    """A foster parent ("person"), or a child, a mother or a couple, whose line one coordinator does not want to see.

    ``until`` is the last day of it: on the next the line is there again. ``words`` is what was written for OTHER.
    """

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("coordinator_id", "kind", "subject_id"),)

    id: Mapped[Key]
    coordinator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[int]
    why: Mapped[Why] = mapped_column(enum_type(Why, 12))
    words: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    until: Mapped[date]

    @property
    def about(self) -> Subject:
        return Subject(SubjectKind(self.kind), self.subject_id)
