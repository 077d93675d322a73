"""The questions in a coordinator's places: how many wait and were answered, and which nobody answers in time.

By code, as ``programme.disclosure`` allows; never a word of a question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.city import City
from db import consent, questions
from db.children import Child
from db.people import Person
from db.questions import Question, QuestionState
from db.roles import Role
from db.subjects import Subject, subject
from programme import disclosure
from programme.names import child_name
from programme.question_messages import answers_as, subject_of
from programme.referral_messages import ago
from programme.scopes import CITY, Scope, held_by


@dataclass(frozen=True)
class LateQuestion:
    """A question that waits too long.

    ``who`` is whom it is about, as far as that is shown; ``answers`` is who is to answer it, with their role, empty
    where nobody can. ``short`` is ``who`` without the place, ``village`` is that.
    """

    id: int
    about: Subject | None
    who: str
    waits: timedelta
    answers_id: int | None
    answers: str
    short: str = ""
    village: str = ""

    @property
    def words(self) -> str:
        state = f"di {self.answers}" if self.answers else "belum ada petugasnya"
        return f"{self.who}: {ago(self.waits)} belum dijawab, {state}"


@dataclass(frozen=True)
class Questions:
    """``open`` wait for an answer, ``answered`` were answered today; ``late`` are those that wait too long.

    ``late_yesterday`` counts those that waited too long at the same hour of the day before.
    """

    open: int = 0
    answered: int = 0
    late: tuple[LateQuestion, ...] = ()
    late_yesterday: int = 0


def count(session: Session, held: Sequence[Scope], begins: datetime, now: datetime, city: City) -> Questions:
    """The questions of the families in these scopes, the longest waiting first. An office has none."""
    places = disclosure.of_places(held)
    if not places:
        return Questions()
    before = now - timedelta(days=1)
    found = [one for one in questions.waiting(session, min(begins, before)) if _is_shown(one, places)]
    waiting = [one for one in found if one.state == QuestionState.OPEN]
    today = sum(one.answered_at is not None and one.answered_at >= begins for one in found)
    late = [_late(session, one, places, now) for one in waiting if is_late(one, now, city)]
    then = sum(_was_late(one, before, city) for one in found)
    return Questions(len(waiting), today, tuple(late), then)


def rows(session: Session, coordinator: Person, now: datetime, city: City) -> Sequence[LateQuestion]:
    """Those that wait too long in a coordinator's places."""
    return count(session, held_by(coordinator), now, now, city).late


def is_late(question: Question, now: datetime, city: City) -> bool:
    """Whether a coordinator is to see to it: nobody can answer it, or the time of the reminder has passed."""
    return question.responsible_id is None or question.counted_from + city.programme.questions.reminds_after <= now


def _was_late(question: Question, moment: datetime, city: City) -> bool:
    """Whether a question that waits now, or was answered or closed since then, waited too long at that moment."""
    ended = None if question.state == QuestionState.OPEN else question.answered_at or question.closed_at
    waited = question.counted_from <= moment and (ended is None or ended > moment)
    return waited and is_late(question, moment, city)


def _is_shown(question: Question, places: Sequence[Scope]) -> bool:
    family = question.family
    if family is None:
        return CITY in places
    return bool(disclosure.over_family(places, family))


def _late(session: Session, question: Question, places: Sequence[Scope], now: datetime) -> LateQuestion:
    answerer, family = question.responsible, question.family
    who, by = _who(session, question, places)
    return LateQuestion(
        id=question.id,
        about=subject(about) if (about := question.about) is not None else None,
        who=", ".join(filter(None, (who, family.village.full_name if family else "", by))),
        waits=now - (question.waits_since or question.opened_at),
        answers_id=answerer.id if answerer else None,
        answers=answers_as(session, answerer, family) if answerer else "",
        short=", ".join(filter(None, (who, by))),
        village=family.village.name if family else "",
    )


def _who(session: Session, question: Question, places: Sequence[Scope]) -> tuple[str, str]:
    """Whom it is about, as far as that is shown, and who asks where that is not the family."""
    about, family = subject_of(question), question.family
    if family is None or about is None:
        return "Seorang pendamping (ASN)", ""
    shown = disclosure.over_family(places, family)
    shown = disclosure.agreed(shown, consent.agrees(session, family.id))
    name = child_name(about.name) if isinstance(about, Child) else ""
    code, name, _ = disclosure.row(shown, disclosure.code_of(about), name, "")
    return disclosure.words(code, name, ""), "" if question.role == Role.FAMILY else "dari pendamping (ASN)"
