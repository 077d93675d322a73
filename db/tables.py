"""All tables in one place, for migrations and tests."""

from db import (
    appointments,
    audit,
    audit_seals,
    broadcasts,
    children,
    codes,
    consent,
    cries,
    data_requests,
    digests,
    drafts,
    duty,
    endings,
    exports,
    files,
    fostering,
    households,
    inbox,
    ladder,
    lapses,
    lesson_orders,
    lesson_reviews,
    lesson_texts,
    letters,
    measurements,
    outbox,
    people,
    places,
    promises,
    questions,
    referrals,
    remindings,
    set_aside,
    settings,
    templates,
    told_endings,
    visits,
    workbook_imports,
)
from db.base import Base

__all__ = [
    "Base", "appointments", "audit", "audit_seals", "broadcasts", "children", "codes", "consent", "cries",
    "data_requests", "digests", "drafts", "duty", "endings", "exports", "files", "fostering", "households", "inbox",
    "ladder", "lapses", "lesson_orders", "lesson_reviews", "lesson_texts", "letters", "measurements", "outbox",
    "people", "places", "promises", "questions", "referrals", "remindings", "set_aside", "settings", "templates",
    "told_endings", "visits", "workbook_imports",
]  # fmt: skip

metadata = Base.metadata
