"""How the fostering of some has ended this month: grown well, five years old, moved, unwilling, and two losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from db.children import Carer, Child, Pregnancy
from db.endings import Ending
from db.states import LOSSES, CareState
from demo.model import STUNTED, Born, Expected, Making, Place
from demo.tales import AGES, CAUGHT_UP
from rules.endings import LEAVES_AT_MONTH
from rules.stages import months_after, pregnancy_week

BY_NIGHT, BY_DAY = time(3, 30), time(7, 45)
FIVE_TODAY = (2, 6)  # days ago, where the month is old enough
RECOVERED, MOVED, REFUSED, DIED = CareState.RECOVERED, CareState.MOVED, CareState.REFUSED, CareState.DIED
NEAR_THE_PAGE = ((RECOVERED, 4), (RECOVERED, 9), (MOVED, 3), (REFUSED, 8))  # the kind, and how many days ago
ELSEWHERE = ((RECOVERED, 5), (RECOVERED, 2), (MOVED, 11), (REFUSED, 6), (DIED, 12))
MISCARRIED_AGO, MISCARRIED_BEFORE_WEEK = 10, 20


def birthdays(making: Making) -> list[int]:
    """The ages in days of those who have turned five this month."""
    return [(making.today - months_after(_ago(making, days), -LEAVES_AT_MONTH)).days for days in FIVE_TODAY]


def happen(making: Making, children: Sequence[Born], expected: Sequence[Expected], home: Place) -> None:
    """Choose whose fostering ends, some of them in the kecamatan of the page, and add the endings."""
    alone = Counter(about.home.family for about in (*children, *expected))
    free = [child for child in children if child.listed == STUNTED and alone[child.home.family] == 1]
    for child in children:
        if months_after(child.day, LEAVES_AT_MONTH) <= making.today:
            _end(making, child, CareState.AGED_OUT, months_after(child.day, LEAVES_AT_MONTH))
    for near, ends in ((True, NEAR_THE_PAGE), (False, ELSEWHERE)):
        for kind, days in ends:
            there = [
                child for child in free if (making.today - child.day).days in AGES and _lies_near(child, home) == near
            ]
            child = making.chance.choice(there)
            free.remove(child)
            if kind == CareState.RECOVERED:
                making.tales[child.number] = CAUGHT_UP
            _end(making, child, kind, _ago(making, days))

    def early(one: Expected) -> bool:
        return pregnancy_week(one.day, making.today) < MISCARRIED_BEFORE_WEEK and alone[one.home.family] == 1

    chosen = _first([one for one in expected if early(one)], lambda one: _lies_near(one, home))
    _end(making, chosen, CareState.MISCARRIED, _ago(making, MISCARRIED_AGO))


def _ago(making: Making, days: int) -> date:
    """So many days ago, but in this month."""
    return making.today - timedelta(days=min(days, making.today.day - 1))


def _lies_near(about: Born | Expected, home: Place) -> bool:
    return about.home.place.district == home.district


def _first(among: Sequence[Expected], wanted: Callable[[Expected], bool]) -> Expected:
    return next((one for one in among if wanted(one)), among[0])


def _end(making: Making, about: Born | Expected, kind: CareState, on: date) -> None:
    """Add an ending: at night where the calendar or a rule finds it, in the morning where the cadre enters it."""
    found = kind in (CareState.RECOVERED, CareState.AGED_OUT)
    born = isinstance(about, Born)
    making.rows.add(
        Ending,
        child_id=about.number if born else None,
        pregnancy_id=None if born else about.number,
        kind=kind,
        ended_on=on,
        at=datetime.combine(on, BY_NIGHT if found else BY_DAY, making.city.zone),
        entered_by=None if found else making.cadres[about.home.posyandu],
    )
    making.rows.row(Child if born else Pregnancy, about.number)["state"] = kind
    making.ends[about.subject], making.gone[about.subject] = kind, on
    if kind in LOSSES:
        quiet = on + timedelta(days=making.city.programme.loss.quiet_days)
        making.rows.row(Carer, about.home.carer)["paused_until"] = quiet
