"""The lessons of the health office: one Markdown file each, all read and checked when the service starts.

``<stage>/<id>.md`` is the lesson; ``<stage>/<id>.<language>.md`` beside it says the same in another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from content.conditions import CONDITIONS, Subject

FOLDER = Path(__file__).parent / "edukasi"
FAMILY = ("ibu", "ayah", "keluarga")
STAFF = ("asn", "petugas", "koordinator")
AUDIENCES = (*FAMILY, *STAFF)
LINE = 100  # characters of a summary or a notice
LANGUAGE = "id"
LOSS = "kehilangan"  # the anchor of the lessons after a loss
ASKED = "tanya"  # the anchor of the lessons that are never sent unasked
LONGEST_ID = 36  # "lesson:<id>:2:c12345@2026-03-04" must fit the 64 bytes of a button


class Stage(NamedTuple):
    """A folder of lessons: its anchor, first and last day, the values a text may name, and its audiences.

    Most count from a date of the family: wedding, HPL or birth. "kondisional" and "kartu-kondisional" count from the
    day of the trigger, "kartu-asn" from an ASN's first assignment, "setelah-kehilangan" from the day of the loss. Those
    of "ditanya" are counted from nothing: no plan sends them, somebody opens them.
    """

    anchor: str
    first: int
    last: int
    placeholders: frozenset[str]
    readers: tuple[str, ...] = FAMILY


_CHILD = frozenset({"ibu", "nama", "umur"})
_NAMES: Mapping[Subject, frozenset[str]] = {
    "anak": _CHILD,
    "hamil": frozenset({"ibu", "minggu"}),
    "nikah": frozenset({"ibu"}),
    "ibu": frozenset({"ibu", "darurat", "krisis"}),
}
STAGES = {
    "catin": Stage("nikah", -90, 365, frozenset({"ibu"})),
    "hamil": Stage("hpl", -280, 14, frozenset({"ibu", "minggu"})),
    "bayi-0-28-hari": Stage("lahir", 0, 28, _CHILD),
    "bayi-1-6-bulan": Stage("lahir", 29, 182, _CHILD),
    "bayi-6-12-bulan": Stage("lahir", 183, 364, _CHILD),
    "anak-12-24-bulan": Stage("lahir", 365, 731, _CHILD),
    "anak-24-59-bulan": Stage("lahir", 732, 1826, _CHILD),
    "setelah-kehilangan": Stage(LOSS, 0, 42, _NAMES["ibu"]),
    "kondisional": Stage("kejadian", 0, 60, _CHILD | {"minggu"}),
    "ditanya": Stage(ASKED, 0, 0, frozenset({"ibu", "darurat", "kekerasan"})),
    "kartu-asn": Stage("tugas", 0, 400, frozenset({"sapaan"}), ("asn",)),
    "kartu-kondisional": Stage("kejadian", 0, 60, frozenset({"sapaan"}), STAFF),
}


class ContentError(Exception):
    """Content cannot be used; ``problems`` lists every mistake with the name of its file."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Question:
    """The question at the end of a lesson; ``answers`` are two or three buttons.

    ``raises`` names for each answer the condition that it triggers ("" for none): after "no egg yesterday" another
    lesson about eggs is sent.
    """

    text: str
    answers: tuple[str, ...]
    raises: tuple[str, ...] = ()

    def raised_by(self, number: int) -> str:
        """The condition that answer ``number`` (from 1) triggers, or ""."""
        return self.raises[number - 1] if number <= len(self.raises) else ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One message to a family. ``day`` and ``until`` are whole days from the anchor, both included.

    ``plan`` is the row of the education plan it fulfils; ``reviewed_by`` is None until a person of the health
    office has read it. ``condition`` (content.conditions) must hold for it to be sent; ``picture`` names the drawing
    that goes with it. ``signs`` are the danger signs it speaks of (ids of the table of signs, content.urgency).
    ``best_by`` is the day by which it should have come: it goes before what can wait longer, and whoever joins later
    gets it all the same until ``until``.
    """

    id: str
    plan: str
    stage: str
    anchor: str
    day: int
    until: int
    audience: tuple[str, ...]
    must_not_miss: bool
    source: str
    topic: str
    summary: str
    notice: str
    question: Question | None
    reviewed_by: str | None
    reviewed_on: date | None
    body: str
    condition: str = ""
    picture: str = ""
    signs: tuple[str, ...] = ()
    best_by: int | None = None

    @property
    def is_caught_up(self) -> bool:
        """Whether who joins after its day gets it all the same, while it still applies."""
        return self.must_not_miss or self.best_by is not None

    @property
    def for_family(self) -> bool:
        return self.audience[0] in FAMILY

    def render(self, **values: object) -> str:
        """The text for one recipient. Values are inserted as they are, so names must be free of markup.

        Raises ContentError if the text names a value that is not given.
        """
        try:
            return _template(self.body).render(values)
        except TemplateError as problem:
            raise ContentError([f"{self.id}: {problem.message}"]) from problem


@dataclass(frozen=True)
class Library:
    """All lessons, in the order of the calendar; ``overlays`` are translations, by language and lesson id.

    An overlay has the original's calendar, audience and conditions; only its words are its own.
    """

    lessons: tuple[Lesson, ...]
    overlays: Mapping[str, Mapping[str, Lesson]] = field(default_factory=dict[str, Mapping[str, Lesson]])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages people can choose from, Indonesian first."""
        return (LANGUAGE, *sorted(self.overlays))

    def translated(self, language: str, lesson: Lesson) -> Lesson:
        """The lesson in this language, or the original where it has not been written."""
        return self.overlays.get(language, {}).get(lesson.id, lesson)

    @cached_property
    def by_id(self) -> Mapping[str, Lesson]:
        return {lesson.id: lesson for lesson in self.lessons}

    @cached_property
    def _by_anchor(self) -> Mapping[str, tuple[Lesson, ...]]:
        anchors = {stage.anchor for stage in STAGES.values()}
        return {a: tuple(lesson for lesson in self.lessons if lesson.anchor == a) for a in anchors}

    def of_anchor(self, anchor: str) -> tuple[Lesson, ...]:
        """The lessons of an anchor ("nikah", "hpl", "lahir", "kehilangan", "kejadian", "tugas"), earliest day first."""
        return self._by_anchor[anchor]


