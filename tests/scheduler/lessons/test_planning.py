"""Bu Sari's lessons: the right one, at the right hour, never too many, and never where they would hurt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.conditions import CONDITIONS
from content.lessons import Lesson
from db import outbox
from db.outbox import PLANNED, PLANNED_LANE, SENT, SKIPPED, Outgoing
from db.subjects import Subject, SubjectKind
from flow.message import Message
from programme.still_valid import PAUSED
from rules.calendar import BEFORE_JOINING, TOO_LATE
from rules.stages import months_after
from scheduler.lessons import planning
from scheduler.lessons.family_recipients import family_recipients
from scheduler.lessons.recipient import Anchor, Recipient
from scheduler.lessons.selection import Turn
from scheduler.lessons.wording import say
from scheduler.looks import Write, finish
from tests import people
from tests.people import NOW, TODAY, at, lesson, library

MORNING = at(TODAY, "06:05")


def days(count: int) -> timedelta:
    return timedelta(days=count)


def city(*lessons: Any) -> City:
    return people.city(library=library(*lessons))


def rows(session: Session, state: str | None = PLANNED) -> Sequence[Outgoing]:
    query = select(Outgoing).order_by(Outgoing.due_at, Outgoing.id)
    return session.scalars(query.where(Outgoing.state == state) if state else query).all()


def keys(session: Session, state: str | None = PLANNED) -> list[str]:
    return [row.key for row in rows(session, state)]


def text(row: Outgoing) -> str:
    return Message.from_json(row.message).text


def live_through(session: Session, town: City, first: date, last: date) -> None:
    """Every morning's tick, with everything sent the same day."""
    for n in range((last - first).days + 1):
        finish(planning.tick, session, at(first + days(n), "06:05"), town)
        for row in rows(session):
            row.state = SENT
        session.commit()


def test_bu_sari_at_28_weeks_gets_the_lesson_of_her_week(session: Session):
    home = people.family(session)
    pregnancy = people.pregnancy(session, home, due=TODAY + days(84))
    sari = people.carer(session, home, joined_on=TODAY - days(30))
    finish(planning.tick, session, MORNING, city(lesson("hamil-28", -84, -60, anchor="hpl")))
    [row] = rows(session)
    assert row.key == f"lesson:{sari.person_id}:hamil-28:{pregnancy.id}"
    assert text(row) == "🤰 *Tentang hamil-28*\n\nBu Sari, minggu 28.\n\nSudah dicoba?"
    assert [(o.token, o.label) for o in Message.from_json(row.message).options] == [
        (f"lesson:hamil-28:1:{pregnancy.id}", "Sudah"), (f"lesson:hamil-28:2:{pregnancy.id}", "Belum"),
    ]  # fmt: skip


