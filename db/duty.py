"""Who of the health workers is on duty or on leave, and whether test alerts reach them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Instant, Key, enum_type
from db.base import among as values_of
from db.people import Person


class DutyKind(StrEnum):
    """What a health worker has at that time."""

    DUTY = "jaga"
    LEAVE = "cuti"


class Duty(Base):
    """A time in which a health worker answers for their place at night too, or is on leave.

    From ``starts`` to, not including, ``ends``. ``set_by`` entered it.
    """

    __tablename__ = "duty"
    __table_args__ = (Index(None, "kind", "ends"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[DutyKind] = mapped_column(enum_type(DutyKind, 8))
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class AlertTest(Base):
    """The test alert of one health worker in one month ("2026-03"), and when they tapped that it came."""

    __tablename__ = "alert_test"
    __table_args__ = (UniqueConstraint("person_id", "month"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    month: Mapped[str] = mapped_column(String(7))
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


def enter(
    session: Session, person_id: int, kind: DutyKind, starts: datetime, ends: datetime, *, set_by: int, now: datetime
) -> None:
    """Enter a time of duty or leave. What the person had entered of either kind for that time ends or gives way."""
    overlap = Duty.person_id == person_id, Duty.starts < ends, Duty.ends > starts
    session.execute(update(Duty).where(*overlap, Duty.starts < starts).values(ends=starts))
    session.flush()
    for one in session.scalars(select(Duty).where(*overlap, Duty.starts >= starts)):
        session.delete(one)
    session.add(Duty(person_id=person_id, kind=kind, starts=starts, ends=ends, set_by=set_by, set_at=now))
    session.flush()


def end(session: Session, person_id: int, now: datetime) -> bool:
    """End the duty or leave that the person has now. Returns whether there was one."""
    has = Duty.person_id == person_id, Duty.starts <= now, Duty.ends > now
    ended = session.execute(update(Duty).where(*has).values(ends=now))
    session.flush()
    return bool(ended.rowcount)  # pyright: ignore


def holding(session: Session, kind: DutyKind, now: datetime, among: Collection[int] | None = None) -> Sequence[Duty]:
    """The times of this kind that are now, those that end first at the front; only of the people ``among``."""
    asked: dict[str, Any] = {"kind": kind, "now": now}
    if among is None:
        return session.scalars(_HOLDING, asked).all()
    return session.scalars(_HOLDING_OF, asked | {"people": list(among)}).all() if among else ()


def on_leave(session: Session, now: datetime) -> set[int]:
    """The ids of everybody who is on leave now."""
    return {one.person_id for one in holding(session, DutyKind.LEAVE, now)}


# Built once: they are asked wherever somebody is told of something.
_NOW = bindparam("now", type_=Instant)
_HOLDING = (
    select(Duty)
    .where(Duty.kind == bindparam("kind"), Duty.starts <= _NOW, Duty.ends > _NOW)
    .order_by(Duty.ends, Duty.id)
)
_HOLDING_OF = _HOLDING.where(Duty.person_id.in_(values_of("people")))
