"""People, their roles, addresses and invitations."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db.base import Base, Key, Name, enum_type
from db.places import Office
from db.roles import Role, ScopeKind, Title


class AddressState(StrEnum):
    """Whether messages to an address arrive."""

    OK = "ok"
    MUTED = "muted"  # the person asked the channel for no unasked messages of ours; what is urgent still goes
    BLOCKED = "blocked"  # the person blocked the bot
    GONE = "gone"  # the account does not exist any more


OPEN = (AddressState.OK,)
FOR_URGENT = (AddressState.OK, AddressState.MUTED)


class Person(Base):
    """Anyone the programme knows. ``nip`` identifies an ASN; ``phone`` is E.164 ("+62812...").

    ``language`` is that of their lessons; everything else is said in Indonesian.
    """

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[Name]
    nip: Mapped[str | None] = mapped_column(String(18), unique=True)
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    language: Mapped[str] = mapped_column(String(3), default="id")
    created_at: Mapped[datetime]
    office: Mapped[Office | None] = relationship()
    roles: Mapped[list[PersonRole]] = relationship(back_populates="person", lazy="selectin")
    addresses: Mapped[list[Address]] = relationship(back_populates="person")

    def has(self, role: Role) -> bool:
        return any(held.role == role for held in self.roles)


class PersonRole(Base):
    """A role and where it holds.

    COORDINATOR: scope OFFICE, VILLAGE, DISTRICT or CITY. HEALTH: a title; scope POSYANDU, HEALTH_CENTRE or VILLAGE.
    ASN, FAMILY, ADMIN: scope NONE; whom they care for is in Assignment and Carer. ``scope_id`` is the id of the place,
    0 for CITY and NONE.
    """

    __tablename__ = "person_role"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope", "scope_id"),
        Index(None, "role", "scope", "scope_id"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role, 16))
    title: Mapped[Title] = mapped_column(enum_type(Title, 16), default=Title.NONE)
    scope: Mapped[ScopeKind] = mapped_column(enum_type(ScopeKind, 16), default=ScopeKind.NONE)
    scope_id: Mapped[int] = mapped_column(default=0)
    person: Mapped[Person] = relationship(back_populates="roles")


class Address(Base):
    """Where a person is written to. ``person_id`` is empty for a stranger who has not joined.

    ``draft_id`` is the open form, to which the next text belongs; ``awaiting`` names what else is expected ("code").
    On a channel with a service window we may write freely until ``window_until``. ``failed_days`` counts the days on
    which a message did not arrive, the last of them ``failed_on``; any message from the address sets it to 0.
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(160))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[AddressState] = mapped_column(enum_type(AddressState, 8), default=AddressState.OK)
    awaiting: Mapped[str] = mapped_column(String(40), default="")
    draft_id: Mapped[int | None]
    first_heard_at: Mapped[datetime]
    last_heard_at: Mapped[datetime]
    linked_at: Mapped[datetime | None]
    window_until: Mapped[datetime | None]
    failed_days: Mapped[int] = mapped_column(default=0)
    failed_on: Mapped[date | None]
    person: Mapped[Person | None] = relationship(back_populates="addresses")


class Invitation(Base):
    """A single-use code that links an address to a person. Only its hash is stored."""

    __tablename__ = "invitation"

    id: Mapped[Key]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role, 16))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str] = mapped_column(String(180), default="")


class Attempt(Base):
    """A wrong code that was written, counted to slow down guessing."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "channel", "address", "at"),)

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(160))
    at: Mapped[datetime]


WINDOW = timedelta(hours=24, minutes=-1)  # WhatsApp's, less a margin for the time of sending


def hear(
    session: Session,
    channel: str,
    address: str,
    now: datetime,
    *,
    at: datetime | None = None,
    aliases: Sequence[str] = (),
    wrote: bool = True,
) -> Address:
    """The address that wrote, created if new; records the time, and that it can be reached.

    ``at`` is when it was written: after an outage that may be days ago. ``wrote`` is False for a report of the channel
    about the person. An address known by one of the ``aliases`` is renamed to ``address``.
    """
    written = min(at or now, now)
    names = (address, *aliases)
    known = session.scalars(select(Address).where(Address.channel == channel, Address.address.in_(names))).all()
    row = next((one for one in known if one.address == address), None) or next(iter(known), None)
    if row is None:
        row = Address(
            channel=channel, address=address, first_heard_at=now, state=AddressState.OK, awaiting="", person_id=None
        )
        row.last_heard_at = written
        session.add(row)
    row.address, row.state, row.failed_days = address, AddressState.OK, 0
    if wrote:
        row.last_heard_at = max(row.last_heard_at, written)
        row.window_until = row.last_heard_at + WINDOW
    return row


def not_arrived(row: Address, today: date) -> int:
    """Record that a message did not arrive. Returns on how many days that has happened."""
    if row.failed_on != today:
        row.failed_days, row.failed_on = row.failed_days + 1, today
    return row.failed_days


def addresses(session: Session, person_id: int, *, urgent: bool = False) -> Sequence[Address]:
    """The person's reachable addresses, the one used last first; for what is ``urgent`` also those that are muted."""
    query = select(Address).where(Address.person_id == person_id, Address.state.in_(FOR_URGENT if urgent else OPEN))
    return session.scalars(query.order_by(Address.last_heard_at.desc())).all()


