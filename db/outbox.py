"""What is to be said: every message is a row first. Delivery alone talks to the network."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, and_, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from db.base import Base, Key
from db.drafts import Draft
from db.people import addresses

REPLY, ALERT, PLANNED_LANE, BROADCAST = range(4)
PLANNED, TAKEN, SENT, DELIVERED, READ, FAILED, SKIPPED = (
    "planned", "taken", "sent", "delivered", "read", "failed", "skipped",
)  # fmt: skip


class Outgoing(Base):
    """One message to one address, under a readable key: "reply:telegram:881:0", "lesson:31:hamil-28".

    ``lane``: REPLY, ALERT, PLANNED_LANE or BROADCAST; a lower lane always goes first. After ``expires_at`` it is
    worth nothing and is skipped. A skipped or failed row always has a ``reason``. ``kind`` is the first word of
    the key. ``address`` is empty for a person who cannot be written to yet (then the row is skipped).
    ``forgotten`` says that its words were emptied after their time. ``template``: it could only go out as this approved
    template, which announces it. ``category`` is what the channel charged it as.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "channel", "address", "state"),
        Index(None, "kind", "created_at"),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(160))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    lane: Mapped[int]
    message: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(12), default=PLANNED)
    reason: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    provider_id: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    forgotten: Mapped[bool] = mapped_column(default=False)
    template: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[str] = mapped_column(String(16), default="")


class Report(Base):
    """What a channel told of a message of ours before we knew it by that name; kept until the message is known."""

    __tablename__ = "report"
    __table_args__ = (Index(None, "channel", "provider_id"),)

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    provider_id: Mapped[str] = mapped_column(String(200))
    news: Mapped[dict[str, Any]]
    at: Mapped[datetime]


def row(
    key: str,
    channel: str,
    address: str,
    message: Mapping[str, Any],
    now: datetime,
    *,
    lane: int = REPLY,
    person_id: int | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    skipped: str = "",
) -> dict[str, Any]:
    """A row for ``promise``. ``skipped`` records a message that will not be sent, and why."""
    return {
        "key": key, "kind": key.split(":", 1)[0], "channel": channel, "address": address, "person_id": person_id,
        "lane": lane, "message": dict(message), "due_at": due_at or now, "expires_at": expires_at,
        "state": SKIPPED if skipped else PLANNED, "reason": skipped, "attempts": 0, "provider_id": "",
        "created_at": now, "forgotten": False, "settled_at": now if skipped else None, "template": "", "category": "",
    }  # fmt: skip


