"""Record a birth that was reported in chat, undo it, and end what it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from db import audit, outbox
from db.children import Child, Family, Pregnancy, caregivers
from db.cries import Cry
from db.drafts import Draft
from db.endings import Ending
from db.fostering import Assignment
from db.measurements import Measurement
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing
from db.referrals import Referral
from db.states import CareState
from db.subjects import subject
from db.visits import Visit
from programme import still_valid
from programme.still_valid import TOLD

RUNNING = (CareState.ACTIVE, CareState.REFUSED)  # who does not want visits is pregnant all the same
FORM = "birth"


@dataclass(frozen=True)
class Baby:
    """What is known on the first day. ``name`` may be empty, ``grams`` unknown."""

    sex: str
    name: str
    grams: int | None


def record(
    session: Session, pregnancy: Pregnancy, born: date, babies: Sequence[Baby], weeks: int | None, now: datetime
) -> list[Child]:
    """Create the children and end the pregnancy. Returns the children. ``weeks`` are the completed ones at birth.

    A family that did not want visits does not get them for the baby either.
    """
    children: list[Child] = []
    for baby in babies:
        child = Child(
            code=_next_code(session, pregnancy),
            family=pregnancy.family,
            name=baby.name,
            sex=baby.sex,
            born=born,
            birth_weight_g=baby.grams,
            gestation_weeks=weeks,
            pregnancy_id=pregnancy.id,
            listed="tidak stunting",
            state=pregnancy.state,
            created_at=now,
        )
        session.add(child)
        session.flush()
        children.append(child)
    pregnancy.state = CareState.BORN
    session.flush()
    return children


def of_pregnancy(session: Session, pregnancy: Pregnancy) -> Sequence[Child]:
    """The children whose birth was reported for this pregnancy."""
    return session.scalars(select(Child).where(Child.pregnancy_id == pregnancy.id).order_by(Child.id)).all()


def close(session: Session, pregnancy: Pregnancy, now: datetime) -> set[int]:
    """Cancel what was planned about the pregnancy and discard forms begun about it. Referrals stay open.

    Its birth must have been recorded. Returns the ids of the people whose form was discarded.
    """
    still_valid.cancel_fallen(session, now, subject(pregnancy))
    begun = select(Draft).where(Draft.subject == str(subject(pregnancy)), Draft.form != FORM)
    closed = session.scalars(begun).all()
    for draft in closed:
        session.delete(draft)
    session.flush()
    return {draft.person_id for draft in closed}


def take_back(session: Session, pregnancy: Pregnancy, children: Sequence[Child], now: datetime) -> bool:
    """Undo a birth: delete the children, continue the pregnancy. Returns False where other rows refer to them."""
    ids = [child.id for child in children]
    for table in (Visit, Measurement, Referral, Assignment, Ending, Cry):
        if session.scalar(select(table.id).where(table.child_id.in_(ids)).limit(1)):
            return False
    dropped = Outgoing.state == SKIPPED, Outgoing.reason == TOLD, outbox.about(subject(pregnancy))
    for row in session.scalars(select(Outgoing).where(*dropped)):
        if row.expires_at is None or row.expires_at > now:
            outbox.plan_again(row)
    subjects = [subject(child) for child in children]
    outbox.cancel(session, "kabar lahir dibatalkan", now, Outgoing.kind == Kind.BORN, outbox.about(*subjects))
    # Deleted, not skipped: SQLite may give the next child the number of this one, and it is to get its lessons.
    counted_from = or_(*(and_(Outgoing.origin_kind == one.kind, Outgoing.origin_id == one.id) for one in subjects))
    carers = [carer.person_id for carer in caregivers(session, pregnancy.family_id)]
    unsent = delete(Outgoing).where(
        Outgoing.kind == Kind.LESSON,
        Outgoing.person_id.in_(carers),
        Outgoing.state.in_((PLANNED, SKIPPED)),
        or_(counted_from, outbox.about(*subjects)),
        Outgoing.created_at >= children[0].created_at,
    )
    session.execute(unsent.execution_options(synchronize_session=False))
    session.execute(delete(Draft).where(Draft.subject.in_([str(one) for one in subjects])))
    audit.forget(session, subjects)  # SQLite may give their numbers to other children
    pregnancy.state = children[0].state
    for child in children:
        session.delete(child)
    session.flush()
    return True


def replan(session: Session, pregnancy: Pregnancy) -> None:
    """Delete the pregnancy's unsent lessons after its HPL changed; the next tick plans them anew."""
    one = subject(pregnancy)
    session.execute(
        delete(Outgoing)
        .where(
            Outgoing.kind == Kind.LESSON,
            Outgoing.person_id.in_([carer.person_id for carer in caregivers(session, pregnancy.family_id)]),
            Outgoing.origin_kind == one.kind,
            Outgoing.origin_id == one.id,
            Outgoing.called_on.is_(None),
            Outgoing.state.in_((PLANNED, SKIPPED)),
        )
        .execution_options(synchronize_session="fetch")
    )


def end_weddings(session: Session, family: Family, now: datetime) -> None:
    """End the family's weddings because the couple expects a child; their lessons are cancelled."""
    ended = [wedding for wedding in family.weddings if wedding.state == CareState.ACTIVE]
    for wedding in ended:
        wedding.state = CareState.EXPECTING
    if ended:
        still_valid.cancel_fallen(session, now, *(subject(wedding) for wedding in ended))


def _next_code(session: Session, pregnancy: Pregnancy) -> str:
    """The family's code with the next free number."""
    stem = f"{pregnancy.family.code[:36]}-"
    taken = set(session.scalars(select(Child.code).where(Child.code.startswith(stem, autoescape=True))))
    return next(f"{stem}{number}" for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)
