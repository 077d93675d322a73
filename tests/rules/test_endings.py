from datetime import date

import pytest

from rules.endings import Height, aged_out, recovered


def heights(*points: tuple[str, float]) -> list[Height]:
    return [Height(date.fromisoformat(day), z) for day, z in points]


@pytest.mark.parametrize(
    ("points", "lulus"),
    [
        ([("2026-01-05", -1.9), ("2026-02-05", -1.8)], True),
        ([("2026-01-05", -2.004), ("2026-02-05", -2.0)], True),  # as it is printed, -2.00 is normal
        ([("2026-01-05", -1.9), ("2026-02-04", -1.8)], False),  # a day short of a month
        ([("2026-01-31", -1.9), ("2026-02-28", -1.8)], True),  # February has no 31st
        ([("2026-01-05", -1.9)], False),
        ([("2026-01-05", -1.9), ("2026-02-05", -2.01)], False),
        ([("2026-01-05", -1.9), ("2026-02-05", -2.3), ("2026-03-05", -1.9)], False),  # it has to hold
        ([("2026-01-05", -2.4), ("2026-02-05", -1.9), ("2026-02-20", -1.9), ("2026-03-05", -1.9)], True),
        ([], False),
    ],
)
def test_two_official_heights_in_a_row_a_month_apart_mean_recovered(points: list[tuple[str, float]], lulus: bool):
    assert recovered(heights(*points), -2.0, 2, 1) is lulus


def test_a_city_may_ask_for_more_of_them_further_apart():
    three = heights(("2026-01-05", -1.9), ("2026-02-05", -1.9), ("2026-03-05", -1.9))
    assert recovered(three, -2.0, 3, 2)
    assert not recovered(three, -2.0, 3, 3)
    assert not recovered(three, -2.0, 4, 2)
    assert not recovered(three, -1.5, 2, 1)


def test_a_child_leaves_on_its_fifth_birthday():
    assert not aged_out(date(2021, 3, 5), date(2026, 3, 4))
    assert aged_out(date(2021, 3, 4), date(2026, 3, 4))
    assert aged_out(date(2020, 2, 29), date(2025, 2, 28))
