"""Day by day: whose visit is due, who is told, and who goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bench.lapse.people import City, Ladder, People
from rules.ladder import Rung, Taken, along, due

FIRST = date(2026, 1, 5)
SILENT = 14
"""Nobody's visit should be later than so many days while nobody but themselves was told."""


@dataclass
class Child:
    """``due`` counts days from the first one; ``taken`` are the steps of its cycle."""

    due: int
    taken: list[Taken] = field(default_factory=list[Taken])

    @property
    def is_told_above(self) -> bool:
        return any(one.told and one.step.rung is not Rung.VISITOR for one in self.taken)


@dataclass
class FosterParent:
    """``own`` is the chance a day to go unasked, ``hears`` how much a message moves them, ``ignored`` the reminders
    since their last visit, ``goes`` the day on which who was moved goes, ``promised`` the day they named.
    """

    children: list[Child]
    own: float
    hears: float
    superior: int | None
    office: int
    stops: bool
    ignored: int = 0
    goes: int | None = None
    promised: int | None = None
    asked: int | None = None


@dataclass
class Result:
    """What became of a run: the days late of each visit that fell due, also of those not made by the end; how many
    days ago each child was last seen at the end; how many days, summed over children, nobody but the foster parent
    knew of a visit late by more than SILENT days; and the messages by who read them.
    """

    late: list[int] = field(default_factory=list[int])
    seen_before: list[int] = field(default_factory=list[int])
    silent: int = 0
    messages: Counter[Rung] = field(default_factory=Counter[Rung])


def run(city: City, people: People, ladder: Ladder, seed: int) -> Result:
    """One run of the city. The same seed gives the same people, whatever the ladder."""
    made, chance, result = Random(seed), Random(seed + 1), Result()
    everybody = [_made(city, people, made) for _ in range(city.asn)]
    last_told: dict[int, int] = {}
    for day in range(city.days):
        waiting = [one for one in everybody if any(child.due - people.early <= day for child in one.children)]
        read, steps = set[tuple[Rung, int]](), _climb(waiting, ladder, day, last_told)
        for one in waiting:
            told = steps.get(id(one), {})
            read |= told.items()
            asked = _asks(one, ladder, day) and Rung.VISITOR not in told
            if asked:
                _answer(one, people, day, chance)
            result.messages[Rung.VISITOR] += asked or Rung.VISITOR in told
            if _goes(one, people, ladder, day, told, chance):
                _visit(one, city, people, day, result)
            else:
                result.silent += sum(day - child.due > SILENT and not child.is_told_above for child in one.children)
        result.messages.update(rung for rung, _ in read if rung is not Rung.VISITOR)
        last_told |= {who: day for rung, who in read if rung is Rung.SUPERIOR}
    for child in (child for one in everybody for child in one.children):
        result.seen_before.append(city.days - (child.due - city.every_days))
        if child.due < city.days:
            result.late.append(city.days - child.due)
    return result


def _made(city: City, people: People, chance: Random) -> FosterParent:
    count = chance.choices((1, 2, 3), city.children)[0]
    first = city.every_days + chance.randrange(-7, 8)
    superior = chance.randrange(city.asn // city.under_one)
    return FosterParent(
        [Child(first) for _ in range(count)], people.own, 1.0,
        superior if chance.random() < city.superior_known else None, superior % city.offices,
        chance.random() < city.stop,
    )  # fmt: skip


def _climb(
    waiting: Sequence[FosterParent], ladder: Ladder, day: int, last_told: Mapping[int, int]
) -> dict[int, dict[Rung, int]]:
    """Take the steps that have come, as scheduler.ladder does; returns by foster parent who is told, by rung.

    A superior who has read of theirs in the last week hears of this one later, and who does read hears of all whose
    own reminders are over; one who is not known is passed over.
    """
    today = FIRST + timedelta(days=day)
    come = [
        (one, child, step)
        for one in waiting
        for child in one.children
        if (step := due(ladder.steps, child.taken, day - child.due, today)) is not None
    ]
    reads = {one.superior for one, _, step in come if step.rung is Rung.SUPERIOR}
    reads -= {None, *(superior for superior, on in last_told.items() if day - on < 7)}
    come += [
        (one, child, step)
        for one in waiting
        for child in one.children
        if one.superior in reads
        if (step := along(ladder.steps, child.taken, day - child.due)) is not None
    ]
    told: dict[int, dict[Rung, int]] = {}
    for one, child, step in come:
        if step.rung is Rung.SUPERIOR and one.superior is not None and one.superior not in reads:
            continue
        if step.rung is Rung.VISITOR and one.promised is not None and one.promised > day:
            continue
        who = {Rung.SUPERIOR: one.superior, Rung.OFFICE: one.office, Rung.CITY: 0}.get(step.rung, 0)
        taken = Taken(step, today, told=who is not None)
        if taken not in child.taken:
            child.taken.append(taken)
        if who is not None:
            told.setdefault(id(one), {})[step.rung] = who
    return told


def _asks(one: FosterParent, ladder: Ladder, day: int) -> bool:
    late = max(day - child.due for child in one.children)
    if not ladder.asks_every or late < ladder.asks_after or (one.promised is not None and one.promised >= day):
        return False
    return one.asked is None or day - one.asked >= ladder.asks_every


def _answer(one: FosterParent, people: People, day: int, chance: Random) -> None:
    one.asked = day
    if chance.random() < people.answers * one.hears:
        one.promised = day + chance.randrange(1, 6)


def _goes(one: FosterParent, people: People, ladder: Ladder, day: int, told: Collection[Rung], chance: Random) -> bool:
    if one.promised == day and chance.random() < people.keeps:
        return True
    for effect in _effects(one, people, ladder, told):
        if chance.random() < effect * one.hears:
            on = day + chance.randrange(people.within + 1)
            one.goes = on if one.goes is None else min(one.goes, on)
    return one.goes == day or chance.random() < one.own


def _effects(one: FosterParent, people: People, ladder: Ladder, told: Collection[Rung]) -> Iterator[float]:
    above = {Rung.SUPERIOR: people.superior, Rung.OFFICE: people.office, Rung.CITY: people.city}
    for rung in told:
        if rung is Rung.VISITOR:
            yield people.reminder * people.tires**one.ignored * (1 if ladder.climbs else people.alone)
            one.ignored += 1
        else:
            yield above[rung]


def _visit(one: FosterParent, city: City, people: People, day: int, result: Result) -> None:
    """All that is due is visited in one go; who stops does so after the first time."""
    for child in one.children:
        if child.due - people.early <= day:
            result.late.append(max(day - child.due, 0))
            child.due, child.taken = day + city.every_days, []
    one.ignored, one.goes, one.promised, one.asked = 0, None, None, None
    if one.stops:
        one.own, one.hears = people.own * city.stopped_own, city.stopped_hears
