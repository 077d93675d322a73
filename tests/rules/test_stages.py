"""Where a day lies in the first 1,000 days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.stages import (
    Age,
    Stage,
    age,
    corrected_age_days,
    months_after,
    pregnancy_week,
    stage_of_child,
    stage_of_pregnancy,
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
    with pytest.raises(ValueError, match="sesudah hari ini"):
        stage_of_child(date(2026, 3, 2), date(2026, 3, 1))


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
    ("today", "stage"),
    [
        (date(2024, 2, 29), Stage.NEWBORN),
        (date(2024, 3, 28), Stage.NEWBORN),
        (date(2024, 3, 29), Stage.MONTHS_1_TO_6),
        (date(2024, 8, 28), Stage.MONTHS_1_TO_6),
        (date(2024, 8, 29), Stage.MONTHS_6_TO_12),
        (date(2025, 2, 27), Stage.MONTHS_6_TO_12),
        (date(2025, 2, 28), Stage.MONTHS_12_TO_24),
        (date(2026, 2, 27), Stage.MONTHS_12_TO_24),
        (date(2026, 2, 28), Stage.MONTHS_24_TO_59),
        (date(2029, 2, 27), Stage.MONTHS_24_TO_59),
        (date(2029, 2, 28), Stage.AGED_OUT),
    ],
)
def test_a_child_born_on_a_leap_day_walks_through_the_stages(today: date, stage: Stage):
    assert stage_of_child(date(2024, 2, 29), today) is stage


def test_stages_carry_the_names_of_the_lessons():
    assert [str(stage) for stage in Stage] == [
        "catin",
        "hamil",
        "bayi-0-28-hari",
        "bayi-1-6-bulan",
        "bayi-6-12-bulan",
        "anak-12-24-bulan",
        "anak-24-59-bulan",
        "lulus-umur",
    ]


def test_a_woman_stays_pregnant_past_her_hpl_until_the_birth_is_reported():
    hpl = date(2026, 12, 24)
    assert stage_of_pregnancy(hpl, hpl - timedelta(days=281)) is Stage.CATIN
    assert stage_of_pregnancy(hpl, hpl - timedelta(days=280)) is Stage.PREGNANT
    assert stage_of_pregnancy(hpl, hpl + timedelta(days=10)) is Stage.PREGNANT


@pytest.mark.parametrize(
    ("age_days", "weeks", "corrected"),
    [(200, 30, 130), (200, 36, 172), (200, 37, 200), (200, None, 200), (20, 32, -36), (730, 30, 660), (731, 30, 731)],
)
def test_a_child_born_before_37_weeks_is_as_old_as_if_born_at_40_until_two(
    age_days: int, weeks: int | None, corrected: int
):
    assert corrected_age_days(age_days, weeks) == corrected
