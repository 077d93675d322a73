"""When visits of a city, a place or an office have lapsed, and when they have recovered. The numbers are arguments.

Visits are compared with what was due, not week with week: where everybody began in one week, visits come in waves, and
a week with little due is no lapse. Whoever is on leave has nothing due (``rules.visits.paused``). Whoever has been late
for long counts in the week in which their visit fell due, and no more: so a lapse that goes on is one lapse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Week:
    """One week: the visits ``made`` in it, and those ``missed`` that fell due in it and were not made by its end."""

    made: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        return self.made + self.missed


def usual_share(before: Sequence[Week]) -> float:
    """How much of what was due was made in these weeks, 0 to 1."""
    due = sum(one.due for one in before)
    return sum(one.made for one in before) / due if due else 0.0


def has_fallen(before: Sequence[Week], last: Week, percent: int, least: int) -> bool:
    """Whether in the last week so many ``percent`` fewer visits were made than the share of the weeks before gives.

    Only where at least ``least`` visits a week were made before, and would have been in the last.
    """
    share = usual_share(before)
    enough = sum(one.made for one in before) >= least * len(before) and share * last.due >= least
    return enough and _is_below(last, share, percent)


def has_recovered(last: Week, share: float, percent: int) -> bool:
    """Whether the last week is not that far below the share any more that was usual before the lapse."""
    return last.due > 0 and not _is_below(last, share, percent)


def is_silent(weeks: Sequence[Week], since: int, *, late: bool) -> bool:
    """Whether nothing was made in these last weeks nor in the ``since`` visits after them, though something is late."""
    return late and not since and not any(one.made for one in weeks)


def _is_below(last: Week, share: float, percent: int) -> bool:
    return 100 * last.made <= share * last.due * (100 - percent)
