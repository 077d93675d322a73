"""The ladder's proof: who was told, when and how, that a visit is due; or that nobody could be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, UniqueConstraint, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key
from db.outbox import FAILED, SKIPPED, Outgoing
from db.people import Person
from db.states import MOURNING
from db.subjects import Subject, SubjectKind

AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766
RUNGS = ("pendamping", "atasan", "kantor", "kota")  # rules.ladder.Rung
REPORTED, IN_HOSPITAL = "sudah dilaporkan", "sedang di rumah sakit"
NOT_SAID = (MOURNING, REPORTED, IN_HOSPITAL)
"""Reasons of a message that was not sent because it was true no more: what else it was to say is said anew."""


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
        UniqueConstraint("about_kind", "about_id", "asn_id", "since", "rung", "days", "outgoing_key", name="uq_ladder_step_once"),
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
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

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


def taken(session: Session, cycles: Collection[Cycle]) -> dict[Cycle, list[LadderStep]]:
    """By cycle, its steps so far, oldest first; without those whose message was not sent because it was not true any
    more (NOT_SAID), and without those of a message that was cancelled or failed before anybody could read it.
    """
    asked, found = set(cycles), dict[Cycle, list[LadderStep]]()
    if not asked:
        return found
    people, first = sorted({one.asn_id for one in asked}), min(one.since for one in asked)
    query = select(LadderStep).outerjoin(Outgoing, Outgoing.key == LadderStep.outgoing_key)
    query = query.where(LadderStep.since >= first, or_(Outgoing.id.is_(None), _counts())).order_by(LadderStep.id)
    for start in range(0, len(people), AT_ONCE):
        for one in session.scalars(query.where(LadderStep.asn_id.in_(people[start : start + AT_ONCE]))):
            if one.cycle in asked:
                found.setdefault(one.cycle, []).append(one)
    return found


def _counts() -> Any:
    """Whether the step's message was sent, may still be, or was stopped for a reason that is the reader's own."""
    return ~and_(Outgoing.state == SKIPPED, Outgoing.reason.in_(NOT_SAID))


def arrived(session: Session, steps: Collection[LadderStep]) -> dict[str, Outgoing]:
    """By key, the messages of these steps."""
    keys = sorted({one.outgoing_key for one in steps if one.outgoing_key})
    found: dict[str, Outgoing] = {}
    for start in range(0, len(keys), AT_ONCE):
        query = select(Outgoing).where(Outgoing.key.in_(keys[start : start + AT_ONCE]))
        found |= {one.key: one for one in session.scalars(query)}
    return found


def last_told(session: Session, rung: str, since: datetime) -> dict[int, datetime]:
    """By person, when they were last told at this rung, of those told since then by a message that was not skipped."""
    query = select(LadderStep.person_id, func.max(LadderStep.at)).join(
        Outgoing, Outgoing.key == LadderStep.outgoing_key
    )
    query = query.where(LadderStep.rung == rung, LadderStep.at >= since, Outgoing.state.not_in((SKIPPED, FAILED)))
    return {person: at for person, at in session.execute(query.group_by(LadderStep.person_id)) if person is not None}


def of_message(session: Session, keys: Collection[str]) -> Sequence[LadderStep]:
    """The steps that were taken by these messages."""
    query = select(LadderStep).where(LadderStep.outgoing_key.in_(keys)).order_by(LadderStep.id)
    return session.scalars(query).all() if keys else ()
