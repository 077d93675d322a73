"""Who could foster a child that nobody fosters: near, with few children, and able to come.

The order is the programme's own, no norm: whoever knows the child already, then by whether they can come, how many
children they have against the others, how near the families are that they visit, and language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import ceil

NOBODY: Collection[int] = ()


class Nearness(IntEnum):
    """How near to the child the families are that somebody visits already."""

    SAME_CHILD = 0  # accompanies the child already
    VILLAGE = 1
    DISTRICT = 2
    ELSEWHERE = 3
    UNKNOWN = 4  # visits nobody yet


@dataclass(frozen=True)
class Waiting:
    """A child that nobody fosters; ``language`` is that of its carers, "" where it is not known."""

    id: int
    village: int
    district: int
    language: str = ""


@dataclass(frozen=True)
class Candidate:
    """Somebody who could foster it. ``children``: how many they foster; the places are those of their families.

    ``away``: on leave, or never joined, so that nothing reaches them. ``accompanies``: ids of children they know.
    """

    id: int
    children: int = 0
    villages: frozenset[int] = frozenset()
    districts: frozenset[int] = frozenset()
    language: str = ""
    away: bool = False
    accompanies: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Pick:
    """Who is proposed for a child, and why: ``children`` is how many they have beside it."""

    child: int
    candidate: int
    nearness: Nearness
    children: int
    speaks: bool
    away: bool


def nearness(one: Waiting, candidate: Candidate) -> Nearness:
    """How near the candidate is to the child."""
    if one.id in candidate.accompanies:
        return Nearness.SAME_CHILD
    if one.village in candidate.villages:
        return Nearness.VILLAGE
    if one.district in candidate.districts:
        return Nearness.DISTRICT
    return Nearness.ELSEWHERE if candidate.villages else Nearness.UNKNOWN


def fair_share(children: int, candidates: Sequence[Candidate]) -> int:
    """How many children each would have if all were spread evenly over those who can come, rounded up."""
    able = [one for one in candidates if not one.away] or candidates
    return ceil(children / len(able)) if able else 0


def ranked(
    one: Waiting, candidates: Sequence[Candidate], share: int, loads: Mapping[int, int] | None = None
) -> list[Pick]:
    """All candidates for one child, the best first.

    Who has more than the fair ``share`` comes after those who have not, however near they are. ``loads`` are the
    children by candidate where these have changed.
    """
    known = loads or {}

    def order(candidate: Candidate) -> tuple[bool, bool, bool, int, int, bool, int]:
        load, near = known.get(candidate.id, candidate.children), nearness(one, candidate)
        return (
            candidate.away, near is not Nearness.SAME_CHILD, load > share, near, load, not _speaks(one, candidate),
            candidate.id,
        )  # fmt: skip

    return [
        Pick(
            one.id, best.id, nearness(one, best), known.get(best.id, best.children), _speaks(one, best), best.away
        )
        for best in sorted(candidates, key=order)
    ]  # fmt: skip


def propose(
    waiting: Sequence[Waiting],
    candidates: Sequence[Candidate],
    without: Mapping[int, Collection[int]] | None = None,
) -> list[Pick]:
    """One candidate for each child in turn; each proposal counts as a child for the next one.

    ``without`` are the candidates, by child, who were refused before. A child with nobody left is left out.
    """
    loads = {one.id: one.children for one in candidates}
    share = fair_share(sum(loads.values()) + len(waiting), candidates)
    found: list[Pick] = []
    for one in waiting:
        refused = (without or {}).get(one.id, NOBODY)
        left = [candidate for candidate in candidates if candidate.id not in refused]
        if picks := ranked(one, left, share, loads):
            found.append(picks[0])
            loads[picks[0].candidate] += 1
    return found


def _speaks(one: Waiting, candidate: Candidate) -> bool:
    return bool(one.language) and one.language == candidate.language
