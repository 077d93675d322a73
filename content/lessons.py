"""The lessons of the health office: one Markdown file each, all read and checked when the service starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

FOLDER = Path(__file__).parent / "edukasi"
AUDIENCES = ("ibu", "ayah", "keluarga")
LINE = 100  # characters of a summary or a notice


class Stage(NamedTuple):
    """A stretch of the 1,000 days: what its days are counted from, its first and last day, what a text may name."""

    anchor: str
    first: int
    last: int
    placeholders: frozenset[str]


_CHILD = frozenset({"ibu", "nama", "umur"})
STAGES = {
    "catin": Stage("nikah", -90, 365, frozenset({"ibu"})),
    "hamil": Stage("hpl", -280, 14, frozenset({"ibu", "minggu"})),
    "bayi-0-28-hari": Stage("lahir", 0, 28, _CHILD),
    "bayi-1-6-bulan": Stage("lahir", 29, 182, _CHILD),
    "bayi-6-12-bulan": Stage("lahir", 183, 364, _CHILD),
    "anak-12-24-bulan": Stage("lahir", 365, 731, _CHILD),
    "anak-24-59-bulan": Stage("lahir", 732, 1826, _CHILD),
}


class ContentError(Exception):
    """Something in the content cannot be used; ``problems`` says all of it, each with the name of its file."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Question:
    """What a lesson asks at its end; ``answers`` are two or three buttons."""

    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One message to a family. ``day`` and ``until`` are whole days from the anchor, both included.

    ``plan`` is the row of the education plan it fulfils; ``reviewed_by`` is None until a person of the health
    office has read it.
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

    def render(self, **values: object) -> str:
        """The text for one reader. Values stand as they are, so a name comes in without markup.

        Raises ContentError if the text names a value that is not given.
        """
        try:
            return _template(self.body).render(values)
        except TemplateError as problem:
            raise ContentError([f"{self.id}: {problem.message}"]) from problem


@dataclass(frozen=True)
class Library:
    """All lessons, in the order a family meets them."""

    lessons: tuple[Lesson, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Lesson]:
        return {lesson.id: lesson for lesson in self.lessons}

    @cached_property
    def _by_anchor(self) -> Mapping[str, tuple[Lesson, ...]]:
        anchors = {stage.anchor for stage in STAGES.values()}
        return {a: tuple(lesson for lesson in self.lessons if lesson.anchor == a) for a in anchors}

    def of_anchor(self, anchor: str) -> tuple[Lesson, ...]:
        """The lessons counted from "nikah", "hpl" or "lahir", earliest day first."""
        return self._by_anchor[anchor]


def load(folder: Path = FOLDER) -> Library:
    """Read every ``<stage>/<id>.md`` below the folder. Raises ContentError with all that is wrong in any of them."""
    lessons: list[Lesson] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*/*.md")):
        try:
            lessons.append(_read(path))
        except ContentError as error:
            problems += error.problems
    seen: dict[str, str] = {}
    for lesson in lessons:
        if other := seen.get(lesson.id):
            problems.append(f"{lesson.stage}/{lesson.id}.md: the id is also that of {other}")
        seen[lesson.id] = f"{lesson.stage}/{lesson.id}.md"
    if problems:
        raise ContentError(problems)
    if not lessons:
        raise ContentError([f"{folder}: there are no lessons here"])
    return Library(tuple(sorted(lessons, key=lambda lesson: (lesson.anchor, lesson.day, lesson.id))))


# --- one file ---------------------------------------------------------------------

_FILE = re.compile(r"\A---\n(?P<front>.*?)\n---\n(?P<body>.*)\Z", re.DOTALL)


def _read(path: Path) -> Lesson:
    name = f"{path.parent.name}/{path.name}"
    parts = _FILE.match(path.read_text(encoding="utf-8"))
    if not parts:
        raise ContentError([f"{name}: begin with the front matter between two lines of ---"])
    try:
        front = yaml.safe_load(parts["front"])
    except yaml.YAMLError as error:
        raise ContentError([f"{name}: the front matter is not YAML: {error}"]) from error
    if not isinstance(front, dict):
        raise ContentError([f"{name}: the front matter is not a list of 'key: value' lines"])
    given = cast("dict[str, Any]", front)
    problems = [f"{key}: there is no such key" for key in given if key not in _KEYS]
    values: dict[str, Any] = {"body": parts["body"].strip()}
    for key, read in _KEYS.items():
        try:
            values[key] = read(given.get(key))
        except ValueError as error:
            problems.append(f"{key}: {error}")
    if not problems:
        lesson = Lesson(**values)
        problems = [*_at_odds(lesson, path), *_unusable(lesson)]
        if not problems:
            return lesson
    raise ContentError(f"{name}: {problem}" for problem in problems)


def _at_odds(lesson: Lesson, path: Path) -> list[str]:
    """Front matter that contradicts itself or the place of its file."""
    stage = STAGES[lesson.stage]
    rules = {
        f"id: the file must be named {lesson.id}.md": path.stem == lesson.id,
        f"stage: the file must lie in {lesson.stage}/": path.parent.name == lesson.stage,
        f"anchor: {lesson.stage} is counted from {stage.anchor}": lesson.anchor == stage.anchor,
        f"day: {lesson.stage} goes from day {stage.first} to {stage.last}": stage.first <= lesson.day <= stage.last,
        "until: it lies before day": lesson.day <= lesson.until,
    }
    return [problem for problem, kept in rules.items() if not kept]


def _unusable(lesson: Lesson) -> list[str]:
    """A text that is empty, is not Jinja2, or names what its stage does not know."""
    if not lesson.body:
        return ["there is no text"]
    try:
        named = meta.find_undeclared_variables(_ENVIRONMENT.parse(lesson.body))
        _template(lesson.body)
    except TemplateError as error:
        return [f"the text is not a Jinja2 template: {error.message}"]
    known = STAGES[lesson.stage].placeholders
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
    if not isinstance(value, dict) or set(cast("dict[str, Any]", value)) != {"text", "answers"}:
        raise ValueError("text and answers are needed")
    asked = cast("dict[str, Any]", value)
    if not isinstance(asked["answers"], list) or len(cast("list[Any]", asked["answers"])) not in (2, 3):
        raise ValueError("two or three answers are needed")
    answers = tuple(_text(answer) for answer in cast("list[Any]", asked["answers"]))
    return Question(_text(asked["text"]), answers)


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
}

# --- texts ------------------------------------------------------------------------

_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined)


@cache
def _template(body: str) -> Template:
    """Compiled once: compiling costs a hundred times what rendering does."""
    return _ENVIRONMENT.from_string(body)
