"""Triggers of a child's newest measurement, compared with earlier ones of its kind only (official or reported)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from content.city import City
from db.base import Instant, among
from db.measurements import Measurement
from programme.growth import classes, growth
from programme.weighing import codes, kbm
from rules.growth import STANDING_FROM
from rules.status import Head, Height, Nutrition, Weight, class_of
from rules.tables import Sex
from rules.velocity import lost_grams
from rules.weighing import MIN_DAYS, Code, Weighing, gained_again, twice_not_gained
from scheduler.lessons.triggers.household import Household, Offspring, Trigger

HISTORY = timedelta(days=400)  # older weighings do not matter for the last two
STALE = timedelta(days=45)  # a measurement entered later than this after its day is no trigger
# By gravity: a family gets one lesson about a measurement, the gravest; staff get cards for the others too. That the
# weight rises again comes before that it is still low, as an encouragement.
FAMILY = (
    "gizi-buruk", "berat-turun", "dua-kali-tidak-naik", "gizi-kurang", "naik-lagi", "berat-kurang", "pendek",
    "berat-tidak-naik", "ditimbang-lagi",
)  # fmt: skip
BY_CLASS: dict[object, tuple[str, ...]] = {
    Weight.VERY_LOW: ("bawah-garis-merah", "berat-kurang"),
    Weight.LOW: ("berat-kurang",),
    Weight.MAYBE_HIGH: ("berat-lebih",),
    Height.VERY_SHORT: ("sangat-pendek", "pendek"),
    Height.SHORT: ("pendek",),
    Nutrition.SEVERE: ("gizi-buruk",),
    Nutrition.MODERATE: ("gizi-kurang",),
    Nutrition.MAYBE_OVER: ("risiko-gizi-lebih",),
    Nutrition.OVER: ("risiko-gizi-lebih",),
    Nutrition.OBESE: ("risiko-gizi-lebih",),
}


def triggers(session: Session, homes: Household, since: date, today: date, city: City) -> Iterator[tuple[int, Trigger]]:
    for child, series, before in _series(session, homes, since, today, city):
        newest = series[-1]
        day = city.today(newest.recorded_at)
        if newest.measured_on < day - STALE:
            continue
        found = dict.fromkeys(_conditions(child, series, before, city))
        gravest = next((name for name in FAMILY if name in found), "")
        for name in found:
            yield child.family_id, Trigger(name, child.about, day, for_family=name not in FAMILY or name == gravest)


def _series(
    session: Session, homes: Household, since: date, today: date, city: City
) -> Iterator[tuple[Offspring, Sequence[Measurement], Measurement | None]]:
    """Each child measured anew since then, its measurements of the newest one's kind, oldest first, and the newest
    weighing before that, of any kind."""
    if not homes.children:
        return
    days = {"since": datetime.combine(since, time(), city.zone), "first": today - HISTORY, "last": today}
    rows: dict[int, list[Measurement]] = defaultdict(list)
    for row in session.scalars(_MEASURED, {"children": list(homes.children), **days}):
        if homes.children[row.child_id].born <= row.measured_on:
            rows[row.child_id].append(row)
    for child, all_kinds in rows.items():
        newest = all_kinds[-1]
        weighed = [row for row in all_kinds if row.weight_kg is not None and row.measured_on < newest.measured_on]
        same_kind = [row for row in all_kinds if row.kind == newest.kind]
        yield homes.children[child], same_kind, weighed[-1] if weighed else None


_NEW = select(Measurement.child_id).where(
    Measurement.recorded_at >= bindparam("since", type_=Instant), Measurement.withdrawn_at.is_(None)
)
# Built once: it is asked at every look, and building it takes longer than running it.
_MEASURED = (
    select(Measurement)
    .where(
        Measurement.child_id.in_(among("children")),
        Measurement.child_id.in_(_NEW),
        Measurement.withdrawn_at.is_(None),
        Measurement.repeats.is_(None),
        Measurement.measured_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
    .order_by(Measurement.measured_on, Measurement.id)
)


def _conditions(
    child: Offspring, series: Sequence[Measurement], before: Measurement | None, city: City
) -> Iterator[str]:
    newest, rules = series[-1], city.programme.growth
    weighed = [row for row in series if row.weight_kg is not None]
    if newest.weight_kg is not None:
        table = kbm(rules)
        said = codes(
            cast(Sex, child.sex), child.born, [Weighing(row.measured_on, row.weight_kg or 0) for row in weighed], table
        )
        if said[-1] is Code.O:
            yield "ditimbang-lagi"
        elif said[-1] is Code.T:
            yield "dua-kali-tidak-naik" if twice_not_gained(said) else "berat-tidak-naik"
        elif gained_again(said) and not (before and lost_grams(before.weight_kg, newest.weight_kg)):
            yield "naik-lagi"  # not where whoever reported it has read that the weight fell since another weighing
        older = [row for row in weighed if (newest.measured_on - row.measured_on).days >= MIN_DAYS]
        if older and lost_grams(older[-1].weight_kg, newest.weight_kg) >= rules.soon_loss_g:
            yield "berat-turun"
    for name in classes(child.sex, child.born, newest, child.gestation_weeks).values():
        yield from BY_CLASS.get(name, ())
    scores = growth(child.sex, child.born, newest, child.gestation_weeks)
    if scores.zhc is not None and not scores.fhc and class_of("LK/U", scores.zhc) is not Head.NORMAL:
        yield "lingkar-kepala"
    if newest.doubtful or any((scores.flen, scores.fwei, scores.fwfl, scores.fhc)):
        yield "angka-janggal"
    if newest.position and newest.length_cm is not None:
        standing = (newest.measured_on - child.born).days >= STANDING_FROM
        if standing != (newest.position == "berdiri"):
            yield "posisi-ukur"
