"""That a coordinator had a foster parent reminded: by whom, of which message, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.outbox import AT_ONCE, FAILED, PLANNED, SKIPPED, Outgoing


class Reminding(Base):
    """One message to one visitor of the foster parent ``foster_id``, asked for by ``by_id`` at ``at``.

    Of a message that was promised anew after it failed it says who asked for it last.
    """

    __tablename__ = "reminding"
    __table_args__ = (UniqueConstraint("outgoing_id"), Index(None, "foster_id", "at"))

    id: Mapped[Key]
    foster_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class Asked(NamedTuple):
    """A reminder that was asked for: ``by_id`` is None for one from before that was kept.

    ``at`` is when it went out, or goes out as long as it ``waits``.
    """

    by_id: int | None
    at: datetime
    waits: bool


def keep(session: Session, rows: Sequence[tuple[int, int]], by_id: int, now: datetime) -> None:
    """Record who asked for these messages, given as (foster parent, message)."""
    if not rows:
        return
    sent = [outgoing_id for _, outgoing_id in rows]
    for start in range(0, len(sent), AT_ONCE):  # of one that is promised anew
        session.execute(delete(Reminding).where(Reminding.outgoing_id.in_(sent[start : start + AT_ONCE])))
    given = [{"foster_id": foster, "outgoing_id": sent, "by_id": by_id, "at": now} for foster, sent in rows]
    session.execute(insert(Reminding), given)


def asked(session: Session, keys: Collection[str]) -> dict[str, Asked]:
    """By key, the reminders that go out or went out; one that failed or was skipped is left out."""
    went = func.coalesce(Outgoing.settled_at, Outgoing.taken_at, Outgoing.due_at)
    query = (
        select(Outgoing.key, Reminding.by_id, went, Outgoing.due_at, Outgoing.state)
        .outerjoin(Reminding, Reminding.outgoing_id == Outgoing.id)
        .where(Outgoing.state.not_in((FAILED, SKIPPED)))
    )
    listed, found = sorted(keys), dict[str, Asked]()
    for start in range(0, len(listed), AT_ONCE):
        for key, by_id, at, due, state in session.execute(
            query.where(Outgoing.key.in_(listed[start : start + AT_ONCE]))
        ):
            found[key] = Asked(by_id, due if state == PLANNED else at, state == PLANNED)
    return found


def newest(session: Session, foster_ids: Collection[int]) -> Mapping[int, Asked]:
    """By foster parent, the reminder that was asked for last and goes out or went out."""
    went = func.coalesce(Outgoing.settled_at, Outgoing.taken_at, Outgoing.due_at)
    query = (
        select(Reminding.foster_id, Reminding.by_id, went, Outgoing.due_at, Outgoing.state)
        .join(Outgoing, Outgoing.id == Reminding.outgoing_id)
        .where(Reminding.foster_id.in_(foster_ids), Outgoing.state.not_in((FAILED, SKIPPED)))
        .order_by(Reminding.at, Reminding.id)
    )
    return {
        foster: Asked(by, due if state == PLANNED else at, state == PLANNED)
        for foster, by, at, due, state in session.execute(query)
    }
