"""The background of a growth chart: bands, grid, lines and numbers. Drawn once for each frame, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import atan2, degrees

from PIL import Image, ImageDraw

from drawing.growth_chart import colours as c
from drawing.growth_chart.frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Frame
from drawing.growth_chart.pen import DOT, FINE, Px, dashed, fine, point
from drawing.growth_chart.text import font

HEAD = 150


@dataclass(frozen=True)
class Line:
    """One curve of the standard: dashes and gaps in pixels (none: unbroken), and its name at the end, if it has one."""

    z: float
    colour: c.Colour
    width: float
    dashes: tuple[int, ...] = ()
    name: str = ""
    below: bool = False


MIDDLE = Line(0, c.GREEN, 5, name="garis tengah")
# The red line of the KMS is -3 SD; on the charts of length and of weight for length it is -2 SD, as WHO prints them.
LINES: dict[str, tuple[Line, ...]] = {
    "berat": (
        Line(3, c.ORANGE, 4, (6, 12)),
        Line(2, c.OLIVE, 4, (26, 12)),
        MIDDLE,
        Line(-2, c.OLIVE, 4, (26, 12)),
        Line(-3, c.RED, 7, name="garis merah", below=True),
    ),
    "tinggi": (
        Line(2, c.OLIVE, 4, (26, 12)),
        MIDDLE,
        Line(-2, c.RED, 7, name="garis merah"),
        Line(-3, c.DARK_RED, 4, (6, 12)),
    ),
    "bb_tb": (
        Line(3, c.ORANGE, 4, (6, 12)),
        Line(2, c.OLIVE, 4, (26, 12)),
        MIDDLE,
        Line(-2, c.RED, 7, name="garis merah"),
        Line(-3, c.DARK_RED, 4, (6, 12)),
    ),
}
# Band colours from the top: above the highest curve, then below each curve.
_FILLS: dict[str, tuple[c.Colour, tuple[tuple[float, c.Colour], ...]]] = {
    "berat": (
        c.BAND_ORANGE,
        ((3, c.BAND_YELLOW), (2, c.BAND_LIGHT), (1, c.BAND_GREEN), (-1, c.BAND_LIGHT), (-2, c.BAND_YELLOW),
         (-3, c.BAND_ROSE)),
    ),
    "tinggi": (
        c.SHADE,
        ((3, c.BAND_LIGHT), (1, c.BAND_GREEN), (-1, c.BAND_LIGHT), (-2, c.BAND_YELLOW), (-3, c.BAND_ROSE)),
    ),
}  # fmt: skip
_FILLS["bb_tb"] = _FILLS["berat"]


@cache
def ground(frame: Frame) -> Image.Image:
    """The cached background in palette colours: all 38 frames take 50 MB, a quarter of RGB."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), c.WHITE)
    picture.paste(_plot(frame), (LEFT, TOP))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, WIDTH, HEAD - 1), fill=c.HEADS[frame.sex])
    pen.rectangle((LEFT - 3, TOP - 3, RIGHT + 2, BOTTOM + 2), outline=c.INK, width=3)
    _numbers(pen, frame)
    for line in LINES[frame.kind]:
        if line.name:
            _name(picture, line, *name_place(frame, line))
    _legend(picture, pen)
    return c.flattened(picture)


def _plot(frame: Frame) -> Image.Image:
    wide, high = (RIGHT - LEFT) * FINE, (BOTTOM - TOP) * FINE

    def px(curve: list[tuple[float, float]]) -> list[Px]:
        return [((frame.x(place) - LEFT) * FINE, (frame.y(value) - TOP) * FINE) for place, value in curve]

    above, fills = _FILLS[frame.kind]
    plot = Image.new("RGB", (wide, high), above)
    pen = ImageDraw.Draw(plot)
    for z, colour in fills:
        for piece in map(px, frame.lines(z)):
            pen.polygon([*piece, (piece[-1][0], high), (piece[0][0], high)], fill=colour)
    for place in _columns(frame):
        x = (frame.x(place) - LEFT) * FINE
        pen.line((x, 0, x, high), fill=c.WHITE, width=2 * FINE)
    for value in _rows(frame):
        y = (frame.y(value) - TOP) * FINE
        pen.line((0, y, wide, y), fill=c.WHITE, width=2 * FINE)
    for line in LINES[frame.kind]:
        dashes = tuple(length * FINE for length in line.dashes)
        for piece in map(px, frame.lines(line.z)):
            dashed(pen, piece, line.colour, line.width * FINE, dashes)
    return plot.reduce(FINE)


