"""The people of the demo city who have a task: ASN, cadres, midwives, nutritionists, coordinators."""

from __future__ import annotations

from typing import Any

from db.people import Person
from db.places import HealthCentre, Office, Posyandu, Village
from db.roles import Role, ScopeKind, Title
from demo import names, shape
from demo.model import Making, Place, nip

TITLES = (Title.MIDWIFE, Title.MIDWIFE, Title.NUTRITIONIST)  # who works at every puskesmas, beside its head


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
            role = {"role": Role.HEALTH, "title": Title.CADRE, "scope": ScopeKind.POSYANDU, "scope_id": posyandu}
            making.cadres[posyandu] = _working(making, "P", role)
    for centre in sorted({place.centre for place in places}):
        role = {"role": Role.HEALTH, "scope": ScopeKind.HEALTH_CENTRE, "scope_id": centre}
        making.workers[centre] = [_working(making, "P", {**role, "title": t}) for t in TITLES]
        making.heads[centre] = _working(making, making.chance.choice("LP"), {**role, "title": Title.HEAD})


def coordinators(making: Making, districts: list[int], offices: list[int]) -> None:
    """One for every kecamatan, and for some of the offices."""
    for scope, numbers in ((ScopeKind.DISTRICT, districts), (ScopeKind.OFFICE, offices[: shape.COORDINATED_OFFICES])):
        for number in numbers:
            role = {"role": Role.COORDINATOR, "scope": scope, "scope_id": number}
            person = _working(making, making.chance.choice("LP"), role)
            if scope == ScopeKind.DISTRICT:
                making.leaders[number] = person


def _working(making: Making, sex: str, role: dict[str, Any]) -> int:
    person = making.person(names.adult(making.chance, sex), role, sex=sex)
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


def superiors(making: Making, servants: list[int]) -> None:
    """In every office the first of these is the superior of the others: late visits of theirs are told to them."""
    first: dict[int, int] = {}
    for number in sorted(servants):
        person = making.rows.row(Person, number)
        above = first.setdefault(person["office_id"], number)
        person["superior_id"] = above if above != number else None


def civil_servant(making: Making, name: str, sex: str, office: int) -> int:
    person = making.person(name, {"role": Role.ASN}, nip=nip(making, sex), office=office, sex=sex)
    making.connect(person, making.since(30, 200))
    return person
