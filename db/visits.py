"""Reported visits, the history of their corrections, and the aid given at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key
from db.children import Child, Pregnancy, Wedding
from db.people import Person


class Visit(Base):
    """One report that was sent. ``answers`` are the form's, by question name.

    ``personal`` are the names of the answers that may say who somebody is, by the form of that day. They are emptied
    when the family is forgotten, also after a question has left the form.

    ``asn_id`` reported it, in the name of ``carer_id``, the foster parent: themselves where that is empty.

    ``undone_at`` marks a report that was undone; a correction keeps the row and stores the earlier answers in
    VisitRevision.
    """

    __tablename__ = "visit"
    __table_args__ = (Index(None, "child_id", "visited_on"), Index(None, "asn_id", "submitted_at"))

    id: Mapped[Key]
    form: Mapped[str] = mapped_column(String(40))
    asn_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    carer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    wedding_id: Mapped[int | None] = mapped_column(ForeignKey("wedding.id"), index=True)
    visited_on: Mapped[date]
    met: Mapped[bool]
    answers: Mapped[dict[str, Any]]
    personal: Mapped[list[str]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]]
    next_on: Mapped[date | None]
    channel: Mapped[str] = mapped_column(String(16))
    submitted_at: Mapped[datetime] = mapped_column(index=True)
    corrected_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    asn: Mapped[Person] = relationship(foreign_keys=[asn_id])
    carer: Mapped[Person | None] = relationship(foreign_keys=[carer_id])
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()
    wedding: Mapped[Wedding | None] = relationship()


class VisitRevision(Base):
    """The answers of a visit before a correction."""

    __tablename__ = "visit_revision"

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    answers: Mapped[dict[str, Any]]
    replaced_at: Mapped[datetime]
    replaced_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Aid(Base):
    """One kind of help handed over at a visit; ``value_rp`` only when the giver said it."""

    __tablename__ = "aid"

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    item: Mapped[str] = mapped_column(String(40))
    amount: Mapped[str] = mapped_column(String(80), default="")
    value_rp: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(40), default="")


def of_child(session: Session, child_id: int) -> Sequence[Visit]:
    """A child's visits that were not undone, newest first."""
    query = select(Visit).where(Visit.child_id == child_id, Visit.undone_at.is_(None))
    return session.scalars(query.order_by(Visit.visited_on.desc(), Visit.id.desc())).all()


def of_pregnancy(session: Session, pregnancy_id: int) -> Sequence[Visit]:
    query = select(Visit).where(Visit.pregnancy_id == pregnancy_id, Visit.undone_at.is_(None))
    return session.scalars(query.order_by(Visit.visited_on.desc(), Visit.id.desc())).all()


def of_wedding(session: Session, wedding_id: int) -> Sequence[Visit]:
    """The visits to a couple that were not undone, newest first."""
    query = select(Visit).where(Visit.wedding_id == wedding_id, Visit.undone_at.is_(None))
    return session.scalars(query.order_by(Visit.visited_on.desc(), Visit.id.desc())).all()


def received(found: Sequence[Visit]) -> frozenset[str]:
    """The ids of the services that these visits reported as received, of a child or of its mother."""
    return frozenset(
        service
        for visit in found
        for question in ("services", "antenatal")
        for service in visit.answers.get(question) or ()
    )
