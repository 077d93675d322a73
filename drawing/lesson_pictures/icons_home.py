"""Icons of things at home."""

from __future__ import annotations

from drawing.lesson_pictures.icons_health import drop
from drawing.lesson_pictures.palette import (
    BLUE,
    BROWN,
    CREAM,
    GREY,
    INK,
    LEAF,
    LILAC,
    ORANGE,
    RED,
    ROSE,
    SILVER,
    SKY,
    SUN,
    WHITE,
)
from drawing.lesson_pictures.shapes import at, circle, dots, limb, oval, path, rect


def house(inside: str = "") -> str:
    return (
        rect(-72, -14, 144, 106, CREAM, r=6)
        + path("M-98 -6 L0 -92 L98 -6 Z", RED)
        + (inside or rect(-20, 26, 40, 66, BROWN, r=6))
    )


def latrine() -> str:
    return house(rect(-30, 12, 60, 80, BROWN, r=6) + dots((16, 54), r=6, fill=SUN)) + at(0, -44, drop(SKY), 0.24)


def cigarette() -> str:
    smoke = path("M70 -18 c-20 -16 16 -26 0 -48 c-10 -16 8 -22 4 -30", line=GREY, width=10)
    return (
        smoke + rect(-88, -2, 178, 34, WHITE, r=6) + rect(-88, -2, 60, 34, ORANGE, r=6) + rect(70, -2, 22, 34, RED, r=6)
    )


def phone() -> str:
    return (
        rect(-54, -92, 108, 184, INK, r=22)
        + rect(-40, -68, 80, 130, SKY, r=6, line="")
        + path("M-14 -32 L24 -4 L-14 24 Z", WHITE, width=5)
    )


def story_book() -> str:
    return (
        path("M0 -54 C-30 -76 -74 -72 -96 -60 L-96 62 C-70 50 -30 52 0 72 Z", WHITE)
        + path("M0 -54 C30 -76 74 -72 96 -60 L96 62 C70 50 30 52 0 72 Z", WHITE)
        + circle(-48, -8, 22, SUN, width=5)
        + path("M24 34 L48 -10 L74 30 Z", LEAF, width=5)
    )


def ball() -> str:
    return circle(0, 0, 70, RED) + path("M-62 -26 C-24 4 24 4 62 -26 M-62 28 C-24 2 24 2 62 28", line=WHITE, width=10)


def toothbrush() -> str:
    """A toothbrush with paste as small as a grain of rice."""
    bristles = "".join(path(f"M{x} -14 L{x} 16", line=BLUE, width=12) for x in (-84, -66, -48, -30))
    return bristles + limb("M-88 26 L96 26", SUN, 16) + oval(-58, -22, 13, 7, WHITE, width=5)


def soap() -> str:
    bubbles = circle(-52, -56, 18, SKY, width=5) + circle(4, -72, 26, SKY, width=5) + circle(56, -48, 15, SKY, width=5)
    return bubbles + rect(-84, -22, 168, 96, ROSE, r=40) + rect(-46, 6, 92, 40, "", r=20, width=5)


def nappy(colour: str = SKY) -> str:
    return path("M-86 -40 L86 -40 C84 -4 50 6 40 56 L-40 56 C-50 6 -84 -4 -86 -40Z", WHITE) + at(
        0, 8, drop(colour), 0.38
    )


def hen() -> str:
    return (
        path("M-74 -10 C-80 60 -30 78 14 74 C64 70 84 20 78 -40 C50 -6 20 -6 6 -18 C0 -60 -64 -66 -74 -10Z", "#F0D9B5")
        + path("M-60 -44 C-62 -78 -40 -70 -40 -56 C-36 -80 -14 -72 -18 -46", RED)
        + path("M-74 -10 L-100 2 L-72 12 Z", SUN)
        + dots((-44, -14), r=7)
        + path("M-10 22 C6 46 36 44 46 18")
        + path("M-10 74 L-10 96 M24 72 L24 96", width=8)
    )


def bin_() -> str:
    return (
        path("M-58 -44 L58 -44 L46 88 L-46 88 Z", LEAF)
        + limb("M-66 -56 L66 -56", LEAF, 14)
        + path("M-18 -16 L-14 60 M18 -16 L14 60", width=7)
        + limb("M-14 -78 L14 -78", LEAF, 8)
    )


