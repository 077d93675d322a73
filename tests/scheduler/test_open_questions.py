"""A question that nobody answers is reminded of once and passed on, and who asked hears so once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import duty
from db.duty import DutyKind
from db.outbox import SKIPPED, Kind, Outgoing
from db.people import Address, PersonRole
from db.questions import QuestionState
from db.roles import Role, ScopeKind, Title
from delivery import before_send
from programme import question_messages
from scheduler import open_questions
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.handlers.questions.town import Town
from tests.people import NOW

CITY = people.city()
HOUR = timedelta(hours=1)


@pytest.fixture
def town(session: Session) -> Town:
    """Bu Sari has asked at nine."""
    town = Town(session)
    town.chat(town.sari).say("Rafa boleh makan telur tiap hari?")
    town.reads(town.wati)
    return town


def look(town: Town, after: timedelta) -> None:
    """The tick runs, twice, so long after the question."""
    for _ in range(2):
        finish(open_questions.tick, town.session, NOW + after, CITY)


def test_after_a_day_the_cadre_is_reminded_once_and_the_mother_hears_it_honestly(town: Town):
    look(town, 23 * HOUR)
    assert len(town.came(town.wati)) == 1
    look(town, 25 * HOUR)
    look(town, 26 * HOUR)
    assert "Pertanyaan ini masih menunggu" in town.came(town.wati)[1]
    assert len(town.came(town.wati)) == 2
    [told] = town.came(town.sari)
    assert "belum dijawab. *Bapak/Ibu Wati, kader posyandu Melati 1* kami ingatkan hari ini" in told


def test_then_it_goes_to_the_midwife_and_from_her_to_the_head_and_the_mother_is_not_told_again(town: Town):
    for hours in (25, 31):
        look(town, hours * HOUR)
    assert town.question.responsible_id == town.murni.id
    assert "Pertanyaan yang belum terjawab" in town.came(town.murni)[0]
    for hours in (73, 80):  # she was expected on Friday at eight, when the puskesmas opens again
        look(town, hours * HOUR)
    assert town.question.responsible_id == town.hasan.id
    assert len(town.came(town.sari)) == 1
    look(town, 200 * HOUR)
    assert town.question.responsible_id == town.hasan.id  # everybody has had it: it stays, and coordinators see it


def test_an_answered_question_is_left_alone_and_ends_by_itself_after_days(town: Town):
    town.chat(town.wati).reply("Boleh, Bu.")
    look(town, 31 * HOUR)
    assert (town.question.responsible_id, len(town.came(town.wati))) == (town.wati.id, 1)
    look(town, timedelta(days=4))
    assert (town.question.state, town.question.closed_why) == (QuestionState.CLOSED, question_messages.SILENT)


def test_at_night_nobody_is_reminded_and_the_morning_catches_up(town: Town):
    town.question.counted_from = NOW - timedelta(hours=12)  # a day is over at nine in the evening
    town.session.commit()
    look(town, 13 * HOUR)
    assert len(town.came(town.wati)) == 1
    look(town, 22 * HOUR)
    assert len(town.came(town.wati)) == 2


def test_who_goes_on_leave_or_leaves_the_posyandu_has_it_no_more(town: Town):
    duty.enter(town.session, town.wati.id, DutyKind.LEAVE, NOW, NOW + timedelta(days=9), set_by=town.wati.id, now=NOW)
    town.session.commit()
    look(town, 1 * HOUR)
    assert town.question.responsible_id == town.murni.id
    town.murni.roles[0].scope_id += 1000
    town.session.commit()
    look(town, 2 * HOUR)
    assert town.question.responsible_id == town.hasan.id
    assert town.came(town.murni) == []  # it had not left yet, and is taken back


def test_where_nobody_could_answer_it_is_given_to_who_comes_later_and_the_mother_hears_who(session: Session):
    town = Town(session)
    session.execute(delete(PersonRole).where(PersonRole.role == Role.HEALTH))
    session.commit()
    session.expire_all()
    town.chat(town.sari).say("Rafa boleh makan telur?")
    look(town, 2 * HOUR)
    assert town.came(town.sari) == []
    post = PersonRole(role=Role.HEALTH, title=Title.CADRE, scope=ScopeKind.POSYANDU, scope_id=town.home.posyandu_id)
    town.wati.roles.append(post)
    session.commit()
    look(town, 26 * HOUR)
    assert "“Rafa boleh makan telur?”" in town.came(town.wati)[0]
    assert "sudah kami sampaikan kepada *Bapak/Ibu Wati, kader posyandu Melati 1*" in town.came(town.sari)[0]


def test_where_nobody_is_left_it_stands_without_anybody(town: Town):
    for who in (town.wati, town.murni, town.hasan):
        town.session.execute(delete(Address).where(Address.person_id == who.id))
    town.session.commit()
    look(town, HOUR)
    assert town.question.responsible_id is None


# --- lessons wait ---------------------------------------------------------------------------


def lessons(town: Town, *urgent: bool, now: datetime = NOW) -> list[Outgoing]:
    """The lessons that are planned in a city with one for each of ``urgent``."""
    known = [people.lesson(f"l{n}", 430, 500, must_not_miss=one) for n, one in enumerate(urgent)]
    finish(planning.tick, town.session, now, people.city(library=people.library(*known)))
    rows = select(Outgoing).where(Outgoing.kind == Kind.LESSON, Outgoing.state != SKIPPED)
    return list(town.session.scalars(rows.order_by(Outgoing.id)))


def test_a_lesson_waits_for_the_answer_and_goes_on_afterwards(town: Town):
    assert lessons(town, False) == []
    town.chat(town.wati).reply("Boleh, Bu.")
    assert [row.lesson for row in lessons(town, False, now=NOW + HOUR)] == ["l0"]


def test_an_urgent_lesson_does_not_wait(town: Town):
    assert [row.lesson for row in lessons(town, True, False)] == ["l0"]


def test_no_lesson_waits_for_ever_or_where_nobody_can_answer(town: Town):
    later = NOW + timedelta(hours=73)
    assert len(lessons(town, False, now=later)) == 1


def test_where_nobody_can_answer_lessons_go_on(session: Session):
    town = Town(session)
    session.execute(delete(PersonRole).where(PersonRole.role == Role.HEALTH))
    session.commit()
    session.expire_all()
    town.chat(town.sari).say("Rafa boleh makan telur?")
    assert len(lessons(town, False)) == 1


def test_a_lesson_that_was_planned_before_is_put_off_and_an_urgent_one_is_sent(session: Session):
    town = Town(session)
    ordinary, urgent = people.lesson("l0", 430, 500), people.lesson("l1", 430, 500, must_not_miss=True)
    rows = lessons(town, False)
    town.chat(town.sari).say("Rafa boleh makan telur?")
    city = people.city(library=people.library(ordinary, urgent))
    [row] = rows
    row.state, row.attempts = "taken", 1
    before_send.check(session, [row], NOW + HOUR, city)
    assert (row.state, row.reason, row.due_at) == ("planned", before_send.WAITS, NOW + 2 * HOUR)
    row.state, row.lesson = "taken", "l1"
    before_send.check(session, [row], NOW + HOUR, city)
    assert row.state == "taken"
    town.chat(town.wati).reply("Boleh, Bu.")
    row.lesson = "l0"
    before_send.check(session, [row], NOW + HOUR, city)
    assert row.state == "taken"
