"""A made-up city in the shape of Kendari, the same each time it grows from the same seed. Nobody in it is real."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from content.city import City
from db.codes import hashed
from db.people import Invitation
from db.places import villages
from db.roles import Role, ScopeKind, Title
from demo import families, farewells, histories, principals, referring, shape, staff, tales, taught, visiting
from demo.model import AT_RISK, HEALTHY, STUNTED, Born, Expected, Making, Place
from demo.rows import Progress
from reports.workbook.areas import seed_health_centres, seed_places

STORY_VILLAGE = "Benu Benua"  # where the people of the first page live
CODE = "MELATI24"
CITY_COORDINATORS = (("Rustam Landoma", "L"), ("Hasnia Rauf", "P"))
COUPLE = (20, 40)  # days since they joined, and until their wedding


SEED = 2026


@dataclass(frozen=True)
class Cast:
    """The people of the first page, by number, and the code of the mother who has yet to join.

    ``coordinator`` is that of their kecamatan, who hears of a danger sign there; ``city`` the one of the whole city;
    ``delegate`` visits for the mayor.
    """

    coordinator: int
    city: int
    asn: int
    cadre: int
    mother: int
    pregnant: int
    invited: int
    bride: int
    groom: int
    delegate: int
    code: str = CODE

    @property
    def first(self) -> tuple[int, ...]:
        """Whose phones the page shows first, in this order."""
        return (
            self.asn, self.mother, self.coordinator, self.cadre, self.pregnant, self.invited, self.bride, self.groom,
            self.city, self.delegate,
        )  # fmt: skip

    @property
    def codes(self) -> dict[int, str]:
        """By person, the code that is written on the page."""
        return {self.invited: self.code}


@dataclass(frozen=True)
class Beginners:
    """The people of an empty city: two who coordinate all of it."""

    first: tuple[int, ...]
    codes: dict[int, str] = field(default_factory=dict[int, str])


def quiet(_table: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def seed(session: Session, now: datetime, city: City, number: int = SEED, progress: Progress = quiet) -> Cast:
    """Fill an empty, migrated SQLite database with the town as it stands at ``now`` (aware). Does not commit."""
    seed_places(session)
    making = Making(Random(number), now, city)
    grounds = staff.places(making, list(villages(session)))
    offices = staff.offices(making)
    home = next(place for place in grounds if place.name == STORY_VILLAGE)
    cast = _people_of_the_page(making, home, offices)
    staff.health_workers(making, grounds)
    staff.coordinators(making, sorted({place.district for place in grounds} - {home.district}), offices)
    servants = staff.civil_servants(making, offices, [cast.asn])
    staff.superiors(making, servants[1:])  # whoever writes on the page has nobody above: the office is told instead
    page = _families_of_the_page(making, home, cast)
    others = _children(making, grounds, page.children)
    expected = _pregnancies(making, grounds, others)
    couple = families.couple(making, home, "Sulastri Wunduru", "Zulkifli Tongasa", home.posyandu[0], COUPLE)
    fostered = expected[-shape.FOSTERED_PREGNANCIES :]  # the last are in families of their own
    farewells.happen(making, others, fostered, home)
    tales.tell(making, others, home)
    making.tales[page.children[0].number] = tales.KAYLA
    children = [*page.children, *others]
    for child in children:
        histories.growth(making, child)
    histories.second_measurings(making, others)
    for about, last in page.fostered:
        visiting.foster(making, cast.asn, about, last, since=150)
    visiting.foster(making, servants[1], page.referred, 1, since=120)
    visiting.foster_couple(making, cast.asn, couple, COUPLE[0])
    _fostered(making, others, fostered, servants[2:])
    referring.open_all(making, others, fostered, home, page.referred)
    name, sex = CITY_COORDINATORS[1]
    deputy = making.person(name, {"role": Role.COORDINATOR, "scope": ScopeKind.CITY}, sex=sex)
    making.connect(deputy, making.since(60, 200), "telegram")  # who agrees where an import needs a second person
    delegate = principals.appear(making, others, number)
    cast = replace(page.cast, bride=couple.bride, groom=couple.groom, delegate=delegate)
    taught.families(making, (*children, *page.expected, *expected), eager=(cast.mother, cast.pregnant))
    taught.couple(making, couple)
    taught.civil_servants(making)
    families.withdraws(making, next(child.home for child in reversed(others) if child.home.joined))
    making.rows.write(session, progress)
    taught.settle(session, making, fresh=(cast.mother,))
    return cast


def seed_empty(session: Session, now: datetime, city: City) -> Beginners:
    """Fill an empty database with the kelurahan and puskesmas and the two coordinators of the city. Does not commit."""
    seed_places(session)
    seed_health_centres(session)
    making = Making(Random(SEED), now, city)
    whole_city = {"role": Role.COORDINATOR, "scope": ScopeKind.CITY}
    people = tuple(making.person(name, dict(whole_city), sex=sex) for name, sex in CITY_COORDINATORS)
    for person in people:
        making.connect(person, making.since(1, 2), "telegram")
    making.rows.write(session, quiet)
    return Beginners(people)


def _people_of_the_page(making: Making, home: Place, offices: list[int]) -> Cast:
    """Those with a task; the mothers come later."""
    near = {"role": Role.COORDINATOR, "scope": ScopeKind.DISTRICT, "scope_id": home.district}
    coordinator = making.leaders[home.district] = making.person("Hasnawati Wulele", near, sex="P")
    name, sex = CITY_COORDINATORS[0]
    whole_city = making.person(name, {"role": Role.COORDINATOR, "scope": ScopeKind.CITY}, sex=sex)
    asn = staff.civil_servant(making, "Anwar Lakebo", "L", offices[0])
    posyandu = home.posyandu[0]
    at_posyandu = {"role": Role.HEALTH, "title": Title.CADRE, "scope": ScopeKind.POSYANDU, "scope_id": posyandu}
    cadre = making.person("Nurlela Tosepu", at_posyandu, sex="P")
    making.cadres[posyandu] = cadre
    for person in (coordinator, whole_city, cadre):
        making.connect(person, making.since(60, 200), "telegram")
    making.connect(asn, making.now - timedelta(days=2), "telegram")  # on WhatsApp too, as every other one
    return Cast(coordinator, whole_city, asn, cadre, mother=0, pregnant=0, invited=0, bride=0, groom=0, delegate=0)


@dataclass(frozen=True)
class Page:
    """The families of the first page: Anwar's with the days since he was there, and the child that is referred."""

    cast: Cast
    children: list[Born]
    expected: list[Expected]
    fostered: tuple[tuple[Born | Expected, int], ...]
    referred: Born


