"""Who fosters whom: assignments, the delegates who visit in a foster parent's name, and leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.children import Child, Family, Pregnancy
from db.people import Person, PersonKind


class Part(StrEnum):
    """What a foster parent is to the child."""

    MAIN = "utama"  # answerable for the visits
    COMPANION = "pendamping"  # may visit too
    SUBSTITUTE = "pengganti"  # answerable while the main one is on leave


class AssignmentState(StrEnum):
    PROPOSED = "usulan"  # nobody has accepted it yet
    ACTIVE = "aktif"
    ENDED = "selesai"


class EndReason(StrEnum):
    """Why an assignment ended."""

    NONE = ""
    MOVED = "pindah"  # the foster parent moved away
    RETIRED = "pensiun"
    TRANSFERRED = "mutasi"  # to another office
    CHILD_LEFT = "anak selesai"  # the child's fostering ended
    HANDED_OVER = "dialihkan"
    WRONG = "keliru"  # it should never have been


class LeaveKind(StrEnum):
    LEAVE = "cuti"
    SICK = "sakit"
    DUTY = "dinas"  # on duty elsewhere


class Assignment(Base):
    """A foster parent and a child, or a whole family (its children, the pregnancy and the couple).

    ``asn_id`` is the foster parent: a person, or an organisation whose delegates visit. ``known_from`` is the first day
    on which they could know of it, ``starts`` where that is empty. ``replaces_id`` is the assignment that this one
    follows; of a SUBSTITUTE the one it stands in for. ``why`` says in one sentence why a PROPOSED one was proposed.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("(child_id IS NULL) <> (family_id IS NULL)", name="one_subject"),
        Index(None, "asn_id", "ends"),
    )

    id: Mapped[Key]
    asn_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    child_id: Mapped[int | None] = mapped_column(ForeignKey("child.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), index=True)
    part: Mapped[Part] = mapped_column(enum_type(Part, 12), default=Part.MAIN)
    state: Mapped[AssignmentState] = mapped_column(enum_type(AssignmentState, 12), default=AssignmentState.ACTIVE)
    starts: Mapped[date]
    known_from: Mapped[date | None]
    ends: Mapped[date | None]
    end_reason: Mapped[EndReason] = mapped_column(enum_type(EndReason, 16), default=EndReason.NONE)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    why: Mapped[str] = mapped_column(String(160), default="")
    decree: Mapped[str] = mapped_column(String(80), default="")
    asn: Mapped[Person] = relationship()
    child: Mapped[Child | None] = relationship()
    family: Mapped[Family | None] = relationship()


class Delegate(Base):
    """Somebody who visits and reports in the name of a foster parent, a person or an organisation (``principal_id``).

    ``ends`` is the last day.
    """

    __tablename__ = "delegate"
    __table_args__ = (Index(None, "principal_id"), Index(None, "person_id"))

    id: Mapped[Key]
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts: Mapped[date]
    ends: Mapped[date | None]
    principal: Mapped[Person] = relationship(foreign_keys=[principal_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Leave(Base):
    """A time in which a foster parent cannot visit; ``ends`` is its last day. ``substitute_id`` visits meanwhile."""

    __tablename__ = "leave"
    __table_args__ = (Index(None, "person_id", "ends"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[LeaveKind] = mapped_column(enum_type(LeaveKind, 8), default=LeaveKind.LEAVE)
    starts: Mapped[date]
    ends: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])


def current(today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an assignment holds today."""
    until = or_(Assignment.ends.is_(None), Assignment.ends >= today)
    return Assignment.state == AssignmentState.ACTIVE, Assignment.starts <= today, until


def delegated(today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a delegate may visit today."""
    return Delegate.starts <= today, or_(Delegate.ends.is_(None), Delegate.ends >= today)


def acting_for(person_id: int, today: date) -> Select[int]:
    """The ids of all foster parents in whose name this person may report today, themselves first of all."""
    principals = select(Delegate.principal_id).where(Delegate.person_id == person_id, *delegated(today))
    return select(Person.id).where(or_(Person.id == person_id, Person.id.in_(principals)))


def visitors(session: Session, person_id: int, today: date) -> Sequence[Person]:
    """Who visits for this foster parent today: the delegates, else they themselves; of an organisation nobody else."""
    query = select(Person).join(Delegate, Delegate.person_id == Person.id)
    if found := session.scalars(query.where(Delegate.principal_id == person_id, *delegated(today))).unique().all():
        return sorted(found, key=lambda person: person.id)
    person = session.get(Person, person_id)
    return [person] if person and person.kind == PersonKind.PERSON else []


def answerable(session: Session, about: Child | Pregnancy | Family, today: date) -> Person | None:
    """The one who answers for the visits: a substitute of these days, else the main foster parent.

    Who fosters the child by itself comes before who fosters the whole family, and of several the first.
    """
    held = session.scalars(_covering(about, today).where(Assignment.part != Part.COMPANION)).all()
    return min(held, key=answers_first).asn if held else None


def answers_first(one: Assignment) -> tuple[bool, bool, date, int]:
    return one.part != Part.SUBSTITUTE, one.child_id is None, one.starts, one.id


def assignments_of(session: Session, about: Child | Pregnancy | Family, today: date) -> Sequence[Assignment]:
    """The assignments that cover this child or mother today, by themselves or with the whole family."""
    return session.scalars(_covering(about, today).order_by(Assignment.id)).all()


def foster_parents(session: Session, about: Child | Pregnancy | Family, today: date) -> Sequence[Person]:
    """All who foster this child or mother today, by themselves or with the whole family; of a family all who do."""
    covering = _covering(about, today).with_only_columns(Assignment.asn_id)
    return session.scalars(select(Person).where(Person.id.in_(covering)).order_by(Person.id)).all()


def _covering(about: Child | Pregnancy | Family, today: date) -> Select[Assignment]:
    if isinstance(about, Family):
        covered = [Assignment.family_id == about.id]
        covered.append(Assignment.child_id.in_(select(Child.id).where(Child.family_id == about.id)))
    else:
        covered = [Assignment.family_id == about.family_id]
    if isinstance(about, Child):
        covered.append(Assignment.child_id == about.id)
    return select(Assignment).where(or_(*covered), *current(today))
