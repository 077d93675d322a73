"""Visits that a family and its foster parent have arranged, and the numbers that they let each other see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.children import Family
from db.people import Person

AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766


class AppointmentState(StrEnum):
    """Whose turn it is."""

    OFFERED = "ditawarkan"  # the family picks one of ``options``
    WISHED = "diminta"  # the family asks for ``at``, which whoever visits has not accepted yet
    AGREED = "sepakat"
    ENDED = "selesai"  # called off, put off, or its pair is one no more


OPEN = (AppointmentState.OFFERED, AppointmentState.WISHED, AppointmentState.AGREED)


class Appointment(Base):
    """One visit that is being arranged, or is.

    ``foster_id`` is the foster parent, a person or an organisation; ``visitor_id`` who comes in their name. ``options``
    are the times offered, as ISO texts in the city's time zone; ``at`` is the time wished or agreed, and ``day`` its
    day in the city. ``turn`` counts the changes. ``why`` says how it ended: a key of ``programme.appointments.ENDS``.
    A past time stays AGREED: whether the visit took place, the report says.
    """

    __tablename__ = "appointment"
    __table_args__ = (Index(None, "family_id", "state"), Index(None, "visitor_id", "state"))

    id: Mapped[Key]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    foster_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    visitor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[AppointmentState] = mapped_column(enum_type(AppointmentState, 12))
    options: Mapped[list[str]] = mapped_column(default=list)
    at: Mapped[datetime | None]
    day: Mapped[date | None]
    turn: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(16), default="")
    family: Mapped[Family] = relationship()
    foster: Mapped[Person] = relationship(foreign_keys=[foster_id])
    visitor: Mapped[Person] = relationship(foreign_keys=[visitor_id])

    @property
    def times(self) -> list[datetime]:
        """The times offered."""
        return [datetime.fromisoformat(one) for one in self.options]


class SharedNumber(Base):
    """Whether a carer of the family, or who visits it, lets the other side see their number.

    ``asked_at``: when they were asked, once. ``shared_at`` and ``ended_at``: since when, and until when, where they
    took it back; ``shared_at`` is empty where they said no.
    """

    __tablename__ = "shared_number"
    __table_args__ = (UniqueConstraint("person_id", "family_id"), Index(None, "family_id"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    asked_at: Mapped[datetime]
    shared_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None and self.ended_at is None


def of_family(session: Session, family_id: int) -> Sequence[Appointment]:
    """The family's appointments that have not ended, past ones too; the newest first."""
    query = select(Appointment).where(Appointment.family_id == family_id, Appointment.state.in_(OPEN))
    return session.scalars(query.order_by(Appointment.id.desc())).all()


def of_visitor(session: Session, visitor_id: int) -> Sequence[Appointment]:
    """The same of whoever visits."""
    query = select(Appointment).where(Appointment.visitor_id == visitor_id, Appointment.state.in_(OPEN))
    return session.scalars(query.order_by(Appointment.id.desc())).all()


def not_before(session: Session, families: Collection[int]) -> Mapping[tuple[int, int], date]:
    """By foster parent and family, the last day that a family has agreed to or asked for, past ones too."""
    held = Appointment.state.in_((AppointmentState.WISHED, AppointmentState.AGREED)), Appointment.day.is_not(None)
    query = select(Appointment.foster_id, Appointment.family_id, func.max(Appointment.day)).where(*held)
    query = query.group_by(Appointment.foster_id, Appointment.family_id)
    listed, found = sorted(families), dict[tuple[int, int], date]()
    for start in range(0, len(listed), AT_ONCE):
        rows = session.execute(query.where(Appointment.family_id.in_(listed[start : start + AT_ONCE])))
        found |= {(foster, family): day for foster, family, day in rows if day}
    return found


def shared_number(session: Session, person_id: int, family_id: int) -> SharedNumber | None:
    """What the person said about their number and this family; None where they were never asked."""
    whose = SharedNumber.person_id == person_id, SharedNumber.family_id == family_id
    return session.scalar(select(SharedNumber).where(*whose))


def ask_number(session: Session, person_id: int, family_id: int, now: datetime) -> SharedNumber:
    """Keep that the person was asked, once; what they said before stays."""
    row = shared_number(session, person_id, family_id)
    if row is None:
        row = SharedNumber(person_id=person_id, family_id=family_id, asked_at=now)
        session.add(row)
        session.flush()
    return row


def share_number(session: Session, person_id: int, family_id: int, now: datetime, *, shared: bool) -> None:
    """Store that the person lets the other side see their number from now on, or does not any more."""
    row = ask_number(session, person_id, family_id, now)
    if shared:
        row.shared_at, row.ended_at = now, None
    elif row.is_shared:
        row.ended_at = now
    session.flush()


def forget(session: Session, family_id: int) -> None:
    """Delete what was arranged with the family, and who may see whose number."""
    session.execute(delete(Appointment).where(Appointment.family_id == family_id))
    session.execute(delete(SharedNumber).where(SharedNumber.family_id == family_id))
