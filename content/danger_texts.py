"""The texts that carry danger, and which of them no health worker has signed yet."""

from __future__ import annotations

from collections.abc import Iterator

from content.lessons import Lesson, Library
from content.programme import Programme

TEMPLATES = (
    "danger", "danger_at_visit", "danger_death", "danger_selfharm", "danger_violence", "service_numbers",
    "receipt_child", "receipt_pregnancy", "remeasured", "loss_family",
)  # fmt: skip
"""The templates with danger signs, first aid or emergency numbers; they are signed together, in ``programme.toml``."""


def unsigned(programme: Programme, library: Library) -> tuple[str, ...]:
    """The names of the danger texts that nobody has reviewed: templates, then lessons that must not be missed.

    A translation is a text of its own: "bayi-hari-01.en".
    """
    templates = () if programme.emergency.texts.is_signed else TEMPLATES
    return (*templates, *(name for name, lesson in _lessons(library) if lesson.reviewed_by is None))


def _lessons(library: Library) -> Iterator[tuple[str, Lesson]]:
    for lesson in library.lessons:
        if lesson.must_not_miss:
            yield lesson.id, lesson
            for language, overlay in library.overlays.items():
                if lesson.id in overlay:
                    yield f"{lesson.id}.{language}", overlay[lesson.id]
