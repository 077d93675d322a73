"""Who is proposed for a child that nobody fosters: a table."""

from __future__ import annotations

import pytest

from rules.balance import Candidate, Nearness, Waiting, fair_share, propose

MANDONGA, KORUMBA, POASIA = 1, 2, 3  # kelurahan; the first two in one kecamatan
NORTH, EAST = 10, 20
RAFA = Waiting(31, MANDONGA, NORTH)
LBW = Waiting(32, MANDONGA, NORTH, "lbw")


def visits(id: int, village: int, children: int = 1, **more: object) -> Candidate:
    district = EAST if village == POASIA else NORTH
    return Candidate(id, children, frozenset({village}), frozenset({district}), **more)  # pyright: ignore


NEW = Candidate(9)
BESIDE, SAME, FAR = visits(1, KORUMBA), visits(2, MANDONGA), visits(3, POASIA)


@pytest.mark.parametrize(("who", "child", "expected", "why"), [
    ((BESIDE, SAME, FAR), RAFA, 2, Nearness.VILLAGE),
    ((FAR, BESIDE), RAFA, 1, Nearness.DISTRICT),
    ((FAR, visits(4, MANDONGA, 1, away=True)), RAFA, 3, Nearness.ELSEWHERE),  # on leave or never joined: last
    ((visits(5, MANDONGA, 2), visits(6, MANDONGA, 1)), RAFA, 6, Nearness.VILLAGE),  # fewest children
    ((visits(7, MANDONGA, 30), NEW), RAFA, 9, Nearness.UNKNOWN),  # but thirty are more than anybody's share
    ((visits(2, MANDONGA), visits(8, MANDONGA, language="lbw")), LBW, 8, Nearness.VILLAGE),
    ((SAME, visits(8, POASIA, 9, accompanies=frozenset({31}))), RAFA, 8, Nearness.SAME_CHILD),  # knows it already
    ((SAME, visits(1, MANDONGA)), RAFA, 1, Nearness.VILLAGE),  # always the same of two alike
])  # fmt: skip
def test_the_nearest_with_the_fewest_children_is_proposed(
    who: tuple[Candidate, ...], child: Waiting, expected: int, why: Nearness
):
    [pick] = propose([child], who)
    assert (pick.candidate, pick.nearness) == (expected, why)


def test_each_proposal_counts_for_the_next_and_who_was_refused_is_not_proposed_again():
    children = [Waiting(id, MANDONGA, NORTH) for id in range(1, 8)]
    picks = propose(children, (visits(1, MANDONGA, 0), visits(2, MANDONGA, 0), NEW, Candidate(10)))
    assert [pick.candidate for pick in picks] == [1, 2, 1, 2, 1, 2, 9]
    assert [pick.children for pick in picks] == [0, 0, 1, 1, 2, 2, 0]
    assert [pick.candidate for pick in propose(children[:1], (SAME, BESIDE), {1: {2}})] == [1]
    assert propose(children, ()) == []
    assert propose(children[:1], (SAME,), {1: {2}}) == []


def test_the_fair_share_counts_only_who_can_come():
    assert fair_share(462, [Candidate(n, away=n > 300) for n in range(1, 401)]) == 2
    assert fair_share(3, [Candidate(1, away=True)]) == 3
    assert fair_share(3, []) == 0
