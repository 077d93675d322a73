"""Whether a message denies a sign or says that it is over."""

from __future__ import annotations

from collections.abc import Sequence

from content.danger import Words
from content.matching import Match
from content.reading import COMMA, END, Token

REST = 6  # words after "sudah sembuh" that still tell of what is over
NEAR = 5  # words from a sign within which "sudah turun" speaks of it
EBBING = frozenset({"demam", "diare", "bengkak", "muntah"})
"""What is over where "turun" or "berhenti" follows it directly."""
_END = frozenset({END})
_ENDS = frozenset({"sembuh", "turun"})


def denied(match: Match, tokens: Sequence[Token], words: Words, found: frozenset[int]) -> bool:
    """Whether a negation reaches the match or closes it: "tidak ada yang kejang", "kejang sudah tidak".

    ``found`` is where signs stand: "bukan" and "tidak ada" reach over one to the next ("bukan bintik DBD").
    """
    if any(_reached(at, match.at, tokens, words, found) for at in match.at):
        return True
    following = [token.means for token in tokens[match.at[-1] + 1 : match.at[-1] + 5]]
    while following and following[0] & {"sudah", "sekarang", "ji", "memang", "juga", "saya", "itu", "bu"}:
        following.pop(0)
    if len(following) >= 1 and following[0] & words.reach["not"] and not following[0] & {"belum"}:
        rest, then = (*following[1:], _END, _END)[:2]
        if "ada" in rest:
            return bool(then & (words.reach["closing"] | {END, COMMA}))
        return bool(rest & (words.reach["closing"] | {END, COMMA}))
    return False


def _reached(place: int, own: Sequence[int], tokens: Sequence[Token], words: Words, found: frozenset[int]) -> bool:
    """Whether a negation that is no part of the match stands before this word, with only light words between."""
    crossed = passed = False
    for at in range(place - 1, -1, -1):
        means = tokens[at].means
        if at in own and means & words.reach["not"]:
            return False
        if means & words.reach["not"]:
            if at in found and at != place - 1:
                return False  # it is part of another sign: "tidak menangis, badannya biru"
            whole = bool(means & words.reach["denials"] or "ada" in tokens[at + 1].means)
            if passed and not (whole or "bukan" in means):
                return False  # it denies the nearer sign: "belum mulas, hamil 9 bulan"
            return whole or not crossed
        if COMMA in means:
            crossed = True
        elif at not in own and not means & words.reach["through"]:
            if at not in found and not _is_named_with(at, tokens):
                return False
            passed = True
    return False


def _is_named_with(at: int, tokens: Sequence[Token]) -> bool:
    """Whether "bukan" stands right before this word, which is part of the next one's name: "bukan bintik DBD"."""
    return at > 0 and "bukan" in tokens[at - 1].means and not tokens[at].means & {"cuma", "hanya", "main", "lagi"}


def over(match: Match, tokens: Sequence[Token], words: Words, own: frozenset[int], *, heart: bool = False) -> bool:
    """Whether it is said to be over: "sudah sembuh", "panasnya sudah turun".

    ``heart``: despair and violence are not over because something is done or better ("lebih baik mati", "selesai").
    """
    for at, token in enumerate(tokens):
        if at in own or at in match.at or not token.means & _ENDS or _doubted(at, tokens, words):
            continue
        if heart and token.means & words.reach["done"]:
            continue
        already, ahead = _already(at, tokens), match.at[0] - at
        if "sembuh" in token.means:
            if at > match.at[-1] and not _renewed(at, match, tokens):
                return True
            turned = any(between.means & words.reach["turns"] for between in tokens[at : match.at[0]])
            if 0 < ahead <= REST and already and not turned and END not in _between(at, match, tokens):
                return True
        elif _ebbs(at, match, tokens) or (
            already and any(0 < place - at <= 2 or 0 < at - place <= NEAR for place in match.at)
        ):
            return True
    return False


def _ebbs(at: int, match: Match, tokens: Sequence[Token]) -> bool:
    """Whether "turun" stands directly behind a sign that passes, and nothing says that it comes up again."""
    if at - 1 not in match.at or not tokens[at - 1].means & EBBING:
        return False
    return not any(token.means & {"naik", "tidak", "lagi", "kalau"} for token in tokens[max(0, at - 3) : at + 3])


def _between(at: int, match: Match, tokens: Sequence[Token]) -> frozenset[str]:
    """What stands between a word of health and a match behind it."""
    return frozenset[str]().union(*(token.means for token in tokens[at : match.at[0]]))


def _renewed(at: int, match: Match, tokens: Sequence[Token]) -> bool:
    """Whether the word of health belongs to something else, far away in another sentence that turns back."""
    between = tokens[match.at[-1] + 1 : at]
    return any("padahal" in token.means or "sebelum" in token.means or "biar" in token.means for token in between)


def _doubted(at: int, tokens: Sequence[Token], words: Words) -> bool:
    """Whether health or an end is only wished for or denied, or said of a helper: "belum turun", "semoga sembuh"."""
    before = tokens[max(0, at - 3) : at]
    if before and "lebih" in before[-1].means:
        return True
    if "sudah_pulang" in tokens[at].means and any(token.means & words.reach["helpers"] for token in before):
        return True
    return any(token.means & (words.reach["not"] | words.reach["wishes"]) for token in before)


def _already(at: int, tokens: Sequence[Token]) -> bool:
    return any(
        token.means & {"sudah", "mulai", "alhamdulilah", "sekarang", "sembuh", "cepat"}
        for token in tokens[max(0, at - 3) : at]
    )
