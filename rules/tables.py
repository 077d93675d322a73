"""The WHO Child Growth Standards as L, M, S by day of age or millimetre of length, read at first use."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import copysign, inf
from pathlib import Path
from typing import Literal, NamedTuple

Sex = Literal["L", "P"]
"""L (laki-laki, male) or P (perempuan, female), as in the Buku KIA."""

Table = Literal[
    "length_for_age",
    "weight_for_age",
    "bmi_for_age",
    "head_for_age",
    "arm_for_age",
    "weight_for_length",
    "weight_for_height",
]

FOLDER = Path(__file__).with_name("who")


class Lms(NamedTuple):
    """One point of a curve: the skewness (nowhere exactly 0), the median and the coefficient of variation."""

    l: float  # noqa: E741 - the WHO's own name
    m: float
    s: float

    def value(self, z: float) -> float:
        """The measurement at z-score `z`."""
        return self.m * (1 + self.l * self.s * z) ** (1 / self.l)

    def z(self, measured: float, restricted: bool) -> float:
        """The z-score of a measurement of 0 or more; infinite where the formula is (0, or very large values).

        Restricted: beyond 3 SD it is linear by the distance from 2 to 3 SD, as WHO does where weight is involved.
        """
        try:
            z = ((measured / self.m) ** self.l - 1) / (self.l * self.s)
        except (ZeroDivisionError, OverflowError):
            z = copysign(inf, self.l)
        if not restricted or -3 <= z <= 3:
            return z
        two, three = self.value(copysign(2, z)), self.value(copysign(3, z))
        return copysign(3, z) + (measured - three) / abs(three - two)


@dataclass(frozen=True)
class Curve:
    """L, M and S of one sex, by whole days or whole millimetres beginning with `first`."""

    first: int
    l: Sequence[float]  # noqa: E741
    m: Sequence[float]
    s: Sequence[float]

    def at(self, step: int) -> Lms | None:
        """The point at a whole day or millimetre; None outside the table."""
        here = step - self.first
        return Lms(self.l[here], self.m[here], self.s[here]) if 0 <= here < len(self.m) else None

    def between(self, step: float) -> Lms | None:
        """The point at any place, L, M and S interpolated linearly; None outside the table."""
        if not self.first <= step < self.first + len(self.m):
            return None
        here = int(step)
        low, high = self.at(here), self.at(here + 1)
        if low is None or step == here:
            return low
        if high is None:
            return None
        part = step - here
        return Lms(*(a + part * (b - a) for a, b in zip(low, high, strict=True)))


@cache
def curve(table: Table, sex: Sex) -> Curve:
    """The curve of one table and sex, from rules/who."""
    return _read(table)[sex]


@cache
def _read(table: Table) -> dict[Sex, Curve]:
    _, _, body = (FOLDER / f"{table}.csv").read_text("ascii").partition("\n")
    # Converting the whole file at once is three times as fast as the csv module row by row.
    cells = array("d", map(float, body.rstrip().replace("\n", ",").split(",")))
    first = int(cells[0])
    if len(cells) % 7 or cells[0::7] != array("d", range(first, first + len(cells) // 7)):
        raise ValueError(f"{table}.csv is damaged: write it anew with scripts/make_who_tables.py")
    return {
        "L": Curve(first, cells[1::7], cells[2::7], cells[3::7]),
        "P": Curve(first, cells[4::7], cells[5::7], cells[6::7]),
    }
