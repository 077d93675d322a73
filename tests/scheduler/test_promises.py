""" "Kapan bisa?": Pak Anwar is asked for a day once a week, hears of it on the morning he promised, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import promises
from db.children import Child
from db.outbox import PLANNED, SENT, Kind, Outgoing
from db.people import Person
from db.promises import Asked, PromiseEnd, VisitPromise
from db.referrals import ReferralState
from db.subjects import subject
from flow.message import Message
from scheduler import ladder
from scheduler import promises as asking
from scheduler.looks import finish
from tests import people
from tests.people import TODAY, at

CITY = people.city()


def days(count: int) -> timedelta:
    return timedelta(days=count)


def anwar_late(session: Session, *late: int) -> tuple[Person, list[Child]]:
    """Pak Anwar, whose visits to Kayla, Rafa and so on are so many days late today."""
    anwar = people.asn(session)
    children: list[Child] = []
    for name, mother, by in zip(("Kayla Putri", "Rafa Pratama"), ("Wati", "Sari"), late, strict=False):
        child = people.child(session, people.family(session, mother), name, TODAY - days(430))
        people.fosters(session, anwar, child, TODAY - days(200))
        people.visit(session, anwar, child, TODAY - days(30 + by))
        children.append(child)
    return anwar, children


def promised(session: Session, who: Person, day: date, *whom: Child, asked: date = TODAY) -> None:
    """They were asked on this day, and have named a day the next minute."""
    about = [Asked(who.id, subject(one)) for one in whom]
    promises.ask(session, who.id, about, at(asked, "08:20"))
    promises.promise(session, who.id, about, day, at(asked, "08:20"), at(asked, "08:21"))
    session.commit()


def tick(session: Session, day: date, clock: str = "08:20") -> list[Outgoing]:
    """What the tick of this moment has written."""
    finish(asking.tick, session, at(day, clock), CITY)
    return sent(session)


def sent(session: Session) -> list[Outgoing]:
    rows = session.scalars(select(Outgoing).where(Outgoing.state == PLANNED).order_by(Outgoing.id)).all()
    for row in rows:
        row.state = SENT
    session.commit()
    return list(rows)


def text(row: Outgoing) -> str:
    return Message.from_json(row.message).text


def outcomes(session: Session) -> Sequence[PromiseEnd | None]:
    session.expire_all()
    return session.scalars(select(VisitPromise.outcome).order_by(VisitPromise.id)).all()


def test_he_is_asked_about_all_who_are_late_three_days_after_his_last_reminder_and_then_once_a_week(session: Session):
    anwar, (kayla, rafa) = anwar_late(session, 7, -2)
    asked = [
        (day, row)
        for day in range(25)
        for clock in ("07:20", "08:20", "10:20")
        for row in tick(session, TODAY + days(day), clock)
    ]
    assert [day for day, _ in asked] == [3, 10, 17, 24]
    first, second = asked[0][1], asked[1][1]
    assert first.kind == Kind.PROMISE
    assert text(first) == (
        "🏠 Pak Anwar, kapan bisa menengok *Adik Kayla* dan *Adik Rafa*? Ketuk harinya, atau tulis sendiri."
    )
    assert text(second) == text(first)  # nobody is reproached
    row = session.scalars(select(VisitPromise).order_by(VisitPromise.id)).first()
    assert row is not None
    assert [(one.token, one.label) for one in Message.from_json(first.message).options] == [
        (f"plan:on:{row.id}:2026-03-09", "Senin 9 Mar"),
        (f"plan:on:{row.id}:2026-03-10", "Selasa 10 Mar"),
        (f"plan:on:{row.id}:2026-03-11", "Rabu 11 Mar"),
        (f"plan:done:{row.id}", "Sudah, tinggal lapor"),
        (f"plan:not:{row.id}", "Belum bisa"),
    ]
    assert {one.about for one in session.scalars(select(VisitPromise))} == {subject(kayla), subject(rafa)}
    people.visit(session, anwar, kayla, TODAY + days(25))
    people.visit(session, anwar, rafa, TODAY + days(25))
    assert not [row for day in range(26, 40) for row in tick(session, TODAY + days(day))]


@pytest.mark.parametrize("clock", ["06:59", "07:20", "08:00", "19:00"])
def test_no_question_comes_before_the_reminders_of_the_day_or_in_the_evening(session: Session, clock: str):
    anwar_late(session, 12)
    assert not tick(session, TODAY, clock)


def test_one_message_a_day_whichever_comes_first(session: Session):
    anwar_late(session, 12, 3)
    finish(ladder.tick, session, at(TODAY, "08:00"), CITY)
    assert [row.kind for row in sent(session)] == [Kind.REMINDER]
    assert not tick(session, TODAY)
    [question] = tick(session, TODAY + days(1))
    assert "*Adik Kayla* dan *Adik Rafa*" in text(question)
    finish(ladder.tick, session, at(TODAY + days(1), "09:00"), CITY)
    assert not [row for row in sent(session) if row.kind == Kind.REMINDER]


def test_until_the_promised_day_he_is_left_in_peace_and_his_superior_reads_the_day(session: Session):
    anwar, (kayla, rafa) = anwar_late(session, 12, 5)
    anwar.superior_id = people.asn(session, "Ida Wati", people.WOMAN).id
    finish(ladder.tick, session, at(TODAY - days(1), "08:00"), CITY)
    assert [row.kind for row in sent(session)] == [Kind.REMINDER]
    promised(session, anwar, TODAY + days(8), kayla, rafa)
    came: list[Outgoing] = []
    for day in range(1, 8):
        finish(ladder.tick, session, at(TODAY + days(day), "08:00"), CITY)
        came += sent(session) + tick(session, TODAY + days(day))
    assert [(row.kind, row.person_id) for row in came] == [(Kind.LADDER, anwar.superior_id)]
    assert "berencana Kamis" in text(came[0])
    [morning] = tick(session, TODAY + days(8), "07:20")
    assert text(morning) == (
        "🏠 Pak Anwar, Bapak berencana menengok *Adik Kayla* dan *Adik Rafa* hari ini. Selamat berkunjung!"
    )
    assert [one.label for one in Message.from_json(morning.message).options] == [
        "Lapor Adik Kayla", "Lapor Adik Rafa", "Ganti hari",
    ]  # fmt: skip
    assert not tick(session, TODAY + days(8), "10:20")


def test_a_promise_for_one_child_silences_nothing_about_another(session: Session):
    anwar, (kayla, _) = anwar_late(session, 12, 12)
    promised(session, anwar, TODAY + days(9), kayla, asked=TODAY - days(7))
    [question] = tick(session, TODAY)
    assert "menengok *Adik Rafa*?" in text(question)


def test_a_day_that_went_by_is_no_reproach_and_the_question_comes_at_its_time(session: Session):
    anwar, (kayla,) = anwar_late(session, 12)
    promised(session, anwar, TODAY + days(2), kayla)
    came = {day: [text(row) for row in tick(session, TODAY + days(day))] for day in range(1, 8)}
    assert {day for day, texts in came.items() if texts} == {2, 7}
    assert came[7] == ["🏠 Pak Anwar, kapan bisa menengok *Adik Kayla*? Ketuk harinya, atau tulis sendiri."]
    assert outcomes(session) == [PromiseEnd.BROKEN, None]


def test_who_promised_this_very_morning_need_not_hear_it_again(session: Session):
    anwar, (kayla,) = anwar_late(session, 12)
    promised(session, anwar, TODAY, kayla)
    assert not tick(session, TODAY, "10:20")


def test_on_leave_and_while_the_child_is_in_hospital_nobody_is_asked_and_no_promise_is_broken(session: Session):
    anwar, (kayla, rafa) = anwar_late(session, 12, 12)
    promised(session, anwar, TODAY + days(1), kayla, rafa)
    people.referral(session, rafa, at(TODAY), "Kejang", state=ReferralState.REFERRED_ON)
    [morning] = tick(session, TODAY + days(1), "07:20")
    assert "Adik Kayla" in text(morning)
    assert "Adik Rafa" not in text(morning)
    people.leave(session, anwar, TODAY + days(1), TODAY + days(20))
    session.commit()
    assert not [row for day in range(2, 20) for row in tick(session, TODAY + days(day))]
    assert set(outcomes(session)) == {PromiseEnd.OVER}


def test_a_promise_of_whom_another_fosters_now_is_over(session: Session):
    anwar, (kayla,) = anwar_late(session, 12)
    promised(session, anwar, TODAY + days(3), kayla)
    rahma = people.asn(session, "Rahma Yusuf", people.WOMAN)
    for held in (*session.scalars(select(people.Assignment)),):
        held.ends = TODAY
    people.fosters(session, rahma, kayla, TODAY + days(1))
    session.commit()
    assert not tick(session, TODAY + days(3), "07:20")
    assert outcomes(session) == [PromiseEnd.OVER]


def test_what_one_delegate_promised_the_other_is_not_asked(session: Session):
    boss, (kayla,) = anwar_late(session, 12)
    rina, dedi = (people.asn(session, name) for name in ("Rina", "Dedi"))
    for one in (rina, dedi):
        people.delegate(session, boss, one, TODAY - days(100))
    questions = tick(session, TODAY)
    assert {row.person_id for row in questions} == {rina.id, dedi.id}
    assert "*Adik Kayla (untuk Pak Anwar)*" in text(questions[0])
    about = [Asked(boss.id, subject(kayla))]
    promises.promise(session, rina.id, about, TODAY + days(9), at(TODAY), at(TODAY, "09:30"))
    session.commit()
    assert not tick(session, TODAY + days(7))


def test_a_report_between_reading_and_writing_is_asked_about_no_more(session: Session):
    anwar, (kayla,) = anwar_late(session, 12)
    session.commit()
    now = at(TODAY, "08:20")
    writes = list(asking.tick(session, now, CITY))
    session.commit()
    people.visit(session, anwar, kayla, TODAY, submitted_at=now)
    for write in writes:
        write(session)
    assert not sent(session)
    assert not outcomes(session)
