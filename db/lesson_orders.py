"""Lessons that a health worker ordered for one child: they are sent on that word alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key


class LessonOrder(Base):
    """``condition`` is the name of the condition whose lesson is sent (content.conditions)."""

    __tablename__ = "lesson_order"

    id: Mapped[Key]
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    condition: Mapped[str] = mapped_column(String(40))
    ordered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
