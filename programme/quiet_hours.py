"""The hours in which a city sends no planned messages."""

from __future__ import annotations

from content.city import City
from rules.calendar import Closed, QuietHours

FRIDAY, SUNDAY = 4, 6


def quiet_hours(city: City) -> QuietHours:
    """The night, the Friday prayer, Sunday worship and the evenings of Ramadan, as programme.toml has them."""
    quiet, ramadan = city.programme.quiet, city.programme.ramadan
    closed = [Closed(*quiet.friday, weekday=FRIDAY), Closed(*quiet.sunday, weekday=SUNDAY)]
    if ramadan.days:
        closed.append(Closed(*ramadan.evening, days=ramadan.days))
    return QuietHours(quiet.start, quiet.end, tuple(closed))