def load(folder: Path = FOLDER) -> Library:
    """Read every ``<stage>/<id>.md`` below the folder, and its overlays ``<id>.<language>.md``.

    Raises ContentError with all that is wrong in any of them.
    """
    lessons: list[Lesson] = []
    problems: list[str] = []
    files = sorted(folder.glob("*/*.md"))
    for path in files:
        if not _OVERLAY.fullmatch(path.name):
            try:
                lessons.append(_read(path))
            except ContentError as error:
                problems += error.problems
    known = {(lesson.stage, lesson.id): lesson for lesson in lessons}
    overlays: dict[str, dict[str, Lesson]] = {}
    for path in files:
        if match := _OVERLAY.fullmatch(path.name):
            try:
                lesson = _overlay(path, known.get((path.parent.name, match["id"])))
            except ContentError as error:
                problems += error.problems
            else:
                overlays.setdefault(match["language"], {})[lesson.id] = lesson
    seen: dict[str, str] = {}
    for lesson in lessons:
        if other := seen.get(lesson.id):
            problems.append(f"{lesson.stage}/{lesson.id}.md: the id is also that of {other}")
        seen[lesson.id] = f"{lesson.stage}/{lesson.id}.md"
    if problems:
        raise ContentError(problems)
    if not lessons:
        raise ContentError([f"{folder}: there are no lessons here"])
    return Library(tuple(sorted(lessons, key=lambda lesson: (lesson.anchor, lesson.day, lesson.id))), overlays)


# --- one file ---------------------------------------------------------------------

_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)
_OVERLAY = re.compile(r"(?P<id>[^.]+)\.(?P<language>[a-z]{2,3})\.md")


def _read(path: Path) -> Lesson:
    values, problems = _values(path, _KEYS)
    if not problems:
        lesson = Lesson(**values)
        problems = [*_at_odds(lesson, path), *_unusable(lesson)]
        if not problems:
            return lesson
    raise ContentError(f"{_name(path)}: {problem}" for problem in problems)


def _overlay(path: Path, original: Lesson | None) -> Lesson:
    """The original lesson with the words of this file. Its answers keep the original's conditions."""
    if original is None:
        raise ContentError([f"{_name(path)}: there is no lesson of that name beside it"])
    values, problems = _values(path, {key: _KEYS[key] for key in _WORDS})
    asked, told = original.question, cast("Question | None", values.get("question"))
    if len(asked.answers if asked else ()) != len(told.answers if told else ()):
        problems.append("question: it needs as many answers as the original")
    if told and asked:
        values["question"] = replace(told, raises=asked.raises)
    lesson = replace(original, **values)
    if re.search(r"{{\s*umur\b", lesson.body):
        problems.append("{{ umur }} comes in Indonesian: say the age in words")
    if problems := problems or _unusable(lesson):
        raise ContentError(f"{_name(path)}: {problem}" for problem in problems)
    return lesson


