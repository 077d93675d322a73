"""Files of a channel: those we uploaded to be sent, and those people sent us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key


class Upload(Base):
    """A file that we uploaded to a channel. ``name`` is made of its content, ``media_id`` is the channel's id."""

    __tablename__ = "upload"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    media_id: Mapped[str] = mapped_column(String(200))
    kept_at: Mapped[datetime]


class ReceivedFile(Base):
    """A file that somebody sent, under a random name in the folder of files; deleted there after its time.

    ``reference`` is the channel's name of it, as reports hold it.
    """

    __tablename__ = "received_file"

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    reference: Mapped[str] = mapped_column(String(200), unique=True)
    file: Mapped[str] = mapped_column(String(60))
    mime: Mapped[str] = mapped_column(String(60))
    received_at: Mapped[datetime]


def upload(session: Session, name: str) -> Upload | None:
    return session.scalar(select(Upload).where(Upload.name == name))


def keep_upload(session: Session, name: str, media_id: str, now: datetime) -> None:
    """Store the upload; it replaces an older one of the same content."""
    dialect = session.get_bind().dialect.name
    statement = postgresql.insert(Upload) if dialect == "postgresql" else sqlite.insert(Upload)
    values = {"media_id": media_id, "kept_at": now}
    session.execute(statement.values(name=name, **values).on_conflict_do_update(index_elements=["name"], set_=values))


def forget(session: Session, before: datetime) -> None:
    """Delete the rows of files uploaded or received before: neither the channel nor we keep those files."""
    session.execute(delete(Upload).where(Upload.kept_at < before))
    session.execute(delete(ReceivedFile).where(ReceivedFile.received_at < before))


def forget_received(session: Session, references: Collection[str]) -> list[str]:
    """Delete the rows of these files. Returns their names in the folder, where they are still to be deleted."""
    chosen = ReceivedFile.reference.in_(references)
    names = list(session.scalars(select(ReceivedFile.file).where(chosen)))
    session.execute(delete(ReceivedFile).where(chosen))
    return names
