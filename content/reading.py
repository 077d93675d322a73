"""Read a chat message word by word as people write it: abbreviations, endings, slips, no spaces, repeated letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from content.danger import SHORTEST_SLIP, Words, plain, skeleton, without_one

COMMA, END = ",", "."
FEVER, WARM, COLD, BREATHS, PRESSURE = (38.5, 43), (37.6, 38.5), (30, 36.5), (50, 150), (140, 260)
GLUED = 8  # letters from which a word that nobody knows may be several without a space
SHORTEST_ABBREVIATION = 3
_LEET = str.maketrans("013457", "oieast")
_PIECES = re.compile(r"\d+(?:[.,/:]\d+)*|[^\W_]+(?:-[^\W_]+)*|[.!?;\n]+|,+")
_SIGNS = {
    "🆘": " tolong ",
    "🩸": " darah ",
    "😂": " wkwk ",
    "🤣": " wkwk ",
    "😆": " wkwk ",
    "(-)": " nihil ",
    "'": "",
    "’": "",
    "`": "",
    "ʼ": "",
}
_NASAL = (("meny", "s"), ("mem", "p"), ("men", "t"), ("meng", "k"))
"""How a verb begins after me-, and the letter it begins with otherwise: memegang, pegang."""
_VOWELS = frozenset("aeiou")


class Token(NamedTuple):
    """One word: as it was written, and every word of the file it may stand for. Punctuation stands for itself."""

    spoken: str
    means: frozenset[str]


_TEMPERATURES = frozenset({"<tinggi>", "<hangat>", "<dingin>"})
_COMMA, _END = Token(",", frozenset({COMMA})), frozenset({END})


def read(text: str, words: Words) -> list[Token]:
    """The words of a message in their order, with commas and ends of sentences between them."""
    tokens: list[Token] = []
    for piece in pieces(text):
        if piece[0] in ".!?;\n":
            tokens.append(Token(piece, _END))
        elif piece[0] == ",":
            tokens.append(_COMMA)
        elif piece[0].isdigit():
            tokens.append(_number(piece))
        else:
            tokens += (Token(piece, means) for means in _meanings(words, piece))
    labels = words.reach["labels"]
    joined = [_counted(token, words) for token in _joined(tokens, words)]
    return [
        token._replace(means=token.means - _TEMPERATURES) if at and joined[at - 1].means & labels else token
        for at, token in enumerate(joined)
    ]


def pieces(text: str) -> Iterator[str]:
    """Lower case, without accents; "3hari" and "kejang2" taken apart, "k3jang" read as letters."""
    for sign, meant in _SIGNS.items():
        text = text.replace(sign, meant)
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    for piece in _PIECES.findall(folded):
        if piece.isalpha():
            yield piece  # most pieces
        elif re.fullmatch(r"g\d+(p\d+)?(a\d+)?", piece):
            yield "hamil"  # G2P1A0: the second pregnancy
        elif piece[0].isdigit() or not any(c.isdigit() for c in piece):
            match = re.fullmatch(r"(\d+(?:[.,/:]\d+)*)([^\W\d_]+.*)", piece)
            yield from (match[1], match[2]) if match else (piece,)
        elif match := re.fullmatch(r"(\d+)([^\W\d_]+)", piece):
            yield from (match[1], match[2])
        elif match := re.fullmatch(r"([^\W\d_]+)2(\w*)", piece):
            yield match[1] + match[2]
        elif match := re.fullmatch(r"([^\W\d_]+)(\d+)", piece):
            yield from (match[1], match[2])
        else:
            yield piece.translate(_LEET)


def _counted(token: Token, words: Words) -> Token:
    """A number in words counts as one in digits."""
    return Token(token.spoken, token.means | {"#"}) if token.means & words.numbers else token


def _value(piece: str) -> float:
    """The number that this is, the first of "120/80"; 0 for a date, for a list ("1,1,1"), and for other scripts."""
    if piece.count(".") > 1:
        return 0.0
    try:
        return float(re.split(r"[:/]", piece)[0].replace(",", ".").split(".0", 1)[0] or 0)
    except ValueError:
        return 0.0


def _number(piece: str) -> Token:
    first = _value(piece)
    means = {"#", piece}
    for name, (low, high) in {"<tinggi>": FEVER, "<hangat>": WARM, "<dingin>": COLD}.items():
        if low <= first < high:
            means.add(name)
    if BREATHS[0] <= first < BREATHS[1]:
        means.add("<napas>")
    if PRESSURE[0] <= first < PRESSURE[1]:
        means.add("<tensi>")
        if re.fullmatch(r"\d{3}/\d{2,3}", piece):
            means.add("<tekanan>")
    return Token(piece, frozenset(means))


@lru_cache(maxsize=20_000)
def _meanings(words: Words, piece: str) -> tuple[frozenset[str], ...]:
    """What one written word stands for; several where the spaces were left out."""
    word = plain(piece)
    if word in words.several:
        return tuple(words.forms.get(one, frozenset({one})) for one in words.several[word])
    if known := _known(words, word):
        return (known,)
    halves = {plain(half) for half in piece.split("-")}
    if len(halves) == 1 and "-" in piece and (known := _known(words, halves.pop())):
        return (known,)
    if word in words.ordinary:
        return (frozenset({word}),)
    if (slip := _slip(words, word)) or (slip := _abbreviated(words, word)):
        return (slip,)
    if len(word) >= GLUED and (parts := _apart(words, word)):
        return tuple(words.forms[part] for part in parts)
    if "-" in piece:
        return tuple(one for half in piece.split("-") for one in _meanings(words, half))
    return (frozenset({word}),)


def _known(words: Words, word: str) -> frozenset[str] | None:
    """The word itself, or what remains without an ending or a beginning."""
    own = words.forms.get(word)
    if own and len(own) > 1:
        return own
    if word in words.ordinary:
        return own
    for ending in words.endings:
        if word.endswith(ending):
            short = word.removesuffix(ending)
            for stem, least in ((short, 3), (short + ending[0], 4)):
                if len(stem) >= least and stem in words.forms:
                    return words.forms[stem] | (own or frozenset())
    for beginning in words.beginnings:
        stem = word.removeprefix(beginning)
        if stem != word and len(stem) >= 4 and stem in words.forms:
            return words.forms[stem] | (own or frozenset())
    for beginning, first in _NASAL:
        if word.startswith(beginning) and (stem := first + word.removeprefix(beginning)) in words.forms:
            return words.forms[stem] | (own or frozenset())
    return own


def _slip(words: Words, word: str) -> frozenset[str] | None:
    """Known words that differ in one letter, or in two that changed places; the first letter must be right."""
    if len(word) < SHORTEST_SLIP:
        return None
    near: set[str] = set()
    for key in (word, *without_one(word)):
        near |= words.slips.get(key, frozenset())
    close = [form for form in near if form[0] == word[0] and one_apart(form, word)]
    if not close:
        return None
    return frozenset[str]().union(*(words.forms[form] for form in close))


def one_apart(one: str, other: str) -> bool:
    """Whether one letter put in, left out or exchanged, or two neighbours swapped, makes one word the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        return one[at + 1 :] == other[at + 1 :] or (
            one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
        )
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]


