"""Find patterns in a message that has been read: where they stand, and the sentence around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from content.danger import Pattern, Words
from content.reading import COMMA, END, Token

GAP = 2  # other words that may stand between two words of an ordered pattern
SAYING_GAP = 1  # the same in a saying
SPAN = 5  # how far apart the words of an unordered pattern may stand
LACKING = frozenset({"kurang", "jarang", "hilang", "susah", "sulit", "sedikit", "berkurang", "malas", "diam"})
"""Words that stand beside "tidak" where a pattern speaks of something that is missing."""
DENIES = 3  # how far a negation may stand before the word of the pattern that it denies


class Match(NamedTuple):
    """A pattern at its place: ``at`` are the positions of its words in the order of the text."""

    name: str
    at: tuple[int, ...]


def find(tokens: Sequence[Token], words: Words, index: Mapping[str, Sequence[tuple[str, Pattern]]]) -> Iterator[Match]:
    """Every place at which a pattern stands."""
    spoken = frozenset[str]().union(*(token.means for token in tokens))
    for at, token in enumerate(tokens):
        tried: set[tuple[str, str]] = set()
        for meaning in sorted(token.means):
            for name, pattern in index.get(meaning, ()):
                if len(pattern.slots) == 1:
                    yield Match(name, (at,))
                    continue
                for slot in pattern.slots:  # a loop, since most patterns end here
                    if spoken.isdisjoint(slot):
                        break
                else:
                    if (name, pattern.written) in tried:
                        continue
                    tried.add((name, pattern.written))
                    place = (
                        _ordered(tokens, at, pattern, words.reach["stops"])
                        if pattern.ordered
                        else _together(tokens, at, pattern, words.reach["not"])
                    )
                    if place:
                        yield Match(name, place)


def _ordered(tokens: Sequence[Token], at: int, pattern: Pattern, stops: frozenset[str]) -> tuple[int, ...] | None:
    """The slots one after the other, with at most GAP words between, none of them punctuation or a word that stops."""
    place = [at]
    for slot in pattern.slots[1:]:
        for step in range(1, (SAYING_GAP if pattern.saying else GAP) + 2):
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


def _together(tokens: Sequence[Token], at: int, pattern: Pattern, negations: frozenset[str]) -> tuple[int, ...] | None:
    """The slots near the first one, on either side of it, within the sentence.

    A saying ends at a comma too. A negation in the pattern has to deny what the pattern lets it deny (``_denying``).
    """
    ends = {END, COMMA} if pattern.saying else {END}
    low, high = at, at
    while low > 0 and at - low < SPAN and not tokens[low - 1].means & ends:
        low -= 1
    while high + 1 < len(tokens) and high - at < SPAN and not tokens[high + 1].means & ends:
        high += 1
    place = {at}
    by_slot = [at]
    for slot in pattern.slots[1:]:
        here = [i for i in range(low, high + 1) if i not in place and tokens[i].means & slot]
        if not here:
            return None
        by_slot.append(min(here, key=lambda i: abs(i - at)))
        place.add(by_slot[-1])
    for number, slot in enumerate(pattern.slots):
        if slot & negations and tokens[by_slot[number]].means & negations:
            denied = _denying(tokens, pattern, by_slot, number, negations, range(low, high + 1))
            if denied is None:
                return None
            by_slot[number] = denied
    return tuple(sorted(set(by_slot)))


def _denying(
    tokens: Sequence[Token],
    pattern: Pattern,
    by_slot: list[int],
    number: int,
    negations: frozenset[str],
    near: range,
) -> int | None:
    """Where a negation stands that denies what slot ``number`` of the pattern means to deny, or None.

    "muntah & tidak & makan" speaks of who does not eat: "tidak muntah, makan banyak" is none. A last slot with other
    words beside the negation ("sakit & sekali|tidak") means that it cannot be borne, so "tidak sakit" is none either.
    """
    slot, following = pattern.slots[number], pattern.slots[number + 1 :]
    others = [place for index, place in enumerate(by_slot) if index != number]
    candidates = [i for i in near if i not in others and tokens[i].means & slot & negations]
    for i in sorted(candidates, key=lambda i: abs(i - by_slot[number])):
        next_own = next((j for j in _same_clause(tokens, i, DENIES) if j in others), None)
        if following:
            target = by_slot[number + 1]
            for j in _same_clause(tokens, i, DENIES):
                if j in others and j != target:
                    break
                if tokens[j].means & following[0]:
                    by_slot[number + 1] = j
                    return i
            before = target in _same_clause(tokens, i, -DENIES) and (next_own is None or number + 1 == len(by_slot) - 1)
            if next_own == target or before or (number == 0 and next_own is not None):
                return i
        elif (not slot - negations or slot & LACKING or next_own is None) and (
            next_own is not None or any(j in others for j in _same_clause(tokens, i, -SPAN))
        ):
            return i
    return None


def _same_clause(tokens: Sequence[Token], at: int, reach: int) -> Iterator[int]:
    """The places up to ``reach`` words before (negative) or behind ``at``, as far as its clause goes."""
    step = 1 if reach > 0 else -1
    for place in range(at + step, at + reach + step, step):
        if not 0 <= place < len(tokens) or tokens[place].means & {COMMA, END}:
            return
        yield place


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
