"""When a child has recovered, and when it is too old for the programme."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.stages import months_after

LEAVES_AT_MONTH = 60
"""The programme cares for children under five."""


@dataclass(frozen=True)
class Height:
    """One official measurement: its day, and TB/U as a z-score."""

    on: date
    z: float


def recovered(heights: Sequence[Height], z_at_least: float, measurements: int, months_apart: int) -> bool:
    """Whether the last official measurements, oldest first, show that the child has recovered ("lulus").

    TB/U at or above the limit (as it is printed, with two decimals) on so many measurements in a row up to the last,
    of which the first and the last are at least so many months apart. There is no official definition; the city sets
    it in programme.toml.
    """
    well: list[Height] = []
    for height in reversed(heights):
        if round(height.z, 2) < z_at_least:
            break
        well.append(height)
    return len(well) >= measurements and well[0].on >= months_after(well[-1].on, months_apart)


def aged_out(born: date, today: date) -> bool:
    """Whether the child has turned five."""
    return today >= months_after(born, LEAVES_AT_MONTH)
