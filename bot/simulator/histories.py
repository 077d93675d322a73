"""What was measured and who came by, in the months before the demo begins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from bot.simulator import shape
from bot.simulator.families import AT_RISK, STUNTED, Born, Expected
from bot.simulator.staff import Making
from db import outbox
from db.children import Assignment
from db.measurements import OFFICIAL, REPORTED, Measurement
from db.visits import Visit
from rules.growth import STANDING_FROM
from rules.stages import months_after
from rules.tables import curve

VISIT_EVERY = 30  # days


def growth(making: Making, child: Born) -> int:
    """Four to ten monthly measurings of the last year (fewer of a newborn), each in the child's own class of TB/U.

    The z-scores are drawn and turned back into centimetres and kilograms by the WHO tables. Returns how many.
    """
    chance = making.chance
    low, high = {STUNTED: (-3.6, -2.08), AT_RISK: (-1.9, -1.2)}.get(child.listed, (-1.8, 1.6))
    centre = {STUNTED: -2.55, AT_RISK: -1.6}.get(child.listed, -0.4)
    tall = _within(chance.gauss(centre, 0.35 if child.listed == STUNTED else 0.5), low, high)
    heavy = _within(0.6 * tall + chance.gauss(-0.15, 0.45), -2.7, 1.3)
    days = [day for day in _posyandu_days(making, child) if chance.random() < 0.92]
    days = days[-chance.randint(4, 10) :]
    if len(days) > 4 and chance.random() < 0.08:
        days = days[:-2]  # was not brought for two months
    for day in days:
        _measured(making, child, day, _within(tall + chance.gauss(0, 0.07), low, high), heavy + chance.gauss(0, 0.08))
    return len(days)


def _within(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _posyandu_days(making: Making, child: Born) -> list[date]:
    """The posyandu's day in every month of the last year that the child has seen, oldest first."""
    first = making.today.replace(day=3 + child.home.posyandu % 20)
    days = [months_after(first, -back) for back in range(12, -1, -1)]
    return [day for day in days if child.day + timedelta(days=10) < day < making.today]


def _measured(making: Making, child: Born, day: date, tall: float, heavy: float) -> None:
    age = (day - child.day).days
    length, weight = curve("length_for_age", child.sex).at(age), curve("weight_for_age", child.sex).at(age)
    if length is None or weight is None:
        return  # past the fifth birthday there is nothing to go by
    reported = making.chance.random() < 0.12
    making.rows.add(
        Measurement,
        child_id=child.number,
        measured_on=day,
        weight_kg=round(weight.value(heavy), 1),
        length_cm=round(length.value(tall), 1),
        position="telentang" if age < STANDING_FROM else "berdiri",
        muac_cm=round(14.3 + 0.6 * heavy + making.chance.gauss(0, 0.2), 1) if age >= 190 else None,
        kind=REPORTED if reported else OFFICIAL,
        source="keluarga" if reported else "posyandu",
        recorded_by=None if reported else making.cadres[child.home.posyandu],
        recorded_at=datetime.combine(day, time(10, 30), making.city.zone),
    )


def last_visit(making: Making) -> int | None:
    """Days since an ASN was there, so that most are in time, some are due, some are late, and a few never went."""
    kind = making.chance.random()
    if kind < 0.04:
        return None
    if kind < 0.62:
        return making.chance.randint(1, 24)
    return making.chance.randint(25, 31) if kind < 0.82 else making.chance.randint(32, 60)


def foster(making: Making, asn: int, about: Born | Expected, last: int | None, since: int | None = None) -> None:
    """An ASN takes on a child, or the family of a pregnancy, and visits once a month, ``last`` days ago for the last
    time (None: never). ``since`` are the days since the assignment; one who never went has not had it for long."""
    since = since or making.chance.randint(*((31, 50) if last is None else (last + 30, 270)))
    starts = making.today - timedelta(days=since)
    child = about.number if isinstance(about, Born) else None
    making.rows.add(
        Assignment,
        asn_id=asn,
        child_id=child,
        family_id=None if child else about.home.family,
        starts=starts,
        decree=f"SK Wali Kota Kendari {starts.year}",
    )
    ago = last
    while ago is not None and ago < since:
        day = making.today - timedelta(days=ago)
        met = making.chance.random() < 0.94 or ago == last
        at = time(making.chance.randint(9, 17), making.chance.randint(0, 59))
        making.rows.add(
            Visit,
            form="child_visit" if child else "pregnancy_visit",
            asn_id=asn,
            child_id=child,
            pregnancy_id=None if child else about.number,
            visited_on=day,
            met=met,
            answers=_answers(making.chance, day, met, "health" if child else "healthy"),
            facts={},
            channel="telegram",
            submitted_at=datetime.combine(day, at, making.city.zone),
        )
        ago += VISIT_EVERY + making.chance.randint(-5, 6)


def _answers(chance: Random, day: date, met: bool, health: str) -> dict[str, object]:
    """A short sheet of either visit form; ``health`` is what its question about health is called."""
    opened = {"visited_on": day.isoformat(), "whom": "ibu" if met else "tidak"}
    if not met:
        return {**opened, "reason": chance.choice(("pergi", "kosong"))}
    aid = chance.sample(("telur", "ikan", "beras", "sayur"), chance.choice((0, 0, 1, 2)))
    given = {"aid": aid, **({"aid_source": "pribadi"} if aid else {})}
    return {**opened, health: "sehat", **given, "follow_up": "tidak"}


def lessons(making: Making, about: Born | Expected) -> None:
    """The lessons whose day has come since the mother joined: sent, but for those beyond the measure of a week."""
    home, programme = about.home, making.city.programme.lessons
    if home.joined is None:
        return
    sent: list[date] = []
    for lesson in making.city.library.of_anchor("lahir" if isinstance(about, Born) else "hpl"):
        day = about.day + timedelta(days=lesson.day)
        if not home.joined < day < making.today or "ibu" not in lesson.audience:
            continue
        at = datetime.combine(day, time(programme.hour, making.chance.randint(0, 59)), making.city.zone)
        fits = lesson.must_not_miss or sum(day - timedelta(days=7) < one for one in sent) < programme.per_week
        key = f"lesson:{home.mother}:{lesson.id}:{about.number}"
        row = outbox.row(key, "telegram", str(shape.FIRST_CHAT + home.mother), {"text": lesson.topic}, at)
        state, reason = (outbox.SENT, "") if fits else (outbox.SKIPPED, "terlambat")
        final = {"lane": outbox.PLANNED_LANE, "person_id": home.mother, "state": state, "reason": reason}
        making.rows.add(outbox.Outgoing, **{**row, **final, "settled_at": at})
        if fits:
            sent.append(day)
