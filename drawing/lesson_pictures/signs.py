"""Signs: good, better not, never; hours and days."""

from __future__ import annotations

from collections.abc import Sequence

from drawing.lesson_pictures.palette import CREAM, PINE, RED, SILVER, SUN, WHITE
from drawing.lesson_pictures.shapes import around, at, circle, dots, limb, path, rect, sector


def tick() -> str:
    return circle(0, 0, 44, PINE) + path("M-20 2 L-6 18 L22 -16", line=WHITE, width=13)


def cross() -> str:
    return circle(0, 0, 44, RED) + path("M-16 -16 L16 16 M16 -16 L-16 16", line=WHITE, width=13)


def plus() -> str:
    return circle(0, 0, 44, PINE) + path("M-22 0 L22 0 M0 -22 L0 22", line=WHITE, width=14)


def ticked(icon: str) -> str:
    return icon + at(76, -72, tick(), 0.8)


def crossed(icon: str) -> str:
    """An icon with a red cross at its corner: better not."""
    return icon + at(76, -72, cross(), 0.8)


def banned(icon: str) -> str:
    """An icon under a red slash in a ring: forbidden."""
    return icon + path("M-70 -70 L70 70", line=RED, width=18) + circle(0, 0, 98, "", line=RED, width=18)


def clock(hour: float, slices: Sequence[tuple[float, float]] = (), colour: str = SUN) -> str:
    """A clock face; `slices` are coloured spans in hours."""
    shaded = "".join(sector(80, start * 30, end * 30, colour) for start, end in slices)
    marks = "".join("M{:.1f} {:.1f} L{:.1f} {:.1f} ".format(*around(82, a), *around(72, a)) for a in range(0, 360, 30))
    (hx, hy), (mx, my) = around(44, hour * 30), around(64, hour % 1 * 360)
    return (
        circle(0, 0, 94, WHITE)
        + shaded
        + path(marks, width=6)
        + path(f"M0 0 L{hx:.1f} {hy:.1f}", width=13)
        + path(f"M0 0 L{mx:.1f} {my:.1f}", width=9)
        + dots((0, 0), r=10)
    )


def sun() -> str:
    rays = "".join("M{:.0f} {:.0f} L{:.0f} {:.0f} ".format(*around(62, a), *around(84, a)) for a in range(0, 360, 45))
    return circle(0, 0, 46, SUN) + path(rays, width=9)


def moon() -> str:
    return path("M24 -84 C-50 -78 -88 -20 -66 40 C-44 96 40 104 80 44 C20 60 -44 4 24 -84Z", SUN) + dots(
        (40, -40), (70, -8), r=8, fill=SUN
    )


def calendar(marked: Sequence[int] = (), colour: str = RED) -> str:
    """A page of a calendar; `marked` are the numbers of its 12 boxes, from 0."""
    boxes = "".join(
        rect(-66 + i % 4 * 35, -26 + i // 4 * 33, 26, 24, colour if i in marked else CREAM, r=6, width=4)
        for i in range(12)
    )
    return (
        rect(-86, -76, 172, 160, WHITE, r=18)
        + path("M-86 -40 L-86 -60 Q-86 -76 -68 -76 L68 -76 Q86 -76 86 -60 L86 -40 Z", colour)
        + boxes
        + limb("M-44 -90 L-44 -68 M44 -90 L44 -68", SILVER, 8)
    )
