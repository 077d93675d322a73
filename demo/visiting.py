"""Who fosters whom, who came by in the months before the demo, and what they reported."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any

from db.fostering import Assignment
from db.measurements import REPORTED, Measurement
from db.visits import Visit
from demo import shape
from demo.model import Born, Couple, Expected, Making, Seen, Weighed
from programme.names import call_name
from rules import services
from rules.growth import STANDING_FROM
from rules.stages import age, pregnancy_week
from rules.tables import Table, curve

VISIT_EVERY = 30  # days
BRINGS_SCALES = 0.12  # of the visits to a child
REPORTED_AT_MOST = 2  # times for a child
GROW: tuple[Table, Table] = ("weight_for_age", "length_for_age")
FOOD = ("pokok", "kacang", "daging", "telur", "kuning", "lain")
HOUSE = ("air", "jamban", "sabun", "bebas_rokok", "layak")
RIGHTS = ("jkn", "akta", "bansos", "mbg", "pmt")


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
    days: list[date] = []
    ago = last
    while ago is not None and ago < since:
        days.append(making.today - timedelta(days=ago))
        ago += VISIT_EVERY + making.chance.randint(-5, 6)
    begun = about.day if isinstance(about, Born) else about.day - timedelta(days=280)
    until = making.gone.get(about.subject, making.today)
    past = [day for day in days if begun < day < until]
    for day in reversed(past):
        _visited(making, asn, about, day, first=day == past[-1], sure=day == past[0])


def foster_couple(making: Making, asn: int, couple: Couple, since: int) -> None:
    """An ASN takes on a couple; the first visit is still to come."""
    starts = making.today - timedelta(days=since)
    decree = f"SK Wali Kota Kendari {starts.year}"
    making.rows.add(
        Assignment, asn_id=asn, child_id=None, family_id=couple.family, starts=starts, decree=decree
    )  # fmt: skip


def _visited(making: Making, asn: int, about: Born | Expected, day: date, *, first: bool, sure: bool) -> None:
    chance = making.chance
    met = sure or chance.random() < 0.94
    facts = _facts(making, about, day, first)
    number = making.rows.add(
        Visit,
        form="child_visit" if isinstance(about, Born) else "pregnancy_visit",
        asn_id=asn,
        child_id=about.number if isinstance(about, Born) else None,
        pregnancy_id=about.number if isinstance(about, Expected) else None,
        visited_on=day,
        met=met,
        answers=_answers(making, about, day, met, facts),
        facts=facts,
        channel=shape.channel_of(asn),
        submitted_at=datetime.combine(day, time(chance.randint(9, 17), chance.randint(0, 59)), making.city.zone),
    )
    if not met:
        return
    making.seen[about.subject].insert(0, Seen(number, asn, day))
    if isinstance(about, Born) and chance.random() < BRINGS_SCALES:
        _weigh(making, about)


def _weigh(making: Making, child: Born) -> None:
    """Somebody brought scales to the last visit, and perhaps a measuring board."""
    last, *before = making.seen[child.subject]
    guess = likely(making, child, last.on)
    if guess and sum(one.measured for one in before) < REPORTED_AT_MOST:
        cm = guess.cm if making.chance.random() < 0.5 else None
        report(making, child, last, round(guess.kg + making.chance.gauss(0, 0.08), 1), cm)


def likely(making: Making, child: Born, day: date) -> Weighed | None:
    """What would be measured on that day: on the line of the last official measuring, None where there was none."""
    before = [one for one in making.weighed[child.number] if one.on <= day]
    if not before:
        return None
    last = before[-1]
    grown = [_grown(table, child, last.on, day) for table in GROW]
    if None in grown:
        return None
    heavier, longer = (share or 1 for share in grown)
    return last._replace(on=day, kg=round(last.kg * heavier, 1), cm=round(last.cm * longer, 1))


def _grown(table: Table, child: Born, then: date, now: date) -> float | None:
    """What the median of then has become now, as a factor."""
    before, after = (curve(table, child.sex).at((on - child.day).days) for on in (then, now))
    return after.m / before.m if before and after else None


def report(making: Making, child: Born, seen: Seen, kg: float, cm: float | None = None) -> None:
    """The ASN weighed, and perhaps measured, the child at this visit: a reported measurement, on the sheet too."""
    visit = making.rows.row(Visit, seen.visit)
    position = "telentang" if (seen.on - child.day).days < STANDING_FROM else "berdiri"
    measured = {"measured": True, "measured_on": seen.on.isoformat(), "weight": kg, "length": cm, "oedema": False}
    visit["answers"] |= {**measured, "measurer": "asn", **({"position": position} if cm else {})}
    if (seen.on - child.day).days >= 190:
        visit["answers"]["muac"] = None
    making.rows.add(
        Measurement,
        child_id=child.number,
        measured_on=seen.on,
        weight_kg=kg,
        length_cm=cm,
        position=position if cm else None,
        muac_cm=None,
        kind=REPORTED,
        source="Saya sendiri",
        visit_id=seen.visit,
        recorded_by=seen.asn,
        recorded_at=visit["submitted_at"],
        repeats=None,
    )
    seens = making.seen[child.subject]
    seens[seens.index(seen)] = seen._replace(measured=True)


def _facts(making: Making, about: Born | Expected, day: date, first: bool) -> dict[str, Any]:
    """What was printed on the sheet that day, so that it can be corrected."""
    city, programme = making.city, making.city.programme
    printed = {
        "today": day.isoformat(),
        "aid": dict(programme.aid),
        "aid_sources": dict(programme.aid_sources),
        "every_days": programme.visits.every_days,
        "after_danger_days": programme.visits.after_danger_days,
        "agreed": True,
        "hamil": "",
    }
    if isinstance(about, Expected):
        week = pregnancy_week(about.day, day)
        printed["hamil"] = f", hamil {week} minggu"
        asked = services.antenatal_due(week, about.day, city.services, city.district)
        due = [one for one in asked if one.kind == services.Kind.ANTENATAL]
        return {
            "ibu": f"Bu {call_name(about.home.mother_name)}",
            "minggu": week,
            "services": {one.id: one.label for one in due},
            **printed,
        }
    old = age(about.day, day)
    before = [one for one in making.weighed[about.number] if one.on < day]
    asked = services.services_due(about.day, day, city.services, city.district)
    due = [one for one in asked if one.kind != services.Kind.WEIGHING]
    return {
        "adik": f"Adik {call_name(about.name)}",
        "kode": about.code,
        "umur": str(old),
        "age_days": old.total_days,
        "months": old.months,
        "services": {one.id: one.label for one in due},
        "ask_home": first,
        "topics": dict(programme.topics),
        "photos": programme.photos.allowed,
        "sex": about.sex,
        "born": about.day.isoformat(),
        "gestation_weeks": None,
        "history": [[one.on.isoformat(), one.kg, one.cm, False] for one in before],
        "trust": asdict(programme.trust),
        **printed,
    }


def _answers(making: Making, about: Born | Expected, day: date, met: bool, facts: dict[str, Any]) -> dict[str, Any]:
    """A sheet of either visit form with nothing unusual on it."""
    chance = making.chance
    opened = {"visited_on": day.isoformat(), "whom": "ibu" if met else "tidak"}
    if not met:
        return {**opened, "reason": chance.choice(("pergi", "kosong")), "follow_up": "tidak"}
    aid = chance.sample(("telur", "ikan", "beras", "sayur"), chance.choice((0, 0, 1, 2)))
    closing = {"aid": aid, **({"aid_source": "pribadi"} if aid else {}), "follow_up": "tidak"}
    got = [one for one in facts["services"] if chance.random() < 0.8]
    if isinstance(about, Expected):
        found: dict[str, Any] = {"healthy": "baik", "tablets": chance.choice(("tiap_hari", "tiap_hari", "kadang"))}
        found |= {"antenatal": got} if facts["services"] else {}
        found |= {"plan": ["tempat", "penolong", "pendamping"]} if facts["minggu"] >= 28 else {}
        return {**opened, **found, "arm_measured": False, **closing}
    found = {"health": "sehat", "measured": False}
    if facts["months"] < 6:
        found["milk"] = chance.choice(("asi", "asi", "campur"))
    else:
        found["food"] = [one for one in FOOD if chance.random() < 0.6] or ["pokok"]
    found |= {"services": got} if facts["services"] else {}
    if facts["ask_home"]:
        found["house"] = [one for one in HOUSE if chance.random() < 0.7]
        found["rights"] = [one for one in RIGHTS if chance.random() < 0.6]
    return {**opened, **found, **closing}
