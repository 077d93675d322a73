"""How the fostering of a child or the care for a pregnancy ended: one row for each end."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key, enum_type
from db.children import Child, Pregnancy
from db.states import LOSSES, CareState

KINDS = (CareState.RECOVERED, CareState.AGED_OUT, CareState.MOVED, CareState.REFUSED, *LOSSES)


class Ending(Base):
    """One end of a child's fostering or of a pregnancy: ``kind`` is one of KINDS, ``ended_on`` its day.

    ``entered_by`` is None where a tick found it.
    """

    __tablename__ = "ending"
    __table_args__ = (Index(None, "kind", "ended_on"),)

    id: Mapped[Key]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    kind: Mapped[CareState] = mapped_column(enum_type(CareState, 12))
    ended_on: Mapped[date]
    at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


def mother_died(session: Session, family_id: int) -> bool:
    """Whether the death of the mother of this family has been told."""
    died = select(Ending.id).where(Ending.kind == CareState.MOTHER_DIED)
    of_children = died.join(Child, Child.id == Ending.child_id).where(Child.family_id == family_id)
    of_mothers = died.join(Pregnancy, Pregnancy.id == Ending.pregnancy_id).where(Pregnancy.family_id == family_id)
    return any(session.scalar(query.limit(1)) is not None for query in (of_children, of_mothers))


def mourns(session: Session, family_id: int, since: date) -> bool:
    """Whether the family has lost a child or a pregnancy on that day or later."""
    lost = select(Ending.id).where(Ending.kind.in_(LOSSES), Ending.ended_on >= since)
    of_children = lost.join(Child, Child.id == Ending.child_id).where(Child.family_id == family_id)
    of_mothers = lost.join(Pregnancy, Pregnancy.id == Ending.pregnancy_id).where(Pregnancy.family_id == family_id)
    return any(session.scalar(query.limit(1)) is not None for query in (of_children, of_mothers))


def mourning(session: Session, since: datetime) -> set[int]:
    """The ids of all families that have lost a child, a pregnancy or the mother since then, or told of it since."""
    lost = (
        select(func.coalesce(Child.family_id, Pregnancy.family_id))
        .select_from(Ending)
        .outerjoin(Child, Child.id == Ending.child_id)
        .outerjoin(Pregnancy, Pregnancy.id == Ending.pregnancy_id)
        .where(Ending.kind.in_(LOSSES), or_(Ending.ended_on >= since.date(), Ending.at >= since))
    )
    return set(session.scalars(lost))
