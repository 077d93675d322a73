"""Ticks look beside everybody who writes, and write little at a time: what changed in between is asked again."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session

from db import referrals
from db.children import Child
from db.endings import Ending
from db.engine import Sessions
from db.outbox import PLANNED, SKIPPED, Outgoing
from db.states import CareState
from programme import endings as ended
from programme import erasure
from rules.calendar import BEFORE_JOINING
from scheduler import birth_questions, clock, graduations, ladder, remeasure, upkeep
from scheduler import referral_escalation as climbing
from scheduler.clock import TICKS, Tick
from scheduler.lessons import planning
from scheduler.looks import AT_ONCE, Look, Write, promises
from tests import people
from tests.people import NOW, TODAY, at, lesson, library
from tests.rows import outgoing

CITY = people.city()
EIGHT = at(TODAY, "08:00")
BORN = TODAY - timedelta(days=430)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def row(number: int) -> dict[str, Any]:
    return outgoing(f"test:{number}", "simulator", "x", {"text": str(number)}, NOW)


def keys(make_session: Sessions) -> Counter[str]:
    with make_session.reading() as session:
        return Counter(session.scalars(select(Outgoing.key)))


def tick(look: Look) -> Tick:
    return Tick("test", TICKS[0].trigger, look)


class Watch:
    """Counts the rows that each transaction writes into the outbox."""

    def __init__(self, engine: Engine) -> None:
        self.commits: list[int] = []
        self._rows = 0
        event.listen(engine, "before_cursor_execute", self._count)
        event.listen(engine, "commit", self._commit)

    def _count(self, connection: Connection, cursor: Any, statement: str, given: Any, context: Any, many: bool) -> None:
        if "INSERT INTO outgoing" in statement:
            self._rows += len(context.compiled_parameters)

    def _commit(self, connection: Connection) -> None:
        if self._rows:
            self.commits.append(self._rows)
        self._rows = 0


@pytest.mark.usefixtures("database_url")
def test_what_a_tick_has_found_is_written_in_many_short_transactions(engine: Engine, make_session: Sessions):
    watch = Watch(engine)
    clock.run(tick(lambda session, now, city: promises(row(n) for n in range(5_000))), make_session, NOW, CITY)
    assert sum(keys(make_session).values()) == 5_000
    assert sum(watch.commits) == 5_000
    assert max(watch.commits) <= AT_ONCE


def test_after_a_crash_between_two_writes_the_next_tick_promises_the_rest_and_nothing_twice(make_session: Sessions):
    passed = [lesson(f"dulu-{n}", 30, 60) for n in range(AT_ONCE // 2)]
    town = people.city(library=library(*passed, lesson("kini", 420, 440)))
    with make_session.begin() as session:
        for _ in range(3):
            home = people.family(session)
            people.child(session, home, born=TODAY - days(420))
            people.carer(session, home, joined_on=TODAY)
    tried: list[Write] = []

    def dies(session: Session, now: Any, city: Any):
        for write in planning.tick(session, now, city):
            tried.append(write)
            if len(tried) == 2:
                raise ConnectionError
            yield write

    morning = at(TODAY, "06:05")
    with pytest.raises(ConnectionError):
        clock.run(tick(dies), make_session, morning, town)
    assert 0 < sum(keys(make_session).values()) <= AT_ONCE
    clock.run(tick(planning.tick), make_session, morning, town)
    clock.run(tick(planning.tick), make_session, morning, town)
    with make_session.reading() as session:
        rows = session.scalars(select(Outgoing)).all()
    assert Counter(one.state for one in rows) == {SKIPPED: 3 * len(passed), PLANNED: 3}
    assert {one.reason for one in rows if one.state == SKIPPED} == {BEFORE_JOINING}


# --- what changed since the look ------------------------------------------------------------


def looked(look: Look, session: Session, now: Any) -> list[Write]:
    """Everything a tick has found, not written yet."""
    session.commit()
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    with Sessions(engine).reading() as beside:
        return list(look(beside, now, CITY))


def write(session: Session, writes: list[Write]) -> None:
    assert writes  # else nothing is shown by what is not there afterwards
    session.commit()
    for one in writes:
        one(session)
        session.commit()


def planned(session: Session) -> list[str]:
    return list(session.scalars(select(Outgoing.kind).where(Outgoing.state == PLANNED)))


def rafa(session: Session, born: date = BORN, **more: Any) -> Child:
    """Rafa, whom Pak Anwar fosters and has not visited yet."""
    child = people.child(session, people.family(session), born=born, **more)
    people.fosters(session, people.asn(session), child, TODAY - days(30))
    return child


def test_an_asn_who_reports_while_the_tick_reads_is_not_reminded(session: Session):
    child = rafa(session)
    found = looked(ladder.tick, session, EIGHT)
    people.visit(session, people.asn(session), child, TODAY, submitted_at=EIGHT + timedelta(seconds=1))
    write(session, found)
    assert planned(session) == []


def test_nobody_is_reminded_of_a_child_that_died_while_the_tick_read(session: Session):
    child = rafa(session)
    found = looked(ladder.tick, session, EIGHT)
    ended.end(session, child, CareState.DIED, TODAY, EIGHT)
    write(session, found)
    assert planned(session) == []


def test_where_nothing_changed_the_reminder_is_promised(session: Session):
    rafa(session)
    write(session, looked(ladder.tick, session, EIGHT))
    assert planned(session) == ["reminder"]


def test_a_birth_reported_while_the_tick_read_is_not_asked_for(session: Session):
    home = people.family(session)
    expected = people.pregnancy(session, home, TODAY - days(10))
    people.carer(session, home)
    found = looked(birth_questions.tick, session, at(TODAY, "09:10"))
    expected.state = CareState.BORN
    write(session, found)
    assert planned(session) == []


def test_no_second_measurement_is_asked_of_a_child_that_died_while_the_tick_read(session: Session):
    child = rafa(session)
    place = people.posyandu(session)
    child.family.posyandu_id = place.id
    people.health(session, "Wati", "kader", scope="posyandu", scope_id=place.id)
    people.measured(session, child, TODAY - days(1), 9.0, 76.0)
    found = looked(remeasure.tick, session, at(TODAY, "09:40"))
    ended.end(session, child, CareState.DIED, TODAY, NOW)
    write(session, found)
    assert planned(session) == []


def test_a_child_that_moved_away_while_the_tick_read_has_one_end_only(session: Session):
    child = rafa(session, born=TODAY.replace(year=TODAY.year - 5) - days(1))
    night = at(TODAY, "03:30")
    found = looked(graduations.tick, session, night)
    ended.end(session, child, CareState.MOVED, TODAY, night)
    write(session, found)
    assert [one.kind for one in session.scalars(select(Ending))] == [CareState.MOVED]
    assert planned(session) == []


def test_a_referral_closed_while_the_tick_read_is_not_escalated(session: Session):
    people.health(session)
    opened = people.referral(session, rafa(session), NOW - days(1), "Kejang")
    found = looked(climbing.tick, session, NOW)
    referrals.close(session, opened, NOW, None, "sudah sembuh")
    write(session, found)
    assert planned(session) == []
    assert {step.step for step in referrals.steps(session, opened.id)} == {"closed"}


def test_a_family_with_a_child_entered_while_the_tick_read_is_not_erased(session: Session):
    home = people.family(session)
    people.child(session, home, born=date(2010, 1, 1))
    found = looked(upkeep.tick, session, NOW)
    people.child(session, home, "Aisyah", born=TODAY - days(30))
    write(session, found)
    session.refresh(home)
    assert home.forgotten_at is None
    assert home.mother_name != erasure.NOBODY
