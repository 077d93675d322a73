"""What is printed on the two visit forms, as the draft keeps it: JSON values by name, with their types."""

from __future__ import annotations

from typing import TypedDict

from handlers.measuring.plausibility import ChildFacts


class VisitFacts(TypedDict):
    """``today`` is the ISO day on which the form was opened; the mappings are key -> words, the intervals days."""

    today: str
    services: dict[str, str]
    aid: dict[str, str]
    aid_sources: dict[str, str]
    every_days: int
    after_danger_days: int


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
