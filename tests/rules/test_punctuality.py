"""On time is defined once: made on or before the day on which it was due; it belongs to the week of that day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.punctuality import Asked, asked, by_week, last_weeks, monday_of

NEW_YEAR = date(2026, 1, 1)


def day(number: int) -> date:
    """A day counted from 1 January 2026."""
    return NEW_YEAR + timedelta(days=number)


@pytest.mark.parametrize(
    ("due", "made", "on_time"),
    [(10, 9, True), (10, 10, True), (10, 11, False), (10, None, False)],
)
def test_a_visit_is_on_time_until_the_evening_of_its_day(due: int, made: int | None, on_time: bool):
    assert Asked(day(due), None if made is None else day(made)).on_time is on_time


@pytest.mark.parametrize(
    ("begins", "visits", "away", "expected"),
    [
        # Nobody could know of it: nothing was asked.
        (None, [], [], []),
        # Begun on day 0, nothing made yet: the next one alone.
        (0, [], [], [(99, None)]),
        # The first is due 30 days after the beginning, each following one 30 days after the one before.
        (0, [(20, None), (60, None)], [], [(30, 20), (50, 60), (99, None)]),
        # A day that was agreed at a visit goes before.
        (0, [(20, 45), (60, None)], [], [(30, 20), (45, 60), (99, None)]),
        # What another foster parent did before is not theirs, but what was agreed with the family counts on.
        (10, [(5, 25), (36, None)], [], [(25, 36), (99, None)]),
        # Two reports of one day are one visit.
        (0, [(20, None), (20, None)], [], [(30, 20), (99, None)]),
        # What falls due during a leave is due on the day after it.
        (0, [(35, None)], [(28, 34)], [(35, 35), (99, None)]),
    ],
)
def test_each_visit_is_due_on_a_day_counted_from_the_one_before(
    begins: int | None,
    visits: list[tuple[int, int | None]],
    away: list[tuple[int, int]],
    expected: list[tuple[int, int | None]],
):
    made = [(day(on), None if agreed is None else day(agreed)) for on, agreed in visits]
    rests = [(day(first), day(last)) for first, last in away]
    found = asked(None if begins is None else day(begins), made, day(99), 30, rests)
    assert found == [Asked(day(due), None if on is None else day(on)) for due, on in expected]


def test_a_visit_belongs_to_the_week_of_its_due_day_and_a_child_counts_once_a_week():
    monday = date(2026, 3, 2)
    weeks = last_weeks(date(2026, 3, 18), 3)
    assert weeks == [date(2026, 2, 23), monday, date(2026, 3, 9)]
    sunday_before, tuesday, sunday = monday - timedelta(1), monday + timedelta(1), monday + timedelta(6)
    early = Asked(tuesday, sunday_before)
    later = Asked(sunday, None)
    assert by_week([Asked(sunday_before, None), early], weeks) == [Asked(sunday_before, None), early, None]
    assert by_week([early, later], weeks) == [None, later, None]


def test_a_week_is_monday_to_sunday_and_the_running_one_is_not_over():
    assert monday_of(date(2026, 3, 8)) == monday_of(date(2026, 3, 2)) == date(2026, 3, 2)
    assert last_weeks(date(2026, 3, 8), 1) == [date(2026, 2, 23)]
    assert last_weeks(date(2026, 3, 9), 1) == [date(2026, 3, 2)]
