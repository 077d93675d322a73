"""Classes of z-scores (Permenkes 2/2020), and their plain words, which are never a diagnosis."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Index = Literal["BB/U", "TB/U", "BB/TB", "IMT/U", "LK/U"]
"""Names of the indices. TB/U stands for PB/U too, and BB/TB for BB/PB: their classes are the same."""

ARM_FROM_DAY = 183
"""First day on which LiLA is judged: 6 months (6 x 30.4375 days); to 59 months."""
ARM_TO_DAY = 1826


class Weight(StrEnum):
    """BB/U."""

    VERY_LOW = "berat badan sangat kurang"
    LOW = "berat badan kurang"
    NORMAL = "berat badan normal"
    MAYBE_HIGH = "risiko berat badan lebih"


class Height(StrEnum):
    """PB/U and TB/U."""

    VERY_SHORT = "sangat pendek"
    SHORT = "pendek"
    NORMAL = "normal"
    TALL = "tinggi"


class Nutrition(StrEnum):
    """BB/PB, BB/TB and IMT/U."""

    SEVERE = "gizi buruk"
    MODERATE = "gizi kurang"
    GOOD = "gizi baik"
    MAYBE_OVER = "berisiko gizi lebih"
    OVER = "gizi lebih"
    OBESE = "obesitas"


class Head(StrEnum):
    """LK/U, which Permenkes 2/2020 does not class: the limits are those of SDIDTK 2022."""

    SMALL = "lingkar kepala kecil"
    NORMAL = "lingkar kepala normal"
    LARGE = "lingkar kepala besar"


Class = Weight | Height | Nutrition | Head


@dataclass(frozen=True)
class Scale:
    """The classes of an index: strictly below a limit (lowest first), strictly above one (highest first), or normal."""

    below: tuple[tuple[float, Class], ...]
    normal: Class
    above: tuple[tuple[float, Class], ...]


_NUTRITION = Scale(
    below=((-3, Nutrition.SEVERE), (-2, Nutrition.MODERATE)),
    normal=Nutrition.GOOD,
    above=((3, Nutrition.OBESE), (2, Nutrition.OVER), (1, Nutrition.MAYBE_OVER)),
)
SCALES: dict[Index, Scale] = {
    "BB/U": Scale(((-3, Weight.VERY_LOW), (-2, Weight.LOW)), Weight.NORMAL, ((1, Weight.MAYBE_HIGH),)),
    "TB/U": Scale(((-3, Height.VERY_SHORT), (-2, Height.SHORT)), Height.NORMAL, ((3, Height.TALL),)),
    "BB/TB": _NUTRITION,
    "IMT/U": _NUTRITION,
    "LK/U": Scale(((-2, Head.SMALL),), Head.NORMAL, ((2, Head.LARGE),)),
}


def class_of(index: Index, z: float) -> Class:
    """The class of a z-score rounded to two decimals: exactly -2.00 is normal, exactly -3.00 the milder class."""
    z, scale = round(z, 2), SCALES[index]
    for limit, name in scale.below:
        if z < limit:
            return name
    for limit, name in scale.above:
        if z > limit:
            return name
    return scale.normal


def arm_class(muac_cm: float, age_days: int) -> Nutrition | None:
    """LiLA from 6 to 59 months: under 11.5 cm gizi buruk, under 12.5 cm gizi kurang. None at other ages."""
    if not ARM_FROM_DAY <= age_days <= ARM_TO_DAY:
        return None
    if muac_cm < 11.5:
        return Nutrition.SEVERE
    return Nutrition.MODERATE if muac_cm < 12.5 else Nutrition.GOOD


def nutrition(zwfl: float | None, muac_cm: float | None, age_days: int | None, oedema: bool) -> Nutrition | None:
    """The worst class of BB/TB, LiLA and oedema; oedema of both feet alone is gizi buruk (Permenkes 29/2019).

    None when there is nothing to judge by.
    """
    arm = None if muac_cm is None or age_days is None else arm_class(muac_cm, age_days)
    by_weight = None if zwfl is None else class_of("BB/TB", zwfl)
    for name in (Nutrition.SEVERE, Nutrition.MODERATE):
        if name in (arm, by_weight) or (oedema and name is Nutrition.SEVERE):
            return name
    return by_weight if isinstance(by_weight, Nutrition) else arm


CONFIRM = "perlu dipastikan puskesmas"

_WORDS: dict[Class, str] = {
    Weight.VERY_LOW: f"berat badan sangat kurang menurut umur, {CONFIRM}",
    Weight.LOW: f"berat badan kurang menurut umur, {CONFIRM}",
    Weight.NORMAL: "berat badan sesuai umur",
    Weight.MAYBE_HIGH: "berat badan di atas garis umurnya, perlu dilihat bersama tinggi badan",
    Height.VERY_SHORT: f"sangat pendek menurut umur, {CONFIRM}",
    Height.SHORT: f"pendek menurut umur, {CONFIRM}",
    Height.NORMAL: "tinggi badan sesuai umur",
    Height.TALL: "tinggi menurut umur",
    Nutrition.SEVERE: f"berat badan sangat kurang menurut tinggi badan, {CONFIRM}",
    Nutrition.MODERATE: f"berat badan kurang menurut tinggi badan, {CONFIRM}",
    Nutrition.GOOD: "berat badan sesuai tinggi badan",
    Nutrition.MAYBE_OVER: "berat badan agak lebih menurut tinggi badan",
    Nutrition.OVER: f"berat badan lebih menurut tinggi badan, {CONFIRM}",
    Nutrition.OBESE: f"berat badan sangat lebih menurut tinggi badan, {CONFIRM}",
    Head.SMALL: f"lingkar kepala di bawah garis umurnya, {CONFIRM}",
    Head.NORMAL: "lingkar kepala sesuai umur",
    Head.LARGE: f"lingkar kepala di atas garis umurnya, {CONFIRM}",
}


def word_for(index: Index, z: float) -> str:
    """Plain words for a z-score, to follow a name: "Adik pendek menurut umur, perlu dipastikan puskesmas".

    Never a diagnosis: the word stunting is a doctor's (Kepmenkes 1928/2022).
    """
    return _WORDS[class_of(index, z)]
