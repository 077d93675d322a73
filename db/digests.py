"""When a coordinator's digest comes, and what the last one said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key, enum_type


class DigestDays(StrEnum):
    """The days on which a digest comes."""

    DAILY = "daily"
    WORKDAYS = "workdays"  # Monday to Friday
    WEEKLY = "weekly"  # on the programme's weekly day alone


class DigestTime(Base):
    """One coordinator. ``hour`` is the hour that they chose, None for that of the programme.

    ``told_on`` is the last day for which a digest was promised or nothing was to be said, ``told`` the counts of its
    kinds (``reports.digest.kinds``), by which a tap on an old one knows whether much has changed.
    """

    __tablename__ = "digest_time"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    hour: Mapped[int | None]
    days: Mapped[DigestDays] = mapped_column(enum_type(DigestDays, 12), default=DigestDays.DAILY)
    told_on: Mapped[date | None]
    told: Mapped[list[Any]]


def of(session: Session, person_id: int) -> DigestTime:
    """The row of this person; a new one, as the programme has it, for who has none yet."""
    row = session.scalar(select(DigestTime).where(DigestTime.person_id == person_id).with_for_update())
    if row is None:
        row = DigestTime(person_id=person_id, days=DigestDays.DAILY, told=[])
        session.add(row)
    return row


def known(session: Session, people: Collection[int]) -> Mapping[int, DigestTime]:
    """The rows of these people, by person; who has chosen nothing and was told nothing yet has none."""
    return {row.person_id: row for row in session.scalars(select(DigestTime).where(DigestTime.person_id.in_(people)))}


def tell(session: Session, person_id: int, on: date, counts: Sequence[int]) -> None:
    """Record that this day's digest is done with, and its counts."""
    row = of(session, person_id)
    row.told_on, row.told = on, list(counts)
