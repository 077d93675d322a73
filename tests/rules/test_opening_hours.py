"""The hours of a puskesmas, as its staff write them."""

from datetime import date, timedelta

import pytest

from rules.opening_hours import next_open, now_open, parse, written
from tests import people

WEEK = "Senin-Kamis 08.00-14.00; Jumat 08.00-11.00; Sabtu 08.00-13.00"


@pytest.mark.parametrize(
    ("as_written", "as_kept"),
    [
        (WEEK, WEEK),
        ("senin s/d kamis 8:00 - 14:00, jum'at 8.00-11.00, Sabtu 08.00–13.00", WEEK),
        ("Sen, Sel, Rab, Kam: pukul 08.00-14.00 WITA; Jum 08.00-11.00; Sab 08.00-13.00", WEEK),
        ("Senin sampai Jumat 08.00-12.00, 13.00-15.30", "Senin-Jumat 08.00-12.00, 13.00-15.30"),
        ("24 jam", "Setiap hari 24 jam"),
        ("Setiap hari 00.00-24.00", "Setiap hari 24 jam"),
        ("Sabtu-Senin 08.00-12.00", "Senin 08.00-12.00; Sabtu-Minggu 08.00-12.00"),
        ("Senin-Sabtu 08.00-14.00; Ahad 24 jam", "Senin-Sabtu 08.00-14.00; Minggu 24 jam"),
    ],
)
def test_hours_are_read_as_people_write_them_and_kept_in_one_way(as_written: str, as_kept: str):
    assert written(parse(as_written)) == as_kept
    assert written(parse(as_kept)) == as_kept


@pytest.mark.parametrize(
    "no_hours",
    ["", "buka pagi", "08.00-14.00", "Senin-Kamis", "Senin 14.00-08.00", "Senin 08.00-25.00", "Senin 08.70-14.00",
     "Seninn 08.00-14.00", "S 08.00-14.00", "Senin 08.00-12.00, 11.00-14.00", "Senin 08.00-14.00; Jumat"],
)  # fmt: skip
def test_what_could_be_misread_is_refused(no_hours: str):
    with pytest.raises(ValueError):
        parse(no_hours)


@pytest.mark.parametrize(
    ("day", "clock", "times"),
    [
        (people.TODAY, "07:59", None),  # a Wednesday
        (people.TODAY, "08:00", "08.00-14.00"),
        (people.TODAY, "13:59", "08.00-14.00"),
        (people.TODAY, "14:00", None),
        (people.TODAY + timedelta(days=2), "11:30", None),
        (people.TODAY + timedelta(days=4), "09:00", None),
    ],
)
def test_a_puskesmas_is_open_from_its_first_minute_until_it_closes(day: date, clock: str, times: str | None):
    found = now_open(parse(WEEK), people.at(day, clock))
    assert (found and found.times) == times


@pytest.mark.parametrize(("day", "clock", "opens"), [
    (0, "09:00", (0, "09:00")),  # it is open: the moment itself
    (0, "06:30", (0, "08:00")),
    (0, "14:00", (1, "08:00")),
    (3, "20:00", (4, "08:00")),
    (4, "11:00", (7, "08:00")),  # after Friday's hours on Monday
    (6, "23:59", (7, "08:00")),
])  # fmt: skip
def test_when_a_puskesmas_opens_next(day: int, clock: str, opens: tuple[int, str]):
    monday = date(2026, 3, 2)
    at = people.at(monday + timedelta(days=day), clock)
    expected = people.at(monday + timedelta(days=opens[0]), opens[1])
    assert next_open(parse("Senin-Kamis 08.00-14.00; Jumat 08.00-11.00"), at) == expected


def test_what_has_no_hours_is_never_waited_for():
    now = people.at(date(2026, 3, 2))
    assert next_open((), now) == now
