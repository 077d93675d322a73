"""The whole calendar on one page, each lesson as its recipient gets it: to be read, searched, printed and signed.

One file without anything from outside, so that it can be sent to the health office and opened without a network.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, Template

from bot.telegram import render
from content.city import City
from content.conditions import CONDITIONS, Subject
from content.lessons import LANGUAGE, STAFF, Lesson
from content.review import of_lesson
from content.sources import SOURCES
from drawing import lesson_pictures
from flow.message import Message
from handlers.family.preferences import LANGUAGES
from programme import lesson_words as words
from programme.lesson_words import BORN
from scheduler.lessons.recipient import SUBJECTS, Anchor, Recipient
from scheduler.lessons.selection import Turn
from scheduler.lessons.wording import say

# The recipients of the examples.
CALLS = {
    "ibu": "Bu Sari", "ayah": "Pak Budi", "keluarga": "Nenek Wa Ina",
    "asn": "Pak Anwar", "petugas": "Bu Rahma", "koordinator": "Bu Ratna",
}  # fmt: skip
CHILD = "Rafa"
HAPPENED = BORN + timedelta(days=250)  # the day of a trigger
DUE = HAPPENED + timedelta(days=84)  # and the HPL then: week 28


@dataclass(frozen=True)
class Rendered:
    """A lesson in one language, as it is sent."""

    language: str
    text: tuple[str, ...]
    """HTML, by paragraph."""
    buttons: tuple[str, ...]
    notice: str
    summary: str
    reviewed: str


@dataclass(frozen=True)
class Entry:
    """A lesson with everything a reviewer needs to know about it."""

    lesson: Lesson
    when: str
    still: str
    only_if: str
    recipients: str
    sources: tuple[tuple[str, str], ...]
    leads: tuple[tuple[str, str], ...]
    """(answer, topic of the lesson that follows it)"""
    picture: str
    told: tuple[Rendered, ...]


@dataclass(frozen=True)
class Part:
    """A stage with its lessons in the order in which a family meets them."""

    name: str
    title: str
    counted: str
    entries: tuple[Entry, ...]

    @property
    def reviewed(self) -> int:
        return sum(bool(entry.told[0].reviewed) for entry in self.entries)


def page(city: City, today: date, signed: Mapping[str, str] | None = None) -> str:
    """The page's HTML. ``signed``: by name of the text ("hamil-07.en"), who signed it as it is, and when."""
    lessons = city.library.lessons
    parts = tuple(_parts(city, signed or {}))
    read = {person for lesson in lessons for person in lesson.audience}
    called_for = {lesson.condition for lesson in lessons}
    return _template().render(
        city=city.name,
        made=words.written(today),
        parts=parts,
        total=len(lessons),
        reviewed=sum(part.reviewed for part in parts),
        audiences=[(key, name) for key, name in words.AUDIENCES.items() if key in read],
        conditions=[(key, condition.words) for key, condition in CONDITIONS.items() if key in called_for],
        languages=[(code, LANGUAGES.get(code, code)) for code in city.library.languages],
    )


def message(lesson: Lesson, city: City) -> Message:
    """The lesson as Bu Sari, Pak Budi or the health worker of the examples gets it, without its picture."""
    own, example = lesson.audience[0], _example(lesson)
    anchor = Anchor(
        own=own,
        kind=lesson.anchor,
        ref="1",
        day=example.today - timedelta(days=lesson.day),
        subject=None if own in STAFF else example.subject,
        dated=example.dated,
        child=CHILD,
        mother=CALLS["ibu"],
    )
    recipient = Recipient(person_id=0, call=CALLS[own], place=None, anchors=(anchor,))
    return say(Turn(replace(lesson, picture=""), anchor), recipient, example.today, city)


def picture(lesson: Lesson, city: City) -> str:
    """The lesson's picture for the same recipient as a data URL; "" without a picture."""
    if lesson.picture not in lesson_pictures.NAMES:
        return ""
    example = _example(lesson)
    born, due = (example.dated if example.subject == subject else None for subject in ("anak", "hamil"))
    facts = lesson_pictures.Facts(example.today, born, CHILD, due=due, own=city.services, district=city.district)
    drawn = base64.b64encode(lesson_pictures.png(lesson.picture, facts)).decode()
    return f"data:image/png;base64,{drawn}"


class Example(NamedTuple):
    """An example: the day of sending, the subject, and the subject's wedding, HPL or birth."""

    today: date
    subject: Subject | None
    dated: date


def _example(lesson: Lesson) -> Example:
    later = timedelta(days=lesson.day)
    if lesson.anchor != "kejadian":
        return Example(BORN + later, SUBJECTS.get(lesson.anchor), BORN)
    subject = CONDITIONS[lesson.condition].subject
    return Example(HAPPENED + later, subject, DUE if subject == "hamil" else BORN)


def _parts(city: City, signed: Mapping[str, str]) -> Iterator[Part]:
    for name, (title, counted) in words.STAGES.items():
        if lessons := [lesson for lesson in city.library.lessons if lesson.stage == name]:
            yield Part(name, title, counted, tuple(_entry(lesson, city, signed) for lesson in lessons))


def _entry(lesson: Lesson, city: City, signed: Mapping[str, str]) -> Entry:
    library, asked = city.library, lesson.question
    answers = asked.answers if asked else ()
    raised = [(answer, asked.raised_by(n)) for n, answer in enumerate(answers, 1)] if asked else []
    languages = [code for code in library.languages if code == LANGUAGE or lesson.id in library.overlays[code]]
    return Entry(
        lesson=lesson,
        when=words.when(lesson),
        still=words.still(lesson),
        only_if=words.only_if(lesson),
        recipients=words.recipients(lesson),
        sources=tuple((name, SOURCES.get(name, "")) for name in map(str.strip, lesson.source.split(";"))),
        leads=tuple((answer, topic) for answer, name in raised for topic in _topics(name, city)),
        picture=picture(lesson, city),
        told=tuple(_rendered(code, library.translated(code, lesson), city, signed) for code in languages),
    )


def _topics(condition: str, city: City) -> list[str]:
    """The topics of the lessons a family gets when the condition is triggered."""
    return [one.topic for one in city.library.lessons if condition and one.condition == condition and one.for_family]


def _rendered(language: str, lesson: Lesson, city: City, signed: Mapping[str, str]) -> Rendered:
    said = message(lesson, city)
    kept = signed.get(of_lesson(lesson, language).label, "")
    on = words.written(lesson.reviewed_on) if lesson.reviewed_on else ""
    return Rendered(
        language=language,
        text=tuple(render.html(said.text).split("\n\n")),
        buttons=tuple(option.label for option in said.options),
        notice=lesson.notice,
        summary=lesson.summary,
        reviewed=kept or ", ".join(filter(None, (lesson.reviewed_by, on))),
    )


def _template() -> Template:
    folder = Path(__file__).parent
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("page.html.j2")
