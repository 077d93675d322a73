"""Numbers people write: "8,4", "8.4 kg", "8.400 gram", "8 kg 400 gram", "BB 8,4 TB 72,5"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flow.reading.characters import ascii_digits

UNITS: Mapping[str, Mapping[str, float]] = {
    "kg": {"": 1, "kg": 1, "kilo": 1, "kilogram": 1, "ons": 0.1, "g": 0.001, "gr": 0.001, "gram": 0.001},
    "gram": {"": 1, "g": 1, "gr": 1, "gram": 1, "ons": 100, "kg": 1000, "kilo": 1000, "kilogram": 1000},
    "cm": {"": 1, "cm": 1, "senti": 1, "sentimeter": 1, "mm": 0.1, "m": 100, "meter": 100},
}
"""For each unit in which we keep a measurement, the units that people write, by their factor; "" is none."""

_ABOUT = re.compile(r"^(?:±|\+/-|~|kira-kira|kira kira|kurang lebih|sekitar|kurleb|hampir)\s*")
_PIECE = re.compile(r"([+-]?[0-9][0-9.,]*)\s*([a-z]*)\.?\s*")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)e[+-]?[0-9]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?:\.[0-9]{3})+(?:,[0-9]+)?|(?:,[0-9]{3})+(?:\.[0-9]+)?)")
_BETWEEN = re.compile(r"\s*[;/\n]\s*|\s+(?:dan|&)\s+|,?\s+(?=[0-9])")
_EDGES = " \t\n,;/"


class Piece(NamedTuple):
    """One number of several, with the label written before it ("bb"), or "" where there is none."""

    label: str
    text: str


def decimal(text: str, *, whole: bool = False, scientific: bool = False) -> float | None:
    """The number with a decimal comma or point, or None for any other text.

    A mark before three digits divides thousands where the number is ``whole``, or where the text leaves no other
    reading ("1.234,5", "1.234.567"). ``scientific`` also reads "1e+05", as statistics programs write.
    """
    text = ascii_digits(text).strip()
    if _GROUPED.fullmatch(text) and (whole or sum(map(text.count, ".,")) > 1):
        thousands = min((mark for mark in ".," if mark in text), key=text.index)
        return float(text.replace(thousands, "").replace(",", "."))
    if _DECIMAL.fullmatch(text) or (scientific and _SCIENTIFIC.fullmatch(text.casefold())):
        return float(text.replace(",", "."))
    return None


def amount(said: str, units: Mapping[str, float], *, whole: bool = False) -> float | None:
    """The amount in the unit whose factor is 1: "8 kg 400 gram" and "8.400 g" are 8.4 kg. None for any other text.

    ``units`` are the units that may be written, by their factor; "" is none. Of parts of a unit (factor below 1),
    and where the amount is ``whole``, people write thousands with a mark. Several units stand from large to small.
    """
    text = _ABOUT.sub("", ascii_digits(said).strip().casefold()).rstrip(" .?!")
    total, place, smallest = 0.0, 0, float("inf")
    while match := _PIECE.match(text, place):
        factor = units.get(match[2])
        alone = not match[2] or match[1].startswith(("-", "+"))
        if factor is None or factor >= smallest or (alone and (place or match.end() < len(text))):
            return None
        number = decimal(match[1], whole=factor < 1 or (whole and factor == 1))
        if number is None:
            return None
        total, place, smallest = total + number * factor, match.end(), factor
    return round(total, 6) if place and place == len(text) else None


def pieces(said: str, labels: Iterable[str]) -> list[Piece]:
    """The numbers written in one message, in their order, each with its label: "BB 8,4 TB 72,5", "8,4 72,5".

    ``labels`` are the words that may stand before a number ("bb", "berat badan").
    """
    text = ascii_digits(said).strip().casefold()
    known = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    if not known:
        return _divided("", text)
    first, *rest = re.split(rf"(?<![a-z])({known})(?:nya)?(?![a-z])\.?\s*(?:adalah\b)?\s*[:=]?\s*", text)
    found = _divided("", first)
    for label, numbers in zip(rest[::2], rest[1::2], strict=True):
        found += _divided(label, numbers) or [Piece(label, "")]
    return found


def _divided(label: str, text: str) -> list[Piece]:
    text = re.sub(r"(?:^|\s)(?:dan|&)\s*$", "", text.strip(_EDGES)).strip(_EDGES)
    if not text:
        return []
    first, *others = _BETWEEN.split(text)
    return [Piece(label, first), *(Piece("", one) for one in others)]
