"""Referrals: children and mothers whom a health worker must see, their state and steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.children import Child, Family, Pregnancy
from db.people import Person

NOW, TODAY = "sekarang", "hari ini"  # the urgencies that quiet hours do not hold back
WITHDRAWN = "laporan ditarik kembali oleh pelapor"


class ReferralState(StrEnum):
    """How far a referral has come."""

    SENT = "sent"
    ACCEPTED = "accepted"
    SEEN = "seen"
    REFERRED_ON = "referred_on"
    BACK_REFERRED = "back_referred"
    CLOSED = "closed"


class StepKind(StrEnum):
    """What happened to a referral."""

    # who was told; a step without a person says that there was nobody
    TOLD = "told"
    REMINDER = "reminder"
    HEAD = "head"
    COORDINATOR = "coordinator"
    AGAIN = "again"  # the coordinators once more, of what must be seen at once
    DAILY = "daily"  # who has it was reminded, once a day, while it stays open
    # what a coordinator did
    PUSHED = "pushed"  # had whom it waits for reminded
    HANDED = "handed"  # gave it to another health worker, who was told in the next step
    # what a health worker did
    ACCEPTED = "accepted"
    SEEN = "seen"
    NOT_MET = "not_met"
    REFERRED_ON = "referred_on"
    BACK_REFERRED = "back_referred"
    CLOSED = "closed"
    NOTE = "note"  # free words
    # the ASN and the family
    ASKED = "asked"
    ANSWERED = "answered"
    # who called for help
    SIGN = "sign"  # told of a sign
    TAKEN_BACK = "taken_back"  # takes a sign back that was reported
    SHARED = "shared"  # gave a number
    PAST = "past"  # says that it is over


CLIMBS = (StepKind.REMINDER, StepKind.HEAD, StepKind.COORDINATOR)
"""The steps at which others are told of a referral that nobody has answered, in order."""
NOTIFIED = (StepKind.TOLD, *CLIMBS, StepKind.AGAIN)
"""The steps at which somebody is told of a referral."""


class Referral(Base):
    """Somebody who must be seen. ``signs`` in words; ``urgency`` "sekarang", "hari ini" or "3-7 hari".

    It is about a child, a pregnancy, or a family where nobody knows yet who of them is meant; about none of them where
    a stranger called for help. ``urgent_since`` is from when it is counted: when its urgency rose, or it was handed on
    or opened again. Nothing closes by itself: ``closed_by`` and ``result`` say who did, and how it ended.
    ``accepted_by`` has taken it on.
    """

    __tablename__ = "referral"

    id: Mapped[Key]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    signs: Mapped[list[str]]
    urgency: Mapped[str] = mapped_column(String(12))
    state: Mapped[ReferralState] = mapped_column(enum_type(ReferralState, 16), default=ReferralState.SENT)
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
    """Who was told or did what, and when. Rows are only ever added. ``detail`` says the rest in words."""

    __tablename__ = "referral_step"

    id: Mapped[Key]
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    step: Mapped[StepKind] = mapped_column(enum_type(StepKind, 24))
    detail: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[Person | None] = relationship()


def open_ones(session: Session) -> Sequence[Referral]:
    """Every referral nobody has closed, oldest first."""
    return session.scalars(select(Referral).where(Referral.closed_at.is_(None)).order_by(Referral.opened_at)).all()


def of_visit(session: Session, visit_id: int) -> Sequence[Referral]:
    return session.scalars(select(Referral).where(Referral.visit_id == visit_id)).all()


def ways_of_open(session: Session) -> Mapping[int, Sequence[ReferralStep]]:
    """By referral, the steps of all that are open, oldest first, in one query."""
    query = select(ReferralStep).join(Referral, Referral.id == ReferralStep.referral_id)
    ways: dict[int, list[ReferralStep]] = defaultdict(list)
    for step in session.scalars(query.where(Referral.closed_at.is_(None)).order_by(ReferralStep.id)):
        ways[step.referral_id].append(step)
    return ways


def open_about(session: Session, about: Child | Pregnancy | Family) -> Sequence[Referral]:
    """The open referrals of one child, mother or family, oldest first."""
    subject = {Child: Referral.child_id, Pregnancy: Referral.pregnancy_id, Family: Referral.family_id}[type(about)]
    query = select(Referral).where(subject == about.id, Referral.closed_at.is_(None))
    return session.scalars(query.order_by(Referral.id)).all()


def note(
    session: Session, referral: Referral, step: StepKind, now: datetime, person_id: int | None, detail: str = ""
) -> None:
    """Add a step to the referral."""
    session.add(ReferralStep(referral_id=referral.id, at=now, person_id=person_id, step=step, detail=detail[:200]))


def steps(session: Session, referral_id: int, step: StepKind | None = None) -> Sequence[ReferralStep]:
    """The referral's steps so far, or only those of one kind, oldest first."""
    if step is None:
        return session.scalars(_STEPS, {"referral": referral_id}).all()
    return session.scalars(_STEPS_OF_KIND, {"referral": referral_id, "step": step}).all()


# Built once: a referral's way is read wherever anything is said of it.
_STEPS = select(ReferralStep).where(ReferralStep.referral_id == bindparam("referral")).order_by(ReferralStep.id)
_STEPS_OF_KIND = _STEPS.where(ReferralStep.step == bindparam("step"))


def notified(session: Session, referral_id: int) -> set[int]:
    """The ids of the people who were to be told of the referral, whether they could be reached or not."""
    return {one.person_id for one in steps(session, referral_id) if one.step in NOTIFIED and one.person_id is not None}


def close(session: Session, referral: Referral, now: datetime, person_id: int | None, result: str) -> None:
    """Close the referral with its result (cut at 200 characters)."""
    referral.state, referral.closed_at, referral.closed_by = ReferralState.CLOSED, now, person_id
    referral.result = result[:200]
    note(session, referral, StepKind.CLOSED, now, person_id, result)


def closed_by(
    session: Session, about: Child | Pregnancy, since: datetime, results: Sequence[str]
) -> Sequence[Referral]:
    """The referrals of the child or the mother that were closed since then with one of these results."""
    whom = Referral.child_id if isinstance(about, Child) else Referral.pregnancy_id
    query = select(Referral).where(whom == about.id, Referral.closed_at >= since, Referral.result.in_(results))
    return session.scalars(query.order_by(Referral.id)).all()


def reopen(session: Session, referral: Referral, now: datetime, person_id: int) -> None:
    """Open a referral again that was closed by mistake: it waits for an answer, and climbs, as if it were new."""
    referral.state, referral.closed_at, referral.closed_by, referral.result = ReferralState.SENT, None, None, ""
    referral.urgent_since = now
    referral.accepted_at = referral.accepted_by = referral.acceptor = None
    note(session, referral, StepKind.SIGN, now, person_id, "dibuka lagi: kabarnya keliru")
