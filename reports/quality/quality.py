"""Compute the quality of measuring by reporter and by posyandu, and where training would help most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.programme import Quality as Rules
from db.children import Child, Family
from db.measurements import OFFICIAL, Measurement
from db.people import Person
from db.places import PLACE, District, Office, Posyandu, Village
from flow.message import Attachment, Message, Option, plain
from programme.names import salute
from programme.scopes import Scope, families_in, title
from reports.quality import workbook
from reports.quality.model import Concern, Group, Quality
from rules.growth import Measured, assess
from rules.quality import ROUND_BY_CHANCE, Digits, Share, digits, spread
from rules.stages import corrected_age_days, months_after

TOP = 5
REPORTER, POSYANDU = "Pendamping", "Posyandu"
PRACTISE_READING = "latihan membaca angka di belakang koma"
MEASURE_TOGETHER = "menimbang dan mengukur bersama, sambil memeriksa alatnya"


@dataclass
class _Collected:
    """Values of one group, collected while rows are read."""

    kg: list[float] = field(default_factory=list[float])
    cm: list[float] = field(default_factory=list[float])
    measured: int = 0
    questioned: int = 0
    bb_u: list[float] = field(default_factory=list[float])
    tb_u: list[float] = field(default_factory=list[float])
    bb_tb: list[float] = field(default_factory=list[float])
    second_kg: list[float] = field(default_factory=list[float])
    second_cm: list[float] = field(default_factory=list[float])


def of_scopes(session: Session, scopes: Sequence[Scope], now: datetime, city: City) -> Quality:
    """The measurements of the last months in these scopes. Official and reported ones are never counted together."""
    rules, at = city.programme.quality, city.local(now)
    since = months_after(at.date(), -rules.months)
    rows = _rows(session, scopes, since, at.date())
    firsts = {row.id: row for row in rows}
    piles: dict[tuple[str, int], _Collected] = defaultdict(_Collected)
    for row in rows:
        if key := _group_of(row):
            _count(piles[key], row, firsts.get(row.repeats))
    named = _names(session, piles)
    groups = [_group(key[0], *named[key], pile, rules) for key, pile in piles.items()]
    groups.sort(key=lambda one: (-sum(concern.size for concern in one.concerns), one.kind, one.name))
    return Quality(title(session, scopes, city), at, since, len(rows), tuple(groups), rules)


def message(quality: Quality, key: str, city: City) -> Message:
    """The message about whom training would help most, with all numbers as a workbook below ``city.files``."""
    shown = [group for group in quality.groups if group.concerns][:TOP]
    path = workbook.write(quality, key, city.files)
    kg, cm = quality.seconds
    text = city.templates.say(
        "quality",
        title=plain(quality.title),
        months=quality.rules.months,
        measured=quality.measured,
        enough=quality.enough,
        shown=[
            {
                "name": group.name if group.kind == REPORTER else f"{POSYANDU} {group.name}",
                "place": group.place,
                "facts": "; ".join(concern.fact for concern in group.concerns),
                "help": " dan ".join(dict.fromkeys(concern.help for concern in group.concerns)),
            }
            for group in shown
        ],
        second=max(len(kg), len(cm)),
        error=workbook.errors(kg, cm, quality.rules.enough_pairs),
    )
    name = f"mutu-{quality.at:%Y-%m-%d}.xlsx"
    return Message(text, (Option("menu:home", "Menu utama"),), attachment=Attachment("document", path, name))


def _rows(session: Session, scopes: Sequence[Scope], since: date, until: date) -> Sequence[Any]:
    query = (
        select(
            Measurement.id, Measurement.kind, Measurement.measured_on, Measurement.weight_kg, Measurement.length_cm,
            Measurement.position, Measurement.oedema, Measurement.doubtful, Measurement.recorded_by,
            Measurement.repeats, Child.sex, Child.born, Child.gestation_weeks, Family.posyandu_id,
        )
        .join(Child, Child.id == Measurement.child_id)
        .join(Family, Family.id == Child.family_id)
        .where(
            Measurement.measured_on.between(since, until),
            Measurement.withdrawn_at.is_(None),
            Family.id.in_(families_in(scopes, until)),
        )
    )  # fmt: skip
    return session.execute(query).all()


def _group_of(row: Any) -> tuple[str, int] | None:
    """An official measurement is the posyandu's; a reported one is its reporter's."""
    if row.kind == OFFICIAL:
        return (POSYANDU, row.posyandu_id) if row.posyandu_id else None
    return (REPORTER, row.recorded_by) if row.recorded_by else None


def _count(pile: _Collected, row: Any, first: Any) -> None:
    pile.measured += 1
    days = (row.measured_on - row.born).days if row.born and row.born <= row.measured_on else None
    age = None if days is None else corrected_age_days(days, row.gestation_weeks)
    scores = assess(Measured(row.sex, age, row.weight_kg, row.length_cm, position=row.position, oedema=row.oedema))
    pile.questioned += bool(row.doubtful or scores.fwei or scores.flen or scores.fwfl)
    for values, value, flagged in (
        (pile.kg, row.weight_kg, False),
        (pile.cm, row.length_cm, False),
        (pile.bb_u, scores.zwei, scores.fwei),
        (pile.tb_u, scores.zlen, scores.flen),
        (pile.bb_tb, scores.zwfl, scores.fwfl),
    ):
        if value is not None and not flagged:
            values.append(value)
    if first is not None:
        if row.weight_kg is not None and first.weight_kg is not None:
            pile.second_kg.append(row.weight_kg - first.weight_kg)
        if row.length_cm is not None and first.length_cm is not None:
            pile.second_cm.append(row.length_cm - first.length_cm)


def _group(kind: str, name: str, place: str, pile: _Collected, rules: Rules) -> Group:
    weight, length, questioned = digits(pile.kg), digits(pile.cm), Share(pile.measured, pile.questioned)
    enough = rules.enough_values
    return Group(
        kind, name, place, weight, length, questioned,
        spread(pile.bb_u, enough), spread(pile.tb_u, enough), spread(pile.bb_tb, enough),
        tuple(pile.second_kg), tuple(pile.second_cm), tuple(_concerns(weight, length, questioned, rules)),
    )  # fmt: skip


def _concerns(weight: Digits, length: Digits, questioned: Share, rules: Rules) -> Iterable[Concern]:
    for what, read in (("tinggi", length), ("berat", weight)):
        if read.beyond_chance(rules.enough_values):
            usual = round(read.counted * ROUND_BY_CHANCE)
            fact = f"{read.round} dari {read.counted} angka {what} berakhir 0 atau 5, biasanya sekitar {usual}"
            yield Concern(fact, read.share - ROUND_BY_CHANCE, PRACTISE_READING)
    if questioned.above(rules.questioned_percent, rules.enough_values):
        fact = f"{questioned.found} dari {questioned.counted} ukuran perlu dilihat lagi"
        yield Concern(fact, questioned.share, MEASURE_TOGETHER)


def _names(session: Session, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """The name and place of each group."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, id in keys:
        ids[kind].append(id)
    people = select(Person.id, Person.name, Person.nip, Person.sex, Office.name).outerjoin(
        Office, Office.id == Person.office_id
    )
    posts = select(Posyandu.id, Posyandu.name, PLACE).join(Village, Village.id == Posyandu.village_id)
    named: dict[tuple[str, int], tuple[str, str]] = {}
    for row in cast("Iterable[Any]", session.execute(people.where(Person.id.in_(ids[REPORTER])))):
        named[REPORTER, row[0]] = (salute(row[1], nip=row[2], sex=row[3]), row[4] or "")
    posts = posts.join(District, District.id == Village.district_id).where(Posyandu.id.in_(ids[POSYANDU]))
    for row in cast("Iterable[Any]", session.execute(posts)):
        named[POSYANDU, row[0]] = (row[1], row[2])
    return named
