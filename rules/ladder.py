"""The ladder of reminders for a visit that is due: who is told after how many days, one step after the other.

A cycle is one visit that is due: from the day of the last visit, or the start of the assignment, until the next report.
Each step is taken once in a cycle. The numbers are the programme's and come as arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class Rung(StrEnum):
    """Who is told."""

    VISITOR = "pendamping"  # the foster parent, or who visits in their name
    SUPERIOR = "atasan"
    OFFICE = "kantor"  # the coordinators of the foster parent's office
    CITY = "kota"


ABOVE = (Rung.SUPERIOR, Rung.OFFICE, Rung.CITY)
"""Who is told after the foster parent, in this order."""


class Step(NamedTuple):
    """``days`` are counted from the day on which the visit was due; 0 is that day."""

    rung: Rung
    days: int


class Taken(NamedTuple):
    """A step that was taken on a day; ``told`` is False where nobody could be told."""

    step: Step
    on: date
    told: bool


def steps(visitor: Sequence[int], superior: int, office: int, city: int) -> tuple[Step, ...]:
    """The steps of a programme, by day."""
    above = zip(ABOVE, (superior, office, city), strict=True)
    found = [*(Step(Rung.VISITOR, days) for days in visitor), *(Step(rung, days) for rung, days in above)]
    return tuple(sorted(found, key=lambda step: (step.days, list(Rung).index(step.rung))))


def due(ladder: Sequence[Step], taken: Collection[Taken], days_late: int, today: date) -> Step | None:
    """The step to take now of those that this cycle has taken so far; None where there is nothing to do.

    ``days_late`` is negative before the visit is due. Of the foster parent's steps only the latest that has come is
    taken: after an outage one reminder is sent, not three. Nobody above is told before the foster parent was, and each
    of them on a later day than the one before, in the order of ABOVE. A step that reached nobody is taken by the next
    at once.
    """
    said = [one for one in taken if one.step.rung is Rung.VISITOR]
    latest = max((one.step.days for one in said), default=None)
    come = [step for step in ladder if step.rung is Rung.VISITOR and step.days <= days_late]
    newest = max(come, key=lambda step: step.days, default=None)
    if newest is not None and (latest is None or newest.days > latest):
        return newest
    if latest is None:
        return None
    before = max(said, key=lambda one: (one.on, one.step.days))
    passed_on = False
    for step in (step for rung in ABOVE for step in ladder if step.rung is rung):
        done = _of(step.rung, taken)
        if done is not None:
            before, passed_on = done, not done.told
            continue
        from_day = min(step.days, _days(before.step.rung, ladder)) if passed_on else step.days
        waits = before.told and before.on >= today
        return step if days_late >= from_day and not waits else None
    return None


def _of(rung: Rung, taken: Collection[Taken]) -> Taken | None:
    """When the rung was taken; of several rows the one that told somebody."""
    found = [one for one in taken if one.step.rung is rung]
    return max(found, key=lambda one: (one.told, one.on), default=None)


def _days(rung: Rung, ladder: Sequence[Step]) -> int:
    return next(step.days for step in ladder if step.rung is rung)
