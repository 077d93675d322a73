"""Measurements: official ones of the health service and reported ones of others, which are never mixed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key, enum_type


class MeasurementKind(StrEnum):
    """Who answers for a measurement."""

    OFFICIAL = "resmi"  # the health service
    REPORTED = "laporan"  # a parent or an ASN


OFFICIAL, REPORTED = MeasurementKind.OFFICIAL, MeasurementKind.REPORTED


class Measurement(Base):
    """One measurement of one child, in kg and cm; ``position`` "telentang", "berdiri" or unknown.

    ``kind`` depends on who entered it; ``source`` says who measured, in words of the workbook or the form. ``doubtful``
    marks a value that was doubted and confirmed. ``withdrawn_at`` is set when the visit it came with was undone or
    corrected: the row stays and does not count. ``repeats`` is the measurement that this one repeats, made to see how
    much the two differ.
    """

    __tablename__ = "measurement"
    __table_args__ = (Index(None, "child_id", "measured_on"),)

    id: Mapped[Key]
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"))
    measured_on: Mapped[date]
    weight_kg: Mapped[float | None]
    length_cm: Mapped[float | None]
    position: Mapped[str | None] = mapped_column(String(10))
    muac_cm: Mapped[float | None]
    head_cm: Mapped[float | None]
    oedema: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[MeasurementKind] = mapped_column(enum_type(MeasurementKind, 8))
    source: Mapped[str] = mapped_column(String(40), default="")
    stated: Mapped[str] = mapped_column(String(40), default="")
    doubtful: Mapped[bool] = mapped_column(default=False)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    repeats: Mapped[int | None] = mapped_column(ForeignKey("measurement.id"), index=True)


def history(session: Session, child_id: int, kind: MeasurementKind | None = None) -> Sequence[Measurement]:
    """A child's measurements that were not withdrawn, oldest first; of one kind or of both."""
    query = select(Measurement).where(Measurement.child_id == child_id, Measurement.withdrawn_at.is_(None))
    if kind:
        query = query.where(Measurement.kind == kind)
    return session.scalars(query.order_by(Measurement.measured_on, Measurement.id)).all()


def firsts(since: date, until: date) -> Select[Measurement]:
    """A query for the official measurements of these days that a second one may repeat: those that repeat none."""
    return select(Measurement).where(
        Measurement.kind == OFFICIAL,
        Measurement.measured_on.between(since, until),
        Measurement.withdrawn_at.is_(None),
        Measurement.repeats.is_(None),
        or_(Measurement.weight_kg.is_not(None), Measurement.length_cm.is_not(None)),
    )


def repeated() -> Select[int | None]:
    """A query for the ids of all measurements that a second one repeats."""
    return select(Measurement.repeats).where(Measurement.repeats.is_not(None), Measurement.withdrawn_at.is_(None))
