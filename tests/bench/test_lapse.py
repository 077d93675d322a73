"""The simulated city that lapses: small, and without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.lapse.__main__ import as_published, outcome, steady
from bench.lapse.city import run
from bench.lapse.people import City, People, compared, read, varied
from content import programme
from rules.ladder import Rung

LADDERS = {one.name: one for one in compared(programme.load())}


@pytest.fixture(scope="module")
def small() -> tuple[People, City]:
    people, city, _ = read()
    return people, replace(city, asn=60)


def test_the_same_seed_is_the_same_city(small: tuple[People, City]) -> None:
    people, city = small
    ladder = LADDERS["with superior and promise"]
    assert run(city, people, ladder, 1) == run(city, people, ladder, 1)
    assert run(city, people, ladder, 1) != run(city, people, ladder, 2)


def test_each_ladder_leaves_children_waiting_less_long_than_the_one_before(small: tuple[People, City]) -> None:
    people, city = small
    overdue = [outcome(city, people, one).overdue for one in LADDERS.values()]
    assert overdue == sorted(overdue, reverse=True)
    assert overdue[0] > 2 * overdue[-1]


def test_nobody_is_late_beyond_two_weeks_while_nobody_above_knows(small: tuple[People, City]) -> None:
    people, city = small
    assert outcome(city, people, LADDERS["foster parent only"]).silent > 0
    assert outcome(city, people, LADDERS["with superior"]).silent == 0
    assert outcome(city, people, LADDERS["with superior and promise"]).silent == 0


def test_a_superior_reads_at_most_one_message_a_week(small: tuple[People, City]) -> None:
    people, city = small
    deaf = replace(city, stop=1.0, stopped_own=0.0, stopped_hears=0.0, superior_known=1.0)
    told = outcome(deaf, people, LADDERS["with superior"]).a_week
    assert 0 < told[Rung.SUPERIOR] <= 1


def test_the_published_programme_comes_out_as_published() -> None:
    people, city, published = read()
    without, reminded = as_published(published)
    assert outcome(steady(city), people, without).overdue == pytest.approx(published.overdue_without, abs=0.4)
    assert outcome(steady(city), people, reminded).overdue == pytest.approx(published.overdue_with, abs=0.2)


def test_every_assumption_is_varied_by_itself(small: tuple[People, City]) -> None:
    people, city = small
    for name, some, of in varied(people, city, 0.5):
        changed = {one for one in vars(people) if getattr(people, one) != getattr(some, one)}
        changed |= {one for one in vars(city) if getattr(city, one) != getattr(of, one)}
        assert changed == {name}
