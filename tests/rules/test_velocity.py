"""Which way a child is going, told from two measurings."""

from dataclasses import replace

import pytest

from content import programme
from rules.growth import Growth, Measured, assess
from rules.growth_signs import signs_over_time
from rules.signs import Urgency
from rules.velocity import crossed, fallen, lost_grams

LIMITS = programme.load().growth
ADI = assess(Measured("L", 400, weight_kg=9.0, length_cm=74.0, position="telentang"))


def at(**scores: float | bool | None) -> Growth:
    """Adi's assessment with these scores."""
    return replace(ADI, **{"zwei": -1.0, "zlen": -1.0, "zwfl": -1.0} | scores)


@pytest.mark.parametrize(
    ("before", "now", "grams"), [(8.4, 8.2, 200), (8.4, 8.4, 0), (8.4, 8.6, 0), (None, 8.4, 0), (8.4, None, 0)]
)
def test_only_a_loss_is_a_loss(before: float | None, now: float | None, grams: int):
    assert lost_grams(before, now) == grams


def test_a_fall_of_one_z_is_a_fall_and_less_is_none():
    assert fallen(at(), at(zwei=-2.0)) == ["BB/U"]
    assert fallen(at(), at(zwei=-1.99, zlen=-2.4, zwfl=-3.0)) == ["TB/U", "BB/TB"]
    assert fallen(at(zwei=-2.0), at()) == []
    assert fallen(at(), at(zwei=-1.6), by=0.5) == ["BB/U"]


def test_what_is_missing_or_hardly_possible_tells_nothing():
    assert fallen(at(zwei=None), at(zwei=-4.0)) == []
    assert fallen(at(), at(zwei=None)) == []
    assert fallen(at(), at(zwei=-6.5, fwei=True)) == []
    assert crossed(at(zlen=7.0, flen=True), at(zlen=-2.5)) == {}


def test_the_lowest_line_crossed_is_named():
    assert crossed(at(), at(zlen=-2.01)) == {"TB/U": -2}
    assert crossed(at(), at(zwfl=-3.2)) == {"BB/TB": -3}
    assert crossed(at(zwei=-2.5), at(zwei=-3.01)) == {"BB/U": -3}


def test_exactly_on_a_line_is_not_across_it_and_who_was_below_crosses_nothing():
    assert crossed(at(), at(zlen=-2.0)) == {}
    assert crossed(at(zlen=-2.0), at(zlen=-2.004)) == {}
    assert crossed(at(zlen=-2.5), at(zlen=-2.9)) == {}
    assert crossed(at(zlen=-2.5), at()) == {}


def test_loss_2t_and_a_fall_are_signs_for_the_week():
    signs = signs_over_time(at(), at(zwei=-2.1), lost_g=100, twice_t=True, limits=LIMITS)
    assert [sign.id for sign in signs] == ["gizi-berat-turun", "gizi-2t", "gizi-turun-garis"]
    assert {sign.urgency for sign in signs} == {Urgency.SOON}
    assert all(sign.source and "puskesmas" in sign.advice for sign in signs)


def test_what_a_scale_cannot_show_is_no_sign():
    assert signs_over_time(at(), at(), lost_g=99, twice_t=False, limits=LIMITS) == []
