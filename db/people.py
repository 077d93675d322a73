"""People, their roles, addresses and invitations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from string import ascii_uppercase

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from db import codes
from db.base import Base, Key, Name, among, enum_type
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


class PersonKind(StrEnum):
    """An office, a council, Baznas or a company that fosters stands beside the people as ORGANISATION."""

    PERSON = "orang"
    ORGANISATION = "lembaga"


class Person(Base):
    """Anyone the programme knows. ``nip`` identifies a civil servant; ``phone`` is E.164 ("+62812...").

    ``code`` is a foster parent's own, with or without a NIP (``give_code``). ``rank`` and ``unit`` are their position
    and section; ``superior_id`` is whoever they answer to at work. An ORGANISATION writes through its delegates.
    ``sex`` is "L" or "P" where the register tells it: by it staff are addressed. Of an ASN the NIP tells it too.
    ``language`` is that of their lessons; everything else is said in Indonesian.
    """

    __tablename__ = "person"
    __table_args__ = (Index(None, "code", unique=True),)

    id: Mapped[Key]
    name: Mapped[Name]
    kind: Mapped[PersonKind] = mapped_column(enum_type(PersonKind, 8), default=PersonKind.PERSON)
    nip: Mapped[str | None] = mapped_column(String(18), unique=True)
    code: Mapped[str | None] = mapped_column(String(40))
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    office_id: Mapped[int | None] = mapped_column(ForeignKey("office.id"), index=True)
    rank: Mapped[str] = mapped_column(String(80), default="")
    unit: Mapped[str] = mapped_column(String(80), default="")
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sex: Mapped[str | None] = mapped_column(String(1))
    language: Mapped[str] = mapped_column(String(3), default="id")
    created_at: Mapped[datetime]
    office: Mapped[Office | None] = relationship()
    superior: Mapped[Person | None] = relationship(remote_side="Person.id")
    roles: Mapped[list[PersonRole]] = relationship(back_populates="person", lazy="selectin")
    addresses: Mapped[list[Address]] = relationship(back_populates="person")

    def has(self, role: Role) -> bool:
        return any(held.role == role for held in self.roles)


class PersonRole(Base):
    """A role and where it holds.

    COORDINATOR: scope OFFICE, VILLAGE, DISTRICT or CITY. HEALTH: a title; scope POSYANDU, HEALTH_CENTRE or VILLAGE.
    ASN, FAMILY, ADMIN: scope NONE; whom they care for is in Assignment and Carer. ``scope_id`` is the id of the place,
    0 for CITY and NONE. ``ends`` is the last day of the role, where that is known.
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
    ends: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="roles")


class Address(Base):
    """Where a person is written to. ``person_id`` is empty for a stranger who has not joined.

    ``draft_id`` is the open form, to which the next text belongs; ``awaiting`` names what else is expected ("code").
    On a channel with a service window we may write freely until ``window_until``. ``failed_days`` counts the days on
    which a message did not arrive, the last of them ``failed_on``; any message from the address sets it to 0.

    ``lessons_only``: the person was confirmed by an answer about their child alone; see ``only_lessons``.
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
    lessons_only: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person | None] = relationship(back_populates="addresses")


class ClaimState(StrEnum):
    """Whether an address belongs to a person who seems to write from it."""

    OPEN = "open"  # not confirmed yet: the address gets none of the person's data
    CONFIRMED = "confirmed"  # the person may write from it
    REFUSED = "refused"  # the person said that it is not theirs; only a code opens it
    ENDED = "ended"  # it was the person's, and is not any more


class Claim(Base):
    """That an address is a person's, or seems to be: one row a pair.

    ``why`` says what speaks for it ("number", "changed", "silent", or "code"), ``how`` by what it was confirmed ("tap",
    "question", "code", "number"). ``tries`` counts wrong answers to the question about the child. Where several people
    share a phone, each has a CONFIRMED row, and ``Address.person_id`` is the one who writes now.
    """

    __tablename__ = "address_claim"
    __table_args__ = (UniqueConstraint("address_id", "person_id"),)

    id: Mapped[Key]
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str] = mapped_column(String(12))
    how: Mapped[str] = mapped_column(String(12), default="")
    state: Mapped[ClaimState] = mapped_column(enum_type(ClaimState, 12))
    tries: Mapped[int] = mapped_column(default=0)
    lessons_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    address: Mapped[Address] = relationship()
    person: Mapped[Person] = relationship()


class Invitation(Base):
    """A single-use code that links an address to a person. Only its hash is stored.

    ``keyed``: hashed with the secret key (``db.codes``); False for a code from before there was one.
    """

    __tablename__ = "invitation"

    id: Mapped[Key]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    keyed: Mapped[bool] = mapped_column(default=True)
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
    about the person. A stranger's address known by one of the ``aliases`` is renamed to ``address``; that of a person
    is not: a number alone does not say who writes (``linked``).
    """
    written = min(at or now, now)
    names = {"channel": channel, "address": address, "aliases": list(aliases)}
    known = session.scalars(_known(), names).all()
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


