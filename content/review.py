"""The texts that are reviewed, each with the fingerprint of its words: a signature holds for these words alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from content.lessons import LANGUAGE, Lesson, Library
from content.programme import Programme
from content.templates import Templates

TEMPLATES = (
    "danger", "danger_at_visit", "danger_death", "danger_selfharm", "danger_violence", "service_numbers",
    "receipt_child", "receipt_pregnancy", "remeasured", "loss_family",
    "question_kept", "question_nobody",
)  # fmt: skip
"""The templates with danger signs, first aid or emergency numbers."""

Signature = tuple[str, str, str]
"""What a signature is for: the name of a text, its language, and its fingerprint."""


@dataclass(frozen=True, slots=True)
class ReviewedText:
    """A text by ``name``: a lesson's id, or a template's name. ``is_urgent``: it carries danger signs.

    ``words`` are all that families read of it, with names in braces. ``lesson`` is None for a template. ``in_file``: a
    city has put the name of its reviewer into the file itself, which no change of the words takes away.
    """

    name: str
    language: str
    words: str
    is_urgent: bool
    lesson: Lesson | None = None
    in_file: bool = False

    @property
    def label(self) -> str:
        """ "bayi-hari-01", "bayi-hari-01.en"."""
        return self.name if self.language == LANGUAGE else f"{self.name}.{self.language}"

    @property
    def signature(self) -> Signature:
        return self.name, self.language, fingerprint(self.words)

    def is_signed(self, signed: Collection[Signature]) -> bool:
        return self.in_file or self.signature in signed


@cache
def fingerprint(words: str) -> str:
    """The SHA-256 of the words, in hexadecimal."""
    return sha256(words.encode()).hexdigest()


def texts(library: Library, programme: Programme, templates: Templates) -> list[ReviewedText]:
    """All texts to be reviewed: templates with danger, lessons that must not be missed, then the others in order.

    A translation is a text of its own.
    """
    found = [
        ReviewedText(
            name, LANGUAGE, templates.source(name), is_urgent=True, in_file=programme.emergency.texts.is_signed
        )
        for name in TEMPLATES
    ]
    told: list[tuple[str, Lesson]] = []
    for lesson in library.lessons:
        told.append((LANGUAGE, lesson))
        told += [(code, words[lesson.id]) for code, words in sorted(library.overlays.items()) if lesson.id in words]
    found += [of_lesson(one, language) for language, one in told if one.must_not_miss]
    return found + [of_lesson(one, language) for language, one in told if not one.must_not_miss]


def of_lesson(lesson: Lesson, language: str = LANGUAGE) -> ReviewedText:
    """The lesson as a text to be reviewed: its topic, text, notice, question, answers, and the name of its picture."""
    asked = lesson.question
    said = (lesson.topic, lesson.body, lesson.notice, *((asked.text, *asked.answers) if asked else ()), lesson.picture)
    return ReviewedText(
        lesson.id, language, "\n\n".join(said), lesson.must_not_miss, lesson, in_file=lesson.reviewed_by is not None
    )


def unsigned(
    library: Library, programme: Programme, templates: Templates, signed: Collection[Signature]
) -> list[ReviewedText]:
    """The texts that nobody has signed as they are now, urgent ones first."""
    return [one for one in texts(library, programme, templates) if not one.is_signed(signed)]
