"""The words by which danger is heard: ``danger_words.toml`` and ``danger_leanings.csv``, read and checked.

``content.hearing`` uses them. The first file itself says what its tables mean, ``content.leaning`` what the second is.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from content import places

FILE = Path(__file__).parent / "danger_words.toml"
LEANINGS = Path(__file__).parent / "danger_leanings.csv"
GROUPS = ("child", "newborn", "pregnant", "afterbirth", "selfharm", "violence", "accident")
CUES = (
    "help", "now", "strong", "long", "mine", "own",
    "if", "ask", "soft", "fear", "lesson", "media", "past", "lately", "other", "little", "fine", "calm",
    "topic", "laugh", "well",
)  # fmt: skip
REACH = (
    "when", "that", "ago", "not", "stops", "through", "denials", "closing", "wishes", "turns", "help",
    "done", "helpers", "first", "labels", "like", "counted", "weighed",
)  # fmt: skip
GROUPS_USED = ("somebody", "family", "body", "numbers")
WEIGHTS = (1, 2, 3, 4)
CLASSES = ("#", "<tinggi>", "<hangat>", "<dingin>", "<napas>", "<tensi>", "<tekanan>")
"""Numbers: any; a fever from 38.5; from 37.6; a cold body; breaths a minute; a blood pressure."""
FAMILIAR = 3
"""Cries of the corpus that hold a word, before it is no stranger in a cry."""
SHORTEST_SLIP = 5
"""Letters a word needs before one wrong letter in it is forgiven."""


class DangerWordsError(Exception):
    """The file cannot be used; the text has one line for each mistake."""


class Pattern(NamedTuple):
    """Words to be found: each slot is met by any word of its set; ``ordered`` says whether their order counts.

    ``saying``: it is an idiom, which ends at a comma.
    """

    slots: tuple[frozenset[str], ...]
    ordered: bool
    written: str
    saying: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is seen: how grave it is (``WEIGHTS``), and the sign it is for each group it may concern.

    ``alone``: it counts only where the message says nothing else. ``things``: the same words are used of things,
    animals and in jest, so they wake only where the message speaks of a person.
    """

    id: str
    weight: int
    signs: Mapping[str, str]
    alone: bool
    things: bool

    @property
    def heart(self) -> bool:
        """Whether it is about self-harm or violence, which are told with "kalau" and "takut" as well."""
        return bool(self.signs) and set(self.signs) <= {"selfharm", "violence"}

    @property
    def despair(self) -> bool:
        """Whether it is about self-harm, of which the writer asks too ("bagaimana caranya mati")."""
        return set(self.signs) == {"selfharm"}


@dataclass(frozen=True, eq=False)
class Words:
    """The file, ready to be searched.

    ``forms`` maps every known spelling to the words it stands for; ``compounds`` has spellings of several words, by
    their first. ``slips`` and ``skeletons`` lead from a word with a letter left out, or without vowels, to the words it
    may be. The three indexes hold patterns by each word their first slot may be; ``reach`` has the words of [reach],
    ``leanings`` the points of ``content.leaning``, ``familiar`` the words that at least ``FAMILIAR`` cries hold.
    """

    forms: Mapping[str, frozenset[str]]
    compounds: Mapping[str, tuple[tuple[str, ...], ...]]
    ordinary: frozenset[str]
    several: Mapping[str, tuple[str, ...]]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    slips: Mapping[str, frozenset[str]]
    skeletons: Mapping[str, frozenset[str]]
    findings: Mapping[str, Finding]
    finding_index: Mapping[str, tuple[tuple[str, Pattern], ...]]
    cue_index: Mapping[str, tuple[tuple[str, Pattern], ...]]
    idiom_index: Mapping[str, tuple[tuple[str, Pattern], ...]]
    somebody: frozenset[str]
    family: frozenset[str]
    body: frozenset[str]
    numbers: frozenset[str]
    reach: Mapping[str, frozenset[str]]
    leanings: Mapping[str, int]
    familiar: frozenset[str]


@cache
def shipped() -> Words:
    """The words of the shipped file."""
    return load()


