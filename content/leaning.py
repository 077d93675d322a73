"""How much the whole wording of a message is that of a cry for help, in points.

The patterns of ``danger_words.toml`` find what is dangerous; what else a message speaks of they do not weigh. Here every
word and every two neighbouring words have points. ``danger_leanings.csv`` keeps them; ``bench.leanings`` counts them
from the labelled sentences of tests/corpus. They never wake anybody: they only turn a waking or a silence into a
question (``content.hearing``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from content.danger import Words, plain
from content.reading import COMMA, END, Token

START = "(start)"  # what every message begins with
NUMBER = "#"
MEASURED = ("<tekanan>", "<tinggi>")  # classes of content.danger


def leaning(tokens: Sequence[Token], words: Words) -> int:
    """The points of a message: above 0 more like a cry, below 0 more like ordinary talk. Two are one unit of log odds."""
    return sum(words.leanings.get(name, 0) for name in features(tokens, words))


def features(tokens: Sequence[Token], words: Words) -> set[str]:
    """What a message has that may have points: its words, its pairs of neighbours, a question mark."""
    said = [_name(token) for token in tokens if COMMA not in token.means and END not in token.means]
    names = {START, *said} - words.reach["weighed"]
    names.update(f"{one} {two}" for one, two in pairwise(said))
    if any("?" in token.spoken for token in tokens):
        names.add("?")
    return names


def most_telling(tokens: Sequence[Token], words: Words, count: int) -> tuple[str, ...]:
    """The ``count`` written words that speak most for a cry, in the order of the message."""
    points = {token.spoken: words.leanings.get(_name(token), 0) for token in tokens}
    chosen = sorted((spoken for spoken in points if points[spoken] > 0), key=lambda spoken: -points[spoken])[:count]
    return tuple(spoken for spoken in points if spoken in chosen)


@lru_cache(maxsize=20_000)
def _name(token: Token) -> str:
    """The one word that stands for all spellings of a token, the shortest it may mean; of a number only what it is.

    A high blood pressure ("170/110") and a high fever ("39,5") are told from other numbers, from 39 weeks too.
    """
    if NUMBER in token.means:
        return next((one for one in MEASURED if one in token.means and not token.spoken.isdigit()), NUMBER)
    written = plain(token.spoken)
    meant = [meaning for meaning in token.means if meaning != written]
    return min(meant or [written], key=lambda meaning: (len(meaning), meaning))
