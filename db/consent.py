"""Consents of families, their answers to lessons, their notes, and lessons they did not get."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.children import Carer


class Consent(Base):
    """A family's consent: text version, time, channel and relation to the child (UU 27/2022 arts. 22 and 24)."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "person_id", "family_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    relation: Mapped[str] = mapped_column(String(16))
    text_version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class LessonAnswer(Base):
    """An answer to the question of a lesson. ``about``: what the lesson was counted from, as in its outbox key."""

    __tablename__ = "lesson_answer"
    __table_args__ = (Index(None, "person_id", "lesson"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(32), default="")
    answer: Mapped[str] = mapped_column(String(40))
    answered_at: Mapped[datetime]


class LessonGap(Base):
    """Somebody who should have got a lesson and did not, and why; found by the nightly upkeep.

    ``lesson`` is empty where none could be planned at all. Only the last night's rows are kept.
    """

    __tablename__ = "lesson_gap"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lesson: Mapped[str] = mapped_column(String(60), default="")
    why: Mapped[str] = mapped_column(String(80))
    found_at: Mapped[datetime]


class Note(Base):
    """A free text that somebody wrote, kept for a person to read."""

    __tablename__ = "note"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


def carer_consents() -> ColumnElement[bool]:
    """For queries of ``Carer``: the condition that the carer has a consent in force for the family."""
    given = select(Consent.id).where(
        Consent.person_id == Carer.person_id, Consent.family_id == Carer.family_id, Consent.withdrawn_at.is_(None)
    )
    return given.exists()


def standing(session: Session, person_id: int, family_id: int) -> Consent | None:
    """The consent in force; None where there is none."""
    query = select(Consent).where(
        Consent.person_id == person_id, Consent.family_id == family_id, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(query.order_by(Consent.id.desc()).limit(1))
