"""Signs that cannot wait."""

from dataclasses import replace

import pytest

from content import programme
from rules.danger import CHILD_SIGNS, PREGNANCY_SIGNS, Sign, Urgency, child_signs, signs_from_growth
from rules.growth import Measured, assess

ADI = Measured("L", 400, weight_kg=9.0, length_cm=74.0, position="telentang", head_cm=46.0, muac_cm=14.0)
LIMITS = programme.load().growth
LISTS = pytest.mark.parametrize("signs", [CHILD_SIGNS, PREGNANCY_SIGNS])


def found(child: Measured) -> list[str]:
    return [sign.id for sign in signs_from_growth(assess(child), child.age_days, child.oedema, child.muac_cm, LIMITS)]


@LISTS
def test_every_sign_fits_a_button_and_says_what_to_do_and_where_it_is_written(signs: tuple[Sign, ...]):
    for sign in signs:
        assert len(sign.label) <= 24, sign.label
        assert "puskesmas" in sign.now
        assert sign.source
        assert sign.urgency is Urgency.TODAY


@LISTS
def test_no_two_signs_of_a_list_are_alike(signs: tuple[Sign, ...]):
    assert len({sign.id for sign in signs}) == len({sign.label for sign in signs}) == len(signs)


def test_the_navel_is_asked_about_in_the_newborn_only():
    assert "pusar-merah" in [sign.id for sign in child_signs(28)]
    assert "pusar-merah" not in [sign.id for sign in child_signs(29)]
    assert len(child_signs(400)) == len([sign for sign in CHILD_SIGNS if sign.until_day is None])


def test_a_child_who_grows_well_shows_no_sign():
    assert found(ADI) == []


def test_oedema_is_for_today_even_without_a_measurement():
    assert found(Measured("P", 400, oedema=True)) == ["edema"]


def test_a_very_thin_child_is_for_today():
    signs = signs_from_growth(assess(replace(ADI, weight_kg=7.0)), 400, False, None, LIMITS)
    assert [(sign.id, str(sign.urgency)) for sign in signs] == [
        ("bb-tb-sangat-kurang", "hari ini"),
        ("bb-u-sangat-kurang", "3-7 hari"),
    ]


def test_an_arm_under_eleven_and_a_half_is_for_today_from_six_months_on():
    assert found(replace(ADI, muac_cm=11.4)) == ["lila-sangat-kecil"]
    assert found(replace(ADI, muac_cm=11.5)) == []
    assert found(Measured("L", 182, muac_cm=11.0)) == []
    assert found(Measured("L", None, muac_cm=11.0)) == []


def test_a_very_short_child_is_seen_within_the_week():
    signs = signs_from_growth(assess(Measured("L", 400, length_cm=68.0)), 400, False, None, LIMITS)
    assert [(sign.id, sign.urgency) for sign in signs] == [("tb-u-sangat-pendek", Urgency.SOON)]


@pytest.mark.parametrize("head_cm", [42.0, 51.0])
def test_a_head_out_of_range_is_seen_within_the_week(head_cm: float):
    assert found(replace(ADI, head_cm=head_cm)) == ["lk-di-luar-garis"]


def test_the_most_urgent_sign_comes_first():
    signs = signs_from_growth(assess(Measured("L", 400, 5.5, 68.0, "telentang")), 400, False, 11.0, LIMITS)
    assert [sign.urgency for sign in signs] == [Urgency.TODAY, Urgency.TODAY, Urgency.SOON, Urgency.SOON]
