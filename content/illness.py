"""The answers to lessons that may mean illness or danger, and what each leads to: ``illness_answers.toml``.

The file itself says what its words mean.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path

from content import places
from content.lessons import ContentError, Lesson, Library
from content.plain import never

FILE = Path(__file__).parent / "illness_answers.toml"
TELL, ASK, SAY, MIND, LESSON, WELL = "tell", "ask", "say", "mind", "lesson", "well"
LEADS = (TELL, ASK, SAY, MIND, LESSON, WELL)
SOUNDS_ILL = re.compile(
    r"sakit|mencret|diare|demam|batuk|muntah|sesak|kejang|darah|lemas|pucat|kuning|bengkak|sulit|menolak|\bsembuh"
    r"|kurang dari 6|\bt\b|ibu sendiri",
    re.IGNORECASE,
)
ASKS_OF_ILLNESS = re.compile(r"sakit|mencret|batuk|demam|popok|tali pusat", re.IGNORECASE)
"""A question about illness: every answer to it but "tidak" must be listed."""
NOT_ILL = re.compile(r"^tidak\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Illness:
    """An answer, by its lesson and its words, and what it leads to; ``sign`` for TELL, ``say`` for SAY and MIND."""

    lesson: str
    answer: str
    leads: str
    sign: str = ""
    say: str = ""


def load(file: Path = FILE) -> Sequence[Illness]:
    """Read the list. Raises ContentError with every row that cannot be read."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("answer", [])
    except tomllib.TOMLDecodeError as problem:
        raise ContentError([f"{file.name}: {places.of_toml(problem)}"]) from problem
    wrong = [f"{file.name}: jawaban ke-{at}: {problem}" for at, row in enumerate(rows, 1) for problem in _unread(row)]
    if wrong:
        raise ContentError(wrong)
    return [Illness(**row) for row in rows]


def _unread(row: Mapping[str, object]) -> Iterator[str]:
    """Problems of a row's keys."""
    known = {field.name: field.default is MISSING for field in fields(Illness)}
    yield from (f"{key}: kunci ini tidak dikenal" for key in row if key not in known)
    yield from (f"{key}: belum ada" for key, needed in known.items() if needed and key not in row)
    yield from (f"{key}: isi dengan teks" for key, value in row.items() if not isinstance(value, str))


@cache
def shipped() -> Mapping[tuple[str, str], Illness]:
    """The shipped list, by lesson and answer."""
    return {(one.lesson, one.answer): one for one in load()}


def problems(library: Library, listed: Sequence[Illness], signs: Collection[str]) -> list[str]:
    """What is wrong with the list, in Indonesian, one line each; ``signs`` are the ids of the table of signs."""
    return [*_wrong(library, listed, signs), *_missing(library, listed)]


def _wrong(library: Library, listed: Sequence[Illness], signs: Collection[str]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for one in listed:
        name, lesson = f"jawaban {one.lesson}: {one.answer!r}", library.by_id.get(one.lesson)
        if lesson is None or lesson.question is None or one.answer not in lesson.question.answers:
            yield f"{name} tidak ada dalam pesan itu"
            continue
        if (one.lesson, one.answer) in seen:
            yield f"{name} tertulis dua kali"
        seen.add((one.lesson, one.answer))
        if one.leads not in LEADS:
            yield f"{name}: leads {one.leads!r} tidak dikenal"
        if (one.leads == TELL) != bool(one.sign) or (one.sign and one.sign not in signs):
            yield f"{name}: sign {one.sign!r} tidak sesuai"
        if (one.leads in (SAY, MIND)) != bool(one.say):
            yield f"{name}: say harus diisi hanya untuk say dan mind"
        if one.leads == LESSON and not lesson.question.raised_by(lesson.question.answers.index(one.answer) + 1):
            yield f"{name} tidak memanggil pesan lain"
        yield from (f"{name}: {problem}" for problem in never(one.say))


def _missing(library: Library, listed: Sequence[Illness]) -> Iterator[str]:
    known = {(one.lesson, one.answer) for one in listed}
    for lesson in library.lessons:
        for answer in _ill(lesson):
            if (lesson.id, answer) not in known:
                yield f"jawaban {lesson.id}: {answer!r} bisa berarti sakit, tetapi tidak ada di illness_answers.toml"


def _ill(lesson: Lesson) -> Iterator[str]:
    if lesson.question is None or not lesson.for_family:
        return
    asked = ASKS_OF_ILLNESS.search(lesson.question.text)
    for answer in lesson.question.answers:
        if (asked or SOUNDS_ILL.search(answer)) and not NOT_ILL.search(answer):
            yield answer
