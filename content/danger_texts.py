"""The texts that carry danger, and which of them no health worker has signed yet."""

from __future__ import annotations

from collections.abc import Collection

from content import review
from content.lessons import Library
from content.programme import Programme
from content.review import TEMPLATES, Signature
from content.templates import Templates

__all__ = ["TEMPLATES", "unsigned"]


def unsigned(
    programme: Programme,
    library: Library,
    signed: Collection[Signature] = (),
    templates: Templates | None = None,
) -> tuple[str, ...]:
    """The names of the danger texts that nobody has signed: templates, then lessons that must not be missed.

    A translation is a text of its own: "bayi-hari-01.en". ``signed``: the signatures that are kept.
    """
    found = review.unsigned(library, programme, templates or Templates(), signed)
    return tuple(one.label for one in found if one.is_urgent)
