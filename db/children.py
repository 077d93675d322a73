"""Families, children, pregnancies, and who cares for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Code, Key, Name, enum_type
from db.people import Person, PersonRole
from db.places import HealthCentre, Posyandu, Village
from db.roles import Role, ScopeKind, Title
from db.states import CareState


class Family(Base):
    """A household of the programme. ``joined_by``: "register" (workbook) or "self" (education only).

    ``mother_died_on`` is the day on which her death was reported. ``forgotten_at``: when its names were erased, because
    of their age or because the family asked for it. ``one_reader``: the mother wants no other carer to read along.
    ``landmark``: what the house is near to, in the family's words ("samping masjid Al-Ikhlas").
    """

    __tablename__ = "family"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    mother_name: Mapped[Name]
    phone: Mapped[str | None] = mapped_column(String(20))
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"), index=True)
    posyandu_id: Mapped[int | None] = mapped_column(ForeignKey("posyandu.id"), index=True)
    health_centre_id: Mapped[int | None] = mapped_column(ForeignKey("health_centre.id"), index=True)
    joined_by: Mapped[str] = mapped_column(String(8), default="register")
    created_at: Mapped[datetime]
    mother_died_on: Mapped[date | None]
    forgotten_at: Mapped[datetime | None]
    one_reader: Mapped[bool] = mapped_column(default=False)
    landmark: Mapped[str] = mapped_column(String(120), default="")
    village: Mapped[Village] = relationship(lazy="joined", innerjoin=True)
    posyandu: Mapped[Posyandu | None] = relationship()
    health_centre: Mapped[HealthCentre | None] = relationship()
    children: Mapped[list[Child]] = relationship(back_populates="family")
    pregnancies: Mapped[list[Pregnancy]] = relationship(back_populates="family")
    weddings: Mapped[list[Wedding]] = relationship(back_populates="family")


class Child(Base):
    """A child of the programme.

    ``sex`` "L" or "P". ``gestation_weeks`` counts the completed weeks of pregnancy at birth. ``listed`` is the health
    office's own word for the child: "stunting", "berisiko" or "tidak stunting"; we never overwrite it. ``state`` is
    ACTIVE or how the fostering ended. ``pregnancy_id`` is the pregnancy whose birth was reported in chat.
    """

    __tablename__ = "child"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    name: Mapped[Name]
    sex: Mapped[str] = mapped_column(String(1))
    born: Mapped[date | None]
    birth_weight_g: Mapped[int | None]
    gestation_weeks: Mapped[int | None]
    pregnancy_id: Mapped[int | None] = mapped_column(ForeignKey("pregnancy.id"))
    listed: Mapped[str] = mapped_column(String(16), default="tidak stunting")
    state: Mapped[CareState] = mapped_column(enum_type(CareState, 12), default=CareState.ACTIVE, index=True)
    created_at: Mapped[datetime]
    family: Mapped[Family] = relationship(back_populates="children", lazy="joined", innerjoin=True)

    @property
    def call_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.code


class Pregnancy(Base):
    """A pregnancy of the family's mother. ``due`` is the HPL, ``sure`` whether it is more than a guess."""

    __tablename__ = "pregnancy"
    __table_args__ = (UniqueConstraint("family_id", "due"),)

    id: Mapped[Key]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    mother_name: Mapped[Name]
    due: Mapped[date]
    sure: Mapped[bool] = mapped_column(default=True)
    state: Mapped[CareState] = mapped_column(enum_type(CareState, 12), default=CareState.ACTIVE, index=True)
    created_at: Mapped[datetime]
    family: Mapped[Family] = relationship(back_populates="pregnancies", lazy="joined", innerjoin=True)


class Wedding(Base):
    """A couple before and after its wedding on ``day``; the bride is the family's ``mother_name``.

    ``red``: the Elsimil result advises to put off a pregnancy. ``state``: ACTIVE, EXPECTING or CANCELLED.
    """

    __tablename__ = "wedding"
    __table_args__ = (UniqueConstraint("family_id", "day"),)

    id: Mapped[Key]
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    day: Mapped[date]
    red: Mapped[bool] = mapped_column(default=False)
    state: Mapped[CareState] = mapped_column(enum_type(CareState, 12), default=CareState.ACTIVE, index=True)
    created_at: Mapped[datetime]
    family: Mapped[Family] = relationship(back_populates="weddings", lazy="joined", innerjoin=True)


