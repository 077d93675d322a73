"""Day by day: whose visit is due, who is told, and who goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from bench.lapse.people import City, Ladder, People

ON_WAY = 14
"""Nobody's visit should be later than so many days while nobody but themselves was told."""


@dataclass
class Child:
    """``due`` is a day of the simulation. ``taken`` are the days after ``due`` whose steps were taken this cycle."""

    due: int
    taken: set[int] = field(default_factory=set[int])
    told_above: bool = False


@dataclass
class FosterParent:
    """``own`` is the chance a day to go unasked, ``hears`` how much a message moves them, ``goes`` the day on which
    who was moved goes, ``promised`` the day they named.
    """

    children: list[Child]
    own: float
    hears: float
    has_superior: bool
    stops: bool
    ignored: int = 0
    goes: int | None = None
    promised: int | None = None
    asked: int = -1000


@dataclass
class Result:
    """What became of a run. ``overdue`` are the days late of each visit, also of those not made by the end."""

    visits: int = 0
    on_time: int = 0
    overdue: list[int] = field(default_factory=list[int])
    silent: int = 0
    messages: dict[str, int] = field(default_factory=dict[str, int])
    last_visits: int = 0
    last_due: int = 0

    def tell(self, whom: str, count: int = 1) -> None:
        self.messages[whom] = self.messages.get(whom, 0) + count


def run(city: City, people: People, ladder: Ladder, seed: int) -> Result:
    """One run of the city. The same seed gives the same people, whatever the ladder."""
    made, chance, result = Random(seed), Random(seed + 1), Result()
    everybody = [_made(city, people, made) for _ in range(city.asn)]
    days = city.every_days + city.weeks * 7
    for day in range(days):
        office = city_told = False
        for one in everybody:
            if all(child.due - people.early > day for child in one.children):
                continue
            told = _tell(one, people, ladder, day, chance, result)
            office, city_told = office or "office" in told, city_told or "city" in told
            if _goes(one, people, ladder, day, told, chance):
                _visit(one, city, people, day, days, result)
            else:
                result.silent += sum(day - child.due > ON_WAY and not child.told_above for child in one.children)
        result.tell("office", office)
        result.tell("city", city_told)
    for child in (child for one in everybody for child in one.children):
        if child.due < days:
            result.overdue.append(days - child.due)
            result.last_due += child.due >= days - city.every_days
    return result


def _made(city: City, people: People, chance: Random) -> FosterParent:
    count = chance.choices((1, 2, 3), city.children)[0]
    first = city.every_days + chance.randrange(-7, 8)
    return FosterParent(
        [Child(first) for _ in range(count)], people.own, 1.0, chance.random() < city.superior_known,
        chance.random() < city.stop,
    )  # fmt: skip


def _tell(
    one: FosterParent, people: People, ladder: Ladder, day: int, chance: Random, result: Result
) -> Sequence[str]:
    """Take the steps of today; returns who was told."""
    told: list[str] = []
    for child in one.children:
        step = ladder.step(day - child.due, child.taken)
        if step is None:
            continue
        child.taken.add(step.days)
        who = "office" if step.who == "superior" and not one.has_superior else step.who
        if who == "asn" and one.promised is not None and one.promised > day:
            continue
        child.told_above |= who != "asn"
        if who not in told:
            told.append(who)
    for who in told:
        if who in ("asn", "superior"):
            result.tell(who)
    if ladder.asks and _asks(one, ladder, day):
        one.asked = day
        result.tell("asn")
        if chance.random() < people.answers * one.hears:
            one.promised = day + chance.randrange(1, 6)
    return told


def _asks(one: FosterParent, ladder: Ladder, day: int) -> bool:
    latest = max(day - child.due for child in one.children)
    waits = one.promised is not None and one.promised >= day
    return latest > ladder.last_reminder and day - one.asked >= ladder.asks_every and not waits


def _goes(one: FosterParent, people: People, ladder: Ladder, day: int, told: Sequence[str], chance: Random) -> bool:
    if one.goes == day:
        return True
    if one.promised == day:
        one.promised = None
        if chance.random() < people.keeps:
            return True
    for effect in _effects(one, people, ladder, told):
        if chance.random() < effect * one.hears:
            on = day + chance.randrange(people.within + 1)
            one.goes = on if one.goes is None or one.goes < day else min(one.goes, on)
    return one.goes == day or chance.random() < one.own


def _effects(one: FosterParent, people: People, ladder: Ladder, told: Sequence[str]) -> Iterator[float]:
    for who in told:
        if who == "asn":
            yield people.reminder * people.tires**one.ignored * (1 if ladder.climbs else people.alone)
            one.ignored += 1
        else:
            yield {"superior": people.superior, "office": people.office, "city": people.city}[who]


def _visit(one: FosterParent, city: City, people: People, day: int, days: int, result: Result) -> None:
    """All that is due is visited in one go; who stops does so after the first time."""
    for child in one.children:
        if child.due - people.early > day:
            continue
        late = max(day - child.due, 0)
        result.visits += 1
        result.on_time += late == 0
        result.overdue.append(late)
        if child.due >= days - city.every_days:
            result.last_visits += 1
            result.last_due += 1
        child.due, child.taken, child.told_above = day + city.every_days, set(), False
    one.ignored, one.goes, one.promised = 0, None, None
    if one.stops:
        one.own, one.hears = people.own * city.stopped_own, city.stopped_hears
