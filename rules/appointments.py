"""When a visit can be arranged, and when both sides are reminded of it. Pure; every time is on the city's clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from rules.calendar import QuietHours

PROPOSED = 3  # times offered at once
NOTICE = timedelta(hours=24)  # a proposed time is at least so far ahead: somebody has to answer first
AHEAD = timedelta(days=45)  # and at most so far: the visit of the next month may be arranged at once
APART = timedelta(hours=1)  # between two visits of the same person
EVENING = time(18)  # of the day before, when both are reminded
BEFORE = timedelta(hours=2)  # when the evening has gone: so long before the visit


@dataclass(frozen=True, slots=True)
class VisitTimes:
    """When a city's visits begin: on these ``days`` (0 is Monday) at these ``hours``; never in a ``quiet`` hour."""

    days: tuple[int, ...]
    hours: tuple[time, ...]
    quiet: QuietHours

    def allow(self, at: datetime) -> bool:
        """Whether a visit may begin at this moment, which is written with its time zone."""
        return at.weekday() in self.days and at.time() in self.hours and self.quiet.open_at(at) == at


def proposals(
    times: VisitTimes, now: datetime, taken: Collection[datetime] = (), after: date | None = None
) -> Sequence[datetime]:
    """Up to three times on different days: the next ones, or those of the days behind ``after``.

    The hours of the city change from day to day, so that a family may choose between morning and afternoon. None lies
    within an hour of what is ``taken``. Fewer, or none, where the days of ``AHEAD`` are over.
    """
    first = max(now.date(), after or now.date())
    found: list[datetime] = []
    for turn, day in enumerate(_days(times, first, (now + AHEAD).date())):
        free = (
            at
            for at in _at(day, _turned(times.hours, turn), now)
            if at >= now + NOTICE and times.allow(at) and all(abs(at - other) >= APART for other in taken)
        )
        if at := next(free, None):
            found.append(at)
        if len(found) == PROPOSED:
            break
    return found


def days(times: VisitTimes, now: datetime, count: int = PROPOSED, after: date | None = None) -> Sequence[date]:
    """The next ``count`` days on which a visit may begin, or those behind ``after``; today while an hour is ahead."""
    first = now.date() - timedelta(days=1) if after is None else max(after, now.date())
    found = (
        day
        for day in _days(times, first, (now + AHEAD).date())
        if any(at > now and times.allow(at) for at in _at(day, times.hours, now))
    )
    return list(islice(found, count))


def is_possible(times: VisitTimes, at: datetime, now: datetime) -> bool:
    """Whether somebody may still ask for this time: it lies ahead, not too far, and visits begin then."""
    return now < at <= now + AHEAD + timedelta(days=1) and times.allow(at)


def remind_at(at: datetime, agreed: datetime, quiet: QuietHours) -> datetime | None:
    """When both are reminded of a visit: the evening before, else two hours before, never in a quiet hour.

    None where it was agreed so late that they still know.
    """
    evening = datetime.combine(at.date() - timedelta(days=1), EVENING, at.tzinfo)
    for moment in (evening, at - BEFORE):
        opens = quiet.open_at(moment)
        if agreed < moment and opens < at:
            return opens
    return None


def _days(times: VisitTimes, first: date, last: date) -> Iterator[date]:
    """The days of visits after the first, up to the last."""
    day = first
    while (day := day + timedelta(days=1)) <= last:
        if day.weekday() in times.days:
            yield day


def _turned(hours: Sequence[time], turn: int) -> Sequence[time]:
    start = turn % len(hours)
    return (*hours[start:], *hours[:start])


def _at(day: date, hours: Sequence[time], like: datetime) -> Iterator[datetime]:
    return (datetime.combine(day, hour, like.tzinfo) for hour in hours)
