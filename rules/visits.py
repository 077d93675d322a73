"""The due day of a foster parent's visit, and how late it is. The interval is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


def due_on(assigned: date, last: date | None, agreed: date | None, every_days: int) -> date:
    """The day of the next visit.

    Counted from the last visit, or from the assignment when that came later: a new foster parent does not inherit a
    delay. A date agreed with the family goes before, but postpones the visit by at most twice `every_days`. An agreed
    date on or before the last visit no longer counts.
    """
    start = assigned if last is None else max(assigned, last)
    if agreed is not None and agreed > start:
        return min(agreed, start + timedelta(days=2 * every_days))
    return start + timedelta(days=every_days)


def first_knowable(assigned: date, known_from: date | None, joined: date | None) -> date | None:
    """The first day on which a foster parent could know that visits are expected of them; None: they never joined.

    ``assigned`` is the start of the assignment, which may lie long before the programme; ``known_from`` the first day
    on which the assignment itself could be known, where that was another; ``joined`` the day on which they, or the
    first of those who visit for them, joined the service.
    """
    return None if joined is None else max(assigned, known_from or assigned, joined)


def paused(due: date, away: Iterable[tuple[date, date]], today: date) -> date:
    """The due day without the days on which the visitor is away; ``away`` are the first and last day of each leave.

    What falls due during a leave is due on the day after it. What was late before it is as late after it, no more. As
    long as a leave runs, nothing is due before its end.
    """
    for first, last in sorted(away):
        if first <= due <= last:
            due = last + timedelta(days=1)
        elif due < first <= today:
            due += last + timedelta(days=1) - first
            if today <= last:
                due = max(due, last + timedelta(days=1))
    return due


def agreed_on(last: date | None, said: date | None, arranged: date | None) -> date | None:
    """The day agreed with the family: of a visit ``arranged`` since the last one, else the day ``said`` at that one."""
    return arranged if arranged is not None and (last is None or arranged > last) else said


@dataclass(frozen=True)
class Standing:
    """How late a visit is on a day. `days_late` is 0 on the due day and negative before."""

    days_late: int

    @property
    def overdue(self) -> bool:
        return self.days_late > 0

    @property
    def due_today(self) -> bool:
        return self.days_late == 0

    def __str__(self) -> str:
        if self.overdue:
            return f"terlambat {self.days_late} hari"
        if self.due_today:
            return "hari ini"
        return "besok" if self.days_late == -1 else f"{-self.days_late} hari lagi"


def standing(due: date, today: date) -> Standing:
    """How late the visit due on `due` is today."""
    return Standing((today - due).days)


def worst_first(standing: Standing) -> int:
    """Sort key: the longest overdue first, the furthest ahead last."""
    return -standing.days_late