def load(file: Path = FILE) -> Words:
    """Read and check the file. Raises DangerWordsError with one line for every mistake."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as problem:
        raise DangerWordsError(f"{file.name}: {places.of_toml(problem)}") from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise DangerWordsError(f"{file.name}: berkas ini tidak bisa dibuka sebagai teks UTF-8") from problem
    if wrong := list(_mistakes(raw)):
        raise DangerWordsError("\n".join(f"{file.name}: {line}" for line in wrong))
    groups = {name: frozenset(map(plain, words)) for name, words in raw["groups"].items()}
    findings: dict[str, Finding] = {}
    found: list[tuple[str, Pattern]] = []
    for one in raw["finding"]:
        kind = one.get("alone", False), one.get("things", False)
        findings[one["id"]] = Finding(one["id"], one["weight"], one.get("signs", {}), *kind)
        found += [(one["id"], pattern(phrase, groups)) for phrase in one["phrases"]]
    cues = [(name, pattern(phrase, groups)) for name in CUES for phrase in raw["cues"][name]]
    things = [("thing", pattern(phrase, groups, saying=True)) for phrase in raw["idioms"]["of_things"]]
    idioms = [("idiom", pattern(phrase, groups, saying=True)) for phrase in raw["idioms"]["phrases"]]
    forms, compounds = _forms(raw, [one for _, one in (*found, *cues, *idioms, *things)])
    reach = {name: frozenset(map(plain, raw["reach"][name])) for name in REACH}
    targets = {plain(word) for word in raw["spelling"]} | {
        word for _, one in found for slot in one.slots for word in slot
    }
    long = sorted(word for word in targets if len(word) >= SHORTEST_SLIP and word.isalpha())
    leanings, familiar = load_leanings()
    return Words(
        forms=forms,
        compounds=compounds,
        ordinary=frozenset(map(plain, raw["ordinary"].split())),
        several={plain(word): tuple(map(plain, meant.split())) for word, meant in raw["several"].items()},
        beginnings=tuple(sorted(raw["beginnings"], key=len, reverse=True)),
        endings=tuple(sorted(raw["endings"], key=len, reverse=True)),
        slips=_index((key, form) for form in long for key in (form, *without_one(form))),
        skeletons=_index((skeleton(form), form) for form in long),
        findings=findings,
        finding_index=_by_first(found),
        cue_index=_by_first(cues),
        idiom_index=_by_first([*idioms, *things]),
        somebody=groups["somebody"],
        family=groups["family"],
        body=groups["body"],
        numbers=groups["numbers"],
        reach=reach,
        leanings=leanings,
        familiar=familiar,
    )


def load_leanings(file: Path = LEANINGS) -> tuple[dict[str, int], frozenset[str]]:
    """The points by what is said, and the words that cries hold: the third column says how many.

    Raises DangerWordsError with one line for every mistake.
    """
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))[1:]
    except OSError as problem:
        raise DangerWordsError(f"{file.name}: {problem}") from problem
    wrong = [
        f"{file.name}:{number}: a row is a whole number, what is said, and how many cries hold it or nothing"
        for number, row in enumerate(rows, 2)
        if len(row) != 3 or not re.fullmatch(r"-?\d+", row[0]) or not row[1] or not re.fullmatch(r"\d*", row[2])
    ]
    if wrong:
        raise DangerWordsError("\n".join(wrong))
    points = {said: int(points) for points, said, _ in rows}
    return points, frozenset(said for _, said, cries in rows if cries and int(cries) >= FAMILIAR)


def problems(words: Words, signs: Collection[str]) -> list[str]:
    """What a person should mend, in Indonesian: signs the table does not have, groups without words.

    ``signs`` are the ids of the table of danger signs.
    """
    found = [
        f"{finding.id}: tanda {sign!r} tidak ada dalam tabel tanda bahaya"
        for finding in words.findings.values()
        for sign in finding.signs.values()
        if sign not in signs
    ]
    told = {group for finding in words.findings.values() for group in finding.signs}
    return found + [f"kelompok {group!r} belum punya kata" for group in GROUPS if group not in told]


def pattern(written: str, groups: Mapping[str, frozenset[str]], *, saying: bool = False) -> Pattern:
    """Read one phrase as the file writes it: words, "a|b", "@group", "a & b"."""
    ordered = "&" not in written
    slots: list[frozenset[str]] = []
    for slot in written.replace("&", " ").split():
        words: set[str] = set()
        for word in slot.split("|"):
            if word.startswith("@"):
                words |= groups[word[1:]]
            else:
                words.add(word if word in CLASSES else plain(word))
        slots.append(frozenset(words))
    return Pattern(tuple(slots), ordered, written, saying)


def plain(word: str) -> str:
    """The word with no letter twice in a row and no hyphen, as both the file and a message are compared."""
    return re.sub(r"(.)\1+", r"\1", word.casefold().replace("-", ""))


def without_one(word: str) -> Iterator[str]:
    """The word with each of its letters left out in turn."""
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def skeleton(word: str) -> str:
    """Its consonants; a first vowel stays."""
    return word[:1] + re.sub(r"[aeiou_]", "", word[1:])


def _mistakes(raw: Mapping[str, Any]) -> Iterator[str]:
    expected = {
        "beginnings",
        "endings",
        "several",
        "ordinary",
        "spelling",
        "groups",
        "cues",
        "reach",
        "idioms",
        "finding",
    }
    yield from (f"[{name}] belum ada" for name in sorted(expected - set(raw)))
    yield from (f"[{name}] tidak dikenal" for name in sorted(set(raw) - expected))
    if expected - set(raw):
        return
    yield from (f"[cues] {name} belum ada" for name in CUES if not raw["cues"].get(name))
    yield from (f"[cues] {name} tidak dikenal" for name in raw["cues"] if name not in CUES)
    yield from (f"[reach] {name} belum ada" for name in REACH if not raw["reach"].get(name))
    groups = raw["groups"]
    yield from (f"[groups] {name} belum ada" for name in GROUPS_USED if not groups.get(name))
    seen: set[str] = set()
    for one in cast("list[dict[str, Any]]", raw["finding"]):
        id = one.get("id", "?")
        if id in seen:
            yield f"finding {id}: tertulis dua kali"
        seen.add(id)
        if one.get("weight") not in WEIGHTS:
            yield f"finding {id}: weight diisi salah satu dari {WEIGHTS}"
        if not set(one.get("signs", ())) <= set(GROUPS) or bool(one.get("signs")) == one.get("alone", False):
            yield f"finding {id}: isi signs dengan {', '.join(GROUPS)}, atau alone = true"
        if not one.get("phrases"):
            yield f"finding {id}: phrases belum diisi"
    phrases = [
        *(phrase for one in raw["finding"] for phrase in one.get("phrases", ())),
        *(phrase for list_ in raw["cues"].values() for phrase in list_),
        *(phrase for list_ in raw["idioms"].values() for phrase in list_),
    ]
    for phrase in phrases:
        named = re.findall(r"@(\w+)", phrase)
        yield from (f"{phrase!r}: kelompok {name} tidak ada" for name in named if name not in groups)
        yield from (f"{phrase!r}: {word} tidak dikenal" for word in re.findall(r"<\w+>", phrase) if word not in CLASSES)


def _forms(
    raw: Mapping[str, Any], patterns: Iterable[Pattern]
) -> tuple[dict[str, frozenset[str]], dict[str, tuple[tuple[str, ...], ...]]]:
    """Every spelling with the words it stands for, itself among them; and the spellings of several words."""
    forms: dict[str, set[str]] = {}
    for word, spellings in raw["spelling"].items():
        for spelling in (word, *spellings):
            forms.setdefault(plain(spelling), {plain(spelling)}).add(plain(word))
    for one in patterns:
        for slot in one.slots:
            for word in slot:
                if word not in CLASSES:
                    forms.setdefault(word, {word})
    for name in REACH:
        for word in raw["reach"][name]:
            forms.setdefault(plain(word), {plain(word)})
    compounds: dict[str, list[tuple[str, ...]]] = {}
    for form in forms:
        if "_" in form:
            parts = tuple(form.split("_"))
            compounds.setdefault(parts[0], []).append(parts)
    longest_first = {first: tuple(sorted(all_, key=len, reverse=True)) for first, all_ in compounds.items()}
    return {form: frozenset(words) for form, words in forms.items()}, longest_first


def _by_first(patterns: Iterable[tuple[str, Pattern]]) -> dict[str, tuple[tuple[str, Pattern], ...]]:
    index: dict[str, list[tuple[str, Pattern]]] = {}
    for name, one in patterns:
        for word in one.slots[0]:
            index.setdefault(word, []).append((name, one))
    return {word: tuple(all_) for word, all_ in index.items()}


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    index: dict[str, set[str]] = {}
    for key, form in pairs:
        index.setdefault(key, set()).add(form)
    return {key: frozenset(forms) for key, forms in index.items()}
