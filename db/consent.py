"""Consents of families, their answers to lessons, their notes, and lessons they did not get."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from hashlib import sha256

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, Text, and_, bindparam, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column

from db.base import Base, Key, Name
from db.children import Carer, Family

PARENTS = ("ibu", "ayah")
GUARDIAN = "wali"  # of a paper consent; in chat a guardian is a carer of a family that knows no parent


class ConsentText(Base):
    """The words of a consent as they were shown. ``hash`` is the SHA-256 of ``text`` in hexadecimal."""

    __tablename__ = "consent_text"

    id: Mapped[Key]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    text_version: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime]


class Consent(Base):
    """A family's consent in chat: text version, time, channel and relation to the child (UU 27/2022 arts. 22 and 24).

    ``text_id`` is the wording that was agreed to; None for consents from before wordings were kept.
    """

    __tablename__ = "consent"
    __table_args__ = (Index(None, "person_id", "family_id"), Index(None, "family_id"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    relation: Mapped[str] = mapped_column(String(16))
    text_version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))


class PaperConsent(Base):
    """A consent that a parent or guardian signed on paper, entered by a health worker of the place.

    ``relation`` is "ibu", "ayah" or "wali", ``lies_at`` where the sheet is kept.
    """

    __tablename__ = "paper_consent"

    id: Mapped[Key]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    name: Mapped[Name]
    relation: Mapped[str] = mapped_column(String(16))
    signed_on: Mapped[date]
    lies_at: Mapped[str] = mapped_column(String(120))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
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


@cache  # asked in many queries, with two columns: to build its aliases takes longer than to run it
def family_agrees(family_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """For queries with the id of a family: the condition that a parent's consent stands for it, in chat or on paper.

    Another carer's consent counts as a guardian's where no living parent is among the family's carers; on paper a
    guardian's always does. Aliases, because the query around it may ask for the same tables.
    """
    given, signed, carer, family = aliased(Consent), aliased(PaperConsent), aliased(Carer), aliased(Family)
    parent = (
        select(carer.id)
        .join(family, family.id == carer.family_id)
        .where(
            carer.family_id == given.family_id,
            or_(carer.relation == "ayah", and_(carer.relation == "ibu", family.mother_died_on.is_(None))),
        )
    )
    in_chat = select(given.id).where(
        given.family_id == family_id, given.withdrawn_at.is_(None), or_(given.relation.in_(PARENTS), ~parent.exists())
    )
    on_paper = select(signed.id).where(signed.family_id == family_id, signed.withdrawn_at.is_(None))
    return or_(in_chat.exists(), on_paper.exists())


def agrees(session: Session, family_id: int) -> bool:
    """Whether a parent's consent stands for this family."""
    return session.scalar(_agreed(), {"family": family_id}) is not None


@cache
def _agreed() -> Select[int]:
    """Built once: it is asked several times for each message, and building it takes longer than running it."""
    return select(Family.id).where(Family.id == bindparam("family"), family_agrees(Family.id))


@cache
def carer_reads() -> ColumnElement[bool]:
    """For queries of ``Carer``: the condition that the carer may be written to about the family.

    Their own consent stands and that of a parent, and the mother has not ended their reading along.
    """
    given = aliased(Consent)
    own = select(given.id).where(
        given.person_id == Carer.person_id, given.family_id == Carer.family_id, given.withdrawn_at.is_(None)
    )
    return and_(own.exists(), Carer.closed_at.is_(None), family_agrees(Carer.family_id))


def standing(session: Session, person_id: int, family_id: int) -> Consent | None:
    """The newest consent of this person in force; None where there is none."""
    query = select(Consent).where(
        Consent.person_id == person_id, Consent.family_id == family_id, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(query.order_by(Consent.id.desc()).limit(1))


def withdraw(session: Session, person_id: int, family_id: int, now: datetime) -> None:
    """End every consent in force that this person gave in chat for the family."""
    given = update(Consent).where(
        Consent.person_id == person_id, Consent.family_id == family_id, Consent.withdrawn_at.is_(None)
    )
    session.execute(given.values(withdrawn_at=now))


def withdraw_paper(session: Session, family_id: int, relation: str, now: datetime) -> None:
    """End the consents on paper that the family's mother, father or guardian (``relation``) signed."""
    signed = update(PaperConsent).where(
        PaperConsent.family_id == family_id, PaperConsent.relation == relation, PaperConsent.withdrawn_at.is_(None)
    )
    session.execute(signed.values(withdrawn_at=now))


def keep_text(session: Session, text: str, text_version: str, now: datetime) -> ConsentText:
    """The stored wording; it is stored where it is new."""
    digest = sha256(text.encode()).hexdigest()
    known = session.scalar(select(ConsentText).where(ConsentText.hash == digest))
    if known is None:
        known = ConsentText(hash=digest, text_version=text_version, text=text, kept_at=now)
        session.add(known)
        session.flush()
    return known
