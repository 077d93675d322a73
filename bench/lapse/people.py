"""What the simulation assumes, read from people.toml, and the ladders it compares."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from content.programme import Programme
from programme.ladder import ladder_of
from rules.ladder import Rung, Step

FILE = Path(__file__).with_name("people.toml")


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
    offices: int
    under_one: int

    @property
    def days(self) -> int:
        return self.every_days + self.weeks * 7


@dataclass(frozen=True)
class Published:
    """A programme of which results are known, in mean days overdue."""

    overdue_without: float
    overdue_with: float
    reminder_days: Sequence[int]
    superior_day: int


@dataclass(frozen=True)
class Ladder:
    """The steps of ``rules.ladder``, and after how many days without a visit "when can you go?" is asked first and
    again; both 0 where it is never asked.
    """

    name: str
    steps: tuple[Step, ...]
    asks_after: int = 0
    asks_every: int = 0

    @property
    def climbs(self) -> bool:
        return any(step.rung is not Rung.VISITOR for step in self.steps)


def compared(programme: Programme) -> Sequence[Ladder]:
    """Without reminders, with those of the foster parent, with those above them too, and with promises."""
    whole = ladder_of(programme.ladder)
    own = tuple(step for step in whole if step.rung is Rung.VISITOR)
    first = own[-1].days + programme.promises.after_days
    return (
        Ladder("none", ()),
        Ladder("foster parent only", own),
        Ladder("with superior", whole),
        Ladder("with superior and promise", whole, first, programme.promises.every_days),
    )


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
