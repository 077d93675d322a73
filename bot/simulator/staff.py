"""The people of the demo city who have a task: ASN, cadres, midwives, nutritionists, coordinators."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.simulator import names, shape
from bot.simulator.rows import Rows
from content.city import City
from db.children import HEAD
from db.people import Address, Person, PersonRole
from db.places import HealthCentre, Office, Posyandu, Village

if TYPE_CHECKING:
    from bot.simulator.tales import Tale


@dataclass(frozen=True)
class Place:
    """A kelurahan with the puskesmas that cares for it and its posyandu, each by number."""

    village: int
    name: str
    district: int
    centre: int
    posyandu: tuple[int, ...]


class Weighed(NamedTuple):
    """What was measured of a child on a day, its BB/U as a z-score, and the number of the measurement."""

    on: date
    kg: float
    cm: float
    heavy: float
    number: int = 0


class Seen(NamedTuple):
    """A visit at which somebody was met, by number; who went, on which day, and whether the child was measured."""

    visit: int
    asn: int
    on: date
    measured: bool = False


@dataclass
class Making:
    """What all of the makers share.

    ``cadres`` is the cadre of each posyandu, ``centres`` each puskesmas by number, ``workers`` and ``heads`` its
    midwives and nutritionist and who heads it, ``leaders`` the coordinator of each kecamatan. ``ends`` says by subject
    ("child:31") how the fostering ended and ``gone`` on which day. ``tales`` and ``weighed`` are by child, ``seen`` by
    subject, newest first, ``linked`` the day on which each person joined. ``rounding`` and ``measures_twice`` are
    posyandu.
    """

    chance: Random
    now: datetime
    city: City
    rows: Rows = field(default_factory=Rows)
    cadres: dict[int, int] = field(default_factory=dict[int, int])
    centres: dict[int, shape.Centre] = field(default_factory=dict[int, shape.Centre])
    workers: dict[int, list[int]] = field(default_factory=dict[int, list[int]])
    heads: dict[int, int] = field(default_factory=dict[int, int])
    leaders: dict[int, int] = field(default_factory=dict[int, int])
    ends: dict[str, str] = field(default_factory=dict[str, str])
    gone: dict[str, date] = field(default_factory=dict[str, date])
    tales: dict[int, Tale] = field(default_factory=lambda: dict[int, "Tale"]())
    weighed: defaultdict[int, list[Weighed]] = field(default_factory=lambda: defaultdict(list))
    seen: defaultdict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    linked: dict[int, date] = field(default_factory=dict[int, date])
    rounding: int = 0
    measures_twice: int = 0
    phones: int = 0

    @property
    def today(self) -> date:
        return self.city.today(self.now)

    def person(self, name: str, *roles: dict[str, Any], nip: str | None = None, office: int | None = None) -> int:
        """Someone with a phone number nobody has, and their roles."""
        self.phones += 1
        number = self.rows.add(
            Person, name=name, nip=nip, phone=f"+62812555{self.phones:05}", office_id=office, created_at=self.now
        )
        for role in roles:
            self.rows.add(PersonRole, **{"title": "", "scope": "", "scope_id": 0, **role}, person_id=number)
        return number

    def line(self, person: int, channel: str = "") -> tuple[str, str]:
        """Channel and address of the person's phone on the page: the channel they write on, or this one."""
        channel = channel or shape.channel_of(person)
        return channel, str(shape.number_of(channel, person, self.rows.row(Person, person)["phone"]))

    def connect(self, person: int, since: datetime, channel: str = "") -> None:
        """Give the person's phone on the page to the person: they have joined."""
        channel, address = self.line(person, channel)
        self.rows.add(
            Address,
            channel=channel,
            address=address,
            person_id=person,
            first_heard_at=since,
            last_heard_at=since,
            linked_at=since,
        )
        self.linked.setdefault(person, self.city.today(since))

    def since(self, least: int, most: int) -> datetime:
        """Some time of the day, so many days ago."""
        return self.now - timedelta(days=self.chance.randint(least, most), minutes=self.chance.randint(0, 500))