def _abbreviated(words: Words, word: str) -> frozenset[str] | None:
    """The one known word that this is without some of its vowels: "kjng", "brdrh", "prdrahan"."""
    if len(word) < SHORTEST_ABBREVIATION or (len(word) < 4 and _VOWELS & set(word)):
        return None
    meant = {words.forms[form] for form in words.skeletons.get(skeleton(word), ()) if _within(word, form)}
    return meant.pop() if len(meant) == 1 else None


def _within(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _apart(words: Words, word: str) -> list[str] | None:
    """The fewest known words of three letters or more that make it up, or None."""
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 14), end - 1):
            before, part = best[start], word[start:end]
            if before is None or part not in words.forms or (len(part) < 3 and part not in ("sy", "ga", "sa")):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = [*before, part]
    whole = best[len(word)]
    return whole if whole and len(whole) > 1 else None


def _joined(tokens: list[Token], words: Words) -> list[Token]:
    """Words that only together mean something are made one."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        for parts in _compounds(tokens[at], words):
            following = tokens[at : at + len(parts)]
            if len(following) == len(parts) and all(p in t.means for p, t in zip(parts, following, strict=True)):
                form = "_".join(parts)
                joined.append(Token(" ".join(t.spoken for t in following), words.forms[form] | {form}))
                at += len(parts)
                break
        else:
            joined.append(tokens[at])
            at += 1
    return joined


@lru_cache(maxsize=20_000)
def _compounds(token: Token, words: Words) -> list[tuple[str, ...]]:
    found = [parts for meaning in token.means for parts in words.compounds.get(meaning, ())]
    return sorted(found, key=lambda parts: (-len(parts), parts)) if len(found) > 1 else found
