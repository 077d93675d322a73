"""Lapses of visits that coordinators were told of: of which place or office, when, and when they were over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key, enum_type
from db.roles import ScopeKind


class LapseWhy(StrEnum):
    """What was seen."""

    FELL = "fell"  # a week's visits fell far below what is usual
    SILENT = "silent"  # an office has had no visits for weeks, though some were due


class Lapse(Base):
    """One lapse of the city (CITY, 0), a place or an office; ``week`` is the Monday of the week in which it was seen.

    ``usual`` is how much of what was due used to be made, in thousandths: by it is judged whether it is over. As long
    as ``ended_on`` is empty, nobody is told of it again.
    """

    __tablename__ = "lapse"
    __table_args__ = (Index(None, "scope", "scope_id", "week", unique=True),)

    id: Mapped[Key]
    scope: Mapped[ScopeKind] = mapped_column(enum_type(ScopeKind, 16))
    scope_id: Mapped[int]
    why: Mapped[LapseWhy] = mapped_column(enum_type(LapseWhy, 8))
    week: Mapped[date]
    usual: Mapped[int]
    told_at: Mapped[datetime]
    ended_on: Mapped[date | None]


def lasting(session: Session) -> Sequence[Lapse]:
    """Those that are not over."""
    return session.scalars(select(Lapse).where(Lapse.ended_on.is_(None)).order_by(Lapse.id)).all()


def end(session: Session, ids: Collection[int], on: date) -> None:
    """Record that these are over."""
    session.execute(update(Lapse).where(Lapse.id.in_(ids), Lapse.ended_on.is_(None)).values(ended_on=on))
