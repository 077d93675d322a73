"""The ladder's proof: who was told, when and how, that a visit is due; or that nobody could be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, UniqueConstraint, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.outbox import SKIPPED, Outgoing, OutgoingState
from db.subjects import Subject, SubjectKind

AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766
RUNGS = ("pendamping", "atasan", "kantor", "kota")  # rules.ladder.Rung


class Cycle(NamedTuple):
    """One visit that is due: whom it is about, whose it is, and the day of the last one (or of the assignment)."""

    about: Subject
    asn_id: int
    since: date


class LadderStep(Base):
    """One step of one cycle, and one who was told at it. Rows are only ever added.

    ``about_kind`` and ``about_id`` are the child, the pregnancy or the wedding; ``asn_id`` is the foster parent,
    ``since`` the day from which the cycle counts, ``due`` the day on which the visit was due. ``rung`` is who is told
    (rules.ladder.Rung), ``days`` how long after ``due`` that is asked for. ``person_id`` was told by the message of
    ``outgoing_key``, whose state says whether it arrived; where the key is empty nobody was told, ``reason`` says why,
    and ``person_id`` is whom it would have been, where that is known.
    """

    __tablename__ = "ladder_step"
    __table_args__ = (
        UniqueConstraint(
            "about_kind", "about_id", "asn_id", "since", "rung", "days", "outgoing_key", name="uq_ladder_step_once"
        ),
        Index(None, "asn_id", "since"),
        Index(None, "outgoing_key"),
        Index(None, "rung", "at"),
        CheckConstraint("about_kind in ('child', 'pregnancy', 'wedding')", "about_kind"),
        CheckConstraint(f"rung in ({', '.join(map(repr, RUNGS))})", "rung"),
        CheckConstraint("(outgoing_key = '') = (reason <> '')", "told"),
    )

    id: Mapped[Key]
    about_kind: Mapped[str] = mapped_column(String(12))
    about_id: Mapped[int]
    asn_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    due: Mapped[date]
    rung: Mapped[str] = mapped_column(String(12))
    days: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    outgoing_key: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(80), default="")

    @property
    def about(self) -> Subject:
        return Subject(SubjectKind(self.about_kind), self.about_id)

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.about, self.asn_id, self.since)


_TABLE = cast("Table", LadderStep.__table__)


def row(
    cycle: Cycle, due: date, rung: str, days: int, now: datetime, person_id: int | None, key: str = "", reason: str = ""
) -> dict[str, Any]:
    """A row for ``add``. Without a ``key`` nobody was told, and the ``reason`` says why."""
    return {
        "about_kind": cycle.about.kind, "about_id": cycle.about.id, "asn_id": cycle.asn_id, "since": cycle.since,
        "due": due, "rung": rung, "days": days, "person_id": person_id, "at": now, "outgoing_key": key,
        "reason": reason[:80],
    }  # fmt: skip


def add(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add these steps; one that stands already with the same message stays as it is."""
    if listed := list(rows):
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(_TABLE).on_conflict_do_nothing(), listed)


class Kept(NamedTuple):
    """A step of a cycle, and the state of its message; None where nobody was told."""

    step: LadderStep
    state: OutgoingState | None


def taken(session: Session, cycles: Collection[Cycle]) -> dict[Cycle, list[Kept]]:
    """By cycle, its steps so far, oldest first. A step whose message was skipped is not among them: nobody read it,
    because it was true no more, or came too late; so it is still to be taken.
    """
    asked, found = set(cycles), dict[Cycle, list[Kept]]()
    if not asked:
        return found
    people, first = sorted({one.asn_id for one in asked}), min(one.since for one in asked)
    query = select(LadderStep, Outgoing.state).outerjoin(Outgoing, Outgoing.key == LadderStep.outgoing_key)
    said = or_(Outgoing.id.is_(None), Outgoing.state != SKIPPED)
    query = query.where(LadderStep.since >= first, said).order_by(LadderStep.id)
    for start in range(0, len(people), AT_ONCE):
        some = LadderStep.asn_id.in_(people[start : start + AT_ONCE])
        for step, state in session.execute(query.where(some)):
            if (cycle := step.cycle) in asked:
                found.setdefault(cycle, []).append(Kept(step, state))
    return found


def last_told(session: Session, rung: str, since: datetime) -> dict[int, datetime]:
    """By person, when they were last told at this rung by a message that was not skipped, of those told since then."""
    query = select(LadderStep.person_id, func.max(LadderStep.at)).join(
        Outgoing, Outgoing.key == LadderStep.outgoing_key
    )
    query = query.where(LadderStep.rung == rung, LadderStep.at >= since, Outgoing.state != SKIPPED)
    return {person: at for person, at in session.execute(query.group_by(LadderStep.person_id)) if person is not None}