class Carer(Base):
    """A person who cares for a family's children, and how lessons reach them.

    ``relation``: "ibu", "ayah", "nenek/kakek", "keluarga"; bride and groom are "ibu" and "ayah". Lessons start at
    ``joined_on`` and need a consent; ``weekday`` (0 is Monday) and ``hour`` are when the person likes to get them.
    ``stopped_after`` is the last lesson they got before they stopped. ``monthly_chart``: they want the growth chart
    every month. ``closed_at``: since when the mother does not want them to read along; they are not told.
    ``asked_text_id`` is the wording of the consent they were last asked to agree to.
    """

    __tablename__ = "carer"
    __table_args__ = (UniqueConstraint("person_id", "family_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16), default="ibu")
    joined_on: Mapped[date | None]
    paused_until: Mapped[date | None]
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(String(40), default="")
    stopped_after: Mapped[str] = mapped_column(String(60), default="")
    weekday: Mapped[int | None]
    hour: Mapped[int | None]
    monthly_chart: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    asked_text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    person: Mapped[Person] = relationship()
    family: Mapped[Family] = relationship()


T = TypeVar("T", "Child", "Family")


def by_code(session: Session, table: type[T], code: str) -> T | None:
    """The child or family of this code, whatever the case of its letters."""
    return session.scalar(select(table).where(func.lower(table.code) == code.strip().lower()))


def is_empty(session: Session) -> bool:
    """Whether no family has been entered yet."""
    return session.scalar(select(Family.id).limit(1)) is None


def caregivers(session: Session, family_id: int) -> Sequence[Carer]:
    return session.scalars(_CAREGIVERS, {"family": family_id}).all()


def cared_for(session: Session, person_id: int) -> Sequence[Carer]:
    return session.scalars(_CARED_FOR, {"person": person_id}).all()


# Built once: they are asked for each message, and building them takes longer than running them.
_CAREGIVERS = select(Carer).where(Carer.family_id == bindparam("family")).order_by(Carer.id)
_CARED_FOR = select(Carer).where(Carer.person_id == bindparam("person")).order_by(Carer.id)


def heads(session: Session, family: Family) -> Sequence[Person]:
    """The heads of the family's puskesmas."""
    return session.scalars(_HEADS, {"centre": family.health_centre_id}).unique().all()


def health_workers(session: Session, family: Family) -> Sequence[Person]:
    """The health workers of the family's posyandu, puskesmas and kelurahan, nearest first.

    The head of the puskesmas is not among them: a referral goes there when nobody else answers.
    """
    places: dict[str, int | None] = {
        ScopeKind.POSYANDU: family.posyandu_id,
        ScopeKind.HEALTH_CENTRE: family.health_centre_id,
        ScopeKind.VILLAGE: family.village_id,
    }
    return session.scalars(_HEALTH_WORKERS, places).unique().all()


_NEAREST = {ScopeKind.POSYANDU: 0, ScopeKind.HEALTH_CENTRE: 1, ScopeKind.VILLAGE: 2}
_THERE = or_(*(and_(PersonRole.scope == scope, PersonRole.scope_id == bindparam(scope)) for scope in _NEAREST))
_HEALTH_WORKERS = (
    select(Person)
    .join(PersonRole)
    .where(PersonRole.role == Role.HEALTH, PersonRole.title != Title.HEAD, _THERE)
    .order_by(case(_NEAREST, value=PersonRole.scope), Person.id)
)
_HEADS = (
    select(Person)
    .join(PersonRole)
    .where(
        PersonRole.role == Role.HEALTH, PersonRole.title == Title.HEAD, PersonRole.scope == ScopeKind.HEALTH_CENTRE,
        PersonRole.scope_id == bindparam("centre"),
    )
    .order_by(Person.id)
)  # fmt: skip
