"""Lists that somebody asked for as a file, and that are written when the message is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key


class ExportRequest(Base):
    """A list of this kind (``what``) for this person, to be written to ``path`` in the folder of files."""

    __tablename__ = "export_request"

    id: Mapped[Key]
    path: Mapped[str] = mapped_column(String(60), unique=True)
    what: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]


def request(session: Session, path: str) -> ExportRequest | None:
    return session.scalar(select(ExportRequest).where(ExportRequest.path == path))


def forget(session: Session, before: datetime) -> list[str]:
    """Delete the requests made until then. Returns their files, which are still to be deleted."""
    old = delete(ExportRequest).where(ExportRequest.asked_at <= before).returning(ExportRequest.path)
    return list(session.scalars(old))
