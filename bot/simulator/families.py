"""The families of the demo city: mothers, children, pregnancies, and who has joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.simulator import names, shape
from bot.simulator.staff import Making, Place
from db.children import Carer, Child, Family, Pregnancy
from db.consent import Consent
from rules.stages import PREGNANCY_DAYS
from rules.tables import Sex

STUNTED, AT_RISK, HEALTHY = "stunting", "berisiko", "tidak stunting"


@dataclass(frozen=True)
class Home:
    """A family that was written down. ``joined`` is the day on which the mother did, if she has."""

    family: int
    place: Place
    posyandu: int
    mother: int
    mother_name: str
    joined: date | None
    carer: int


@dataclass(frozen=True)
class Born:
    """A child that was written down."""

    number: int
    home: Home
    name: str
    code: str
    sex: Sex
    day: date
    listed: str

    @property
    def subject(self) -> str:
        return f"child:{self.number}"


@dataclass(frozen=True)
class Expected:
    """A pregnancy that was written down, with its HPL."""

    number: int
    home: Home
    day: date

    @property
    def subject(self) -> str:
        return f"pregnancy:{self.number}"


def home(
    making: Making, place: Place, joined_days_ago: int | None, mother_name: str = "", posyandu: int | None = None
) -> Home:
    """A family and the mother as her children's carer; she agreed and can be reached if she joined."""
    name = mother_name or names.adult(making.chance, "P")
    posyandu = posyandu or making.chance.choice(place.posyandu)
    mother = making.person(name, {"role": "family"})
    family = making.rows.add(
        Family,
        code=f"KDI-K{mother:05}",
        mother_name=name,
        phone=f"+62812555{making.phones:05}",
        village_id=place.village,
        posyandu_id=posyandu,
        health_centre_id=place.centre,
        created_at=making.now,
    )
    at = None if joined_days_ago is None else making.now - timedelta(days=joined_days_ago, minutes=20)
    joined = making.city.today(at) if at else None
    carer = making.rows.add(
        Carer, person_id=mother, family_id=family, relation="ibu", joined_on=joined, paused_until=None
    )
    if at:
        making.connect(mother, at)
        making.rows.add(
            Consent,
            person_id=mother,
            family_id=family,
            relation="ibu",
            text_version=making.city.programme.privacy.text_version,
            channel="telegram",
            given_at=at,
        )
    return Home(family, place, posyandu, mother, name, joined, carer)


def joins(making: Making) -> int | None:
    """Days since a family joined; None for one that has not."""
    return making.chance.randint(1, 60) if making.chance.random() < shape.JOINED else None


def born(making: Making, home: Home, listed: str, age_days: int, name: str = "", sex: Sex | None = None) -> Born:
    sex = sex or ("L" if making.chance.random() < 0.51 else "P")
    day = making.today - timedelta(days=age_days)
    usual = 2750 if listed == STUNTED else 3050
    name = name or names.child(making.chance, sex)
    code = f"KDI-A{home.family:05}{'B' if listed == HEALTHY else 'A'}"
    child = making.rows.add(
        Child,
        code=code,
        family_id=home.family,
        name=name,
        sex=sex,
        born=day,
        birth_weight_g=max(1700, min(4200, round(making.chance.gauss(usual, 330), -1))),
        listed=listed,
        state="aktif",
        created_at=making.now,
    )
    return Born(child, home, name, code, sex, day, listed)


def pregnant(making: Making, home: Home, week: int) -> Expected:
    due = making.today + timedelta(days=PREGNANCY_DAYS - 7 * week - making.chance.randint(0, 6))
    number = making.rows.add(
        Pregnancy,
        family_id=home.family,
        mother_name=home.mother_name,
        due=due,
        state="aktif",
        created_at=making.now,
    )
    return Expected(number, home, due)


def stunted_age(making: Making) -> int:
    """Days. A register of stunted under-fives is thickest in the second and third year."""
    return round(making.chance.triangular(150, 1790, 700))


def other_age(making: Making) -> int:
    """Days. The others are in the programme for the lessons of the first two years."""
    return making.chance.randint(4, 735) if making.chance.random() < 0.85 else making.chance.randint(736, 1500)
