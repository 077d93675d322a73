"""Triggers of the last report of a visit to a child or a pregnant woman."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from content.city import City
from db.base import Instant, among
from db.visits import Visit
from rules import services
from rules.signs import Urgency, table
from rules.stages import age, pregnancy_week
from scheduler.lessons.triggers.household import Expected, Household, Offspring, Trigger

THIN_ARM_CM = 23.5  # Permenkes 21/2021
ANIMAL = {"daging", "telur"}  # flesh foods and eggs, WHO/UNICEF 2021
CLEFT = "bayi-sumbing"  # the sign of the table
ENOUGH_GROUPS = 5  # of eight, from 6 to 23 months (WHO/UNICEF 2021)
EPOCH = date(1970, 1, 1)  # date.min has no moment in UTC
WEEKS_OPEN = 3  # weeks after which a due antenatal visit counts as missed: our proposal, no source


def triggers(session: Session, homes: Household, since: date, today: date, city: City) -> Iterator[tuple[int, Trigger]]:
    for visit in last_visits(session, homes, since, city):
        day = city.today(visit.submitted_at)
        if visit.child_id:
            child = homes.children[visit.child_id]
            for name in _of_child(child, visit, city):
                yield child.family_id, Trigger(name, child.about, day)
        elif visit.pregnancy_id:
            pregnancy = homes.pregnancies[visit.pregnancy_id]
            for name in _of_mother(pregnancy, visit, city):
                yield pregnancy.family_id, Trigger(name, pregnancy.about, day)


def last_visits(session: Session, homes: Household, since: date, city: City) -> Iterator[Visit]:
    """The newest report about each child and pregnancy, sent since then, of a visit at which somebody was met."""
    begin = datetime.combine(max(since, EPOCH), time(), city.zone)
    for query, ids in ((_NEWEST_OF_CHILDREN, homes.children), (_NEWEST_OF_PREGNANCIES, homes.pregnancies)):
        if not ids:
            continue
        yield from session.scalars(query, {"ids": list(ids), "begin": begin})


def _newest(subject: InstrumentedAttribute[int | None]) -> Select[Visit]:
    """The newest reports about these children or pregnancies. Built once: it is asked at every look."""
    newest_first = func.row_number().over(partition_by=subject, order_by=(Visit.visited_on.desc(), Visit.id.desc()))
    lately = subject.in_(among("ids")), Visit.submitted_at >= bindparam("begin", type_=Instant)
    ranked = select(Visit.id, newest_first.label("place")).where(*lately, Visit.undone_at.is_(None), Visit.met)
    newest = ranked.subquery()
    return select(Visit).join(newest, newest.c.id == Visit.id).where(newest.c.place == 1)


_NEWEST_OF_CHILDREN, _NEWEST_OF_PREGNANCIES = _newest(Visit.child_id), _newest(Visit.pregnancy_id)


def _of_child(child: Offspring, visit: Visit, city: City) -> Iterator[str]:
    said = visit.answers
    months = age(child.born, visit.visited_on).months if child.born <= visit.visited_on else 0
    if said.get("health") == "bahaya":
        yield "tanda-bahaya"
    if CLEFT in (said.get("signs") or ()):
        yield "sumbing"
    sick = said.get("sick") or ()
    if "diare" in sick:
        yield "diare"
    if "batuk" in sick or "demam" in sick:
        yield "batuk-demam"
    if months < 6 and said.get("milk") in ("campur", "tanpa"):
        yield "asi-bermasalah"
    food = said.get("food")
    if food is not None and 6 <= months < 24 and (len(food) < ENOUGH_GROUPS or ANIMAL.isdisjoint(food)):
        yield "ragam-kurang"
    if unreceived(child, visit, city):
        yield "imunisasi-terlambat"
    if (house := said.get("house")) is not None:
        if "bebas_rokok" not in house:
            yield "perokok"
        if not {"air", "jamban"} <= set(house):
            yield "tanpa-jamban-air"
    if (rights := said.get("rights")) is not None and not {"jkn", "akta"} <= set(rights):
        yield "tanpa-jaminan"


def unreceived(child: Offspring, visit: Visit, city: City) -> list[str]:
    """Ids of immunisations asked about at the visit, a week or more after their day, and not ticked."""
    asked = cast("Mapping[str, Any]", visit.facts.get("services") or {})
    if "services" not in visit.answers or visit.visited_on < child.born:
        return []
    ticked = visit.answers["services"] or ()
    missed = services.missed(child.born, visit.visited_on, ticked, city.services, city.district)
    return [one.id for one in missed if one.id in asked]


def _cannot_wait(id: str) -> bool:
    """Whether this sign is for the same day or sooner; those that earlier versions stored all were."""
    sign = table().get(id)
    return sign is None or sign.urgency is not Urgency.SOON


def _of_mother(pregnancy: Expected, visit: Visit, city: City) -> Iterator[str]:
    said = visit.answers
    if any(_cannot_wait(str(id)) for id in said.get("signs") or ()):
        yield "bahaya-hamil"
    arm = said.get("arm")
    if arm is not None and float(arm) < THIN_ARM_CM:
        yield "kek"
    if "antenatal" in said:
        week = max(0, pregnancy_week(pregnancy.due, visit.visited_on) - WEEKS_OPEN)
        asked = cast("Mapping[str, Any]", visit.facts.get("services") or {})
        due = services.antenatal_due(week, pregnancy.due, city.services, city.district)
        visits = {one.id for one in due if one.kind == services.Kind.ANTENATAL}
        if any(id in visits and id not in (said["antenatal"] or ()) for id in asked):
            yield "periksa-hamil-terlewat"
