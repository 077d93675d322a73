"""The report on the quality of measuring: groups of measurements, and what would help each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from content.programme import Quality as Rules
from rules.quality import Digits, Share


@dataclass(frozen=True)
class Concern:
    """One finding: what the numbers show, how strongly, and what would help."""

    fact: str
    size: float
    help: str


@dataclass(frozen=True)
class Group:
    """The measurements of one reporter (what they reported) or one posyandu (what is official).

    Spreads are standard deviations of z, None where there is too little to tell. ``second_kg`` and ``second_cm`` are
    the differences of second measurings from the first.
    """

    kind: str
    name: str
    place: str
    weight: Digits
    length: Digits
    questioned: Share
    spread_bb_u: float | None
    spread_tb_u: float | None
    spread_bb_tb: float | None
    second_kg: tuple[float, ...]
    second_cm: tuple[float, ...]
    concerns: tuple[Concern, ...]


@dataclass(frozen=True)
class Quality:
    """The report. ``groups``: first those where training would help most; ``enough``: any group has enough values."""

    title: str
    at: datetime
    since: date
    measured: int
    groups: tuple[Group, ...]
    rules: Rules

    @property
    def enough(self) -> bool:
        return any(group.questioned.counted >= self.rules.enough_values for group in self.groups)

    @property
    def seconds(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """All differences of second measurings, in kg and in cm."""
        kg = tuple(one for group in self.groups for one in group.second_kg)
        return kg, tuple(one for group in self.groups for one in group.second_cm)
