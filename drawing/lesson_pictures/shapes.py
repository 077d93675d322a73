"""Primitives of the lesson pictures: each gives SVG text. Lengths are units of the picture, angles degrees.

An icon is SVG text drawn about the point (0, 0), some 200 wide and high; `at` puts it in its place.
"""

from __future__ import annotations

from math import cos, pi, sin

from drawing.lesson_pictures.palette import INK

LINE = 7


def rect(
    x: float, y: float, w: float, h: float, fill: str, *, r: float = 0, line: str = INK, width: float = LINE
) -> str:
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" rx="{n(r)}"{_paint(fill, line, width)}/>'


def circle(x: float, y: float, r: float, fill: str, *, line: str = INK, width: float = LINE) -> str:
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(r)}"{_paint(fill, line, width)}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, *, line: str = INK, width: float = LINE) -> str:
    return f'<ellipse cx="{n(x)}" cy="{n(y)}" rx="{n(rx)}" ry="{n(ry)}"{_paint(fill, line, width)}/>'


def path(d: str, fill: str = "", *, line: str = INK, width: float = LINE) -> str:
    """A shape or, without a fill, a line. `d` is SVG path data."""
    return f'<path d="{d}"{_paint(fill, line, width)}/>'


def dots(*places: tuple[float, float], r: float = 6, fill: str = INK) -> str:
    return "".join(circle(x, y, r, fill, line="") for x, y in places)


def limb(d: str, colour: str, width: float = 24) -> str:
    """A thick rounded line with an edge of its own: arms, legs, handles."""
    return path(d, line=INK, width=width + 2 * LINE) + path(d, line=colour, width=width)


def at(x: float, y: float, icon: str, scale: float = 1, turn: float = 0) -> str:
    turned = f" rotate({n(turn)})" if turn else ""
    return f'<g transform="translate({n(x)} {n(y)}) scale({n(scale)}){turned}">{icon}</g>'


def faded(icon: str) -> str:
    return f'<g opacity="0.35">{icon}</g>'


def sector(r: float, start: float, end: float, fill: str) -> str:
    """A slice of a circle about (0, 0), from one angle to the other, clockwise from twelve o'clock."""
    (x0, y0), (x1, y1) = around(r, start), around(r, end)
    return path(f"M0 0 L{n(x0)} {n(y0)} A{n(r)} {n(r)} 0 {int(end - start > 180)} 1 {n(x1)} {n(y1)} Z", fill)


def around(r: float, angle: float) -> tuple[float, float]:
    """The point at this angle on a circle about (0, 0), clockwise from twelve o'clock."""
    return r * sin(angle * pi / 180), -r * cos(angle * pi / 180)


def n(value: float) -> str:
    """A number without needless digits, so that the same picture has the same SVG."""
    return f"{value:.1f}".removesuffix(".0")


def _paint(fill: str, line: str, width: float) -> str:
    edge = f' stroke="{line}" stroke-width="{n(width)}"' if line else ""
    return f' fill="{fill or "none"}"{edge}'
