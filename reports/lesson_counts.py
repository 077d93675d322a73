"""Counts for each lesson: people reached, read, answered, and stopped after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from db.children import Carer
from db.consent import LessonAnswer
from db.outbox import DELIVERED, LESSONS, READ, SENT, Outgoing


@dataclass(frozen=True)
class LessonCount:
    """One lesson, counted in people. ``read`` are those who opened it, as far as their channel says so, or answered.

    ``answers`` counts each wording; of one person's answers about the same child or pregnancy the newest counts, so
    a mother of two may stand there twice. ``stopped`` are those for whom it was the last lesson before they stopped.
    """

    lesson: str
    sent: int
    read: int
    answers: Mapping[str, int]
    stopped: int


def counts(session: Session, since: datetime | None = None) -> list[LessonCount]:
    """Counts of every lesson with any, by its id.

    With ``since`` only lessons planned, answers given and families that stopped from then on. Four aggregates,
    whatever the size of the city.
    """
    sent, read, stopped = (_people(session, query) for query in (_sent(since), _read(since), _stopped(since)))
    answers: dict[str, dict[str, int]] = defaultdict(dict)
    for lesson, answer, count in session.execute(_answers(since)):
        answers[lesson][answer] = count
    lessons = sorted({*sent, *read, *stopped, *answers})
    return [LessonCount(one, sent.get(one, 0), read.get(one, 0), answers[one], stopped.get(one, 0)) for one in lessons]


def _people(session: Session, query: Select[str, int]) -> dict[str, int]:
    """By lesson, the number of different people in a query of (lesson, person)."""
    found = query.subquery()
    lesson, person = found.c
    counted = select(lesson, func.count(person.distinct())).group_by(lesson)
    return dict(session.execute(counted).all())


def _sent(since: datetime | None, *states: str) -> Select[str, int]:
    query = select(Outgoing.lesson.label("lesson"), func.coalesce(Outgoing.person_id, 0).label("person")).where(
        Outgoing.kind.in_(LESSONS), Outgoing.state.in_(states or (SENT, DELIVERED, READ))
    )
    return query if since is None else query.where(Outgoing.created_at >= since)


def _read(since: datetime | None) -> Select[str, int]:
    answered = select(LessonAnswer.lesson, LessonAnswer.person_id)
    if since is not None:
        answered = answered.where(LessonAnswer.answered_at >= since)
    both = union(_sent(since, READ), answered).subquery()
    return select(both.c[0], both.c[1])


def _stopped(since: datetime | None) -> Select[str, int]:
    query = select(Carer.stopped_after, Carer.person_id).where(Carer.stopped_after != "")
    return query if since is None else query.where(Carer.stopped_at >= since)


def _answers(since: datetime | None) -> Select[str, str, int]:
    newest = select(func.max(LessonAnswer.id))
    if since is not None:
        newest = newest.where(LessonAnswer.answered_at >= since)
    newest = newest.group_by(LessonAnswer.person_id, LessonAnswer.lesson, LessonAnswer.about)
    counted = select(LessonAnswer.lesson, LessonAnswer.answer, func.count()).where(LessonAnswer.id.in_(newest))
    return counted.group_by(LessonAnswer.lesson, LessonAnswer.answer)
