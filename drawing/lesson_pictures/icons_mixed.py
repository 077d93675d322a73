"""Icons put together from those of the other files."""

from __future__ import annotations

from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import icons_health as health
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures.palette import BROWN, LEAF, ORANGE, RED, SUN, WHITE
from drawing.lesson_pictures.shapes import at, oval, path, rect
from drawing.lesson_pictures.signs import moon


def chopped() -> str:
    bits = ((-50, -40, LEAF), (-16, -54, ORANGE), (18, -42, LEAF), (46, -32, ORANGE), (-2, -30, RED))
    return food.bowl(bits="".join(rect(x, y, 13, 13, colour, r=3, width=4) for x, y, colour in bits))


def family_food() -> str:
    pieces = at(-40, -42, food.fish(), 0.42) + at(28, -44, food.cooked_egg(), 0.34) + oval(64, -26, 18, 10, LEAF)
    return food.bowl(WHITE, pieces)


def weighed() -> str:
    return health.scale() + at(0, -32, people.sitting(), 0.86)


def length_board() -> str:
    board = rect(-100, 44, 200, 18, BROWN, r=6) + rect(-104, -34, 16, 96, BROWN, r=5)
    return board + at(4, 12, people.on_the_back(), 0.84, -90)


def head_tape() -> str:
    return at(0, 10, people.head(), 1.5) + path("M-84 -14 C-50 -34 50 -34 84 -14", line=SUN, width=16)


def tablet_at_night() -> str:
    return at(-30, -6, health.tablet(), 0.9) + at(70, -50, moon(), 0.55)
