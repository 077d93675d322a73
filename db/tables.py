"""All tables in one place, for migrations and tests."""

from db import (
    audit,
    children,
    consent,
    drafts,
    endings,
    inbox,
    measurements,
    outbox,
    people,
    places,
    referrals,
    visits,
)
from db.base import Base

__all__ = [
    "Base", "audit", "children", "consent", "drafts", "endings", "inbox", "measurements", "outbox", "people",
    "places", "referrals", "visits",
]  # fmt: skip

metadata = Base.metadata
