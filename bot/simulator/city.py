"""A made-up city in the shape of Kendari, the same each time it grows from the same seed. Nobody in it is real."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from bot.simulator import families, histories, shape, staff
from bot.simulator.families import AT_RISK, HEALTHY, STUNTED, Born, Fostering, Home
from bot.simulator.rows import Progress
from bot.simulator.staff import Making, Place
from content import programme
from db.people import Invitation, fingerprint
from db.places import villages
from reports.places import seed_places

STORY_VILLAGE = "Benu Benua"  # where the people of the first page live
CODE = "MELATI24"


@dataclass(frozen=True)
class Cast:
    """The people of the first page, by number, and the code of the mother who has yet to join."""

    coordinator: int
    asn: int
    cadre: int
    mother: int
    pregnant: int
    invited: int
    code: str = CODE


def quiet(_table: str, _done: int, _total: int) -> None:
    """No progress is shown."""


def seed(session: Session, now: datetime, number: int = 2026, progress: Progress = quiet) -> Cast:
    """Fill an empty, migrated SQLite database with the city as it stands at ``now`` (aware). Does not commit."""
    seed_places(session)
    session.flush()
    making = Making(Random(number), now)
    grounds = staff.places(making, list(villages(session)))
    text_version = programme.load().privacy.text_version
    offices = staff.offices(making)
    home = next(place for place in grounds if place.name == STORY_VILLAGE)
    coordinator, asn, cadre = _people_of_the_page(making, home, offices)
    staff.health_workers(making, grounds)
    staff.coordinators(making, sorted({place.district for place in grounds}), offices)
    servants = staff.civil_servants(making, offices, [asn])
    mother, pregnant, invited, children, fosterings = _families_of_the_page(making, home, asn, text_version)
    children += _children(making, grounds, children, text_version)
    _pregnancies(making, grounds, children, servants[1:], text_version)
    _fostered(making, children, servants[1:], {fostering.child for fostering in fosterings})
    for child in children:
        histories.growth(making, child)
    making.rows.write(session, progress)
    return Cast(coordinator, asn, cadre, mother, pregnant, invited)


def _people_of_the_page(making: Making, home: Place, offices: list[int]) -> tuple[int, int, int]:
    coordinator = making.person("Hasnawati Wulele", {"role": "coordinator", "scope": "kota"})
    asn = staff.civil_servant(making, "Anwar Lakebo", "L", offices[0])
    posyandu = home.posyandu[0]
    role = {"role": "health", "title": "kader", "scope": "posyandu", "scope_id": posyandu}
    cadre = making.person("Nurlela Tosepu", role)
    making.cadres[posyandu] = cadre
    for person in (coordinator, cadre):
        making.connect(person, making.since(60, 200))
    return coordinator, asn, cadre


def _families_of_the_page(
    making: Making, place: Place, asn: int, text_version: str
) -> tuple[int, int, int, list[Born], list[Fostering]]:
    """Four homes around one posyandu. Anwar fosters three children, one late, one due today, and a pregnant mother."""
    posyandu = place.posyandu[0]

    def joined(name: str, days_ago: int | None) -> Home:
        made = families.home(making, place, name, posyandu)
        families.carer(making, made, days_ago, text_version)
        return made

    sari, rini, fitri = joined("Sari Mondea", 21), joined("Wa Ode Rini Laewa", 40), joined("Fitriani Larobu", None)
    hadrah = joined("Hadrah Pusambo", 60)
    making.rows.add(
        Invitation,
        code_hash=fingerprint(CODE),
        person_id=fitri.mother,
        role="family",
        created_at=making.now,
        expires_at=making.now + timedelta(days=30),
    )
    expected = families.pregnant(making, rini, 28)
    stories = (
        (families.born(making, sari, STUNTED, 216, "Kayla Inaya", "P"), 39),
        (families.born(making, hadrah, STUNTED, 671, "Alif Raihan", "L"), 30),
        (families.born(making, fitri, STUNTED, 1043, "Naura Syifa", "P"), 12),
    )
    fosterings: list[Fostering] = []
    for child, last in stories:
        fosterings.append(families.foster(making, asn, 150, child))
        histories.visits(making, fosterings[-1], last)
    fosterings.append(families.foster(making, asn, 90, expecting=(rini, expected)))
    histories.visits(making, fosterings[-1], 18)
    return sari.mother, rini.mother, fitri.mother, [child for child, _ in stories], fosterings


def _joins(making: Making) -> int | None:
    """Days since a family joined; None for one that has not."""
    return making.chance.randint(1, 60) if making.chance.random() < shape.JOINED else None


def _children(making: Making, grounds: list[Place], there: list[Born], text_version: str) -> list[Born]:
    """The stunted children of every puskesmas, and the others."""
    made: list[Born] = []

    def household(place: Place, listed: str, age_days: int) -> None:
        home = families.home(making, place)
        families.carer(making, home, _joins(making), text_version)
        made.append(families.born(making, home, listed, age_days))

    for number, centre in making.centres.items():
        of_centre = [place for place in grounds if place.centre == number]
        already = sum(child.home.place.centre == number for child in there)
        for _ in range(centre.stunted - already):
            household(making.chance.choice(of_centre), STUNTED, families.stunted_age(making))
    for _ in range(shape.OTHER_CHILDREN - shape.SIBLINGS):
        listed = AT_RISK if making.chance.random() < 0.2 else HEALTHY
        household(making.chance.choice(grounds), listed, families.other_age(making))
    elder = [child for child in made if (making.today - child.day).days > 480 and child.listed == STUNTED]
    for child in making.chance.sample(elder, shape.SIBLINGS):
        made.append(families.born(making, child.home, HEALTHY, making.chance.randint(10, 200)))
    return made


def _pregnancies(
    making: Making, grounds: list[Place], children: list[Born], servants: list[int], text_version: str
) -> None:
    youngest: dict[int, Born] = {}
    for child in sorted(children, key=lambda child: child.day):
        youngest[child.home.family] = child
    mothers = [child.home for child in youngest.values() if (making.today - child.day).days > 500]
    homes = making.chance.sample(mothers, shape.PREGNANT_WITH_CHILD)
    while len(homes) < shape.PREGNANCIES - 1:  # one is on the first page
        homes.append(families.home(making, making.chance.choice(grounds)))
        families.carer(making, homes[-1], _joins(making), text_version)
    for turn, home in enumerate(homes):
        expected = families.pregnant(making, home, making.chance.randint(5, 39))
        if turn < shape.FOSTERED_PREGNANCIES:
            asn = making.chance.choice(servants)
            fostering = families.foster(making, asn, making.chance.randint(35, 200), expecting=(home, expected))
            histories.visits(making, fostering, histories.last_visit(making))


def _fostered(making: Making, children: list[Born], servants: list[int], already: set[int | None]) -> None:
    """Every stunted child has a foster parent: most of them one child, some two or three, some none."""
    queue = making.chance.sample(servants, len(servants))
    turn = 0
    for child in children:
        if child.listed == STUNTED and child.child not in already:
            fostering = families.foster(making, queue[turn % len(queue)], making.chance.randint(40, 270), child)
            histories.visits(making, fostering, histories.last_visit(making))
            if making.chance.random() > 0.2:
                turn += 1
