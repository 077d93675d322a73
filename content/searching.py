"""Words of a question and of a lesson, made comparable: no fillers, no affixes, one word for the same thing.

``asking.toml`` holds the fillers, affixes and other words for the same thing. Both databases search what is made here,
so both find the same; ``ranked`` orders it by its own rule, for the two rank differently.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from content.reading import one_apart

FILE = Path(__file__).parent / "asking.toml"
SHORTEST_STEM, SHORTEST_VERB = 3, 4  # letters that must be left without an ending, without a beginning
LONGEST = 12  # words of a question that say something
SHORTEST_SLIP = 5  # letters a word needs before one wrong letter is forgiven
WEIGHTS = (4.0, 2.0, 1.0)
"""How much a word counts in the title, the summary and the text."""
HEADS = 2  # of the parts of a lesson: its title and its summary say what it is about
COVERED = 0.6
"""The share of what a question says that a lesson must speak of; else it is about something else."""
TELLING = 0.15
"""What more than this share of the lessons is about says too little by itself to offer one."""
RARE = 8
"""A word that no lesson is about leads to those that mention it, if they are no more than this."""
_VOWELS = frozenset("aeiou")
_NASAL = re.compile(r"(?:me|pe)(?:ny(?=[aeiou])|ng|m|n|(?=[lrwy]))")
_RESTORED = {"meny": "s", "peny": "s", "mem": "p", "pem": "p", "men": "t", "pen": "t"}
_MARKS = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The file. ``same`` leads from a word to the one that stands for it."""

    fillers: frozenset[str]
    whole: frozenset[str]
    endings: tuple[str, ...]
    beginnings: tuple[str, ...]
    same: Mapping[str, str]
    never_offered: frozenset[str]


class Document(NamedTuple):
    """The words of one lesson, by where they stand, as both databases keep them: separated by spaces."""

    title: str
    gist: str
    body: str

    @property
    def words(self) -> frozenset[str]:
        return frozenset(" ".join(self).split())

    @property
    def fingerprint(self) -> str:
        """Changes with any word, also where the rules by which words are made comparable have changed."""
        return sha256("\n".join(self).encode()).hexdigest()


@cache
def raw() -> Mapping[str, Any]:
    """The file as it is. Raises TOMLDecodeError."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def lexicon() -> Lexicon:
    """The words of the shipped file."""
    given = raw()
    same: dict[str, str] = {}
    for line in given["same"]:
        first, *others = line.split()
        same |= dict.fromkeys(others, first)
    return Lexicon(
        frozenset(given["fillers"].split()), frozenset(given["whole"]),
        tuple(given["endings"]), tuple(given["beginnings"]), same, frozenset(given["never_offered"]),
    )  # fmt: skip


def document(title: str, gist: str, body: str) -> Document:
    """The words of a lesson by its topic, its summary and its text; what is filled in ("{{ nama }}") is left out."""
    return Document(*(" ".join(words_of(_MARKS.sub(" ", part))) for part in (title, gist, body)))


def words_of(text: str) -> list[str]:
    """The words of a text in their order, made comparable, without fillers and numbers."""
    known = lexicon()
    told = (known.same.get(word, word) for word in spoken_words(text) if word not in known.fillers)
    return [stem(word) for word in told if not word.isdigit()]


def spoken_words(text: str) -> list[str]:
    """The words of a text as they are written: lower case, without accents and marks; "m-pasi" is one word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    return re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])[-'’](?=[a-z])", "", plain))


@cache
def stem(word: str) -> str:
    """The word without its affixes. What is left need not be the root: it is the same for both sides."""
    known = lexicon()
    if word in known.whole:
        return word
    while ending := next((one for one in known.endings if _may_end(word, one)), ""):
        word = word.removesuffix(ending)
    return next(_without_beginning(word, known.beginnings), word)


def _may_end(word: str, ending: str) -> bool:
    least = SHORTEST_VERB if ending == "i" else SHORTEST_STEM
    return word.endswith(ending) and len(word) - len(ending) >= least


def _without_beginning(word: str, beginnings: Sequence[str]) -> Iterator[str]:
    if found := _NASAL.match(word):
        rest = word[found.end() :]
        if rest[:1] in _VOWELS:
            rest = _RESTORED.get(found.group(), "") + rest
        if len(rest) >= SHORTEST_VERB:
            yield rest
    for one in beginnings:
        if word.startswith(one) and len(word) - len(one) >= SHORTEST_VERB:
            yield word.removeprefix(one)


def asked(text: str, names: Collection[str], vocabulary: Collection[str]) -> list[str]:
    """The words by which a lesson is looked for, each once: those of a question without the family's ``names``.

    A word that no lesson has is taken for the one it misses by a letter, where there is just one such. None for more
    than ``LONGEST`` words: that is a story, which a person should read.
    """
    without = [word for word in spoken_words(text) if word not in names]
    told = list(dict.fromkeys(words_of(" ".join(without))))
    return list(dict.fromkeys(_known(word, vocabulary) for word in told)) if len(told) <= LONGEST else []


def _known(word: str, vocabulary: Collection[str]) -> str:
    if word in vocabulary or len(word) < SHORTEST_SLIP:
        return word
    near = [one for one in vocabulary if one[0] == word[0] and one_apart(one, word)]
    return near[0] if len(near) == 1 else word


def is_never_offered(text: str) -> bool:
    """Whether a lesson of this text is opened in another way, or not at all."""
    return not lexicon().never_offered.isdisjoint(spoken_words(text))


def ranked(
    query: Sequence[str], found: Iterable[tuple[str, Document]], total: int, fitting: Collection[str]
) -> list[str]:
    """The ids of the ``fitting`` lessons that speak of the question, the best first; of equals, by their id.

    ``found`` are all lessons that have any of the words, ``total`` counts all there are. A word weighs the more the
    fewer lessons have it, and the most where none has. Lessons that are about it come alone; where none is, those that
    mention it in their text, if these are few.
    """
    lessons = [(id, [frozenset(part.split()) for part in document]) for id, document in found]
    weight = {word: log(1 + total / max(_having(word, lessons), 1)) for word in query}
    most = total if len(query) == 1 else max(1, total * TELLING)
    about = {word for word in query if 0 < _having(word, lessons, HEADS) <= most}
    rare = {word for word in query if 0 < _having(word, lessons) <= RARE}
    scores: list[tuple[bool, float, str]] = []
    for id, parts in lessons:
        covered = sum(weight[word] for word in query if any(word in part for part in parts))
        is_about = any(word in part for word in about for part in parts[:HEADS])
        mentions = any(word in part for word in rare for part in parts)
        if id in fitting and covered >= COVERED * sum(weight.values()) and (is_about or mentions):
            score = sum(
                weight[word] * by for word in query for part, by in zip(parts, WEIGHTS, strict=True) if word in part
            )
            scores.append((not is_about, -round(score, 6), id))
    scores.sort()
    return [id for mentions, _, id in scores if mentions == scores[0][0]]


def _having(word: str, lessons: Iterable[tuple[str, Sequence[frozenset[str]]]], heads: int | None = None) -> int:
    """How many lessons have the word, or have it in one of their first parts."""
    return sum(any(word in part for part in parts[:heads]) for _, parts in lessons)
