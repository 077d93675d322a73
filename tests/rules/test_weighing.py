"""N, T, O, B: what one more weighing says."""

from datetime import date, timedelta

import pytest

from content import programme
from rules.tables import curve
from rules.weighing import (
    Code,
    Kbm,
    Weighing,
    below_red_line,
    code_of,
    expected_grams,
    gained_again,
    twice_not_gained,
)

BORN = date(2026, 1, 5)
GROWTH = programme.load().growth
KBM = Kbm(GROWTH.kbm_boys, GROWTH.kbm_girls)
N, T, O, B = Code.N, Code.T, Code.O, Code.B  # noqa: E741 - the form's own letters


def code(before: Weighing | None, now: Weighing) -> Code | None:
    return code_of("L", BORN, before, now, KBM)


def at_z(day: date, z: float) -> Weighing:
    point = curve("weight_for_age", "L").at((day - BORN).days)
    assert point is not None
    return Weighing(day, round(point.value(z), 2))


JULY, AUGUST = date(2026, 7, 5), date(2026, 8, 5)


def test_the_first_weighing_of_all_is_b():
    assert code(None, at_z(JULY, 0)) is B


def test_a_child_who_follows_the_line_is_n_even_with_less_than_the_kbm():
    before, now = at_z(JULY, -1.5), at_z(AUGUST, -1.45)
    assert (now.kg - before.kg) * 1000 < expected_grams("L", BORN, JULY, AUGUST, KBM)
    assert code(before, now) is N


def test_what_a_scale_cannot_tell_from_the_line_follows_the_line():
    assert code(at_z(JULY, -1), at_z(AUGUST, -1.04)) is N
    assert code(at_z(JULY, -1), at_z(AUGUST, -1.08)) is T


def test_a_weight_that_stays_or_falls_is_t():
    before = at_z(JULY, 0.5)
    assert code(before, Weighing(AUGUST, before.kg)) is T
    assert code(before, Weighing(AUGUST, before.kg - 0.2)) is T


def test_a_curve_that_falls_across_a_line_is_t_though_the_weight_rose():
    assert code(at_z(JULY, -1.9), at_z(AUGUST, -2.1)) is T


def test_where_the_direction_is_in_doubt_the_kbm_decides():
    before = Weighing(JULY, 8.5)
    assert code(before, Weighing(AUGUST, 8.75)) is T
    assert code(Weighing(JULY, 10.4), Weighing(AUGUST, 10.8)) is N


def test_after_a_missed_month_the_weighing_is_o_and_no_t():
    assert code(at_z(date(2026, 6, 5), 0), at_z(AUGUST, -1)) is O


def test_less_than_fourteen_days_apart_is_not_judged():
    before = at_z(JULY, 0)
    assert code(before, Weighing(JULY + timedelta(days=13), before.kg)) is None
    assert code(before, Weighing(JULY + timedelta(days=14), before.kg)) is T


def test_the_first_month_of_life_is_not_judged():
    assert code(Weighing(BORN, 3.2), Weighing(BORN + timedelta(days=20), 3.1)) is None


@pytest.mark.parametrize(
    ("sex", "grams"),
    [
        ("L", [800, 900, 800, 600, 500, 400, 400, 300, 300, 300, 300, 200, 200]),
        ("P", [800, 900, 800, 600, 500, 400, 300, 300, 300, 300, 200, 200, 200]),
    ],
)
def test_the_kbm_is_that_of_the_buku_kia(sex: str, grams: list[int]):
    assert [KBM.grams("L" if sex == "L" else "P", month) for month in range(1, 14)] == grams
    assert KBM.grams("P", 59) == 200


def test_the_kbm_of_the_months_passed_is_added_up():
    assert expected_grams("L", BORN, date(2026, 3, 5), date(2026, 4, 5), KBM) == 800
    assert expected_grams("L", BORN, date(2026, 3, 1), date(2026, 5, 5), KBM) == 800 + 600
    assert expected_grams("L", BORN, date(2026, 4, 6), date(2026, 4, 25), KBM) == 800


@pytest.mark.parametrize(
    ("codes", "alarming"),
    [
        ([T], False),
        ([T, T], True),
        ([N, T, T], True),
        ([T, T, N], False),
        ([T, N, T], False),
        ([T, O, T], True),
        ([T, None, T], True),
        ([B, T], False),
        ([], False),
    ],
)
def test_two_weighings_running_without_gain_are_2t(codes: list[Code | None], alarming: bool):
    assert twice_not_gained(codes) is alarming


@pytest.mark.parametrize(
    ("codes", "glad"),
    [
        ([T, N], True),
        ([N, T, T, N], True),
        ([T, O, N], True),
        ([N], False),
        ([N, N], False),
        ([T, N, T], False),
        ([T, N, O], False),
        ([T, N, None], False),
        ([], False),
    ],
)
def test_the_first_gain_after_none_is_good_news(codes: list[Code | None], glad: bool):
    assert gained_again(codes) is glad


def test_the_red_line_is_minus_three():
    assert below_red_line(-3.01)
    assert not below_red_line(-3.0)
