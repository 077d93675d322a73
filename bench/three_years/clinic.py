"""What is measured and asked: the posyandu's monthly weighing, the ASN's visits, a referral now and then."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from bench.three_years.ledger import NEVER, Span, Told, Weighed, local
from bench.three_years.world import World
from db import referrals
from db.children import Child, Pregnancy
from db.measurements import OFFICIAL, Measurement
from db.referrals import Referral, StepKind
from db.states import CareState
from db.visits import Visit
from rules import services
from rules.stages import age
from rules.tables import Sex, curve

GONE = (CareState.MOVED, CareState.DIED, CareState.AGED_OUT)
CATCHES_UP = 0.03  # of its median a child that fell behind wins back in a month
LIGHT = 0.86  # below this part of the median weight other rules may speak before those of gain


def median(table: Any, sex: str, days: int) -> float:
    return curve(table, cast(Sex, sex)).m[days]


def weigh(world: World, child_id: int, now: datetime) -> None:
    """This month's weighing, and next month's put down. A child gains, stays as it was, or loses."""
    child, chance, today = world.session.get_one(Child, child_id), world.chance, local(now).date()
    if child.state in GONE or child.born is None or (today - child.born).days > 1826:
        return
    # Up to 25 % stay away for a month, a few for three.
    gap = chance.choices((1, 2, 4), (80, 16, 4))[0]
    world.on(today + timedelta(days=30 * gap + chance.randrange(-2, 3)), partial(weigh_again, child_id))
    days, seen = (today - child.born).days, world.ledger.weighed[child.id]
    standing = [one for one in seen if now not in one.withdrawn]
    normal = median("weight_for_age", child.sex, days)
    stays, part = chance.random(), 0.9 if child.id in world.ledger.short else 1.0
    if standing and stays < 0.12:
        kg = standing[-1].kg - (chance.choice((0.0, 0.0, 0.2, 0.3)))
    elif standing:
        was = standing[-1].kg / median("weight_for_age", child.sex, (standing[-1].day - child.born).days)
        kg = normal * min(max(part, was), was + CATCHES_UP) * 1.0001
    else:
        kg = normal * part
    kg, length = round(kg, 2), None
    if chance.random() < 0.3:
        part = 0.912 if child.id in world.ledger.short else 1.0
        length = round(median("length_for_age", child.sex, days) * part, 1)
    row = Measurement(
        child_id=child.id, measured_on=today, weight_kg=kg, length_cm=length, kind=OFFICIAL, recorded_at=now,
        position=None if length is None else "telentang" if days < 731 else "berdiri",
    )  # fmt: skip
    world.session.add(row)
    world.session.flush()
    withdrawn = Span(NEVER)
    seen.append(Weighed(today, kg, now, kg < LIGHT * normal or child.id in world.ledger.short, withdrawn))
    if chance.random() < 0.01:
        world.at(now + timedelta(days=chance.choice((0.1, 1, 4))), partial(withdraw, row.id, withdrawn))


def weigh_again(child_id: int, world: World, now: datetime) -> None:
    weigh(world, child_id, now)


def withdraw(measurement: int, span: Span, world: World, now: datetime) -> None:
    world.session.get_one(Measurement, measurement).withdrawn_at = now
    span.begin = now
    world.ledger.counts["hasil ukur ditarik"] += 1


def visit_child(child_id: int, asn: int, world: World, now: datetime) -> None:
    """A month's visit to a child, until it is no longer fostered."""
    child, today, chance = world.session.get_one(Child, child_id), local(now).date(), world.chance
    if child.state != CareState.ACTIVE or child.born is None:
        return
    world.on(today + timedelta(days=chance.choice((28, 30, 33, 61))), partial(visit_child, child_id, asn))
    months, names, met = age(child.born, today).months, set[str](), chance.random() < 0.9
    answers: dict[str, Any] = {}
    if chance.random() < 0.12:
        what = chance.choice(("diare", "batuk"))
        answers |= {"health": "sakit", "sick": [what]}
        names.add("diare" if what == "diare" else "batuk-demam")
    elif chance.random() < 0.01:
        answers["health"] = "bahaya"
        names.add("tanda-bahaya")
    if months < 6 and chance.random() < 0.15:
        answers["milk"] = "campur"
        names.add("asi-bermasalah")
    if 6 <= months < 24:
        poor = chance.random() < 0.3
        answers["food"] = ["pokok", "kuning"] if poor else ["pokok", "telur", "daging", "kuning", "kacang"]
        names |= {"ragam-kurang"} if poor else set()
    if chance.random() < 0.25:
        smokes = chance.random() < 0.5
        answers["house"] = ["air", "jamban"] if smokes else ["air", "jamban", "bebas_rokok"]
        names |= {"perokok"} if smokes else set()
    facts = {"services": {one.id: one.label for one in services.services_due(child.born, today)}}
    due = {one.id for one in services.missed(child.born, today, ())}
    late = bool(due & set(facts["services"])) and chance.random() < 0.2
    answers["services"] = [id for id in facts["services"] if not (late and id in due)]
    if late:
        names.add("imunisasi-terlambat")
    world.session.add(_visit(asn, now, met, answers, facts, child_id=child_id))
    if not met:
        return
    world.ledger.tell(Told(now, f"c{child_id}", frozenset(names)))
    if subject := world.ledger.children.get(child_id):
        subject.doses.setdefault(child_id, []).append((now, late))
    if chance.random() < 0.01:
        refer(world, child_id, now)


