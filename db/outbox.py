"""What is to be said: every message is a row first. Delivery alone talks to the network."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, Key
from db.people import addresses

REPLY, ALERT, PLANNED_LANE, BROADCAST = range(4)
PLANNED, TAKEN, SENT, DELIVERED, READ, FAILED, SKIPPED = (
    "planned", "taken", "sent", "delivered", "read", "failed", "skipped",
)  # fmt: skip
TOO_LATE = "terlambat"
AWAITED = "tidak pasti terkirim, menunggu kabar"
"""The reason of a SENT row whose send had no answer, on a channel that tells later whether it arrived."""
# Conditions of the partial indexes below. In a query they must stand as they are: a database does not use a partial
# index for a value it is given as a parameter.
IS_PLANNED, IS_TAKEN = text("outgoing.state = 'planned'"), text("outgoing.state = 'taken'")
IS_AWAITED = text(f"outgoing.state = 'sent' AND outgoing.reason = '{AWAITED}'")
IS_NAMED = text("outgoing.provider_id <> ''")
IS_TEMPLATE = text("outgoing.template <> ''")


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(f"ix_outgoing_{name}", *columns, sqlite_where=text(where), postgresql_where=text(where))


class Outgoing(Base):
    """One message to one address, under a readable key: "reply:telegram:881:0", "lesson:31:hamil-28".

    ``lane``: REPLY, ALERT, PLANNED_LANE or BROADCAST; ``db.queue`` says in which order. After ``expires_at`` it is
    worth nothing and is skipped. A skipped or failed row always has a ``reason``. ``kind`` is the first word of
    the key. ``address`` is empty for a person who cannot be written to yet (then the row is skipped).
    ``forgotten`` says that its words were emptied after their time. ``template``: it could only go out as this approved
    template, which announces it. ``category`` is what the channel charged it as.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(None, "due_at"),
        # In the order of claiming; with the address, so that rows of one that must wait are passed over quickly.
        _partial("claim", "channel", "lane", "due_at", "id", "address", where="state = 'planned'"),
        _partial("expiry", "expires_at", where="state = 'planned' AND expires_at IS NOT NULL"),
        _partial("retry", "state", "due_at", where="state = 'planned' AND attempts > 0"),
        _partial("taken", "state", "channel", "address", "taken_at", where="state = 'taken'"),
        _partial("awaited", "settled_at", where=f"state = 'sent' AND reason = '{AWAITED}'"),
        _partial("template", "taken_at", where="template <> ''"),
        _partial("provider_id", "provider_id", where="provider_id <> ''"),
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
    taken_by: Mapped[int | None]
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


def put_off(session: Session, channel: str, address: str, until: datetime) -> None:
    """Nothing goes to this address before ``until``; its rows keep their order among themselves."""
    theirs = Outgoing.channel == channel, Outgoing.address == address, Outgoing.state == PLANNED
    session.execute(update(Outgoing).where(*theirs, Outgoing.due_at < until).values(due_at=until))


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


def forget_words(session: Session, before: datetime) -> int:
    """Empty the words of messages settled before; the row still says that it was sent, and when. Returns how many."""
    old = update(Outgoing).where(Outgoing.settled_at < before, ~Outgoing.forgotten)
    return session.execute(old.values(message={"text": ""}, forgotten=True)).rowcount  # pyright: ignore