def test_a_lesson_goes_out_from_nine_on_each_family_at_its_own_minute(session: Session):
    for n in range(20):
        home = people.family(session)
        people.child(session, home, born=TODAY - days(30))
        people.carer(session, home, f"Ibu{n}", joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    moments = [row.due_at for row in rows(session)]
    assert len(moments) == 20
    assert at(TODAY, "09:00") <= min(moments)
    assert max(moments) <= at(TODAY, "10:30")
    assert len(set(moments)) > 5


def test_two_ticks_promise_a_lesson_once(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    for hour in ("06:05", "07:05", "13:05"):
        finish(planning.tick, session, at(TODAY, hour), city(lesson("a", 30, 60), lesson("b", 30, 60)))
    assert len(keys(session)) == 1


def test_after_a_night_without_power_the_lesson_still_goes_the_same_day(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    finish(planning.tick, session, at(TODAY, "14:20"), city(lesson("a", 30, 60)))
    assert at(TODAY, "14:20") <= rows(session)[0].due_at <= at(TODAY, "15:50")


@pytest.mark.parametrize("clock", ["20:05", "19:59", "23:30"])
def test_in_the_evening_nothing_is_planned_and_the_next_morning_it_is(session: Session, clock: str):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    town = city(lesson("a", 30, 60))
    finish(planning.tick, session, at(TODAY, clock), town)
    evening = [row for row in rows(session) if row.due_at >= at(TODAY, "20:00")]
    assert evening == []
    finish(planning.tick, session, MORNING + days(1), town)
    assert len(rows(session)) == 1


def test_nobody_is_written_to_during_the_friday_prayer(session: Session):
    friday = date(2026, 3, 6)
    for _ in range(10):
        home = people.family(session)
        people.child(session, home, born=friday - days(30))
        people.carer(session, home, joined_on=friday - days(60))
    finish(planning.tick, session, at(friday, "11:00"), city(lesson("a", 30, 60)))
    assert len(rows(session)) == 10
    for row in rows(session):
        assert not at(friday, "11:30") <= row.due_at < at(friday, "13:15")


def test_a_lesson_expires_two_days_later_or_after_its_last_day(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    assert rows(session)[0].expires_at == at(TODAY + days(3), "00:00")
    other = people.family(session)
    people.child(session, other, born=TODAY - days(31))
    people.carer(session, other, "Wati", joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("b", 31, 31)))
    [row] = [row for row in rows(session) if ":b:" in row.key]
    assert row.expires_at == at(TODAY + days(1), "00:00")


def test_at_most_two_a_week_and_never_two_a_day(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    town = city(*(lesson(f"l{n}", 30, 90 + n) for n in range(8)))
    live_through(session, town, TODAY, TODAY + days(20))
    sent = [people.city().today(row.due_at) for row in rows(session, SENT)]
    assert len(sent) == len(set(sent)) == 6
    for day in sent:
        assert len([other for other in sent if day <= other < day + days(7)]) <= 2


def test_danger_signs_are_not_held_up_by_the_weeks_two_lessons(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    ordinary = [lesson(f"l{n}", 30, 90) for n in range(4)]
    town = city(
        *ordinary, lesson("bahaya-1", 32, 90, must_not_miss=True), lesson("bahaya-2", 32, 90, must_not_miss=True)
    )
    live_through(session, town, TODAY, TODAY + days(3))
    sent = [row.lesson for row in rows(session, SENT)]
    assert sent == ["l0", "l1", "bahaya-1", "bahaya-2"]
    assert text(rows(session, SENT)[2]).startswith("❗ *")


def test_on_a_day_of_danger_signs_nothing_else_is_said(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    town = city(lesson("bahaya", 30, 90, must_not_miss=True), lesson("biasa", 30, 90))
    finish(planning.tick, session, MORNING, town)
    for row in rows(session):
        row.state = SENT
    finish(planning.tick, session, MORNING + timedelta(hours=1), town)
    assert [row.lesson for row in rows(session, None)] == ["bahaya"]
    finish(planning.tick, session, MORNING + days(1), town)
    assert [row.lesson for row in rows(session)] == ["biasa"]


def test_a_mother_who_joins_late_starts_at_her_day_and_still_learns_the_danger_signs(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, born=TODAY - days(100))
    people.carer(session, home, joined_on=TODAY)
    town = city(
        lesson("lewat", 10, 60), lesson("masih", 90, 120), lesson("bahaya", 20, 200, must_not_miss=True),
        lesson("besok", 101, 120),
    )  # fmt: skip
    finish(planning.tick, session, MORNING, town)
    assert [row.key.split(":")[2:] for row in rows(session)] == [["bahaya", str(rafa.id)]]
    assert {row.lesson: row.reason for row in rows(session, SKIPPED)} == {
        "lewat": BEFORE_JOINING, "masih": BEFORE_JOINING,
    }  # fmt: skip
    live_through(session, town, TODAY, TODAY + days(1))
    assert [row.lesson for row in rows(session, SENT)] == ["bahaya", "besok"]


def test_what_could_not_be_sent_in_its_time_is_recorded_once_with_the_reason(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(100))
    people.carer(session, home, joined_on=TODAY - days(100))
    town = city(lesson("lama", 10, 60))
    finish(planning.tick, session, MORNING, town)
    finish(planning.tick, session, MORNING + days(1), town)
    [row] = rows(session, None)
    assert (row.state, row.reason) == (SKIPPED, TOO_LATE)


def test_a_lesson_that_passed_by_is_about_nobody_and_one_to_send_is_about_rafa(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, born=TODAY - days(100))
    people.carer(session, home, joined_on=TODAY)
    finish(planning.tick, session, MORNING, city(lesson("lewat", 10, 60), lesson("hari-ini", 100, 120)))
    [passed], [planned] = rows(session, SKIPPED), rows(session)
    assert outbox.subjects(session, [passed.id, planned.id]) == {planned.id: [Subject(SubjectKind.CHILD, rafa.id)]}


def test_a_lesson_planned_by_two_workers_at_once_is_stored_once(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(100))
    people.carer(session, home, joined_on=TODAY)
    town = city(lesson("lewat", 10, 60), lesson("hari-ini", 100, 120))
    looks = [list(planning.tick(session, now, town)) for now in (MORNING, MORNING + timedelta(minutes=1))]
    for write in (write for look in looks for write in look):
        write(session)
    assert [(row.lesson, row.state, row.created_at) for row in rows(session, None)] == [
        ("lewat", SKIPPED, MORNING), ("hari-ini", PLANNED, MORNING),
    ]  # fmt: skip


def test_what_fell_into_a_pause_is_not_sent_afterwards(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(40))
    sari = people.carer(session, home, joined_on=TODAY - days(40), paused_until=TODAY + days(1))
    town = city(lesson("saat-jeda", 38, 90), lesson("sesudah", 41, 90))
    finish(planning.tick, session, MORNING, town)
    assert keys(session, None) == []
    finish(planning.tick, session, MORNING + days(1), town)
    assert [(row.lesson, row.reason) for row in rows(session, SKIPPED)] == [("saat-jeda", PAUSED)]
    assert [row.lesson for row in rows(session)] == ["sesudah"]
    assert sari.paused_until == TODAY + days(1)


@pytest.mark.parametrize(
    "carer",
    [
        {"consents": False},
        {"joined_on": None},
        {"joined_on": TODAY + days(1)},
        {"stopped_at": NOW - days(1)},
        {"paused_until": TODAY + days(5)},
    ],
)
def test_who_has_not_agreed_not_joined_stopped_or_pauses_hears_nothing(session: Session, carer: dict[str, Any]):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, **({"joined_on": TODAY - days(60)} | carer))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60), lesson("b", 1, 20)))
    assert keys(session, None) == []


def test_who_takes_consent_back_hears_nothing_more(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    sari = people.carer(session, home, joined_on=TODAY - days(60))
    [consent] = session.scalars(select(people.Consent))
    consent.withdrawn_at = NOW - days(1)
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    assert keys(session, None) == []
    assert sari.stopped_at is None


@pytest.mark.parametrize("state", ["meninggal", "pindah", "lewat umur"])
def test_after_a_loss_or_a_move_nothing_is_said_about_the_child(session: Session, state: str):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30), state=state)
    people.pregnancy(session, home, due=TODAY + days(84), state="keguguran")
    people.carer(session, home, joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60), lesson("hamil-28", -84, 0, anchor="hpl")))
    assert keys(session, None) == []


