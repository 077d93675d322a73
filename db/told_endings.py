"""News of an end that waits for a second person: told by an ASN, decided by a health worker of the place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, exists, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.children import Child, Pregnancy
from db.people import Person
from db.states import CareState


class ToldEnding(Base):
    """What was told: of whom, ``kind`` (one of ``db.endings.KINDS``), by whom. ``is_true`` is None until it is decided.

    ``asked_again_at``: when those who decide were asked a second time.
    """

    __tablename__ = "told_ending"
    __table_args__ = (Index(None, "decided_at", "at"),)

    id: Mapped[Key]
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    kind: Mapped[CareState] = mapped_column(enum_type(CareState, 12))
    at: Mapped[datetime]
    told_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_again_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_true: Mapped[bool | None]
    child: Mapped[Child | None] = relationship()
    pregnancy: Mapped[Pregnancy | None] = relationship()
    teller: Mapped[Person] = relationship(foreign_keys=[told_by])

    @property
    def about(self) -> Child | Pregnancy:
        """Whom it is about. Raises LookupError where the row names nobody."""
        found = self.child or self.pregnancy
        if found is None:
            raise LookupError(f"told_ending {self.id} is about nobody")
        return found


def waiting(session: Session, before: datetime | None = None) -> Sequence[ToldEnding]:
    """The news that nobody has decided yet; only what was told before that moment, where one is given."""
    query = select(ToldEnding).where(ToldEnding.decided_at.is_(None))
    if before is not None:
        query = query.where(ToldEnding.at < before)
    return session.scalars(query.order_by(ToldEnding.id)).all()


def waiting_about(session: Session, about: Child | Pregnancy) -> Sequence[ToldEnding]:
    """The news about this child or pregnancy that nobody has decided yet."""
    whom = ToldEnding.child_id if isinstance(about, Child) else ToldEnding.pregnancy_id
    query = select(ToldEnding).where(ToldEnding.decided_at.is_(None), whom == about.id)
    return session.scalars(query.order_by(ToldEnding.id)).all()


def gone(table: type[Child | Pregnancy]) -> ColumnElement[bool]:
    """For queries of the table: whether an end is told of its row that nobody has decided yet.

    A mother's death ends a pregnancy and no child's visits.
    """
    if table is Child:
        told = ToldEnding.child_id == Child.id, ToldEnding.kind != CareState.MOTHER_DIED
    else:
        told = (ToldEnding.pregnancy_id == Pregnancy.id,)
    return exists().where(*told, ToldEnding.decided_at.is_(None))


def told_of(session: Session, children: Collection[int], pregnancies: Collection[int]) -> Sequence[ToldEnding]:
    """The undecided news about these children and pregnancies, by their ids; of a mother's death for all of hers."""
    families = [
        *session.scalars(select(Child.family_id).where(Child.id.in_(children))),
        *session.scalars(select(Pregnancy.family_id).where(Pregnancy.id.in_(pregnancies))),
    ]
    of_child = ToldEnding.child_id.in_(select(Child.id).where(Child.family_id.in_(families)))
    of_pregnancy = ToldEnding.pregnancy_id.in_(select(Pregnancy.id).where(Pregnancy.family_id.in_(families)))
    query = select(ToldEnding).where(ToldEnding.decided_at.is_(None), or_(of_child, of_pregnancy))
    return session.scalars(query).all()
