"""Times for a visit: sensible days and hours in the city's time, and one reminder before it."""

from datetime import datetime, time, timedelta

import pytest

from rules.appointments import VisitTimes, is_possible, proposals, remind_at
from rules.calendar import Closed, QuietHours
from tests.people import WITA

FRIDAY_PRAYER = Closed(time(11, 30), time(13, 15), weekday=4)
FASTING = Closed(time(17, 30), time(20), days=((datetime(2026, 3, 1).date(), datetime(2026, 3, 30).date()),))  # noqa: DTZ001
QUIET = QuietHours(time(20), time(7), (FRIDAY_PRAYER,))
TIMES = VisitTimes((0, 1, 2, 3, 4), (time(16), time(10)), QUIET)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026; the 4th is a Wednesday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=WITA)


def test_three_days_that_follow_in_turn_afternoon_and_morning_without_the_weekend():
    assert proposals(TIMES, at(4, 9)) == [at(5, 16), at(6, 10), at(9, 16)]


def test_other_days_are_those_behind_the_last_proposal():
    assert proposals(TIMES, at(4, 9), after=at(9, 16).date()) == [at(10, 16), at(11, 10), at(12, 16)]


def test_nobody_is_asked_for_tomorrow_morning_late_in_the_evening():
    """Whoever answers in the morning still has a day."""
    assert proposals(TIMES, at(4, 19))[0] == at(6, 10)


def test_an_hour_that_is_taken_gives_way_to_another_of_the_same_day():
    assert proposals(TIMES, at(4, 9), taken=[at(5, 16)])[0] == at(5, 10)
    assert proposals(TIMES, at(4, 9), taken=[at(6, 10)])[1] == at(6, 16)


def test_no_visit_begins_at_friday_noon():
    noon = VisitTimes((4,), (time(12), time(14)), QUIET)
    assert [one.hour for one in proposals(noon, at(4, 9))] == [14, 14, 14]
    assert not noon.allow(at(6, 12))


def test_after_six_weeks_nothing_more_is_proposed():
    assert proposals(TIMES, at(4, 9), after=at(31, 9).date() + timedelta(days=30)) == []


@pytest.mark.parametrize(
    ("moment", "now", "possible"),
    [
        (at(5, 16), at(4, 9), True),
        (at(5, 16), at(5, 17), False),  # it has passed
        (at(5, 3), at(4, 9), False),  # at three in the night
        (at(7, 16), at(4, 9), False),  # on a Saturday
        (at(5, 16) + timedelta(weeks=8), at(4, 9), False),  # who knows in two months
    ],
)
def test_a_time_that_a_button_names_is_looked_at_again(moment: datetime, now: datetime, possible: bool):
    assert is_possible(TIMES, moment, now) is possible


@pytest.mark.parametrize(
    ("visit", "agreed", "quiet", "reminded"),
    [
        (at(5, 16), at(4, 9), QUIET, at(4, 18)),  # the evening before
        (at(5, 16), at(4, 19), QUIET, at(5, 14)),  # agreed in the evening: two hours before
        (at(5, 16), at(5, 15), QUIET, None),  # agreed just now
        (at(6, 14), at(5, 19), QUIET, at(6, 13, 15)),  # two hours before is the Friday prayer
        (at(5, 16), at(4, 9), QuietHours(time(20), time(7), (FASTING,)), at(5, 7)),  # breaking the fast, then night
    ],
)
def test_both_are_reminded_once_outside_the_quiet_hours(
    visit: datetime, agreed: datetime, quiet: QuietHours, reminded: datetime | None
):
    assert remind_at(visit, agreed, quiet) == reminded
