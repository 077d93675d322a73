"""What a million z-scores cost in one process: uv run python -m bench.zscores [Z-SCORES]

All six indices of each invented child. For the comparison with pygrowup2 on the same children, name a Python that has
it; without one it is left out:

    uv venv /tmp/peer && uv pip install --python /tmp/peer/bin/python pygrowup2==1.0.0
    ASUH_BENCH_PEER=/tmp/peer/bin/python uv run python -m bench.zscores
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

from rules.growth import Growth, Measured, assess
from rules.tables import Sex, Table, curve

INDICES = ("PB/U, TB/U", "BB/U", "BB/PB, BB/TB", "IMT/U", "LK/U", "LiLA/U")
MEDIANS: tuple[Table, ...] = ("weight_for_age", "length_for_age", "head_for_age", "arm_for_age")
PEERS_CHILDREN = 5_000  # enough to compare; all of them would take minutes


def child(chance: random.Random) -> Measured:
    """Somewhat small, as measured at a posyandu; from 91 days on, so that all six indices apply."""
    sex, day = chance.choice(("L", "P")), chance.randrange(91, 1827)
    points = [curve(table, sex).at(day) for table in MEDIANS]
    weight, length, head, arm = (round(point.value(chance.gauss(-1, 1.2)), 1) for point in points if point)
    return Measured(sex, day, weight, length, "telentang" if day < 731 else "berdiri", head, arm)


def scores(growth: Growth) -> tuple[float | None, ...]:
    return growth.zlen, growth.zwei, growth.zwfl, growth.zbmi, growth.zhc, growth.zac


def megabytes() -> float:
    """What the tables take up in memory."""
    kept = [curve(table, sex) for table in get_args(Table) for sex in get_args(Sex)]
    return sum(sys.getsizeof(numbers) for one in kept for numbers in (one.l, one.m, one.s)) / 1e6


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    begun = perf_counter()
    for table in get_args(Table):
        curve(table, "L")
    print(f"tables read in {(perf_counter() - begun) * 1000:.1f} ms, {megabytes():.1f} MB")
    chance = random.Random(462)
    children = [child(chance) for _ in range(-(-wanted // len(INDICES)))]
    begun = perf_counter()
    found = sum(z is not None for one in children for z in scores(assess(one)))
    took = perf_counter() - begun
    print(f"{found:,} z-scores of {len(children):,} children in {took:.2f} s: {found / took:,.0f} a second")
    compare(children[:PEERS_CHILDREN])


def compare(children: Sequence[Measured]) -> None:
    peer = os.environ.get("ASUH_BENCH_PEER")
    if not peer:
        print("pygrowup2: not compared, ASUH_BENCH_PEER names no Python that has it")
        return
    rows = [(c.sex, c.age_days, c.weight_kg, c.length_cm, c.head_cm, c.muac_cm) for c in children]
    script = Path(__file__).with_name("peer_pygrowup2.py")
    done = subprocess.run([peer, script], input=json.dumps(rows), capture_output=True, text=True, check=True)  # noqa: S603
    answer: tuple[float, list[list[float | None]]] = json.loads(done.stdout)
    peer_time, their_scores = answer
    begun = perf_counter()
    our_scores = [scores(assess(one)) for one in children]
    ours = perf_counter() - begun
    print(
        f"the same {len(children):,} children: ours {ours:.2f} s, pygrowup2 {peer_time:.2f} s, {peer_time / ours:.0f} x"
    )
    for name, us, them in zip(INDICES, zip(*our_scores, strict=True), zip(*their_scores, strict=True), strict=True):
        print(f"  {name:13} {difference(us, them)}")


def difference(us: Sequence[float | None], them: Sequence[Any]) -> str:
    both = [abs(round(a, 2) - b) for a, b in zip(us, them, strict=True) if a is not None and b is not None]
    other = sum(d > 0.0101 for d in both)
    missing = sum((a is None) != (b is None) for a, b in zip(us, them, strict=True))
    return f"differs by more than 0.01 z in {other:,}, at most {max(both):.2f} z; only one of us answers in {missing:,}"


if __name__ == "__main__":
    main()
