"""The simulated city: its tables, its ledger, its random numbers, and scheduled events."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappush
from itertools import count
from random import Random
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bench.three_years.ledger import Ledger, Recipient, Told
from content.city import City


class Doing(Protocol):
    def __call__(self, world: World, now: datetime, /) -> None: ...


@dataclass
class World:
    """The simulated city with its random numbers and scheduled events."""

    session: Session
    city: City
    chance: Random
    ledger: Ledger
    end: date
    queue: list[tuple[datetime, int, Doing]] = field(default_factory=list[tuple[datetime, int, Doing]])
    posyandus: Sequence[Any] = ()
    asns: Sequence[int] = ()
    _turn: Iterator[int] = field(default_factory=count)

    def readers_of(self, person: int) -> list[Recipient]:
        """As whom this person reads, in one family or several."""
        return [self.ledger.recipients[carer] for carer in self.ledger.people[person]]

    def family(self, family: int) -> list[Recipient]:
        """Who has read for this family at any time."""
        return [self.ledger.recipients[carer] for carer in self.ledger.families[family]]

    def told_of(self, about: str) -> list[Told]:
        return self.ledger.told_of[about]

    def looks_between(self, first: date, last: date) -> Sequence[datetime]:
        """The looks of these days, both included."""
        begin, end = (
            datetime.combine(day, datetime.min.time(), self.city.zone) for day in (first, last + timedelta(1))
        )
        ticks = self.ledger.ticks
        return ticks[bisect_left(ticks, begin) : bisect_left(ticks, end)]

    def at(self, moment: datetime, do: Doing) -> None:
        heappush(self.queue, (moment, next(self._turn), do))

    def on(self, day: date, do: Doing) -> None:
        """Some time of the day, half a minute after a full one: never in the same moment as a look at the tables."""
        if day <= self.end:
            after = timedelta(minutes=self.chance.randrange(8 * 60, 19 * 60), seconds=30)
            self.at(datetime.combine(day, datetime.min.time(), self.city.zone) + after, do)
