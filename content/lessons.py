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

from content import places, searching
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


_CALLS = frozenset({"darurat", "krisis"})  # the city's emergency numbers, and its line for a crisis of the mind
_CHILD = frozenset({"ibu", "nama", "umur"}) | _CALLS
_NAMES: Mapping[Subject, frozenset[str]] = {
    "anak": _CHILD,
    "hamil": frozenset({"ibu", "minggu"}) | _CALLS,
    "nikah": frozenset({"ibu"}),
    "ibu": frozenset({"ibu"}) | _CALLS,
}
STAGES = {
    "catin": Stage("nikah", -90, 365, frozenset({"ibu"})),
    "hamil": Stage("hpl", -280, 14, _NAMES["hamil"]),
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

    @property
    def is_offered(self) -> bool:
        """Whether it may be offered to a family that asks.

        Not what waits for a condition: it says what may not be true of whoever asks. Nor what is about a loss or
        violence.
        """
        plain = self.for_family and not self.condition and self.anchor != LOSS
        return plain and not searching.is_never_offered(f"{self.topic} {self.summary} {self.body}")

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
    def searchable(self) -> Mapping[str, searching.Document]:
        """The words of each lesson that may be offered to a family that asks, by its id."""
        offered = (lesson for lesson in self.lessons if lesson.is_offered)
        return {one.id: searching.document(one.topic, one.summary, one.body) for one in offered}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words of those."""
        return frozenset(word for one in self.searchable.values() for word in one.words)

    @cached_property
    def _by_anchor(self) -> Mapping[str, tuple[Lesson, ...]]:
        anchors = {stage.anchor for stage in STAGES.values()}
        return {a: tuple(lesson for lesson in self.lessons if lesson.anchor == a) for a in anchors}

    def of_anchor(self, anchor: str) -> tuple[Lesson, ...]:
        """The lessons of an anchor ("nikah", "hpl", "lahir", "kehilangan", "kejadian", "tugas"), earliest day first."""
        return self._by_anchor[anchor]


@cache
def shipped() -> Library:
    """The lessons that come with the service, read once a process. Raises ContentError as ``load`` does."""
    return load()


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
            problems.append(f"{lesson.stage}/{lesson.id}.md: id sama dengan id {other}")
        seen[lesson.id] = f"{lesson.stage}/{lesson.id}.md"
    if problems:
        raise ContentError(problems)
    if not lessons:
        raise ContentError([f"{folder}: belum ada pesan di folder ini"])
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
        raise ContentError([f"{_name(path)}: tidak ada pesan asli bernama sama di sebelahnya"])
    values, problems = _values(path, {key: _KEYS[key] for key in _WORDS})
    asked, told = original.question, cast("Question | None", values.get("question"))
    if len(asked.answers if asked else ()) != len(told.answers if told else ()):
        problems.append("question: jumlah jawabannya harus sama dengan pesan aslinya")
    if told and asked:
        values["question"] = replace(told, raises=asked.raises)
    lesson = replace(original, **values)
    if re.search(r"{{\s*umur\b", lesson.body):
        problems.append("{{ umur }} keluar dalam bahasa Indonesia; tulis umurnya dengan kata-kata")
    if problems := problems or _unusable(lesson):
        raise ContentError(f"{_name(path)}: {problem}" for problem in problems)
    return lesson


def _values(path: Path, keys: Mapping[str, Callable[[Any], Any]]) -> tuple[dict[str, Any], list[str]]:
    """The values of a file by key, with its text as "body"; and its mistakes."""
    parts = _FILE.match(path.read_text(encoding="utf-8"))
    if not parts:
        raise ContentError([f"{_name(path)}: awali dengan keterangan pesan di antara dua baris ---"])
    try:
        front = yaml.load(parts["front"], _YAML)  # noqa: S506 - the safe loader, and where it was compiled ten times as fast
    except yaml.YAMLError as error:
        raise ContentError([f"{_name(path)}: keterangan pesan {places.of_yaml(error, above=1)}"]) from error
    if not isinstance(front, dict):
        raise ContentError([f"{_name(path)}: keterangan pesan harus berupa baris-baris 'kunci: isi'"])
    given = cast("dict[str, Any]", front)
    problems = [f"{key}: kunci ini tidak dikenal" for key in given if key not in keys]
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
        f"id: berkasnya harus bernama {lesson.id}.md": path.stem == lesson.id,
        f"stage: berkasnya harus berada di folder {lesson.stage}/": path.parent.name == lesson.stage,
        f"anchor: {lesson.stage} dihitung dari {stage.anchor}": lesson.anchor == stage.anchor,
        f"day: {lesson.stage} berlaku dari hari {stage.first} sampai {stage.last}": stage.first
        <= lesson.day
        <= stage.last,
        "until: tidak boleh sebelum day": lesson.day <= lesson.until,
        "best_by: harus di antara day dan until": lesson.best_by is None
        or lesson.day <= lesson.best_by <= lesson.until,
        f"audience: {lesson.stage} hanya untuk {', '.join(stage.readers)}": set(lesson.audience) <= set(stage.readers),
        "condition: pesan yang dihitung dari kejadian memerlukannya": bool(lesson.condition)
        or stage.anchor != "kejadian",
        f"id: paling banyak {LONGEST_ID} huruf, supaya tombolnya muat": len(lesson.id) <= LONGEST_ID,
    }
    return [problem for problem, kept in rules.items() if not kept]


def _unusable(lesson: Lesson) -> list[str]:
    """Problems of a text that is empty, is not Jinja2, or names values its stage does not have."""
    if not lesson.body:
        return ["teksnya kosong"]
    try:
        named = meta.find_undeclared_variables(_ENVIRONMENT.parse(lesson.body))
        _template(lesson.body)
    except TemplateError as error:
        return [
            f"teksnya tidak bisa dibaca di dekat tanda {{{{ }}}} (baris {getattr(error, 'lineno', 1)} dari teksnya)"
        ]
    known = STAGES[lesson.stage].placeholders
    if lesson.for_family and lesson.condition:
        known &= _NAMES[CONDITIONS[lesson.condition].subject]
    return [f"{{{{ {name} }}}} tidak dikenal di {lesson.stage}" for name in sorted(named - known)]


# --- how each key of the front matter is read ------------------------------------------


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("isi dengan teks")
    return value.strip()


def _line(value: Any) -> str:
    if len(text := _text(value)) > LINE:
        raise ValueError(f"{len(text)} huruf, paling banyak {LINE}")
    return text


def _one_of(known: Iterable[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in (choices := tuple(known)):
            raise ValueError(f"isi salah satu dari {', '.join(choices)}, bukan {value!r}")
        return cast("str", value)

    return read


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("isi dengan bilangan bulat, dalam hari")
    return value


def _whole_or_none(value: Any) -> int | None:
    return None if value is None else _whole(value)


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("isi true atau false")
    return value


def _audience(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"isi dengan daftar dari {', '.join(AUDIENCES)}")
    return tuple(_one_of(AUDIENCES)(person) for person in cast("list[Any]", value))


def _question(value: Any) -> Question | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(cast("dict[str, Any]", value)) - {"raises"} != {"text", "answers"}:
        raise ValueError("isi text dan answers, boleh ditambah raises, tidak ada yang lain")
    asked = cast("dict[str, Any]", value)
    if not isinstance(asked["answers"], list) or len(cast("list[Any]", asked["answers"])) not in (2, 3):
        raise ValueError("isi dua atau tiga jawaban")
    answers = tuple(_text(answer) for answer in cast("list[Any]", asked["answers"]))
    raises = cast("dict[str, Any]", asked.get("raises") or {})
    if unknown := [answer for answer in raises if answer not in answers]:
        raise ValueError(f"raises: {unknown[0]!r} bukan salah satu jawabannya")
    return Question(_text(asked["text"]), answers, tuple(_condition(raises.get(answer)) for answer in answers))


def _condition(value: Any) -> str:
    return "" if value is None else _one_of(CONDITIONS)(value)


def _optional(value: Any) -> str:
    return "" if value is None else _text(value)


def _signs(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("isi dengan daftar tanda bahaya")
    return tuple(_text(sign) for sign in cast("list[Any]", value))


def _reviewer(value: Any) -> str | None:
    return None if value is None else _text(value)


def _date(value: Any) -> date | None:
    if value is not None and not isinstance(value, date):
        raise ValueError("isi dengan tanggal seperti 2026-11-22")
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
