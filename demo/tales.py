"""How some children's growth goes: they catch up, stand still, lose weight, slip below a line, or come above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from demo.model import AT_RISK, Born, Making, Place, Tale

AGES = range(330, 1600)  # days: old enough to have a history, young enough to stay


CAUGHT_UP = Tale((-2.6, -2.5, -2.35, -2.2, -1.9, -1.85, -1.8), (-1.6, -1.5, -1.4, -1.3, -1.2, -1.1, -1.05))
CATCHES_UP = Tale((-2.6, -2.5, -2.4, -2.25, -2.12, -1.88), (-1.7, -1.65, -1.6, -1.5, -1.4, -1.3), fresh=True)
FILLS_OUT = Tale((-2.4,), (-2.6, -2.5, -2.4, -2.3, -2.15, -1.8), fresh=True)
SINKS = Tale((-2.8, -2.83, -2.86, -2.88, -2.9, -3.12), (-1.8,), fresh=True)
THINS = Tale((-2.3,), (-1.5, -1.55, -1.6, -1.7, -1.8, -2.3), fresh=True)
SLIPS = Tale((-1.6, -1.65, -1.7, -1.75, -1.85, -2.12), (-1.2,), AT_RISK, fresh=True)
STANDS_STILL = Tale((-2.35,), (-1.35, -1.3, -1.3), still=2)
LOSES = Tale((-2.5,), (-1.6,), lost_kg=0.4)
KAYLA = Tale((-2.3,), (-1.35, -1.25, -1.15, -1.15, -1.15), still=2)
GRADUATES = replace(CAUGHT_UP, fresh=True)  # the rule finds the child tonight

NEAR_THE_PAGE = (THINS, SINKS, CATCHES_UP, FILLS_OUT, SLIPS, GRADUATES, STANDS_STILL, LOSES)
ELSEWHERE = (THINS, SINKS, SINKS, CATCHES_UP, CATCHES_UP, FILLS_OUT, SLIPS, SLIPS, STANDS_STILL, STANDS_STILL, LOSES)


def tell(making: Making, children: Sequence[Born], home: Place) -> None:
    """Choose whom the tales are about, some of them in the kecamatan of the page, and which posyandu rounds."""
    busy = _busiest(children, home)
    making.rounding, making.measures_twice = busy[:2]
    free = [child for child in children if child.subject not in making.gone and child.number not in making.tales]
    free = [child for child in free if child.home.posyandu not in busy[:2] and _old(making, child) in AGES]
    for near, tales in ((True, NEAR_THE_PAGE), (False, ELSEWHERE)):
        for tale in tales:
            fitting = [child for child in free if child.listed == tale.listed]
            there = [child for child in fitting if (child.home.place.district == home.district) == near]
            child = making.chance.choice(there or fitting)
            free.remove(child)
            making.tales[child.number] = tale


def _old(making: Making, child: Born) -> int:
    return (making.today - child.day).days


def _busiest(children: Sequence[Born], home: Place) -> list[int]:
    """The posyandu of the kecamatan by how many children they have, without that of the page."""
    counted = Counter(child.home.posyandu for child in children if child.home.place.district == home.district)
    counted.pop(home.posyandu[0], None)
    return sorted(counted, key=lambda posyandu: (-counted[posyandu], posyandu))
