"""The danger signs that a measurement shows, or two of them together; the signs themselves stand in rules.signs."""

from __future__ import annotations

from typing import Protocol

from rules.growth import Growth
from rules.signs import Sign, in_order, table
from rules.status import ARM_FROM_DAY, ARM_TO_DAY
from rules.velocity import fallen

NEWBORN_LOSS = 0.1  # of the birth weight; more of it lost is a sign (MTBM 2022)
NEWBORN_LOSS_TO_DAY = 14
SMALL_KG, SMALL_TO_DAY = 2.0, 6  # MTBM 2022


class Limits(Protocol):
    """Limits beyond which a measurement leads to a referral, in z-scores, cm and grams (content/programme.toml)."""

    @property
    def today_bb_tb_below(self) -> float: ...
    @property
    def today_lila_below_cm(self) -> float: ...
    @property
    def soon_bb_tb_below(self) -> float: ...
    @property
    def soon_lila_below_cm(self) -> float: ...
    @property
    def soon_tb_u_below(self) -> float: ...
    @property
    def soon_bb_u_below(self) -> float: ...
    @property
    def soon_lk_u_beyond(self) -> float: ...
    @property
    def soon_loss_g(self) -> int: ...
    @property
    def soon_fall_z(self) -> float: ...


def signs_from_growth(
    growth: Growth,
    age_days: int | None,
    oedema: bool,
    muac_cm: float | None,
    limits: Limits,
    *,
    weight_kg: float | None = None,
    birth_weight_g: int | None = None,
) -> list[Sign]:
    """The danger signs of one measurement, the most urgent first.

    Same day: oedema, BB/TB or, at 6-59 months, LiLA under its limit; in the first days of life a weight under 2 kg, or
    more than a tenth under the birth weight. Within 3-7 days: BB/TB or LiLA under the milder limit, TB/U or BB/U (below
    the red line) under its limit, head circumference beyond its own. A hardly possible score counts too once it has
    been confirmed.
    """
    arm = muac_cm if age_days is not None and ARM_FROM_DAY <= age_days <= ARM_TO_DAY else None
    head = None if growth.zhc is None else -abs(growth.zhc)
    very_thin, thin_arm = _below(growth.zwfl, limits.today_bb_tb_below), _under(arm, limits.today_lila_below_cm)
    found = {
        "gizi-edema": oedema,
        "gizi-sangat-kurus": very_thin,
        "gizi-lila": thin_arm,
        "bayi-berat-turun": _lost_since_birth(age_days, weight_kg, birth_weight_g),
        "bayi-berat-kecil": age_days is not None and age_days <= SMALL_TO_DAY and _under(weight_kg, SMALL_KG),
        "gizi-kurus": not very_thin and _below(growth.zwfl, limits.soon_bb_tb_below),
        "gizi-lila-kurang": not thin_arm and _under(arm, limits.soon_lila_below_cm),
        "gizi-sangat-pendek": _below(growth.zlen, limits.soon_tb_u_below),
        "gizi-berat-sangat-kurang": _below(growth.zwei, limits.soon_bb_u_below),
        "gizi-lingkar-kepala": _below(head, -limits.soon_lk_u_beyond),
    }
    return in_order(table()[id] for id, seen in found.items() if seen)


def signs_over_time(before: Growth, now: Growth, lost_g: int, twice_t: bool, limits: Limits) -> list[Sign]:
    """The danger signs of two measurements of one kind together; to be seen within 3-7 days.

    `lost_g` is the weight lost between them (`rules.velocity`), `twice_t` says 2T (`rules.weighing`).
    """
    found = {
        "gizi-berat-turun": lost_g > 0 and lost_g >= limits.soon_loss_g,
        "gizi-2t": twice_t,
        "gizi-turun-garis": bool(fallen(before, now, limits.soon_fall_z)),
    }
    return [table()[id] for id, seen in found.items() if seen]


def _lost_since_birth(age_days: int | None, weight_kg: float | None, birth_weight_g: int | None) -> bool:
    """Whether a newborn weighs more than a tenth less than at birth."""
    if age_days is None or age_days > NEWBORN_LOSS_TO_DAY or weight_kg is None or not birth_weight_g:
        return False
    return round(weight_kg * 1000) < birth_weight_g * (1 - NEWBORN_LOSS)


def _below(z: float | None, limit: float) -> bool:
    """Whether the score, rounded to two decimals as printed, is strictly below the limit."""
    return z is not None and round(z, 2) < limit


def _under(value: float | None, limit: float) -> bool:
    return value is not None and value < limit