def test_a_child_without_a_birth_date_waits(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, born=None)
    people.carer(session, home, joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    assert keys(session, None) == []
    rafa.born = TODAY - days(30)
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    assert len(keys(session)) == 1


def test_who_cannot_be_reached_waits_and_what_passes_is_still_recorded(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    sari = people.carer(session, home, joined_on=TODAY - days(60), reachable=False)
    town = city(lesson("lama", 5, 20), lesson("a", 30, 60))
    finish(planning.tick, session, MORNING, town)
    assert [(row.state, row.reason) for row in rows(session, None)] == [(SKIPPED, TOO_LATE)]
    people.address(session, sari.person)
    finish(planning.tick, session, MORNING + days(1), town)
    assert [row.lesson for row in rows(session)] == ["a"]


def test_twins_share_one_lesson_that_names_both(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, "Rafa", born=TODAY - days(30))
    people.child(session, home, "Rafi", born=TODAY - days(30))
    sari = people.carer(session, home, joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    [row] = rows(session)
    assert row.key == f"lesson:{sari.person_id}:a:{rafa.id}"
    assert "satu hal untuk Rafa dan Rafi." in text(row)


def test_two_children_of_one_mother_share_her_two_lessons_a_week(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa", born=TODAY - days(30))
    people.child(session, home, "Kakak", born=TODAY - days(400))
    people.carer(session, home, joined_on=TODAY - days(500))
    town = city(*(lesson(f"r{n}", 30, 60) for n in range(3)), *(lesson(f"k{n}", 400, 500) for n in range(3)))
    live_through(session, town, TODAY, TODAY + days(6))
    assert len(rows(session, SENT)) == 2


def test_each_carer_gets_their_own_share(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    joined = {"joined_on": TODAY - days(60)}
    who = {
        people.carer(session, home, "Sari", "ibu", **joined).person_id: "ibu",
        people.carer(session, home, "Amir", "ayah", **joined).person_id: "ayah",
        people.carer(session, home, "Wa Ode Hasna", "nenek/kakek", **joined).person_id: "nenek",
    }
    town = city(
        lesson("ibu", 30, 60, audience=("ibu",)), lesson("ayah", 30, 60, audience=("ayah",)),
        lesson("keluarga", 30, 60, audience=("keluarga",)),
    )  # fmt: skip
    finish(planning.tick, session, MORNING, town)
    assert {who[row.person_id or 0]: row.lesson for row in rows(session)} == {
        "ibu": "ibu", "ayah": "ayah", "nenek": "keluarga",
    }  # fmt: skip


@pytest.mark.parametrize("size", [1, 500])
def test_two_of_a_household_never_get_the_same_lesson_on_the_same_day(session: Session, size: int):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    joined = {"joined_on": TODAY - days(60)}
    amir = people.carer(session, home, "Amir", "ayah", **joined).person_id
    sari = people.carer(session, home, "Sari", "ibu", **joined).person_id
    town = city(lesson("a", 30, 60), lesson("b", 30, 61), lesson("bahaya", 33, 60, must_not_miss=True))

    def look(reading: Session, now: datetime, town: City) -> Iterator[Write]:
        for batch in family_recipients(reading, now, town, size=size):
            yield from planning.writes(batch, now, town)

    for n in range(4):
        for hour in ("06:05", "07:05"):
            finish(look, session, at(TODAY + days(n), hour), town)
        for row in rows(session):
            row.state, row.settled_at = SENT, row.due_at
    came = {(row.person_id, row.lesson): (row.due_at.date() - TODAY).days for row in rows(session, SENT)}
    assert came == {
        (sari, "a"): 0, (amir, "b"): 0, (sari, "b"): 1, (amir, "a"): 1, (sari, "bahaya"): 3, (amir, "bahaya"): 3,
    }  # fmt: skip


def test_a_lesson_for_fathers_is_not_put_to_a_mother(session: Session):
    home = people.family(session)
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("ayah", 30, 60, audience=("ayah",))))
    assert keys(session, None) == []


def test_where_no_mother_has_joined_the_father_is_asked_to_pass_hers_on(session: Session):
    home = people.family(session, mother="Sari Rahmawati")
    people.child(session, home, born=TODAY - days(30))
    people.carer(session, home, "La Ode Amir", "ayah", joined_on=TODAY - days(60))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60, audience=("ibu",))))
    assert text(rows(session)[0]).split("\n\n")[1:3] == [
        "Pak Amir, mohon sampaikan kepada Bu Sari, ya.", "Bu Sari, satu hal untuk Rafa.",
    ]  # fmt: skip


