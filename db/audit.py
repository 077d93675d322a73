"""The audit: views and changes of a child's record, and decisions of a person in charge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.subjects import Subject


class Audit(Base):
    """One line of the audit: ``action`` in a word ("visit.submit"), ``subject`` as "child:31"."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[Key]
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(400), default="")


def note(
    session: Session, now: datetime, person_id: int | None, action: str, subject: Subject | str, detail: str = ""
) -> None:
    """Add a line to the audit."""
    session.add(Audit(at=now, person_id=person_id, action=action, subject=str(subject), detail=detail[:400]))
