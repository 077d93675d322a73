"""When whoever visits was asked for a day, which day they promised, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, and_, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key, enum_type
from db.subjects import Subject, SubjectKind

AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766
ONE_SUBJECT = " + ".join(
    f"(CASE WHEN {column} IS NULL THEN 0 ELSE 1 END)" for column in ("child_id", "pregnancy_id", "wedding_id")
)


class PromiseEnd(StrEnum):
    """How a promise, or the question for one, ended."""

    KEPT = "ditepati"  # the report came
    BROKEN = "lewat"  # the day went by
    REPLACED = "diganti"  # by another day, or by the next question
    DECLINED = "belum bisa"  # no day was named
    OVER = "gugur"  # no visit of theirs is due any more: another fosters or came, leave, hospital, an end


class VisitPromise(Base):
    """The question to one visitor when they can come to one child, mother or couple, and the promise they gave.

    ``person_id`` was asked at ``asked_at`` and visits for ``foster_id``, who may be themselves. One message asks for
    several: their rows have the same person and time. ``day`` is the day promised; it is empty until they answer, and
    stays so where they do not, or cannot come. A promise stands while it has a day and no outcome.
    """

    __tablename__ = "visit_promise"
    __table_args__ = (
        CheckConstraint(f"{ONE_SUBJECT} = 1", "one_subject"),
        Index(None, "person_id", "asked_at"),
        Index(None, "day"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    foster_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"), index=True)
    wedding_id: Mapped[int | None] = mapped_column(ForeignKey("wedding.id"), index=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    day: Mapped[date | None]
    outcome: Mapped[PromiseEnd | None] = mapped_column(enum_type(PromiseEnd, 12))
    ended_at: Mapped[datetime | None]

    @property
    def about(self) -> Subject:
        """The child, the pregnancy or the couple."""
        for kind, id in (
            (SubjectKind.CHILD, self.child_id),
            (SubjectKind.PREGNANCY, self.pregnancy_id),
            (SubjectKind.WEDDING, self.wedding_id),
        ):
            if id is not None:
                return Subject(kind, id)
        raise LookupError(f"promise {self.id} is about nobody")


class Asked(NamedTuple):
    """Whom a question is about, and for which foster parent they are visited."""

    foster_id: int
    about: Subject


_COLUMNS = {
    SubjectKind.CHILD: VisitPromise.child_id,
    SubjectKind.PREGNANCY: VisitPromise.pregnancy_id,
    SubjectKind.WEDDING: VisitPromise.wedding_id,
}
STANDS = and_(VisitPromise.day.is_not(None), VisitPromise.outcome.is_(None))
"""The condition that a promise stands."""


def about(subjects: Iterable[Subject]) -> ColumnElement[bool]:
    """The condition that a row is about any of these; they are few."""
    ids: dict[SubjectKind, list[int]] = {kind: [] for kind in _COLUMNS}
    for one in subjects:
        ids[one.kind].append(one.id)
    return or_(*(_COLUMNS[kind].in_(some) for kind, some in ids.items()))


def standing(session: Session, *which: ColumnElement[bool]) -> Sequence[VisitPromise]:
    """The promises that stand and meet these conditions, the last given first."""
    query = select(VisitPromise).where(STANDS, *which)
    return session.scalars(query.order_by(VisitPromise.answered_at.desc(), VisitPromise.id.desc())).all()


def last_asked(session: Session, people: Collection[int]) -> Mapping[int, datetime]:
    """By person, when they were asked last; who never was is left out."""
    query = select(VisitPromise.person_id, func.max(VisitPromise.asked_at)).group_by(VisitPromise.person_id)
    listed, found = sorted(people), dict[int, datetime]()
    for start in range(0, len(listed), AT_ONCE):
        some = session.execute(query.where(VisitPromise.person_id.in_(listed[start : start + AT_ONCE])))
        found |= {row[0]: row[1] for row in some}
    return found


def together(session: Session, one: VisitPromise) -> Sequence[VisitPromise]:
    """The rows of the same question, in the order in which it named them."""
    same = VisitPromise.person_id == one.person_id, VisitPromise.asked_at == one.asked_at
    return session.scalars(select(VisitPromise).where(*same).order_by(VisitPromise.id)).all()


def newest(session: Session, person_id: int, since: datetime) -> VisitPromise | None:
    """A row of the last question to this person since then."""
    asked = VisitPromise.person_id == person_id, VisitPromise.asked_at >= since
    return session.scalars(select(VisitPromise).where(*asked).order_by(VisitPromise.asked_at.desc())).first()


def ask(session: Session, person_id: int, whom: Iterable[Asked], now: datetime) -> Sequence[VisitPromise]:
    """Store that a person is asked now; earlier questions to them that got no answer are replaced."""
    open_ones = VisitPromise.person_id == person_id, VisitPromise.day.is_(None)
    end(session, PromiseEnd.REPLACED, now, *open_ones)
    rows = [_row(person_id, one, now) for one in whom]
    session.add_all(rows)
    session.flush()
    return rows


def promise(
    session: Session, person_id: int, whom: Iterable[Asked], day: date, asked_at: datetime, now: datetime
) -> None:
    """Store that a person promises this day; what stood or was asked about them for the same foster parent gives way.

    The open question becomes the promise; where it has been answered before, the new one keeps ``asked_at``.
    """
    for one in whom:
        same = VisitPromise.foster_id == one.foster_id, about([one.about])
        asked = VisitPromise.person_id == person_id, VisitPromise.day.is_(None), VisitPromise.outcome.is_(None)
        row = session.scalars(select(VisitPromise).where(*same, *asked).order_by(VisitPromise.id.desc())).first()
        end(session, PromiseEnd.REPLACED, now, *same, STANDS)
        if row is None:
            row = _row(person_id, one, asked_at)
            session.add(row)
        row.answered_at, row.day = now, day
    session.flush()


def decline(session: Session, rows: Iterable[VisitPromise], now: datetime) -> None:
    """Store that no day was named for these; a promise that stood stands no more."""
    for row in rows:
        if row.outcome is None:
            row.outcome, row.ended_at, row.answered_at = PromiseEnd.DECLINED, now, now
    session.flush()


def end(session: Session, how: PromiseEnd, now: datetime, *which: ColumnElement[bool]) -> None:
    """End what has not ended yet and meets these conditions. Objects that the session holds are refreshed."""
    ended = update(VisitPromise).where(VisitPromise.outcome.is_(None), *which).values(outcome=how, ended_at=now)
    session.execute(ended, execution_options={"synchronize_session": "fetch"})


def forget(session: Session, subjects: Collection[Subject]) -> None:
    """Delete what was asked and promised about these."""
    if subjects:
        session.execute(delete(VisitPromise).where(about(subjects)))


def _row(person_id: int, one: Asked, asked_at: datetime) -> VisitPromise:
    column = {_COLUMNS[one.about.kind].key: one.about.id}
    return VisitPromise(person_id=person_id, foster_id=one.foster_id, asked_at=asked_at, **column)
