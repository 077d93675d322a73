"""When a coordinator's digest comes: the hour and the days that they chose, else those of the programme."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from content.city import City
from content.programme import Digest
from db.digests import DigestDays, DigestTime
from flow.reading.dates import DAYS
from programme.quiet_hours import quiet_hours

HOURS = range(6, 20)
"""The hours that can be chosen. One in the quiet hours comes at their end."""
A_WEEK = 7
WORKDAYS = range(5)


def at(chosen: DigestTime | None, rules: Digest) -> time:
    """The local time of day."""
    return rules.at if chosen is None or chosen.hour is None else time(chosen.hour)


def comes_on(chosen: DigestTime | None, weekday: int, rules: Digest) -> bool:
    """Whether one comes on this day of the week, 0 for Monday."""
    match chosen.days if chosen else DigestDays.DAILY:
        case DigestDays.WEEKLY:
            return weekday == rules.weekly_on
        case DigestDays.WORKDAYS:
            return weekday in WORKDAYS
        case _:
            return True


def is_due(chosen: DigestTime | None, local: datetime, rules: Digest) -> bool:
    """Whether this day's digest is to be looked at now, and has not been yet."""
    comes = local.time() >= at(chosen, rules) and comes_on(chosen, local.weekday(), rules)
    return comes and not _is_told(chosen, local)


def _is_told(chosen: DigestTime | None, moment: datetime) -> bool:
    """Whether the digest of this day is done with."""
    return chosen is not None and chosen.told_on is not None and moment.date() <= chosen.told_on


def begins(chosen: DigestTime | None, local: datetime, rules: Digest) -> datetime:
    """The next moment after ``local``, of another day if this day's is over; not yet moved out of the quiet hours."""
    for ahead in range(A_WEEK + 1):
        moment = datetime.combine(local.date() + timedelta(days=ahead), at(chosen, rules), local.tzinfo)
        if moment > local and not _is_told(chosen, moment) and comes_on(chosen, moment.weekday(), rules):
            return moment
    raise LookupError("every week has a day of each kind")


def words(chosen: DigestTime | None, city: City) -> str:
    """ "setiap hari pukul 17.00", "setiap Senin pukul 08.00"."""
    days = days_words(chosen.days if chosen else DigestDays.DAILY, city)
    return f"{days} pukul {at(chosen, city.programme.digest):%H.%M}"


def days_words(days: DigestDays, city: City) -> str:
    match days:
        case DigestDays.WEEKLY:
            return f"setiap {DAYS[city.programme.digest.weekly_on]}"
        case DigestDays.WORKDAYS:
            return "setiap hari kerja"
        case _:
            return "setiap hari"


def next_words(chosen: DigestTime | None, local: datetime, city: City) -> str:
    """When the next one arrives, outside the quiet hours: "hari ini pukul 17.00", "Senin pukul 07.00"."""
    moment = city.local(quiet_hours(city).open_at(begins(chosen, local, city.programme.digest)))
    ahead = (moment.date() - local.date()).days
    day = {0: "hari ini", 1: "besok"}.get(ahead, DAYS[moment.weekday()])
    return f"{day} pukul {moment:%H.%M}"
