from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from db import outbox
from db.children import Carer
from db.consent import LessonAnswer
from db.outbox import DELIVERED, FAILED, PLANNED, READ, SENT, SKIPPED
from reports.lesson_counts import LessonCount, counts
from tests import people
from tests.rows import outgoing

MONTH_AGO = people.NOW - timedelta(days=30)


@pytest.fixture
def mothers(session: Session) -> list[Carer]:
    """Bu Sari, Bu Wati and Bu Fitri."""
    return [people.carer(session, people.family(session, name), name) for name in ("Sari", "Wati", "Fitri")]


def told(
    session: Session, who: Carer, lesson: str, state: str = SENT, about: str = "1", at: datetime = people.NOW
) -> None:
    key = f"lesson:{who.person_id}:{lesson}:{about}"
    row = outgoing(key, "telegram", "x", {"text": ""}, at, person_id=who.person_id)
    outbox.promise(session, [row | {"state": state}])


def answers(session: Session, who: Carer, lesson: str, said: str, about: str = "1", at: datetime = people.NOW) -> None:
    session.add(LessonAnswer(person_id=who.person_id, lesson=lesson, about=about, answer=said, answered_at=at))
    session.flush()


def test_a_city_without_lessons_counts_none(session: Session) -> None:
    assert counts(session) == []


def test_only_what_went_out_has_reached_somebody(session: Session, mothers: list[Carer]) -> None:
    sari, wati, fitri = mothers
    for who, state in ((sari, SENT), (wati, DELIVERED), (fitri, READ)):
        told(session, who, "hamil-28", state)
    for who, state in ((sari, PLANNED), (wati, SKIPPED), (fitri, FAILED)):
        told(session, who, "hamil-29", state)
    assert counts(session) == [LessonCount("hamil-28", 3, 1, {}, 0)]


def test_reach_counts_people_not_messages(session: Session, mothers: list[Carer]) -> None:
    sari, *_ = mothers
    told(session, sari, "telur", about="1")
    told(session, sari, "telur", about="c2@2026-03-04")
    assert [(one.lesson, one.sent) for one in counts(session)] == [("telur", 1)]


def test_who_answered_has_read_even_where_the_channel_tells_nothing(session: Session, mothers: list[Carer]) -> None:
    sari, wati, fitri = mothers
    for who, state in ((sari, SENT), (wati, READ), (fitri, SENT)):
        told(session, who, "telur", state)
    answers(session, sari, "telur", "Ya")
    answers(session, wati, "telur", "Belum")
    assert counts(session) == [LessonCount("telur", 3, 2, {"Ya": 1, "Belum": 1}, 0)]


def test_the_newest_answer_about_each_child_counts(session: Session, mothers: list[Carer]) -> None:
    sari, *_ = mothers
    for about, said in (("1", "Belum"), ("1", "Ya"), ("2", "Belum")):
        answers(session, sari, "telur", said, about)
    assert [one.answers for one in counts(session)] == [{"Ya": 1, "Belum": 1}]


def test_a_lesson_after_which_somebody_stopped(session: Session, mothers: list[Carer]) -> None:
    sari, wati, fitri = mothers
    told(session, sari, "telur")
    for who in (sari, wati):
        who.stopped_at, who.stopped_after = people.NOW, "telur"
    fitri.stopped_at = people.NOW  # before she ever got one
    session.flush()
    assert counts(session) == [LessonCount("telur", 1, 0, {}, 2)]


def test_somebody_who_was_forgotten_still_counts(session: Session, mothers: list[Carer]) -> None:
    sari, wati, _ = mothers
    for who in (sari, wati):
        told(session, who, "telur")
    outbox.anonymise(session, sari.person_id, people.NOW)
    assert [one.sent for one in counts(session)] == [2]


def test_only_what_happened_since(session: Session, mothers: list[Carer]) -> None:
    sari, wati, fitri = mothers
    told(session, sari, "telur", at=MONTH_AGO)
    told(session, wati, "telur")
    answers(session, sari, "telur", "Ya", at=MONTH_AGO)
    answers(session, wati, "telur", "Belum")
    fitri.stopped_at, fitri.stopped_after = MONTH_AGO, "telur"
    session.flush()
    assert counts(session, people.NOW - timedelta(days=7)) == [LessonCount("telur", 1, 1, {"Belum": 1}, 0)]
    assert counts(session) == [LessonCount("telur", 2, 2, {"Ya": 1, "Belum": 1}, 1)]
