"""A clock that runs like any other, and can be put forward by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

MORNING = (8, 30)


class Clock:
    """Shows ``start`` (aware) when it is made. ``seconds`` is what it runs by: any count that only grows."""

    def __init__(self, start: datetime, seconds: Callable[[], float] = time.monotonic) -> None:
        self._shown, self._seconds, self._read = start, seconds, seconds()

    def __call__(self) -> datetime:
        return self._shown + timedelta(seconds=self._seconds() - self._read)

    def put_forward(self, to: datetime) -> None:
        """Show ``to`` from now on. It is never put back: a moment that has passed changes nothing."""
        if to > self():
            self._shown, self._read = to, self._seconds()


def next_working_morning(now: datetime, zone: tzinfo) -> datetime:
    """Half past eight on the next day from Monday to Friday, in the city's zone."""
    day = now.astimezone(zone) + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.replace(hour=MORNING[0], minute=MORNING[1], second=0, microsecond=0)
