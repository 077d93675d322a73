"""When Pak Anwar's next visit is due."""

from datetime import date, timedelta

import pytest

from rules.visits import due_on, first_knowable, paused, standing, worst_first

ASSIGNED = date(2026, 3, 1)
LAST = date(2026, 4, 1)
DUE = date(2026, 5, 1)


def test_the_first_visit_is_due_one_interval_after_the_assignment():
    assert due_on(ASSIGNED, None, None, 30) == date(2026, 3, 31)


def test_the_next_visit_is_due_one_interval_after_the_last():
    assert due_on(ASSIGNED, LAST, None, 30) == date(2026, 5, 1)


def test_a_date_agreed_with_the_family_wins():
    assert due_on(ASSIGNED, LAST, date(2026, 4, 10), 30) == date(2026, 4, 10)
    assert due_on(ASSIGNED, LAST, date(2026, 5, 20), 30) == date(2026, 5, 20)


def test_an_agreed_date_puts_the_visit_off_by_no_more_than_two_intervals():
    assert due_on(ASSIGNED, LAST, date(2026, 12, 1), 30) == LAST + timedelta(days=60)
    assert due_on(ASSIGNED, None, date(2026, 12, 1), 30) == ASSIGNED + timedelta(days=60)


def test_an_agreed_date_is_spent_once_the_visit_has_been_made():
    assert due_on(ASSIGNED, LAST, LAST, 30) == date(2026, 5, 1)
    assert due_on(ASSIGNED, LAST, date(2026, 3, 20), 30) == date(2026, 5, 1)


def test_a_new_foster_parent_does_not_inherit_a_delay():
    assert due_on(assigned=date(2026, 6, 1), last=date(2026, 1, 1), agreed=None, every_days=30) == date(2026, 7, 1)


JANUARY, MARCH, MAY = date(2019, 1, 2), date(2026, 3, 1), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("assigned", "known_from", "joined", "first"),
    [
        (MARCH, None, JANUARY, MARCH),  # joined long ago, was given the child in March
        (JANUARY, None, MARCH, MARCH),  # by the decree of years ago, joined in March
        (JANUARY, MAY, MARCH, MAY),  # the assignment came into the register in May
        (JANUARY, MARCH, MAY, MAY),  # it lay there in March, joined in May
        (MAY, JANUARY, JANUARY, MAY),  # known before it begins
        (JANUARY, MARCH, None, None),  # never joined
    ],
)
def test_visits_count_from_the_first_day_that_the_foster_parent_could_know(
    assigned: date, known_from: date | None, joined: date | None, first: date | None
):
    assert first_knowable(assigned, known_from, joined) == first


HOME, AWAY = date(2026, 5, 10), (date(2026, 5, 11), date(2026, 5, 20))  # the last day before a leave of ten days


@pytest.mark.parametrize(
    ("due", "today", "then"),
    [
        (date(2026, 5, 9), HOME, date(2026, 5, 9)),  # a leave to come excuses nothing of before
        (date(2026, 5, 15), HOME, date(2026, 5, 21)),  # who knows of the leave is told of the day after it
        (date(2026, 5, 15), date(2026, 5, 16), date(2026, 5, 21)),
        (date(2026, 5, 15), date(2026, 6, 1), date(2026, 5, 21)),  # afterwards too: late since then
        (date(2026, 5, 20), date(2026, 5, 20), date(2026, 5, 21)),
        (date(2026, 5, 21), date(2026, 5, 20), date(2026, 5, 21)),
        (date(2026, 5, 8), date(2026, 5, 12), date(2026, 5, 21)),  # nobody is late while on leave
        (date(2026, 5, 8), date(2026, 5, 20), date(2026, 5, 21)),
        (date(2026, 5, 8), date(2026, 5, 21), date(2026, 5, 18)),  # three days late before, three days late after
    ],
)
def test_a_leave_puts_off_what_is_due_and_adds_no_delay(due: date, today: date, then: date):
    assert paused(due, [AWAY], today) == then


def test_a_visit_is_put_off_from_one_leave_into_the_next():
    assert paused(date(2026, 5, 15), [(date(2026, 5, 21), date(2026, 5, 31)), AWAY], HOME) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 4, 21), "10 hari lagi"),
        (date(2026, 4, 30), "besok"),
        (date(2026, 5, 1), "hari ini"),
        (date(2026, 5, 2), "terlambat 1 hari"),
        (date(2026, 6, 1), "terlambat 31 hari"),
    ],
)
def test_a_visit_says_how_it_stands(today: date, words: str):
    assert str(standing(DUE, today)) == words


def test_a_visit_is_either_ahead_or_due_today_or_overdue():
    ahead, today, late = (standing(DUE, DUE + timedelta(days=days)) for days in (-1, 0, 1))
    assert (ahead.due_today, ahead.overdue) == (False, False)
    assert (today.due_today, today.overdue) == (True, False)
    assert (late.due_today, late.overdue) == (False, True)


def test_the_worst_come_first():
    children = [standing(DUE + timedelta(days=days), DUE) for days in (5, -40, 0, -3)]
    assert [str(child) for child in sorted(children, key=worst_first)] == [
        "terlambat 40 hari",
        "terlambat 3 hari",
        "hari ini",
        "5 hari lagi",
    ]
