"""Hear danger in a message: which signs, how surely, and by which words.

Pure and deterministic: the same words always give the same answer, and the answer says what it rests on. A message is
read word by word (``content.reading``); a pattern of ``danger_words.toml`` found in it is a match with the weight of
its finding. What stands around it raises or lowers that: help asked for, since when, how strongly, about whom; or a
negation, the past, a cure, a condition, a question out of interest. ``HEARD`` points are answered with advice and a
question, ``WOKEN`` points wake people at once.

Then the whole wording is weighed (``content.leaning``), and its points are added to those of the patterns. People are
woken only from ``SURE`` on, so that a new joke in words of danger is asked about, and below ``SILENT`` nothing is said.
Wording never wakes by itself: where it is that of a cry (``LIKE_A_CRY``) and no pattern is found, it is asked about, so
that a sign in words nobody has thought of is heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from content.danger import Finding, Words
from content.denial import denied, over
from content.leaning import leaning, most_telling
from content.matching import Match, around, find, in_saying
from content.reading import COMMA, END, Token, read

HEARD, WOKEN = 2, 3
SILENT = 0  # points of both readings together below which nothing is heard
SURE = 4  # points of both readings together from which people are woken
LIKE_A_CRY = 4  # points of content.leaning from which a message is heard in which no pattern is
DOUBTED = 5  # the same where a pattern is found that is denied, over, a saying or not meant
SHORT, PER_POINT = 10, 3  # below ten words there is less room to sound like a cry: a point for every three
QUOTED = 5  # words that are quoted of a message that is only worded like a cry
PRIVATE = frozenset({"selfharm", "violence"})
NEAR = 3  # words within which "sekali" or "sedikit" belong to a sign
BRIEF = 3  # words of an answer, which needs to name nobody
BEHIND = 5  # words behind a sign within which "dulu" speaks of it
LONGEST = 400  # words of a message that are looked at
SUBJECT = {1: (-1, 1), 2: (0, 0), 3: (0, 1), 4: (0, 1)}  # by weight: nobody is named, somebody is
DISTANT = ("topic", "laugh")  # a saying hides these not: they tell what the message is about
RAISING = ("help", "now", "long")
AGES = frozenset({"hari", "minggu", "bulan", "tahun"})
CALLS = frozenset({"tolong", "bantu", "darurat", "cepat", "sekarang"})  # two of them together wake


class Level(StrEnum):
    HEARD = "heard"
    WOKEN = "woken"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: whom it concerns, the sign of the table it is, its points, and the words it was found by.

    ``group`` is one of ``content.danger.GROUPS``, guessed from the message; who knows the family knows better, and
    finds the sign of another group in ``Words.findings``. Both are "" for a bare call for help, and ``finding`` too
    where a message is only worded like a cry.
    """

    finding: str
    group: str
    sign: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, the most certain first. ``cues`` are the words that made it more certain.

    ``asks_only``: nobody knows yet what is wrong: nothing but a call for help was said, or it is only worded like one.
    """

    level: Level
    found: tuple[Found, ...]
    cues: tuple[str, ...]
    asks_only: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.group for one in self.found if one.group))

    @property
    def signs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.sign for one in self.found if one.sign))

    @property
    def words(self) -> tuple[str, ...]:
        """The words an alert quotes."""
        return tuple(dict.fromkeys(word for one in self.found for word in one.words))


Cues = Mapping[str, Sequence[Match]]


def hear(text: str, words: Words) -> Heard | None:
    """What danger the text speaks of, or None."""
    tokens = read(text, words)[:LONGEST]
    heard = _found(tokens, words)
    if len(tokens) <= BRIEF or (heard and heard.asks_only):
        return heard
    leans = leaning(tokens, words)
    if heard:
        return _weighed(heard, leans + max(0, SHORT - len(tokens)) // PER_POINT, words)
    if leans < LIKE_A_CRY or (leans < DOUBTED and any(find(tokens, words, words.finding_index))):
        return None
    unclear = Found("", "", "", HEARD, most_telling(tokens, words, QUOTED))
    return Heard(Level.HEARD, (unclear,), (), asks_only=True)


def _weighed(heard: Heard, leans: int, words: Words) -> Heard | None:
    """What is heard once the points of the wording are added: the same, less surely, or nothing.

    The wording never silences self-harm or violence, nor what is grave and said to happen now or with a call for help.
    """
    total = _total(heard.found) + leans
    grave = bool(heard.cues) and any(words.findings[one.finding].weight == 4 for one in heard.found)
    if total < SILENT and not grave and PRIVATE.isdisjoint(heard.groups):
        return None
    return heard if heard.level is Level.HEARD or total >= SURE else replace(heard, level=Level.HEARD)


def _found(tokens: Sequence[Token], words: Words) -> Heard | None:
    """What is heard by the patterns alone."""
    everything = list(dict.fromkeys(find(tokens, words, words.finding_index)))
    if not everything:
        return None
    sayings = _sayings(tokens, words)
    seen = [one for one in everything if not in_saying(one, sayings)]
    own = frozenset(at for one in seen if not words.findings[one.name].alone for at in one.at)
    cues: dict[str, list[Match]] = {}
    for cue in find(tokens, words, words.cue_index):
        if (cue.name in DISTANT or not in_saying(cue, sayings)) and not _void(cue, tokens, words):
            cues.setdefault(cue.name, []).append(cue)
    best: dict[str, Found] = {}
    for one in seen:
        points = _points(one, tokens, words, cues, own)
        if points > (best[one.name].points if one.name in best else 0):
            signs = words.findings[one.name].signs
            group = _group(signs, tokens, one.at) if signs else ""
            spoken = tuple(tokens[at].spoken for at in one.at)
            best[one.name] = Found(one.name, group, signs.get(group, ""), points, spoken)
    return _judged(sorted(best.values(), key=lambda one: -one.points), words, tokens, cues)


def _sayings(tokens: Sequence[Token], words: Words) -> list[frozenset[int]]:
    """Where ordinary sayings stand; those of things ("panas sekali hari ini") only where nobody is named."""
    return [
        frozenset(one.at)
        for one in find(tokens, words, words.idiom_index)
        if one.name != "thing" or not any(tokens[at].means & words.somebody for at in around(one, tokens, (END,)))
    ]


def _judged(found: Sequence[Found], words: Words, tokens: Sequence[Token], cues: Cues) -> Heard | None:
    """The most certain finding decides; another by other words raises it by one. A bare call for help is heard."""
    raised = tuple(dict.fromkeys(tokens[at].spoken for name in RAISING for cue in cues.get(name, ()) for at in cue.at))
    real = tuple(one for one in found if not words.findings[one.finding].alone)
    if real:
        total = _total(real)
        if total >= HEARD:
            grave = [one for one in real if one.points >= WOKEN]
            only_things = bool(grave) and all(words.findings[one.finding].things for one in grave)
            sure = total >= WOKEN and (not only_things or _is_of_somebody(real, tokens, words, cues))
            return Heard(Level.WOKEN if sure else Level.HEARD, real, raised)
    calls = tuple(one for one in found if words.findings[one.finding].alone)
    if calls and _says_no_more(tokens, words):
        spoken = {meaning for token in tokens for meaning in token.means}
        sure = len(spoken & CALLS) > 1 or bool(spoken & {"anak", "bayi", "istri"})
        return Heard(Level.WOKEN if sure else Level.HEARD, calls, raised, asks_only=True)
    return None


def _total(found: Sequence[Found]) -> int:
    """The points of the most certain, and one more where another was found by other words."""
    return found[0].points + any(not set(one.words) & set(found[0].words) for one in found[1:])


def _is_of_somebody(found: Sequence[Found], tokens: Sequence[Token], words: Words, cues: Cues) -> bool:
    """Whether a message speaks of a person: it names one, a body, an age or a number of weeks.

    Also where it is brief, calls for help, says since when, or has two signs. "Tumbang pohon depan kantor" and "gendang
    dipukul sampai subuh" have nothing of it.
    """
    if len(tokens) <= BRIEF or cues.get("help") or cues.get("long") or cues.get("mine"):
        return True
    if any(not set(one.words) & set(found[0].words) for one in found[1:]):
        return True
    if any(token.means & (words.somebody | words.body) for token in tokens):
        return True
    return any("#" in one.means and two.means & AGES for one, two in pairwise(tokens))


def _asked(sentence: range, tokens: Sequence[Token]) -> bool:
    """Whether the sentence ends with a question mark."""
    return sentence.stop < len(tokens) and "?" in tokens[sentence.stop].spoken


def _void(cue: Match, tokens: Sequence[Token], words: Words) -> bool:
    """Whether a cue does not mean here what it mostly means: "kalau malam sesak", "tidak tahu berapa kali"."""

    def near(count: int) -> frozenset[str]:
        """What the words before the cue mean."""
        return frozenset[str]().union(*(token.means for token in tokens[max(0, first - count) : first]))

    first, last = cue.at[0], cue.at[-1]
    after = tokens[last + 1].means if last + 1 < len(tokens) else frozenset[str]()
    match cue.name:
        case "if":  # it names a time ("kalau malam"), or what is told ("mau kabari kalau")
            return bool(after & words.reach["when"] or near(1) & words.reach["that"])
        case "ask":  # "tiap berapa menit"
            return "kapan" in tokens[first].means and bool(near(2) & words.reach["counted"])
        case "well":  # "tidak kuat menyusu", "padahal tadi masih aktif"
            inside = frozenset[str]().union(*(token.means for token in tokens[first : last + 1]))
            return bool((near(2) | inside) & words.reach["not"] or near(3) & {"padahal", "tadi", "biasanya", "kemarin"})
        case "past":
            return _no_past(cue, tokens, words, near)
        case _:
            return False


def _no_past(cue: Match, tokens: Sequence[Token], words: Words, near: Callable[[int], frozenset[str]]) -> bool:
    """Whether a cue of the past is none.

    "belum pernah", "tadi sempat"; "dikasih obat dulu" says what comes first; in "umur satu tahun baru 3 hari" year and
    number do not belong together; "melahirkan minggu lalu" tells how long ago the birth was.
    """
    first, last = cue.at[0], cue.at[-1]
    after = tokens[last + 1].means if last + 1 < len(tokens) else frozenset[str]()
    if "tahun" in tokens[first].means and last > first + 1:
        return True
    if "pernah" in tokens[first].means and near(1) & words.reach["not"]:
        return True
    if tokens[last].spoken in ("dulu", "dlu", "dl") and near(3) & words.reach["first"]:
        return True
    dated = any(meaning.endswith(("ingu_lalu", "bulan_lalu")) for at in cue.at for meaning in tokens[at].means)
    return "tadi" in near(1) | after or (dated and bool(near(2) & words.reach["ago"]))


def _says_no_more(tokens: Sequence[Token], words: Words) -> bool:
    """Whether a message has no word but a call for help, who is called and who needs it."""
    return all(token.means & words.reach["help"] or token.means & {COMMA, END} for token in tokens)


# --- points ------------------------------------------------------------------------


def _points(match: Match, tokens: Sequence[Token], words: Words, cues: Cues, own: frozenset[int]) -> int:
    """How certain it is that this happens now; 0 where it is denied or over."""
    finding = words.findings[match.name]
    if finding.alone:
        return finding.weight
    if denied(match, tokens, words, own) or over(match, tokens, words, own, heart=finding.heart):
        return 0
    if _elsewhere(match, finding, tokens, words, cues):
        return 0
    sentence, clause = around(match, tokens, (END,)), around(match, tokens, (END, COMMA))
    first, last = match.at[0], match.at[-1]

    def cue(name: str, where: Callable[[Match], bool]) -> bool:
        return any(where(one) for one in cues.get(name, ()) if not set(one.at) <= set(match.at))

    def anywhere(one: Match) -> bool:
        return True

    def in_sentence(one: Match) -> bool:
        return one.at[0] in sentence

    def in_clause(one: Match) -> bool:
        return one.at[0] in clause

    def unturned(one: Match) -> bool:
        """Near the match, with no "tapi" or "sekarang" between."""
        if one.at[-1] < first:
            between = tokens[one.at[-1] + 1 : first]
            return not any(token.means & words.reach["turns"] for token in between)
        return one.at[0] - last <= BEHIND

    def beside(one: Match) -> bool:
        """In the sentence; what is grave is put in doubt by its own clause alone."""
        return one.at[0] in (clause if finding.weight == 4 else sentence)

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
        "past": cue("past", lambda one: in_clause(one) and unturned(one)),
    }
    if finding.heart:
        unreal["if"] = unreal["fear"] = False
        if finding.despair and cue("own", in_sentence) and not cue("other", in_sentence):
            unreal["ask"] = False
    strong, mine = cue("strong", near), cue("mine", in_sentence)
    points = finding.weight + strong + SUBJECT[finding.weight][mine]
    surer = mine or helped or now or since or len(tokens) <= BRIEF
    if finding.weight == 3 and not surer and not any(_is_somebody(token, words) for token in tokens):
        points -= 1
    if not any(unreal.values()):
        certain = helped or now or since or strong
        named = finding.heart and any(_is_named(tokens[at], words) for at in sentence)
        asked = not named and (cue("soft", in_sentence) or _asked(sentence, tokens))
        well = cue("well", lambda one: beside(one) and (one.at[0] > last or unturned(one)))
        if well and not (finding.heart or helped):
            return min(finding.weight - 3 + (finding.weight == 4), points)
        points += helped + now + since
        points -= 0 if helped or not asked else 1 if certain or cue("own", in_sentence) else 2 if mine else 3
        points -= 2 * (cue("little", near) and finding.weight < 4 and not finding.heart)
        points -= cue("lately", in_clause) and not since
        points -= 3 * (cue("other", just_before) and not (finding.heart or helped or now or since))
        points -= 2 * (cue("calm", in_sentence) and not (finding.heart or helped or since or now))
        return points - 2 * (cue("fine", in_sentence) and not helped)
    only_one = sum(unreal.values()) == 1
    if only_one and cue("now", in_sentence if unreal["lesson"] else in_clause) and (helped or since):
        return points - 2
    doubtful = only_one and not (unreal["past"] or unreal["lesson"] or unreal["media"]) and now
    apart = not (unreal["if"] or unreal["fear"] or unreal["past"]) and not any(
        cue(name, in_clause) for name in ("ask", "lesson", "media")
    )
    if finding.weight == 4 and (doubtful or apart) and cue("own", in_clause if apart else in_sentence):
        return max(points - 5, HEARD)
    if finding.weight == 4 and only_one and unreal["media"] and cue("laugh", in_sentence) and cue("mine", in_clause):
        return HEARD
    return points - 5


def _elsewhere(match: Match, finding: Finding, tokens: Sequence[Token], words: Words, cues: Cues) -> bool:
    """Whether the message laughs or speaks of sports, politics, machines, and of nobody who is cared for.

    Despair and violence are told with a laugh too: there "saya" is somebody as well. "kayak bayi" names nobody.
    """
    if not (cues.get("topic") or cues.get("laugh")):
        return False
    likened = {at + 1 for at, token in enumerate(tokens) if token.means & words.reach["like"]}
    cared = _is_named if finding.heart else _is_family
    return not any(cared(token, words) for at, token in enumerate(tokens) if at not in likened)


def _is_somebody(token: Token, words: Words) -> bool:
    """Whether a word is a person, a part of the body, or something of somebody's ("napasnya")."""
    return bool(token.means & (words.somebody | words.body)) or token.spoken.endswith(("nya", "ku", "ta"))


def _is_family(token: Token, words: Words) -> bool:
    return bool(token.means & words.family)


def _is_named(token: Token, words: Words) -> bool:
    """Whether a word is the writer, somebody of the family, or something of the writer's ("nyawaku")."""
    return bool(token.means & (words.family | {"saya", "dia"})) or token.spoken.endswith("ku")


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
    return any("#" in one.means and two.means & {"hari", "minggu"} for one, two in pairwise(near))
