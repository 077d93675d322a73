"""Icons of drinks and their containers."""

from __future__ import annotations

from drawing.lesson_pictures.palette import BROWN, ORANGE, RED, SILVER, SKY, SUN, WHITE
from drawing.lesson_pictures.shapes import dots, limb, oval, path, rect

STEAM = "#B7AFA5"


def glass(part: float, drink: str = SKY, wall: str = "#FAFDFF") -> str:
    """A glass filled to this part of its height."""
    y = 84 - 158 * part
    inset = 62 - 18 * (y + 80) / 170
    return (
        path("M-62 -84 L62 -84 L44 90 L-44 90 Z", wall)
        + path(f"M{-inset + 6:.0f} {y:.0f} L{inset - 6:.0f} {y:.0f} L38 82 L-38 82 Z", drink, line="")
        + path("M-62 -84 L62 -84 L44 90 L-44 90 Z")
    )


def milk() -> str:
    return glass(0.8, WHITE, "#CFE3F0")


def breast_milk() -> str:
    """A drop with a heart: milk from the mother."""
    return path(
        "M0 -94 C34 -40 70 -6 70 32 C70 70 38 94 0 94 C-38 94 -70 70 -70 32 C-70 -6 -34 -40 0 -94Z", WHITE
    ) + path("M0 66 C-22 48 -40 34 -40 14 C-40 -10 -10 -14 0 8 C10 -14 40 -10 40 14 C40 34 22 48 0 66Z", RED, width=5)


def tea() -> str:
    steam = "".join(path(f"M{x} -52 c-10 -14 10 -24 0 -40", line=STEAM, width=7) for x in (-28, 16))
    return (
        path("M56 -12 C100 -20 98 50 46 40", width=14)
        + steam
        + path("M-72 -34 L62 -34 L52 66 L-62 66 Z", BROWN)
        + oval(-5, -32, 67, 15, "#5E3518")
    )


def coffee() -> str:
    handle = path("M52 0 C92 -8 90 54 44 46", width=14)
    mug = path("M-66 -22 L58 -22 L48 66 L-56 66 Z", SUN) + path("M-62 -22 L54 -22 L52 -4 L-60 -4 Z", "#4A2B18", width=5)
    return handle + mug + path("M-24 -44 c-10 -14 10 -24 0 -40 M16 -44 c-10 -14 10 -24 0 -40", line=STEAM)


def sweet_drink() -> str:
    return (
        path("M10 -60 L34 -104", line=RED, width=12)
        + glass(0.8, "#F08FB0")
        + dots((-16, 10), (14, 36), (-6, 60), r=6, fill=WHITE)
    )


def honey() -> str:
    jar = rect(-62, -50, 124, 134, SUN, r=30) + rect(-54, -82, 108, 36, WHITE, r=10)
    return jar + rect(-44, -10, 88, 50, WHITE, r=10, width=5) + path("M-24 16 L24 16")


def pot() -> str:
    steam = "".join(path(f"M{x} -62 c-12 -14 12 -24 0 -40", line="#9FB6C4", width=8) for x in (-34, 0, 34))
    flame = "".join(
        path(f"M{x} 98 C{x - 22} 78 {x - 4} 74 {x} 60 C{x + 6} 74 {x + 22} 78 {x} 98Z", ORANGE, width=4)
        for x in (-34, 0, 34)
    )
    return (
        steam
        + flame
        + limb("M-86 -20 L-104 -20 M86 -20 L104 -20", SILVER, 10)
        + path("M-84 -44 L84 -44 L76 56 L-76 56 Z", SILVER)
        + oval(0, -44, 84, 16, SKY)
    )
