"""Codes by which one more person joins a family that is registered, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, enum_type
from db.children import Family
from db.people import Person


class EntryState(StrEnum):
    """How far somebody has come by a code."""

    OPEN = "open"  # nobody has written it yet
    TAKEN = "taken"  # written at one address, which is asked for a consent
    AGREED = "agreed"  # consented, and is asked who they are
    WAITING = "waiting"  # asked to join; nothing is shown to them until somebody decides
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # they are not told, and wait as if nobody had answered
    ENDED = "ended"  # nobody decided in time, or they took it back


UNSETTLED = (EntryState.TAKEN, EntryState.AGREED, EntryState.WAITING)


class HouseholdEntry(Base):
    """A single-use code for one more person of a family. Only its hash under the secret key is stored.

    ``made_by`` asked for it: the mother, a foster parent or a health worker of the place. ``used_by`` is where it was
    written ("telegram:881"), ``person_id`` who joins by it, ``relation`` what they say they are ("ayah",
    "nenek/kakek", "keluarga"). ``text_id`` and ``agreed_at`` are the consent they gave, which counts once somebody has
    confirmed them.
    """

    __tablename__ = "household_entry"
    __table_args__ = (Index(None, "family_id", "state"),)

    id: Mapped[Key]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[EntryState] = mapped_column(enum_type(EntryState, 12), default=EntryState.OPEN)
    used_by: Mapped[str] = mapped_column(String(180), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(String(16), default="")
    text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    agreed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    family: Mapped[Family] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])


def of_hash(session: Session, code_hash: str) -> HouseholdEntry | None:
    """The entry of this hash, locked: two people may write the same code at the same moment."""
    query = select(HouseholdEntry).where(HouseholdEntry.code_hash == code_hash)
    return session.scalar(query.with_for_update(of=HouseholdEntry))


def locked(session: Session, entry_id: int) -> HouseholdEntry:
    """The entry, locked, as it is now: somebody else may decide about it at the same moment."""
    query = select(HouseholdEntry).where(HouseholdEntry.id == entry_id)
    return session.scalars(query.with_for_update(of=HouseholdEntry).execution_options(populate_existing=True)).one()


def of_person(session: Session, person_id: int) -> Sequence[HouseholdEntry]:
    """What this person has asked for, the newest first; also what was refused."""
    query = select(HouseholdEntry).where(HouseholdEntry.person_id == person_id)
    return session.scalars(query.order_by(HouseholdEntry.id.desc())).all()


def unused(session: Session, family_id: int, now: datetime) -> Sequence[HouseholdEntry]:
    """The family's codes that somebody can still write, oldest first."""
    query = select(HouseholdEntry).where(
        HouseholdEntry.family_id == family_id, HouseholdEntry.state == EntryState.OPEN, HouseholdEntry.expires_at > now
    )
    return session.scalars(query.order_by(HouseholdEntry.id)).all()


def made_since(session: Session, family_id: int, since: datetime) -> int:
    """How many codes were made for the family since then."""
    query = select(func.count()).select_from(HouseholdEntry)
    counted = query.where(HouseholdEntry.family_id == family_id, HouseholdEntry.created_at > since)
    return session.scalar(counted) or 0
