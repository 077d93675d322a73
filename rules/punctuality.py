"""Whether visits were made on time, week by week. Defined here once, with its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.visits import due_on, paused

WORDS = "Tepat waktu: dikunjungi paling lambat pada hari seharusnya."
"""The definition as it is told beside a number or a picture."""
A_WEEK = timedelta(days=7)

Visited = tuple[date, date | None]
"""The day of a visit, and the day of the next one that was agreed at it, if any."""


@dataclass(frozen=True)
class Asked:
    """One visit that was asked for by the day ``due``, and the day on which it was ``made``; None: not yet."""

    due: date
    made: date | None

    @property
    def on_time(self) -> bool:
        """Whether it was made on or before the day on which it was due."""
        return self.made is not None and self.made <= self.due


def asked(
    begins: date | None,
    visits: Sequence[Visited],
    due: date,
    every_days: int,
    away: Iterable[tuple[date, date]] = (),
) -> list[Asked]:
    """The visits asked of one foster parent about one child, oldest first; the last one is still to be made.

    ``begins`` is the day from which visits could be expected of them: None, and nothing was asked. ``visits`` are those
    made, oldest first, and ``due`` is the day of the next one as ``programme.fosterings`` gives it. What was due before
    the first of these visits is known only where they began before it.
    """
    if begins is None:
        return []
    rests, found = tuple(away), list[Asked]()
    last, agreed = None, None
    for made, next_on in visits:
        if made > begins and (last is None or made > last):
            found.append(Asked(paused(due_on(begins, last, agreed, every_days), rests, made), made))
        last, agreed = made, next_on
    return [*found, Asked(due, None)]


def monday_of(day: date) -> date:
    """The Monday of the week of this day; a week is Monday to Sunday."""
    return day - timedelta(days=day.weekday())


def last_weeks(today: date, count: int) -> list[date]:
    """The Mondays of the last ``count`` full weeks before today, oldest first."""
    this = monday_of(today)
    return [this - back * A_WEEK for back in range(count, 0, -1)]


def by_week(visits: Iterable[Asked], weeks: Sequence[date]) -> list[Asked | None]:
    """For each of these weeks (their Mondays), the visit of one child that was due in it; None where none was.

    A child counts once a week: where more than one day was due, because it was visited more often, the last.
    """
    last: dict[date, Asked] = {}
    for one in visits:
        last[monday_of(one.due)] = one
    return [last.get(week) for week in weeks]
