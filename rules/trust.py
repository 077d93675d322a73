"""Is a measurement believable as it was written? A doubtful one is asked again, with what was likely meant."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import get_args

from rules.growth import LAST_DAY
from rules.tables import Sex, curve

WEIGHT_KG = (0.9, 40.0)
LENGTH_CM = (38.0, 130.0)
MUAC_CM = (6.0, 25.0)
HEAD_CM = (25.0, 60.0)
ADULT_ARM_CM = (17.0, 42.0)
"""Soft limits: beyond them the value is asked again. They are the programme's own."""
BIRTH_WEIGHT_G = (400, 6500)
"""Beyond these it is no birth weight."""
WEIGHT_Z = (-6.0, 5.0)
"""WHO's limits of the possible for weight by age."""

THOUSANDTH, HUNDREDTH, TENTH, TEN, HUNDRED = 0.001, 0.01, 0.1, 10, 100


@dataclass(frozen=True)
class Doubt:
    """A question to put back, and the value likely meant, None where there is no guess."""

    question: str
    means: float | None


@dataclass(frozen=True)
class Swapped:
    """Weight and height in each other's place: the question, and both as they were likely meant."""

    question: str
    kg: float
    cm: float


def check_weight(kg: float, age_days: int | None) -> Doubt | None:
    """A weight that this child can hardly have: grams, a lost comma, or another child's."""

    def possible(value: float) -> bool:
        return _within(value, WEIGHT_KG) and (age_days is None or _possible_at(value, age_days))

    # Grams first: without an age 1250 is 1,25 kg; with one, the other readings get their turn.
    return _check(kg, "kg", "Berapa kilogram beratnya?", possible, (THOUSANDTH, TENTH, HUNDREDTH, TEN))


def check_length(cm: float) -> Doubt | None:
    """A length or height no child under five has: metres, millimetres or a lost comma."""
    return _check(
        cm,
        "cm",
        "Berapa sentimeter panjang atau tingginya?",
        lambda v: _within(v, LENGTH_CM),
        (HUNDRED, TENTH, TEN, HUNDREDTH),
    )


def check_muac(cm: float) -> Doubt | None:
    """An arm too thin or too thick for a child under five: millimetres or a lost comma."""
    return _check(
        cm, "cm", "Berapa sentimeter lingkar lengannya?", lambda v: _within(v, MUAC_CM), (TENTH, TEN, HUNDREDTH)
    )


def check_head(cm: float) -> Doubt | None:
    """A head circumference no child under five has: millimetres or a lost comma."""
    return _check(
        cm, "cm", "Berapa sentimeter lingkar kepalanya?", lambda v: _within(v, HEAD_CM), (TENTH, TEN, HUNDREDTH)
    )


def check_adult_arm(cm: float) -> Doubt | None:
    """An arm too thin or too thick for a pregnant woman: millimetres or a lost comma."""
    return _check(
        cm, "cm", "Berapa sentimeter lingkar lengannya?", lambda v: _within(v, ADULT_ARM_CM), (TENTH, TEN, HUNDREDTH)
    )


def check_swapped(kg: float, cm: float) -> Swapped | None:
    """Weight and height written in each other's place; to be asked before either is doubted alone."""
    if kg <= WEIGHT_KG[1] or cm >= LENGTH_CM[0] or not (_within(cm, WEIGHT_KG) and _within(kg, LENGTH_CM)):
        return None
    return Swapped(
        f"Tertulis berat {show(kg)} kg dan tinggi {show(cm)} cm. "
        f"Maksudnya berat {show(cm)} kg dan tinggi {show(kg)} cm?",
        kg=cm,
        cm=kg,
    )


def show(value: float) -> str:
    """A number as it is written in Indonesia, with at most three decimals: 8,4."""
    return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")


def _check(
    value: float, unit: str, ask: str, possible: Callable[[float], bool], factors: Iterable[float]
) -> Doubt | None:
    if possible(value):
        return None
    written = f"Tertulis {show(value)} {unit}."
    for factor in factors:
        meant = round(value * factor, 3)
        if possible(meant):
            return Doubt(f"{written} Maksudnya {show(meant)} {unit}?", meant)
    return Doubt(f"{written} {ask}", None)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _possible_at(kg: float, age_days: int) -> bool:
    """Whether a boy or a girl of this age can weigh this; true beyond the ages that WHO knows."""
    if not 0 <= age_days <= LAST_DAY:
        return True
    points = [curve("weight_for_age", sex).at(age_days) for sex in get_args(Sex)]
    return any(point is not None and _within(point.z(kg, restricted=True), WEIGHT_Z) for point in points)