def _columns(frame: Frame) -> range:
    if frame.kind == "bb_tb":
        return range(frame.low, frame.high + 1, 5)
    return range(frame.low, frame.high + 1, 3 if frame.high - frame.low > 24 else 1)


def _rows(frame: Frame) -> range:
    low, high = frame.reach
    return range(int(low), int(high) + 1, frame.step)


def _numbers(pen: ImageDraw.ImageDraw, frame: Frame) -> None:
    small, bold = font(36), font(36, bold=True)
    columns = _columns(frame)
    every = 1 if len(columns) <= 13 else 3 if len(columns) > 20 else 2
    for place in columns:
        if (place - frame.low) % (every * columns.step) == 0:
            pen.text((frame.x(place), BOTTOM + 10), str(place), fill=c.INK, font=small, anchor="ma")
    rows = _rows(frame)
    every = frame.step * (2 if len(rows) > 16 else 1)
    for value in rows:
        if value % every == 0:
            pen.text((LEFT - 22, frame.y(value)), str(value), fill=c.INK, font=small, anchor="rm")
    unit = "cm" if frame.kind == "tinggi" else "kg"
    pen.text((LEFT - 22, TOP - 34), unit, fill=c.INK, font=bold, anchor="rs")
    below = "umur (bulan)"
    if frame.kind == "bb_tb":
        below = "tinggi badan (cm)" if frame.standing else "panjang badan (cm)"
    pen.text(((LEFT + RIGHT) / 2, BOTTOM + 52), below, fill=c.INK, font=bold, anchor="ma")


def name_place(frame: Frame, line: Line) -> tuple[Px, Px]:
    """The two ends of the line's name: along the line, near its right end."""
    curve = [(frame.x(place), frame.y(value)) for place, value in frame.lines(line.z)[-1]]
    begin, end = RIGHT - 16 - font(34, bold=True).getlength(line.name), RIGHT - 16
    away = 30 if line.below else -28
    (x0, y0), (x1, y1) = (min(curve, key=lambda p, at=at: abs(p[0] - at)) for at in (begin, end))
    return (x0, y0 + away), (x1, y1 + away)


def _name(picture: Image.Image, line: Line, begin: Px, end: Px) -> None:
    letters = font(34, bold=True)
    sign = Image.new("L", (int(letters.getlength(line.name)) + 4, 48), 0)
    ImageDraw.Draw(sign).text((2, 24), line.name, fill=255, font=letters, anchor="lm")
    slope = degrees(atan2(end[1] - begin[1], end[0] - begin[0]))
    turned = sign.rotate(-slope, Image.Resampling.BICUBIC, expand=True)
    middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    picture.paste(line.colour, (round(middle[0] - turned.width / 2), round(middle[1] - turned.height / 2)), turned)


def _legend(picture: Image.Image, pen: ImageDraw.ImageDraw) -> None:
    row = BOTTOM + 132
    for x, official, words in ((96, True, "resmi posyandu/puskesmas"), (614, False, "laporan pendamping")):
        with fine(picture, (x - 24, row - 24, x + 24, row + 24)) as enlarged:
            point(enlarged, (24 * FINE, 24 * FINE), official, DOT)
        pen.text((x + DOT + 14, row), words, fill=c.INK, font=font(35), anchor="lm")
