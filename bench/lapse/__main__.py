"""What the ladder changes in a city that lapses: ``uv run python -m bench.lapse``.

Prints the tables that docs/lapse.md holds: one invented city under four ladders, then every assumption varied by half.
``--calibrate`` finds the two chances with which the published programme comes out as published.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Pool
from statistics import mean

from bench.lapse.city import run
from bench.lapse.people import City, Ladder, People, Published, compared, read, varied
from content import programme
from rules.ladder import Rung, Step

SEEDS = (1, 2, 3)
BY = (0.5, 1.5)


@dataclass(frozen=True)
class Row:
    """The means of several runs. ``on_time`` is the share of visits made by their day, ``seen`` that of children who
    were seen in the last five weeks. ``overdue`` are mean days late, also of visits never made; ``silent`` the days,
    summed over children, on which a visit was more than two weeks late and nobody but the foster parent had been told.
    ``a_week`` are messages a person and week, by who reads them.
    """

    on_time: float
    seen: float
    overdue: float
    silent: int
    a_week: dict[Rung, float]


def outcome(city: City, people: People, ladder: Ladder) -> Row:
    found = [run(city, people, ladder, seed) for seed in SEEDS]
    superiors, weeks = city.asn // city.under_one, city.days / 7
    readers = {Rung.VISITOR: city.asn, Rung.SUPERIOR: superiors, Rung.OFFICE: city.offices, Rung.CITY: 1}
    return Row(
        mean(_within(one.late, 0) for one in found),
        mean(_within(one.seen_before, city.every_days + 7) for one in found),
        mean(mean(one.late) for one in found),
        round(mean(one.silent for one in found)),
        {rung: mean(one.messages[rung] for one in found) / count / weeks for rung, count in readers.items()},
    )


def _within(late: Sequence[int], days: int) -> float:
    return sum(one <= days for one in late) / len(late)


def calibrated(people: People, city: City, published: Published) -> People:
    """The people with whom the published programme has its published days overdue."""
    without, reminded = as_published(published)
    people = _solved(people, steady(city), without, "own", published.overdue_without)
    return _solved(people, steady(city), reminded, "reminder", published.overdue_with)


def as_published(published: Published) -> tuple[Ladder, Ladder]:
    """That programme without reminders and with them."""
    own = [Step(Rung.VISITOR, days) for days in published.reminder_days]
    return Ladder("", ()), Ladder("", (*own, Step(Rung.SUPERIOR, published.superior_day)))


def steady(city: City) -> City:
    """The same city in which nobody stops and every superior is known, as it was there."""
    return replace(city, stop=0.0, superior_known=1.0)


def _solved(people: People, city: City, ladder: Ladder, name: str, target: float) -> People:
    """The people with the chance ``name`` at which the mean days overdue come to the target: more chance, fewer."""
    low, high = 0.005, 0.98
    for _ in range(16):
        middle = (low + high) / 2
        people = replace(people, **{name: middle})
        low, high = (middle, high) if outcome(city, people, ladder).overdue > target else (low, middle)
    return people


def table(rows: Sequence[tuple[str, Row]]) -> Iterator[str]:
    """The rows as a Markdown table."""
    yield "| ladder | days overdue | on time | seen in 5 weeks | silent days | ASN | superior | office | city |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, row in rows:
        told = " | ".join(f"{count:.2f}" for count in row.a_week.values())
        yield f"| {name} | {row.overdue:.1f} | {row.on_time:.0%} | {row.seen:.0%} | {row.silent} | {told} |"


def variations(people: People, city: City, ladders: Sequence[Ladder]) -> Iterator[str]:
    """Days overdue under each ladder with one assumption by half smaller and by half larger, as a Markdown table."""
    yield f"| assumption | {' | '.join(one.name for one in ladders)} |"
    yield "|---|" + "---|" * len(ladders)
    cases = [(name, some, of) for by in BY for name, some, of in varied(people, city, by)]
    with Pool() as pool:
        found = pool.starmap(outcome, [(of, some, ladder) for _, some, of in cases for ladder in ladders])
    size = len(ladders)
    lines = {at: found[at * size : (at + 1) * size] for at in range(len(cases))}
    half = len(cases) // 2
    for at, (name, _, _) in enumerate(cases[:half]):
        pairs = zip(lines[at], lines[at + half], strict=True)
        yield f"| {name} | " + " | ".join(f"{less.overdue:.1f} / {more.overdue:.1f}" for less, more in pairs) + " |"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--calibrate", action="store_true", help="print the chances that fit what is published")
    people, city, published = read()
    if asked.parse_args().calibrate:
        found = calibrated(people, city, published)
        print(f"own = {found.own:.3f}\nreminder = {found.reminder:.3f}")
        return
    ladders = compared(programme.load())
    say = partial(print, flush=True)
    for line in table([(one.name, outcome(city, people, one)) for one in ladders]):
        say(line)
    say()
    for line in variations(people, city, ladders):
        say(line)


if __name__ == "__main__":
    main()
