"""The sheet all pictures share: a coloured head with the title, white cards, a line at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from drawing.lesson_pictures.letters import words
from drawing.lesson_pictures.palette import INK, MIST, PAPER, WHITE
from drawing.lesson_pictures.shapes import at, rect

SIDE = 1080
"""The width and height of every picture in pixels."""
EDGE = 36
TOP, BOTTOM = 190, 916
"""The part between head and foot."""

Tile = tuple[str, str]
"""An icon and its words."""


class Cards(NamedTuple):
    """A picture of cards only: in as many columns, or in one with the words beside the icon, `wide` times as large."""

    theme: str
    title: str
    foot: str
    columns: int
    size: int
    tiles: tuple[Tile, ...]
    wide: float = 1


def sheet(theme: str, title: str, body: str, foot: str = "") -> str:
    """A whole picture. Without a foot the body has the room down to SIDE - EDGE."""
    parts = [
        rect(0, 0, SIDE, SIDE, PAPER, line=""),
        rect(EDGE, EDGE, SIDE - 2 * EDGE, 126, theme, r=40, line=""),
        words(SIDE / 2, EDGE + 63, title, (SIDE - 2 * EDGE - 70, 116), 70, WHITE),
        body,
    ]
    if foot:
        parts.append(words(SIDE / 2, 982, foot, (SIDE - 2 * EDGE - 20, 108), 56, theme))
    inside = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" '
        f'font-family="Roboto" font-weight="700" stroke-linecap="round" stroke-linejoin="round">{inside}</svg>'
    )


def of_cards(cards: Cards) -> str:
    """The whole picture."""
    if cards.columns == 1:
        body = strip(cards.tiles, cards.size, cards.wide)
    else:
        body = tiles(cards.tiles, cards.columns, cards.size)
    return sheet(cards.theme, cards.title, body, cards.foot)


def card(x: float, y: float, w: float, h: float, fill: str = WHITE) -> str:
    return rect(x, y, w, h, fill, r=36, line=MIST, width=4)


def tiles(icons: Sequence[Tile], columns: int, size: int = 50) -> str:
    """A grid of cards, icon above words; a last row that is not full stands in the middle."""
    gap = 22
    rows = -(-len(icons) // columns)
    w = (SIDE - 2 * EDGE - gap * (columns - 1)) / columns
    h = (BOTTOM - TOP - gap * (rows - 1)) / rows
    parts: list[str] = []
    for row in range(rows):
        line = icons[row * columns : (row + 1) * columns]
        left = (SIDE - len(line) * w - (len(line) - 1) * gap) / 2
        for column, (icon, label) in enumerate(line):
            parts.append(_tile(left + column * (w + gap), TOP + row * (h + gap), w, h, icon, label, size))
    return "".join(parts)


def _tile(x: float, y: float, w: float, h: float, icon: str, label: str, size: int) -> str:
    below = h * 0.36 if h > 300 else h * 0.42
    scale = min((w - 26) / 208, (h - below - 12) / 208)
    return (
        card(x, y, w, h)
        + at(x + w / 2, y + 10 + (h - below) / 2, icon, scale)
        + words(x + w / 2, y + h - below / 2 - 2, label, (w - 24, below - (6 if h < 300 else 16)), size, INK)
    )


def strip(icons: Sequence[Tile], size: int = 56, wide: float = 1) -> str:
    """Cards one below the other, icon at the left, words at the right. `wide` enlarges icons that are broad and low."""
    gap = 20
    h = (BOTTOM - TOP - gap * (len(icons) - 1)) / len(icons)
    scale = (h - 20) / 210 * wide
    left = 250 * scale
    parts: list[str] = []
    for row, (icon, label) in enumerate(icons):
        y = TOP + row * (h + gap)
        parts.append(card(EDGE, y, SIDE - 2 * EDGE, h))
        parts.append(at(EDGE + 14 + left / 2, y + h / 2, icon, scale))
        room = SIDE - 2 * EDGE - left - 60
        parts.append(words(EDGE + 34 + left, y + h / 2, label, (room, h - 20), size, anchor="start"))
    return "".join(parts)
