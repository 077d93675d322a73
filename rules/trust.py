"""Checks of a single measurement for slips of the pen. A doubtful one is asked again, with the likely value."""

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
"""Soft limits beyond which a value is asked again; the programme's own."""
BIRTH_WEIGHT_G = (400, 6500)
"""Limits of a birth weight in kg."""
WEIGHT_Z = (-6.0, 5.0)
"""WHO's limits of plausible z-scores for weight by age."""

THOUSANDTH, HUNDREDTH, TENTH, TEN, HUNDRED = 0.001, 0.01, 0.1, 10, 100


@dataclass(frozen=True)
class Doubt:
    """A question to ask, and the value probably meant; None where there is no guess."""

    question: str
    means: float | None


@dataclass(frozen=True)
class Swapped:
    """Weight and height exchanged: the question, and both values as probably meant."""

    question: str
    kg: float
    cm: float


def check_weight(kg: float, age_days: int | None) -> Doubt | None:
    """The doubt about an implausible weight for the age (grams, a lost comma, another child's); or None."""

    def possible(value: float) -> bool:
        return _within(value, WEIGHT_KG) and (age_days is None or _possible_at(value, age_days))

    # Grams first: without an age 1250 is 1,25 kg; with one, the other readings get their turn.
    return _check(kg, "kg", "Berapa kilogram beratnya?", possible, (THOUSANDTH, TENTH, HUNDREDTH, TEN))


def check_length(cm: float) -> Doubt | None:
    """The doubt about a length or height that no child under five has (metres, millimetres, a lost comma); or None."""
    return _check(
        cm,
        "cm",
        "Berapa sentimeter panjang atau tingginya?",
        lambda v: _within(v, LENGTH_CM),
        (HUNDRED, TENTH, TEN, HUNDREDTH),
    )


def check_muac(cm: float) -> Doubt | None:
    """The doubt about an arm circumference implausible under five (millimetres, a lost comma); or None."""
    return _check(
        cm, "cm", "Berapa sentimeter lingkar lengannya?", lambda v: _within(v, MUAC_CM), (TENTH, TEN, HUNDREDTH)
    )


def check_head(cm: float) -> Doubt | None:
    """The doubt about a head circumference implausible under five (millimetres, a lost comma); or None."""
    return _check(
        cm, "cm", "Berapa sentimeter lingkar kepalanya?", lambda v: _within(v, HEAD_CM), (TENTH, TEN, HUNDREDTH)
    )


def check_adult_arm(cm: float) -> Doubt | None:
    """The doubt about an arm circumference implausible for a pregnant woman (millimetres, a lost comma); or None."""
    return _check(
        cm, "cm", "Berapa sentimeter lingkar lengannya?", lambda v: _within(v, ADULT_ARM_CM), (TENTH, TEN, HUNDREDTH)
    )


def check_swapped(kg: float, cm: float) -> Swapped | None:
    """The doubt about exchanged weight and height; or None. To be checked before either is checked alone."""
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
    """Whether a boy or a girl of this age can weigh this; true outside the ages of the WHO tables."""
    if not 0 <= age_days <= LAST_DAY:
        return True
    points = [curve("weight_for_age", sex).at(age_days) for sex in get_args(Sex)]
    return any(point is not None and _within(point.z(kg, restricted=True), WEIGHT_Z) for point in points)
