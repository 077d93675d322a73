"""Reviewing lessons: a midwife or a nutritionist signs a text, or says what is to be changed.

A signature is kept with the words it was given for. A text that changes has another fingerprint, and is unsigned again
without anybody's doing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import review
from content.city import City
from content.lessons import LANGUAGE
from content.review import ReviewedText, Signature
from db import lesson_reviews
from db.lesson_reviews import LessonReview
from db.people import Person
from programme.referral_messages import titles

SHORT = 8  # characters of a fingerprint in a button


class Changed(Exception):
    """The text is not there any more, or has other words than those that were shown."""


def signed_by(person: Person) -> str:
    """Name and office of who signs: "Hasnawati, bidan"."""
    return ", ".join((person.name, *titles([person])))


def unsigned(session: Session, city: City) -> list[ReviewedText]:
    """The texts that nobody has signed as they are, urgent ones first."""
    return review.unsigned(city.library, city.programme, city.templates, lesson_reviews.signatures(session))


def next_lesson(session: Session, city: City, person_id: int, after: str = "") -> ReviewedText | None:
    """The next unsigned lesson for this person, after the one of this label; without those they want changed.

    Templates are left to the command: their words depend on the moment, and cannot be shown as one text.
    """
    wished = _wished(session, person_id)
    everything = [one for one in review.texts(city.library, city.programme, city.templates) if one.lesson]
    labels = [one.label for one in everything]
    rest = everything[labels.index(after) + 1 :] if after in labels else everything
    signed = lesson_reviews.signatures(session)
    return next((one for one in rest if not one.is_signed(signed) and one.signature not in wished), None)


def find(city: City, name: str, language: str, shown: str) -> ReviewedText:
    """The text of this name, if it still has the words that were ``shown``: the beginning of their fingerprint.

    Raises Changed otherwise.
    """
    for one in review.texts(city.library, city.programme, city.templates):
        if (one.name, one.language) == (name, language) and one.signature[2][:SHORT] == shown:
            return one
    raise Changed(name)


def sign(session: Session, now: datetime, text: ReviewedText, name: str, person_id: int | None = None) -> None:
    """Keep the signature of ``name`` (name and office) for the words of this text."""
    session.add(_of(text, now, name, person_id, is_signed=True))


def adopt(session: Session, now: datetime, city: City) -> list[str]:
    """Keep a signature for each text whose reviewer stands in its file, and has none yet. Returns their names."""
    signed = lesson_reviews.signatures(session)
    moved: list[str] = []
    for text in review.texts(city.library, city.programme, city.templates):
        if text.in_file and text.signature not in signed:
            by = text.lesson.reviewed_by if text.lesson else city.programme.emergency.texts.reviewed_by
            sign(session, now, text, (by or "")[:120])
            moved.append(text.label)
    return moved


def want_change(session: Session, now: datetime, text: ReviewedText, person: Person) -> None:
    """Keep that the person does not sign these words; ``add_wish`` takes what is to be changed."""
    session.add(_of(text, now, signed_by(person), person.id, is_signed=False))


def add_wish(session: Session, person_id: int, words: str) -> LessonReview | None:
    """Add the words to the newest text that the person wants changed and has not yet said how."""
    query = select(LessonReview).where(
        LessonReview.person_id == person_id, LessonReview.is_signed.is_(False), LessonReview.wish == ""
    )
    found = session.scalar(query.order_by(LessonReview.id.desc()).limit(1))
    if found is not None:
        found.wish = words[:1000]
    return found


def wishes(session: Session, city: City) -> Sequence[LessonReview]:
    """What is to be changed in texts whose words are still the same and that nobody has signed since."""
    now = {one.signature for one in review.texts(city.library, city.programme, city.templates)}
    return [one for one in lesson_reviews.newest(session) if not one.is_signed and signature_of(one) in now]


def signed_texts(session: Session, city: City) -> list[tuple[ReviewedText, str, str]]:
    """The texts that are signed as they are, with who signed them and on which day."""
    by = {signature_of(one): one for one in lesson_reviews.newest(session) if one.is_signed}
    found: list[tuple[ReviewedText, str, str]] = []
    for text in review.texts(city.library, city.programme, city.templates):
        if kept := by.get(text.signature):
            found.append((text, kept.name, f"{city.local(kept.at):%d/%m/%Y}"))
        elif text.in_file:
            found.append((text, "menurut berkasnya sendiri", ""))
    return found


def in_files(city: City) -> tuple[str, ...]:
    """The names of the texts whose reviewer stands in the file itself."""
    return tuple(one.label for one in review.texts(city.library, city.programme, city.templates) if one.in_file)


def label_of(one: LessonReview) -> str:
    """The name of the text with its language: "bayi-hari-01.en"."""
    return one.lesson if one.language == LANGUAGE else f"{one.lesson}.{one.language}"


def signature_of(one: LessonReview) -> Signature:
    return one.lesson, one.language, one.fingerprint


def _wished(session: Session, person_id: int) -> Collection[Signature]:
    query = select(LessonReview).where(LessonReview.person_id == person_id, LessonReview.is_signed.is_(False))
    return {signature_of(one) for one in session.scalars(query)}


def _of(text: ReviewedText, now: datetime, name: str, person_id: int | None, *, is_signed: bool) -> LessonReview:
    lesson, language, fingerprint = text.signature
    return LessonReview(
        lesson=lesson, language=language, fingerprint=fingerprint, text=text.words, is_signed=is_signed, name=name,
        person_id=person_id, at=now,
    )  # fmt: skip
