"""Settings of the programme that a city has changed in chat; they hold over those of its programme.toml."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key


class Setting(Base):
    """One changed value: ``name`` as in the file ("visits.every_days"), ``value`` as JSON.

    ``changed_by`` is the person who changed it last.
    """

    __tablename__ = "setting"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    value: Mapped[str] = mapped_column(String(400))
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


def changed(session: Session) -> dict[str, str]:
    """The changed values by name, as JSON."""
    return {one.name: one.value for one in session.execute(_ALL)}


_ALL = select(Setting.name, Setting.value)  # built once: it is asked for each message and each tick


def row(session: Session, name: str) -> Setting | None:
    return session.scalar(select(Setting).where(Setting.name == name))


def change(session: Session, name: str, value: str | None, by: int, now: datetime) -> None:
    """Store the value; None takes the one of the file again."""
    row = session.scalar(select(Setting).where(Setting.name == name).with_for_update())
    if value is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(Setting(name=name, value=value, changed_by=by, changed_at=now))
    else:
        row.value, row.changed_by, row.changed_at = value, by, now
    session.flush()
