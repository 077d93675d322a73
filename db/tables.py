"""All tables in one place, for migrations and tests."""

from db import (
    audit,
    audit_seals,
    children,
    consent,
    cries,
    drafts,
    duty,
    endings,
    files,
    inbox,
    measurements,
    outbox,
    people,
    places,
    referrals,
    templates,
    visits,
)
from db.base import Base

__all__ = [
    "Base", "audit", "audit_seals", "children", "consent", "cries", "drafts", "duty", "endings", "files", "inbox",
    "measurements", "outbox", "people", "places", "referrals", "templates", "visits",
]  # fmt: skip

metadata = Base.metadata
