"""Where a day lies in the first 1,000 days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.stages import (
    Age,
    age,
    birth_questions,
    corrected_age_days,
    due_from_last_period,
    due_from_week,
    earliest_birth,
    gestation_weeks,
    months_after,
    pregnancy_week,
    trimester,
)

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("born", "today", "old"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), Age(0, 0, 0)),
        (date(2026, 3, 1), date(2026, 3, 31), Age(0, 30, 30)),
        (date(2026, 3, 1), date(2026, 4, 1), Age(1, 0, 31)),
        (date(2025, 1, 15), date(2026, 11, 14), Age(21, 30, 668)),
        (date(2023, 12, 31), date(2024, 2, 28), Age(1, 28, 59)),
    ],
)
def test_age_is_completed_months_and_the_days_since(born: date, today: date, old: Age):
    assert age(born, today) == old


@pytest.mark.parametrize(
    ("born", "today", "old"),
    [
        (date(2025, 1, 31), date(2025, 2, 27), (0, 27)),
        (date(2025, 1, 31), date(2025, 2, 28), (1, 0)),
        (date(2024, 1, 31), date(2024, 2, 28), (0, 28)),
        (date(2024, 1, 31), date(2024, 2, 29), (1, 0)),
        (date(2025, 1, 31), date(2025, 3, 30), (1, 30)),
        (date(2025, 1, 31), date(2025, 3, 31), (2, 0)),
        (date(2025, 8, 31), date(2025, 9, 30), (1, 0)),
    ],
)
def test_a_child_born_on_the_31st_turns_a_month_older_on_the_last_day_of_a_short_month(
    born: date, today: date, old: tuple[int, int]
):
    assert (age(born, today).months, age(born, today).days) == old


def test_a_child_born_on_a_leap_day_has_its_birthday_on_28_february_in_other_years():
    assert age(date(2024, 2, 29), date(2025, 2, 27)).months == 11
    assert age(date(2024, 2, 29), date(2025, 2, 28)) == Age(12, 0, 365)
    assert age(date(2024, 2, 29), date(2028, 2, 28)).months == 47
    assert age(date(2024, 2, 29), date(2028, 2, 29)) == Age(48, 0, 1461)


@given(born=DAYS, days=st.integers(0, 2500))
def test_a_day_later_no_child_is_younger(born: date, days: int):
    today, tomorrow = (age(born, born + timedelta(days=n)) for n in (days, days + 1))
    assert (tomorrow.months, tomorrow.days) > (today.months, today.days)
    assert months_after(born, today.months) + timedelta(days=today.days) == born + timedelta(days=days)


def test_age_is_said_in_months_and_days():
    assert str(Age(21, 30, 668)) == "21 bulan 30 hari"
    assert str(Age(8, 0, 245)) == "8 bulan"
    assert str(Age(0, 5, 5)) == "5 hari"
    assert str(Age(0, 0, 0)) == "0 hari"


def test_a_birth_tomorrow_is_refused_in_words():
    with pytest.raises(ValueError, match="Tanggal lahir 02-03-2026 sesudah hari ini, 01-03-2026"):
        age(date(2026, 3, 2), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("days_before_hpl", "week"), [(280, 0), (274, 0), (273, 1), (84, 28), (1, 39), (0, 40), (-6, 40), (-7, 41)]
)
def test_bu_sari_is_in_her_week_counted_back_from_the_hpl(days_before_hpl: int, week: int):
    hpl = date(2026, 12, 24)
    assert pregnancy_week(hpl, hpl - timedelta(days=days_before_hpl)) == week


def test_an_hpl_too_far_ahead_is_refused_in_words():
    with pytest.raises(ValueError, match="HPL 24-12-2026 terlalu jauh"):
        pregnancy_week(date(2026, 12, 24), date(2026, 3, 18))


def test_the_trimesters_end_with_12_and_24_weeks():
    assert [trimester(week) for week in (0, 12, 13, 24, 25, 40)] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("age_days", "weeks", "corrected"),
    [(200, 30, 130), (200, 36, 172), (200, 37, 200), (200, None, 200), (20, 32, -36), (730, 30, 660), (731, 30, 731)],
)
def test_a_child_born_before_37_weeks_is_as_old_as_if_born_at_40_until_two(
    age_days: int, weeks: int | None, corrected: int
):
    assert corrected_age_days(age_days, weeks) == corrected


def test_the_hpl_lies_280_days_after_the_last_period():
    assert due_from_last_period(date(2026, 1, 10)) == date(2026, 10, 17)
    assert pregnancy_week(due_from_last_period(date(2026, 1, 10)), date(2026, 1, 10)) == 0


@pytest.mark.parametrize("week", [1, 8, 12.5, 39, 42])
def test_a_guessed_hpl_gives_back_the_weeks_it_was_guessed_from(week: float):
    today = date(2026, 3, 4)
    assert pregnancy_week(due_from_week(week, today), today) == int(week)


@pytest.mark.parametrize(
    ("days", "weeks"),
    [(0, 40), (-1, 39), (-21, 37), (-22, 36), (-126, 22), (-127, None), (34, 44), (35, None)],
)
def test_the_weeks_at_birth_are_completed_ones_and_believed_from_22_to_44(days: int, weeks: int | None):
    hpl = date(2026, 12, 24)
    assert gestation_weeks(hpl, hpl + timedelta(days=days)) == weeks
    assert earliest_birth(hpl) <= hpl - timedelta(days=127)


def test_a_family_is_asked_on_the_hpl_and_after_it_and_before_where_it_is_a_guess():
    hpl = date(2026, 3, 4)
    assert birth_questions(hpl, sure=True) == (date(2026, 3, 14),)
    assert birth_questions(hpl, sure=False) == (date(2026, 2, 22), date(2026, 3, 14))
