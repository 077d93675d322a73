"""Where people live and are cared for: kecamatan, kelurahan, puskesmas, posyandu."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
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
    """A puskesmas. ``phone`` as it is dialled, a landline too ("0401-3121234"); ``hours`` as ``rules.opening_hours``
    writes them, on the city's clock."""

    __tablename__ = "health_centre"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    phone: Mapped[str | None] = mapped_column(String(40))
    hours: Mapped[str | None] = mapped_column(String(400))

    @property
    def full_name(self) -> str:
        """ "Puskesmas Labibia", whether it is kept with or without the word."""
        return self.name if self.name.casefold().startswith("puskesmas ") else f"Puskesmas {self.name}"


class Posyandu(Base):
    """A posyandu. ``day`` is the day on which it opens each month, as ``rules.posyandu_days`` writes it ("Rabu kedua",
    "tanggal 12"), ``opens`` the hour ("08.00"); None where nobody has told them."""

    __tablename__ = "posyandu"
    __table_args__ = (UniqueConstraint("village_id", "name"),)

    id: Mapped[Key]
    name: Mapped[Name]
    village_id: Mapped[int] = mapped_column(ForeignKey("village.id"))
    day: Mapped[str | None] = mapped_column(String(40))
    opens: Mapped[str | None] = mapped_column(String(5))

    @property
    def full_name(self) -> str:
        """ "Posyandu Melati 1", whether it is kept with or without the word."""
        return self.name if self.name.casefold().startswith("posyandu ") else f"Posyandu {self.name}"

    @property
    def when(self) -> str:
        """ "Rabu kedua pukul 08.00", "tanggal 12"; empty where it is not known."""
        return f"{self.day}{f' pukul {self.opens}' if self.opens else ''}" if self.day else ""


class Office(Base):
    """An OPD: a department or agency of the city."""

    __tablename__ = "office"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)


def health_centres(session: Session) -> Sequence[HealthCentre]:
    """Every puskesmas, ordered by name."""
    return session.scalars(select(HealthCentre).order_by(HealthCentre.name)).all()


def villages(session: Session, name: str | None = None) -> Sequence[Village]:
    """Every kelurahan, or those of this name in any kecamatan, ordered by kecamatan and name."""
    query = select(Village).join(Village.district).order_by(District.name, Village.name)
    if name is not None:
        query = query.where(Village.name.ilike(name))
    return session.scalars(query).all()