def places(making: Making, villages: list[Village]) -> list[Place]:
    """Puskesmas and posyandu for the kelurahan: a puskesmas has the one of its name, the others go round."""
    found: list[Place] = []
    for district in dict.fromkeys(village.district for village in villages):
        of_district = [centre for centre in shape.CENTRES if centre.district == district.name]
        numbers = [making.rows.add(HealthCentre, name=c.name, district_id=district.id) for c in of_district]
        making.centres |= dict(zip(numbers, of_district, strict=True))
        by_name = {_plain(centre.name): number for centre, number in zip(of_district, numbers, strict=True)}
        turn = 0
        for village in (village for village in villages if village.district_id == district.id):
            centre = by_name.get(_plain(village.name))
            if centre is None:
                centre, turn = numbers[turn % len(numbers)], turn + 1
            called = making.chance.sample(shape.POSYANDU, shape.POSYANDU_PER_VILLAGE)
            posyandu = tuple(making.rows.add(Posyandu, name=name, village_id=village.id) for name in called)
            found.append(Place(village.id, village.name, district.id, centre, posyandu))
    return found


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ")


def health_workers(making: Making, places: list[Place]) -> None:
    """A cadre for every posyandu that has none; two midwives, a nutritionist and a head for every puskesmas."""
    for posyandu in (number for place in places for number in place.posyandu):
        if posyandu not in making.cadres:
            role = {"role": "health", "title": "kader", "scope": "posyandu", "scope_id": posyandu}
            making.cadres[posyandu] = _working(making, "P", role)
    for centre in sorted({place.centre for place in places}):
        role = {"role": "health", "scope": "puskesmas", "scope_id": centre}
        making.workers[centre] = [_working(making, "P", {**role, "title": t}) for t in ("bidan", "bidan", "tpg")]
        making.heads[centre] = _working(making, making.chance.choice("LP"), {**role, "title": HEAD})


def coordinators(making: Making, districts: list[int], offices: list[int]) -> None:
    """One for every kecamatan, and for some of the offices."""
    for scope, numbers in (("kecamatan", districts), ("opd", offices[: shape.COORDINATED_OFFICES])):
        for number in numbers:
            role = {"role": "coordinator", "scope": scope, "scope_id": number}
            person = _working(making, making.chance.choice("LP"), role)
            if scope == "kecamatan":
                making.leaders[number] = person


def _working(making: Making, sex: str, role: dict[str, Any]) -> int:
    person = making.person(names.adult(making.chance, sex), role)
    making.connect(person, making.since(30, 200))
    return person


def offices(making: Making) -> list[int]:
    return [making.rows.add(Office, name=name) for name in shape.OFFICES]


def civil_servants(making: Making, offices: list[int], first: list[int]) -> list[int]:
    """All ASN by number, ``first`` among them."""
    made = list(first)
    while len(made) < shape.ASN:
        sex = making.chance.choice("LP")
        made.append(civil_servant(making, names.adult(making.chance, sex), sex, making.chance.choice(offices)))
    return made


def civil_servant(making: Making, name: str, sex: str, office: int) -> int:
    person = making.person(name, {"role": "asn"}, nip=nip(making, sex), office=office)
    making.connect(person, making.since(30, 200))
    return person


def nip(making: Making, sex: str) -> str:
    """18 digits of the right form: birth, then month of appointment (PNS) or year and a code from 21 on (PPPK), sex,
    and a serial number (Perka BKN 22/2007)."""
    chance, today = making.chance, making.today
    years = chance.randint(26, 57)
    born = date(today.year - years, chance.randint(1, 12), chance.randint(1, 28))
    appointed = min(born.year + chance.randint(22, 34), today.year - 1)
    month = 21 if appointed >= 2019 and chance.random() < 0.4 else chance.randint(1, 12)
    return f"{born:%Y%m%d}{appointed}{month:02}{1 if sex == 'L' else 2}{making.phones % 999 + 1:03}"
