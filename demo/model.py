"""What the modules that make the demo city share: its places, families, children and rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from content.city import City
from db.people import Address, Person, PersonKind, PersonRole
from db.roles import Role, ScopeKind, Title
from db.states import CareState
from db.subjects import Subject, SubjectKind
from demo import shape
from demo.rows import Rows
from rules.tables import Sex

STUNTED, AT_RISK, HEALTHY = "stunting", "berisiko", "tidak stunting"
# Everybody who joined has written since then: after half a year of silence they would be asked who they are.
HEARD = timedelta(days=20)


@dataclass(frozen=True)
class Tale:
    """TB/U and BB/U as z-scores, those of the last measurings, the newest last; before them the first holds.

    ``still`` are the last weighings that show no gain, ``lost_kg`` is what the last one shows less. ``fresh``: the
    last measuring is of this month, and was entered this morning.
    """

    tall: tuple[float, ...]
    heavy: tuple[float, ...]
    listed: str = STUNTED
    still: int = 0
    lost_kg: float = 0.0
    fresh: bool = False


@dataclass(frozen=True)
class Home:
    """A family. ``joined`` is the day on which the mother joined, None if she has not."""

    family: int
    place: Place
    posyandu: int
    mother: int
    mother_name: str
    joined: date | None
    carer: int


@dataclass(frozen=True)
class Born:
    """A child; ``entered`` is the day on which it was registered."""

    number: int
    home: Home
    name: str
    code: str
    sex: Sex
    day: date
    entered: date
    listed: str

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.CHILD, self.number)


@dataclass(frozen=True)
class Expected:
    """A pregnancy with its HPL ``day``; ``entered`` is the day on which it was registered."""

    number: int
    home: Home
    day: date
    entered: date

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind.PREGNANCY, self.number)


@dataclass(frozen=True)
class Couple:
    """Bride and groom, who both have joined, and their wedding on ``day``."""

    number: int
    bride: int
    groom: int
    family: int
    day: date
    joined: date


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
    how the fostering ended and ``gone`` on which day. ``tales`` and ``weighed`` are by child, ``seen`` by
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
    ends: dict[Subject, CareState] = field(default_factory=dict[Subject, CareState])
    gone: dict[Subject, date] = field(default_factory=dict[Subject, date])
    tales: dict[int, Tale] = field(default_factory=lambda: dict[int, "Tale"]())
    weighed: defaultdict[int, list[Weighed]] = field(default_factory=lambda: defaultdict(list))
    seen: defaultdict[Subject, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    linked: dict[int, date] = field(default_factory=dict[int, date])
    rounding: int = 0
    measures_twice: int = 0
    phones: int = 0

    @property
    def today(self) -> date:
        return self.city.today(self.now)

    def person(
        self,
        name: str,
        *roles: dict[str, Any],
        nip: str | None = None,
        office: int | None = None,
        sex: str = "",
        rank: str = "",
        kind: PersonKind = PersonKind.PERSON,
    ) -> int:
        """Someone with a phone number nobody has, and their roles; who fosters has a code of their own."""
        self.phones += 1
        fosters = any(role["role"] == Role.ASN for role in roles)
        number = self.rows.add(
            Person,
            name=name,
            kind=kind,
            nip=nip,
            code=f"OTA-{len(self.rows.all(Person)) + 1:05}" if fosters else None,
            rank=rank,
            phone=f"+62812555{self.phones:05}",
            office_id=office,
            sex=sex or None,
            superior_id=None,
            created_at=self.now,
        )
        for role in roles:
            self.rows.add(
                PersonRole, **{"title": Title.NONE, "scope": ScopeKind.NONE, "scope_id": 0, **role}, person_id=number
            )
        return number

    def line(self, person: int, channel: str = "") -> tuple[str, str]:
        """Channel and address of the person's phone on the page: the channel they write on, or this one."""
        channel = channel or shape.channel_of(person)
        number = shape.number_of(channel, person, self.rows.row(Person, person)["phone"])
        return channel, shape.user_id(number) if channel == "whatsapp" else str(number)

    def connect(self, person: int, since: datetime, channel: str = "") -> None:
        """Give the person's phone on the page to the person: they have joined."""
        channel, address = self.line(person, channel)
        self.rows.add(
            Address,
            channel=channel,
            address=address,
            person_id=person,
            first_heard_at=since,
            last_heard_at=max(since, self.now - HEARD),
            linked_at=since,
        )
        self.linked.setdefault(person, self.city.today(since))

    def since(self, least: int, most: int) -> datetime:
        """Some time of the day, so many days ago."""
        return self.now - timedelta(days=self.chance.randint(least, most), minutes=self.chance.randint(0, 500))


def nip(making: Making, sex: str) -> str:
    """18 digits of the right form: birth, then month of appointment (PNS) or year and a code from 21 on (PPPK), sex,
    and a serial number (Perka BKN 22/2007)."""
    chance, today = making.chance, making.today
    years = chance.randint(26, 57)
    born = date(today.year - years, chance.randint(1, 12), chance.randint(1, 28))
    appointed = min(born.year + chance.randint(22, 34), today.year - 1)
    month = 21 if appointed >= 2019 and chance.random() < 0.4 else chance.randint(1, 12)
    return f"{born:%Y%m%d}{appointed}{month:02}{1 if sex == 'L' else 2}{making.phones % 999 + 1:03}"
