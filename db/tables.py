"""All tables in one place, for migrations and tests."""

from db import (
    appointments,
    audit,
    audit_seals,
    children,
    codes,
    consent,
    cries,
    data_requests,
    drafts,
    duty,
    endings,
    files,
    fostering,
    inbox,
    lesson_orders,
    lesson_reviews,
    lesson_texts,
    measurements,
    outbox,
    people,
    places,
    questions,
    referrals,
    templates,
    told_endings,
    visits,
)
from db.base import Base

__all__ = [
    "Base", "appointments", "audit", "audit_seals", "children", "codes", "consent", "cries", "data_requests", "drafts",
    "duty", "endings", "files", "fostering", "inbox", "lesson_orders", "lesson_reviews", "lesson_texts", "measurements",
    "outbox", "people", "places", "questions", "referrals", "templates", "told_endings", "visits",
]  # fmt: skip

metadata = Base.metadata
