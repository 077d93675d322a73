"""Danger that somebody wrote of: what was heard, about whom, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, Name, enum_type
from db.children import Child, Family, Pregnancy
from db.people import Address, Person
from db.referrals import Referral


class CryState(StrEnum):
    """What became of a cry."""

    ASKED = "asked"  # whether it happens now; who keeps silent is helped all the same
    OFFERED = "offered"  # asked about words that were edited or forwarded: silence stays without consequence
    CALLED = "called"  # people are told, by the referral
    PAST = "past"
    QUESTION = "question"  # it was only asked


LATE = timedelta(minutes=15)


class Cry(Base):
    """One message in which danger was heard.

    ``child_id``, ``pregnancy_id`` or ``family_id`` say whom it is about, as far as that is known. ``signs`` are
    ids of the table of signs, none for a bare call for help; ``words`` those that were heard. ``name`` and ``phone``
    are the writer's, as far as the channel or the register tells them. ``said`` is the whole message, kept only until
    it is known that this was no question. It reached us ``at`` and was written
    ``written_at``: after an outage that may be hours or days before.
    """

    __tablename__ = "cry"
    __table_args__ = (Index(None, "state", "at"),)

    id: Mapped[Key]
    address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"))
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"))
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"), index=True)
    at: Mapped[datetime]
    written_at: Mapped[datetime | None]
    signs: Mapped[list[str]]
    words: Mapped[list[str]]
    said: Mapped[str] = mapped_column(Text, default="", server_default="")
    name: Mapped[Name] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[CryState] = mapped_column(enum_type(CryState, 12), default=CryState.ASKED)
    address: Mapped[Address | None] = relationship()
    person: Mapped[Person | None] = relationship()
    family: Mapped[Family | None] = relationship()
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()

    @property
    def is_late(self) -> bool:
        """Whether it reached us long after it was written."""
        return self.written_at is not None and self.at - self.written_at >= LATE

    @property
    def about(self) -> Child | Pregnancy | Family | None:
        """Whom it is about; None where nobody knows."""
        return self.child or self.pregnancy or self.family


def of_referral(session: Session, referral_id: int) -> Sequence[Cry]:
    """The cries that a referral answers, oldest first."""
    return session.scalars(select(Cry).where(Cry.referral_id == referral_id).order_by(Cry.id)).all()


def waiting(session: Session, before: datetime) -> Sequence[int]:
    """The ids of the cries whose question has stood unanswered since before then."""
    return session.scalars(select(Cry.id).where(Cry.state == CryState.ASKED, Cry.at <= before).order_by(Cry.id)).all()


def open_referral(session: Session, cry: Cry) -> Referral | None:
    """The open referral that this cry belongs to: of the same subject, or of an earlier cry from the same address."""
    same = {
        Child: Referral.child_id, Pregnancy: Referral.pregnancy_id, Family: Referral.family_id,
    }  # fmt: skip
    query = select(Referral).where(Referral.closed_at.is_(None)).order_by(Referral.id.desc()).limit(1)
    if (about := cry.about) and (found := session.scalar(query.where(same[type(about)] == about.id))):
        return found
    earlier = select(Cry.referral_id).where(Cry.address_id == cry.address_id, Cry.address_id.is_not(None))
    return session.scalar(query.where(Referral.id.in_(earlier.where(Cry.referral_id.is_not(None)))))


def last_told(session: Session, address_id: int, since: datetime) -> Cry | None:
    """The newest cry from this address since then that people were told of, or that was only asked."""
    told = (CryState.CALLED, CryState.QUESTION)
    query = select(Cry).where(Cry.address_id == address_id, Cry.state.in_(told), Cry.at >= since)
    return session.scalar(query.order_by(Cry.id.desc()).limit(1))
