from __future__ import annotations

from datetime import date, time

import pytest

from rules.posyandu_days import parse, parse_both, parse_time


@pytest.mark.parametrize(("written", "kept", "in_march"), [
    ("Rabu kedua", "Rabu kedua", date(2026, 3, 11)),
    ("rabu minggu ke-2", "Rabu kedua", date(2026, 3, 11)),
    ("Rabu II", "Rabu kedua", date(2026, 3, 11)),
    ("hari Jum'at minggu ke dua", "Jumat kedua", date(2026, 3, 13)),
    ("Minggu pertama", "Minggu pertama", date(2026, 3, 1)),
    ("Selasa terakhir", "Selasa terakhir", date(2026, 3, 31)),
    ("tiap tanggal 12", "tanggal 12", date(2026, 3, 12)),
    ("tgl. 5", "tanggal 5", date(2026, 3, 5)),
])  # fmt: skip
def test_a_day_is_read_as_people_write_it(written: str, kept: str, in_march: date) -> None:
    day = parse(written)
    assert str(day) == kept
    assert parse(kept) == day
    assert day.in_month(2026, 3) == in_march


@pytest.mark.parametrize("written", ["", "Rabu", "Rabu kelima", "tanggal 32", "tanggal 0", "besok pagi", "Rebo kedua"])
def test_what_names_no_day_of_each_month_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        parse(written)


def test_the_next_day_is_today_or_of_the_month_to_come() -> None:
    second_wednesday = parse("Rabu kedua")
    assert second_wednesday.next_from(date(2026, 3, 11)) == date(2026, 3, 11)
    assert second_wednesday.next_from(date(2026, 3, 12)) == date(2026, 4, 8)
    assert parse("Senin pertama").next_from(date(2026, 12, 20)) == date(2027, 1, 4)
    assert parse("tanggal 31").next_from(date(2026, 2, 10)) == date(2026, 2, 28)


@pytest.mark.parametrize(("written", "at"), [("08.00", time(8)), ("8", time(8)), ("pukul 9:30 WITA", time(9, 30))])
def test_an_hour_is_read_as_people_write_it(written: str, at: time) -> None:
    assert parse_time(written) == at


@pytest.mark.parametrize("written", ["", "pagi", "25.00", "8.75"])
def test_no_hour_of_a_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        parse_time(written)


@pytest.mark.parametrize(("written", "day", "at"), [
    ("Rabu kedua 08.00", "Rabu kedua", time(8)),
    ("rabu kedua, pukul 8", "Rabu kedua", time(8)),
    ("tanggal 12 jam 9.30 WITA", "tanggal 12", time(9, 30)),
    ("Senin terakhir", "Senin terakhir", None),
])  # fmt: skip
def test_a_day_and_an_hour_are_read_together(written: str, day: str, at: time | None) -> None:
    found, hour = parse_both(written)
    assert (str(found), hour) == (day, at)


def test_a_day_with_an_hour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        parse_both("Rabu kedua 25.00")
