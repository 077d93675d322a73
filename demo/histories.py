"""What was measured in the months before the demo begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from db.measurements import OFFICIAL, Measurement
from demo.model import AT_RISK, STUNTED, Born, Making, Tale, Weighed
from rules.growth import STANDING_FROM
from rules.stages import months_after
from rules.tables import curve

MOST, WITH_A_TALE = 8, 8  # measurings of a child at the posyandu
AT_POSYANDU, THIS_MORNING = time(10, 30), time(7, 40)
OF_TEN_ROUND = 0.8  # values that a cadre who rounds writes to the half
SECOND_MONTHS, SECOND_A_MONTH = 4, 2


def growth(making: Making, child: Born) -> None:
    """Four to eight monthly measurings of the last year (fewer of a newborn), each in the child's own class of TB/U.

    The z-scores are drawn, or told by the child's tale, and turned into centimetres and kilograms by the WHO tables.
    """
    tale, last = making.tales.get(child.number), making.gone.get(child.subject, making.today)
    days = [day for day in _posyandu_days(making, child) if day <= last]
    if tale:
        _told(making, child, tale, days[-WITH_A_TALE:])
    else:
        _drawn(making, child, days)


def _drawn(making: Making, child: Born, days: list[date]) -> None:
    chance, rounds = making.chance, child.home.posyandu == making.rounding
    low, high = {STUNTED: (-3.6, -2.08), AT_RISK: (-1.9, -1.2)}.get(child.listed, (-1.8, 1.6))
    centre = {STUNTED: -2.55, AT_RISK: -1.6}.get(child.listed, -0.4)
    if rounds:  # half a centimetre must not carry a child over its line
        low, high = low + 0.2, high - 0.2
    tall = _within(chance.gauss(centre, 0.35 if child.listed == STUNTED else 0.5), low, high)
    heavy = _within(0.6 * tall + chance.gauss(-0.15, 0.45), -2.7, 1.3)
    days = [day for day in days if chance.random() < 0.92][-chance.randint(4, MOST) :]
    if len(days) > 4 and chance.random() < 0.08:
        days = days[:-2]  # was not brought for two months
    for day in days:
        what = _at(child, day, _within(tall + chance.gauss(0, 0.07), low, high), heavy + chance.gauss(0, 0.08))
        if what:
            official(making, child, _rounded(making, what) if rounds else what)


def _told(making: Making, child: Born, tale: Tale, days: list[date]) -> None:
    month = making.today.replace(day=1)
    if tale.fresh and days[-1] < month:
        days = [*days[1:], max(making.today - timedelta(days=1), month)]
    said: list[Weighed] = []
    for back, day in zip(range(len(days), 0, -1), days, strict=True):
        what = _at(child, day, _last(tale.tall, back), _last(tale.heavy, back))
        if what and back <= tale.still:
            what = what._replace(kg=said[-1].kg)
        if what and back == 1:
            what = what._replace(kg=round((said[-1].kg if tale.lost_kg else what.kg) - tale.lost_kg, 1))
        if what:
            said.append(what)
    for what in said:
        official(making, child, what, this_morning=tale.fresh and what is said[-1])


def _last(values: Sequence[float], back: int) -> float:
    """The value so many measurings before the end; before them all the first."""
    return values[-back] if back <= len(values) else values[0]


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _posyandu_days(making: Making, child: Born) -> list[date]:
    """The posyandu's day in every month of the last year that the child has seen, oldest first."""
    first = making.today.replace(day=3 + child.home.posyandu % 20)
    days = [months_after(first, -back) for back in range(12, -1, -1)]
    return [day for day in days if child.day + timedelta(days=10) < day < making.today]


def _at(child: Born, day: date, tall: float, heavy: float) -> Weighed | None:
    """What measures so on that day; None past the fifth birthday, where there is nothing to go by."""
    age = (day - child.day).days
    length, weight = curve("length_for_age", child.sex).at(age), curve("weight_for_age", child.sex).at(age)
    if length is None or weight is None:
        return None
    return Weighed(day, round(weight.value(heavy), 1), round(length.value(tall), 1), heavy)


def _rounded(making: Making, what: Weighed) -> Weighed:
    """As a cadre writes it who reads to the half."""
    kg, cm = (round(value * 2) / 2 if making.chance.random() < OF_TEN_ROUND else value for value in (what.kg, what.cm))
    return what._replace(kg=kg, cm=cm)


def official(
    making: Making, child: Born, what: Weighed, by: int | None = None, *, this_morning: bool = False, repeats: int = 0
) -> int:
    """Write an official measurement down, by the cadre of the posyandu or by another health worker; its number."""
    age, cadre = (what.on - child.day).days, making.cadres[child.home.posyandu]
    entered = datetime.combine(what.on, AT_POSYANDU, making.city.zone)
    number = making.rows.add(
        Measurement,
        child_id=child.number,
        measured_on=what.on,
        weight_kg=what.kg,
        length_cm=what.cm,
        position="telentang" if age < STANDING_FROM else "berdiri",
        muac_cm=round(14.3 + 0.6 * what.heavy + making.chance.gauss(0, 0.2), 1) if age >= 190 and not repeats else None,
        kind=OFFICIAL,
        source="ukur ulang" if repeats else "Bidan/puskesmas" if by else "posyandu",
        visit_id=None,
        recorded_by=by or cadre,
        recorded_at=datetime.combine(making.today, THIS_MORNING, making.city.zone) if this_morning else entered,
        repeats=repeats or None,
    )
    if not repeats:
        making.weighed[child.number].append(what._replace(number=number))
    return number


def second_measurings(making: Making, children: Sequence[Born]) -> None:
    """In one posyandu the cadre has measured a few children a month again, some days after the first time."""
    chance = making.chance
    there = [
        child for child in children if child.home.posyandu == making.measures_twice and child.number not in making.tales
    ]
    again: set[int] = set()
    for back in range(SECOND_MONTHS):
        month = months_after(making.today.replace(day=1), -back)
        firsts = [
            (child, one)
            for child in there
            for one in making.weighed[child.number]
            if one.on.replace(day=1) == month and child.number not in again
        ]
        for child, one in chance.sample(firsts, min(SECOND_A_MONTH, len(firsts))):
            on = one.on + timedelta(days=chance.randint(2, 5))
            if on < making.today:
                kg, cm = round(one.kg + chance.gauss(0, 0.08), 1), round(one.cm + chance.gauss(0, 0.35), 1)
                official(making, child, one._replace(on=on, kg=kg, cm=cm), repeats=one.number)
                again.add(child.number)
