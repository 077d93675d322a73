"""Types of the facts of the two visit forms, as their drafts keep them: JSON values by name."""

from __future__ import annotations

from typing import TypedDict

from flow.form import Form
from handlers.chat.common_questions import IntervalFacts
from handlers.measuring.plausibility import ChildFacts

DANGER = {"aman": "Tidak ada tanda bahaya", "bahaya": "Ada tanda bahaya"}
"""What is asked about health where no parent agreed: danger alone, which is of vital interest."""


class LiveFacts(TypedDict):
    """What is looked up anew at every step, because it may end while a form is open.

    ``agreed``: a parent's consent stands. ``hamil`` goes on with the title: ", hamil 28 minggu", empty without consent
    and for a child.
    """

    agreed: bool
    hamil: str


class VisitFacts(IntervalFacts, LiveFacts):
    """What both forms take; the mappings are key -> words."""

    services: dict[str, str]
    aid: dict[str, str]
    aid_sources: dict[str, str]


class ChildVisitFacts(VisitFacts, ChildFacts):
    """``age_days`` is None where the birth date is not known; ``months`` is 24 then."""

    adik: str
    kode: str
    umur: str
    ibu: str
    ask_mother: bool
    age_days: int | None
    months: int
    ask_home: bool
    topics: dict[str, str]
    photos: bool


class PregnancyVisitFacts(VisitFacts):
    """``minggu`` are the completed weeks of pregnancy."""

    ibu: str
    minggu: int


class CoupleVisitFacts(IntervalFacts, LiveFacts):
    """``pasangan`` is what the couple is called, ``istri`` the bride; the mappings are key -> words."""

    pasangan: str
    istri: str
    aid: dict[str, str]
    aid_sources: dict[str, str]


def agreed(answers: Form) -> bool:
    """Whether a parent agreed that health data are asked: without it the form holds what duty needs, no more."""
    return bool(answers.facts.get("agreed"))