@cache
def _known() -> Select[Address]:
    """Built once: it is asked for each message, and building it takes longer than running it."""
    alias = and_(Address.address.in_(bindparam("aliases", expanding=True)), Address.person_id.is_(None))
    same = or_(Address.address == bindparam("address"), alias)
    return select(Address).where(Address.channel == bindparam("channel"), same)


def heard_before(row: Address) -> datetime:
    """When the address was heard before ``hear``, as long as that is not flushed."""
    old: Sequence[datetime] = inspect(row).attrs.last_heard_at.history.deleted
    return old[0] if old else row.last_heard_at


def linked(session: Session, channel: str, names: Collection[str]) -> Sequence[Address]:
    """The addresses of these names that belong to somebody."""
    if not names:
        return ()
    query = select(Address).where(
        Address.channel == channel, Address.address.in_(names), Address.person_id.is_not(None)
    )
    return session.scalars(query.order_by(Address.id)).all()


def not_arrived(row: Address, today: date) -> int:
    """Record that a message did not arrive. Returns on how many days that has happened."""
    if row.failed_on != today:
        row.failed_days, row.failed_on = row.failed_days + 1, today
    return row.failed_days


def only_lessons(address: Address) -> bool:
    """Whether nothing but lessons may be shown at this address: no thread, no referral, no landmark, no data.

    The one place to ask. For queries: ``full``. Addresses that are found here (``addresses``) are never such ones.
    """
    return address.lessons_only


def full() -> ColumnElement[bool]:
    """For queries of ``Address``: the condition that everything of its person may be shown there."""
    return ~Address.lessons_only


def addresses(session: Session, person_id: int, *, urgent: bool = False) -> Sequence[Address]:
    """The person's reachable addresses, the one used last first; for what is ``urgent`` also those that are muted.

    Also a phone on which somebody else writes now, if it is this person's too; none that is for lessons only.
    """
    return session.scalars(_addresses(urgent), {"person": person_id}).all()


@cache
def _addresses(urgent: bool) -> Select[Address]:
    """Built once: it is asked for each message that is promised."""
    person = bindparam("person", type_=Integer)
    shared = select(Claim.id).where(
        Claim.address_id == Address.id, Claim.person_id == person, Claim.state == ClaimState.CONFIRMED,
        ~Claim.lessons_only,
    )  # fmt: skip
    also = and_(Address.person_id.is_not(None), Address.person_id != person, shared.exists())
    theirs = or_(and_(Address.person_id == person, full()), also)
    query = select(Address).where(theirs, Address.state.in_(FOR_URGENT if urgent else OPEN))
    return query.order_by(Address.last_heard_at.desc(), Address.id.desc())


def invitation(session: Session, code: str, now: datetime, key: bytes) -> Invitation | None:
    """The invitation of a code that is neither used nor expired. An older code is known by its old hash."""
    hashed = and_(Invitation.keyed, Invitation.code_hash == codes.hashed(code, key))
    older = and_(~Invitation.keyed, Invitation.code_hash == codes.hashed_without_key(code))
    row = session.scalar(select(Invitation).where(or_(hashed, older)).with_for_update())
    return row if row and row.used_at is None and row.expires_at > now else None


