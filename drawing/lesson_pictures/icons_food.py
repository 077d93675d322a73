"""Icons of food: what a kitchen in Kendari has."""

from __future__ import annotations

from drawing.lesson_pictures.palette import (
    BLUE,
    BROWN,
    CREAM,
    INK,
    LEAF,
    LIVER,
    ORANGE,
    PINE,
    RED,
    ROSE,
    SILVER,
    SUN,
    WHITE,
)
from drawing.lesson_pictures.shapes import at, circle, dots, limb, oval, path, rect

BELLY = "#E4EEF2"


def egg() -> str:
    return path(
        "M0 -88 C46 -88 68 -12 68 26 C68 64 38 88 0 88 C-38 88 -68 64 -68 26 C-68 -12 -46 -88 0 -88Z", "#F3C89B"
    )


def cooked_egg() -> str:
    """Cut through, the yolk firm."""
    return path(
        "M0 -92 C48 -92 70 -14 70 26 C70 66 40 92 0 92 C-40 92 -70 66 -70 26 C-70 -14 -48 -92 0 -92Z", WHITE
    ) + circle(0, 24, 38, SUN)


def fish(back: str = BLUE, slim: float = 1) -> str:
    """A sea fish, its head to the left; `slim` below 1 makes it thinner."""
    h = 56 * slim
    body = (
        path(f"M58 0 L106 {-h * 0.8:.0f} C96 {-h * 0.3:.0f} 96 {h * 0.3:.0f} 106 {h * 0.8:.0f} Z", back)
        + path(f"M-30 {-h * 0.75:.0f} C-10 {-h * 1.25:.0f} 20 {-h * 1.2:.0f} 34 {-h * 0.65:.0f} Z", back)
        + path(f"M-104 0 C-66 {-h:.0f} 26 {-h:.0f} 70 0 C26 {h:.0f} -66 {h:.0f} -104 0Z", BELLY)
        + path(f"M-104 0 C-66 {-h:.0f} 26 {-h:.0f} 70 0 C20 {-h * 0.2:.0f} -60 {-h * 0.2:.0f} -104 0Z", back)
    )
    return body + path(f"M-42 {-h * 0.5:.0f} C-30 -8 -30 8 -42 {h * 0.5:.0f}") + dots((-70, -h * 0.1), r=7)


def little_fish() -> str:
    return (
        at(-14, -42, fish(SILVER, 0.4), 0.85) + at(14, 2, fish(SILVER, 0.4), 0.85) + at(-8, 46, fish(SILVER, 0.4), 0.85)
    )


def liver() -> str:
    return (
        path("M-88 14 C-94 -44 -26 -66 18 -56 C72 -46 102 -10 84 24 C66 54 30 34 8 50 C-22 76 -80 66 -88 14Z", LIVER)
        + path("M-6 -52 C-18 -20 -10 10 6 46", width=6)
        + path("M-62 -10 C-58 -24 -46 -34 -34 -36", line="#C77A6C", width=8)
    )


def meat() -> str:
    return (
        path("M-90 0 C-90 -56 -40 -66 8 -62 C62 -58 94 -30 88 14 C82 60 30 66 -18 62 C-62 60 -90 40 -90 0Z", RED)
        + path("M-66 2 C-66 -34 -30 -44 6 -40", line=ROSE, width=12)
        + circle(34, 6, 20, CREAM)
    )


def rice() -> str:
    grains = "".join(
        path(f"M{x} {y} l12 -7", line="#C9BFB0", width=6) for x, y in ((-46, -6), (-16, -34), (18, -6), (34, -36))
    )
    return (
        path("M-84 26 C-84 -44 -44 -76 0 -76 C44 -76 84 -44 84 26Z", WHITE)
        + grains
        + path("M-96 22 L96 22 C92 66 60 82 0 82 C-60 82 -92 66 -96 22Z", ORANGE)
    )


def sweet_potato() -> str:
    return path("M-92 24 C-72 -40 10 -72 92 -36 C86 34 -10 76 -92 24Z", "#B8607A") + path(
        "M-40 6 l18 -6 M4 -20 l20 -4 M10 22 l18 -8"
    )


