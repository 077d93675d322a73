"""Quality of many measurements: last digits, spread, and the difference of second measurements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from statistics import stdev

ROUND_BY_CHANCE = 0.2
"""Share of round last digits (0 and 5) by chance: two of ten."""
BEYOND_CHANCE = 3.29
"""Standard errors above chance from which round digits are reported. A careful reader reaches it about once in two
thousand times, so that among the hundreds of a city nobody is named by accident."""


@dataclass(frozen=True)
class Digits:
    """How many of ``counted`` values with one decimal end in 0 or 5."""

    counted: int
    round: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where nothing was counted."""
        return self.round / self.counted if self.counted else 0.0

    def beyond_chance(self, enough: int) -> bool | None:
        """Whether there are more round values than chance gives; None with fewer than ``enough`` values."""
        if self.counted < max(enough, 1):
            return None
        expected = self.counted * ROUND_BY_CHANCE
        return (self.round - expected) / sqrt(expected * (1 - ROUND_BY_CHANCE)) > BEYOND_CHANCE


@dataclass(frozen=True)
class Share:
    """A count out of a total."""

    counted: int
    found: int

    @property
    def share(self) -> float:
        return self.found / self.counted if self.counted else 0.0

    def above(self, percent: float, enough: int) -> bool | None:
        """Whether the share is above a limit; None with fewer than ``enough`` counted."""
        return self.share * 100 > percent if self.counted >= max(enough, 1) else None


def digits(values: Iterable[float]) -> Digits:
    """How many first decimals of kilograms or centimetres are 0 or 5. Of 8.45 the 4 counts."""
    tenths = [floor(round(value * 10, 6)) % 10 for value in values]
    return Digits(len(tenths), sum(tenth in (0, 5) for tenth in tenths))


def spread(scores: Sequence[float], enough: int) -> float | None:
    """The standard deviation of z-scores; None with fewer than ``enough``. Shown, never judged.

    Published ranges were made for whole surveys and differ from each other (WHO 1995; Mei and Grummer-Strawn 2007).
    """
    return stdev(scores) if len(scores) >= max(enough, 2) else None


def technical_error(differences: Sequence[float], enough: int) -> float | None:
    """TEM = sqrt(sum d² / 2n) of the differences between a first and a second measurement, in their unit.

    None with fewer than ``enough`` differences.
    """
    if len(differences) < max(enough, 1):
        return None
    return sqrt(sum(difference**2 for difference in differences) / (2 * len(differences)))
