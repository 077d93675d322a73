"""Pak Anwar is reminded of his visits: kindly, in the morning, each step once, and never after he has been."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.ladder import LadderStep
from db.outbox import PLANNED, SENT, Outgoing
from db.subjects import subject
from flow.message import Message
from scheduler import ladder
from scheduler.looks import finish
from tests import people
from tests.people import TODAY, at

CITY = people.city()
EIGHT = at(TODAY, "08:00")
A_MONTH_AGO = TODAY - timedelta(days=30)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def rows(session: Session, state: str | None = PLANNED) -> Sequence[Outgoing]:
    query = select(Outgoing).order_by(Outgoing.id)
    return session.scalars(query.where(Outgoing.state == state) if state else query).all()


def steps(session: Session) -> Sequence[LadderStep]:
    return session.scalars(select(LadderStep).order_by(LadderStep.id)).all()


def message(row: Outgoing) -> Message:
    return Message.from_json(row.message)


def rafa_and_pak_anwar(session: Session, starts=A_MONTH_AGO):
    home = people.family(session)
    rafa = people.child(session, home, born=TODAY - days(430))
    anwar = people.asn(session)
    people.fosters(session, anwar, rafa, starts)
    return anwar, rafa


def test_on_the_day_pak_anwar_reads_where_he_is_awaited(session: Session):
    _, rafa = rafa_and_pak_anwar(session)
    finish(ladder.tick, session, EIGHT, CITY)
    [row] = rows(session)
    assert row.due_at == EIGHT
    assert row.expires_at == at(TODAY, "19:00")
    assert message(row).text.startswith(
        "🏠 Pak Anwar, hari ini waktunya menengok *Adik Rafa* (14 bulan), Kel. Mandonga (Mandonga)."
    )
    assert [(o.token, o.label) for o in message(row).options] == [(f"report:child:{rafa.id}", "Lapor Adik Rafa")]


def test_each_step_comes_once_and_there_are_three(session: Session):
    rafa_and_pak_anwar(session)
    for day in range(-2, 30):
        for hour in ("08:00", "09:00", "18:00"):
            finish(ladder.tick, session, at(TODAY + days(day), hour), CITY)
            for row in rows(session):
                row.state = SENT
            session.flush()
    sent = rows(session, None)
    assert [CITY.today(row.due_at) - TODAY for row in sent] == [days(0), days(3), days(7)]
    assert "menunggu kunjungan sejak 7 hari lalu" in message(sent[-1]).text


@pytest.mark.parametrize("clock", ["06:00", "07:59", "19:00", "23:00"])
def test_nobody_is_reminded_outside_the_day(session: Session, clock: str):
    rafa_and_pak_anwar(session)
    finish(ladder.tick, session, at(TODAY, clock), CITY)
    assert not rows(session, None)


def test_on_friday_at_prayer_the_reminder_waits(session: Session):
    friday = TODAY + days(2)
    rafa_and_pak_anwar(session, starts=friday - days(30))
    finish(ladder.tick, session, at(friday, "12:00"), CITY)
    assert not rows(session, None)
    finish(ladder.tick, session, at(friday, "14:00"), CITY)
    assert len(rows(session)) == 1


def test_after_the_visit_there_is_nothing_to_remind_of(session: Session):
    anwar, rafa = rafa_and_pak_anwar(session)
    people.visit(session, anwar, rafa, TODAY - days(1))
    finish(ladder.tick, session, EIGHT, CITY)
    assert not rows(session, None)


def test_a_visit_that_was_taken_back_does_not_count(session: Session):
    anwar, rafa = rafa_and_pak_anwar(session)
    people.visit(session, anwar, rafa, TODAY - days(1), undone_at=EIGHT - days(1))
    finish(ladder.tick, session, EIGHT, CITY)
    assert len(rows(session)) == 1


def test_the_date_agreed_with_the_family_is_the_one_that_counts(session: Session):
    anwar, rafa = rafa_and_pak_anwar(session)
    people.visit(session, anwar, rafa, TODAY - days(10), next_on=TODAY)
    finish(ladder.tick, session, EIGHT, CITY)
    assert [(step.due, step.days) for step in steps(session)] == [(TODAY, 0)]


def test_three_children_make_one_message_the_worst_first(session: Session):
    anwar, rafa = rafa_and_pak_anwar(session)
    home = people.family(session, "Wati")
    nisa = people.child(session, home, "Nisa Aulia", born=TODAY - days(20), sex="P")
    people.fosters(session, anwar, home, TODAY - days(33))
    wati = people.pregnancy(session, home, due=TODAY + days(84))
    people.visit(session, anwar, wati, TODAY - days(37))
    finish(ladder.tick, session, EIGHT, CITY)
    [row] = rows(session)
    assert [line for line in message(row).text.splitlines() if line[:1].isdigit()] == [
        "1. *Adik Nisa* (20 hari), Kel. Mandonga (Mandonga): sejak 3 hari lalu",
        "2. *Bu Wati* (hamil 28 minggu), Kel. Mandonga (Mandonga): sejak 3 hari lalu",
        "3. *Adik Rafa* (14 bulan), Kel. Mandonga (Mandonga): hari ini",
    ]
    assert [o.token for o in message(row).options] == [
        f"report:child:{nisa.id}", f"report:pregnancy:{wati.id}", f"report:child:{rafa.id}",
    ]  # fmt: skip
    kept = {(step.about, step.due, step.days, step.person_id, step.outgoing_key) for step in steps(session)}
    assert kept == {
        (subject(nisa), TODAY - days(3), 3, anwar.id, row.key),
        (subject(wati), TODAY - days(3), 3, anwar.id, row.key),
        (subject(rafa), TODAY, 0, anwar.id, row.key),
    }
    finish(ladder.tick, session, at(TODAY, "09:00"), CITY)
    assert len(rows(session)) == 1


def test_a_second_reminder_of_the_day_waits_until_tomorrow(session: Session):
    anwar, _ = rafa_and_pak_anwar(session)
    finish(ladder.tick, session, EIGHT, CITY)
    nisa = people.child(session, people.family(session, "Wati"), "Nisa", born=TODAY - days(200))
    people.fosters(session, anwar, nisa, A_MONTH_AGO)
    finish(ladder.tick, session, at(TODAY, "10:00"), CITY)
    assert len(rows(session)) == 1
    finish(ladder.tick, session, EIGHT + days(1), CITY)
    assert [step.about for step in steps(session)][-1] == subject(nisa)
    assert "Adik Rafa" in message(rows(session)[-1]).text, "all who are late are named"


def test_who_has_not_joined_yet_is_reminded_when_they_have(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, born=None)
    anwar = people.asn(session, reachable=False)
    people.fosters(session, anwar, rafa, A_MONTH_AGO)
    finish(ladder.tick, session, EIGHT, CITY)
    assert not rows(session, None)
    people.address(session, anwar)
    finish(ladder.tick, session, EIGHT + days(1), CITY)
    assert message(rows(session)[0]).text.startswith("🏠 Pak Anwar, *Adik Rafa*, Kel. Mandonga (Mandonga), menunggu")


@pytest.mark.parametrize("state", ["meninggal", "pindah", "lulus"])
def test_nobody_is_reminded_of_a_child_who_is_gone_or_well(session: Session, state: str):
    _, rafa = rafa_and_pak_anwar(session)
    rafa.state = state
    finish(ladder.tick, session, EIGHT, CITY)
    assert not rows(session, None)


def test_an_assignment_that_has_ended_asks_nothing_more(session: Session):
    rafa = people.child(session, people.family(session), born=None)
    people.fosters(session, people.asn(session), rafa, A_MONTH_AGO, ends=TODAY - days(1))
    finish(ladder.tick, session, EIGHT, CITY)
    assert not rows(session, None)
