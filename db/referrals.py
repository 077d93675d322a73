"""Children and mothers who must be seen: who was told, who takes care of them, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key
from db.children import Child, Family, Pregnancy
from db.people import Person

SENT, ACCEPTED, SEEN, REFERRED_ON, BACK_REFERRED, CLOSED = (
    "sent", "accepted", "seen", "referred_on", "back_referred", "closed",
)  # fmt: skip
NOW, TODAY = "sekarang", "hari ini"  # the urgencies that quiet hours do not hold back
NOTE = "note"  # the step that holds free words
WITHDRAWN = "laporan ditarik kembali oleh pelapor"


class Referral(Base):
    """Somebody who must be seen. ``signs`` in words; ``urgency`` "sekarang", "hari ini" or "3-7 hari".

    It is about a child, a pregnancy, or a family of whom nobody knows yet which of them it is; about none of them where
    a stranger called for help. ``urgent_since`` is when its urgency rose, if it did after it was opened.
    ``state`` is one of the six above. Nothing closes by itself: ``closed_by`` and ``result`` say who did, and how it
    ended. ``accepted_by`` has taken it on.
    """

    __tablename__ = "referral"

    id: Mapped[Key]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    signs: Mapped[list[str]]
    urgency: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(16), default=SENT)
    opened_at: Mapped[datetime]
    urgent_since: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    result: Mapped[str] = mapped_column(String(200), default="")
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()
    of_family: Mapped[Family | None] = relationship()
    acceptor: Mapped[Person | None] = relationship(foreign_keys=[accepted_by])

    @property
    def about(self) -> Child | Pregnancy | Family | None:
        """Whom it is about; None for somebody who is not known."""
        return self.child or self.pregnancy or self.of_family

    @property
    def family(self) -> Family | None:
        """The family of whom it is about; None for somebody who is not known."""
        about = self.about
        return about if isinstance(about, Family | None) else about.family

    @property
    def urgent(self) -> bool:
        """Whether it waits neither for the morning nor for a Sunday."""
        return self.urgency in (NOW, TODAY)


class ReferralStep(Base):
    """Who was told and who did what, when: the proof of a referral's way. Rows are only ever added.

    ``step``: "told", "reminder", "head", "coordinator", "again" (who was told; ``person_id`` None: there was nobody),
    "accepted", "seen", "not_met", "referred_on", "back_referred", "closed" (who did), "asked", "answered" (the ASN and
    the family), "sign" (another sign was told of), "shared" (the writer's number came), "past" (the writer says that it
    is over), NOTE (free words of the health worker). ``detail`` says the rest in words.
    """

    __tablename__ = "referral_step"

    id: Mapped[Key]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    step: Mapped[str] = mapped_column(String(24))
    detail: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[Person | None] = relationship()


def open_ones(session: Session) -> Sequence[Referral]:
    """Every referral nobody has closed, oldest first."""
    return session.scalars(select(Referral).where(Referral.closed_at.is_(None)).order_by(Referral.opened_at)).all()


def of_visit(session: Session, visit_id: int) -> Sequence[Referral]:
    return session.scalars(select(Referral).where(Referral.visit_id == visit_id)).all()


def open_about(session: Session, about: Child | Pregnancy) -> Sequence[Referral]:
    """The open referrals of one child or mother."""
    subject = Referral.child_id if isinstance(about, Child) else Referral.pregnancy_id
    query = select(Referral).where(subject == about.id, Referral.closed_at.is_(None))
    return session.scalars(query.order_by(Referral.id)).all()


def note(
    session: Session, referral: Referral, step: str, now: datetime, person_id: int | None, detail: str = ""
) -> None:
    """Add a step to the referral's way."""
    session.add(ReferralStep(referral_id=referral.id, at=now, person_id=person_id, step=step, detail=detail[:200]))


def steps(session: Session, referral_id: int, step: str = "") -> Sequence[ReferralStep]:
    """The referral's way so far, or only its steps of one kind, oldest first."""
    query = select(ReferralStep).where(ReferralStep.referral_id == referral_id)
    if step:
        query = query.where(ReferralStep.step == step)
    return session.scalars(query.order_by(ReferralStep.id)).all()


def close(session: Session, referral: Referral, now: datetime, person_id: int | None, result: str) -> None:
    """Somebody closes it, with its result."""
    referral.state, referral.closed_at, referral.closed_by = CLOSED, now, person_id
    referral.result = result[:200]
    note(session, referral, CLOSED, now, person_id, result)
