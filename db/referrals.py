"""Danger signs that were seen, and who takes care of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key
from db.children import Child, Pregnancy
from db.people import Person


class Referral(Base):
    """A child or a mother who must be seen. ``signs`` in words; ``urgency`` "hari ini" or "segera".

    Open until a health worker closes it; ``accepted_by`` says who has taken it on.
    """

    __tablename__ = "referral"

    id: Mapped[Key]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    signs: Mapped[list[str]]
    urgency: Mapped[str] = mapped_column(String(12))
    opened_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    result: Mapped[str] = mapped_column(String(200), default="")
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()
    acceptor: Mapped[Person | None] = relationship(foreign_keys=[accepted_by])


def open_ones(session: Session) -> Sequence[Referral]:
    """Every referral nobody has closed, oldest first."""
    return session.scalars(select(Referral).where(Referral.closed_at.is_(None)).order_by(Referral.opened_at)).all()


def of_visit(session: Session, visit_id: int) -> Sequence[Referral]:
    return session.scalars(select(Referral).where(Referral.visit_id == visit_id)).all()
