"""Pictures for pregnancy, birth and the couple before it."""

from __future__ import annotations

from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import icons_health as things
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures import signs
from drawing.lesson_pictures.layout import BOTTOM, EDGE, SIDE, TOP, card, sheet
from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import MOTHER
from drawing.lesson_pictures.shapes import around, at, circle

MIDDLE = (TOP + BOTTOM) / 2


def arm() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(SIDE / 2, 440, things.arm_tape(), 3.2)
        + words(SIDE / 2, 730, "23,5 cm", (900, 150), 150, MOTHER)
    )
    labels = words(SIDE / 2, 852, "Kurang dari itu: perlu tambahan makanan", (950, 70), 50)
    return sheet(MOTHER, "Ukur lingkar lengan ibu", body + labels, "Minta kader atau bidan mengukur.")


def skin_to_skin() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(450, 570, people.skin_to_skin(), 2.9)
        + at(870, 560, signs.clock(13, ((0, 12),)), 1.35)
        + words(870, 750, "1 jam", (280, 90), 70, MOTHER)
    )
    return sheet(MOTHER, "Bayi di dada ibu", body, "Kulit ke kulit, paling sedikit satu jam.")


def small_meals() -> str:
    """A day of small meals when everything makes one sick."""
    plates = "".join(
        at(*around(280, hour * 60), circle(0, 0, 66, "#FFFFFF") + at(0, 4, icon, 0.5))
        for hour, icon in enumerate(
            (food.rice(), food.banana(), food.cooked_egg(), food.sweet_potato(), food.orange(), food.fish())
        )
    )
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(SIDE / 2, MIDDLE, plates)
        + at(SIDE / 2, MIDDLE, signs.clock(10), 1.35)
    )
    return sheet(MOTHER, "Mual? Sedikit tapi sering", body, "Muntah terus: periksa.")
