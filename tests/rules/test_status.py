"""What a score is called, and what people are told."""

import pytest

from rules.status import (
    SCALES,
    Index,
    Nutrition,
    arm_class,
    class_of,
    nutrition,
    word_for,
)


@pytest.mark.parametrize(
    ("index", "z", "name"),
    [
        ("BB/U", -3.01, "berat badan sangat kurang"),
        ("BB/U", -3.0, "berat badan kurang"),
        ("BB/U", -2.01, "berat badan kurang"),
        ("BB/U", -2.0, "berat badan normal"),
        ("BB/U", 1.0, "berat badan normal"),
        ("BB/U", 1.01, "risiko berat badan lebih"),
        ("BB/U", 4.0, "risiko berat badan lebih"),
        ("TB/U", -3.01, "sangat pendek"),
        ("TB/U", -3.0, "pendek"),
        ("TB/U", -2.0, "normal"),
        ("TB/U", 3.0, "normal"),
        ("TB/U", 3.01, "tinggi"),
        ("BB/TB", -3.01, "gizi buruk"),
        ("BB/TB", -3.0, "gizi kurang"),
        ("BB/TB", -2.0, "gizi baik"),
        ("BB/TB", 1.0, "gizi baik"),
        ("BB/TB", 1.01, "berisiko gizi lebih"),
        ("BB/TB", 2.01, "gizi lebih"),
        ("BB/TB", 3.01, "obesitas"),
        ("IMT/U", 2.0, "berisiko gizi lebih"),
        ("IMT/U", 3.0, "gizi lebih"),
        ("LK/U", -2.01, "lingkar kepala kecil"),
        ("LK/U", 2.0, "lingkar kepala normal"),
        ("LK/U", 2.01, "lingkar kepala besar"),
    ],
)
def test_a_class_begins_and_ends_where_permenkes_2_2020_says(index: Index, z: float, name: str):
    assert class_of(index, z) == name


def test_a_score_is_rounded_before_it_is_classed():
    assert class_of("TB/U", -2.0049) == "normal"
    assert class_of("TB/U", -2.0051) == "pendek"


@pytest.mark.parametrize(
    ("cm", "day", "name"),
    [
        (11.4, 183, "gizi buruk"),
        (11.5, 183, "gizi kurang"),
        (12.4, 1826, "gizi kurang"),
        (12.5, 400, "gizi baik"),
        (11.0, 182, None),
        (11.0, 1827, None),
    ],
)
def test_lila_is_classed_from_6_to_59_months(cm: float, day: int, name: str | None):
    assert arm_class(cm, day) == name


def test_the_worst_of_weight_arm_and_oedema_counts():
    assert nutrition(-1.0, 11.0, 400, oedema=False) is Nutrition.SEVERE
    assert nutrition(-2.5, 14.0, 400, oedema=False) is Nutrition.MODERATE
    assert nutrition(2.5, 14.0, 400, oedema=False) is Nutrition.OVER
    assert nutrition(None, None, None, oedema=True) is Nutrition.SEVERE
    assert nutrition(None, 13.0, 400, oedema=False) is Nutrition.GOOD
    assert nutrition(None, 11.0, 100, oedema=False) is None
    assert nutrition(None, None, 400, oedema=False) is None


def test_a_short_child_is_never_called_stunted():
    assert word_for("TB/U", -2.5) == "pendek menurut umur, perlu dipastikan puskesmas"
    assert word_for("TB/U", -3.5) == "sangat pendek menurut umur, perlu dipastikan puskesmas"
    assert word_for("TB/U", 0.0) == "tinggi badan sesuai umur"


def test_what_is_normal_is_said_plainly():
    assert word_for("BB/U", 0) == "berat badan sesuai umur"
    assert word_for("BB/TB", 0) == "berat badan sesuai tinggi badan"
    assert word_for("LK/U", 0) == "lingkar kepala sesuai umur"


@pytest.mark.parametrize("index", SCALES)
@pytest.mark.parametrize("z", [-4, -2.5, 0, 1.5, 2.5, 4])
def test_no_word_for_people_is_a_diagnosis(index: Index, z: float):
    assert not {"stunting", "gizi", "obesitas", "mikrosefali"} & set(word_for(index, z).replace(",", "").split())


@pytest.mark.parametrize("index", SCALES)
@pytest.mark.parametrize("z", [-3.5, -2.5])
def test_what_is_low_is_for_the_puskesmas_to_confirm(index: Index, z: float):
    assert word_for(index, z).endswith("perlu dipastikan puskesmas")