def tofu() -> str:
    return (
        path("M-72 -30 L-8 -66 L76 -34 L12 8 Z", WHITE)
        + path("M-72 -30 L12 8 L12 76 L-72 34 Z", CREAM)
        + path("M12 8 L76 -34 L76 30 L12 76 Z", "#EBD3A6")
    )


def tempe() -> str:
    beans = dots(
        (-50, -22),
        (-10, -30),
        (34, -20),
        (-36, 8),
        (8, 2),
        (52, 8),
        (-54, 32),
        (-14, 30),
        (30, 30),
        r=10,
        fill="#C89A5B",
    )
    return rect(-86, -52, 172, 104, CREAM, r=16) + beans


def pumpkin() -> str:
    return (
        limb("M0 -54 C4 -70 10 -80 24 -86", PINE, 10)
        + oval(-46, 10, 46, 60, ORANGE)
        + oval(46, 10, 46, 60, ORANGE)
        + oval(0, 10, 40, 66, "#F6A044")
    )


def leaves() -> str:
    """A bunch of green leaves."""
    leaf = path("M0 40 C-34 6 -30 -50 0 -84 C30 -50 34 6 0 40Z", LEAF) + path("M0 40 L0 -40", line=PINE, width=5)
    return (
        at(-6, 10, leaf, 0.95, -46)
        + at(6, 10, leaf, 0.95, 46)
        + at(0, 14, leaf)
        + limb("M-6 46 L-14 92 M6 46 L12 92", LEAF, 6)
        + rect(-28, 46, 56, 18, SUN, r=9)
    )


def banana() -> str:
    return path(
        "M-84 -44 C-66 44 16 82 88 34 C96 24 92 12 82 12 C34 26 -32 4 -60 -60 C-66 -70 -84 -62 -84 -44Z", SUN
    ) + path("M-66 -34 C-40 26 20 50 74 26", width=5)


def orange() -> str:
    return (
        circle(0, 12, 72, ORANGE)
        + path("M0 -58 C10 -88 46 -92 62 -78 C54 -52 22 -46 0 -58Z", LEAF)
        + path("M-40 2 C-36 -18 -22 -30 -6 -32", line="#FAC07D", width=9)
    )


def spoon(filled: str = "") -> str:
    """A spoon lying with its bowl to the left; `filled` is the colour of a heap in it."""
    heap = path("M-92 -4 C-80 -46 -34 -46 -22 -4Z", filled) if filled else ""
    return limb("M-20 0 L92 -16", SILVER, 12) + heap + path("M-100 -6 C-94 36 -24 36 -14 -6Z", SILVER)


def candy() -> str:
    wrap = path("M-44 0 L-96 -36 L-96 36 Z", ROSE)
    return (
        wrap
        + at(0, 0, wrap, 1, 180)
        + circle(0, 0, 50, RED)
        + path("M-22 -26 C10 -20 18 10 4 34", line=WHITE, width=10)
    )


def biscuit() -> str:
    return circle(0, 0, 76, "#D9A45B") + dots(
        (-34, -24), (2, -42), (38, -18), (-44, 18), (-4, 4), (34, 26), (-8, 44), r=8, fill=BROWN
    )


def oil() -> str:
    return (
        spoon()
        + path("M-90 -6 C-80 -16 -34 -16 -24 -6 Z", SUN, width=4)
        + path("M-58 66 C-76 92 -70 106 -58 106 C-46 106 -40 92 -58 66Z", SUN, width=5)
    )


def bowl(porridge: str = CREAM, bits: str = "", line: str = INK) -> str:
    """A bowl of food seen from the side; `bits` are drawn on the food."""
    return (
        path("M-84 -10 C-70 -62 -30 -66 0 -62 C34 -70 72 -58 84 -10Z", porridge, line=line)
        + bits
        + path("M-98 -12 L98 -12 C94 52 56 76 0 76 C-56 76 -94 52 -98 -12Z", ORANGE, line=line)
    )
