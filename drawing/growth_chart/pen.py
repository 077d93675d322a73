"""Shapes with soft edges: drawn three times as large and scaled down, because Pillow's own edges are jagged."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from math import hypot

from PIL import Image, ImageDraw

from drawing.growth_chart import colours as c

FINE = 3
DOT, SMALL_DOT = 15, 12
"""The radius of a point in pixels: where a month is wide, and where points are close together."""
Px = tuple[float, float]
Box = tuple[int, int, int, int]


@contextmanager
def fine(picture: Image.Image, box: Box) -> Generator[ImageDraw.ImageDraw]:
    """A context manager with a pen on a part of the picture, enlarged FINE times and put back at the end."""
    part = picture.crop(box)
    part = part.resize((part.width * FINE, part.height * FINE), Image.Resampling.NEAREST)
    yield ImageDraw.Draw(part)
    picture.paste(part.reduce(FINE), box)


def point(pen: ImageDraw.ImageDraw, at: Px, official: bool, radius: int, beyond: int = 0) -> None:
    """A measurement, official filled, reported hollow; an arrow up (-1) or down (1) where it lies beyond the chart.

    For a fine pen: `at` is in its pixels, `radius` in those of the picture.
    """
    x, y = at
    fill = c.INK if official else c.WHITE
    if beyond:
        for size, colour in ((26, c.WHITE), (22, c.INK), (11, fill)):
            tip, base = size * FINE * beyond, size * FINE
            pen.polygon([(x, y + tip), (x - base, y - tip * 0.6), (x + base, y - tip * 0.6)], fill=colour)
        return
    # A wide white edge around a reported point: the line of the official ones passes behind it, not through it.
    for reach, colour in ((radius + (4 if official else 8), c.WHITE), (radius, c.INK), (radius - 5, fill)):
        r = reach * FINE
        pen.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def dashed(pen: ImageDraw.ImageDraw, points: list[Px], colour: c.Colour, width: float, dashes: tuple[int, ...]) -> None:
    """A line through the points, all in the pen's own pixels; `dashes` is (drawn, left out), or () for unbroken."""
    if not dashes:
        pen.line(points, fill=colour, width=round(width), joint="curve")
        return
    on, off = dashes
    run, piece = 0.0, [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        length = hypot(x1 - x0, y1 - y0)
        done = 0.0
        while done < length:
            place = run % (on + off)
            ahead = min((on if place < on else on + off) - place, length - done)
            done, run = done + ahead, run + ahead
            here = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if place < on:
                piece.append(here)
            if place >= on or place + ahead >= on - 1e-6:
                if len(piece) > 1:
                    pen.line(piece, fill=colour, width=round(width), joint="curve")
                piece = [here]
    if len(piece) > 1:
        pen.line(piece, fill=colour, width=round(width), joint="curve")
