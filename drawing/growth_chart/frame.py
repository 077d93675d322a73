"""The geometry of a growth chart: the part of the WHO standard it shows, its axes, and its lines in pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal

from rules.growth import STANDING_FROM, STANDING_LOSS_CM
from rules.tables import Curve, Lms, Sex, Table, curve

Kind = Literal["berat", "tinggi", "bb_tb"]
"""Weight for age, length or height for age, weight for length or height."""

WIDTH, HEIGHT = 1024, 1280
"""Width and height in pixels. Telegram shrinks pictures with a side above 1280, and their letters with them."""
LEFT, TOP, RIGHT, BOTTOM = 104, 218, 984, 1012
"""The edges of the part with the curves."""

DAYS_A_MONTH = 30.4375
MONTHS = ((0, 6), (0, 12), (0, 24), (12, 36), (24, 60))
LYING_CM = ((45, 65), (50, 75), (60, 85), (70, 100), (80, 110))
STANDING_CM = ((65, 90), (75, 100), (85, 110), (95, 120))
# The lowest and the highest curve that must fit, in SD: there must be room for a child far below the red line.
ROOM: dict[Kind, tuple[float, float]] = {"berat": (-4.2, 3.3), "tinggi": (-4.2, 3.2), "bb_tb": (-4.2, 3.3)}


@dataclass(frozen=True)
class Frame:
    """The background of a chart: `low` to `high` in months of age, or in cm of length (`standing`: of height)."""

    kind: Kind
    sex: Sex
    low: int
    high: int
    standing: bool = False

    def x(self, place: float) -> float:
        """The pixel column of an age in months, or of a length in cm."""
        return LEFT + (place - self.low) / (self.high - self.low) * (RIGHT - LEFT)

    def y(self, value: float) -> float:
        """The pixel row of a weight in kg or a length in cm."""
        low, high = self.reach
        return BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP)

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The lowest and the highest value of the chart, both on grid lines."""
        below, above = ROOM[self.kind]
        low = min(value for line in self.lines(below) for _, value in line)
        high = max(value for line in self.lines(above) for _, value in line)
        step = self.step
        return low // step * step, -(-high // step) * step

    @property
    def step(self) -> int:
        """The distance of the grid's lines: 1 kg, 2 kg where the chart is tall, 5 cm."""
        if self.kind == "tinggi":
            return 5
        return 2 if self.kind == "berat" and self.high > 24 else 1

    def lines(self, z: float) -> list[list[tuple[float, float]]]:
        """The curve of a z-score as (place, value); two pieces where lying length becomes standing height."""
        pieces: list[list[tuple[float, float]]] = [[]]
        before = None
        for step, place, point in self._points():
            if self.kind == "tinggi" and before is not None and before < STANDING_FROM <= step:
                pieces.append([])
            pieces[-1].append((place, point.value(z)))
            before = step
        return pieces

    def _points(self) -> Iterator[tuple[int, float, Lms]]:
        table: Curve = curve(self.table, self.sex)
        if self.kind == "bb_tb":
            steps = [(mm, mm / 10) for mm in range(self.low * 10, self.high * 10 + 1, 5)]
        else:
            first, last = (round(month * DAYS_A_MONTH) for month in (self.low, self.high))
            turn = {STANDING_FROM - 1, STANDING_FROM} if first < STANDING_FROM < last else set[int]()
            days = {*range(first, last, 3), last} | turn
            steps = [(day, day / DAYS_A_MONTH) for day in sorted(days)]
        for step, place in steps:
            if (point := table.at(step)) is not None:
                yield step, place, point

    @property
    def table(self) -> Table:
        if self.kind == "bb_tb":
            return "weight_for_height" if self.standing else "weight_for_length"
        return "weight_for_age" if self.kind == "berat" else "length_for_age"


def by_age(kind: Kind, sex: Sex, month: float) -> Frame:
    """The first window of age that holds the whole month beginning at the age of `month`."""
    low, high = next((w for w in MONTHS if month + 1 <= w[1]), MONTHS[-1])
    return _kept(Frame(kind, sex, low, high))


def by_length(sex: Sex, standing: bool, cm: float | None) -> Frame:
    """The first window of length (height) with room to grow after `cm`."""
    windows = STANDING_CM if standing else LYING_CM
    low, high = windows[0] if cm is None else next((w for w in windows if cm <= w[1] - 4), windows[-1])
    return _kept(Frame("bb_tb", sex, low, high, standing))


@cache
def _kept(frame: Frame) -> Frame:
    """The cached frame equal to this one, which has its `reach` computed already."""
    return frame


def as_standing(cm: float, age_days: int) -> float:
    """A length measured lying, as it would be standing (Permenkes 2/2020)."""
    return cm - STANDING_LOSS_CM if age_days < STANDING_FROM else cm