def use(session: Session, taken: Invitation, used_by: str, now: datetime) -> None:
    """Mark the code as used; all other codes of the person expire."""
    other_codes = update(Invitation).where(
        Invitation.person_id == taken.person_id, Invitation.id != taken.id, Invitation.used_at.is_(None)
    )
    session.execute(other_codes.values(expires_at=now))
    taken.used_at, taken.used_by = now, used_by


def by_phone(session: Session, phone: str) -> Sequence[Person]:
    return session.scalars(select(Person).where(Person.phone == phone).order_by(Person.id)).all()


def failed_attempts(session: Session, channel: str, address: str, since: datetime) -> int:
    query = select(func.count()).select_from(Attempt)
    return session.scalar(query.where(Attempt.channel == channel, Attempt.address == address, Attempt.at > since)) or 0


def guesses(session: Session, since: datetime) -> int:
    """How many wrong codes and answers were written in the whole city since then."""
    return session.scalar(select(func.count()).select_from(Attempt).where(Attempt.at > since)) or 0


def forget_attempts(session: Session, now: datetime) -> None:
    """Delete attempts older than a day."""
    session.execute(delete(Attempt).where(Attempt.at < now - timedelta(days=1)))


def forget_strangers(session: Session, before: datetime) -> None:
    """Delete addresses without a person that last wrote before then: on some channels they are phone numbers."""
    silent = Address.person_id.is_(None), Address.last_heard_at < before
    session.execute(delete(Claim).where(Claim.address_id.in_(select(Address.id).where(*silent))))
    session.execute(delete(Address).where(*silent))


def has_key(said: str) -> ColumnElement[bool]:
    """For a query over Person: whose NIP (with or without blanks, dots and dashes) or own code these words are."""
    nip = "".join(sign for sign in said if sign not in " .-")
    return or_(Person.nip == nip, func.lower(Person.code) == said.strip().lower())


def give_code(session: Session, person: Person) -> str:
    """The person's own code, made of the number of their row where they have none yet: "OTA-00012".

    Where somebody else was given that very code by hand, a letter follows.
    """
    if not person.code:
        session.flush()
        person.code = _made(person.id, _given(session, f"OTA-{person.id:05}"))
    return person.code


def give_codes(session: Session, people: Collection[int]) -> None:
    """Give each of these people who has none a code of their own, as ``give_code`` does; they must be flushed."""
    taken = _given(session, "OTA-")
    without = session.scalars(select(Person.id).where(Person.id.in_(people), Person.code.is_(None))).all()
    made = [{"id": id, "code": _made(id, taken)} for id in without]
    if made:
        session.execute(update(Person), made)


def _given(session: Session, beginning: str) -> set[str | None]:
    return set(session.scalars(select(Person.code).where(Person.code.startswith(beginning))))


def _made(id: int, taken: Collection[str | None]) -> str:
    code = f"OTA-{id:05}"
    return next(one for one in (code, *(code + letter for letter in ascii_uppercase)) if one not in taken)


def holders(session: Session, role: Role, scope: ScopeKind, scope_id: int) -> Sequence[Person]:
    """The people who hold this role at this place."""
    where = {"role": role, "scope": scope, "scope_id": scope_id}
    return session.scalars(_holders(), where).unique().all()


@cache
def _holders() -> Select[Person]:
    """Built once: whoever is told of something is found by it."""
    role, scope = PersonRole.role == bindparam("role"), PersonRole.scope == bindparam("scope")
    query = select(Person).join(PersonRole).where(role, scope, PersonRole.scope_id == bindparam("scope_id"))
    return query.order_by(Person.id)


def unlink(session: Session, address: Address, now: datetime) -> None:
    """Detach the person who writes from the address, and let the code they joined with be used again."""
    if address.person is None:
        return
    used_by = f"{address.channel}:{address.address}"
    freed = update(Invitation).where(Invitation.person_id == address.person_id, Invitation.used_by == used_by)
    session.execute(freed.values(used_at=None, used_by=""))
    leave(session, address, address.person, now)


def part(session: Session, address: Address, now: datetime) -> None:
    """Detach the address from everybody who writes from it; the code it joined with stays used."""
    held = update(Claim).where(Claim.address_id == address.id, Claim.state == ClaimState.CONFIRMED)
    session.execute(held.values(state=ClaimState.ENDED, settled_at=now))
    _write_as(address, None)


