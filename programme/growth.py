"""The z-scores and classes of a stored measurement, and plain words about it.

A child born before 37 weeks is scored by its corrected age until 24 months, and the words say so: "umur koreksi".
"""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from db.measurements import Measurement
from rules.growth import Growth, Measured, Position, assess
from rules.stages import corrected_age_days
from rules.status import Class, Head, Height, Index, Nutrition, Weight, class_of, nutrition, word_for
from rules.tables import Sex

MEASURE_AGAIN = "hasil ukur ini di luar kebiasaan, mohon diukur ulang"

_FROM_NORMAL: dict[Class, int] = {
    Weight.VERY_LOW: -2, Weight.LOW: -1, Weight.MAYBE_HIGH: 1,
    Height.VERY_SHORT: -2, Height.SHORT: -1,
    Nutrition.SEVERE: -2, Nutrition.MODERATE: -1,
    Nutrition.MAYBE_OVER: 1, Nutrition.OVER: 2, Nutrition.OBESE: 3,
    Head.SMALL: -1, Head.LARGE: 1,
}  # fmt: skip


def measured(sex: str, born: date | None, row: Measurement, gestation_weeks: int | None = None) -> Measured:
    """The measurement as ``rules.growth`` takes it, with the corrected age in days; ``sex`` is "L" or "P"."""
    days = _age_days(born, row)
    return Measured(
        sex=cast(Sex, sex),
        age_days=None if days is None else corrected_age_days(days, gestation_weeks),
        weight_kg=row.weight_kg,
        length_cm=row.length_cm,
        position=cast("Position | None", row.position),
        head_cm=row.head_cm,
        muac_cm=row.muac_cm,
        oedema=row.oedema,
    )


def growth(sex: str, born: date | None, row: Measurement, gestation_weeks: int | None = None) -> Growth:
    """The z-scores of the measurement (Permenkes 2/2020, WHO 2006)."""
    return assess(measured(sex, born, row, gestation_weeks))


def classes(sex: str, born: date | None, row: Measurement, gestation_weeks: int | None = None) -> dict[Index, Class]:
    """The classes of Permenkes 2/2020 that follow from the measurement: BB/U, TB/U, and BB/TB with LiLA and oedema.

    A score that WHO flags as implausible has no class: the child should be measured again.
    """
    scores = growth(sex, born, row, gestation_weeks)
    found: dict[Index, Class] = {}
    if scores.zwei is not None and not scores.fwei:
        found["BB/U"] = class_of("BB/U", scores.zwei)
    if scores.zlen is not None and not scores.flen:
        found["TB/U"] = class_of("TB/U", scores.zlen)
    by_weight = None if scores.fwfl else scores.zwfl
    if (worst := nutrition(by_weight, row.muac_cm, _age_days(born, row), row.oedema)) is not None:
        found["BB/TB"] = worst
    return found


def _age_days(born: date | None, row: Measurement) -> int | None:
    return None if born is None or born > row.measured_on else (row.measured_on - born).days


def words(sex: str, born: date | None, row: Measurement, gestation_weeks: int | None = None) -> list[str]:
    """Plain phrases about the measurement, each to follow the child's name; never a diagnosis."""
    what = measured(sex, born, row, gestation_weeks)
    scores = assess(what)
    said: list[str] = []
    told: tuple[tuple[Index, float | None, bool | None], ...] = (
        ("BB/U", scores.zwei, scores.fwei),
        ("TB/U", scores.zlen, scores.flen),
        ("BB/TB", scores.zwfl, scores.fwfl),
        ("LK/U", scores.zhc, scores.fhc),
    )
    for index, z, flagged in told:
        if z is not None:
            said.append(MEASURE_AGAIN if flagged else word_for(index, z))
    if what.age_days != _age_days(born, row):
        said = [re.sub(r"\bumur", "umur koreksi", phrase) for phrase in said]
    return list(dict.fromkeys(said))


def worsened(before: Class, after: Class) -> bool:
    """Whether the child has moved away from normal, by class."""
    return abs(_FROM_NORMAL.get(after, 0)) > abs(_FROM_NORMAL.get(before, 0))


def too_low(name: Class) -> bool:
    """Whether the puskesmas should see a child of this class: too light, too short or too thin."""
    return _FROM_NORMAL.get(name, 0) < 0
