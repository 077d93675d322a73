"""The picture of the areas fits a phone, and does not tell one to four referrals apart: it is passed on."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from drawing.area_panels import MOST, TALLEST, WIDTH, Panel, draw
from drawing.growth_chart.chart import LARGEST

SUNDAY = date(2026, 3, 1)


def panel(name: str, *ages: int, due: int = 8, on_time: int = 5) -> Panel:
    weeks = tuple((SUNDAY - timedelta(days=6 + 7 * back), due, on_time) for back in range(7, -1, -1))
    return Panel(name, weeks, ages or (0, 3, 6, 14))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, MOST, 65])
def test_it_is_as_large_as_a_phone_takes_whole(count: int):
    drawn = draw([panel(f"Kel. Kambu Baruga Raya {n} (Kendari Barat)") for n in range(count)], "Kota Kendari", SUNDAY)
    picture = Image.open(BytesIO(drawn))
    assert picture.width == WIDTH
    assert picture.height <= TALLEST
    assert len(drawn) <= LARGEST


def test_of_more_areas_than_fit_the_first_are_drawn():
    many = [panel(f"Kel. {n}", due=n) for n in range(1, 30)]
    first = draw(many, "Kota Kendari", SUNDAY)
    assert first == draw([*many[:MOST], *reversed(many[MOST:])], "Kota Kendari", SUNDAY)
    assert first != draw([*many[1:], many[0]], "Kota Kendari", SUNDAY)


def test_one_to_four_open_referrals_look_alike_and_five_do_not():
    one, four, five = (draw([panel("Kel. Tipulu", count, 0, 0, 9)], "Tipulu", SUNDAY) for count in (1, 4, 5))
    assert one == four != five
    assert draw([panel("Kel. Tipulu", 0, 0, 0, 9)], "Tipulu", SUNDAY) != one


def test_a_week_in_which_nothing_was_due_has_no_column():
    nothing, all_late = (draw([panel("Tipulu", due=due, on_time=0)], "Tipulu", SUNDAY) for due in (0, 3))
    assert nothing != all_late
