"""Announcements that coordinators send, whom each one is for, and the wish of families to get them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from db import outbox
from db.base import Base, Key, enum_type
from db.children import Carer
from db.outbox import PLANNED, TAKEN, Outgoing, OutgoingState
from db.people import Person
from db.roles import Role, ScopeKind

AT_ONCE = 5_000  # ids in one query; SQLite takes 32,766


class BroadcastState(StrEnum):
    """How far an announcement has come."""

    SHOWN = "shown"  # its writer has seen it as it will look
    ASKED = "asked"  # its writer agrees, a second person is asked
    AGREED = "agreed"  # to be written into the outbox
    WRITTEN = "written"  # everything is in the outbox
    REPORTED = "reported"  # its writer has been told whom it reached
    STOPPED = "stopped"
    DROPPED = "dropped"  # not sent: refused, given up, or nobody answered


RUNNING = (BroadcastState.AGREED, BroadcastState.WRITTEN)
SENT = (*RUNNING, BroadcastState.REPORTED, BroadcastState.STOPPED)
HAS_WORK = text("broadcast.state in ('asked', 'agreed', 'written')")


class Broadcast(Base):
    """One announcement: ``template`` (its id in content/announcements) filled in with ``answers`` of its form.

    ``text`` is what people read, with "{sapaan}" where each is greeted; ``notice`` says in a few words what it is
    about, for the approved template ``whatsapp`` that announces it. Both are kept as they were shown.
    ``role``, ``scope`` with ``scope_id``, and ``status`` are whom it is for. ``reached`` is how many of its recipients
    could be written to when its writer agreed. ``due_at`` is when it begins, ``expires_at`` when it is of no use any
    more. ``agreed_by`` is the second person. ``reason`` says why it was stopped or dropped. ``told`` counts the
    messages sent about it, so that each has a key of its own.
    """

    __tablename__ = "broadcast"
    __table_args__ = (Index("ix_broadcast_work", "id", sqlite_where=HAS_WORK, postgresql_where=HAS_WORK),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    template: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]]
    text: Mapped[str]
    notice: Mapped[str] = mapped_column(String(80))
    whatsapp: Mapped[str] = mapped_column(String(80))
    role: Mapped[Role] = mapped_column(enum_type(Role, 16))
    scope: Mapped[ScopeKind] = mapped_column(enum_type(ScopeKind, 16))
    scope_id: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    state: Mapped[BroadcastState] = mapped_column(enum_type(BroadcastState, 12))
    reached: Mapped[int] = mapped_column(default=0)
    shown_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(80), default="")
    told: Mapped[int] = mapped_column(default=0)
    writer: Mapped[Person] = relationship(foreign_keys=[person_id])


class BroadcastRecipient(Base):
    """One person an announcement is for, as its writer agreed to it. ``family_id``: as a carer of this family.

    ``why`` says why nothing is written to them; ``outgoing_id`` is the message.
    """

    __tablename__ = "broadcast_recipient"
    __table_args__ = (UniqueConstraint("broadcast_id", "person_id"),)

    id: Mapped[Key]
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"))
    why: Mapped[str] = mapped_column(String(40), default="")
    outgoing_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing.id"), index=True)


class NewsWish(Base):
    """That a carer wants the announcements of the programme, beside the lessons that they agreed to.

    The consent to lessons does not cover them, so each carer is asked apart, and nobody gets any without a row that
    stands. ``words`` are those that were agreed to, ``channel`` where.
    """

    __tablename__ = "news_wish"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str]
    channel: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


# --- the wish of families -------------------------------------------------------------------


def wish(session: Session, person_id: int) -> NewsWish | None:
    """The wish of this person for announcements that stands; None where there is none."""
    query = select(NewsWish).where(NewsWish.person_id == person_id, NewsWish.withdrawn_at.is_(None))
    return session.scalar(query.order_by(NewsWish.id.desc()).limit(1))


def want(session: Session, person_id: int, words: str, channel: str, now: datetime) -> None:
    """Store the wish, unless one stands already."""
    if wish(session, person_id) is None:
        session.add(NewsWish(person_id=person_id, words=words, channel=channel, given_at=now))
        session.flush()


def end_wish(session: Session, person_id: int, now: datetime) -> None:
    standing = update(NewsWish).where(NewsWish.person_id == person_id, NewsWish.withdrawn_at.is_(None))
    session.execute(standing.values(withdrawn_at=now))


def wishing() -> ColumnElement[bool]:
    """For a query over Carer: the condition that the carer wants announcements."""
    standing = select(NewsWish.id).where(NewsWish.person_id == Carer.person_id, NewsWish.withdrawn_at.is_(None))
    return standing.exists()


# --- recipients -----------------------------------------------------------------------------


def add_recipients(session: Session, broadcast_id: int, found: Iterable[Mapping[str, Any]]) -> None:
    """Store whom it is for: ``person_id``, ``family_id`` and ``why`` of each."""
    if rows := [{**one, "broadcast_id": broadcast_id} for one in found]:
        session.execute(insert(BroadcastRecipient), rows)


def waiting(session: Session, broadcast_id: int, limit: int) -> Sequence[BroadcastRecipient]:
    """The next recipients for whom nothing is in the outbox yet."""
    query = select(BroadcastRecipient).where(
        BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.why == "",
        BroadcastRecipient.outgoing_id.is_(None),
    )  # fmt: skip
    return session.scalars(query.order_by(BroadcastRecipient.id).limit(limit)).all()


def how_many_wait(session: Session, broadcast_id: int) -> int:
    query = select(func.count()).where(
        BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.why == "",
        BroadcastRecipient.outgoing_id.is_(None),
    )  # fmt: skip
    return session.scalar(query) or 0


def kept_back(session: Session, broadcast_id: int) -> Mapping[str, int]:
    """How many recipients nothing was written to, by the reason."""
    query = select(BroadcastRecipient.why, func.count()).where(
        BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.why != ""
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(BroadcastRecipient.why))}


def messages_of(broadcast_id: int) -> ColumnElement[bool]:
    """For a query over Outgoing: the messages of an announcement, with their copies on another channel."""
    own = select(BroadcastRecipient.outgoing_id).where(
        BroadcastRecipient.broadcast_id == broadcast_id, BroadcastRecipient.outgoing_id.is_not(None)
    )
    return or_(Outgoing.id.in_(own), Outgoing.resend_of.in_(own))


def outcomes(session: Session, broadcast_id: int) -> list[tuple[str, OutgoingState, str, int]]:
    """By channel, state and reason, how many people's messages have come so far.

    A person counts once: where the message was repeated on another channel, by that copy.
    """
    copy, sent = aliased(Outgoing), aliased(Outgoing)
    last: Any = case((copy.id.is_not(None), copy.id), else_=BroadcastRecipient.outgoing_id)
    query = (
        select(sent.channel, sent.state, sent.reason, func.count())
        .select_from(BroadcastRecipient)
        .outerjoin(copy, copy.resend_of == BroadcastRecipient.outgoing_id)
        .join(sent, sent.id == last)
        .where(BroadcastRecipient.broadcast_id == broadcast_id)
        .group_by(sent.channel, sent.state, sent.reason)
    )
    return [(channel, OutgoingState(state), reason, count) for channel, state, reason, count in session.execute(query)]


def is_under_way(session: Session, broadcast_id: int) -> bool:
    """Whether a message of it is still to be sent, or is being sent."""
    query = select(Outgoing.id).where(messages_of(broadcast_id), Outgoing.state.in_((PLANNED, TAKEN)))
    return session.scalar(query.limit(1)) is not None


def of_messages(session: Session, rows: Collection[Outgoing]) -> Mapping[int, tuple[Broadcast, BroadcastRecipient]]:
    """By the id of the message, its announcement and its recipient; also for copies on another channel."""
    first = {row.id: row.resend_of or row.id for row in rows}
    if not first:
        return {}
    query = (
        select(Broadcast, BroadcastRecipient)
        .join(BroadcastRecipient, BroadcastRecipient.broadcast_id == Broadcast.id)
        .where(BroadcastRecipient.outgoing_id.in_(set(first.values())))
    )
    found = {recipient.outgoing_id: (one, recipient) for one, recipient in session.execute(query)}
    return {id: found[original] for id, original in first.items() if original in found}


def stop_messages(session: Session, broadcast_id: int, reason: str, now: datetime) -> int:
    """Skip the messages of it that have not left. Returns how many."""
    return outbox.cancel(session, reason, now, messages_of(broadcast_id))


# --- announcements --------------------------------------------------------------------------


def locked(session: Session, broadcast_id: int) -> Broadcast:
    """The announcement, locked: two taps at once decide it once."""
    return session.get_one(Broadcast, broadcast_id, with_for_update=True, populate_existing=True)


def in_state(session: Session, *states: BroadcastState) -> Sequence[Broadcast]:
    """Those that are in one of these states, oldest first. ASKED, AGREED and WRITTEN are found by an index."""
    query = select(Broadcast).where(HAS_WORK, Broadcast.state.in_(states))
    return session.scalars(query.order_by(Broadcast.id)).all()


def recent(session: Session, limit: int, *which: ColumnElement[bool]) -> Sequence[Broadcast]:
    """The newest ones that were sent or wait for a second person, of those that ``which`` names."""
    states = Broadcast.state.in_((*SENT, BroadcastState.ASKED))
    return session.scalars(select(Broadcast).where(states, *which).order_by(Broadcast.id.desc()).limit(limit)).all()


def forget_person(session: Session, person_id: int) -> None:
    """Delete what is kept of somebody whose data are erased."""
    session.execute(delete(BroadcastRecipient).where(BroadcastRecipient.person_id == person_id))
    session.execute(delete(NewsWish).where(NewsWish.person_id == person_id))


def forget(session: Session, dropped_before: datetime, words_before: datetime) -> None:
    """Delete those that were never sent, and empty the words and delete the recipients of old ones."""
    never = and_(
        Broadcast.state.in_((BroadcastState.SHOWN, BroadcastState.DROPPED)), Broadcast.shown_at < dropped_before
    )
    old = Broadcast.shown_at < words_before
    gone = select(Broadcast.id).where(or_(never, old))
    session.execute(delete(BroadcastRecipient).where(BroadcastRecipient.broadcast_id.in_(gone)))
    session.execute(delete(Broadcast).where(never).execution_options(synchronize_session=False))
    emptied = update(Broadcast).where(old, Broadcast.text != "").values(text="", answers={})
    session.execute(emptied.execution_options(synchronize_session=False))
