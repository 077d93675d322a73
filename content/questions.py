"""What a family's free words ask or say, where that is clear: thanks, or a question that its own data answers.

``asking.toml`` has the words. A question is clear only if every word of it is known: those of one topic, names of the
family's children, and fillers. Everything else is left to a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from content.reading import one_apart
from content.searching import SHORTEST_SLIP, raw, spoken_words

LONGEST = 20  # words of a question that is clear
SHORTEST_NAME_SLIP = 4  # letters a name needs before one wrong letter is forgiven
GLAD = frozenset("🙏👍❤♥🥰😊😍🤗👌🌹💐✅☺😁🙂💕💖😇🤲😘🫶")
_JOINERS = frozenset("\ufe0f\u200d🏻🏼🏽🏾🏿♀♂")


class Meant(NamedTuple):
    """A question that is clear: its ``topic``, and the ``names`` of children that stand in it, in lower case."""

    topic: str
    names: frozenset[str]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The file. ``spelling`` leads from every way of writing to the word; ``topics`` has each topic's phrases."""

    spelling: Mapping[str, str]
    topics: Mapping[str, tuple[frozenset[str], ...]]
    fillers: frozenset[str]
    asking: frozenset[str]
    told: frozenset[str]
    thanks: frozenset[str]
    pairs: tuple[tuple[str, ...], ...]
    nods: frozenset[str]
    beside: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The words of the shipped file."""
    given = raw()
    spelling: dict[str, str] = {}
    for word, others in given["spelling"].items():
        spelling |= dict.fromkeys((word, *others), word)
    topics = {name: tuple(frozenset(one.split()) for one in phrases) for name, phrases in given["topics"].items()}
    spelling |= {word: word for phrases in topics.values() for phrase in phrases for word in phrase}
    thanks, asks = given["thanks"], given["asks"]
    return Lexicon(
        spelling, topics, frozenset(asks["words"].split()), frozenset(asks["asking"].split()),
        frozenset(asks["told"].split()), frozenset(thanks["words"].split()),
        tuple(tuple(pair.split()) for pair in thanks["pairs"]), frozenset(thanks["nods"].split()),
        frozenset(thanks["beside"].split()),
    )  # fmt: skip


def meant(text: str, names: Collection[str]) -> Meant | None:
    """The question, if it is clearly one of the topics; None where any word says more.

    ``names`` are those by which the family's children may be called, in lower case.
    """
    known, words = lexicon(), spoken_words(text)
    if len(words) > LONGEST:
        return None
    named = {word: name for word in words if (name := _name(word, names, known))}
    read = [_read(word, known) for word in words if word not in named]
    if not known.told.isdisjoint(words) and "?" not in text and known.asking.isdisjoint(read):
        return None  # "sudah imunisasi" tells, and does not ask
    told = frozenset(read)
    found: dict[int, set[str]] = {}
    for topic, phrases in known.topics.items():
        for phrase in phrases:
            if phrase <= told and told - phrase <= known.fillers | known.told:
                found.setdefault(len(phrase), set()).add(topic)
    if not found or len(best := found[max(found)]) > 1:
        return None
    return Meant(best.pop(), frozenset(named.values()))


def _name(word: str, names: Collection[str], known: Lexicon) -> str:
    """The name that this word is, also with a letter wrong; "" for another word."""
    if word in names:
        return word
    if len(word) < SHORTEST_NAME_SLIP or word in known.spelling or word in known.fillers:
        return ""
    near = [one for one in names if one[0] == word[0] and one_apart(one, word)]
    return near[0] if len(near) == 1 else ""


def _read(word: str, known: Lexicon) -> str:
    """The word of the topics that this is, also with a letter wrong; else the word itself."""
    if word in known.spelling:
        return known.spelling[word]
    if word in known.fillers or len(word) < SHORTEST_SLIP:
        return word
    near = {meant for one, meant in known.spelling.items() if one[0] == word[0] and one_apart(one, word)}
    return near.pop() if len(near) == 1 else word


def is_thanks(text: str) -> bool:
    """Whether the words thank, and say nothing else: "makasih bu bidan 🙏"."""
    rest, thanked = _without_pairs(spoken_words(text))
    known = lexicon()
    return (
        "?" not in text
        and (thanked or not known.thanks.isdisjoint(rest))
        and set(rest) <= known.thanks | known.nods | known.beside
    )


def is_nod(text: str) -> bool:
    """Whether it only says that it was read: "ok", "oke siap bu", or friendly signs alone."""
    words, known = spoken_words(text), lexicon()
    if words:
        return "?" not in text and not known.nods.isdisjoint(words) and set(words) <= known.nods | known.beside
    signs = {one for one in text if not one.isspace()} - _JOINERS
    return bool(signs) and signs <= GLAD


def _without_pairs(words: list[str]) -> tuple[list[str], bool]:
    """The words without "terima kasih" and its like, and whether any of these stood there."""
    rest, at, found = list[str](), 0, False
    while at < len(words):
        pair = next((one for one in lexicon().pairs if tuple(words[at : at + len(one)]) == one), ())
        found = found or bool(pair)
        rest += [] if pair else [words[at]]
        at += len(pair) or 1
    return rest, found
