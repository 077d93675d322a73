"""How much the whole wording of a message is that of a cry for help, in points.

The patterns of ``danger_words.toml`` find what is dangerous; what else a message speaks of they do not weigh. Here
every word and every two neighbouring words have points, and each word that cries seldom hold takes some away: who is in
need speaks of nothing else. ``danger_leanings.csv`` keeps them; ``bench.leanings`` counts them from the labelled
sentences of tests/corpus. How they are used says ``content.hearing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from content.danger import Words, plain
from content.reading import COMMA, END, Token

START, NUMBER, ASKED = "(start)", "#", "?"  # what every message begins with; a number; a question mark
MEASURED = ("<tekanan>", "<tinggi>")  # classes of content.danger
STRANGERS = 4  # no more of them are counted


class Wording(NamedTuple):
    """What of a message may have points: its words, and its pairs of neighbours with the rest."""

    words: frozenset[str]
    others: frozenset[str]


def leaning(tokens: Sequence[Token], words: Words) -> int:
    """The points of a message: above 0 more like a cry, below 0 more like ordinary talk. Two are 1 in log odds."""
    said = wording(tokens, words)
    names = said.words | said.others | strangers(len(said.words - words.familiar))
    return sum(words.leanings.get(name, 0) for name in names)


def wording(tokens: Sequence[Token], words: Words) -> Wording:
    """The wording of a message. What patterns weigh by its place ("tidak", "dulu") is in pairs only."""
    said = [_name(token) for token in tokens if COMMA not in token.means and END not in token.means]
    others = {START, *(f"{one} {two}" for one, two in pairwise(said))}
    others |= {ASKED} if any("?" in token.spoken for token in tokens) else set()
    others |= {NUMBER} & set(said)
    return Wording(frozenset(said) - words.reach["weighed"] - {NUMBER}, frozenset(others))


def strangers(count: int) -> frozenset[str]:
    """What so many words that cries seldom hold are called in the table: "(1 strange)", "(2 strange)", ..."""
    return frozenset(f"({one} strange)" for one in range(1, min(count, STRANGERS) + 1))


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
