"""Wording: the message of a lesson as one recipient gets it."""

from __future__ import annotations

from datetime import date
from typing import Any

from content.city import City
from content.lessons import LOSS
from drawing import lesson_pictures
from drawing.lesson_pictures import Facts
from flow.message import Attachment, Message, Option
from rules.stages import age, pregnancy_week
from scheduler.lessons.recipient import Anchor, Recipient
from scheduler.lessons.selection import Turn

MARKS = {
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
MOST_OPTIONS = 3  # WhatsApp's reply buttons
BIRTH_FROM_DAY = -28  # days; from four weeks before the HPL on, a lesson offers to report the birth


def say(turn: Turn, recipient: Recipient, today: date, city: City) -> Message:
    """The message of a lesson: in the recipient's language, with its picture and its question's answers as buttons."""
    lesson, anchor = city.library.translated(recipient.language, turn.lesson), turn.anchor
    passed_on = anchor.subject is not None and anchor.own not in lesson.audience
    mark = URGENT if lesson.must_not_miss and anchor.kind != LOSS else MARKS[lesson.stage]
    parts = [f"{mark} *{lesson.topic}*", lesson.render(**_values(anchor, recipient.call, passed_on, today, city))]
    if passed_on:
        parts.insert(1, f"{recipient.call}, mohon sampaikan kepada {anchor.mother}, ya.")
    options: list[Option] = []
    if lesson.question:
        parts.append(lesson.question.text)
        options = [
            Option(f"lesson:{lesson.id}:{n}:{anchor.ref}", answer)
            for n, answer in enumerate(lesson.question.answers, 1)
        ]
    if anchor.kind == "hpl" and lesson.day >= BIRTH_FROM_DAY and len(options) < MOST_OPTIONS:
        options.append(Option(f"birth:pregnancy:{anchor.ref}", "Adik sudah lahir"))
    picture = _picture(lesson.picture, anchor, today, city) if lesson.picture else None
    return Message("\n\n".join(parts), tuple(options), attachment=picture, notice=(recipient.call, turn.lesson.notice))


def _picture(name: str, anchor: Anchor, today: date, city: City) -> Attachment:
    """The picture of the lesson, with this child's or mother's own dates where it shows them."""
    born = anchor.dated if anchor.subject == "anak" else None
    due = anchor.dated if anchor.subject == "hamil" else None
    return lesson_pictures.attachment(city, name, Facts(today, born, anchor.child, anchor.received, due))


def _values(anchor: Anchor, call: str, passed_on: bool, today: date, city: City) -> dict[str, Any]:
    """The values that the text may name (``STAGES`` in content/lessons.py)."""
    if anchor.subject is None:
        return {"sapaan": call}
    values: dict[str, Any] = {"ibu": anchor.mother if passed_on else call}
    if anchor.subject == "hamil":
        values["minggu"] = pregnancy_week(anchor.dated, today)
    elif anchor.subject == "anak":
        values |= {"nama": anchor.child, "umur": str(age(anchor.dated, today))}
    elif anchor.subject == "ibu":
        emergency = city.programme.emergency
        values |= {"darurat": emergency.to_call, "krisis": str(emergency.crisis), "kekerasan": emergency.for_violence}
    return values
