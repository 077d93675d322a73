"""Create the families of the simulated city: of every kind, joining over two years."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bench.three_years import fates, happenings
from bench.three_years.ledger import local
from bench.three_years.world import World
from db.children import Carer, Family
from db.consent import PaperConsent
from db.fostering import Assignment
from db.people import Address, Person, PersonRole
from db.places import District, HealthCentre, Posyandu, Village
from db.roles import Role, ScopeKind, Title

JOINING = 730  # days over which families join
FAMILIES_A_POSYANDU, FAMILIES_AN_ASN = 40, 12
KINDS = {"catin": 16, "hamil": 30, "bayi": 10, "anak": 26, "dua": 7, "kembar": 4, "tanpa-tanggal": 4, "hampir-lima": 3}

DAY = timedelta(days=1)


def found(world: World, families: int, now: datetime) -> None:
    """Places, those who work there, and every family's day of registration."""
    session, chance = world.session, world.chance
    centre = HealthCentre(name="Puskesmas Labibia")
    village = Village(name="Mandonga", district=District(name="Mandonga"))
    session.add_all([centre, village])
    session.flush()
    posyandus = [
        Posyandu(name=f"Melati {n}", village_id=village.id) for n in range(families // FAMILIES_A_POSYANDU + 1)
    ]
    session.add_all(posyandus)
    session.flush()
    world.posyandus = [(one.id, centre.id, village.id) for one in posyandus]
    person(world, "Ratna Dewi", now, Role.COORDINATOR, scope=ScopeKind.CITY, scope_id=0)
    for title in (Title.MIDWIFE, Title.NUTRITIONIST):
        person(world, title.title(), now, Role.HEALTH, title=title, scope=ScopeKind.HEALTH_CENTRE, scope_id=centre.id)
    for one in posyandus:
        person(world, f"Kader {one.id}", now, Role.HEALTH, title=Title.CADRE, scope=ScopeKind.POSYANDU, scope_id=one.id)
    world.asns = [
        person(world, f"Anwar {n}", now, Role.ASN, nip=f"1985010220100310{n:02}")
        for n in range(families // FAMILIES_AN_ASN + 1)
    ]
    for number in range(families):
        # A quarter stood in the register from the first; the others come over the first two years.
        day = 0 if number % 4 == 0 else chance.randrange(JOINING)
        world.on(local(now).date() + day * DAY, partial(register, number))


def person(world: World, name: str, now: datetime, role: str, nip: str | None = None, **held: str | int) -> int:
    who = Person(name=name, nip=nip, created_at=now, roles=[PersonRole(role=role, **held)])
    if role == Role.FAMILY and world.chance.random() < 0.08:
        who.language = "en"
    world.session.add(who)
    world.session.flush()
    heard = {"first_heard_at": now, "last_heard_at": now, "linked_at": now}
    world.session.add(Address(channel="simulator", address=f"s-{who.id}", person_id=who.id, **heard))
    return who.id


def register(number: int, world: World, now: datetime) -> None:
    """One family, its wedding, pregnancy or children, its carers, and perhaps an ASN who fosters it."""
    chance, today = world.chance, local(now).date()
    posyandu, centre, village = chance.choice(world.posyandus)
    home = Family(
        code=f"KK-{number}", mother_name=f"Sari {number}", village_id=village, posyandu_id=posyandu,
        health_centre_id=centre, joined_by="register" if chance.random() < 0.9 else "self", created_at=now,
    )  # fmt: skip
    world.session.add(home)
    world.session.flush()
    signed = {"name": home.mother_name, "relation": "ibu", "lies_at": "map", "entered_at": now}
    world.session.add(PaperConsent(family_id=home.id, signed_on=now.date(), **signed))  # whoever reads along may
    kind = chance.choices(tuple(KINDS), tuple(KINDS.values()))[0]
    world.ledger.counts[f"keluarga: {kind}"] += 1
    asn = chance.choice(world.asns) if chance.random() < 0.4 and kind != "catin" else 0
    if asn:
        ends = today + chance.randrange(200, 700) * DAY if chance.random() < 0.2 else None
        world.session.add(Assignment(asn_id=asn, family_id=home.id, starts=today, ends=ends))
        world.ledger.assigned.setdefault(asn, now)
    begin(world, home, kind, asn, now)
    carers(world, home, now)
    if chance.random() < 0.05:
        world.on(today + chance.randrange(60, 700) * DAY, partial(fates.elsewhere, home.id))


def begin(world: World, home: Family, kind: str, asn: int, now: datetime) -> None:
    chance, today = world.chance, local(now).date()
    if kind == "catin":
        day = today + chance.randrange(-30, 130) * DAY
        happenings.marry(world, home.id, day, chance.random() < 0.25, now)
        if chance.random() < 0.6:
            world.on(max(day, today) + chance.randrange(40, 300) * DAY, partial(fates.conceive, home.id, asn))
        return
    if kind == "hamil":
        fates.pregnant(world, home, asn, today + chance.randrange(-12, 260) * DAY, now)
        return
    oldest = {"bayi": 20, "hampir-lima": 1820}.get(kind, 1460)
    ages = [chance.randrange(900 if kind == "hampir-lima" else 0, oldest)]
    ages += [ages[0]] if kind == "kembar" else [chance.randrange(0, 900) + 300] if kind == "dua" else []
    for age in ages:
        fates.child(world, home, today - age * DAY, kind == "tanpa-tanggal", asn, now)
    if chance.random() < 0.2:
        world.on(today + chance.randrange(200, 900) * DAY, partial(fates.conceive, home.id, asn))


def carers(world: World, home: Family, now: datetime) -> None:
    """Who reads: mostly the mother, often a father or a grandmother too; somebody always."""
    chance = world.chance
    relations = [("ibu", 0.85), ("ayah", 0.3), ("nenek/kakek", 0.15)]
    chosen = [relation for relation, share in relations if chance.random() < share] or ["ibu"]
    for order, relation in enumerate(chosen):
        if relation == "nenek/kakek" and chance.random() < 0.1 and (others := list(world.ledger.recipients.values())):
            who = chance.choice(others).person  # somebody who reads for another family already
        elif relation == "ayah" and chance.random() < 0.05:
            who = chance.choice(world.asns)
        else:
            who = person(world, f"{relation} {home.id}", now, Role.FAMILY)
        row = Carer(person_id=who, family_id=home.id, relation=relation, joined_on=None)
        world.session.add(row)
        world.session.flush()
        wait = chance.choice((0, 0, 1, 5, 40)) if order == 0 else chance.randrange(0, 250)
        world.on(local(now).date() + (wait + 1) * DAY, partial(comes, row.id))


def comes(carer: int, world: World, now: datetime) -> None:
    row, chance, today = world.session.get_one(Carer, carer), world.chance, local(now).date()
    happenings.join(world, row, now)
    who = row.person_id
    if chance.random() < 0.25:
        happenings.wish(world, who, chance.choice((None, *range(7))), chance.choice((None, 9, 13, 16, 19)), now)
        if chance.random() < 0.3:
            later = partial(happenings.wish, world, who, chance.randrange(7), chance.choice((9, 16, 19)))
            world.on(today + chance.randrange(20, 400) * DAY, lambda world, now: later(now))
    for share, do in ((0.25, "jeda"), (0.12, "jeda"), (0.12, "jauh"), (0.12, "berhenti")):
        if chance.random() < share:
            world.on(today + chance.randrange(3, 800) * DAY, partial(trouble, carer, do))


def trouble(carer: int, what: str, world: World, now: datetime) -> None:
    row, chance = world.session.get_one(Carer, carer), world.chance
    if not world.ledger.recipients[carer].span(now):
        return
    if what == "jeda":
        happenings.pause(world, row.person_id, chance.choice((7, 14, 30)), now)
    elif what == "jauh" and world.ledger.reachable(row.person_id, now):
        happenings.lose_touch(world, row.person_id, chance.choice((2, 9, 40, 150)), now)
    elif what == "berhenti":
        happenings.stop(world, row.person_id, now)
        if chance.random() < 0.5:
            world.on(
                local(now).date() + chance.randrange(1, 200) * DAY,
                lambda world, now: happenings.join(world, world.session.get_one(Carer, carer), now),
            )
