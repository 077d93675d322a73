"""Z-scores by day of age, exactly as the R package anthro 1.1.0 (WHO) computes them."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from rules.tables import Lms, Sex, Table, curve

Position = Literal["telentang", "berdiri"]

LAST_DAY = 1826
"""The last day below 60 months of 30.4375 days; later days have no z-score."""
STANDING_FROM = 731
"""First day on which the standard is standing height; before it, lying length."""
NINE_MONTHS = 274
"""First day from which a child can be measured standing."""
STANDING_LOSS_CM = 0.7
"""Centimetres by which standing height is shorter than lying length (Permenkes 2/2020)."""
LYING_BELOW_CM = 87.0
"""Length in cm that decides where age and position are unknown: below it lying, from it on standing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement as taken: kilograms, centimetres, whole days of age. None: not known."""

    sex: Sex
    age_days: int | None
    weight_kg: float | None = None
    length_cm: float | None = None
    position: Position | None = None
    head_cm: float | None = None
    muac_cm: float | None = None
    oedema: bool = False


@dataclass(frozen=True, slots=True)
class Growth:
    """Unrounded z-scores, None where there is none; each with WHO's flag, True for an implausible score.

    zlen PB/U or TB/U, zwei BB/U, zwfl BB/PB or BB/TB, zbmi IMT/U, zhc LK/U, zac LiLA/U. `length_used` is the length
    after the correction for the position; `position_ignored` says that a child under 9 months was noted as standing.
    """

    zlen: float | None
    zwei: float | None
    zwfl: float | None
    zbmi: float | None
    zhc: float | None
    zac: float | None
    flen: bool | None
    fwei: bool | None
    fwfl: bool | None
    fbmi: bool | None
    fhc: bool | None
    fac: bool | None
    length_used: float | None
    position_ignored: bool


def assess(m: Measured) -> Growth:
    """All six z-scores of one measurement.

    There is no score for what was not measured or is not above zero, for weight with oedema, after day 1826, for LiLA
    before day 91, and for weight by a length outside the tables (45-110 cm lying, 65-120 cm standing). Without an age
    only weight for length remains. Impossible values get a flagged score, as in anthro: 0 kg has a zwfl, 0 cm an
    infinite zbmi. Refusing them is left to the code that asks for the numbers.
    """
    length, lying, ignored = _as_the_standard_has_it(m)
    weight = None if m.oedema else m.weight_kg

    zlen = _by_age("length_for_age", m, length, restricted=False)
    zwei = _by_age("weight_for_age", m, weight)
    zwfl = _by_length(m, weight, length, lying)
    zbmi = _by_age("bmi_for_age", m, _bmi(weight, length))
    zhc = _by_age("head_for_age", m, m.head_cm, restricted=False)
    zac = _by_age("arm_for_age", m, m.muac_cm)
    return Growth(
        *(zlen, zwei, zwfl, zbmi, zhc, zac),
        flen=_beyond(zlen, -6, 6),
        fwei=_beyond(zwei, -6, 5),
        fwfl=_beyond(zwfl, -5, 5),
        fbmi=_beyond(zbmi, -5, 5),
        fhc=_beyond(zhc, -5, 5),
        fac=_beyond(zac, -5, 5),
        length_used=length,
        position_ignored=ignored,
    )


def _as_the_standard_has_it(m: Measured) -> tuple[float | None, bool, bool]:
    """The length in the standard's position, whether that is lying, and whether the noted position was ignored."""
    length = m.length_cm
    if m.age_days is None:
        lying = m.position == "telentang" if m.position else length is not None and length < LYING_BELOW_CM
        return length, lying, False
    lying = m.age_days < STANDING_FROM
    ignored = m.position == "berdiri" and m.age_days < NINE_MONTHS
    if length is None or ignored:
        return length, lying, ignored
    if lying and m.position == "berdiri":
        return length + STANDING_LOSS_CM, lying, ignored
    if not lying and m.position == "telentang":
        return length - STANDING_LOSS_CM, lying, ignored
    return length, lying, ignored


def _by_age(table: Table, m: Measured, measured: float | None, restricted: bool = True) -> float | None:
    if measured is None or m.age_days is None or measured <= 0:
        return None
    return _z(curve(table, m.sex).at(m.age_days), measured, restricted)


def _by_length(m: Measured, weight: float | None, length: float | None, lying: bool) -> float | None:
    if weight is None or length is None or weight < 0:
        return None
    if m.age_days is not None and not 0 <= m.age_days <= LAST_DAY:
        return None
    table: Table = "weight_for_length" if lying else "weight_for_height"
    # Nine decimals of a millimetre, or float rounding would put exactly 110 cm outside the table.
    return _z(curve(table, m.sex).between(round(length * 10, 9)), weight, restricted=True)


def _z(point: Lms | None, measured: float, restricted: bool) -> float | None:
    return None if point is None else point.z(measured, restricted)


def _bmi(weight: float | None, length: float | None) -> float | None:
    if weight is None or length is None or weight <= 0:
        return None
    square = (length / 100) * (length / 100)
    return weight / square if square else inf


def _beyond(z: float | None, low: float, high: float) -> bool | None:
    """WHO's flag: whether the score, rounded to two decimals as printed, is outside `low` to `high`."""
    return None if z is None else not low <= round(z, 2) <= high
