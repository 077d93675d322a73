"""Pictures about food for children and their mothers."""

from __future__ import annotations

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import signs
from drawing.lesson_pictures.layout import BOTTOM, EDGE, SIDE, TOP, card, sheet
from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import CREAM, FOOD, GREY, PINE, SUN, WHITE
from drawing.lesson_pictures.shapes import at, circle, rect, sector

MIDDLE = (TOP + BOTTOM) / 2


def _plate(x: float, scale: float) -> str:
    """Staple food, animal and plant side dishes, vegetables and fruit: Isi Piringku (Permenkes 41/2014)."""
    slices = (
        sector(236, 0, 120, "#FFFDF6")
        + sector(236, 120, 180, "#F9D9A8")
        + sector(236, 180, 300, "#CFE7BC")
        + sector(236, 300, 360, "#FFE08A")
    )
    icons = (
        at(128, -84, food.rice(), 0.8)
        + at(58, 120, food.fish(), 0.55)
        + at(78, 182, food.tempe(), 0.32)
        + at(-130, 20, food.leaves(), 0.78)
        + at(-118, 132, food.pumpkin(), 0.5)
        + at(-74, -150, food.banana(), 0.62)
    )
    return at(
        x,
        MIDDLE,
        circle(0, 0, 290, WHITE, width=9) + circle(0, 0, 246, WHITE, line=GREY, width=5) + slices + icons,
        scale,
    )


def plate() -> str:
    labels = (
        (900, 270, "makanan pokok", 240),
        (898, 836, "lauk hewani dan nabati", 270),
        (180, 820, "sayur", 220),
        (180, 280, "buah", 220),
    )
    named = "".join(words(x, y, label, (width, 130), 48, FOOD) for x, y, label, width in labels)
    return sheet(
        FOOD,
        "Isi satu piring",
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP) + _plate(SIDE / 2, 0.92) + named,
        "Setiap kali makan, ada semuanya.",
    )


def _plate_and_more(title: str, more: tuple[tuple[str, str], ...], foot: str) -> str:
    """The usual plate, a plus, and what is added to it."""
    gap = 22
    h = (BOTTOM - TOP - gap * (len(more) - 1)) / len(more)
    parts = [card(EDGE, TOP, 610, BOTTOM - TOP), _plate(EDGE + 305, 0.92)]
    for row, (icon, label) in enumerate(more):
        y = TOP + row * (h + gap)
        parts += [card(670, y, SIDE - EDGE - 670, h), at(670 + 187, y + (h - 100) / 2, icon, min(1.3, (h - 150) / 200))]
        parts.append(words(670 + 187, y + h - 66, label, (350, 112), 50))
    parts.append(at(658, MIDDLE, signs.plus(), 1.3))
    return sheet(FOOD, title, "".join(parts), foot)


def pregnant_plate() -> str:
    return _plate_and_more(
        "Makan ibu hamil", ((food.cooked_egg(), "satu lauk hewani lagi setiap hari"),), "Telur, ikan, atau hati ayam."
    )


def two_dishes() -> str:
    return _plate_and_more(
        "Tiga bulan terakhir hamil",
        ((food.fish(), "ikan"), (food.cooked_egg(), "dan telur")),
        "Dua macam lauk hewani setiap hari.",
    )


def nursing_plate() -> str:
    small = (
        circle(0, 0, 92, WHITE)
        + circle(0, 0, 68, WHITE, line=GREY, width=4)
        + at(-26, -10, food.rice(), 0.42)
        + at(26, 22, food.fish(), 0.42)
        + at(30, -30, food.leaves(), 0.34)
    )
    return _plate_and_more(
        "Makan ibu menyusui",
        ((small, "satu piring lagi sehari"), (drink.glass(0.85), "banyak minum air putih")),
        "Satu piring tambahan, setiap hari.",
    )


def egg_a_day() -> str:
    days = ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min")
    row = "".join(
        at(EDGE + 72 + i * 144, 760, food.egg(), 0.62) + words(EDGE + 72 + i * 144, 860, day, (130, 60), 46)
        for i, day in enumerate(days)
    )
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, 470)
        + at(SIDE / 2 - 190, 425, food.egg(), 2.1)
        + at(SIDE / 2 + 190, 425, food.cooked_egg(), 2.1)
    )
    return sheet(
        FOOD,
        "Satu telur setiap hari",
        body + card(EDGE, TOP + 490, SIDE - 2 * EDGE, BOTTOM - TOP - 490) + row,
        "Dimasak sampai matang betul.",
    )


def oil() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(SIDE / 2 - 20, 310, food.oil(), 1.9)
        + at(SIDE / 2 - 130, 700, food.bowl(), 2.3)
        + words(790, 470, "1 sendok teh", (420, 80), 66, FOOD)
    )
    return sheet(FOOD, "Minyak atau santan", body, "Satu sendok teh di setiap porsi.")


def after_illness() -> str:
    """One portion more a day for two weeks after an illness."""
    days = "".join(
        rect(EDGE + 20 + i % 7 * 140, 620 + i // 7 * 138, 126, 124, CREAM, r=24, width=5)
        + at(EDGE + 83 + i % 7 * 140, 684 + i // 7 * 138, food.bowl(), 0.46)
        for i in range(14)
    )
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, 400)
        + at(270, 390, food.bowl(), 1.5)
        + at(540, 390, signs.plus(), 1.5)
        + at(810, 390, food.bowl(SUN), 1.5)
    )
    labels = words(270, 540, "makan biasa", (400, 60), 50) + words(810, 540, "satu porsi lagi", (400, 60), 50, PINE)
    return sheet(FOOD, "Sesudah sembuh dari sakit", body + labels + days, "Tambah 1 porsi sehari selama 2 minggu.")


def water_not_sweet() -> str:
    body = (
        card(EDGE, TOP, 493, BOTTOM - TOP)
        + card(551, TOP, 493, BOTTOM - TOP)
        + at(282, 470, drink.glass(0.85), 2)
        + at(797, 470, drink.sweet_drink(), 2)
        + at(282, 740, signs.tick(), 1.2)
        + at(797, 740, signs.cross(), 1.2)
        + words(282, 850, "air putih", (440, 90), 66)
        + words(797, 850, "minuman manis", (440, 90), 62)
    )
    return sheet(FOOD, "Haus? Air putih", body, "Yang manis merusak gigi.")
