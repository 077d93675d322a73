"""Words in pictures, broken into lines and made smaller until they fit their place."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from drawing.growth_chart.text import font
from drawing.lesson_pictures.palette import INK
from drawing.lesson_pictures.shapes import n

SMALLEST = 40
"""Units of a picture 1080 wide: 13 pixels on a phone 360 wide."""
LEADING = 1.16


def words(
    x: float, y: float, text: str, box: tuple[float, float], size: int = 56, fill: str = INK, anchor: str = "middle"
) -> str:
    """Bold words about the height `y`, in a box (width, height); `anchor` says which end of it `x` is.

    "|" breaks a line. Raises ValueError for words that do not fit in the smallest letters.
    """
    lines, size = _fitted(text, box, size)
    top = y - (len(lines) - 1) * size * LEADING / 2 + size * 0.355
    return "".join(
        f'<text x="{n(x)}" y="{n(top + row * size * LEADING)}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}" data-width="{n(box[0])}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )


def _fitted(text: str, box: tuple[float, float], largest: int) -> tuple[list[str], int]:
    width, height = box
    for size in range(largest, SMALLEST - 1, -2):
        lines = [line for part in text.split("|") for line in _even(part.split(), width, size)]
        if (len(lines) - 1) * size * LEADING + size <= height and all(_width(line, size) <= width for line in lines):
            return lines, size
    raise ValueError(f"{text!r} does not fit into {width:g} x {height:g}")


def _even(row: Sequence[str], width: float, size: int) -> list[str]:
    """No more lines than needed, and no word left alone in the last one where it can be helped."""
    lines = _lines(row, width, size)
    for narrower in range(int(width * 0.4), int(width), 12):
        if len(even := _lines(row, narrower, size)) == len(lines) and all(_width(line, size) <= width for line in even):
            return even
    return lines


def _lines(row: Sequence[str], width: float, size: int) -> list[str]:
    lines: list[str] = []
    for word in row:
        if lines and _width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _width(line: str, size: int) -> float:
    return font(size, bold=True).getlength(line)