def _families_of_the_page(making: Making, place: Place, cast: Cast) -> Page:
    """Five homes around one posyandu. Anwar fosters three children, one late, one due today, and a pregnant mother;
    a colleague was with the fourth child yesterday."""
    posyandu = place.posyandu[0]
    sari = families.home(making, place, 21, "Sari Mondea", posyandu)
    rini = families.home(making, place, 40, "Wa Ode Rini Laewa", posyandu)
    fitri = families.home(making, place, None, "Fitriani Larobu", posyandu)
    hadrah = families.home(making, place, 60, "Hadrah Pusambo", posyandu)
    yuliana = families.home(making, place, 35, "Yuliana Sampara", posyandu)
    making.rows.add(
        Invitation,
        code_hash=hashed(CODE, making.city.secret),
        keyed=True,
        person_id=fitri.mother,
        role=Role.FAMILY,
        created_at=making.now,
        expires_at=making.now + timedelta(days=making.city.programme.invitations.valid_days),
    )
    expected = families.pregnant(making, rini, 28)
    kayla = families.born(making, sari, STUNTED, 216, "Kayla Inaya", "P")
    alif = families.born(making, hadrah, STUNTED, 671, "Alif Raihan", "L")
    naura = families.born(making, fitri, STUNTED, 1043, "Naura Syifa", "P")
    bilal = families.born(making, yuliana, STUNTED, 430, "Bilal Rafa", "L")
    cast = replace(cast, mother=sari.mother, pregnant=rini.mother, invited=fitri.mother)
    fostered = ((kayla, 39), (alif, 30), (naura, 12), (expected, 18))
    return Page(cast, [kayla, alif, naura, bilal], [expected], fostered, bilal)


def _children(making: Making, grounds: list[Place], there: list[Born]) -> list[Born]:
    """The stunted children of every puskesmas beside those who are there, and the others."""
    made: list[Born] = []
    five = farewells.birthdays(making)

    def household(place: Place, listed: str, age_days: int) -> None:
        made.append(families.born(making, families.home(making, place, families.joins(making)), listed, age_days))

    for number, centre in making.centres.items():
        of_centre = [place for place in grounds if place.centre == number]
        already = sum(child.home.place.centre == number for child in there)
        for _ in range(centre.stunted - already):
            age_days = five.pop() if five else families.stunted_age(making)
            household(making.chance.choice(of_centre), STUNTED, age_days)
    for _ in range(shape.OTHER_CHILDREN - shape.SIBLINGS):
        listed = AT_RISK if making.chance.random() < 0.2 else HEALTHY
        household(making.chance.choice(grounds), listed, families.other_age(making))
    elder = [child for child in made if (making.today - child.day).days > 480 and child.listed == STUNTED]
    for child in making.chance.sample(elder, shape.SIBLINGS):
        made.append(families.born(making, child.home, HEALTHY, making.chance.randint(10, 200)))
    return made


def _pregnancies(making: Making, grounds: list[Place], children: list[Born]) -> list[Expected]:
    """Some in families that have a child of more than a year and a half, the others in new ones."""
    youngest = {child.home.family: child for child in sorted(children, key=lambda child: child.day)}
    mothers = [child.home for child in youngest.values() if (making.today - child.day).days > 500]
    homes = making.chance.sample(mothers, shape.PREGNANT_WITH_CHILD)
    while len(homes) < shape.PREGNANCIES - 1:  # one is on the first page
        homes.append(families.home(making, making.chance.choice(grounds), families.joins(making)))
    return [families.pregnant(making, home, making.chance.randint(5, 39)) for home in homes]


def _fostered(making: Making, children: list[Born], expected: list[Expected], servants: list[int]) -> None:
    """Every stunted child has a foster parent: most of them one child, some two or three, some none."""
    queue = making.chance.sample(servants, len(servants))
    turn = 0
    for child in children:
        if child.listed == STUNTED:
            visiting.foster(making, queue[turn % len(queue)], child, visiting.last_visit(making))
            turn += making.chance.random() > 0.2
    for pregnancy in expected:
        visiting.foster(making, making.chance.choice(servants), pregnancy, visiting.last_visit(making))
