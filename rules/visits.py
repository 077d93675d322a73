"""The due day of an ASN's visit, and how late it is. The interval is an argument."""

from collections.abc import Sequence
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


def reminders_due(due: date, today: date, after_days: Sequence[int]) -> list[int]:
    """The reminder steps to send now, of steps counted in days after `due` (such as 0, 3, 7): one or none.

    Steps before the latest due one are left out, so that after an outage one reminder is sent, not three.
    """
    arrived = [days for days in after_days if today >= due + timedelta(days=days)]
    return [max(arrived)] if arrived else []
