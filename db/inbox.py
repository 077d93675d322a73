"""The inbox: updates as the channels sent them, stored before they are handled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, String, and_, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from db.base import Base, Key

WAITING, DONE, ASIDE = "waiting", "done", "aside"


class Received(Base):
    """One update of a channel. ``key`` is unique ("telegram:881"), so a repeated delivery is not stored again.

    ``state``: waiting, done, or aside (could not be handled; ``reason`` says why).
    """

    __tablename__ = "received"
    __table_args__ = (Index(None, "state", "id"), Index(None, "channel", "address", "state"))

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(160))
    raw: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    reason: Mapped[str] = mapped_column(String(300), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    handled_at: Mapped[datetime | None]


class Arrival(NamedTuple):
    """An update as it is stored: its unique key, channel, sender and raw content."""

    key: str
    channel: str
    address: str
    raw: dict[str, Any]


def keep(session: Session, arrivals: Iterable[Arrival], now: datetime) -> None:
    """Store updates; one whose key is stored already is ignored."""
    rows = [
        {**arrival._asdict(), "received_at": now, "state": WAITING, "reason": "", "attempts": 0} for arrival in arrivals
    ]
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    statement = postgresql.insert(Received) if dialect == "postgresql" else sqlite.insert(Received)
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]), rows)


def take(session: Session) -> Received | None:
    """The oldest waiting update whose sender has nothing older waiting, locked against other workers."""
    earlier = aliased(Received)
    same_sender_waits = exists().where(
        and_(
            earlier.channel == Received.channel,
            earlier.address == Received.address,
            earlier.state == WAITING,
            earlier.id < Received.id,
        )
    )
    query = select(Received).where(Received.state == WAITING, ~same_sender_waits).order_by(Received.id).limit(1)
    return session.scalar(query.with_for_update(skip_locked=True))


def set_aside(session: Session) -> Sequence[Received]:
    """The updates nobody could handle, newest first."""
    return session.scalars(select(Received).where(Received.state == ASIDE).order_by(Received.id.desc())).all()


def forget_aside(session: Session, before: datetime) -> None:
    """Delete what was set aside before that time and that nobody had handled again."""
    session.execute(delete(Received).where(Received.state == ASIDE, Received.handled_at < before))


def forget(session: Session, before: datetime, among: Collection[int]) -> int:
    """Delete those of these ids that were handled before that time. Returns how many.

    A channel repeats an update for days, not for weeks, so the key is not needed longer.
    """
    old = delete(Received).where(Received.id.in_(among), Received.state == DONE, Received.handled_at < before)
    return session.execute(old).rowcount  # pyright: ignore
