"""The bowl of 250 ml, filled to the line that belongs to the age (Buku KIA, Pemberian MPASI)."""

from __future__ import annotations

from typing import NamedTuple

from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures.layout import BOTTOM, EDGE, SIDE, TOP, card, sheet
from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import CREAM, FOOD, INK, ORANGE, SILVER, SUN, WHITE
from drawing.lesson_pictures.shapes import at, circle, faded, limb, n, oval, path

FULL = 250.0
"""ml"""
SPOON = 15.0
"""ml of a tablespoon, to draw by; no picture prints it."""
HIGH, NARROW, WIDE = 350.0, 180.0, 270.0
"""The bowl inside, in units of the picture: its height, and the radius of its floor and of its rim."""
RIM_Y, MIDDLE = 280.0, 370.0


class Serving(NamedTuple):
    """A meal at an age: `least` to `most` ml, meals and snacks a day as (least, most)."""

    title: str
    least: float
    most: float
    marks: tuple[tuple[float, str], ...]
    meals: tuple[int, int]
    snacks: tuple[int, int]
    foot: str


START = Serving(
    "Umur 6 bulan: mulai makan",
    2 * SPOON,
    3 * SPOON,
    ((3 * SPOON, "2-3 sendok makan"),),
    (2, 3),
    (0, 0),
    "Bubur kental berlauk. ASI diteruskan.",
)
SERVINGS = {
    "mangkuk-6": Serving(
        "Umur 6-8 bulan",
        3 * SPOON,
        125,
        ((125, "125 ml|setengah"),),
        (2, 3),
        (1, 2),
        "Mulai 2-3 sendok makan, naik sampai setengah mangkuk.",
    ),
    "mangkuk-9": Serving(
        "Umur 9-11 bulan",
        125,
        200,
        ((125, "125 ml"), (200, "200 ml")),
        (3, 4),
        (1, 2),
        "Setengah sampai tiga perempat mangkuk sekali makan.",
    ),
    "mangkuk-12": Serving(
        "Umur 12-23 bulan",
        188,
        250,
        ((188, "188 ml"), (250, "250 ml")),
        (3, 4),
        (1, 2),
        "Tiga perempat sampai satu mangkuk sekali makan.",
    ),
}


def level(ml: float) -> float:
    """The level of this volume as a share of the bowl's height, 0 to 1. Half the volume is above half the height."""

    def volume(part: float) -> float:
        r = NARROW + (WIDE - NARROW) * part
        return part * (NARROW * NARROW + NARROW * r + r * r)

    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if volume(middle) / volume(1) < ml / FULL else (low, middle)
    return (low + high) / 2


def portion(name: str) -> str:
    return _picture(SERVINGS[name])


def start() -> str:
    return _picture(START)


def _picture(serving: Serving) -> str:
    parts = [
        card(EDGE, TOP, SIDE - 2 * EDGE, 520),
        _bowl(serving),
        card(EDGE, TOP + 540, SIDE - 2 * EDGE, BOTTOM - TOP - 540),
    ]
    right = MIDDLE + WIDE
    for ml, label in serving.marks:
        y = _y(ml)
        parts.append(path(f"M{n(_x(ml))} {n(y)} L{n(right + 30)} {n(y)}", line=FOOD, width=9))
        parts.append(circle(right + 30, y, 12, FOOD, line=""))
        parts.append(words(right + 62, y, label, (300, 200), 56, FOOD, "start"))
    if serving is not START and all(ml != FULL for ml, _ in serving.marks):
        parts.append(words(right + 62, RIM_Y - 20, "penuh 250 ml", (330, 60), 44, INK, "start"))
    parts.append(_day(serving))
    return sheet(FOOD, serving.title, "".join(parts), serving.foot)


def _bowl(serving: Serving) -> str:
    filled = _layer(0, serving.most, SUN) + _layer(0, serving.least, ORANGE)
    left, right, floor = MIDDLE - WIDE, MIDDLE + WIDE, RIM_Y + HIGH
    corners = ((left, RIM_Y), (MIDDLE - NARROW, floor), (MIDDLE + NARROW, floor), (right, RIM_Y))
    glass = "M" + " L".join(f"{n(x)} {n(y)}" for x, y in corners)
    spoons = ""
    if serving is START:
        spoons = at(850, 262, food.spoon(CREAM), 1.1) + at(850, 340, food.spoon(CREAM), 1.1)
        spoons += at(850, 418, faded(food.spoon(CREAM)), 1.1)
    return (
        path(glass + " Z", WHITE, line="")
        + filled
        + path(glass, width=16)
        + limb(f"M{n(MIDDLE - 70)} {n(floor + 22)} L{n(MIDDLE + 70)} {n(floor + 22)}", SILVER, 20)
        + oval(MIDDLE, RIM_Y, WIDE, 18, "", width=10)
        + spoons
    )


def _layer(low: float, high: float, colour: str) -> str:
    """Food between two amounts in ml."""
    a, b, top, bottom = _x(high) - MIDDLE, _x(low) - MIDDLE, _y(high), _y(low)
    corners = ((-a, top), (a, top), (b, bottom), (-b, bottom))
    return path("M" + " L".join(f"{n(MIDDLE + x)} {n(y)}" for x, y in corners) + " Z", colour, line="")


def _y(ml: float) -> float:
    return RIM_Y + HIGH * (1 - level(ml))


def _x(ml: float) -> float:
    return MIDDLE + NARROW + (WIDE - NARROW) * level(ml)


def _day(serving: Serving) -> str:
    """Meals and snacks of a day; optional ones are pale."""
    y = TOP + 540 + 62
    parts: list[str] = []
    groups = [(serving.meals, food.bowl(), "kali makan sehari", SIDE / 2 if not serving.snacks[1] else 320)]
    if serving.snacks[1]:
        groups.append((serving.snacks, food.banana(), "kali selingan", 800))
    for (least, most), icon, label, x in groups:
        for place in range(most):
            one = at(x + (place - (most - 1) / 2) * 116, y, icon, 0.5)
            parts.append(one if place < least else faded(one))
        parts.append(words(x, y + 82, f"{least}-{most} {label}", (470, 60), 50))
    return "".join(parts)
