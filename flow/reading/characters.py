"""Digits and marks of other keyboards as the ASCII ones: "０８１２" is "0812"."""

from __future__ import annotations

import unicodedata

WIDE = range(0xFF01, 0xFF5F)  # full-width forms of "!" to "~", in the order of ASCII


def ascii_digits(text: str) -> str:
    """The text with every decimal digit, and every full-width letter or mark, as its ASCII one."""
    return text if text.isascii() else "".join(map(_ascii, text))


def _ascii(one: str) -> str:
    if one.isdecimal():
        return str(unicodedata.decimal(one))
    return chr(ord(one) - 0xFEE0) if ord(one) in WIDE else one