def gutter() -> str:
    waves = "".join(
        path(f"M-84 {y} c18 -18 36 -18 54 0 c18 18 36 18 54 0 c18 -18 36 -18 54 0", line=BLUE, width=12)
        for y in (28, 62)
    )
    return (
        path("M-100 -4 L-100 88 L100 88 L100 -4", SKY) + waves + limb("M-20 -86 L-20 -44 L12 -44 L12 -24", SILVER, 22)
    )


def bag() -> str:
    return (
        path("M-40 -36 C-40 -96 40 -96 40 -36", width=16)
        + rect(-90, -40, 180, 124, ORANGE, r=28)
        + rect(-90, 0, 180, 22, BROWN, r=4)
    )


def clothes() -> str:
    return path(
        "M-30 -72 C-16 -54 16 -54 30 -72 L92 -44 L72 4 L48 -8 L48 82 L-48 82 L-48 -8 L-72 4 L-92 -44 Z", SUN
    ) + dots((0, -14), (0, 18), (0, 50), r=7)


def cloth() -> str:
    return (
        rect(-84, 10, 168, 60, LILAC, r=22) + rect(-76, -34, 152, 52, ROSE, r=22) + rect(-66, -72, 132, 46, SUN, r=20)
    )


def car() -> str:
    return (
        path("M-98 44 L-98 4 C-96 -8 -80 -14 -62 -16 L-34 -58 L38 -58 L68 -16 C92 -12 98 0 98 14 L98 44 Z", RED)
        + path("M-40 -16 L-22 -42 L-4 -42 L-4 -16 Z", SKY, width=5)
        + path("M12 -16 L12 -42 L30 -42 L48 -16 Z", SKY, width=5)
        + circle(-52, 48, 26, INK)
        + circle(-52, 48, 10, SILVER, line="")
        + circle(52, 48, 26, INK)
        + circle(52, 48, 10, SILVER, line="")
    )


def fridge() -> str:
    return (
        rect(-58, -94, 116, 184, SKY, r=18)
        + path("M-58 -30 L58 -30")
        + path("M-36 -66 L-36 -48 M-36 -6 L-36 24", width=11)
        + path("M28 -76 l0 24 M18 -70 l20 12 M38 -70 l-20 12", line=BLUE, width=5)
    )


def cup(inside: str = WHITE) -> str:
    """A small open cup with a lid beside it, used instead of a bottle."""
    return (
        path("M-58 -52 L58 -52 L46 72 L-46 72 Z", WHITE)
        + path("M-52 -10 L52 -10 L44 66 L-44 66 Z", inside, line="")
        + path("M-58 -52 L58 -52 L46 72 L-46 72 Z")
        + path("M54 -26 C92 -28 88 36 50 34", width=12)
    )


def well() -> str:
    return (
        path("M-92 -40 L0 -92 L92 -40 Z", BROWN)
        + limb("M-64 -40 L-64 20 M64 -40 L64 20", BROWN, 10)
        + path("M0 -40 L0 -12", width=6)
        + rect(-14, -14, 28, 26, SILVER, r=4, width=5)
        + rect(-84, 20, 168, 70, SILVER, r=12)
        + path("M-84 54 L84 54 M-28 20 L-28 54 M28 20 L28 54 M0 54 L0 90", width=5)
    )


def small_things() -> str:
    button = circle(-46, -30, 34, BLUE) + dots((-56, -38), (-36, -38), (-56, -20), (-36, -20), r=5)
    return (
        button
        + circle(46, -36, 28, SUN)
        + circle(46, -36, 16, "", width=5)
        + oval(-20, 50, 26, 18, BROWN)
        + oval(48, 44, 22, 16, LEAF)
    )


def poison() -> str:
    """Poison, which must not be kept in a drinking bottle."""
    return (
        rect(-58, -50, 116, 136, RED, r=18)
        + rect(-26, -88, 52, 34, INK, r=8)
        + path("M0 -18 L36 48 L-36 48 Z", SUN, width=6)
        + path("M0 4 L0 24", width=8)
        + dots((0, 38), r=5)
    )
