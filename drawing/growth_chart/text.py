"""Text in pictures. The font comes with a package, because a bare server has none."""

from __future__ import annotations

from functools import cache

import fontpkg
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

FAMILY = "Roboto"
"""Roboto (SIL Open Font License), the font of most phones here, with a plain zero as taught in primary school."""


@cache
def font(size: int, bold: bool = False) -> FreeTypeFont:
    """The font at a height in pixels. Latin letters only."""
    # The basic layout draws the same on every machine, whether or not it has libraqm.
    letters = ImageFont.truetype(str(fontpkg.path(FAMILY)), size, layout_engine=ImageFont.Layout.BASIC)
    letters.set_variation_by_name("Bold" if bold else "Regular")
    return letters


def writable(text: str) -> str:
    """The text without characters that the font lacks: other scripts, emoji, line breaks."""
    return " ".join("".join(sign if sign.isspace() or _known(sign) else "" for sign in text).split())


@cache
def _known(sign: str) -> bool:
    return sign.isprintable() and _shape(sign) != _shape("\uffff")


def _shape(sign: str) -> bytes:
    picture = Image.new("L", (48, 48))
    ImageDraw.Draw(picture).text((8, 4), sign, fill=255, font=font(24))
    return picture.tobytes()


def fitted(text: str, width: int, largest: int, smallest: int) -> tuple[str, FreeTypeFont]:
    """The text and a bold font in which it is at most `width` wide; cut with an ellipsis if the smallest is not."""
    for size in range(largest, smallest - 1, -2):
        if font(size, bold=True).getlength(text) <= width:
            return text, font(size, bold=True)
    last = font(smallest, bold=True)
    while text and last.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…", last
