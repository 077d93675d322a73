"""What is counted of one area, and the order in which areas need help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from db.roles import ScopeKind

WEEKS = 8
AGES = ((0, 2), (3, 7), (8, 14), (15, None))
"""Open referrals by age in days, the first and the last day of each group."""
AGE_WORDS = ("0-2 hari", "3-7 hari", "8-14 hari", "lebih dari 14 hari")
TAPS = {
    ScopeKind.VILLAGE: "village", ScopeKind.DISTRICT: "district", ScopeKind.HEALTH_CENTRE: "health_centre",
    ScopeKind.POSYANDU: "posyandu", ScopeKind.OFFICE: "office",
}  # fmt: skip
"""What a button calls each kind of area: "area:village:31"."""


class Week(NamedTuple):
    """The visits due in the week that begins on ``monday``: how many, made by now, and made on time.

    See ``rules.punctuality``.
    """

    monday: date
    due: int = 0
    done: int = 0
    on_time: int = 0


@dataclass(frozen=True)
class Counts:
    """The numbers of an area as of now.

    ``fostered``: children, mothers and couples of whom somebody answers for the visits; ``needed`` of them were or are
    to be visited this month, and ``seen`` were. ``late`` visits are overdue, the worst by ``longest`` days.
    ``unassigned``: children, mothers and couples whom nobody fosters, now or later. ``not_joined``: foster parents of
    whom nobody has ever joined; who fosters in two areas is counted in each, and once in their sum.

    ``referrals`` are open, ``unhandled`` of them taken on by nobody, and ``danger`` of these must be seen now or today;
    ``ages`` is the open ones by ``AGES``. ``questions`` wait too long for an answer. An office has no task in anybody's
    health: of it only ``referrals`` are counted, and nobody is ``unassigned``.

    ``weeks`` are the last full weeks, oldest first.
    """

    fostered: int = 0
    needed: int = 0
    seen: int = 0
    late: int = 0
    longest: int = 0
    unassigned: int = 0
    not_joined: int = 0
    referrals: int = 0
    unhandled: int = 0
    danger: int = 0
    ages: tuple[int, ...] = (0,) * len(AGES)
    questions: int = 0
    weeks: tuple[Week, ...] = ()

    @property
    def week(self) -> Week:
        """The last full week."""
        return self.weeks[-1]

    @property
    def share_late(self) -> float:
        return self.late / self.fostered if self.fostered else 0.0

    @property
    def needs_help(self) -> bool:
        return bool(self.danger or self.late or self.unassigned)


@dataclass(frozen=True)
class Area:
    """A place, an office or the city; ``id`` is 0 for the city, and for what belongs to no such place or office."""

    kind: ScopeKind
    id: int
    name: str
    counts: Counts
    district_id: int | None = None

    @property
    def tap(self) -> str:
        """The button that opens it; empty where there is nothing to open."""
        return f"area:{TAPS[self.kind]}:{self.id}" if self.id and self.kind in TAPS else ""


HELP_FIRST = "Urutannya: bahaya yang belum ditangani, lalu bagian yang terlambat, lalu yang belum punya pendamping."
OFFICES_FIRST = "Urutannya: bagian yang terlambat."
"""The order of ``help_first`` as it is told, of places and of offices, of which nothing else is counted."""


def help_first(areas: Sequence[Area]) -> list[Area]:
    """What needs help first: the most dangers that nobody has taken on, then the largest share of visits that are late,
    then the most whom nobody fosters. An order, no score."""

    def key(one: Area) -> tuple[int, float, int, str]:
        return -one.counts.danger, -one.counts.share_late, -one.counts.unassigned, one.name

    return sorted(areas, key=key)


@dataclass
class Tally:
    """Counts while they are added up."""

    numbers: dict[str, int] = field(default_factory=dict[str, int])
    longest: int = 0
    not_joined: set[int] = field(default_factory=set[int])
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    weeks: dict[date, list[int]] = field(default_factory=dict[date, list[int]])

    def add(self, name: str, by: int = 1) -> None:
        self.numbers[name] = self.numbers.get(name, 0) + by

    def add_week(self, monday: date, *numbers: int) -> None:
        """Add to the visits of a week: due, made by now, made on time."""
        before = self.weeks.get(monday, (0, 0, 0))
        self.weeks[monday] = [one + more for one, more in zip(before, numbers, strict=True)]

    def add_age(self, days: int) -> None:
        """Count an open referral of this age."""
        self.ages[next(at for at, (_, last) in enumerate(AGES) if last is None or days <= last)] += 1

    def take(self, tally: Tally) -> None:
        """Add all of another one."""
        for name, by in tally.numbers.items():
            self.add(name, by)
        self.longest = max(self.longest, tally.longest)
        self.not_joined |= tally.not_joined
        self.ages = [mine + more for mine, more in zip(self.ages, tally.ages, strict=True)]
        for monday, numbers in tally.weeks.items():
            self.add_week(monday, *numbers)

    def counts(self, mondays: Sequence[date]) -> Counts:
        weeks = tuple(Week(monday, *self.weeks.get(monday, ())) for monday in mondays)
        return Counts(
            **self.numbers, longest=self.longest, not_joined=len(self.not_joined), ages=tuple(self.ages), weeks=weeks
        )
