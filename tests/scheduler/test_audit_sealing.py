"""The audit is sealed every hour, and its oldest part goes when the archive rule says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db import audit, audit_seals
from db.subjects import Subject, SubjectKind
from scheduler import audit_sealing
from scheduler.clock import TICKS
from scheduler.looks import finish
from tests.audited import lines
from tests.people import NOW, city

RAFA = Subject(SubjectKind.CHILD, 31)
TOWN = city()
YEAR = timedelta(days=366)


def tick(session: Session, now: datetime) -> None:
    finish(audit_sealing.tick, session, now, TOWN)


def test_what_was_written_is_sealed_within_the_hour(session: Session) -> None:
    audit.note(session, NOW, None, "chart.view", RAFA)
    tick(session, NOW)
    chain = audit_seals.check(session)
    assert (chain.seals, chain.waiting) == (1, 0)


def test_the_clock_looks_every_hour(session: Session) -> None:
    [sealing] = [one for one in TICKS if one.look is audit_sealing.tick]
    first = sealing.trigger(TOWN).get_next_fire_time(None, NOW)
    second = sealing.trigger(TOWN).get_next_fire_time(first, first)
    assert second - first == timedelta(hours=1)


def test_lines_are_kept_for_the_years_of_the_archive_rule_and_then_dropped_with_a_line_that_says_so(
    session: Session,
) -> None:
    years = TOWN.programme.privacy.audit_years
    audit.note(session, NOW, None, "chart.view", RAFA)
    tick(session, NOW)
    audit.note(session, NOW + YEAR, None, "visit.submit", RAFA)
    tick(session, NOW + YEAR)
    tick(session, TOWN.local(NOW).replace(year=NOW.year + years))
    assert [line.action for line in lines(session)] == ["chart.view", "visit.submit"]
    tick(session, TOWN.local(NOW).replace(year=NOW.year + years) + timedelta(hours=1))
    assert [line.action for line in lines(session)] == ["visit.submit", "audit.drop"]
    tick(session, TOWN.local(NOW).replace(year=NOW.year + years) + timedelta(hours=2))
    chain = audit_seals.check(session)
    assert (chain.seals, chain.broken, chain.waiting) == (2, None, 0)
