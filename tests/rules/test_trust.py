"""A slip of the pen is asked back, with what was likely meant."""

import pytest

from rules.trust import check_head, check_length, check_muac, check_swapped, check_weight, show


@pytest.mark.parametrize(
    ("kg", "age_days", "means"),
    [
        (84, 300, 8.4),
        (8400, 300, 8.4),
        (840, 300, 8.4),
        (8400, None, 8.4),
        (1250, 720, 12.5),
        (1250, None, 1.25),
        (0.84, 300, 8.4),
        (2950, 0, 2.95),
        (35, 20, 3.5),
    ],
)
def test_a_weight_in_grams_or_without_its_comma_is_understood(kg: float, age_days: int | None, means: float):
    doubt = check_weight(kg, age_days)
    assert doubt is not None
    assert doubt.means == means


def test_the_question_says_what_is_written_and_what_was_likely_meant():
    doubt = check_weight(84, 300)
    assert doubt is not None
    assert doubt.question == "Tertulis 84 kg. Maksudnya 8,4 kg?"


@pytest.mark.parametrize("kg", [90_000, 0, -8.4])
def test_where_there_is_no_guess_the_weight_is_simply_asked_again(kg: float):
    doubt = check_weight(kg, 20)
    assert doubt is not None
    assert doubt.means is None
    assert doubt.question == f"Tertulis {show(kg)} kg. Berapa kilogram beratnya?"


@pytest.mark.parametrize(("kg", "age_days"), [(8.4, 300), (0.9, None), (40, None), (2.4, 0), (5.2, 300), (12.0, 2000)])
def test_a_possible_weight_is_believed_however_low(kg: float, age_days: int | None):
    assert check_weight(kg, age_days) is None


@pytest.mark.parametrize(("cm", "means"), [(0.84, 84), (840, 84), (8.4, 84), (8400, 84), (765, 76.5)])
def test_metres_and_millimetres_are_understood(cm: float, means: float):
    doubt = check_length(cm)
    assert doubt is not None
    assert doubt.means == means


def test_a_length_in_metres_is_asked_back():
    doubt = check_length(0.84)
    assert doubt is not None
    assert doubt.question == "Tertulis 0,84 cm. Maksudnya 84 cm?"


@pytest.mark.parametrize("cm", [38, 84.3, 130])
def test_a_possible_length_is_believed(cm: float):
    assert check_length(cm) is None


def test_an_arm_or_a_head_in_millimetres_is_understood():
    arm, head = check_muac(115), check_head(465)
    assert arm is not None
    assert head is not None
    assert (arm.means, head.means) == (11.5, 46.5)
    assert check_muac(11.5) is None
    assert check_head(46.5) is None


def test_weight_and_height_in_each_others_place_are_noticed():
    swapped = check_swapped(84, 8.4)
    assert swapped is not None
    assert (swapped.kg, swapped.cm) == (8.4, 84)
    assert swapped.question == ("Tertulis berat 84 kg dan tinggi 8,4 cm. Maksudnya berat 8,4 kg dan tinggi 84 cm?")


@pytest.mark.parametrize(("kg", "cm"), [(8.4, 84), (39, 39), (84, 84), (8.4, 8.4)])
def test_weight_and_height_in_their_own_places_are_left_alone(kg: float, cm: float):
    assert check_swapped(kg, cm) is None
