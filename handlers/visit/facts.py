"""Types of the facts of the two visit forms, as their drafts keep them: JSON values by name."""

from __future__ import annotations

from handlers.chat.common_questions import IntervalFacts
from handlers.measuring.plausibility import ChildFacts


class VisitFacts(IntervalFacts):
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
