"""Dates as people write them; today is Wednesday 4 March 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.questions import show_day
from flow.reading.dates import OtherWeekday, ahead, full, read

TODAY = date(2026, 3, 4)
A_YEAR = timedelta(days=365)


def past(said: str) -> date | None:
    return read(said, TODAY, TODAY - A_YEAR, TODAY)


def coming(said: str) -> date | None:
    return read(said, TODAY, TODAY, TODAY + A_YEAR)


@pytest.mark.parametrize(
    ("said", "day"),
    [("Senin 2 Maret 2026", "2026-03-02"), ("Senin, 2 Maret", "2026-03-02"), ("tanggal 2 maret", "2026-03-02"),
     ("tgl 2/3", "2026-03-02"), ("2026-03-02", "2026-03-02"), ("2 mrt", "2026-03-02"), ("1 Peb", "2026-02-01"),
     ("28 Pebruari", "2026-02-28"), ("28 febuari", "2026-02-28"), ("10 Nopember", "2025-11-10"), ("5 Agt",
     "2025-08-05"),
     ("12/2", "2026-02-12"), ("12-2-2026", "2026-02-12"), ("12 feb", "2026-02-12"), ("25 Desember", "2025-12-25"),
     ("1.3.26", "2026-03-01"), ("2maret2026", "2026-03-02"), ("２/３", "2026-03-02"), ("2 maret jam 9", "2026-03-02"),
     ("hari jum'at 27 februari", "2026-02-27"), ("2 maret kemarin", "2026-03-02")],
)  # fmt: skip
def test_a_written_day_is_read(said: str, day: str) -> None:
    assert past(said) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("said", "ago"),
    [("hari ini", 0), ("tadi pagi", 0), ("pagi tadi", 0), ("barusan", 0), ("kemarin", 1), ("kemaren", 1), ("kmrn", 1),
     ("kemarin sore", 1), ("tadi malam", 1), ("semalam", 1), ("kemarin dulu", 2), ("2 hari lalu", 2),
     ("3 hari yang lalu", 3),
     ("tiga hari lalu", 3), ("seminggu lalu", 7), ("dua minggu yg lalu", 14), ("senin lalu", 2), ("senin", 2),
     ("hari senin", 2),
     ("rabu", 0), ("rabu lalu", 7), ("jumat kemarin", 5), ("hari minggu lalu", 3), ("minggu", 3), ("Senin pagi", 2)],
)  # fmt: skip
def test_a_day_before_is_counted_from_today(said: str, ago: int) -> None:
    assert past(said) == TODAY - timedelta(days=ago)


@pytest.mark.parametrize(
    ("said", "ahead"),
    [("besok", 1), ("lusa", 2), ("3 hari lagi", 3), ("seminggu lagi", 7), ("dua minggu ke depan", 14), ("jumat", 2),
     ("senin depan", 5), ("senin", 5)],
)  # fmt: skip
def test_a_day_ahead_is_counted_from_today(said: str, ahead: int) -> None:
    assert coming(said) == TODAY + timedelta(days=ahead)


@pytest.mark.parametrize(
    "said",
    ["minggu lalu", "minggu depan", "jumat depan", "bulan lalu", "2 bulan lalu", "2", "tanggal 2", "30/2", "2/13",
    "2 martabak",
     "kapan-kapan", "", "8,4", "2 maret atau 3 maret"],
)  # fmt: skip
def test_what_may_mean_several_days_is_asked_back(said: str) -> None:
    assert past(said) is None
    assert coming(said) is None


@pytest.mark.parametrize(
    ("said", "day"),
    [("tanggal 12", "2026-03-12"), ("tgl 2", "2026-04-02"), ("hari Kamis tgl. 12", "2026-03-12"),
     ("tanggal 4", "2026-03-04"), ("besok", "2026-03-05"), ("12/3", "2026-03-12"), ("tanggal 40", None)],
)  # fmt: skip
def test_of_a_day_that_lies_ahead_the_number_is_enough(said: str, day: str | None) -> None:
    assert ahead(said, TODAY, TODAY + A_YEAR) == (day and date.fromisoformat(day))


def test_a_weekday_that_does_not_fit_is_asked_back() -> None:
    with pytest.raises(OtherWeekday):
        ahead("Jumat tanggal 12", TODAY, TODAY + A_YEAR)
    with pytest.raises(OtherWeekday) as other:
        past("Selasa 2 Maret 2026")
    assert other.value.day == date(2026, 3, 2)


def test_without_a_year_the_weekday_tells_which() -> None:
    assert read("Minggu 2 Maret", TODAY, TODAY - 2 * A_YEAR, TODAY) == date(2025, 3, 2)


def test_a_day_ahead_without_a_year_is_the_next_such_day() -> None:
    assert coming("12/1") == date(2027, 1, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [("12/03/2026", "2026-03-12"), ("12 Nopember 2025", "2025-11-12"), ("2026-03-12T00:00:00", "2026-03-12"),
     ("Kamis, 12 Maret 2026", "2026-03-12"), ("12/03/26", None), ("12/03", None), ("kemarin", None), ("31/02/2026",
     None)],
)  # fmt: skip
def test_in_a_file_the_whole_year_has_to_be_written(text: str, day: str | None) -> None:
    assert full(text) == (day and date.fromisoformat(day))


@given(st.dates(date(2025, 3, 4), TODAY))
def test_every_day_is_read_as_we_write_it(day: date) -> None:
    assert past(show_day(day)) == past(show_day(day).casefold()) == full(show_day(day)) == day
    assert past(f"{day:%d/%m}") == past(f"{day:%d.%m.%y}") == past(day.isoformat()) == day or day == TODAY - A_YEAR


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(said: str) -> None:
    try:
        found = past(said)
    except OtherWeekday:
        return
    assert found is None or isinstance(found, date)
