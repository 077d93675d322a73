"""Icons of things at the posyandu and the puskesmas."""

from __future__ import annotations

from drawing.lesson_pictures.palette import (
    BLUE,
    BROWN,
    GREY,
    INK,
    LEAF,
    LILAC,
    PINE,
    RED,
    ROSE,
    SILVER,
    SKIN,
    SKY,
    SUN,
    WHITE,
)
from drawing.lesson_pictures.shapes import at, circle, limb, oval, path, rect

PINK = "#E9A6A0"


def book(cover: str = ROSE) -> str:
    """The Buku KIA: a mother and a child on its cover."""
    return (
        rect(-70, -92, 140, 184, cover, r=12)
        + rect(-70, -92, 24, 184, RED, r=10)
        + rect(-34, -76, 92, 26, WHITE, r=8, width=4)
        + circle(0, -12, 22, SKIN, width=5)
        + path("M-34 64 C-34 20 34 20 34 64Z", LILAC, width=5)
        + circle(28, 24, 15, SKIN, width=5)
        + path("M8 64 C8 40 48 40 48 64Z", SUN, width=5)
    )


def identity_card() -> str:
    return (
        rect(-94, -62, 188, 124, SKY, r=16)
        + circle(-48, -12, 22, SKIN, width=5)
        + path("M-80 42 C-80 10 -16 10 -16 42Z", LEAF, width=5)
        + path("M8 -26 L70 -26 M8 2 L70 2 M8 30 L44 30", width=9)
    )


def tablet() -> str:
    return (
        oval(0, 0, 70, 70, RED)
        + path("M-38 30 L38 -30", width=7)
        + path("M-40 -26 C-30 -42 -16 -48 -2 -48", line=ROSE, width=9)
    )


def capsule(colour: str) -> str:
    return at(0, 0, rect(-88, -42, 176, 84, colour, r=42) + path("M-52 -16 L30 -16", line=WHITE, width=10), 1, -28)


def drop(colour: str = BLUE) -> str:
    return path(
        "M0 -90 C30 -40 64 -8 64 30 C64 66 36 90 0 90 C-36 90 -64 66 -64 30 C-64 -8 -30 -40 0 -90Z", colour
    ) + path("M-34 34 C-34 52 -22 62 -8 64", line=WHITE, width=9)


def drops(colour: str = BLUE) -> str:
    return at(-46, -26, drop(colour), 0.5) + at(46, -30, drop(colour), 0.5) + at(0, 44, drop(colour), 0.55)


def needle() -> str:
    """An injection, small and friendly."""
    body = (
        path("M0 62 L0 100", line=INK, width=6)
        + rect(-24, -50, 48, 112, WHITE, r=8)
        + rect(-20, -2, 40, 60, SKY, r=6, line="")
        + rect(-24, -50, 48, 112, "", r=8)
    )
    return at(0, 0, body + limb("M0 -56 L0 -86", SILVER, 8) + limb("M-24 -92 L24 -92", SILVER, 8), 1, 40)


def shield() -> str:
    return path("M0 -92 L76 -64 C80 10 56 66 0 94 C-56 66 -80 10 -76 -64 Z", PINE) + path(
        "M-32 0 L-8 26 L36 -26", line=WHITE, width=15
    )


def clinic() -> str:
    return (
        rect(-84, -34, 168, 126, WHITE, r=8)
        + path("M-98 -30 L0 -90 L98 -30 Z", PINE)
        + path("M0 -18 L0 26 M-22 4 L22 4", line=RED, width=16)
        + rect(-20, 44, 40, 48, BROWN, r=4)
    )


def scale() -> str:
    return rect(-92, 34, 184, 50, SILVER, r=16) + rect(-34, 48, 68, 24, WHITE, r=6, width=4)


def arm_tape() -> str:
    """An upper arm with the measuring tape around it."""
    return (
        limb("M-96 6 C-40 -24 40 -24 96 4", SKIN, 84)
        + path("M-26 -68 C-14 -30 -14 10 -26 48 L22 48 C32 10 32 -30 22 -68 Z", SUN)
        + path("M-14 -44 L8 -44 M-10 -22 L6 -22 M-8 0 L14 0 M-12 22 L6 22", width=5)
    )


def heel() -> str:
    """A small foot with a drop of blood at its heel."""
    return path(
        "M-20 -92 L30 -92 C30 -30 40 0 34 40 C28 86 -70 92 -92 64 C-100 40 -40 36 -26 10 C-14 -20 -20 -50 -20 -92Z",
        SKIN,
    ) + at(58, 62, drop(RED), 0.3)


def eye() -> str:
    return (
        path("M-92 6 C-50 -50 50 -50 92 6 C50 60 -50 60 -92 6Z", WHITE)
        + circle(0, 6, 34, BROWN)
        + circle(0, 6, 14, INK, line="")
        + limb("M-30 -84 L30 -84", SUN, 14)
        + at(0, -58, drop(SUN), 0.14)
    )


def lungs() -> str:
    left = path("M-14 -70 L-14 -10 C-30 -46 -84 -20 -84 50 C-84 96 -20 80 -14 44 Z", PINK)
    right = path("M14 -70 L14 -10 C30 -46 84 -20 84 50 C84 96 20 80 14 44 Z", PINK)
    return left + right + limb("M0 -92 L0 -30", GREY, 12)
