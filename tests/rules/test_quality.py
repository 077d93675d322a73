"""What many measurements tell of how they were made."""

from math import sqrt

import pytest

from rules.quality import Digits, Share, digits, spread, technical_error


def test_the_first_decimal_counts_and_whole_numbers_end_in_nought():
    assert digits([8.4, 8.5, 9, 72.0, 72.25, 8.45, 70.55]) == Digits(7, 4)


@pytest.mark.parametrize("value", [tenth / 10 for tenth in range(100)])
def test_no_float_is_read_as_its_neighbour(value: float):
    assert digits([value]).round == (f"{value:.1f}"[-1] in "05")


def test_a_careful_reader_is_not_beyond_chance():
    careful = digits([kg / 10 for kg in range(60, 120)])
    assert careful.share == pytest.approx(0.2)
    assert careful.beyond_chance(30) is False


def test_half_of_all_heights_on_nought_or_five_is_beyond_chance():
    assert Digits(30, 15).beyond_chance(30) is True
    assert Digits(30, 13).beyond_chance(30) is False
    assert Digits(30, 14).beyond_chance(30) is True


def test_with_few_values_nothing_is_said():
    assert Digits(29, 29).beyond_chance(30) is None
    assert Digits(0, 0).beyond_chance(0) is None
    assert Share(29, 29).above(10, 30) is None
    assert spread([0.0] * 29, 30) is None
    assert technical_error([0.1] * 4, 5) is None
    assert technical_error([], 0) is None


def test_a_share_is_above_its_limit_only_beyond_it():
    assert Share(30, 3).above(10, 30) is False
    assert Share(30, 4).above(10, 30) is True


def test_the_spread_is_the_standard_deviation():
    assert spread([-2, -1, 0, 1, 2], 5) == pytest.approx(sqrt(2.5))


def test_the_technical_error_is_that_of_the_textbook():
    """TEM = sqrt(sum d² / 2n): of 0.2, -0.4, 0.4, 0 and 0.2 it is sqrt(0.4 / 10)."""
    assert technical_error([0.2, -0.4, 0.4, 0.0, 0.2], 5) == pytest.approx(0.2)
