"""Random events of a family: a pregnancy and its end, the growth of children, and leaving."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from bench.three_years import clinic, happenings
from bench.three_years.ledger import Subject, local
from bench.three_years.world import World
from db.children import Child, Family, Pregnancy
from db.states import CareState
from programme.births import Baby

DAY = timedelta(days=1)
LEAVING = {CareState.DIED: 0.012, CareState.MOVED: 0.03, CareState.REFUSED: 0.03}


def elsewhere(family: int, world: World, now: datetime) -> None:
    """The family moves within the city: another posyandu, the same lessons."""
    world.session.get_one(Family, family).posyandu_id = world.chance.choice(world.posyandus)[0]
    world.ledger.counts["pindah posyandu"] += 1


def conceive(family: int, asn: int, world: World, now: datetime) -> None:
    """The family tells that a child is on its way, in the first months."""
    home = world.session.get_one(Family, family)
    if home.forgotten_at:  # a year after the fifth birthday nobody is here any more; they would have to join anew
        return
    if not any(one.anchor == "hpl" and one.here(now) for one in world.ledger.homes[family]):
        pregnant(world, home, asn, local(now).date() + world.chance.randrange(150, 250) * DAY, now)


def pregnant(world: World, home: Family, asn: int, due: date, now: datetime) -> None:
    """A pregnancy that is due on ``due``, though the family may think otherwise at first; and how it ends."""
    chance, today = world.chance, local(now).date()
    off = chance.choice((-28, -14, -7, 7, 21)) * DAY if chance.random() < 0.25 else 0 * DAY
    subject = happenings.expect(world, home.id, home.mother_name, due + off, not off, now)
    if off and chance.random() < 0.7:
        told = today + chance.randrange(2, 60) * DAY
        world.on(told, lambda world, now: happenings.correct(world, subject, due, now))
    if asn:
        world.on(today + chance.randrange(2, 20) * DAY, partial(clinic.visit_mother, subject.ref, asn))
    fate = chance.random()
    if fate < 0.04:
        world.on(today + chance.randrange(2, 60) * DAY, partial(lost, subject, CareState.MISCARRIED))
        return
    if fate < 0.05:
        world.on(max(due, today + DAY), partial(lost, subject, CareState.STILLBORN))
        return
    early = chance.randrange(36, 70) if chance.random() < 0.05 else round(min(21, max(-14, chance.gauss(1, 8))))
    born = max(due - early * DAY, today)
    late = chance.choices((0, 1, 5, 20, 50), (50, 20, 15, 10, 5))[0]
    if chance.random() > 0.05:  # the others never tell
        world.on(born + late * DAY, partial(delivered, subject, home.id, born, asn))


def lost(subject: Subject, kind: str, world: World, now: datetime) -> None:
    if subject.here(now):
        happenings.ends(world, world.session.get_one(Pregnancy, subject.ref), kind, now)


def delivered(subject: Subject, family: int, born: date, asn: int, world: World, now: datetime) -> None:
    """The birth is told, of one child or of twins."""
    if not subject.here(now):
        return
    chance = world.chance
    twins = chance.random() < 0.03
    babies = [
        Baby(chance.choice("LP"), chance.choice(("", "Rafa", "Aisyah")), chance.choice((3100, 2900, 2300, None)))
        for _ in range(2 if twins else 1)
    ]
    for one in happenings.give_birth(world, subject, born, babies, now):
        grows(world, one, asn, now)
    if chance.random() < 0.25:
        world.on(local(now).date() + chance.randrange(400, 800) * DAY, partial(conceive, family, asn))


def child(world: World, home: Family, born: date, undated: bool, asn: int, now: datetime) -> None:
    """A child of the register; without a date of birth, which comes later."""
    chance = world.chance
    row = Child(
        code=f"A-{home.id}-{chance.randrange(10**9)}", family_id=home.id, name=chance.choice(("Rafa", "Wa Ode Aisyah")),
        sex=chance.choice("LP"), born=None if undated else born, birth_weight_g=chance.choice((3000, None, 2300)),
        listed="stunting" if asn and chance.random() < 0.2 else "tidak stunting", created_at=now,
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    if not undated:
        happenings.known(world, row, now)
        grows(world, row, asn, now)
        return

    def dated(world: World, then: datetime) -> None:
        again = world.session.get_one(Child, row.id)
        again.born = born
        world.session.flush()
        happenings.known(world, again, then)
        grows(world, again, asn, then)

    world.on(local(now).date() + chance.randrange(5, 300) * DAY, dated)


def grows(world: World, row: Child, asn: int, now: datetime) -> None:
    """Weighings, visits, the fifth birthday, and what else may come."""
    chance, today = world.chance, local(now).date()
    if chance.random() < 0.08:
        world.ledger.short.add(row.id)
    if chance.random() < 0.85:
        world.on(today + chance.randrange(1, 30) * DAY, partial(clinic.weigh_again, row.id))
    if asn:
        world.on(today + chance.randrange(1, 30) * DAY, partial(clinic.visit_child, row.id, asn))
    for kind, share in LEAVING.items():
        if chance.random() < share:
            world.on(today + chance.randrange(1, 700) * DAY, partial(leaves, row.id, kind))


def leaves(child_id: int, kind: str, world: World, now: datetime) -> None:
    row = world.session.get_one(Child, child_id)
    if row.state == CareState.ACTIVE:
        happenings.ends(world, row, kind, now)
