"""The calculation against R anthro 1.1.0: 1,200 synthetic children."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.growth import Growth, Measured, Position, assess
from rules.status import Index, class_of

VECTORS = Path(__file__).with_name("growth_vectors.csv")
POSITIONS: dict[str, Position | None] = {"L": "telentang", "H": "berdiri", "": None}
INDICES: dict[str, Index] = {"zwei": "BB/U", "zlen": "TB/U", "zwfl": "BB/TB", "zbmi": "IMT/U", "zhc": "LK/U"}


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def children() -> Iterator[tuple[dict[str, str], Growth]]:
    with VECTORS.open(newline="") as file:
        for row in csv.DictReader(file):
            yield (
                row,
                assess(
                    Measured(
                        sex="L" if row["sex"] == "1" else "P",
                        age_days=int(row["age_days"]) if row["age_days"] else None,
                        weight_kg=number(row["weight"]),
                        length_cm=number(row["lenhei"]),
                        position=POSITIONS[row["measure"]],
                        head_cm=number(row["headc"]),
                        muac_cm=number(row["armc"]),
                        oedema=row["oedema"] == "y",
                    )
                ),
            )


CHILDREN = list(children())


def differing(expected: Any, got: Any, tolerance: float = 0) -> bool:
    if expected is None or got is None:
        return expected is not got
    return abs(expected - got) > tolerance


def test_all_the_children_are_there():
    assert len(CHILDREN) == 1200


@pytest.mark.parametrize("score", ["zlen", "zwei", "zwfl", "zbmi", "zhc", "zac"])
def test_a_z_score_is_that_of_anthro_or_missing_where_that_is_missing(score: str):
    wrong = [
        (row["id"], row[f"{score}_raw"], getattr(growth, score))
        for row, growth in CHILDREN
        if differing(number(row[f"{score}_raw"]), getattr(growth, score), 0.005)
    ]
    assert wrong == []


@pytest.mark.parametrize("flag", ["flen", "fwei", "fwfl", "fbmi", "fhc", "fac"])
def test_a_flag_is_set_exactly_where_anthro_sets_it(flag: str):
    wrong = [
        (row["id"], row[flag], getattr(growth, flag))
        for row, growth in CHILDREN
        if differing(number(row[flag]), getattr(growth, flag))
    ]
    assert wrong == []


@pytest.mark.parametrize("score", INDICES)
def test_the_class_is_that_of_the_rounded_score(score: str):
    for row, growth in CHILDREN:
        if row[score]:
            assert class_of(INDICES[score], getattr(growth, score)) == class_of(INDICES[score], float(row[score])), row


def test_length_is_corrected_and_a_position_ignored_as_anthro_does_it():
    for row, growth in CHILDREN:
        assert growth.length_used == pytest.approx(number(row["clenhei"])), row["id"]
        assert growth.position_ignored == (row["c9mo_flag"] == "1"), row["id"]
