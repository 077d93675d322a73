"""Who writes: claims of addresses to be a person's, and what confirms them.

A phone number alone confirms nobody but a family that has never written before. Everybody else is confirmed from an
address of theirs, by a code, or, a family, by an answer about its child (decision 0024).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox, people
from db.audit import Detail, note
from db.children import Carer, Child, Family, cared_for
from db.outbox import Kind, Outgoing
from db.people import Address, Attempt, Claim, ClaimState, Invitation, Person
from db.places import Posyandu
from db.roles import Role, ScopeKind
from db.subjects import subject
from flow.message import Message, Option
from flow.reading.dates import MONTHS
from flow.reading.phones import e164
from programme.contacts import pronoun

NUMBER, CHANGED, SILENT = "number", "changed", "silent"
TAP, QUESTION, CODE = "tap", "question", "code"
SILENT_AFTER = timedelta(days=180)
VALID = timedelta(days=7)  # how long the question at the old address can be answered
TRIES = 3
GUESSES = 20  # wrong codes and answers in the whole city within the hour, from which somebody is guessing
HOUR = timedelta(hours=1)
CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
WORD = re.compile(r"[0-9]+|[^\W\d_]+")


def is_family_only(person: Person) -> bool:
    """Whether the person holds no other role than a family's: whoever works here joins by a code."""
    return {held.role for held in person.roles} == {Role.FAMILY}


def joins_by_number(session: Session, person: Person, address: Address) -> bool:
    """Whether the phone number may link this address: to a family that was never here, or declined from this phone."""
    if not is_family_only(person):
        return False
    elsewhere = (Claim.address_id != address.id) | (Claim.state != ClaimState.ENDED)
    ever = (
        select(Address.id).where(Address.person_id == person.id),
        select(Claim.id).where(Claim.person_id == person.id, elsewhere),
        select(Carer.id).where(Carer.person_id == person.id, Carer.joined_on.is_not(None)),
        select(Invitation.id).where(Invitation.person_id == person.id, Invitation.used_at.is_not(None)),
    )
    return not any(session.scalar(one.limit(1)) for one in ever)


def changed(
    session: Session, address: Address, aliases: Collection[str], now: datetime, city: City, *, announced: bool = False
) -> None:
    """Take note that an address is known by other names too, which may belong to people.

    A number that somebody was written to under has become this address's: nothing more goes to it. Where the address
    belongs to nobody yet, it is claimed for these people; for a change of number that the channel ``announced`` also
    for those who are registered with that number.
    """
    names = [one for one in aliases if one != address.address]
    known = people.linked(session, address.channel, names)
    seem = [person for one in known for person in _writers(session, one)]
    for one in known:
        if one.person is not None and one.address.isdigit():
            if one.person_id == address.person_id:
                people.part(session, one, now)
            else:
                let_go(session, one, one.person, now)
    theirs = {one.address for one in known if one.person_id is not None}
    outbox.rename(session, address.channel, [one for one in names if one not in theirs], address.address)
    if address.person_id is not None:
        return
    for name in names if announced else ():
        number = e164(name) if name.isdigit() else None
        registered = people.by_phone(session, number) if number else ()
        seem += [one for one in registered if people.addresses(session, one.id, urgent=True)]
    for person in dict.fromkeys(seem):
        claim(session, address, person, CHANGED, now, city)


def is_silent(address: Address, heard: datetime, now: datetime) -> bool:
    """Whether nobody wrote from it for so long that it may be somebody else's by now. ``heard``: the last time."""
    return address.person_id is not None and now - heard > SILENT_AFTER


def doubt(session: Session, address: Address, now: datetime, city: City) -> None:
    """Detach an address that was silent for long from everybody who wrote from it, until they are confirmed again."""
    theirs = _writers(session, address)
    if address.person is not None:
        let_go(session, address, address.person, now)
    for person in theirs:
        claim(session, address, person, SILENT, now, city)


def _writers(session: Session, address: Address) -> list[Person]:
    """Everybody whose address it is."""
    theirs = [one.person for one in people.writers(session, address)]
    return list(dict.fromkeys([*([address.person] if address.person else []), *theirs]))


def claim(session: Session, address: Address, person: Person, why: str, now: datetime, city: City) -> Claim | None:
    """Record that the address seems to be the person's, and ask at the addresses that are. It gets no data meanwhile.

    Returns None where the person has said that it is not theirs. Nobody is asked again while a question stands.
    """
    session.flush()
    found = session.scalar(select(Claim).where(Claim.address_id == address.id, Claim.person_id == person.id))
    if found is not None and found.state == ClaimState.REFUSED:
        return None
    if found is not None and found.state == ClaimState.OPEN and now - found.created_at < VALID:
        return found
    if found is None:
        found = Claim(address_id=address.id, person_id=person.id, why=why, how="", tries=0)
        session.add(found)
    found.why, found.state, found.created_at, found.settled_at = why, ClaimState.OPEN, now, None
    found.lessons_only = False
    session.flush()
    note(session, now, None, "address.claim", subject(person), Detail(address.channel))
    _ask(session, found, address, now, city)
    return found


