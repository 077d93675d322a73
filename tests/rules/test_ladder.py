"""Who is told when of Pak Anwar's late visit: he himself, Bu Ida above him, their office, the city."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from rules.ladder import ABOVE, Rung, Step, Taken, due, steps

DUE = date(2026, 11, 1)
LADDER = steps((0, 3, 7), 14, 21, 30)
VISITOR, SUPERIOR, OFFICE, CITY = Rung
FULL = [(0, VISITOR), (3, VISITOR), (7, VISITOR), (14, SUPERIOR), (21, OFFICE), (30, CITY)]


def climb(days: range, nobody: Mapping[Rung, bool] | None = None) -> list[tuple[int, Rung]]:
    """What a look a day takes, until the last of these days; ``nobody`` are the rungs at which nobody is there."""
    taken, found = list[Taken](), list[tuple[int, Rung]]()
    for late in days:
        today = DUE + timedelta(days=late)
        while step := due(LADDER, taken, late, today):
            taken.append(Taken(step, today, told=not (nobody or {}).get(step.rung)))
            found.append((late, step.rung))
    return found


def test_the_ladder_is_climbed_step_by_step_each_once():
    assert climb(range(-3, 90)) == FULL


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        # An outage until this day: one message a day, and nobody above before the foster parent.
        (5, [(5, VISITOR), (7, VISITOR), *FULL[3:]]),
        (16, [(16, VISITOR), (17, SUPERIOR), (21, OFFICE), (30, CITY)]),
        (60, [(60, VISITOR), (61, SUPERIOR), (62, OFFICE), (63, CITY)]),
    ],
)
def test_after_an_outage_one_step_is_taken_not_three(first: int, expected: list[tuple[int, Rung]]):
    assert climb(range(first, 90)) == expected


@pytest.mark.parametrize(
    ("nobody", "above"),
    [
        ({SUPERIOR: True}, [(14, SUPERIOR), (14, OFFICE), (30, CITY)]),
        ({OFFICE: True}, [(14, SUPERIOR), (21, OFFICE), (21, CITY)]),
        ({SUPERIOR: True, OFFICE: True}, [(14, SUPERIOR), (14, OFFICE), (21, CITY)]),
        ({CITY: True}, FULL[3:]),
    ],
)
def test_a_step_that_reaches_nobody_is_taken_by_the_next(nobody: dict[Rung, bool], above: list[tuple[int, Rung]]):
    assert climb(range(60), nobody) == [*FULL[:3], *above]


def test_who_was_told_by_one_of_two_messages_was_told():
    step = Step(SUPERIOR, 14)
    known = [Taken(Step(VISITOR, 7), DUE, told=True), Taken(step, DUE, told=True), Taken(step, DUE, told=False)]
    assert due(LADDER, known, 15, DUE + timedelta(days=15)) is None


def test_the_days_of_a_programme_may_change_within_a_cycle():
    known = [Taken(Step(VISITOR, 7), DUE, told=True), Taken(Step(SUPERIOR, 14), DUE, told=True)]
    changed, today = steps((0, 5, 10), 12, 21, 30), DUE + timedelta(days=9)
    assert due(changed, known, 9, today) is None, "the reminder of day 7 came after that of day 5"
    assert due(changed, known, 10, today) == Step(VISITOR, 10)
    assert due(changed, [*known, Taken(Step(VISITOR, 10), DUE, told=True)], 13, today) is None, "the superior once"


def test_steps_are_in_the_order_of_their_days():
    assert [step.days for step in steps((0, 20), 14, 21, 30)] == [0, 14, 20, 21, 30]
    assert [step.rung for step in LADDER[3:]] == list(ABOVE)
