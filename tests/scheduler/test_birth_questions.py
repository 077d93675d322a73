"""After the HPL the family is asked whether the baby is there; two weeks later those who accompany it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Pregnancy
from db.outbox import PLANNED_LANE, SKIPPED, Outgoing
from flow.message import Message
from scheduler import birth_questions
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.people import TODAY, at

CITY = people.city()
MORNING = at(TODAY, "09:10")


def days(count: int) -> timedelta:
    return timedelta(days=count)


def expecting(session: Session, due: date, mother: str = "Sari Rahmawati", **more: Any) -> Pregnancy:
    """A pregnancy at Puskesmas Labibia whose mother reads our messages."""
    home = people.family(session, mother)
    home.health_centre_id = people.health_centre(session).id
    people.carer(session, home, mother)
    return people.pregnancy(session, home, due, **more)


def look(session: Session, after: int = 0) -> Sequence[Outgoing]:
    """What has been asked once the morning ``after`` so many days is over."""
    finish(birth_questions.tick, session, MORNING + days(after), CITY)
    session.commit()
    return asked(session)


def asked(session: Session) -> Sequence[Outgoing]:
    return session.scalars(select(Outgoing).where(Outgoing.kind == "birth").order_by(Outgoing.id)).all()


def test_ten_days_after_the_hpl_the_mother_is_asked_with_two_buttons(session: Session):
    sari = expecting(session, TODAY - days(10))
    [row] = look(session)
    message = Message.from_json(row.message)
    assert message.text == "Bu Sari, hari perkiraan lahir Ibu sudah lewat. Apakah si kecil sudah lahir?"
    assert [(o.token, o.label) for o in message.options] == [
        (f"birth:pregnancy:{sari.id}", "Sudah lahir"),
        (f"birth:not:pregnancy:{sari.id}", "Belum"),
    ]
    assert row.key == f"birth:{row.person_id}:{sari.id}:{TODAY}"
    assert (row.lane, row.expires_at) == (PLANNED_LANE, at(TODAY + days(3), "00:00"))


@pytest.mark.parametrize(("sure", "on"), [(True, [10]), (False, [-10, 10])])
def test_day_by_day_the_questions_come_once_each(session: Session, sure: bool, on: list[int]):
    expecting(session, TODAY, sure=sure)
    for day in range(-20, 14):
        look(session, day)
    keys = [row.key.rsplit(":", 1)[1] for row in asked(session)]
    assert keys == [str(TODAY + days(day)) for day in on]


def test_everybody_of_the_family_is_asked_in_words_that_fit(session: Session):
    sari = expecting(session, TODAY - days(10))
    people.carer(session, sari.family, "Amir Hamzah", "ayah")
    texts = [Message.from_json(row.message).text for row in look(session)]
    assert texts[1] == "Pak Amir, hari perkiraan lahir Bu Sari sudah lewat. Apakah si kecil sudah lahir?"


def test_after_an_outage_the_question_comes_a_little_later_and_says_so(session: Session):
    expecting(session, TODAY - days(12))
    [row] = look(session)
    assert row.key.endswith(str(TODAY - days(2)))
    assert "sudah lewat" in Message.from_json(row.message).text


@pytest.mark.parametrize("state", ["lahir", "keguguran", "lahir mati", "pindah", "menolak"])
def test_of_a_pregnancy_that_does_not_run_nothing_is_asked(session: Session, state: str):
    expecting(session, TODAY - days(10), state=state)
    expecting(session, TODAY - days(14), "Fitri", state=state)
    people.health(session)
    assert not look(session)


def test_whoever_pauses_has_stopped_or_cannot_be_reached_is_not_asked(session: Session):
    home = people.family(session)
    people.pregnancy(session, home, TODAY - days(10))
    people.carer(session, home, "Sari", paused_until=TODAY + days(3))
    people.carer(session, home, "Amir", "ayah", stopped_at=MORNING)
    people.carer(session, home, "Ina", "nenek/kakek", consents=False, joined_on=None)
    people.carer(session, home, "Ani", "keluarga", reachable=False)
    assert not look(session)


@pytest.mark.parametrize("clock", ["05:00", "20:30"])
def test_nobody_is_asked_in_the_quiet_hours(session: Session, clock: str):
    expecting(session, TODAY - days(10))
    finish(birth_questions.tick, session, at(TODAY, clock), CITY)
    assert not asked(session)


def test_at_most_one_such_message_a_day_to_a_person(session: Session):
    first = expecting(session, TODAY - days(10))
    other = people.family(session, "Ani")
    second = people.pregnancy(session, other, TODAY - days(11))
    nenek = people.carer(session, other, "Ina", "nenek/kakek").person
    people.carer(session, first.family, who=nenek, relation="nenek/kakek")
    look(session)
    finish(birth_questions.tick, session, MORNING + timedelta(hours=2), CITY)
    mine = select(Outgoing.key).where(Outgoing.person_id == nenek.id)
    assert [key.split(":")[2] for key in session.scalars(mine)] == [str(second.id)]
    look(session, 1)
    assert [key.split(":")[2] for key in session.scalars(mine)] == [str(second.id), str(first.id)]


def test_two_weeks_without_a_word_the_health_workers_and_the_asn_are_asked_once(session: Session):
    sari = expecting(session, TODAY - days(14))
    murni, anwar = people.health(session), people.asn(session)
    people.fosters(session, anwar, sari.family, TODAY - days(100))
    for day in range(30):
        look(session, day)
    staff = [row for row in asked(session) if row.person_id in (murni.id, anwar.id)]
    assert {row.person_id for row in staff} == {murni.id, anwar.id}
    assert len(staff) == 2
    message = Message.from_json(staff[0].message)
    assert f"*Bu Sari* ({sari.family.code}), HPL Rabu 18 Februari 2026" in message.text
    assert "rumah sakit *hari ini juga*" in message.text
    assert [o.label for o in message.options] == ["Sudah lahir", "Belum"]


def test_a_midwife_reads_of_all_her_mothers_in_one_message(session: Session):
    murni = people.health(session)
    mothers = [expecting(session, TODAY - days(14), name) for name in ("Sari", "Fitri", "Wati")]
    rows = [row for row in look(session) if row.person_id == murni.id]
    assert [row.state for row in rows] == ["planned", SKIPPED, SKIPPED]
    options = Message.from_json(rows[0].message).options
    assert [(o.token, o.label) for o in options] == [
        (f"birth:pregnancy:{one.id}", f"Bu {one.mother_name}") for one in mothers
    ]
    look(session, 1)
    assert len([row for row in asked(session) if row.person_id == murni.id]) == 3


def test_a_pregnancy_of_long_ago_is_not_asked_about(session: Session):
    expecting(session, TODAY - days(60))
    people.health(session)
    assert not look(session)


def test_the_button_opens_the_form_for_the_health_worker(session: Session):
    expecting(session, TODAY - days(14))
    murni = people.health(session)
    [row] = look(session)
    chat = chat_with(session, murni, MORNING)
    chat.seen(Message.from_json(row.message))
    assert "Kelahiran bayi Bu Sari" in chat.tap("Sudah lahir")


def test_a_question_that_was_not_sent_yet_is_dropped_when_the_birth_is_told(session: Session):
    sari = expecting(session, TODAY - days(10))
    [row] = look(session)
    chat = chat_with(session, people.health(session), MORNING)
    chat.tap_token(f"birth:pregnancy:{sari.id}")
    for answer in ("Hari ini", "Satu", "Perempuan", "Belum ada nama", "Lewati", "Kirim"):
        chat.tap(answer)
    session.refresh(row)
    assert (row.state, row.reason) == (SKIPPED, "sudah lahir")
    assert len(look(session, 10)) == 1
