"""The danger signs that a measurement shows."""

from dataclasses import replace

import pytest

from content import programme
from rules.growth import Measured, assess
from rules.growth_signs import signs_from_growth
from rules.signs import Urgency

ADI = Measured("L", 400, weight_kg=9.0, length_cm=74.0, position="telentang", head_cm=46.0, muac_cm=14.0)
LIMITS = programme.load().growth


def found(child: Measured) -> list[str]:
    return [sign.id for sign in signs_from_growth(assess(child), child.age_days, child.oedema, child.muac_cm, LIMITS)]


def test_a_child_who_grows_well_shows_no_sign():
    assert found(ADI) == []


def test_oedema_is_for_today_even_without_a_measurement():
    assert found(Measured("P", 400, oedema=True)) == ["gizi-edema"]


def test_a_very_thin_child_is_for_today():
    signs = signs_from_growth(assess(replace(ADI, weight_kg=7.0)), 400, False, None, LIMITS)
    assert [(sign.id, str(sign.urgency)) for sign in signs] == [
        ("gizi-sangat-kurus", "hari ini"),
        ("gizi-berat-sangat-kurang", "3-7 hari"),
    ]


def test_an_arm_under_eleven_and_a_half_is_for_today_from_six_months_on():
    assert found(replace(ADI, muac_cm=11.4)) == ["gizi-lila"]
    assert found(replace(ADI, muac_cm=11.5)) == ["gizi-lila-kurang"]
    assert found(Measured("L", 182, muac_cm=11.0)) == []
    assert found(Measured("L", None, muac_cm=11.0)) == []


def test_a_very_short_child_is_seen_within_the_week():
    signs = signs_from_growth(assess(Measured("L", 400, length_cm=68.0)), 400, False, None, LIMITS)
    assert [(sign.id, sign.urgency) for sign in signs] == [("gizi-sangat-pendek", Urgency.SOON)]


@pytest.mark.parametrize("head_cm", [42.0, 51.0])
def test_a_head_out_of_range_is_seen_within_the_week(head_cm: float):
    assert found(replace(ADI, head_cm=head_cm)) == ["gizi-lingkar-kepala"]


def test_the_most_urgent_sign_comes_first():
    signs = signs_from_growth(assess(Measured("L", 400, 5.5, 68.0, "telentang")), 400, False, 11.0, LIMITS)
    assert [sign.urgency for sign in signs] == [Urgency.TODAY, Urgency.TODAY, Urgency.SOON, Urgency.SOON]


@pytest.mark.parametrize(("cm", "sign"), [(11.4, "gizi-lila"), (11.5, "gizi-lila-kurang"), (12.4, "gizi-lila-kurang")])
def test_a_thin_arm_leads_to_the_nutritionist_and_a_very_thin_one_there_today(cm: float, sign: str):
    assert found(replace(ADI, muac_cm=cm)) == [sign]
    assert found(replace(ADI, muac_cm=12.5)) == []


def test_a_thin_child_is_seen_within_the_week_and_a_very_thin_one_is_told_once():
    thin, very_thin = found(replace(ADI, weight_kg=7.6)), found(replace(ADI, weight_kg=7.0))
    assert "gizi-kurus" in thin
    assert "gizi-sangat-kurus" not in thin
    assert "gizi-kurus" not in very_thin


def newborn(days: int, kg: float, birth_g: int | None = 3000) -> list[str]:
    baby = Measured("P", days, weight_kg=kg)
    signs = signs_from_growth(assess(baby), days, False, None, LIMITS, weight_kg=kg, birth_weight_g=birth_g)
    return [sign.id for sign in signs if sign.id.startswith("bayi")]


def test_a_newborn_more_than_a_tenth_under_the_birth_weight_is_for_today():
    assert newborn(5, 2.69) == ["bayi-berat-turun"]
    assert newborn(5, 2.7) == []
    assert newborn(14, 2.69) == ["bayi-berat-turun"]
    assert newborn(15, 2.69) == []
    assert newborn(5, 2.69, None) == []


def test_a_baby_under_two_kilograms_in_the_first_week_is_for_today():
    assert newborn(6, 1.9, 1900) == ["bayi-berat-kecil"]
    assert newborn(7, 1.9, 1900) == []