def _ask(session: Session, found: Claim, address: Address, now: datetime, city: City) -> None:
    you = pronoun(session, found.person)
    said = f"Ada {CHANNELS.get(address.channel, 'HP')} lain yang ingin masuk ke Asuh dengan nomor atau nama {you}"
    text = (
        f"🔐 *{said}.* Dari sana belum ada data yang bisa dilihat.\n\nItu {you} sendiri?\n\n"
        f"Ragu? Ketuk *Bukan saya*, lalu hubungi {city.programme.privacy.contact}."
    )
    options = (Option(f"claim:yes:{found.id}", "Ya, itu saya"), Option(f"claim:no:{found.id}", "Bukan saya"))
    tell(session, found.person_id, f"claim:{found.id}:{now:%Y-%m-%d}", Message(text, options), now, besides=address.id)


def tell(
    session: Session, person_id: int, key: str, message: Message, now: datetime, *, besides: int | None = None
) -> None:
    """Promise a message to every address of the person ``besides`` one, at once."""
    rows = [
        outbox.row(
            Kind.MOVED, f"{key}:{one.id}", one.channel, one.address, message.to_json(), now,
            lane=outbox.ALERT, expires_at=now + VALID,
        )
        for one in people.addresses(session, person_id, urgent=True)
        if one.id != besides
    ]  # fmt: skip
    outbox.promise(session, rows)


def tell_of_code(session: Session, person: Person, now: datetime, city: City) -> None:
    """Tell the person's addresses that somebody had a code made for them, and note it in the audit."""
    note(session, now, None, "invitation.renew", subject(person))
    you = pronoun(session, person)
    text = (
        f"🔐 Petugas membuat *kode baru* untuk {you}. Kalau dipakai, Asuh pindah ke HP yang baru.\n\n"
        f"Bukan {you} yang meminta? Segera hubungi {city.programme.privacy.contact}."
    )
    tell(session, person.id, f"code:{person.id}:{now:%Y-%m-%dT%H:%M:%S}", Message(text), now)


def tell_address(session: Session, found: Claim, key: str, message: Message, now: datetime) -> None:
    """Promise a message to the address of a claim, at once."""
    one = found.address
    row = outbox.row(
        Kind.MOVED, key, one.channel, one.address, message.to_json(), now,
        lane=outbox.ALERT, person_id=found.person_id, expires_at=now + VALID,
    )  # fmt: skip
    outbox.promise(session, [row])


def open_claims(session: Session, address: Address) -> Sequence[Claim]:
    """The claims of this address that nobody has confirmed or refused."""
    query = select(Claim).where(Claim.address_id == address.id, Claim.state == ClaimState.OPEN)
    return session.scalars(query.order_by(Claim.id)).all()


def confirm(session: Session, found: Claim, how: str, now: datetime, city: City, *, lessons_only: bool = False) -> None:
    """Link the address of the claim to its person, and tell their other addresses."""
    people.belongs(session, found.address, found.person, now, how, lessons_only=lessons_only)
    note(session, now, found.person_id, "address.confirm", subject(found.person), Detail(found.address.channel))
    if how != TAP:
        opened = "Pesan edukasi sekarang datang ke" if lessons_only else "Asuh sekarang bisa dibuka dari"
        tell_linked(session, found.address, found.person_id, f"{opened} HP atau akun lain juga.", now, city)


def tell_linked(session: Session, address: Address, person_id: int, said: str, now: datetime, city: City) -> None:
    """Tell the person's other addresses that this one is theirs now."""
    you = pronoun(session, session.get_one(Person, person_id))
    text = f"🔐 {said}\n\nBukan {you} yang meminta? Segera hubungi {city.programme.privacy.contact}."
    key = f"linked:{address.id}:{person_id}:{now:%Y-%m-%dT%H:%M}"
    tell(session, person_id, key, Message(text), now, besides=address.id)


def refuse(session: Session, found: Claim, now: datetime) -> None:
    """Record that the address is not the person's; only a code can open it."""
    found.state, found.settled_at = ClaimState.REFUSED, now
    note(session, now, found.person_id, "address.refuse", subject(found.person), Detail(found.address.channel))


