"""Texts within WhatsApp's limits: counted, cleaned, split and shortened. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category

TEXT_LIMIT = 4096
BODY_LIMIT = 1024  # of an interactive message, and of a caption
SPARE = 2  # Meta does not document whether an emoji counts as one or two


def fits(text: str, limit: int) -> bool:
    """Whether the text fits a field of this length; two characters are kept free where ways of counting differ."""
    return len(text) <= limit if text.isascii() else units(text) <= limit - SPARE


def units(text: str) -> int:
    """Length in UTF-16 units, the longest that a server is likely to count: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """The text without invisible characters that servers refuse; line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return "".join(one for one in text if one == "\n" or category(one) not in ("Cc", "Cs")).strip()


def parameter(text: str) -> str:
    """A value as templates accept it: one line, no tab, no repeated spaces, never empty."""
    return " ".join(clean(text).split()) or "–"


def shortened(text: str, limit: int) -> str:
    """The text cut between words to fit, with "…" at the end if it was cut."""
    if fits(text, limit):
        return text
    room = limit - SPARE - 1
    cut = text
    while units(cut) > room:
        cut = cut[: cut.rstrip().rfind(" ")] if " " in cut.rstrip() else cut[:-1]
    return cut.rstrip(" ,.;:·") + "…"


def parts(text: str) -> list[str]:
    """The text split into messages, between paragraphs, else lines, else words, else anywhere."""
    return list(_parts(text, ("\n\n", "\n", " ")))


def _parts(text: str, seams: Sequence[str]) -> Iterator[str]:
    if fits(text, TEXT_LIMIT):
        if text.strip():
            yield text
        return
    if not seams:
        half = len(text) // 2
        yield from _parts(text[:half], ())
        yield from _parts(text[half:], ())
        return
    part: list[str] = []
    length = 0
    for piece in text.split(seams[0]):
        length += units(seams[0] + piece)
        if part and length > TEXT_LIMIT - SPARE:
            yield from _parts(seams[0].join(part), seams[1:])
            part, length = [], units(piece)
        part.append(piece)
    yield from _parts(seams[0].join(part), seams[1:])


def without_line(text: str, line: str) -> str:
    """The text without this one line of it."""
    return re.sub(rf"\n?^{re.escape(line)}$", "", text, flags=re.MULTILINE)
