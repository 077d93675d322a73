"""Digits and marks of other keyboards as the ASCII ones ("０８１２" is "0812"), and marks that nobody sees."""

from __future__ import annotations

import re
import unicodedata

WIDE = range(0xFF01, 0xFF5F)  # full-width forms of "!" to "~", in the order of ASCII

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # what word processors make of "-"
_ESCAPED = re.compile(r"_x00(?:0[0-9A-F]|1[0-9A-F]|7F)_")  # how an .xlsx file writes a control character
_CONTROL, _UNSEEN, _BLANK = "Cc", "Cf", "Zs"  # categories of Unicode


def ascii_digits(text: str) -> str:
    """The text with every decimal digit, and every full-width letter or mark, as its ASCII one."""
    return text if text.isascii() else "".join(map(_ascii, text))


def _ascii(one: str) -> str:
    if one.isdecimal():
        return str(unicodedata.decimal(one))
    return chr(ord(one) - 0xFEE0) if ord(one) in WIDE else one


def visible(text: str) -> str:
    """The text without marks that nobody sees (zero-width and direction marks, soft hyphens, a byte order mark); every
    blank and control character of it but a new line is an ordinary blank."""
    text = _ESCAPED.sub(" ", text)
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def plain_dashes(text: str) -> str:
    """The text with every kind of dash as "-"."""
    return text if text.isascii() else text.translate(dict.fromkeys(map(ord, DASHES), "-"))


def _visible(one: str) -> str:
    category = "" if one == "\n" else unicodedata.category(one)
    return "" if category == _UNSEEN else " " if category in (_CONTROL, _BLANK) else one
