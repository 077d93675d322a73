"""Letters for pictures. The font comes with a package: a bare server has none."""

from __future__ import annotations

from functools import cache

import fontpkg
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

FAMILY = "Roboto"
"""The letters of most phones here (SIL Open Font License). Its zero has no stroke, which primary school does not teach."""


@cache
def font(size: int, bold: bool = False) -> FreeTypeFont:
    """The font at a height in pixels. Latin letters only."""
    # The basic layout draws the same on every machine, whether or not it has libraqm.
    letters = ImageFont.truetype(str(fontpkg.path(FAMILY)), size, layout_engine=ImageFont.Layout.BASIC)
    letters.set_variation_by_name("Bold" if bold else "Regular")
    return letters


def writable(text: str) -> str:
    """The text without what the font cannot write: signs of other scripts, pictures, line breaks."""
    return " ".join("".join(sign if sign.isspace() or _known(sign) else "" for sign in text).split())


@cache
def _known(sign: str) -> bool:
    plain = font(20)
    return sign.isprintable() and bytes(plain.getmask(sign)) != bytes(plain.getmask("\uffff"))


def fitted(text: str, width: int, largest: int, smallest: int) -> tuple[str, FreeTypeFont]:
    """The text and a bold font in which it is at most `width` wide; cut with an ellipsis if even the smallest is not."""
    for size in range(largest, smallest - 1, -2):
        if font(size, bold=True).getlength(text) <= width:
            return text, font(size, bold=True)
    last = font(smallest, bold=True)
    while text and last.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…", last
