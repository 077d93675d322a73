"""The rules of measuring, each said once; that the numbers are right is for the vectors to show."""

from dataclasses import fields, replace
from math import inf
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.growth import Growth, Measured, Position, assess
from rules.tables import Sex, Table, curve

ADI = Measured("L", 400, weight_kg=9.0, length_cm=74.0, position="telentang", head_cm=46.0, muac_cm=14.0)
SCORES = ("zlen", "zwei", "zwfl", "zbmi", "zhc", "zac")


def missing(growth: Growth) -> set[str]:
    return {name for name in SCORES if getattr(growth, name) is None}


def test_everything_measured_gives_every_score():
    assert missing(assess(ADI)) == set()


def test_a_child_under_two_measured_standing_is_taken_as_seven_millimetres_longer():
    standing = assess(replace(ADI, position="berdiri"))
    assert standing.length_used == pytest.approx(74.7)
    assert standing == assess(replace(ADI, length_cm=74.0 + 0.7))


def test_the_standard_changes_from_lying_to_standing_on_day_731():
    assert assess(replace(ADI, age_days=730, length_cm=84.0)).length_used == 84.0
    assert assess(replace(ADI, age_days=731, length_cm=84.0)).length_used == pytest.approx(83.3)
    assert assess(replace(ADI, age_days=730, length_cm=84.0, position="berdiri")).length_used == pytest.approx(84.7)
    assert assess(replace(ADI, age_days=731, length_cm=84.0, position="berdiri")).length_used == 84.0


def test_a_child_under_nine_months_cannot_have_stood():
    at_273, at_274 = (assess(replace(ADI, age_days=day, position="berdiri")) for day in (273, 274))
    assert (at_273.position_ignored, at_273.length_used) == (True, 74.0)
    assert (at_274.position_ignored, at_274.length_used) == (False, pytest.approx(74.7))


def test_with_oedema_no_score_that_depends_on_weight_is_given():
    assert missing(assess(replace(ADI, oedema=True))) == {"zwei", "zwfl", "zbmi"}


def test_day_1826_is_the_last_with_a_score():
    last, after = (assess(replace(ADI, age_days=day, length_cm=105.0)) for day in (1826, 1827))
    assert missing(last) == set()
    assert missing(after) == set(SCORES)
    assert missing(assess(replace(ADI, age_days=-1))) == set(SCORES)


def test_lila_has_no_score_before_day_91():
    assert assess(replace(ADI, age_days=90)).zac is None
    assert assess(replace(ADI, age_days=91)).zac is not None


def test_without_an_age_only_weight_for_length_remains():
    assert missing(assess(replace(ADI, age_days=None))) == {"zlen", "zwei", "zbmi", "zhc", "zac"}


def test_without_age_and_position_a_child_under_87_cm_is_taken_as_lying():
    unknown = Measured("P", None, weight_kg=11.0, length_cm=86.9)
    assert assess(unknown) == assess(replace(unknown, position="telentang"))
    assert assess(replace(unknown, length_cm=87.0)) == assess(replace(unknown, length_cm=87.0, position="berdiri"))


@pytest.mark.parametrize(
    ("length", "position", "scored"),
    [
        *((44.9, "telentang", False), (45, "telentang", True), (110, "telentang", True), (110.05, "telentang", False)),
        *((64.9, "berdiri", False), (65, "berdiri", True), (120, "berdiri", True), (120.05, "berdiri", False)),
    ],
)
def test_weight_for_length_ends_with_its_table(length: float, position: Position, scored: bool):
    assert (assess(Measured("L", None, 10.0, length, position)).zwfl is not None) == scored


@pytest.mark.parametrize("nonsense", [0, -3.5])
def test_what_is_not_above_zero_was_not_measured(nonsense: float):
    growth = assess(Measured("L", 400, nonsense, nonsense, None, nonsense, nonsense))
    assert missing(growth) == set(SCORES)
    assert all(getattr(growth, field.name) is None for field in fields(growth) if field.name.startswith("f"))


def test_nonsense_is_flagged_as_anthro_flags_it():
    weightless, without_length = assess(replace(ADI, weight_kg=0)), assess(replace(ADI, length_cm=0))
    assert missing(weightless) == {"zwei", "zbmi"}
    assert weightless.fwfl is True
    assert missing(without_length) == {"zlen", "zwfl"}
    assert (without_length.zbmi, without_length.fbmi) == (inf, True)


AGES = st.none() | st.integers() | st.integers(0, 1826)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.floats(0, 200)


@given(
    st.builds(
        Measured,
        *(st.sampled_from(get_args(Sex)), AGES, NUMBERS, NUMBERS),
        *(st.sampled_from((None, *get_args(Position))), NUMBERS, NUMBERS, st.booleans()),
    )
)
def test_no_number_is_too_absurd(somebody: Measured):
    growth = assess(somebody)
    for score, flag in zip(SCORES, ("flen", "fwei", "fwfl", "fbmi", "fhc", "fac"), strict=True):
        assert (getattr(growth, score) is None) == (getattr(growth, flag) is None)


def test_true_wasting_is_not_flagged_as_impossible():
    thin = assess(replace(ADI, weight_kg=7.0))
    assert thin.zwfl is not None
    assert thin.zwfl < -3
    assert thin.fwfl is False


@pytest.mark.parametrize("table", get_args(Table))
@pytest.mark.parametrize("sex", get_args(Sex))
@pytest.mark.parametrize("z", [-3, -2, 0, 1.5, 3])
def test_the_value_at_a_score_scores_that(table: Table, sex: Sex, z: float):
    point = curve(table, sex).at(700)
    assert point is not None
    assert point.z(point.value(z), restricted=True) == pytest.approx(z)


def test_the_tables_cover_every_day_and_millimetre():
    assert {table: (curve(table, "P").first, len(curve(table, "P").m)) for table in get_args(Table)} == {
        "length_for_age": (0, 1827),
        "weight_for_age": (0, 1827),
        "bmi_for_age": (0, 1827),
        "head_for_age": (0, 1827),
        "arm_for_age": (91, 1736),
        "weight_for_length": (450, 651),
        "weight_for_height": (650, 551),
    }
