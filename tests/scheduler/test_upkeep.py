"""The night puts away what is past, and tells who should have heard from us and did not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db import outbox, referrals
from db.consent import LessonGap
from db.outbox import FAILED, PLANNED, SENT, SKIPPED, Outgoing
from db.people import Attempt
from db.referrals import StepKind
from drawing import attachments
from programme import still_valid
from rules.calendar import BEFORE_JOINING
from scheduler import upkeep
from scheduler.looks import finish
from scheduler.upkeep import Gap, audit_gaps
from tests import people
from tests.people import TODAY, at, lesson, library
from tests.rows import outgoing

NIGHT = at(TODAY, "02:30")
TOWN = people.city(library=library(lesson("a", 30, 90), lesson("bahaya", 20, 200, must_not_miss=True)))


def days(count: int) -> timedelta:
    return timedelta(days=count)


def lesson_row(session: Session, person_id: int, name: str, start: int, state: str, reason: str = "", ago: int = 1):
    when = NIGHT - days(ago)
    row: dict[str, Any] = outgoing(
        f"lesson:{person_id}:{name}:{start}", "simulator", "x", {"text": name}, when, person_id=person_id
    )
    outbox.promise(session, [row | {"state": state, "reason": reason}])
    session.flush()


def bu_sari(session: Session, age: int = 35, **more: Any):
    home = people.family(session)
    rafa = people.child(session, home, born=TODAY - days(age))
    return people.carer(session, home, **({"joined_on": TODAY - days(60)} | more)), rafa


def test_what_is_no_longer_worth_sending_is_skipped_with_the_reason(session: Session):
    lesson = outgoing(
        "lesson:1:a:1", "simulator", "x", {"text": "a"}, NIGHT, lane=outbox.PLANNED_LANE, expires_at=NIGHT
    )
    outbox.promise(session, [lesson])
    finish(upkeep.tick, session, NIGHT, TOWN)
    assert [(row.state, row.reason) for row in session.scalars(select(Outgoing))] == [(SKIPPED, "terlambat")]


def test_the_night_logs_what_became_of_the_alerts_of_the_day_in_numbers_alone(session: Session):
    sari, rafa = bu_sari(session)
    for minutes in (6, None):
        one = people.referral(session, rafa, NIGHT - timedelta(hours=3), "Kejang", urgency="sekarang")
        one.accepted_at = one.opened_at + timedelta(minutes=minutes) if minutes else None
        referrals.note(session, one, StepKind.TOLD, one.opened_at, sari.person_id)
    with capture_logs() as logs:
        finish(upkeep.tick, session, NIGHT, TOWN)
    [line] = [one for one in logs if one["event"] == "alerts"]
    counted = {"opened": 2, "told": 1, "taken_on": 1, "never_taken_on": 1, "minutes_median": 6, "minutes_longest": 6}
    assert line == {"event": "alerts", "log_level": "info", **counted}


def test_wrong_codes_of_the_day_before_are_forgotten(session: Session):
    for ago in (25, 23):
        session.add(Attempt(channel="simulator", address="x", at=NIGHT - timedelta(hours=ago)))
    finish(upkeep.tick, session, NIGHT, TOWN)
    assert [row.at for row in session.scalars(select(Attempt))] == [NIGHT - timedelta(hours=23)]


def test_attachments_older_than_thirty_days_are_deleted(session: Session, tmp_path: Path):
    files = tmp_path / "files"
    old, new = (attachments.place(files, key, "xlsx") for key in ("digest:1:2026-02-01", "digest:1:2026-02-03"))
    stranger = files / "asuh.sqlite"
    for file, ago in ((old, 31), (new, 29), (stranger, 99)):
        file.write_text("x")
        attachments.date(file, NIGHT - days(ago))
    finish(upkeep.tick, session, NIGHT, people.city(files, TOWN.library))
    assert set(files.iterdir()) == {new, stranger}


def test_all_is_well_when_everybody_got_what_was_due(session: Session):
    sari, rafa = bu_sari(session)
    lesson_row(session, sari.person_id, "a", rafa.id, SENT, ago=2)
    lesson_row(session, sari.person_id, "bahaya", rafa.id, SENT, ago=3)
    lesson_row(session, sari.person_id, "lama", rafa.id, SKIPPED, BEFORE_JOINING)
    for number, reason in enumerate((still_valid.PAUSED, still_valid.STOPPED, *still_valid.OVERTAKEN)):
        lesson_row(session, sari.person_id, f"lain-{number}", rafa.id, SKIPPED, reason)
    assert audit_gaps(session, NIGHT, TOWN) == []


def test_a_lesson_that_failed_or_came_too_late_is_a_gap(session: Session):
    sari, rafa = bu_sari(session)
    lesson_row(session, sari.person_id, "a", rafa.id, FAILED, "ditolak")
    lesson_row(session, sari.person_id, "bahaya", rafa.id, SKIPPED, "terlambat")
    lesson_row(session, sari.person_id, "dulu", rafa.id, FAILED, "ditolak", ago=8)
    assert audit_gaps(session, NIGHT, TOWN) == [
        Gap(sari.person_id, "a", "ditolak"), Gap(sari.person_id, "bahaya", "terlambat"),
    ]  # fmt: skip


def test_a_lesson_still_unsent_after_a_day_is_a_gap(session: Session):
    sari, rafa = bu_sari(session)
    lesson_row(session, sari.person_id, "a", rafa.id, PLANNED, ago=1)
    lesson_row(session, sari.person_id, "bahaya", rafa.id, PLANNED, ago=0)
    assert audit_gaps(session, NIGHT, TOWN) == [Gap(sari.person_id, "a", upkeep.NOT_SENT)]


def test_who_cannot_be_reached_is_named_with_what_waits(session: Session):
    sari, _ = bu_sari(session, age=31, reachable=False)
    assert audit_gaps(session, NIGHT, TOWN) == [
        Gap(sari.person_id, "a", upkeep.UNREACHABLE), Gap(sari.person_id, "bahaya", upkeep.UNREACHABLE),
    ]  # fmt: skip


def test_danger_signs_that_were_not_sent_within_a_week_are_a_gap(session: Session):
    sari, rafa = bu_sari(session, age=35)
    lesson_row(session, sari.person_id, "a", rafa.id, SENT)
    assert audit_gaps(session, NIGHT, TOWN) == [Gap(sari.person_id, "bahaya", upkeep.WAITS_TOO_LONG)]


def test_no_birth_date_and_no_consent_are_said_as_such(session: Session):
    home = people.family(session)
    people.child(session, home, born=None)
    sari = people.carer(session, home, joined_on=TODAY)
    amir = people.carer(session, people.family(session), "Amir", "ayah", joined_on=TODAY, consents=False)
    assert audit_gaps(session, NIGHT, TOWN) == [
        Gap(sari.person_id, "", upkeep.NO_BIRTH_DATE), Gap(amir.person_id, "", upkeep.NO_CONSENT),
    ]  # fmt: skip


def test_a_reader_whom_the_mother_has_ended_is_no_gap(session: Session):
    home = people.family(session)
    people.child(session, home, born=None)
    people.carer(session, home, "Amir", "ayah", joined_on=TODAY, closed_at=NIGHT)
    assert {gap.why for gap in audit_gaps(session, NIGHT, TOWN)} <= {upkeep.NO_BIRTH_DATE}


def test_the_gaps_of_this_night_replace_those_of_the_last_one(session: Session):
    sari, _ = bu_sari(session, reachable=False)
    for night in (NIGHT, NIGHT + days(1)):
        finish(upkeep.tick, session, night, TOWN)
    kept = session.scalars(select(LessonGap)).all()
    assert {(gap.person_id, gap.why) for gap in kept} == {(sari.person_id, upkeep.UNREACHABLE)}
    assert {gap.found_at for gap in kept} == {NIGHT + days(1)}
