"""Reviews of texts by health workers: who signed which words, and what somebody wants changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key, Name


class LessonReview(Base):
    """What a named person said of the words of a text: ``is_signed``, or ``wish``, what is to be changed.

    ``lesson`` is a lesson's id or a template's name. ``fingerprint`` is the SHA-256 of ``text``, the words as they were
    shown: it holds for no others. ``name`` is the name and office as signed, and stays when the person leaves.
    ``person_id`` is None where it was entered by a command.
    """

    __tablename__ = "lesson_review"
    __table_args__ = (Index(None, "lesson", "language", "fingerprint"),)

    id: Mapped[Key]
    lesson: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    is_signed: Mapped[bool]
    wish: Mapped[str] = mapped_column(String(1000), default="")
    name: Mapped[Name]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]


def newest(session: Session) -> Sequence[LessonReview]:
    """Of each text and each of its wordings the newest review, by id: it is the one that holds."""
    last = select(func.max(LessonReview.id)).group_by(
        LessonReview.lesson, LessonReview.language, LessonReview.fingerprint
    )
    return session.scalars(select(LessonReview).where(LessonReview.id.in_(last)).order_by(LessonReview.id)).all()


def signatures(session: Session) -> frozenset[tuple[str, str, str]]:
    """What is signed: (name of the text, language, fingerprint)."""
    return frozenset((one.lesson, one.language, one.fingerprint) for one in newest(session) if one.is_signed)
