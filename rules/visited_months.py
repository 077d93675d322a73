"""Calendar months in a row in which somebody visited everybody whom they foster. Months are their first days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import date, timedelta
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def months_in_a_row(
    until: date, visited: Mapping[date, Collection[K]], needed: Callable[[date], Collection[K]], away: Collection[date]
) -> int:
    """How many months up to ``until`` count, one after the other; 0 where ``until`` does not.

    A month counts in which somebody was ``visited``, and all who were ``needed`` that month. One of the months in which
    they were ``away`` for a day or more is passed over where it does not count: leave breaks no row.
    """
    first, month, found = min(visited, default=until), until, 0
    while month >= first:
        seen = visited.get(month, ())
        if seen and set(needed(month)) <= set(seen):
            found += 1
        elif month == until or month not in away:
            break
        month = month_of(month - timedelta(days=1))
    return found


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_between(first: date, last: date) -> list[date]:
    """The months that have a day from ``first`` to ``last``."""
    found, month = list[date](), month_of(first)
    while month <= last:
        found.append(month)
        month = month_of(month + timedelta(days=31))
    return found