def test_many_people_are_read_in_small_batches_each_of_them_once(session: Session, monkeypatch: pytest.MonkeyPatch):
    for n in range(7):
        home = people.family(session)
        people.child(session, home, born=TODAY - days(30))
        people.carer(session, home, f"Ibu{n}", joined_on=TODAY - days(60))
    batches = list(family_recipients(session, NOW, people.city(), size=3))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert len({recipient.person_id for batch in batches for recipient in batch}) == 7


SUBJECTS = {"hpl": "hamil", "lahir": "anak", "nikah": "nikah", "kehilangan": "ibu", "tanya": "ibu", "tugas": None}


@pytest.mark.parametrize("lesson", people.city().library.lessons, ids=lambda lesson: lesson.id)
def test_every_real_lesson_can_be_said(lesson: Lesson):
    day = TODAY - days(lesson.day)
    subject = SUBJECTS[lesson.anchor] if lesson.anchor in SUBJECTS else CONDITIONS[lesson.condition].subject
    anchor = Anchor(
        lesson.audience[0], lesson.anchor, "c99999@2026-03-04", day, subject=subject if lesson.for_family else None,
        dated=day, child="Rafa", mother="Bu Sari",
    )  # fmt: skip
    said = say(Turn(lesson, anchor), Recipient(1, "Bu Sari", None, [anchor]), TODAY, people.city())
    assert "{{" not in said.text
    assert all(len(option.token) <= 64 and option.token.isascii() for option in said.options)
    assert len(said.options) <= 3