def _values(path: Path, keys: Mapping[str, Callable[[Any], Any]]) -> tuple[dict[str, Any], list[str]]:
    """The values of a file by key, with its text as "body"; and its mistakes."""
    parts = _FILE.match(path.read_text(encoding="utf-8"))
    if not parts:
        raise ContentError([f"{_name(path)}: begin with the front matter between two lines of ---"])
    try:
        front = yaml.load(parts["front"], _YAML)  # noqa: S506 - the safe loader, and where it was compiled ten times as fast
    except yaml.YAMLError as error:
        raise ContentError([f"{_name(path)}: the front matter is not YAML: {error}"]) from error
    if not isinstance(front, dict):
        raise ContentError([f"{_name(path)}: the front matter is not a list of 'key: value' lines"])
    given = cast("dict[str, Any]", front)
    problems = [f"{key}: there is no such key" for key in given if key not in keys]
    values: dict[str, Any] = {"body": parts["body"].strip()}
    for key, read in keys.items():
        try:
            values[key] = read(given.get(key))
        except ValueError as error:
            problems.append(f"{key}: {error}")
    return values, problems


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _at_odds(lesson: Lesson, path: Path) -> list[str]:
    """Problems of front matter that contradicts itself or the file's folder or name."""
    stage = STAGES[lesson.stage]
    rules = {
        f"id: the file must be named {lesson.id}.md": path.stem == lesson.id,
        f"stage: the file must lie in {lesson.stage}/": path.parent.name == lesson.stage,
        f"anchor: {lesson.stage} is counted from {stage.anchor}": lesson.anchor == stage.anchor,
        f"day: {lesson.stage} goes from day {stage.first} to {stage.last}": stage.first <= lesson.day <= stage.last,
        "until: it lies before day": lesson.day <= lesson.until,
        "best_by: it lies between day and until": lesson.best_by is None
        or lesson.day <= lesson.best_by <= lesson.until,
        f"audience: {lesson.stage} is for {', '.join(stage.readers)}": set(lesson.audience) <= set(stage.readers),
        "condition: what is counted from an occasion needs one": bool(lesson.condition) or stage.anchor != "kejadian",
        f"id: at most {LONGEST_ID} characters, or its buttons do not fit": len(lesson.id) <= LONGEST_ID,
    }
    return [problem for problem, kept in rules.items() if not kept]


def _unusable(lesson: Lesson) -> list[str]:
    """Problems of a text that is empty, is not Jinja2, or names values its stage does not have."""
    if not lesson.body:
        return ["there is no text"]
    try:
        named = meta.find_undeclared_variables(_ENVIRONMENT.parse(lesson.body))
        _template(lesson.body)
    except TemplateError as error:
        return [f"the text is not a Jinja2 template: {error.message}"]
    known = STAGES[lesson.stage].placeholders
    if lesson.for_family and lesson.condition:
        known &= _NAMES[CONDITIONS[lesson.condition].subject]
    return [f"{{{{ {name} }}}} is not known in {lesson.stage}" for name in sorted(named - known)]


# --- how each key of the front matter is read ------------------------------------------


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is needed")
    return value.strip()


def _line(value: Any) -> str:
    if len(text := _text(value)) > LINE:
        raise ValueError(f"{len(text)} characters, at most {LINE}")
    return text


def _one_of(known: Iterable[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in (choices := tuple(known)):
            raise ValueError(f"one of {', '.join(choices)} is needed, not {value!r}")
        return cast("str", value)

    return read


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number of days is needed")
    return value


def _whole_or_none(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


def _audience(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of {', '.join(AUDIENCES)} is needed")
    return tuple(_one_of(AUDIENCES)(person) for person in cast("list[Any]", value))


def _question(value: Any) -> Question | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(cast("dict[str, Any]", value)) - {"raises"} != {"text", "answers"}:
        raise ValueError("text and answers are needed, and nothing else but raises")
    asked = cast("dict[str, Any]", value)
    if not isinstance(asked["answers"], list) or len(cast("list[Any]", asked["answers"])) not in (2, 3):
        raise ValueError("two or three answers are needed")
    answers = tuple(_text(answer) for answer in cast("list[Any]", asked["answers"]))
    raises = cast("dict[str, Any]", asked.get("raises") or {})
    if unknown := [answer for answer in raises if answer not in answers]:
        raise ValueError(f"raises: {unknown[0]!r} is none of the answers")
    return Question(_text(asked["text"]), answers, tuple(_condition(raises.get(answer)) for answer in answers))


def _condition(value: Any) -> str:
    return "" if value is None else _one_of(CONDITIONS)(value)


def _optional(value: Any) -> str:
    return "" if value is None else _text(value)


def _signs(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("a list of danger signs is needed")
    return tuple(_text(sign) for sign in cast("list[Any]", value))


def _reviewer(value: Any) -> str | None:
    return None if value is None else _text(value)


def _date(value: Any) -> date | None:
    if value is not None and not isinstance(value, date):
        raise ValueError("a date like 2026-11-22 is needed")
    return value


_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "id": _text,
    "plan": _text,
    "stage": _one_of(STAGES),
    "anchor": _one_of(dict.fromkeys(stage.anchor for stage in STAGES.values())),
    "day": _whole,
    "until": _whole,
    "audience": _audience,
    "must_not_miss": _yes_no,
    "source": _text,
    "topic": _text,
    "summary": _line,
    "notice": _line,
    "question": _question,
    "reviewed_by": _reviewer,
    "reviewed_on": _date,
    "condition": _condition,
    "picture": _optional,
    "signs": _signs,
    "best_by": _whole_or_none,
}
_WORDS = ("topic", "summary", "notice", "question", "reviewed_by", "reviewed_on")  # the keys of an overlay

# --- texts ------------------------------------------------------------------------

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined)


@cache
def _template(body: str) -> Template:
    """The compiled template, cached: compiling costs a hundred times what rendering does."""
    return _ENVIRONMENT.from_string(body)
