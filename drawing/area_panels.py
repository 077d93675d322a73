"""Small panels of areas in one picture for a phone: visits on time by week, and beside them open referrals by age.

Every panel has the same scales, so that they can be compared; it reads when printed in grey too. Counts of referrals
under five are drawn alike, because the picture is passed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from drawing import attachments
from drawing.growth_chart import colours as c
from drawing.growth_chart.text import fitted, font, writable
from flow.reading.dates import MONTHS
from rules.punctuality import WORDS

WIDTH, TALLEST = 1024, 1280
"""In pixels. Telegram shrinks pictures with a side above 1280, and their letters with them."""
MOST = 12
"""Panels in a picture."""
FEW = 5
AGES = ("0-2", "3-7", "8-14", ">14")
AGE_COLOURS = (c.BAND_YELLOW, c.ORANGE, c.RED, c.DARK_RED)  # from light to dark in grey too
GREY = c.mix(c.INK, c.WHITE, 0.33)
HEAD, FOOT, EDGE, GAP = 196, 88, 32, 28
HIGHEST, LOWEST = 300, 160
"""The height of a row of panels."""


@dataclass(frozen=True)
class Panel:
    """One area: of each week its Monday, the visits due and those on time; open referrals by age, as ``AGES``."""

    name: str
    weeks: tuple[tuple[date, int, int], ...]
    ages: tuple[int, ...]


def draw(panels: Sequence[Panel], title: str, until: date) -> bytes:
    """A PNG, 1024 wide and at most 1280 high, of the first twelve panels; ``until`` is the last day of the weeks."""
    shown = panels[:MOST]
    columns = 1 if len(shown) <= 3 else 2
    rows = -(-len(shown) // columns)
    row = max(LOWEST, min(HIGHEST, (TALLEST - HEAD - FOOT) // rows))
    picture = Image.new("RGB", (WIDTH, HEAD + rows * row + FOOT), c.WHITE)
    pen = ImageDraw.Draw(picture)
    wide = (WIDTH - 2 * EDGE - (columns - 1) * GAP) // columns
    _head(pen, title, until, [EDGE + at * (wide + GAP) for at in range(columns)], wide)
    most = max((count for one in shown for count in one.ages), default=0)
    for number, one in enumerate(shown):
        x, y = EDGE + number % columns * (wide + GAP), HEAD + number // columns * row
        _panel(pen, one, (x, y, x + wide, y + row), max(most, 2 * FEW))
    _foot(pen, picture.height)
    file = BytesIO()
    c.flattened(picture).save(file, "PNG", compress_level=6)
    return file.getvalue()


def write(picture: bytes, key: str, files: Path) -> str:
    """Write the picture under a name that reveals nothing, the same for the same key. Returns the path in ``files``."""
    file = attachments.place(files, key, "png")
    file.write_bytes(picture)
    return file.name


def _head(pen: ImageDraw.ImageDraw, title: str, until: date, lefts: Sequence[int], wide: int) -> None:
    pen.rectangle((0, 0, WIDTH, 128), fill=c.HEADS["L"])
    words, letters = fitted(writable(title), WIDTH - 2 * EDGE, 48, 32)
    pen.text((EDGE, 44), words, fill=c.WHITE, font=letters, anchor="lm")
    pen.text((EDGE, 98), f"8 minggu sampai {_day(until)} {until.year}", fill=c.WHITE, font=font(32), anchor="lm")
    for left in lefts:
        split = left + _split(wide)
        pen.text((left, 164), "Kunjungan tepat waktu", fill=c.INK, font=font(25, bold=True), anchor="lm")
        pen.text((split, 164), "Rujukan terbuka", fill=c.INK, font=font(25, bold=True), anchor="lm")


def _split(wide: int) -> int:
    """Where the second chart of a panel begins."""
    return round(wide * 0.6)


def _panel(pen: ImageDraw.ImageDraw, one: Panel, box: tuple[int, int, int, int], most: int) -> None:
    left, top, right, bottom = box
    split = left + _split(right - left)
    pen.line((left, top, right, top), fill=c.SHADE, width=2)
    words, letters = fitted(writable(one.name), right - left, 28, 24)
    pen.text((left, top + 24), words, fill=c.INK, font=letters, anchor="lm")
    high, low = top + 72, bottom - 40
    _weeks(pen, one, (left, high, split - 28, low))
    _ages(pen, one, (split, high, right, low), most)


def _weeks(pen: ImageDraw.ImageDraw, one: Panel, box: tuple[int, int, int, int]) -> None:
    """The share of the visits due that was made on time: a full column is all of them."""
    left, high, right, low = box
    step = (right - left) / len(one.weeks)
    for number, (monday, due, on_time) in enumerate(one.weeks):
        x0, x1 = round(left + number * step), round(left + (number + 1) * step) - 6
        if due:
            pen.rectangle((x0, high, x1, low), fill=c.SHADE, outline=GREY)
            if on_time:
                pen.rectangle((x0, round(low - (low - high) * on_time / due), x1, low), fill=c.BLUE)
        if number in (0, len(one.weeks) - 1):
            first = number == 0
            pen.text(
                (x0 if first else x1, low + 20), _day(monday), fill=c.INK, font=font(22), anchor="lm" if first else "rm"
            )
        if number == len(one.weeks) - 1:
            said = f"terakhir {on_time} dari {due}" if due else "terakhir tidak ada"
            pen.text((x1, high - 14), said, fill=c.INK, font=font(22), anchor="rm")
    pen.line((left, low, right - 6, low), fill=c.INK, width=2)


def _ages(pen: ImageDraw.ImageDraw, one: Panel, box: tuple[int, int, int, int], most: int) -> None:
    left, high, right, low = box
    step = (right - left) / len(AGES)
    for number, (count, words, colour) in enumerate(zip(one.ages, AGES, AGE_COLOURS, strict=True)):
        x0, x1 = round(left + number * step), round(left + (number + 1) * step) - 8
        middle, top = (x0 + x1) // 2, low
        if count:
            top = round(low - (low - high) * max(count, FEW - 1) / most)
            pen.rectangle((x0, top, x1, low), fill=colour, outline=c.INK, width=2)
        said = "0" if not count else f"<{FEW}" if count < FEW else str(count)
        pen.text((middle, top - 14), said, fill=c.INK, font=font(22, bold=bool(count)), anchor="mm")
        pen.text((middle, low + 20), words, fill=c.INK, font=font(22), anchor="mm")
    pen.line((left, low, right - 8, low), fill=c.INK, width=2)


def _foot(pen: ImageDraw.ImageDraw, bottom: int) -> None:
    lines = (
        f"{WORDS} Kolom penuh: semuanya.",
        "Rujukan menurut umurnya dalam hari. Yang kurang dari 5 tidak dirinci.",
    )
    for number, words in enumerate(lines):
        pen.text((EDGE, bottom - 66 + number * 36), words, fill=c.INK, font=font(24), anchor="lm")


def _day(day: date) -> str:
    """ "23 Feb"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
