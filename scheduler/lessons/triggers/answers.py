"""Triggers of what people reported or ordered: an answer to a lesson, a referral, an order, an end of the fostering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from content.city import City
from content.lessons import Lesson
from db.base import Instant, among
from db.children import Carer, Child
from db.consent import LessonAnswer
from db.endings import Ending
from db.lesson_orders import LessonOrder
from db.referrals import Referral, ReferralStep, StepKind
from db.states import CareState
from db.subjects import Subject, SubjectKind
from scheduler.lessons.recipient import read_ref
from scheduler.lessons.triggers.household import Household, Trigger

ENDED = (CareState.AGED_OUT, CareState.MOVED, CareState.REFUSED)  # not after a loss: then nobody gets a card


def triggers(session: Session, homes: Household, since: date, today: date, city: City) -> Iterator[tuple[int, Trigger]]:
    begin = datetime.combine(since, time(), city.zone)
    yield from _answers(session, homes, begin, city)
    yield from _referrals(session, homes, begin, city)
    yield from _orders(session, homes, begin, city)
    yield from _endings(session, homes, since)


def _answers(session: Session, homes: Household, begin: datetime, city: City) -> Iterator[tuple[int, Trigger]]:
    """Each person's newest answer to a lesson that brings about a condition; its trigger is for this person alone."""
    raising = {one.id: one for one in city.library.lessons if one.question and any(one.question.raises)}
    asked = {"families": list(homes.families), "raising": list(raising), "begin": begin}
    newest: dict[tuple[int, str, str], LessonAnswer] = {}
    for answer in session.scalars(_ANSWERS, asked):
        newest[answer.person_id, answer.lesson, answer.about] = answer
    for answer in newest.values():
        lesson = raising[answer.lesson]
        if (name := _raised(lesson, answer.answer)) and (whom := _about(homes, lesson, answer.about)):
            family, about = whom
            yield family, Trigger(name, about, city.today(answer.answered_at), answer.person_id)


def _raised(lesson: Lesson, answer: str) -> str:
    if lesson.question is None or answer not in lesson.question.answers:
        return ""
    return lesson.question.raised_by(lesson.question.answers.index(answer) + 1)


def _about(homes: Household, lesson: Lesson, ref: str) -> tuple[int, Subject] | None:
    """The family and the child or pregnancy that an answer is about."""
    about = read_ref(lesson.anchor, ref)
    if about is None or about.kind is SubjectKind.WEDDING:
        return None
    found = (homes.children if about.kind is SubjectKind.CHILD else homes.pregnancies).get(about.id)
    return (found.family_id, about) if found else None


def _referrals(session: Session, homes: Household, begin: datetime, city: City) -> Iterator[tuple[int, Trigger]]:
    if not homes.children:
        return
    asked = {"children": list(homes.children), "begin": begin}
    for referral in session.scalars(_REFERRED, asked):
        child = homes.children[referral.child_id or 0]
        yield child.family_id, Trigger("dirujuk", child.about, city.today(referral.opened_at))
    for child_id, at in session.execute(_BACK_REFERRED, asked):
        child = homes.children[child_id or 0]
        yield child.family_id, Trigger("kembali-dari-rs", child.about, city.today(at))


def _orders(session: Session, homes: Household, begin: datetime, city: City) -> Iterator[tuple[int, Trigger]]:
    """What a health worker ordered for a child."""
    if not homes.children:
        return
    for order in session.scalars(_ORDERED, {"children": list(homes.children), "begin": begin}):
        child = homes.children[order.child_id]
        yield child.family_id, Trigger(order.condition, child.about, city.today(order.at))


def _endings(session: Session, homes: Household, since: date) -> Iterator[tuple[int, Trigger]]:
    for family, child, kind, day in session.execute(_ENDED, {"families": list(homes.families), "since": since}):
        if kind == CareState.RECOVERED:
            yield family, Trigger("membaik", Subject(SubjectKind.CHILD, child), day)
        elif kind in ENDED:
            yield family, Trigger("berakhir", Subject(SubjectKind.CHILD, child), day)


# Built once: they are asked at every look, and building them takes longer than running them.
_BEGIN = bindparam("begin", type_=Instant)
_FAMILIES, _CHILDREN = among("families"), among("children")
_ANSWERS = (
    select(LessonAnswer)
    .where(
        LessonAnswer.person_id.in_(select(Carer.person_id).where(Carer.family_id.in_(_FAMILIES))),
        LessonAnswer.lesson.in_(among("raising")),
        LessonAnswer.answered_at >= _BEGIN,
    )
    .order_by(LessonAnswer.answered_at, LessonAnswer.id)
)
_REFERRED = select(Referral).where(
    Referral.child_id.in_(_CHILDREN), Referral.closed_at.is_(None), Referral.opened_at >= _BEGIN
)
_BACK_REFERRED = (
    select(Referral.child_id, ReferralStep.at)
    .join(ReferralStep, ReferralStep.referral_id == Referral.id)
    .where(Referral.child_id.in_(_CHILDREN), ReferralStep.step == StepKind.BACK_REFERRED, ReferralStep.at >= _BEGIN)
)
_ORDERED = select(LessonOrder).where(LessonOrder.child_id.in_(_CHILDREN), LessonOrder.at >= _BEGIN)
_ENDED = (
    select(Child.family_id, Child.id, Ending.kind, Ending.ended_on)
    .join(Child, Child.id == Ending.child_id)
    .where(Child.family_id.in_(_FAMILIES), Ending.ended_on >= bindparam("since", type_=Date))
)
