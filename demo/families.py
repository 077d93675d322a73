"""The families of the demo city: mothers, children, pregnancies, and who has joined."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import Consent, PaperConsent
from db.roles import Role
from db.states import CareState
from demo import names, shape
from demo.model import HEALTHY, STUNTED, Born, Couple, Expected, Home, Making, Place
from rules.stages import PREGNANCY_DAYS
from rules.tables import Sex

REGISTER = 280  # days since the first families were written down
NOBODY_AGREED = 8  # of so many families that have not joined one has signed no paper either
KNOWN_FROM_WEEK = 4  # of a pregnancy


def home(
    making: Making, place: Place, joined_days_ago: int | None, mother_name: str = "", posyandu: int | None = None
) -> Home:
    """A family and the mother as her children's carer; she agreed and can be reached if she joined."""
    name = mother_name or names.adult(making.chance, "P")
    posyandu = posyandu or making.chance.choice(place.posyandu)
    mother = making.person(name, {"role": Role.FAMILY})
    family = making.rows.add(
        Family,
        code=f"KDI-K{mother:05}",
        mother_name=name,
        phone=f"+62812555{making.phones:05}",
        village_id=place.village,
        posyandu_id=posyandu,
        health_centre_id=place.centre,
        created_at=making.now - timedelta(days=REGISTER),
    )
    at = None if joined_days_ago is None else making.now - timedelta(days=joined_days_ago, minutes=20)
    if at is None and (mother_name or family % NOBODY_AGREED):
        _signs(making, family, name)
    carer = _carer(making, mother, family, "ibu", at)
    return Home(family, place, posyandu, mother, name, making.city.today(at) if at else None, carer)


def _signs(making: Making, family: int, mother_name: str) -> None:
    """The sheet of paper that the mother signed at the posyandu."""
    at = making.now - timedelta(days=REGISTER)
    making.rows.add(
        PaperConsent,
        family_id=family,
        name=mother_name,
        relation="ibu",
        signed_on=making.city.today(at),
        lies_at="map persetujuan posyandu",
        entered_at=at,
    )


def withdraws(making: Making, home: Home) -> None:
    """The mother took her consent back three days ago."""
    at = making.now - timedelta(days=3)
    given = next(row for row in making.rows.all(Consent) if row["family_id"] == home.family)
    given["withdrawn_at"] = at
    making.rows.row(Carer, home.carer)["stopped_at"] = at


def _carer(making: Making, person: int, family: int, relation: str, at: datetime | None) -> int:
    """Who cares for the family's children; they agreed ``at`` a moment, or not yet."""
    joined = making.city.today(at) if at else None
    carer = making.rows.add(
        Carer,
        person_id=person,
        family_id=family,
        relation=relation,
        joined_on=joined,
        paused_until=None,
        stopped_at=None,
    )
    if at:
        making.connect(person, at)
        making.rows.add(
            Consent,
            person_id=person,
            family_id=family,
            relation=relation,
            text_version=making.city.programme.privacy.text_version,
            channel=shape.channel_of(person),
            given_at=at,
            withdrawn_at=None,
        )
    return carer


def _entered_at(making: Making, since: date) -> datetime:
    """When somebody who is there ``since`` that day was written down: with the first, the day after, or yesterday."""
    day = min(since + timedelta(days=1), making.today - timedelta(days=1))
    return datetime.combine(max(day, making.today - timedelta(days=REGISTER)), time(8), making.city.zone)


def couple(making: Making, place: Place, bride: str, groom: str, posyandu: int, days: tuple[int, int]) -> Couple:
    """``days``: since both joined, and until their wedding."""
    joined_days_ago, ahead = days
    at = making.now - timedelta(days=joined_days_ago, minutes=5)
    there = home(making, place, joined_days_ago, bride, posyandu)
    his = making.person(groom, {"role": Role.FAMILY})
    _carer(making, his, there.family, "ayah", at)
    day = making.today + timedelta(days=ahead)
    number = making.rows.add(Wedding, family_id=there.family, day=day, red=False, state=CareState.ACTIVE, created_at=at)
    return Couple(number, there.mother, his, there.family, day, making.city.today(at))


def joins(making: Making) -> int | None:
    """Days since a family joined; None for one that has not."""
    return making.chance.randint(1, 60) if making.chance.random() < shape.JOINED else None


def born(making: Making, home: Home, listed: str, age_days: int, name: str = "", sex: Sex | None = None) -> Born:
    sex = sex or ("L" if making.chance.random() < 0.51 else "P")
    day = making.today - timedelta(days=age_days)
    usual = 2750 if listed == STUNTED else 3050
    name = name or names.child(making.chance, sex)
    code = f"KDI-A{home.family:05}{'B' if listed == HEALTHY else 'A'}"
    entered = _entered_at(making, day)
    child = making.rows.add(
        Child,
        code=code,
        family_id=home.family,
        name=name,
        sex=sex,
        born=day,
        birth_weight_g=max(1700, min(4200, round(making.chance.gauss(usual, 330), -1))),
        listed=listed,
        state=CareState.ACTIVE,
        created_at=entered,
    )
    return Born(child, home, name, code, sex, day, entered.date(), listed)


def pregnant(making: Making, home: Home, week: int) -> Expected:
    due = making.today + timedelta(days=PREGNANCY_DAYS - 7 * week - making.chance.randint(0, 6))
    entered = _entered_at(making, due - timedelta(days=PREGNANCY_DAYS - 7 * KNOWN_FROM_WEEK))
    number = making.rows.add(
        Pregnancy,
        family_id=home.family,
        mother_name=home.mother_name,
        due=due,
        state=CareState.ACTIVE,
        created_at=entered,
    )
    return Expected(number, home, due, entered.date())


def stunted_age(making: Making) -> int:
    """Days. A register of stunted under-fives is thickest in the second and third year."""
    return round(making.chance.triangular(150, 1790, 700))


def other_age(making: Making) -> int:
    """Days. The others are in the programme for the lessons of the first two years."""
    return making.chance.randint(4, 735) if making.chance.random() < 0.85 else making.chance.randint(736, 1500)
