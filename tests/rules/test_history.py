"""A measurement that does not fit what the child has been until now is asked about, and only then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.growth import Measured
from rules.history import Earlier, Limits, check_length, check_scores, check_weight

BORN = date(2025, 1, 1)
TODAY = date(2026, 3, 4)  # Rafa is fourteen months old
A_MONTH_AGO = TODAY - timedelta(days=30)
LIMITS = Limits(
    height_loss_cm=1.0, height_slack_cm=2.0, height_mm_a_day_infant=2.0, height_mm_a_day=1.0, weight_loss_percent=10.0,
    weight_slack_g=500.0, weight_g_a_day_infant=60.0, weight_g_a_day=30.0, same_values=3,
)  # fmt: skip
BEFORE = [Earlier(A_MONTH_AGO, 8.4, 74.0)]


def weight(kg: float, earlier: Sequence[Earlier] = BEFORE, born: date | None = BORN, on: date = TODAY) -> str:
    doubt = check_weight(kg, on, born, earlier, LIMITS)
    return doubt.question if doubt else ""


def length(cm: float, earlier: Sequence[Earlier] = BEFORE, born: date | None = BORN, on: date = TODAY) -> str:
    doubt = check_length(cm, on, born, earlier, LIMITS)
    return doubt.question if doubt else ""


def months_ago(*values: float) -> list[Earlier]:
    """The same weight and length at the last visits, the newest last."""
    return [
        Earlier(TODAY - timedelta(days=30 * back), kg, 10 * kg)
        for back, kg in zip(range(len(values), 0, -1), values, strict=True)
    ]


def test_a_child_does_not_shrink_by_more_than_the_error_of_measuring():
    assert length(73.0) == ""
    assert length(72.9) == (
        "Tertulis 72,9 cm, padahal tanggal 2/2/2026 panjang atau tingginya 74 cm. "
        "Tinggi anak biasanya tidak berkurang. Coba lihat lagi angkanya, atau ukur sekali lagi kalau bisa."
    )


@pytest.mark.parametrize("kg", [7.56, 8.0, 8.4, 8.9, 9.8])
def test_a_weight_that_a_sick_or_a_recovering_child_can_have_is_believed(kg: float):
    assert weight(kg) == ""


def test_more_than_a_tenth_lost_is_asked_about():
    assert weight(7.5).startswith("Tertulis 7,5 kg, padahal tanggal 2/2/2026 beratnya 8,4 kg. Turunnya banyak.")


def test_a_gain_beyond_what_the_days_can_bring_is_asked_about():
    assert "Naiknya banyak sekali." in weight(9.9)
    assert weight(9.9, [Earlier(TODAY - timedelta(days=60), 8.4, None)]) == ""


def test_a_small_baby_may_gain_twice_as_fast():
    a_week_ago = [Earlier(TODAY - timedelta(days=14), 4.0, 54.0)]
    assert weight(5.3, a_week_ago, TODAY - timedelta(days=60)) == ""
    assert weight(5.3, a_week_ago, TODAY - timedelta(days=400)) != ""
    assert weight(5.3, a_week_ago, None) == "", "of a child whose age is not known the doubt is the reader's"


def test_the_days_before_and_after_half_a_year_are_counted_each_by_its_own_pace():
    born = TODAY - timedelta(days=193)  # half a year old ten days ago
    earlier = [Earlier(TODAY - timedelta(days=20), 6.0, 64.0)]
    assert weight(7.4, earlier, born) == ""  # 500 g and ten days each of 60 g and 30 g
    assert weight(7.5, earlier, born) != ""


def test_height_does_not_jump():
    assert length(79.0) == ""
    assert "Tumbuhnya cepat sekali." in length(79.1)


def test_what_was_measured_later_or_on_the_same_day_says_nothing():
    later = [Earlier(TODAY, 12.0, 90.0), Earlier(TODAY + timedelta(days=5), 12.0, 90.0)]
    assert weight(8.4, later) == ""
    assert length(74, later) == ""


def test_what_was_not_measured_says_nothing():
    assert length(60, [Earlier(A_MONTH_AGO, 8.4, None)]) == ""
    assert weight(4, []) == ""


def test_the_very_same_weight_as_the_last_three_times_is_asked_about():
    assert weight(8.4, months_ago(8.4, 8.4, 8.4)).startswith(
        "Tertulis 8,4 kg, sama persis dengan 3 kali ukur sebelumnya."
    )
    assert weight(8.4, months_ago(8.4, 8.4)) == ""
    assert weight(8.4, months_ago(8.4, 8.3, 8.4)) == ""
    assert weight(8.5, months_ago(8.4, 8.4, 8.4)) == ""
    assert "3 kali" in length(75, months_ago(7.5, 7.5, 7.5))


def test_the_same_measuring_written_down_twice_is_one():
    twice = [*months_ago(8.4, 8.4), *months_ago(8.4, 8.4)]
    assert weight(8.4, twice) == ""


def test_one_wrong_number_of_the_past_does_not_make_the_right_one_doubtful():
    wrong = Earlier(TODAY - timedelta(days=10), 8.4, 82.0, doubtful=True)
    assert length(74.5, [*BEFORE, wrong]) == ""
    assert length(74.5, [*BEFORE, replace(wrong, doubtful=False)]) != ""


def test_a_true_loss_is_asked_about_once_and_not_for_ever():
    lost = Earlier(TODAY - timedelta(days=10), 7.2, 74.0, doubtful=True)
    assert weight(7.3, [*BEFORE, lost]) == ""
    assert "beratnya 7,2 kg" in weight(6.0, [*BEFORE, lost])


def test_what_who_flags_is_asked_about_and_a_very_thin_child_is_believed():
    thin, hardly = (check_scores(Measured("L", 427, weight_kg=kg)) for kg in (6.5, 3.9))
    assert thin is None
    assert hardly is not None
    assert hardly.question.startswith("Tertulis 3,9 kg. Itu jarang sekali untuk anak seumur ini.")
    assert hardly.means is None


def test_a_length_is_asked_about_by_itself_and_beside_the_weight():
    short = check_scores(Measured("P", 900, weight_kg=10, length_cm=60))
    heavy = check_scores(Measured("P", 400, weight_kg=14, length_cm=72))
    assert short is not None
    assert heavy is not None
    assert short.question.startswith("Tertulis 60 cm.")
    assert heavy.question.startswith("Berat 14 kg dan tinggi 72 cm jarang sekali bertemu pada satu anak.")
    assert check_scores(Measured("P", 400, weight_kg=8.5, length_cm=72)) is None


def test_an_arm_is_asked_about():
    thick = check_scores(Measured("L", 400, muac_cm=24))
    assert thick is not None
    assert "Lengan" in thick.question
    assert check_scores(Measured("L", 400, muac_cm=11.0)) is None
    assert check_scores(Measured("L", None, muac_cm=24)) is None