def visit_mother(number: int, asn: int, world: World, now: datetime) -> None:
    mother, today, chance = world.session.get_one(Pregnancy, number), local(now).date(), world.chance
    if mother.state != CareState.ACTIVE or not today - timedelta(days=14) <= mother.due < today + timedelta(days=270):
        return
    world.on(today + timedelta(days=30), partial(visit_mother, number, asn))
    answers: dict[str, Any] = {"arm": 24.5, "signs": []}
    names = set[str]()
    if chance.random() < 0.12:
        answers["arm"] = 22.0
        names.add("kek")
    if chance.random() < 0.03:
        answers["signs"] = ["hamil-kejang"]
        names.add("bahaya-hamil")
    world.session.add(_visit(asn, now, True, answers, {}, pregnancy_id=number))
    world.ledger.tell(Told(now, f"p{number}", frozenset(names)))


def _visit(asn: int, now: datetime, met: bool, answers: dict[str, Any], facts: dict[str, Any], **subject: int) -> Visit:
    said: dict[str, Any] = {"answers": answers if met else {}, "personal": [], "facts": facts if met else {}}
    return Visit(
        form="kunjungan", asn_id=asn, visited_on=local(now).date(), met=met, channel="simulator", submitted_at=now,
        **said, **subject,
    )  # fmt: skip


def refer(world: World, child_id: int, now: datetime) -> None:
    """A referral that is closed after some days, now and then with the child sent back by the hospital."""
    referral = Referral(child_id=child_id, signs=["2T"], urgency="3-7 hari", opened_at=now)
    world.session.add(referral)
    world.session.flush()
    number = referral.id
    world.ledger.tell(Told(now, f"c{child_id}", frozenset({"dirujuk"}), lesson="rujukan"))

    def close(world: World, then: datetime) -> None:
        referral = world.session.get_one(Referral, number)
        if world.chance.random() < 0.4:
            referrals.note(world.session, referral, StepKind.BACK_REFERRED, then, None)
            world.ledger.tell(Told(then, f"c{child_id}", frozenset({"kembali-dari-rs"}), lesson="rujukan"))
        referrals.close(world.session, referral, then, None, "sudah ditangani")

    world.at(now + timedelta(days=world.chance.choice((2, 6, 12))), close)
