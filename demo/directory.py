"""Everyone in the demo city, to be looked up on the page: who they are, where, and how to reach their phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.children import Carer, Family
from db.fostering import Delegate
from db.people import Address, Person, PersonKind, PersonRole
from db.places import District, HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind, Title
from db.states import LOSSES, CareState
from demo import shape
from demo.city import Beginners, Cast
from demo.phones import Owner
from flow.reading.dates import MONTHS
from programme.visitors import called
from rules.stages import age, pregnancy_week

FOUND = 12
CHANNELS = ("telegram", "whatsapp")
STRANGER, STRANGERS_PHONE = 90_000_000, "+6281255599999"
ROLES = {
    Role.ASN: "ASN",
    "ibu": "Ibu",
    "ayah": "Ayah",
    "pengantin": "Calon pengantin",
    Title.CADRE: "Kader",
    Title.MIDWIFE: "Bidan",
    Title.NUTRITIONIST: "Petugas gizi",
    Title.HEAD: "Kepala puskesmas",
}


@dataclass(frozen=True)
class Card:
    """One person's phone with one ``channel``; with the other one its number is ``other``.

    ``role`` in a word, ``about`` in a line, ``place`` where they belong; ``code`` an open invitation.
    """

    chat: int
    name: str
    phone: str
    role: str
    about: str
    place: str
    joined: bool
    code: str = ""
    channel: str = "telegram"
    other: int = 0

    @property
    def owner(self) -> Owner:
        return Owner(self.chat, self.name, self.phone)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Directory:
    """The cards of the whole city. Each person has one for either channel, first that for the one they use.

    ``newest`` is the id of the person who came last.
    """

    def __init__(self, everybody: Mapping[int, Sequence[Card]], cast: Cast | Beginners, newest: int = 0) -> None:
        self.newest = newest
        self._cards = {card.chat: card for cards in everybody.values() for card in cards}
        self._used = [cards[0] for cards in everybody.values()]
        self.first = [everybody[person][0] for person in cast.first]
        self._stranger = everybody[STRANGER][0]
        self._words = [
            f"{card.name} {card.role} {card.about} {card.place} {card.phone} {card.channel}".casefold()
            for card in self._used
        ]

    def card(self, chat: int) -> Card | None:
        return self._cards.get(chat)

    def find(self, words: str, limit: int = FOUND) -> list[Card]:
        """Cards with every one of the words, names that begin so first; the people of the page for no words."""
        wanted = words.casefold().split()
        if not wanted:
            return [*self.first, self._stranger]
        cards = zip(self._used, self._words, strict=True)
        found = [card for card, text in cards if all(word in text for word in wanted)]
        return sorted(found, key=lambda card: not card.name.casefold().startswith(wanted[0]))[:limit]


def newest(session: Session) -> int:
    """The id of the person who came last."""
    return session.scalar(select(func.max(Person.id))) or 0


def read(session: Session, cast: Cast | Beginners, today: date) -> Directory:
    """Look everybody up who has a role."""
    villages = {village.id: village for village in session.scalars(select(Village))}
    roles: defaultdict[int, list[PersonRole]] = defaultdict(list)
    for role in session.scalars(select(PersonRole).order_by(PersonRole.id)):
        roles[role.person_id].append(role)
    reached: defaultdict[int, list[str]] = defaultdict(list)
    for address in session.scalars(select(Address).order_by(Address.last_heard_at.desc(), Address.id)):
        reached[address.person_id or 0].append(address.channel)
    carers = {carer.person_id: carer for carer in session.scalars(select(Carer))}
    offices = {office.id: office.name for office in session.scalars(select(Office))}
    posts = _posts(session, villages, offices)
    cards: dict[int, list[Card]] = {}
    sends = {one.person_id: one.principal for one in session.scalars(select(Delegate))}
    for person in session.scalars(select(Person).where(Person.kind == PersonKind.PERSON).order_by(Person.id)):
        if not roles[person.id]:
            continue
        role = roles[person.id][0]
        about, place = posts.get((role.scope, role.scope_id), ("", ""))
        known = role.title or role.role
        if role.role == Role.ASN:
            about = offices.get(person.office_id or 0, person.rank)
            if principal := sends.get(person.id):
                about = f"untuk {called(principal, sends=True)}"
        elif carer := carers.get(person.id):
            family = carer.family
            about, place = _household(family, today), _of_village(villages[family.village_id])
            known = "pengantin" if family.weddings else carer.relation
        code = cast.codes.get(person.id, "")
        name = ROLES.get(known, "Koordinator")
        said = (person.name, person.phone or "", name, about, place)
        cards[person.id] = list(_cards(person.id, reached[person.id], code, *said))
    said = ("Orang baru", STRANGERS_PHONE, "Belum terdaftar", "Baru mendengar tentang Asuh", "")
    cards[STRANGER] = list(_cards(STRANGER, [], "", *said))
    return Directory(cards, cast, newest(session))


def _cards(
    person: int, reached: Sequence[str], code: str, name: str, phone: str, role: str, about: str, place: str
) -> Iterator[Card]:
    """The person's card for either channel. ``reached`` are those they have joined on, the one used last first."""
    used = reached[0] if reached else shape.channel_of(person)
    channels = (used, *(one for one in CHANNELS if one != used)) if phone else CHANNELS[:1]
    numbers = {channel: shape.number_of(channel, person, phone) for channel in channels}
    for channel, chat in numbers.items():
        other = next((number for one, number in numbers.items() if one != channel), 0)
        yield Card(chat, name, phone, role, about, place, channel in reached, code, channel, other)


def _posts(
    session: Session, villages: dict[int, Village], offices: dict[int, str]
) -> dict[tuple[ScopeKind, int], tuple[str, str]]:
    """What each scope of a role is called, and where it lies."""
    posts = {(ScopeKind.CITY, 0): ("Kota Kendari", "")}
    posts |= {(ScopeKind.OFFICE, number): (name, "") for number, name in offices.items()}
    for district in session.scalars(select(District)):
        posts[ScopeKind.DISTRICT, district.id] = (f"Kecamatan {district.name}", "")
    for centre in session.scalars(select(HealthCentre)):
        posts[ScopeKind.HEALTH_CENTRE, centre.id] = (f"Puskesmas {centre.name}", "")
    for posyandu in session.scalars(select(Posyandu)):
        posts[ScopeKind.POSYANDU, posyandu.id] = (
            f"Posyandu {posyandu.name}",
            _of_village(villages[posyandu.village_id]),
        )
    return posts


def _of_village(village: Village) -> str:
    return f"Kel. {village.full_name}"


def _household(family: Family, today: date) -> str:
    """ "Adik Kayla 7 bulan, hamil 12 minggu"; of a couple "menikah 3 Januari"."""
    lines = [
        f"Adik {child.call_name} {_age(child.born, today)}" for child in family.children if child.state not in LOSSES
    ]
    lines += [
        f"hamil {pregnancy_week(pregnancy.due, today)} minggu"
        for pregnancy in family.pregnancies
        if pregnancy.state == CareState.ACTIVE
    ]
    lines += [f"menikah {wedding.day.day} {MONTHS[wedding.day.month - 1]}" for wedding in family.weddings]
    return ", ".join(lines)


def _age(born: date | None, today: date) -> str:
    if born is None:
        return ""
    old = age(born, today)
    return f"{old.months} bulan" if old.months else f"{old.days} hari"