def fingerprint(code: str) -> str:
    """The hash under which a code is stored. Case, blanks and dashes do not matter."""
    return sha256("".join(c for c in code.upper() if c.isalnum()).encode()).hexdigest()


def invitation(session: Session, code: str, now: datetime) -> Invitation | None:
    """The invitation of a code that is neither used nor expired."""
    row = session.scalar(select(Invitation).where(Invitation.code_hash == fingerprint(code)).with_for_update())
    return row if row and row.used_at is None and row.expires_at > now else None


def use(session: Session, taken: Invitation, used_by: str, now: datetime) -> None:
    """Mark the code as used; all other codes of the person expire."""
    other_codes = update(Invitation).where(
        Invitation.person_id == taken.person_id, Invitation.id != taken.id, Invitation.used_at.is_(None)
    )
    session.execute(other_codes.values(expires_at=now))
    taken.used_at, taken.used_by = now, used_by


def e164(written: str) -> str | None:
    """An Indonesian mobile number as it is stored, "+62812345678"; None for any other text.

    Understands "0812-345 678", "62812345678" and "+62 812 345 678".
    """
    digits = re.sub(r"[\s().\-–'’]", "", written).removeprefix("+")
    local = re.sub(r"^(62|0062|0)0?", "", digits)
    return f"+62{local}" if re.fullmatch(r"8[0-9]{8,11}", local) else None


def by_phone(session: Session, phone: str) -> Sequence[Person]:
    return session.scalars(select(Person).where(Person.phone == phone).order_by(Person.id)).all()


def failed_attempts(session: Session, channel: str, address: str, since: datetime) -> int:
    query = select(func.count()).select_from(Attempt)
    return session.scalar(query.where(Attempt.channel == channel, Attempt.address == address, Attempt.at > since)) or 0


def forget_attempts(session: Session, now: datetime) -> None:
    """Delete attempts older than a day."""
    session.execute(delete(Attempt).where(Attempt.at < now - timedelta(days=1)))


def forget_strangers(session: Session, before: datetime) -> None:
    """Delete addresses without a person that last wrote before then: on some channels they are phone numbers."""
    session.execute(delete(Address).where(Address.person_id.is_(None), Address.last_heard_at < before))


def holders(session: Session, role: Role, scope: ScopeKind, scope_id: int) -> Sequence[Person]:
    """The people who hold this role at this place."""
    query = (
        select(Person)
        .join(PersonRole)
        .where(PersonRole.role == role, PersonRole.scope == scope, PersonRole.scope_id == scope_id)
    )
    return session.scalars(query.order_by(Person.id)).unique().all()


def unlink(session: Session, address: Address) -> None:
    """Detach the address from its person, and let the code it joined with be used again."""
    used_by = f"{address.channel}:{address.address}"
    freed = update(Invitation).where(Invitation.person_id == address.person_id, Invitation.used_by == used_by)
    session.execute(freed.values(used_at=None, used_by=""))
    part(address)


def part(address: Address) -> None:
    """Detach the address from its person; the code it joined with stays used."""
    address.person_id, address.person, address.linked_at = None, None, None
    address.draft_id, address.awaiting = None, ""


def places(session: Session, people: Collection[int]) -> dict[int, tuple[str, str]]:
    """By person, the (channel, address) used last; people who cannot be reached are left out."""
    query = select(Address.person_id, Address.channel, Address.address).where(
        Address.person_id.in_(people), Address.state == AddressState.OK
    )
    found: dict[int, tuple[str, str]] = {}
    for person, channel, address in session.execute(query.order_by(Address.last_heard_at)):
        if person is not None:
            found[person] = (channel, address)
    return found
