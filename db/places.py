"""Where people live and are cared for: kecamatan, kelurahan, puskesmas, posyandu."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Code, Key, Name


class District(Base):
    """A kecamatan, with its Kemendagri code ("74.71.01")."""

    __tablename__ = "district"

    id: Mapped[Key]
    code: Mapped[Code | None] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(unique=True)


class Village(Base):
    """A kelurahan. Names repeat across kecamatan, so people are always shown the pair."""

    __tablename__ = "village"
    __table_args__ = (UniqueConstraint("district_id", "name"),)

    id: Mapped[Key]
    code: Mapped[Code | None] = mapped_column(unique=True)
    name: Mapped[Name]
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"))
    district: Mapped[District] = relationship(lazy="joined", innerjoin=True)

    @property
    def full_name(self) -> str:
        """Kelurahan and kecamatan: "Poasia (Abeli)"; ``PLACE`` is the same in a query."""
        return f"{self.name} ({self.district.name})"


PLACE = Village.name + " (" + District.name + ")"
"""The pair for a query that has joined Village and District."""


class HealthCentre(Base):
    """A puskesmas."""

    __tablename__ = "health_centre"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))


class Posyandu(Base):
    __tablename__ = "posyandu"
    __table_args__ = (UniqueConstraint("village_id", "name"),)

    id: Mapped[Key]
    name: Mapped[Name]
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))


class Office(Base):
    """An OPD: a department or agency of the city."""

    __tablename__ = "office"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)


def villages(session: Session, name: str | None = None) -> Sequence[Village]:
    """Every kelurahan, or those of this name in any kecamatan, ordered by kecamatan and name."""
    query = select(Village).join(Village.district).order_by(District.name, Village.name)
    if name is not None:
        query = query.where(Village.name.ilike(name))
    return session.scalars(query).all()
