"""States of WhatsApp templates: whether each may be used now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key

APPROVED = "APPROVED"
USABLE = frozenset({"", APPROVED, "REINSTATED", "FLAGGED"})  # FLAGGED: there were complaints, but it is still allowed


class TemplateState(Base):
    """One template in one language, with the state WhatsApp last reported; "MISSING" if it does not exist there."""

    __tablename__ = "template_state"
    __table_args__ = (UniqueConstraint("name", "language"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(20), default="")
    category: Mapped[str] = mapped_column(String(16), default="")
    quality: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")
    checked_at: Mapped[datetime]


def known(session: Session) -> Mapping[str, TemplateState]:
    """By name, the stored state of each template."""
    return {state.name: state for state in session.scalars(select(TemplateState))}


def usable(state: TemplateState | None) -> bool:
    """Whether the template may be sent. One whose state is unknown may."""
    return state is None or state.status in USABLE


def note(
    session: Session,
    name: str,
    language: str,
    now: datetime,
    *,
    status: str = "",
    category: str = "",
    quality: str = "",
    reason: str = "",
) -> None:
    """Store the reported values of a template; values that are None stay as they are."""
    name, language = name[:80], language[:8]
    state = session.scalar(
        select(TemplateState).where(TemplateState.name == name, TemplateState.language == language)
    ) or TemplateState(name=name, language=language, status="", category="", quality="", reason="")
    state.status, state.category = status[:20] or state.status, category[:16] or state.category
    state.quality, state.reason, state.checked_at = quality[:12] or state.quality, reason[:200], now
    session.add(state)
