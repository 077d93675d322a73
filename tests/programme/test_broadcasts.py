"""When an announcement that is not sent at once begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from programme.broadcasts import tomorrow
from tests import people
from tests.people import at


@pytest.mark.parametrize(("day", "hour", "begins"), [
    (date(2026, 3, 4), 8, at(date(2026, 3, 5), "08:00")),
    (date(2026, 3, 5), 12, at(date(2026, 3, 6), "13:15")),  # Friday prayer
    (date(2026, 3, 4), 6, at(date(2026, 3, 5), "07:00")),  # the night
    (date(2027, 2, 10), 8, at(date(2027, 2, 11), "10:00")),  # Ramadan
])  # fmt: skip
def test_it_begins_at_the_hour_of_the_next_day_outside_the_quiet_hours(day: date, hour: int, begins: object):
    known = people.city()
    rules = replace(known.programme, broadcasts=replace(known.programme.broadcasts, hour=hour))
    assert tomorrow(replace(known, programme=rules), at(day)) == begins
