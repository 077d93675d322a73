"""Pictures about care at home: clean hands, sleep, play, the house."""

from __future__ import annotations

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_home as home
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures import signs
from drawing.lesson_pictures.layout import BOTTOM, EDGE, SIDE, TOP, card, sheet
from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import CARE, LILAC, PINE, SKY, WHITE
from drawing.lesson_pictures.shapes import around, at, circle, faded, limb, path, rect

MIDDLE = (TOP + BOTTOM) / 2


def round_the_clock() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(SIDE / 2, MIDDLE, _feeds())
        + at(150, 280, signs.sun())
        + at(930, 290, signs.moon(), 0.8)
        + at(SIDE / 2, MIDDLE - 20, people.nursing(), 1.55)
    )
    return sheet(CARE, "Susui 8-12 kali sehari semalam", body, "Siang dan malam, setiap bayi mau.")


def _feeds() -> str:
    """Twelve drops around a clock, the last four pale."""
    drops = (at(*around(300, hour * 30), drink.breast_milk(), 0.52) for hour in range(12))
    return circle(0, 0, 230, SKY, line="") + "".join(
        drop if hour % 3 else faded(drop) for hour, drop in enumerate(drops)
    )


def kept_milk() -> str:
    """Buku KIA has four hours at 25 °C or less; a room of 28-32 °C takes one or two off."""
    body = (
        card(EDGE, TOP, 493, BOTTOM - TOP)
        + card(551, TOP, 493, BOTTOM - TOP)
        + at(282, 420, home.cup("#FFF3D6"), 1.7)
        + limb("M110 552 L454 552", "#9A5F38", 20)
        + at(797, 410, home.fridge(), 1.9)
        + words(282, 680, "2-3 jam", (440, 120), 110, CARE)
        + words(797, 680, "4 hari", (440, 120), 110, CARE)
        + words(282, 820, "di ruang yang panas, tempat teduh", (440, 130), 56)
        + words(797, 820, "di dalam kulkas", (440, 130), 56)
    )
    return sheet(CARE, "Menyimpan ASI perah", body, "Minum pakai cangkir. Lihat juga Buku KIA.")


def asleep() -> str:
    mat = rect(150, 250, 520, 630, SKY, r=40) + rect(186, 286, 448, 558, WHITE, r=28, line=SKY)
    baby = at(410, 570, people.on_the_back(), 2.5)
    pillow = signs.crossed(rect(-84, -44, 168, 96, LILAC, r=40))
    smoke = signs.banned(home.cigarette())
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + mat
        + baby
        + at(850, 330, pillow, 1.05)
        + at(850, 640, smoke, 0.95)
        + words(850, 456, "tanpa bantal", (330, 60), 52)
        + words(850, 800, "tanpa asap rokok", (330, 130), 52)
    )
    return sheet(CARE, "Bayi tidur telentang", body, "Siang dan malam, di alas yang rata.")


def no_smoke() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(SIDE / 2, MIDDLE + 20, home.house(rect(0, 0, 0, 0, WHITE, line="")), 3.5)
        + at(SIDE / 2, 700, signs.banned(home.cigarette()), 1.45)
    )
    return sheet(CARE, "Rumah bebas asap rokok", body, "Tempel tanda ini di pintu.")


def brush_teeth() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, 420)
        + at(SIDE / 2, 450, home.toothbrush(), 3.6)
        + path("M424 356 C450 340 470 320 484 306", line=CARE, width=9)
        + words(720, 274, "sebesar butir beras", (560, 80), 58, CARE)
        + card(EDGE, TOP + 440, 493, BOTTOM - TOP - 440)
        + card(551, TOP + 440, 493, BOTTOM - TOP - 440)
        + at(
            160,
            772,
            signs.sun(),
        )
        + at(680, 772, signs.moon(), 0.9)
        + words(380, 772, "sesudah sarapan", (260, 200), 54)
        + words(890, 772, "sebelum tidur", (260, 200), 54)
    )
    return sheet(CARE, "Sikat gigi 2 kali sehari", body, "Orang besar yang memegang sikatnya.")


def bedtime() -> str:
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(330, MIDDLE - 50, signs.clock(9), 2.4)
        + at(790, MIDDLE - 50, signs.moon(), 2.2)
        + words(330, 816, "sebelum|jam 9 malam", (480, 150), 60)
        + words(790, 816, "11-14 jam|sehari", (420, 150), 60)
    )
    return sheet(CARE, "Tidur cukup, tubuh tumbuh", body, "Dihitung dengan tidur siang.")


def apart() -> str:
    """WHO 2005: at least 24 months from a birth to the next pregnancy."""
    body = (
        card(EDGE, TOP, SIDE - 2 * EDGE, BOTTOM - TOP)
        + at(280, 540, people.baby(), 1.4)
        + at(820, 490, people.pregnant(), 2)
        + path("M430 500 L690 500 M650 460 L694 500 L650 540 M470 460 L426 500 L470 540", line=PINE, width=14)
        + words(560, 400, "2 tahun", (260, 80), 62, PINE)
        + words(280, 790, "lahir", (300, 90), 66)
        + words(820, 790, "hamil lagi", (360, 90), 66)
    )
    return sheet(CARE, "Jarak ke hamil lagi", body, "Paling cepat 2 tahun sesudah melahirkan.")