def test_a_moment_is_always_one_of_the_citys_clocks():
    recipient = Recipient(1, "Bu Sari", None, [])
    moment = planning.moment_for(recipient, datetime.fromisoformat("2026-03-03T22:05+00:00"), people.city())
    assert moment
    assert at(TODAY, "09:00") <= moment <= at(TODAY, "10:30")


def test_a_child_past_five_leaves_the_calendar_whatever_became_of_it(session: Session):
    home = people.family(session)
    people.child(session, home, born=months_after(TODAY, -60), state="lulus")
    people.carer(session, home, joined_on=TODAY - timedelta(days=300))
    finish(planning.tick, session, MORNING, city(lesson("a", 1700, 2000)))
    assert session.scalars(select(Outgoing)).all() == []


def test_a_newborn_without_a_name_is_bayi_in_its_lessons(session: Session):
    home = people.family(session)
    people.child(session, home, "", TODAY - timedelta(days=30))
    people.carer(session, home, joined_on=TODAY - timedelta(days=30))
    finish(planning.tick, session, MORNING, city(lesson("a", 30, 60)))
    [row] = session.scalars(select(Outgoing)).all()
    assert "satu hal untuk Bayi." in row.message["text"]


# --- the hour ---------------------------------------------------------------------------------------------------


def moments(now: datetime, *, hour: int | None = None, **more: bool) -> list[datetime]:
    """When a lesson that was found now goes out to each of many people."""
    town = people.city()
    found = [
        planning.moment_for(Recipient(id, "Bu Sari", None, [], hour=hour), now, town, **more) for id in range(1, 601)
    ]
    return [moment for moment in found if moment]


