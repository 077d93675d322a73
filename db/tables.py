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
    drafts,
    duty,
    endings,
    exports,
    files,
    fostering,
    households,
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
    settings,
    templates,
    told_endings,
    visits,
    workbook_imports,
)
from db.base import Base

__all__ = [
    "Base", "appointments", "audit", "audit_seals", "broadcasts", "children", "codes", "consent", "cries",
    "data_requests", "drafts", "duty", "endings", "exports", "files", "fostering", "households", "inbox",
    "lesson_orders", "lesson_reviews", "lesson_texts", "measurements", "outbox", "people", "places", "questions",
    "referrals", "settings", "templates", "told_endings", "visits", "workbook_imports",
]  # fmt: skip

metadata = Base.metadata
