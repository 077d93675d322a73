"""What a growth chart costs: uv run python -m bench.charts [TIMES]

For each kind: milliseconds cold (first drawing of its background) and warm, kB, and how often an empty picture of the
same size could have been made and saved in that time: machines differ, the ratio hardly does.
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import get_args

from PIL import Image

from drawing.growth_chart.chart import Point, draw
from drawing.growth_chart.frame import DAYS_A_MONTH, HEIGHT, WIDTH, Kind
from rules.tables import curve

TODAY = date(2026, 11, 22)
MONTHS = 14


def history(kind: Kind, born: date) -> list[Point]:
    """An invented boy who falls from the middle towards the red line."""
    points: list[Point] = []
    for month in range(MONTHS + 1):
        day = round(month * DAYS_A_MONTH)
        weight, length = (curve(table, "L").at(day) for table in ("weight_for_age", "length_for_age"))
        assert weight
        assert length
        kg, cm = weight.value(-month / 5), length.value(-month / 6)
        points.append(Point(born + timedelta(day), cm if kind == "tinggi" else kg, month % 4 != 3, cm))
    return points


def empty() -> bytes:
    file = BytesIO()
    Image.new("P", (WIDTH, HEIGHT)).save(file, "PNG")
    return file.getvalue()


def took(work: Callable[[], bytes]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    born = TODAY - timedelta(round((MONTHS + 0.3) * DAYS_A_MONTH))
    plain = median(took(empty) for _ in range(times))
    print(f"empty picture: {plain:.1f} ms, {len(empty()) / 1000:.1f} kB")
    for kind in get_args(Kind):
        points = history(kind, born)

        def one(kind: Kind = kind, points: list[Point] = points) -> bytes:
            return draw(kind, "L", born, points, "Rafa", TODAY)

        cold, warm = took(one), median(took(one) for _ in range(times))
        print(
            f"{kind:7} cold {cold:5.1f} ms = {cold / plain:4.1f}x   warm {warm:5.1f} ms = {warm / plain:4.1f}x   "
            f"{len(one()) / 1000:.1f} kB"
        )


if __name__ == "__main__":
    main()
