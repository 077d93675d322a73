"""What a z-score costs: uv run python -m bench.growth [CHILDREN]

Prints the time to read the WHO tables at first use, then z-scores per second, all six indices of each child.
"""

import random
import sys
from time import perf_counter
from typing import get_args

from rules.growth import Measured, assess
from rules.tables import Table, curve

MEDIANS: tuple[Table, ...] = ("weight_for_age", "length_for_age", "head_for_age", "arm_for_age")


def child(chance: random.Random) -> Measured:
    """An invented child near the median, from 91 days on, so that all six indices apply."""
    sex, day = chance.choice(("L", "P")), chance.randrange(91, 1827)
    points = [curve(table, sex).at(day) for table in MEDIANS]
    weight, length, head, arm = (point.value(chance.gauss(-1, 1.2)) for point in points if point)
    return Measured(sex, day, weight, length, None, head, arm)


def main() -> None:
    children = int(sys.argv[1]) if len(sys.argv) > 1 else 166_667
    begun = perf_counter()
    for table in get_args(Table):
        curve(table, "L")
    print(f"tables read in {(perf_counter() - begun) * 1000:.1f} ms")
    chance = random.Random(462)
    some = [child(chance) for _ in range(children)]
    begun = perf_counter()
    scores = sum(z is not None for g in map(assess, some) for z in (g.zlen, g.zwei, g.zwfl, g.zbmi, g.zhc, g.zac))
    took = perf_counter() - begun
    print(f"{scores:,} z-scores in {took:.2f} s: {scores / took:,.0f} a second")


if __name__ == "__main__":
    main()