def to_person(
    session: Session,
    person_id: int,
    key: str,
    message: Mapping[str, Any],
    now: datetime,
    *,
    lane: int = PLANNED_LANE,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Promise a message to a person on the channel they used last; recorded as skipped when there is none."""
    reachable = addresses(session, person_id)
    channel, address = (reachable[0].channel, reachable[0].address) if reachable else ("", "")
    skipped = "" if reachable else "belum terhubung"
    promise(
        session,
        [row(key, channel, address, message, now, lane=lane, person_id=person_id, due_at=due_at,
             expires_at=expires_at, skipped=skipped)],
    )  # fmt: skip


def promise(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows; a key that is there already is a promise already made, and stays as it is."""
    listed = [dict(one) for one in rows]
    if not listed:
        return
    dialect = session.get_bind().dialect.name
    statement = postgresql.insert(Outgoing) if dialect == "postgresql" else sqlite.insert(Outgoing)
    session.execute(statement.on_conflict_do_nothing(index_elements=["key"]), listed)


def renew(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Promise rows; one that stands there already and did not go out is planned anew, in its old place."""
    listed = [dict(one) for one in rows]
    if not listed:
        return
    dialect = session.get_bind().dialect.name
    statement = postgresql.insert(Outgoing) if dialect == "postgresql" else sqlite.insert(Outgoing)
    new = statement.excluded
    anew = {name: new[name] for name in ("channel", "address", "message", "due_at", "expires_at", "state", "reason")}
    again = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={**anew, "settled_at": None, "taken_at": None, "provider_id": "", "forgotten": False},
        where=or_(Outgoing.state == FAILED, Outgoing.state == SKIPPED),
    )
    session.execute(again, listed)


def claim(
    session: Session,
    now: datetime,
    limit: int,
    *,
    channels: Collection[str] | None = None,
    paused: Collection[tuple[str, str]] = (),
    busy_since: datetime,
) -> Sequence[Outgoing]:
    """Take up to ``limit`` due messages, at most one an address, lower lanes first, and mark them taken.

    Only those for ``channels``, where given. ``paused`` (channel, address) pairs wait. Planned messages and broadcasts
    also wait while the person has a sheet open that was touched after ``busy_since``: a lesson never walks into a
    report.
    """
    other = aliased(Outgoing)
    goes_first = and_(
        other.state == PLANNED,
        or_(other.due_at <= now, other.attempts > 0),
        or_(other.lane < Outgoing.lane, and_(other.lane == Outgoing.lane, other.id < Outgoing.id)),
    )
    same_address = and_(other.channel == Outgoing.channel, other.address == Outgoing.address)
    must_wait = exists().where(same_address, or_(other.state == TAKEN, goes_first))
    reporting = exists().where(Draft.person_id == Outgoing.person_id, Draft.touched_at > busy_since)
    query = (
        select(Outgoing)
        .where(
            Outgoing.state == PLANNED,
            Outgoing.due_at <= now,
            ~must_wait,
            or_(Outgoing.lane < PLANNED_LANE, ~reporting),
            *([] if channels is None else [Outgoing.channel.in_(channels)]),
        )
        .order_by(Outgoing.lane, Outgoing.due_at, Outgoing.id)
        .limit(limit + len(paused))
        .with_for_update(skip_locked=True)
    )
    taken = [one for one in session.scalars(query) if (one.channel, one.address) not in paused][:limit]
    for one in taken:
        one.state, one.taken_at = TAKEN, now
        one.attempts += 1
    return taken


def next_due(session: Session) -> datetime | None:
    """When the next planned message falls due."""
    query = select(Outgoing.due_at).where(Outgoing.state == PLANNED).order_by(Outgoing.due_at).limit(1)
    return session.scalar(query)


def expire(session: Session, now: datetime, among: Collection[int] | None = None) -> int:
    """Skip what is no longer worth sending, of these ids where given, and say so. Returns how many."""
    late = update(Outgoing).where(Outgoing.state == PLANNED, Outgoing.expires_at <= now)
    late = late if among is None else late.where(Outgoing.id.in_(among))
    return session.execute(late.values(state=SKIPPED, reason="terlambat", settled_at=now)).rowcount  # pyright: ignore


def left_taken(session: Session, before: datetime) -> Sequence[Outgoing]:
    """Messages a worker took and never settled: it died, and they may or may not have arrived."""
    query = select(Outgoing).where(Outgoing.state == TAKEN, Outgoing.taken_at <= before).order_by(Outgoing.id)
    return session.scalars(query).all()


def stop_address(session: Session, channel: str, address: str, reason: str, now: datetime) -> None:
    """Nothing more goes to this address: what is planned is skipped, with the reason."""
    planned = update(Outgoing).where(
        Outgoing.channel == channel, Outgoing.address == address, Outgoing.state == PLANNED
    )
    session.execute(planned.values(state=SKIPPED, reason=reason, settled_at=now))


def rename(session: Session, channel: str, aliases: Collection[str], address: str) -> None:
    """What is still to be sent to somebody goes to the name by which they are known now."""
    if aliases:
        theirs = Outgoing.channel == channel, Outgoing.address.in_(aliases), Outgoing.state == PLANNED
        session.execute(update(Outgoing).where(*theirs).values(address=address))


def disown(session: Session, person_id: int, now: datetime) -> None:
    """What was said to somebody who is being forgotten belongs to nobody and says nothing; the rest is not sent."""
    theirs = update(Outgoing).where(Outgoing.person_id == person_id)
    unsent = theirs.where(Outgoing.state == PLANNED, Outgoing.lane > REPLY)
    session.execute(unsent.values(state=SKIPPED, reason="data dihapus", settled_at=now))
    said = theirs.where(Outgoing.state != PLANNED)
    session.execute(said.values(message={"text": ""}, address="", forgotten=True))
    session.execute(theirs.values(person_id=None))


def waiting(session: Session, prefix: str) -> Sequence[Outgoing]:
    """What is planned and not yet taken under keys that begin so."""
    query = select(Outgoing).where(Outgoing.key.startswith(prefix, autoescape=True), Outgoing.state == PLANNED)
    return session.scalars(query).all()


def skip(session: Session, prefix: str, reason: str, now: datetime) -> None:
    """What is planned under keys that begin so is not sent."""
    for one in waiting(session, prefix):
        one.state, one.reason, one.settled_at = SKIPPED, reason, now
    session.flush()


def told(session: Session, prefix: str) -> set[int]:
    """Who was, or is about to be, sent a message whose key begins so."""
    query = select(Outgoing.person_id).where(
        Outgoing.key.startswith(prefix, autoescape=True), Outgoing.state != SKIPPED
    )
    return {person_id for person_id in session.scalars(query) if person_id is not None}


def forget_words(session: Session, before: datetime, among: Collection[int]) -> int:
    """Empty the words of those of these messages that were settled before; the row still says that it was sent, and
    when. Returns how many.
    """
    old = update(Outgoing).where(Outgoing.id.in_(among), Outgoing.settled_at < before, ~Outgoing.forgotten)
    return session.execute(old.values(message={"text": ""}, forgotten=True)).rowcount  # pyright: ignore
