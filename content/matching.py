"""Find patterns in a message that has been read: where they stand, and the sentence around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from content.danger import Pattern, Words
from content.reading import COMMA, END, Token

GAP = 2  # other words that may stand between two words of an ordered pattern
SPAN = 5  # how far apart the words of an unordered pattern may stand


class Match(NamedTuple):
    """A pattern at its place: ``at`` are the positions of its words in the order of the text."""

    name: str
    at: tuple[int, ...]


def find(tokens: Sequence[Token], words: Words, index: Mapping[str, Sequence[tuple[str, Pattern]]]) -> Iterator[Match]:
    """Every place at which a pattern stands."""
    for at, token in enumerate(tokens):
        tried: set[tuple[str, str]] = set()
        for meaning in sorted(token.means):
            for name, pattern in index.get(meaning, ()):
                if len(pattern.slots) == 1:
                    yield Match(name, (at,))
                elif (name, pattern.written) not in tried:
                    tried.add((name, pattern.written))
                    place = (
                        _ordered(tokens, at, pattern, words.reach["stops"])
                        if pattern.ordered
                        else _together(tokens, at, pattern)
                    )
                    if place:
                        yield Match(name, place)


def _ordered(tokens: Sequence[Token], at: int, pattern: Pattern, stops: frozenset[str]) -> tuple[int, ...] | None:
    """The slots one after the other, with at most GAP words between, none of them punctuation or a word that stops."""
    place = [at]
    for slot in pattern.slots[1:]:
        for step in range(1, GAP + 2):
            here = place[-1] + step
            if here >= len(tokens) or tokens[here].means & {COMMA, END}:
                return None
            if tokens[here].means & slot:
                place.append(here)
                break
            if tokens[here].means & stops:
                return None
        else:
            return None
    return tuple(place)


def _together(tokens: Sequence[Token], at: int, pattern: Pattern) -> tuple[int, ...] | None:
    """The slots near the first one, on either side of it, within the sentence."""
    low, high = at, at
    while low > 0 and at - low < SPAN and END not in tokens[low - 1].means:
        low -= 1
    while high + 1 < len(tokens) and high - at < SPAN and END not in tokens[high + 1].means:
        high += 1
    place = {at}
    for slot in pattern.slots[1:]:
        here = [i for i in range(low, high + 1) if i not in place and tokens[i].means & slot]
        if not here:
            return None
        place.add(min(here, key=lambda i: abs(i - at)))
    return tuple(sorted(place))


def in_saying(match: Match, sayings: Sequence[frozenset[int]]) -> bool:
    """Whether it shares a word with an ordinary saying and is not more than it."""
    at = set(match.at)
    return any(at & saying and not saying < at for saying in sayings)


def around(match: Match, tokens: Sequence[Token], ends: tuple[str, ...]) -> range:
    """The positions of the sentence or clause around a match."""
    start, stop = match.at[0], match.at[-1] + 1
    while start > 0 and not tokens[start - 1].means.intersection(ends):
        start -= 1
    while stop < len(tokens) and not tokens[stop].means.intersection(ends):
        stop += 1
    return range(start, stop)
