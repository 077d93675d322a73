"""End the care for a child or a pregnancy: store the end, cancel messages that are not true any more, pause lessons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox, referrals
from db.children import Child, Pregnancy, caregivers
from db.drafts import Draft
from db.endings import Ending
from db.outbox import PLANNED_LANE, Kind, Outgoing
from db.states import MOURNING, CareState
from db.subjects import Subject, SubjectKind, subject
from db.visits import Visit
from programme import still_valid

FOR_MOURNERS = (Kind.LOSS, Kind.AFTER_LOSS)


def end(
    session: Session, about: Child | Pregnancy, kind: CareState, on: date, now: datetime, by: int | None = None
) -> None:
    """Record the end of a fostering, and cancel planned messages that are not true any more."""
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
    """Record a loss, and cancel what was planned about the child or the pregnancy.

    Other lessons of the family are paused until ``quiet_until``; forms begun about the child are discarded. Lessons
    written for a mother after a loss come all the same.
    """
    rest(session, about.family_id, now, quiet_until)
    for draft in _drafts(session, about):
        session.delete(draft)
    end(session, about, kind, on, now, by)


def rest(session: Session, family_id: int, now: datetime, quiet_until: date) -> None:
    """Pause the family's carers until that day, and cancel what was planned for them.

    Alerts go on: a carer may be the midwife of somebody else.
    """
    carers = caregivers(session, family_id)
    for carer in carers:
        carer.paused_until = max(carer.paused_until or quiet_until, quiet_until)
    to_carers = Outgoing.person_id.in_([carer.person_id for carer in carers])
    outbox.cancel(session, MOURNING, now, to_carers, Outgoing.lane >= PLANNED_LANE, Outgoing.kind.not_in(FOR_MOURNERS))


def note(session: Session, about: Child | Pregnancy, kind: CareState, on: date, now: datetime, by: int | None) -> None:
    """Store the row of an end without changing a state: after a mother's death the fostering of her child goes on."""
    whom = {"child_id": about.id} if isinstance(about, Child) else {"pregnancy_id": about.id}
    session.add(Ending(kind=kind, ended_on=on, at=now, entered_by=by, **whom))
    session.flush()


def _drafts(session: Session, about: Child | Pregnancy) -> Sequence[Draft]:
    """The forms anybody has begun about the child or the pregnancy: visits, corrections, results of referrals."""
    visited = Visit.child_id if isinstance(about, Child) else Visit.pregnancy_id
    visits = session.scalars(select(Visit.id).where(visited == about.id))
    subjects = [subject(about), *(Subject(SubjectKind.VISIT, id) for id in visits)]
    if isinstance(about, Child):
        subjects += [subject(referral) for referral in referrals.open_about(session, about)]
    return session.scalars(select(Draft).where(Draft.subject.in_([str(one) for one in subjects]))).all()
