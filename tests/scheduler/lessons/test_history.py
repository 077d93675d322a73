"""What was lost is not what was said: danger signs come again, and a rest begins only with what arrived."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import FAILED, PLANNED, SENT, SKIPPED, Outgoing
from db.states import CareState
from programme import endings
from rules.calendar import BEFORE_JOINING, TOO_LATE
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.people import NOW, TODAY, at, lesson, library
from tests.rows import outgoing

MORNING = at(TODAY, "06:05")
DANGER = lesson("bahaya", 420, 520, must_not_miss=True)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def rafa(session: Session, **more: Any):
    home = people.family(session)
    child = people.child(session, home, born=TODAY - days(420))
    return people.carer(session, home, **({"joined_on": TODAY - days(300)} | more)), child


def town(*lessons: Any):
    return people.city(library=library(*lessons))


def rows(session: Session) -> dict[str, tuple[str, str]]:
    return {row.lesson: (row.state, row.reason) for row in session.scalars(select(Outgoing))}


def settle(session: Session, state: str, reason: str, after: int = 0) -> Outgoing:
    row = session.scalars(select(Outgoing).where(Outgoing.state == PLANNED)).one()
    row.state, row.reason, row.settled_at, row.attempts = state, reason, at(TODAY + days(after), "10:00"), 1
    session.flush()
    return row


@pytest.mark.parametrize(("state", "reason"), [(FAILED, "ditolak"), (SKIPPED, "terlambat"), (SKIPPED, "jeda")])
def test_danger_signs_that_were_lost_are_planned_again_the_next_day_in_the_same_row(
    session: Session, state: str, reason: str
):
    rafa(session)
    finish(planning.tick, session, MORNING, town(DANGER))
    row = settle(session, state, reason)
    finish(planning.tick, session, at(TODAY, "13:05"), town(DANGER))
    assert rows(session) == {"bahaya": (state, reason)}
    finish(planning.tick, session, MORNING + days(1), town(DANGER))
    session.refresh(row)
    assert (row.state, row.reason, row.due_at.astimezone(people.WITA).date()) == (PLANNED, "", TODAY + days(1))
    assert len(session.scalars(select(Outgoing)).all()) == 1


def test_it_is_not_tried_for_ever(session: Session):
    rafa(session)
    finish(planning.tick, session, MORNING, town(DANGER))
    settle(session, FAILED, "ditolak").attempts = 5
    finish(planning.tick, session, MORNING + days(1), town(DANGER))
    assert rows(session)["bahaya"][0] == FAILED


def test_any_other_lesson_that_was_lost_stays_so(session: Session):
    rafa(session)
    finish(planning.tick, session, MORNING, town(lesson("a", 420, 520)))
    settle(session, FAILED, "ditolak")
    finish(planning.tick, session, MORNING + days(1), town(lesson("a", 420, 520)))
    assert rows(session) == {"a": (FAILED, "ditolak")}


def test_a_pause_long_ago_explains_nothing_that_is_late_today(session: Session):
    rafa(session, paused_until=TODAY - days(200))
    town_of_two = town(lesson("a", 420, 421), lesson("b", 100, 150))
    finish(planning.tick, session, MORNING + days(5), town_of_two)
    assert rows(session) == {"a": (SKIPPED, TOO_LATE), "b": (SKIPPED, BEFORE_JOINING)}


def test_when_the_mother_stops_the_father_passes_on_from_that_day(session: Session):
    sari, child = rafa(session, stopped_at=NOW - days(2))
    people.carer(session, sari.family, "Amir", "ayah", joined_on=TODAY - days(300))
    hers = {"audience": ("ibu",)}
    finish(planning.tick, session, MORNING, town(lesson("dulu", 300, 320, **hers), lesson("kini", 419, 440, **hers)))
    assert rows(session) == {"dulu": (SKIPPED, BEFORE_JOINING), "kini": (PLANNED, "")}
    assert child.id


def test_a_lesson_that_an_outage_held_back_counts_for_the_day_on_which_it_went(session: Session):
    rafa(session)
    lessons = town(lesson("a", 420, 520), lesson("b", 420, 520))
    finish(planning.tick, session, MORNING, lessons)
    settle(session, SENT, "", after=2)
    finish(planning.tick, session, at(TODAY + days(2), "13:05"), lessons)
    assert "b" not in rows(session)


def test_who_has_moved_gets_nothing_that_was_planned_about_the_child(session: Session):
    _, child = rafa(session)
    finish(planning.tick, session, MORNING, town(DANGER))
    endings.end(session, child, CareState.MOVED, TODAY, NOW)
    assert rows(session) == {"bahaya": (SKIPPED, "pindah")}


def test_after_the_fifth_birthday_nothing_happens_that_calls_for_a_lesson(session: Session):
    home = people.family(session)
    child = people.child(session, home, born=TODAY - days(1850), state="lulus")
    people.carer(session, home, joined_on=TODAY - days(300))
    people.visit(session, people.asn(session), child, TODAY - days(1), answers={"sick": ["diare"]})
    called = lesson("diare", 0, 10, stage="kondisional", anchor="kejadian", condition="diare", question=None)
    finish(planning.tick, session, MORNING, town(called))
    assert rows(session) == {}


def test_what_went_by_another_way_is_not_lost(session: Session):
    rafa(session)
    finish(planning.tick, session, MORNING, town(DANGER))
    row = settle(session, FAILED, "ditolak")
    again = outgoing(row.key, "whatsapp", "x", row.message, NOW, person_id=row.person_id, resend_of=row.id)
    outbox.promise(session, [again | {"key": f"again:{row.channel}:{row.key}", "state": SENT}])
    session.flush()
    finish(planning.tick, session, MORNING + days(1), town(DANGER))
    session.refresh(row)
    assert row.state == FAILED
