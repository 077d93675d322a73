"""The message of a lesson as its reader gets it: heading, text with the family's own values, picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from content.city import City
from content.conditions import Subject
from content.lessons import LOSS, Lesson
from drawing import lesson_pictures
from drawing.lesson_pictures import Facts
from flow.message import Attachment, Message
from rules.stages import age, pregnancy_week

MARKS: Mapping[str, str] = {
    "catin": "💍",
    "hamil": "🤰",
    "bayi-0-28-hari": "👶",
    "bayi-1-6-bulan": "🤱",
    "bayi-6-12-bulan": "🥣",
    "anak-12-24-bulan": "🧒",
    "anak-24-59-bulan": "🧒",
    "setelah-kehilangan": "🤍",
    "kondisional": "💛",
    "ditanya": "🤍",
    "kartu-asn": "📘",
    "kartu-kondisional": "📘",
}
URGENT = "❗"


class About(Protocol):
    """What a lesson is told about, as far as its words need it.

    ``subject``: what it speaks of, None for staff; ``dated``: the day of that wedding, HPL or birth; ``child``: what
    the child is called; ``own``: the audience the reader belongs to; ``mother``: what the mother is called;
    ``received``: the services known to have been received; ``kind``: the anchor.
    """

    @property
    def kind(self) -> str: ...
    @property
    def own(self) -> str: ...
    @property
    def subject(self) -> Subject | None: ...
    @property
    def dated(self) -> date: ...
    @property
    def child(self) -> str: ...
    @property
    def mother(self) -> str: ...
    @property
    def received(self) -> frozenset[str]: ...


def message_of(lesson: Lesson, about: About, call: str, today: date, city: City) -> Message:
    """The lesson for a reader who is called ``call``, without its question.

    A reader of another audience is asked to pass it on to the mother.
    """
    passed_on = about.subject is not None and about.own not in lesson.audience
    mark = URGENT if lesson.must_not_miss and about.kind != LOSS else MARKS[lesson.stage]
    parts = [f"{mark} *{lesson.topic}*", lesson.render(**_values(about, call, passed_on, today, city))]
    if passed_on:
        parts.insert(1, f"{call}, mohon sampaikan kepada {about.mother}, ya.")
    picture = _picture(lesson.picture, about, today, city) if lesson.picture else None
    return Message("\n\n".join(parts), attachment=picture)


def _picture(name: str, about: About, today: date, city: City) -> Attachment:
    """The picture of the lesson, with this child's or mother's own dates where it shows them."""
    born = about.dated if about.subject == "anak" else None
    due = about.dated if about.subject == "hamil" else None
    return lesson_pictures.attachment(city, name, Facts(today, born, about.child, about.received, due))


def _values(about: About, call: str, passed_on: bool, today: date, city: City) -> dict[str, Any]:
    """The values that the text may name (``STAGES`` in content/lessons.py)."""
    if about.subject is None:
        return {"sapaan": call}
    emergency = city.programme.emergency
    values: dict[str, Any] = {
        "ibu": about.mother if passed_on else call,
        "darurat": emergency.to_call,
        "krisis": str(emergency.crisis),
        "kekerasan": emergency.for_violence,
    }
    if about.subject == "hamil":
        values["minggu"] = pregnancy_week(about.dated, today)
    elif about.subject == "anak":
        values |= {"nama": about.child, "umur": str(age(about.dated, today))}
    return values
