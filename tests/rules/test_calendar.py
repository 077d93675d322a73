"""Which lessons have come for Bu Sari, and when one may write to her."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calendar import Closed, QuietHours, allowed, is_wished, place

WITA = ZoneInfo("Asia/Makassar")
BORN = date(2026, 3, 1)
FRIDAY_PRAYER = Closed(time(11, 30), time(13, 15), weekday=4)
QUIET = QuietHours(time(20), time(7), (FRIDAY_PRAYER,))


@dataclass(frozen=True)
class Lesson:
    id: str
    day: int
    until: int
    must_not_miss: bool = False

    @property
    def is_caught_up(self) -> bool:
        return self.must_not_miss


COLOSTRUM = Lesson("kolostrum", 0, 3)
DANGER = Lesson("tanda-bahaya", 2, 28, must_not_miss=True)
CORD = Lesson("tali-pusat", 5, 14)
SLEEP = Lesson("tidur", 10, 60)
LESSONS = [SLEEP, CORD, COLOSTRUM, DANGER]


def on(day: int) -> date:
    return BORN + timedelta(days=day)


def test_lessons_whose_day_has_come_are_due_in_order():
    placed = place(LESSONS, BORN, joined=on(-30), today=on(2), done=())
    assert (placed.due, placed.skipped) == ([COLOSTRUM, DANGER], [])


def test_a_lesson_comes_on_its_day_and_not_before():
    assert SLEEP not in place(LESSONS, BORN, joined=BORN, today=on(9), done=()).due
    assert SLEEP in place(LESSONS, BORN, joined=BORN, today=on(10), done=()).due


def test_a_lesson_already_sent_is_left_out():
    placed = place(LESSONS, BORN, joined=BORN, today=on(2), done={"kolostrum"})
    assert (placed.due, placed.skipped) == ([DANGER], [])


def test_who_joins_late_starts_at_the_right_day_and_catches_up_on_what_must_not_be_missed():
    placed = place(LESSONS, BORN, joined=on(10), today=on(10), done=())
    assert placed.due == [DANGER, SLEEP]
    assert placed.skipped == [
        (COLOSTRUM, "sudah lewat saat bergabung"),
        (CORD, "sudah lewat saat bergabung"),
    ]


def test_what_must_not_be_missed_is_not_caught_up_once_it_no_longer_applies():
    assert place([DANGER], BORN, joined=on(28), today=on(28), done=()).due == [DANGER]
    passed = place([DANGER], BORN, joined=on(29), today=on(29), done=()).skipped
    assert passed == [(DANGER, "sudah lewat saat bergabung")]


def test_after_an_outage_what_is_still_worth_sending_is_due_and_the_rest_is_too_late():
    placed = place(LESSONS, BORN, joined=BORN, today=on(14), done=())
    assert placed.due == [DANGER, CORD, SLEEP]
    assert placed.skipped == [(COLOSTRUM, "terlambat")]
    assert (CORD, "terlambat") in place(LESSONS, BORN, joined=BORN, today=on(15), done=()).skipped


def test_a_lesson_on_the_day_of_joining_is_due():
    assert place([CORD], BORN, joined=on(5), today=on(5), done=()).due == [CORD]


def test_days_before_the_hpl_are_counted_backwards():
    week_28 = Lesson("hamil-28", -84, -78)
    hpl = date(2026, 12, 24)
    assert place([week_28], hpl, joined=date(2026, 6, 1), today=hpl - timedelta(days=85), done=()).due == []
    assert place([week_28], hpl, joined=date(2026, 6, 1), today=hpl - timedelta(days=84), done=()).due == [week_28]


@given(st.integers(-5, 80), st.integers(-5, 80))
def test_every_lesson_that_has_come_is_either_due_or_skipped_never_both(today: int, joined: int):
    placed = place(LESSONS, BORN, on(joined), on(today), done=())
    named = [lesson.id for lesson in placed.due] + [lesson.id for lesson, _ in placed.skipped]
    assert sorted(named) == sorted(lesson.id for lesson in LESSONS if lesson.day <= today)


def test_at_most_two_lessons_in_any_seven_days():
    today = date(2026, 3, 10)
    assert allowed([], today, 2)
    assert allowed([date(2026, 3, 4)], today, 2)
    assert not allowed([date(2026, 3, 4), date(2026, 3, 7)], today, 2)
    assert allowed([date(2026, 3, 3), date(2026, 3, 7)], today, 2)
    assert not allowed([], today, 0)


def test_never_two_lessons_in_a_day():
    assert not allowed([date(2026, 3, 10)], date(2026, 3, 10), 5)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026: the 2nd is a Monday, the 6th a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=WITA)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(2, 9), at(2, 9)),
        (at(2, 19, 59), at(2, 19, 59)),
        (at(2, 20), at(3, 7)),
        (at(2, 23, 59), at(3, 7)),
        (at(3, 0), at(3, 7)),
        (at(3, 6, 59), at(3, 7)),
        (at(3, 7), at(3, 7)),
        (at(6, 11, 29), at(6, 11, 29)),
        (at(6, 11, 30), at(6, 13, 15)),
        (at(6, 13, 14), at(6, 13, 15)),
        (at(6, 13, 15), at(6, 13, 15)),
        (at(5, 12), at(5, 12)),
    ],
)
def test_nothing_is_sent_at_night_or_during_the_friday_prayer(now: datetime, opens: datetime):
    assert QUIET.open_at(now) == opens


def test_the_end_of_one_quiet_time_may_lie_in_another():
    lunch = QuietHours(time(13), time(14), (FRIDAY_PRAYER,))
    assert lunch.open_at(at(6, 12)) == at(6, 14)
    assert lunch.open_at(at(5, 12)) == at(5, 12)


def test_equal_start_and_end_mean_no_quiet_time():
    assert QuietHours(time(0), time(0), (Closed(time(0), time(0)),)).open_at(at(6, 12)) == at(6, 12)


def test_in_ramadan_the_breaking_of_the_fast_is_left_in_peace():
    ramadan = Closed(time(17, 30), time(20), days=((date(2026, 3, 3), date(2026, 3, 5)),))
    quiet = QuietHours(time(20), time(7), (ramadan,))
    assert quiet.open_at(at(3, 17, 29)) == at(3, 17, 29)
    assert quiet.open_at(at(3, 18)) == at(4, 7)
    assert quiet.open_at(at(2, 18)) == at(2, 18)
    assert quiet.open_at(at(6, 18)) == at(6, 18)


def test_the_clock_is_that_of_the_city():
    assert QUIET.open_at(datetime(2026, 3, 2, 4, tzinfo=ZoneInfo("UTC")).astimezone(WITA)) == at(2, 12)
    with pytest.raises(ValueError, match="zone"):
        QUIET.open_at(datetime(2026, 3, 2, 4))  # noqa: DTZ001 - the naive time is the point


def test_a_prayer_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="before it begins"):
        Closed(time(13), time(11), weekday=4)


def test_who_has_chosen_a_weekday_gets_the_weeks_second_lesson_three_days_later():
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]
    assert [day.day for day in week if is_wished(day, 0)] == [2, 5]
    assert [day.day for day in week if is_wished(day, 6)] == [4, 8]
    assert all(is_wished(day, None) for day in week)


def test_a_time_of_prayer_of_some_days_holds_from_the_first_to_the_last_of_them():
    fast = QuietHours(time(20), time(7), (Closed(time(17, 30), time(19), days=((on(3), on(5)),)),))
    evening = time(18)
    moments = {day: datetime.combine(on(day), evening, WITA) for day in (2, 3, 5, 6)}
    waits = {day for day, moment in moments.items() if fast.open_at(moment) != moment}
    assert waits == {3, 5}


def test_quiet_hours_within_one_day_begin_with_their_first_minute():
    noon = QuietHours(time(12), time(13))
    assert noon.open_at(datetime.combine(on(1), time(12), WITA)) == datetime.combine(on(1), time(13), WITA)
    before = datetime.combine(on(1), time(11, 59), WITA)
    assert noon.open_at(before) == before
