"""Questions that wait: given to who can answer now, reminded of once, passed on; and threads that have ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db import questions as threads
from db.questions import Question, QuestionState
from programme import question_messages, questions
from programme.contacts import calm
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Take the next step of every question that waits, and close threads in which nobody has written for days."""
    for question in threads.waiting(session):
        if _step(session, question, now, city) is not None:
            yield partial(_go_on, question_id=question.id, now=now, city=city)
    for id in threads.quiet_since(session, now - city.programme.questions.thread_lasts):
        yield partial(_end, question_id=id, now=now, city=city)


def _step(session: Session, question: Question, now: datetime, city: City) -> str | None:
    """What is to be done about a question now: "give", "remind", "pass", or None.

    It is given to somebody else at once where who has it may not or cannot answer any more; the other steps follow from
    the time since an answer could be expected, by day.
    """
    able = questions.answerers(session, question, now)
    if question.responsible_id not in [one.id for one in able]:
        return "give" if able or question.responsible_id is not None else None
    local, rules = city.local(now), city.programme.questions
    if calm(city, now) > local:
        return None
    late = question.counted_from + rules.reminds_after
    if question.reminded_at is None or question.late_told_at is None:
        return "remind" if late <= now else None
    if max(late, question.reminded_at) + (rules.passes_on_after - rules.reminds_after) <= now:
        had = threads.given_to(session, question.id)
        return "pass" if any(one.id not in had for one in able) else None
    return None


def _go_on(session: Session, question_id: int, now: datetime, city: City) -> None:
    question = session.get(Question, question_id)
    if question is None or question.state != QuestionState.OPEN:
        return
    match _step(session, question, now, city):
        case "give":
            _give(session, question, now, city)
        case "remind":
            if question.reminded_at is None:  # else a coordinator has had it done
                questions.remind(session, city, now, question)
            questions.tell_late(session, city, now, question)
        case "pass":
            questions.pass_on(session, city, now, question, None)
        case _:
            pass


def _give(session: Session, question: Question, now: datetime, city: City) -> None:
    """Give it to who can answer now; who asked hears of it where nobody could before."""
    able = questions.answerers(session, question, now)
    had = threads.given_to(session, question.id)
    to = next((one for one in able if one.id not in had), None) or next(iter(able), None)
    if to is None:
        questions.take_from(session, question, now)
        return
    questions.give(session, city, now, question, to, questions.TAKEN_OVER if had else questions.NEW)
    if not had:
        text = question_messages.given_at_last(session, city, question, now)
        questions.tell_writer(session, now, question, text, due_at=calm(city, now))


def _end(session: Session, question_id: int, now: datetime, city: City) -> None:
    question = session.get(Question, question_id)
    if question is not None and question.state == QuestionState.ANSWERED:
        questions.close(session, city, now, question, None, question_messages.SILENT)
