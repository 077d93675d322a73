"""Hear danger in a message: which signs, how surely, and by which words.

Pure and deterministic: the same words always give the same answer, and the answer says what it rests on. A message is
read word by word (``content.reading``); a pattern of ``danger_words.toml`` found in it is a match with the weight of
its finding. What stands around it raises or lowers that: help asked for, since when, how strongly, about whom; or a
negation, the past, a cure, a condition, a question out of interest. ``HEARD`` points are answered with advice and a
question, ``WOKEN`` points wake people at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from content.danger import Pattern, Words
from content.reading import COMMA, END, Token, read

HEARD, WOKEN = 2, 3
GAP = 2  # other words that may stand between two words of an ordered pattern
SPAN = 5  # how far apart the words of an unordered pattern may stand
NEAR = 3  # words within which "sekali" or "sedikit" belong to a sign
LONGEST = 400  # words of a message that are looked at
CALLS = frozenset({"tolong", "bantu", "darurat", "cepat", "sekarang"})  # two of them together wake


class Level(StrEnum):
    HEARD = "heard"
    WOKEN = "woken"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: the sign it is, whom it concerns, its points, and the words it was found by."""

    finding: str
    group: str
    sign: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, the most certain first. ``cues`` are the words that made it more certain.

    ``asks_only``: nothing but a call for help was said, so nobody knows yet what is wrong.
    """

    level: Level
    found: tuple[Found, ...]
    cues: tuple[str, ...]
    asks_only: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.group for one in self.found))

    @property
    def signs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.sign for one in self.found))

    @property
    def words(self) -> tuple[str, ...]:
        """The words an alert quotes."""
        return tuple(dict.fromkeys(word for one in self.found for word in one.words))


class Match(NamedTuple):
    """A pattern at its place: ``at`` are the positions of its words in the order of the text."""

    name: str
    at: tuple[int, ...]


_END = frozenset({END})
Cues = Mapping[str, Sequence[Match]]


def hear(text: str, words: Words) -> Heard | None:
    """What danger the text speaks of, or None."""
    tokens = read(text, words)[:LONGEST]
    matches = list(_matches(tokens, words, words.finding_index))
    if not matches:
        return None
    idioms = [
        frozenset(one.at)
        for one in _matches(tokens, words, words.idiom_index)
        if one.name != "thing" or not any(tokens[at].means & words.somebody for at in _around(one, tokens, (END,)))
    ]
    matches = [one for one in matches if not _ordinary_saying(one, idioms)]
    own = frozenset(at for one in matches for at in one.at)
    cues: dict[str, list[Match]] = {}
    for cue in _matches(tokens, words, words.cue_index):
        if not _ordinary_saying(cue, idioms) and not _void(cue, tokens, words):
            cues.setdefault(cue.name, []).append(cue)
    found: dict[str, Found] = {}
    for one in matches:
        points = _points(one, tokens, words, cues, own)
        if points > (found[one.name].points if one.name in found else 0):
            signs = words.findings[one.name].signs
            group = _group(signs, tokens, one.at)
            found[one.name] = Found(one.name, group, signs[group], points, tuple(tokens[at].spoken for at in one.at))
    return _judged(found, words, tokens, cues)


def _judged(found: Mapping[str, Found], words: Words, tokens: Sequence[Token], cues: Cues) -> Heard | None:
    """The most certain finding decides; another beside it raises it by one. A bare call for help is heard."""
    real = sorted((one for one in found.values() if not words.findings[one.finding].alone), key=lambda one: -one.points)
    raised = tuple(
        dict.fromkeys(
            tokens[at].spoken for name in ("help", "now", "long") for cue in cues.get(name, ()) for at in cue.at
        )
    )
    if real:
        best = real[0].points + any(not set(one.words) & set(real[0].words) for one in real[1:])
        if best >= HEARD:
            return Heard(Level.WOKEN if best >= WOKEN else Level.HEARD, tuple(real), raised)
    calls = tuple(one for one in found.values() if words.findings[one.finding].alone)
    if calls and _says_no_more(tokens, words):
        urgent = len({meaning for token in tokens for meaning in token.means & CALLS}) > 1
        sure = urgent or any(token.means & {"anak", "bayi", "istri"} for token in tokens)
        return Heard(Level.WOKEN if sure else Level.HEARD, calls, raised, asks_only=True)
    return None


def _asked(sentence: range, tokens: Sequence[Token]) -> bool:
    """Whether the sentence ends with a question mark."""
    return sentence.stop < len(tokens) and "?" in tokens[sentence.stop].spoken


def _void(cue: Match, tokens: Sequence[Token], words: Words) -> bool:
    """Whether a cue does not mean here what it mostly means.

    "kalau" may name a time or what is told ("kalau malam sesak", "mau kabari kalau"); "tadi sempat" is no past.
    """
    before = tokens[cue.at[0] - 1].means if cue.at[0] else frozenset[str]()
    after = tokens[cue.at[-1] + 1].means if cue.at[-1] + 1 < len(tokens) else frozenset[str]()
    if cue.name == "if":
        return bool(after & words.when or before & words.that)
    return cue.name == "past" and "tadi" in before | after


def _says_no_more(tokens: Sequence[Token], words: Words) -> bool:
    """Whether a message has no word but a call for help, who is called and who needs it."""
    return all(token.means & words.beside_help or token.means & {COMMA, END} for token in tokens)


# --- points ------------------------------------------------------------------------


def _points(match: Match, tokens: Sequence[Token], words: Words, cues: Cues, own: frozenset[int]) -> int:
    """How certain it is that this happens now; 0 where it is denied or over."""
    finding = words.findings[match.name]
    if finding.alone:
        return finding.weight
    if _denied(match, tokens, words) or _over(match, tokens, words, own):
        return 0
    sentence, clause = _around(match, tokens, (END,)), _around(match, tokens, (END, COMMA))
    first, last = match.at[0], match.at[-1]

    def cue(name: str, where: Callable[[Match], bool]) -> bool:
        return any(where(one) for one in cues.get(name, ()) if not set(one.at) <= set(match.at))

    def anywhere(one: Match) -> bool:
        return True

    def in_sentence(one: Match) -> bool:
        return one.at[0] in sentence

    def in_clause(one: Match) -> bool:
        return one.at[0] in clause

    def before(one: Match) -> bool:
        return one.at[0] in sentence and one.at[0] <= first

    def just_before(one: Match) -> bool:
        return one.at[0] in clause and one.at[0] <= first

    def near(one: Match) -> bool:
        return min(abs(at - end) for at in one.at for end in (first, last)) <= NEAR and one.at[0] in sentence

    helped, now, since = cue("help", anywhere), cue("now", in_sentence), cue("long", in_sentence)
    unreal = {
        "if": cue("if", before),
        "fear": cue("fear", just_before),
        "ask": cue("ask", in_sentence),
        "lesson": cue("lesson", in_sentence),
        "media": cue("media", in_sentence),
        "past": cue("past", in_clause),
    }
    if finding.heart:
        unreal["if"] = unreal["fear"] = False
    strong, mine = cue("strong", near), cue("mine", in_sentence)
    points = finding.weight + strong + (mine if finding.weight >= 2 else mine - 1)
    if not any(unreal.values()):
        certain = helped or now or since or strong
        asked = not finding.heart and (cue("soft", in_sentence) or _asked(sentence, tokens))
        points += helped + now + since
        points -= 0 if helped or not asked else 1 if certain or cue("own", in_sentence) else 3
        points -= 2 * (cue("little", near) and finding.weight < 4) + (cue("lately", in_clause) and not since)
        points -= 3 * (cue("other", just_before) and not (finding.heart or helped or now or since))
        points -= 2 * (cue("calm", in_sentence) and not (finding.heart or helped or since or now))
        return points - 2 * (cue("fine", in_sentence) and not helped)
    if sum(unreal.values()) == 1 and cue("now", in_clause) and (helped or since):
        return points - 2
    return points - 5


def _denied(match: Match, tokens: Sequence[Token], words: Words) -> bool:
    """Whether a negation reaches the match from before it, or closes it: "tidak ada yang kejang", "kejang sudah tidak"."""
    if any(_reached(at, match.at, tokens, words) for at in match.at):
        return True
    following = [token.means for token in tokens[match.at[-1] + 1 : match.at[-1] + 5]]
    while following and following[0] & {"sudah", "sekarang", "ji", "memang", "juga", "saya", "itu", "bu"}:
        following.pop(0)
    if len(following) >= 1 and following[0] & words.negations and not following[0] & {"belum"}:
        rest, then = (*following[1:], _END, _END)[:2]
        if "ada" in rest:
            return bool(then & (words.closing | {END, COMMA}))
        return bool(rest & (words.closing | {END, COMMA}))
    return False


def _reached(place: int, own: Sequence[int], tokens: Sequence[Token], words: Words) -> bool:
    """Whether a negation that is no part of the match stands before this word, with only light words between."""
    crossed = False
    for at in range(place - 1, -1, -1):
        means = tokens[at].means
        if at in own and means & words.negations:
            return False
        if means & words.negations:
            whole = bool(means & words.denials or "ada" in tokens[at + 1].means)
            return whole or not crossed
        if COMMA in means:
            crossed = True
        elif not means & words.through:
            return False
    return False


def _over(match: Match, tokens: Sequence[Token], words: Words, own: frozenset[int]) -> bool:
    """Whether it is said to be over: "sudah sembuh", "panasnya sudah turun"."""
    for at, token in enumerate(tokens):
        if at in own or at in match.at:
            continue
        ahead = match.at[0] - at
        if "sembuh" in token.means and not _doubted(at, tokens, words):
            if at > match.at[-1] and not _renewed(at, match, tokens):
                return True
            if (
                0 < ahead <= 2
                and _already(at, tokens)
                and not any(t.means & words.turns for t in tokens[at : match.at[0]])
            ):
                return True
        if "turun" in token.means and not _doubted(at, tokens, words) and _already(at, tokens):
            if any(0 < place - at <= 2 or 0 < at - place <= NEAR for place in match.at):
                return True
    return False


def _renewed(at: int, match: Match, tokens: Sequence[Token]) -> bool:
    """Whether the word of health belongs to something else, far away in another sentence that turns back."""
    between = tokens[match.at[-1] + 1 : at]
    return any("padahal" in token.means or "sebelum" in token.means or "biar" in token.means for token in between)


def _doubted(at: int, tokens: Sequence[Token], words: Words) -> bool:
    """Whether health or an end is only wished for or denied: "belum turun", "semoga sembuh"."""
    return any(token.means & (words.negations | words.wishes) for token in tokens[max(0, at - 3) : at])


def _already(at: int, tokens: Sequence[Token]) -> bool:
    return any(
        token.means & {"sudah", "mulai", "alhamdulilah", "sekarang", "sembuh", "cepat"}
        for token in tokens[max(0, at - 3) : at]
    )


def _around(match: Match, tokens: Sequence[Token], ends: tuple[str, ...]) -> range:
    """The positions of the sentence or clause around a match."""
    start, stop = match.at[0], match.at[-1] + 1
    while start > 0 and not tokens[start - 1].means.intersection(ends):
        start -= 1
    while stop < len(tokens) and not tokens[stop].means.intersection(ends):
        stop += 1
    return range(start, stop)


# --- patterns ----------------------------------------------------------------------


def _matches(
    tokens: Sequence[Token], words: Words, index: Mapping[str, Sequence[tuple[str, Pattern]]]
) -> Iterator[Match]:
    """Every place at which a pattern stands."""
    for at, token in enumerate(tokens):
        tried: set[str] = set()
        for meaning in token.means:
            for name, pattern in index.get(meaning, ()):
                if len(pattern.slots) == 1:
                    yield Match(name, (at,))
                elif pattern.written not in tried:
                    tried.add(pattern.written)
                    place = (
                        _ordered(tokens, at, pattern, words.stops)
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


def _ordinary_saying(match: Match, idioms: Sequence[frozenset[int]]) -> bool:
    """Whether it shares a word with an ordinary saying and is not more than it."""
    at = set(match.at)
    return any(at & idiom and not idiom < at for idiom in idioms)


# --- whom it concerns ----------------------------------------------------------------

_SUBJECTS = {
    "newborn": frozenset({"baru_lahir", "tali_pusat"}),
    "pregnant": frozenset({"hamil", "janin", "bumil", "ketuban", "kandungan"}),
    "afterbirth": frozenset({"melahirkan", "nifas", "ari_ari", "jahitan", "keguguran"}),
    "child": frozenset({"anak"}),
}


def _group(signs: Mapping[str, str], tokens: Sequence[Token], at: Sequence[int]) -> str:
    """The group among those the finding may concern that the message speaks of, the nearest first."""
    if len(signs) == 1:
        return next(iter(signs))
    nearest: dict[str, int] = {}
    for place, token in enumerate(tokens):
        away = min(abs(place - here) for here in at)
        for group, named in _SUBJECTS.items():
            if token.means & named:
                nearest[group] = min(nearest.get(group, away), away)
        if "bayi" in token.means:
            group = "newborn" if _days_old(tokens, place) else "child"
            nearest[group] = min(nearest.get(group, away), away)
    spoken = [group for group in sorted(nearest, key=lambda group: nearest[group]) if group in signs]
    if spoken:
        return spoken[0]
    if "istri" in {meaning for token in tokens for meaning in token.means} and "pregnant" in signs:
        return "pregnant"
    return next(iter(signs))


def _days_old(tokens: Sequence[Token], at: int) -> bool:
    """Whether an age in days or weeks stands near the word bayi."""
    near = tokens[max(0, at - 5) : at + 6]
    return any("#" in one.means and two.means & {"hari", "minggu"} for one, two in zip(near, near[1:], strict=False))
