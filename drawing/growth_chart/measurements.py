"""One child's layer of the chart: the next posyandu, the line, the points, the last value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from drawing.growth_chart import colours as c
from drawing.growth_chart.frame import BOTTOM, LEFT, RIGHT, TOP
from drawing.growth_chart.pen import DOT, FINE, Box, Px, dashed, fine, point
from drawing.growth_chart.text import font

REACH = 28
"""The largest distance in pixels of a point's ink from its centre."""
GAP_MONTHS = 2.1
"""Official points further apart than this are joined by dashes: months were missed between them."""
DASHES = (16 * FINE, 12 * FINE)


@dataclass(frozen=True)
class Mark:
    """One measurement on the picture, in pixels. `months` is the child's age."""

    x: float
    y: float
    official: bool
    months: float

    @property
    def shown(self) -> bool:
        """Whether it lies in the chart's window of age or length."""
        return LEFT <= self.x <= RIGHT

    @property
    def at(self) -> Px:
        """The pixel position; a value beyond the chart is drawn just inside its edge."""
        return self.x, min(max(self.y, TOP + REACH), BOTTOM - REACH) if self.beyond else self.y

    @property
    def beyond(self) -> int:
        """-1 above the chart, 1 below it, 0 on it."""
        return (self.y > BOTTOM) - (self.y < TOP)


def month(picture: Image.Image, start: float, end: float, name: str) -> None:
    """Mark the month of the next posyandu: a column between two pixel columns, and a flag with its name above."""
    left, right = max(round(start), LEFT), min(round(end), RIGHT)
    if left >= right:
        return
    column = (left, TOP, right, BOTTOM)
    veil = Image.new("RGB", (right - left, BOTTOM - TOP), c.BLUE)
    picture.paste(Image.blend(picture.crop(column), veil, c.MONTH_VEIL), column)
    pen = ImageDraw.Draw(picture)
    for x in (left, right - 1):
        for y in range(TOP, BOTTOM, 24):
            pen.line((x, y, x, min(y + 12, BOTTOM)), fill=c.BLUE, width=3)
    words, letters = f"Posyandu {name}", font(34, bold=True)
    half, middle = letters.getlength(words) / 2 + 18, min((left + right) / 2, RIGHT - 26)
    centre = min(max(middle, LEFT + half), RIGHT - half)
    pen.rounded_rectangle((centre - half, TOP - 64, centre + half, TOP - 18), 10, fill=c.BLUE)
    pen.polygon([(middle - 16, TOP - 20), (middle + 16, TOP - 20), (middle, TOP - 2)], fill=c.BLUE)
    pen.text((centre, TOP - 41), words, fill=c.WHITE, font=letters, anchor="mm")


def line_and_points(picture: Image.Image, marks: Sequence[Mark], radius: int) -> None:
    """Draw official points filled and joined, reported ones hollow and not joined. `marks`: oldest first."""
    official = [mark for mark in marks if mark.official]
    joins = [(one, other, _cut(one.at, other.at)) for one, other in pairwise(official)]
    shown = [mark for mark in marks if mark.shown]
    if not shown:
        return
    box = _around([*(mark.at for mark in shown), *(end for *_, cut in joins if cut for end in cut)])

    def px(at: Px) -> Px:
        return (at[0] - box[0]) * FINE, (at[1] - box[1]) * FINE

    with fine(picture, box) as pen:
        for colour, width in ((c.WHITE, 15), (c.INK, 8)):
            for one, other, cut in joins:
                if cut:
                    missed = other.months - one.months > GAP_MONTHS and colour == c.INK
                    dashed(pen, [px(end) for end in cut], colour, width * FINE, DASHES if missed else ())
        for mark in sorted(shown, key=lambda mark: mark.official):
            point(pen, px(mark.at), mark.official, radius, mark.beyond)


def _cut(one: Px, other: Px) -> tuple[Px, Px] | None:
    """The part of a straight line that lies between the left and the right edge of the chart."""
    (x0, y0), (x1, y1) = one, other
    if max(x0, x1) < LEFT or min(x0, x1) > RIGHT:
        return None

    def at(x: float) -> Px:
        inside = min(max(x, LEFT), RIGHT)
        return inside, y0 if x1 == x0 else y0 + (y1 - y0) * (inside - x0) / (x1 - x0)

    return at(x0), at(x1)


def value(picture: Image.Image, mark: Mark, words: str, clear: Sequence[Px]) -> None:
    """Write the last value beside its point, where it covers the fewest of the places in `clear`."""
    letters = font(46, bold=True)
    width, high = letters.getlength(words) + 28, 62
    x, y = mark.at
    near = REACH + 8
    spots = [
        (x + near, y - high / 2), (x + near, y - high - 4), (x + near, y + 4),
        (x - width / 2, y - high - near), (x - near - width, y - high - 4), (x - near - width, y + 4),
        (x - width / 2, y + near), (x - near - width, y - high / 2),
    ]  # fmt: skip
    inside = [
        (left, top) for left, top in spots if left > LEFT and left + width < RIGHT and top > TOP and top + high < BOTTOM
    ]

    def covered(spot: Px) -> int:
        left, top = spot
        return sum(left - DOT < px < left + width + DOT and top - DOT < py < top + high + DOT for px, py in clear)

    left, top = min(inside or spots[:1], key=covered)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((left, top, left + width, top + high), 12, fill=c.WHITE, outline=c.INK, width=3)
    pen.text((left + width / 2, top + high / 2), words, fill=c.INK, font=letters, anchor="mm")


def _around(points: Sequence[Px]) -> Box:
    """The part of the picture that holds all their ink, in whole pixels."""
    xs, ys = zip(*points, strict=True)
    return int(min(xs)) - REACH, int(min(ys)) - REACH, int(max(xs)) + REACH, int(max(ys)) + REACH
