"""Seals of the audit: a chain of hashes over its lines, which shows whether a line was changed, added or taken out.

A seal stands for all lines since the one before it; its hash includes the hash of that one. Triggers in the database
refuse to change what is sealed. Who may alter the database itself can take out the triggers and compute a new chain:
that shows against a hash which was kept somewhere else, so ``asuh check`` prints the newest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import String, delete, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.audit import Audit
from db.base import Base, Key

READ_AT_ONCE = 1000  # lines
LOCK_WITHIN = "2s"  # how long new lines of the audit may have to wait for a seal


class AuditSeal(Base):
    """A seal of the lines up to and including ``up_to_id``.

    ``dropped_at``: when these lines were deleted because their time was over. Of those seals the last one is kept,
    because the next builds on its hash.
    """

    __tablename__ = "audit_seal"

    id: Mapped[Key]
    up_to_id: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(String(64))
    dropped_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Chain:
    """What a check found: ``seals`` that hold, the ``hash`` and moment of the newest, and lines not sealed yet.

    ``broken`` is the first seal that does not hold: one of the lines after ``broken_from`` up to its last was changed,
    added or taken out, or the seal itself was.
    """

    seals: int
    newest: AuditSeal | None
    waiting: int
    waiting_since: datetime | None = None
    broken: AuditSeal | None = None
    broken_from: int = 0


def canonical(id: int, at: datetime, *said: str) -> str:
    """The text of a line that is hashed: a JSON list of its columns, the moment in UTC with microseconds."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps([id, moment, *said], ensure_ascii=False, separators=(",", ":"))


def seal(session: Session, now: datetime) -> bool:
    """Seal the lines since the last seal. False where there are none, or where other writers did not end in time."""
    if not _writers_have_ended(session):
        return False
    last = _newest(session)
    start = last.up_to_id if last else 0
    up_to = session.scalar(select(func.max(Audit.id)).where(Audit.id > start))
    if up_to is None:
        return False
    session.add(AuditSeal(up_to_id=up_to, at=now, hash=_hash(session, last, up_to)))
    session.flush()
    return True


def check(session: Session) -> Chain:
    """Compute the chain anew, from the last dropped seal on."""
    seals = session.scalars(select(AuditSeal).order_by(AuditSeal.up_to_id)).all()
    last: AuditSeal | None = None
    held = 0
    for one in seals:
        if one.dropped_at is None:
            if _hash(session, last, one.up_to_id) != one.hash:
                return Chain(held, last, 0, broken=one, broken_from=last.up_to_id if last else 0)
            held += 1
        elif session.scalar(select(Audit.id).where(Audit.id <= one.up_to_id).limit(1)) is not None:
            return Chain(held, last, 0, broken=one)  # a line where all were dropped
        last = one
    query = select(func.count(), func.min(Audit.at)).where(Audit.id > (last.up_to_id if last else 0))
    waiting, since = session.execute(query).one()
    return Chain(held, last, waiting, since)


def is_older(session: Session, before: datetime) -> bool:
    """Whether lines are still kept whose seal is from before this moment."""
    query = select(AuditSeal.id).where(AuditSeal.at < before, AuditSeal.dropped_at.is_(None)).limit(1)
    return session.scalar(query) is not None


def drop(session: Session, before: datetime, now: datetime) -> int:
    """Delete the lines of all seals from before this moment, and these seals but the last. Returns how many lines."""
    old = session.scalar(select(func.max(AuditSeal.up_to_id)).where(AuditSeal.at < before))
    if old is None:
        return 0
    sealed = AuditSeal.up_to_id <= old, AuditSeal.dropped_at.is_(None)
    session.execute(update(AuditSeal).where(*sealed).values(dropped_at=now))
    gone = session.execute(delete(Audit).where(Audit.id <= old).returning(Audit.id)).scalars().all()
    session.execute(delete(AuditSeal).where(AuditSeal.up_to_id < old))
    return len(gone)


def _newest(session: Session) -> AuditSeal | None:
    return session.scalar(select(AuditSeal).order_by(AuditSeal.up_to_id.desc()).limit(1))


def _hash(session: Session, last: AuditSeal | None, up_to: int) -> str:
    """The hash of the seal after ``last`` over the lines up to ``up_to``: of the last hash and each line, by line."""
    digest = sha256((last.hash if last else "").encode())
    columns = select(Audit.id, Audit.at, Audit.actor, Audit.action, Audit.subject, Audit.detail)
    query = columns.where(Audit.id <= up_to).order_by(Audit.id).limit(READ_AT_ONCE)
    further = query.where(Audit.id > last.up_to_id) if last else query
    while lines := session.execute(further).all():
        for id, at, *said in lines:
            digest.update(f"\n{canonical(id, at, *said)}".encode())
        further = query.where(Audit.id > lines[-1].id)
    return digest.hexdigest()


def _writers_have_ended(session: Session) -> bool:
    """Whether no other transaction has written a line without having ended; none begins to before this one ends.

    PostgreSQL hands out ids before the commit: a line may appear below one that is there already. SQLite has one
    writer.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WITHIN}'"))
            session.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    except OperationalError:
        return False
    return True
