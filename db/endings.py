"""How the fostering of a child or the care for a pregnancy ended, and what stops with it.

A child never disappears silently: every end is a row, of one kind, on one day.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from db import outbox, referrals
from db.base import Base, Key
from db.children import Child, Pregnancy, caregivers, foster_parents
from db.drafts import Draft
from db.outbox import PLANNED, SKIPPED, Outgoing
from db.visits import Visit

RECOVERED, AGED_OUT, MOVED, DIED, REFUSED = "lulus", "lewat umur", "pindah", "meninggal", "menolak"
MISCARRIED, STILLBORN = "keguguran", "lahir mati"
MOTHER_DIED = "ibu wafat"  # ends a pregnancy; of a child it is only noted
LOSSES = (DIED, MISCARRIED, STILLBORN, MOTHER_DIED)
KINDS = (RECOVERED, AGED_OUT, MOVED, REFUSED, *LOSSES)
GONE = (AGED_OUT, MOVED, *LOSSES, "lahir")  # states of which there is no more news
MOURNING = "duka"  # why a message was skipped


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


def end(session: Session, about: Child | Pregnancy, kind: str, on: date, now: datetime, by: int | None = None) -> None:
    """Write the end down. From now on nobody is asked to visit."""
    about.state = kind
    note(session, about, kind, on, now, by)


def drop_lessons(session: Session, about: Child | Pregnancy, lessons: Collection[str], why: str, now: datetime) -> None:
    """The lessons planned about this child or pregnancy are not sent; ``lessons`` are the ids counted from its date."""
    own, called_for = str(about.id), f"{'c' if isinstance(about, Child) else 'p'}{about.id}@"
    carers = [carer.person_id for carer in caregivers(session, about.family_id)]
    planned = select(Outgoing).where(
        Outgoing.person_id.in_(carers), Outgoing.kind == "lesson", Outgoing.state == PLANNED
    )
    for row in session.scalars(planned):
        _, _, lesson, ref = row.key.split(":")
        if (ref == own and lesson in lessons) or ref.startswith(called_for):
            row.state, row.reason, row.settled_at = SKIPPED, why, now
    session.flush()


def hush(session: Session, about: Child | Pregnancy, today: date, now: datetime, quiet_until: date) -> None:
    """After a loss: what was planned for the family, or for anybody about the child, is not sent any more.

    Lessons about brothers and sisters rest until ``quiet_until``; sheets begun about the child are discarded.
    """
    rest(session, about.family_id, now, quiet_until)
    asns = Outgoing.person_id.in_([asn.id for asn in foster_parents(session, about, today)])
    _skip(session, now, asns, Outgoing.kind.in_(("reminder", "nudge")))
    for referral in referrals.open_about(session, about):
        for prefix in (f"alert:{referral.id}:", f"referral:{referral.id}:"):
            outbox.skip(session, prefix, MOURNING, now)
    outbox.skip(session, f"ending:{subject_of(about)}:", MOURNING, now)
    if isinstance(about, Child):
        outbox.skip(session, f"born:pregnancy:{about.pregnancy_id}:", MOURNING, now)
    else:
        asked = Outgoing.key.like(f"birth:%:{about.id}:%")
        _skip(session, now, Outgoing.kind == "birth", asked)
    for draft in _drafts(session, about):
        session.delete(draft)
    session.flush()


def rest(session: Session, family_id: int, now: datetime, quiet_until: date) -> None:
    """What was planned for the family is not sent any more, and nothing comes to it until that day."""
    carers = caregivers(session, family_id)
    for carer in carers:
        carer.paused_until = max(carer.paused_until or quiet_until, quiet_until)
    family = Outgoing.person_id.in_([carer.person_id for carer in carers])
    _skip(session, now, family, Outgoing.kind.not_in(("reply", "recover")))


def note(session: Session, about: Child | Pregnancy, kind: str, on: date, now: datetime, by: int | None) -> None:
    """The row of what happened. It changes no state: after a mother's death the fostering of her child goes on."""
    subject = {"child_id": about.id} if isinstance(about, Child) else {"pregnancy_id": about.id}
    session.add(Ending(kind=kind, ended_on=on, at=now, entered_by=by, **subject))
    session.flush()


def _skip(session: Session, now: datetime, *which: object) -> None:
    planned = update(Outgoing).where(Outgoing.state == PLANNED, *which)  # pyright: ignore[reportArgumentType]
    session.execute(planned.values(state=SKIPPED, reason=MOURNING, settled_at=now))


def _drafts(session: Session, about: Child | Pregnancy) -> Sequence[Draft]:
    """The sheets anybody has begun about the child or the pregnancy: visits, corrections, results of referrals."""
    visited = Visit.child_id if isinstance(about, Child) else Visit.pregnancy_id
    subjects = [
        subject_of(about),
        *(f"visit:{visit}" for visit in session.scalars(select(Visit.id).where(visited == about.id))),
        *(f"referral:{referral.id}" for referral in referrals.open_about(session, about)),
    ]
    return session.scalars(select(Draft).where(Draft.subject.in_(subjects))).all()
