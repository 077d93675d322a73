"""What the simulation assumes, read from people.toml, and the ladders it compares."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("people.toml")


class Step(NamedTuple):
    """Who is told so many days after a visit fell due."""

    days: int
    who: str


@dataclass(frozen=True)
class People:
    """Chances; people.toml says of what."""

    own: float
    early: int
    reminder: float
    alone: float
    tires: float
    superior: float
    office: float
    city: float
    answers: float
    keeps: float
    within: int


@dataclass(frozen=True)
class City:
    """Sizes and shares; ``weeks`` is how long it is watched."""

    asn: int
    children: Sequence[float]
    stop: float
    stopped_own: float
    stopped_hears: float
    superior_known: float
    every_days: int
    weeks: int


@dataclass(frozen=True)
class Published:
    """A programme of which results are known, in mean days overdue."""

    overdue_without: float
    overdue_with: float
    reminder_days: Sequence[int]
    superior_day: int


@dataclass(frozen=True)
class Ladder:
    """``asks_every``: days between two questions "when can you go?"; 0 where it is never asked."""

    name: str
    steps: Sequence[Step]
    asks_every: int = 0

    @property
    def climbs(self) -> bool:
        return any(step.who != "asn" for step in self.steps)

    @property
    def asks(self) -> bool:
        return self.asks_every > 0

    @property
    def last_reminder(self) -> int:
        return max((step.days for step in self.steps if step.who == "asn"), default=0)

    def step(self, late: int, taken: Collection[int]) -> Step | None:
        """The step to take of a visit so many days late: the latest that has come, where it was not taken."""
        come = [step for step in self.steps if step.days <= late]
        return come[-1] if come and come[-1].days not in taken else None


def read(file: Path = FILE) -> tuple[People, City, Published]:
    """Raises TypeError for a name that is missing or unknown."""
    with file.open("rb") as source:
        told: dict[str, dict[str, Any]] = tomllib.load(source)
    return People(**told["people"]), City(**told["city"]), Published(**told["published"])


def varied(people: People, city: City, by: float) -> list[tuple[str, People, City]]:
    """Each assumption by itself that many times as large; chances stay below one."""
    found: list[tuple[str, People, City]] = []
    for one in fields(People):
        value = getattr(people, one.name)
        if isinstance(value, float):
            found.append((one.name, replace(people, **{one.name: min(value * by, 0.98)}), city))
    for name in ("stop", "stopped_own", "stopped_hears", "superior_known"):
        found.append((name, people, replace(city, **{name: min(getattr(city, name) * by, 0.98)})))
    return found