def let_go(session: Session, address: Address, person: Person, now: datetime) -> None:
    """Detach an address that may not be the person's any more, and hold back what was planned for it."""
    people.part(session, address, now)
    waiting = Outgoing.channel == address.channel, Outgoing.address == address.address
    outbox.cancel(session, "belum dipastikan siapa yang menulis", now, *waiting)
    note(session, now, None, "address.let_go", subject(person), Detail(address.channel))


# --- the question about the child ---------------------------------------------------------------


def asked_of(session: Session, claims: Collection[Claim]) -> list[Claim]:
    """Those of the claims that an answer about a child can still confirm: a family's, with tries left."""
    return [
        one
        for one in claims
        if is_family_only(one.person) and _tried(session, one.person_id) < TRIES and _children(session, one)
    ]


def _tried(session: Session, person_id: int) -> int:
    """Wrong answers about this person's child, from all addresses together that are not confirmed as theirs."""
    unsettled = Claim.person_id == person_id, Claim.state != ClaimState.CONFIRMED
    return session.scalar(select(func.sum(Claim.tries)).where(*unsettled)) or 0


def _children(session: Session, found: Claim) -> list[tuple[date, str]]:
    """The birthday and the posyandu of the person's children, where both are known."""
    families = [carer.family_id for carer in cared_for(session, found.person_id)]
    query = (
        select(Child.born, Posyandu.name)
        .join(Family, Family.id == Child.family_id)
        .join(Posyandu, Posyandu.id == Family.posyandu_id)
        .where(Family.id.in_(families), Family.forgotten_at.is_(None), Child.born.is_not(None))
    )
    return [(born, name) for born, name in session.execute(query) if born is not None]


def answer(session: Session, address: Address, said: str, now: datetime, city: City) -> list[Claim]:
    """Confirm for lessons the claims of this address whose child the answer describes. Returns these.

    An answer that fits none counts as a try for each, and as a guess. Rows are locked, so that tries cannot be made at
    the same time.
    """
    locked = select(Claim).where(Claim.address_id == address.id).with_for_update()
    session.scalars(locked).all()
    asked = asked_of(session, open_claims(session, address))
    people_asked = [one.person_id for one in asked]
    session.scalars(select(Person.id).where(Person.id.in_(people_asked)).with_for_update()).all()
    asked = asked_of(session, asked)
    fitting = [one for one in asked if any(describes(said, *child) for child in _children(session, one))]
    for one in asked if not fitting else ():
        one.tries += 1
    if asked and not fitting:
        guessed(session, address.channel, address.address, now, city)
    for one in fitting:
        confirm(session, one, QUESTION, now, city, lessons_only=True)
    return fitting


def describes(said: str, born: date, posyandu: str) -> bool:
    """Whether these words name the month and year of birth and the posyandu, and no other.

    "Maret 2025, Melati 1", "3/2025 posyandu melati 1".
    """
    words, place = _words(said), _words(posyandu)
    months = ({MONTHS[born.month - 1].casefold()}, {MONTHS[born.month - 1][:3].casefold()}, {str(born.month)})
    when = [*words[:2]]
    if len(when) < 2 or when[1] != str(born.year) or not any(when[0] in month for month in months):
        return False
    return words[2:] == place


def _words(said: str) -> list[str]:
    """The words and numbers, in lower case, without zeros before a number and without the word "posyandu"."""
    found = [word.lstrip("0") or "0" for word in WORD.findall(said.casefold())]
    return [word for word in found if word != "posyandu"]


# --- guessing -----------------------------------------------------------------------------------


def guessed(session: Session, channel: str, address: str, now: datetime, city: City) -> None:
    """Count a wrong code or answer; tell administrators and the city's coordinators once a day when there are many."""
    session.add(Attempt(channel=channel, address=address, at=now))
    session.flush()
    if not is_guessing(session, now):
        return
    text = (
        "🔐 *Ada yang menebak-nebak kode.* Dalam satu jam banyak kode atau jawaban yang salah, dari seluruh kota. "
        "Belum tentu ada yang berhasil. Beri tahu pengelola layanan; sementara ini jangan membagikan kode lewat grup."
    )
    in_charge = {
        one.id
        for role, scope in ((Role.COORDINATOR, ScopeKind.CITY), (Role.ADMIN, ScopeKind.NONE))
        for one in people.holders(session, role, scope, 0)
    }
    for person_id in sorted(in_charge):
        key = f"guessing:{person_id}:{city.today(now)}"
        outbox.to_person(session, person_id, Kind.MOVED, key, Message(text).to_json(), now, lane=outbox.ALERT)


def is_guessing(session: Session, now: datetime) -> bool:
    """Whether codes are being guessed: many wrong ones in the last hour, over all addresses together."""
    return people.guesses(session, now - HOUR) >= GUESSES