def minutes_after(start: datetime, found: Sequence[datetime]) -> list[int]:
    return sorted({int((moment - start).total_seconds()) // 60 for moment in found})


def test_lessons_are_spread_over_every_minute_of_ninety_and_those_of_a_chosen_hour_over_thirty():
    assert minutes_after(at(TODAY, "09:00"), moments(MORNING)) == list(range(91))
    assert minutes_after(at(TODAY, "16:00"), moments(MORNING, hour=16)) == list(range(31))


def test_what_must_not_be_missed_does_not_wait_for_the_hour_that_was_chosen():
    assert minutes_after(at(TODAY, "09:00"), moments(MORNING, hour=16, urgent=True)) == list(range(91))
    anchor = Anchor("ibu", "lahir", "31", TODAY - days(30), subject="anak", dated=TODAY - days(30), child="Rafa")
    sari = Recipient(5, "Bu Sari", ("telegram", "t-5"), [anchor], hour=16)
    for urgent, hours in ((True, (9, 10)), (False, (16,))):
        [planned] = planning.plan(sari, MORNING, city(lesson("a", 30, 60, must_not_miss=urgent)))
        assert planned.due_at.hour in hours


def test_what_is_found_after_the_hour_goes_out_from_then_on():
    assert minutes_after(at(TODAY, "10:30"), moments(at(TODAY, "10:30"))) == list(range(91))
    assert minutes_after(at(TODAY, "16:30"), moments(at(TODAY, "16:30"), hour=16)) == list(range(31))


def test_whose_hour_would_be_at_night_gets_the_lesson_at_the_hour_of_all():
    found = moments(MORNING, hour=21)
    assert minutes_after(at(TODAY, "09:00"), found) == list(range(91))


def test_in_the_evening_it_is_too_late_for_a_part_of_the_people_and_at_night_for_all():
    assert minutes_after(at(TODAY, "19:00"), moments(at(TODAY, "19:00"))) == list(range(60))
    assert moments(at(TODAY, "20:00")) == []


@pytest.mark.parametrize(("day", "clock"), [(date(2027, 2, 7), "09:00"), (date(2027, 2, 8), "10:00")])
def test_in_ramadan_lessons_begin_an_hour_later(day: date, clock: str):
    assert minutes_after(at(day, clock), moments(at(day, "06:05"))) == list(range(91))


# --- the row ----------------------------------------------------------------------------------------------------


def test_the_row_of_a_lesson_says_whom_it_is_for_what_it_is_counted_from_and_until_when_it_is_sent():
    rafa = Subject(SubjectKind.CHILD, 31)
    anchor = Anchor(
        "ibu", "kejadian", "c31@2026-03-04", TODAY, origin=rafa, about=(rafa, Subject(SubjectKind.CHILD, 32)),
        family_id=7,
    )  # fmt: skip
    sari = Recipient(5, "Bu Sari", ("telegram", "t-5"), [anchor])
    goes_out, expires = at(TODAY, "09:12"), at(TODAY + days(3), "00:00")
    planned = planning.PlannedLesson(sari, lesson("demam", 0, 9), anchor, Message("Demam"), goes_out, expires)
    found = planning.row(planned, MORNING)
    expected = {
        "key": "lesson:5:demam:c31@2026-03-04", "kind": "lesson", "channel": "telegram", "address": "t-5",
        "message": {"text": "Demam"}, "lane": PLANNED_LANE, "person_id": 5, "family_id": 7, "lesson": "demam",
        "origin_kind": "child", "origin_id": 31, "about": anchor.about, "called_on": TODAY, "due_at": goes_out,
        "expires_at": expires, "state": PLANNED, "reason": "", "created_at": MORNING,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_a_lesson_that_passed_by_keeps_its_topic_and_the_reason_also_of_who_cannot_be_reached():
    anchor = Anchor("ibu", "lahir", "31", TODAY - days(100), TODAY - days(100), TODAY - days(100), subject="anak")
    sari = Recipient(5, "Bu Sari", None, [anchor])
    [passed] = planning.plan(sari, MORNING, city(lesson("lama", 10, 60), lesson("hari-ini", 100, 120)))
    found = planning.row(passed, MORNING)
    expected = {
        "key": "lesson:5:lama:31", "channel": "", "address": "", "message": {"text": "Tentang lama"},
        "state": SKIPPED, "reason": TOO_LATE, "due_at": MORNING, "expires_at": None, "settled_at": MORNING,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
