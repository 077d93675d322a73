"""How the fostering of a child or the care for a pregnancy ended, and what stops with it.

A child never disappears silently: every end is a row, of one kind, on one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db import outbox, referrals, still_valid
from db.base import Base, Key
from db.children import Child, Pregnancy, caregivers
from db.drafts import Draft
from db.outbox import PLANNED_LANE, Kind, Outgoing
from db.states import LOSSES, MOURNING, CareState
from db.subjects import subject
from db.visits import Visit

KINDS = (CareState.RECOVERED, CareState.AGED_OUT, CareState.MOVED, CareState.REFUSED, *LOSSES)


class Ending(Base):
    """One end of a child's fostering, or of a pregnancy's: ``kind`` is one of KINDS, ``ended_on`` its day.

    ``entered_by`` is None where the calendar or a rule found it.
    """

    __tablename__ = "ending"
    __table_args__ = (Index(None, "kind", "ended_on"),)

    id: Mapped[Key]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    ended_on: Mapped[date]
    at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


def mourns(session: Session, family_id: int, since: date) -> bool:
    """Whether the family has lost a child or a pregnancy on that day or later."""
    lost = select(Ending.id).where(Ending.kind.in_(LOSSES), Ending.ended_on >= since)
    of_children = lost.join(Child, Child.id == Ending.child_id).where(Child.family_id == family_id)
    of_mothers = lost.join(Pregnancy, Pregnancy.id == Ending.pregnancy_id).where(Pregnancy.family_id == family_id)
    return any(session.scalar(query.limit(1)) is not None for query in (of_children, of_mothers))


def subject_of(about: Child | Pregnancy) -> str:
    """ "child:31" or "pregnancy:7", as buttons, drafts and keys have it."""
    return f"child:{about.id}" if isinstance(about, Child) else f"pregnancy:{about.id}"


def end(
    session: Session, about: Child | Pregnancy, kind: CareState, on: date, now: datetime, by: int | None = None
) -> None:
    """Write the end down. Nobody is asked to visit any more, and what is planned and has become untrue is dropped."""
    about.state = kind
    note(session, about, kind, on, now, by)
    still_valid.cancel_fallen(session, now, subject(about))


def lose(
    session: Session,
    about: Child | Pregnancy,
    kind: CareState,
    on: date,
    now: datetime,
    quiet_until: date,
    by: int | None = None,
) -> None:
    """Write a loss down. Nothing that was planned about the child or the pregnancy is sent any more.

    Lessons about brothers and sisters rest until ``quiet_until``; forms begun about the child are discarded. What a
    mother needs for herself after a lost pregnancy goes on.
    """
    rest(session, about.family_id, now, quiet_until)
    for draft in _drafts(session, about):
        session.delete(draft)
    end(session, about, kind, on, now, by)


def rest(session: Session, family_id: int, now: datetime, quiet_until: date) -> None:
    """What was planned for the family's carers is not sent any more, and nothing comes to them until that day.

    Alerts go on: a carer may be the midwife of somebody else.
    """
    carers = caregivers(session, family_id)
    for carer in carers:
        carer.paused_until = max(carer.paused_until or quiet_until, quiet_until)
    theirs = Outgoing.person_id.in_([carer.person_id for carer in carers])
    outbox.cancel(session, MOURNING, now, theirs, Outgoing.lane >= PLANNED_LANE, Outgoing.kind != Kind.LOSS)


def note(session: Session, about: Child | Pregnancy, kind: str, on: date, now: datetime, by: int | None) -> None:
    """The row of what happened. It changes no state: after a mother's death the fostering of her child goes on."""
    subject = {"child_id": about.id} if isinstance(about, Child) else {"pregnancy_id": about.id}
    session.add(Ending(kind=kind, ended_on=on, at=now, entered_by=by, **subject))
    session.flush()


def _drafts(session: Session, about: Child | Pregnancy) -> Sequence[Draft]:
    """The sheets anybody has begun about the child or the pregnancy: visits, corrections, results of referrals."""
    visited = Visit.child_id if isinstance(about, Child) else Visit.pregnancy_id
    subjects = [
        subject_of(about),
        *(f"visit:{visit}" for visit in session.scalars(select(Visit.id).where(visited == about.id))),
    ]
    if isinstance(about, Child):
        subjects += [f"referral:{referral.id}" for referral in referrals.open_about(session, about)]
    return session.scalars(select(Draft).where(Draft.subject.in_(subjects))).all()
