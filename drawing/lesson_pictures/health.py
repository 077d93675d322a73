"""Pictures about the posyandu, illness, and when to go at once."""

from __future__ import annotations

from drawing.lesson_pictures import icons_drink as drink
from drawing.lesson_pictures import icons_food as food
from drawing.lesson_pictures import icons_health as things
from drawing.lesson_pictures import icons_people as people
from drawing.lesson_pictures import signs
from drawing.lesson_pictures.layout import BOTTOM, EDGE, SIDE, TOP, card, sheet
from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import BLUE, BROWN, DANGER, HEALTH, LEAF, PINE, RED, SKY, WHITE
from drawing.lesson_pictures.shapes import at, circle, path, rect

MIDDLE = (TOP + BOTTOM) / 2
YELLOW = "#EBC04E"


def breaths() -> str:
    """MTBS 2022: from how many breaths a minute on breathing is fast."""
    rows = (("belum 2 bulan", 60), ("2-11 bulan", 50), ("1-4 tahun", 40))
    parts = [card(EDGE, TOP, 400, BOTTOM - TOP), at(EDGE + 200, 380, signs.clock(12, ((0, 12),)), 1.5)]
    parts.append(
        words(EDGE + 200, 608, "hitung satu menit", (360, 160), 64, HEALTH)
        + at(EDGE + 200, 796, people.on_the_back(), 0.98)
    )
    h = (BOTTOM - TOP - 44) / 3
    for row, (age, count) in enumerate(rows):
        y = TOP + row * (h + 22)
        parts += [card(458, y, SIDE - EDGE - 458, h), words(751, y + 48, age, (560, 70), 54)]
        parts.append(words(751, y + 138, f"{count} kali", (560, 130), 104, DANGER))
    return sheet(
        DANGER, "Napas cepat dalam 1 menit", "".join(parts), "Belum 2 bulan: sekarang juga!|Lainnya: hari ini juga."
    )


def rehydration() -> str:
    """MTBS 2022: after each loose stool."""
    parts = [card(EDGE, TOP, SIDE - 2 * EDGE, 490), card(EDGE, TOP + 510, SIDE - 2 * EDGE, BOTTOM - TOP - 510)]
    for x, age, amount, part in (
        (290, "belum 1 tahun", "50-100 ml", 0.48),
        (790, "1 tahun ke atas", "100-200 ml", 0.95),
    ):
        parts += [words(x, TOP + 56, age, (460, 70), 54), at(x, TOP + 240, drink.glass(part, "#CDE9C9"), 1.3)]
        parts.append(words(x, TOP + 430, amount, (460, 90), 74, HEALTH))
    labels = (
        (180, people.nursing(), "ASI terus"),
        (540, food.bowl(), "6 bulan: makan"),
        (900, things.tablet(), "zinc 10 hari"),
    )
    for x, icon, label in labels:
        parts.append(at(x, TOP + 588, icon, 0.62) + words(x, TOP + 684, label, (330, 60), 48))
    return sheet(HEALTH, "Mencret: oralit setiap habis BAB", "".join(parts), "Sesendok demi sesendok.")


def weight_line() -> str:
    """Buku KIA 2023, membaca KMS: N follows its line, T is flat or falls."""
    parts: list[str] = []
    for x, letter, says, colour, line in (
        (EDGE, "N", "naik: bagus", PINE, "M0 -40 L110 -116 L220 -176 L330 -220"),
        (551, "T", "tidak naik: tanya bidan", RED, "M0 -40 L110 -116 L220 -124 L330 -112"),
    ):
        parts.append(card(x, TOP, 493, BOTTOM - TOP))
        road = "M0 10 C110 -80 220 -140 350 -180 L350 -270 C220 -240 110 -190 0 -100 Z"
        points = [tuple(float(v) for v in step.strip("ML").split()) for step in line.replace("L", "|L").split("|")]
        graph = (
            path(road, "#DCEFD0", line="")
            + path("M0 -45 C110 -135 220 -190 350 -225", line=LEAF, width=8)
            + path("M0 -300 L0 40 L370 40", width=9)
            + path(line, line=colour, width=14)
            + "".join(circle(px, py, 17, colour) for px, py in points)
        )
        parts.append(at(x + 66, 560, graph))
        parts.append(circle(x + 246, 706, 62, colour, line="") + words(x + 246, 706, letter, (100, 100), 90, WHITE))
        parts.append(words(x + 246, 838, says, (460, 120), 60))
    return sheet(HEALTH, "Garis berat di KMS", "".join(parts), "Yang penting: garisnya terus naik.")


def measured() -> str:
    """Permenkes 2/2020: length lying to 24 months, height standing after."""
    lying = (
        rect(-190, 60, 380, 30, BROWN, r=8)
        + rect(-204, -50, 26, 140, BROWN, r=6)
        + rect(150, -20, 26, 84, BROWN, r=6)
        + at(-20, 12, people.on_the_back(), 1.35, -90)
    )
    pole = rect(70, -250, 40, 470, BROWN, r=8) + path(
        "".join(f"M70 {y} l{22 if y % 100 == 0 else 14} 0 " for y in range(-200, 151, 50)),
        width=6,
    )
    upright = (
        pole
        + rect(-80, -212, 190, 26, SKY, r=6)
        + at(-20, 24, people.standing(), 2.02)
        + rect(-110, 214, 240, 24, BROWN, r=8)
    )
    body = (
        card(EDGE, TOP, 493, BOTTOM - TOP)
        + card(551, TOP, 493, BOTTOM - TOP)
        + at(282, 500, lying, 1.05)
        + at(797, 470, upright)
        + words(282, 770, "berbaring", (440, 90), 70, HEALTH)
        + words(797, 770, "berdiri", (440, 90), 70, HEALTH)
        + words(282, 850, "sebelum 24 bulan", (450, 70), 50)
        + words(797, 850, "mulai 24 bulan", (450, 70), 50)
    )
    return sheet(HEALTH, "Cara mengukur panjang dan tinggi", body, "Berdiri tampak 0,7 cm lebih pendek. Wajar.")


def vitamin_a() -> str:
    """Permenkes 21/2015."""
    parts: list[str] = []
    for x, colour, name, age, months in (
        (EDGE, BLUE, "kapsul biru", "6-11 bulan", "satu kali: Februari atau Agustus"),
        (551, RED, "kapsul merah", "12-59 bulan", "dua kali setahun: Februari dan Agustus"),
    ):
        parts += [card(x, TOP, 493, BOTTOM - TOP), at(x + 246, 370, things.capsule(colour), 1.9)]
        parts += [words(x + 246, 560, age, (460, 90), 72), words(x + 246, 650, name, (460, 80), 60, HEALTH)]
        parts.append(words(x + 246, 796, months, (450, 200), 52))
    return sheet(HEALTH, "Vitamin A", "".join(parts), "Di posyandu, Februari dan Agustus.")
