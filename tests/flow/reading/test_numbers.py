"""Numbers as people write them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flow.reading.numbers import UNITS, Piece, amount, decimal, pieces

KILOGRAMS, CENTIMETRES, GRAMS = UNITS["kg"], UNITS["cm"], UNITS["gram"]


@pytest.mark.parametrize(
    ("said", "kilograms"),
    [("8,4", 8.4), ("8.4 kg", 8.4), ("8,4?", 8.4), ("kira-kira 8,4kg.", 8.4), ("８，４", 8.4), ("٨,٤", 8.4),
     ("8.400 gram", 8.4), ("8,400 gram", 8.4), ("8400 g", 8.4), ("8.400", 8.4), ("8 kg 400 gram", 8.4),
     ("8 kilo 4 ons", 8.4),
     ("8 kg 4", None), ("400 gram 8 kg", None), ("8 kg 8 kg", None), ("8,4 pon", None), ("8,,4", None), ("8 4", None),
     ("", None), ("kg", None), ("-3", -3), ("8 kg -4 ons", None), ("1e5", None)],
)  # fmt: skip
def test_a_weight_is_read(said: str, kilograms: float | None) -> None:
    assert amount(said, KILOGRAMS) == kilograms


@pytest.mark.parametrize(
    ("said", "units", "whole", "value"),
    [("3.100", GRAMS, True, 3100), ("3.100 gram", GRAMS, True, 3100), ("3,1 kg", GRAMS, True, 3100), ("3.100 kg",
     GRAMS, True, 3100),
     ("1 m 5 cm", CENTIMETRES, False, 105), ("1.050 mm", CENTIMETRES, False, 105), ("1,05 m", CENTIMETRES, False, 105)],
)  # fmt: skip
def test_thousands_are_read_where_parts_of_a_unit_are_written(
    said: str, units: Mapping[str, float], whole: bool, value: float
) -> None:
    assert amount(said, units, whole=whole) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,5", 1234.5), ("1.234.567", 1234567), ("1,234.5", 1234.5), ("1.234", 1.234), (".5", 0.5), ("8.", 8),
     ("+8,4", 8.4),
     ("1.23.4", None), ("1e5", None), (".", None), ("8 4", None)],
)  # fmt: skip
def test_marks_are_read_as_the_text_allows(text: str, value: float | None) -> None:
    assert decimal(text) == value


@pytest.mark.parametrize(
    ("said", "found"),
    [("BB 8,4 TB 72,5", [("bb", "8,4"), ("tb", "72,5")]), ("bb:8,4 tb:72,5", [("bb", "8,4"), ("tb", "72,5")]),
     ("BB8,4/TB72,5", [("bb", "8,4"), ("tb", "72,5")]),
     ("berat 8,4 kg tinggi 72,5 cm", [("berat", "8,4 kg"), ("tinggi", "72,5 cm")]),
     ("beratnya 8,4 dan tingginya 72,5", [("berat", "8,4"), ("tinggi", "72,5")]),
     ("8,4 TB = 72,5", [("", "8,4"), ("tb", "72,5")]), ("8,4 72,5", [("", "8,4"), ("", "72,5")]), ("8,4", [("",
     "8,4")]),
     ("TB", [("tb", "")]), ("", [])],
)  # fmt: skip
def test_numbers_of_one_message_are_taken_apart(said: str, found: list[tuple[str, str]]) -> None:
    assert pieces(said, ("bb", "berat", "tb", "tinggi")) == [Piece(*one) for one in found]


@given(st.decimals(0, 999, places=3), st.sampled_from(",."), st.sampled_from(["", " kg", "kg", " kilo"]))
def test_every_weight_to_the_gram_is_read_with_either_mark(kilograms: object, mark: str, unit: str) -> None:
    assert amount(f"{kilograms:f}".replace(".", mark) + unit, KILOGRAMS) == pytest.approx(float(str(kilograms)))


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_none(said: str) -> None:
    assert amount(said, KILOGRAMS) is None or any(one.isdecimal() for one in said)
    assert all(isinstance(one, Piece) for one in pieces(said, ("bb", "tb")))
