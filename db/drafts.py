"""Forms being filled in, kept until they are sent or discarded; a person has at most one per form and subject."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key


class Draft(Base):
    """A form being filled in. ``subject``: "child:31", "pregnancy:7", "visit:90" (a correction) or "self".

    ``state`` is flow.step.State as JSON. ``version`` counts changes: of two messages handled at once, the second is
    handled again instead of overwriting the first.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "form", "subject"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    state: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    opened_at: Mapped[datetime]
    touched_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


def of(session: Session, person_id: int) -> Sequence[Draft]:
    """A person's open drafts, the one touched last first."""
    query = select(Draft).where(Draft.person_id == person_id)
    return session.scalars(query.order_by(Draft.touched_at.desc(), Draft.id.desc())).all()


def about(session: Session, person_id: int, form: str, subject: str) -> Draft | None:
    return session.scalar(
        select(Draft).where(Draft.person_id == person_id, Draft.form == form, Draft.subject == subject)
    )
