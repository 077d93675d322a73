"""Wording: the message of a lesson as one recipient gets it, with the buttons that answer it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from content.city import City
from flow.message import Message, Option
from reports.lesson_message import message_of
from scheduler.lessons.recipient import Recipient
from scheduler.lessons.selection import Turn

MOST_OPTIONS = 3  # WhatsApp's reply buttons
BIRTH_FROM_DAY = -28  # days; from four weeks before the HPL on, a lesson offers to report the birth


def say(turn: Turn, recipient: Recipient, today: date, city: City) -> Message:
    """The message of a lesson: in the recipient's language, with its picture and its question's answers as buttons."""
    lesson, anchor = city.library.translated(recipient.language, turn.lesson), turn.anchor
    message = message_of(lesson, anchor, recipient.call, today, city)
    parts, options = [message.text], list[Option]()
    if lesson.question:
        parts.append(lesson.question.text)
        options = [
            Option(f"lesson:{lesson.id}:{n}:{anchor.ref}", answer)
            for n, answer in enumerate(lesson.question.answers, 1)
        ]
    if anchor.kind == "hpl" and lesson.day >= BIRTH_FROM_DAY and len(options) < MOST_OPTIONS:
        options.append(Option(f"birth:pregnancy:{anchor.ref}", "Adik sudah lahir"))
    notice = (recipient.call, turn.lesson.notice)
    return replace(message, text="\n\n".join(parts), options=tuple(options), notice=notice)