def leave(session: Session, address: Address, person: Person, now: datetime) -> None:
    """Detach this person from the address. Whoever else shares the phone keeps it, and writes from it now."""
    session.flush()
    for claim in session.scalars(select(Claim).where(Claim.address_id == address.id, Claim.person_id == person.id)):
        claim.state, claim.settled_at = ClaimState.ENDED, now
    session.flush()
    if address.person_id == person.id:
        _write_as(address, next(iter(writers(session, address)), None))


def switch(session: Session, address: Address, claim: Claim) -> None:
    """Let the person of a confirmed claim write from the address from now on."""
    _write_as(address, claim)
    session.flush()


def _write_as(address: Address, claim: Claim | None) -> None:
    if claim is None:
        address.person_id, address.person, address.linked_at, address.lessons_only = None, None, None, False
    else:
        address.person_id, address.person, address.lessons_only = claim.person_id, claim.person, claim.lessons_only
    address.draft_id, address.awaiting = None, ""


def held(session: Session, person_id: int) -> Sequence[Address]:
    """Every address of the person, reachable or not, also a phone from which somebody else writes now; oldest first."""
    shared = select(Claim.id).where(
        Claim.address_id == Address.id, Claim.person_id == person_id, Claim.state == ClaimState.CONFIRMED
    )
    theirs = or_(Address.person_id == person_id, and_(Address.person_id.is_not(None), shared.exists()))
    return session.scalars(select(Address).where(theirs).order_by(Address.linked_at, Address.id)).all()


def belongs(
    session: Session, address: Address, person: Person, now: datetime, how: str, *, lessons_only: bool = False
) -> Claim:
    """Link the address to the person, who writes from it from now on. Others to whom it belongs keep their claim."""
    claim = session.scalar(select(Claim).where(Claim.address_id == address.id, Claim.person_id == person.id))
    if claim is None:
        claim = Claim(
            address_id=address.id, person_id=person.id, why=how, state=ClaimState.OPEN, created_at=now, tries=0
        )
        session.add(claim)
    claim.state, claim.how, claim.settled_at, claim.tries = ClaimState.CONFIRMED, how, now, 0
    claim.lessons_only = address.lessons_only = lessons_only
    address.person_id, address.person, address.linked_at = person.id, person, now
    address.awaiting, address.draft_id = "", None
    session.flush()
    return claim


def writers(session: Session, address: Address) -> Sequence[Claim]:
    """The claims of everybody who may write from this address."""
    query = select(Claim).where(Claim.address_id == address.id, Claim.state == ClaimState.CONFIRMED)
    return session.scalars(query.order_by(Claim.id)).all()


def places(session: Session, people: Collection[int], *, lessons: bool = False) -> dict[int, tuple[str, str]]:
    """By person, the (channel, address) used last, of two at one moment the newer; who cannot be reached is left out.

    An address that is for lessons only is among them only for ``lessons``. A phone that several people share is each
    one's.
    """
    rows = [row for query in _reached(lessons) for row in session.execute(query, {"people": list(people)})]
    return {
        person: (channel, address)
        for person, channel, address, *_ in sorted(rows, key=lambda row: (row.last_heard_at, row.id))
        if person is not None
    }


@cache
def _reached(
    lessons: bool,
) -> tuple[Select[int | None, str, str, datetime, int], Select[int, str, str, datetime, int]]:
    """Built once: they are asked at every look and for every digest."""
    people = among("people")
    reached = (Address.channel, Address.address, Address.last_heard_at, Address.id)
    own = select(Address.person_id, *reached).where(Address.person_id.in_(people))
    shared = select(Claim.person_id, *reached).join(Address, Address.id == Claim.address_id)
    shared = shared.where(
        Claim.person_id.in_(people), Claim.state == ClaimState.CONFIRMED, Address.person_id.is_not(None),
        Address.person_id != Claim.person_id,
    )  # fmt: skip
    if not lessons:
        own, shared = own.where(full()), shared.where(~Claim.lessons_only)
    works = Address.state == AddressState.OK
    return own.where(works), shared.where(works)
