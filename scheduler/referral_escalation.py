"""Referrals that nobody has answered climb, each step once; and it is asked once whether the family got there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from content.city import City
from db import cries, outbox, referrals
from db.children import heads, health_workers
from db.cries import Cry
from db.outbox import ALERT, Kind
from db.people import Person, addresses, holders
from db.referrals import ACCEPTED, NOW, REFERRED_ON, SENT, Referral, ReferralStep
from db.subjects import of_referral
from flow.message import Message
from programme import referral_messages as words
from programme.contacts import called, calm, carers, companions, coordinators
from programme.cries import call
from programme.names import salute
from scheduler.looks import Write

STEPS = ("reminder", "head", "coordinator")
ASKED = "asked"
AGAIN = "again"  # the coordinators are told once more of what must be seen at once
UNSEEN = (SENT, ACCEPTED, REFERRED_ON)  # as long as nobody has said that the child was seen there

Ways = Mapping[int, Sequence[ReferralStep]]


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Take every step that has come. What must be seen today climbs at night too; everything else waits for the day."""
    ways = _ways(session)
    for referral in referrals.open_ones(session):
        way = ways.get(referral.id, ())
        if _next_step(referral, way, now, city) or _is_to_be_asked(referral, way, now, city):
            yield partial(_go_on, referral_id=referral.id, now=now, city=city)


def urgent_tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Every minute: climb with what must be seen at once, and help whoever was asked and keeps silent."""
    silent = timedelta(minutes=city.programme.referrals.silent_minutes)
    for cry_id in cries.waiting(session, now - silent):
        yield partial(_help_the_silent, cry_id=cry_id, now=now, city=city)
    for referral in session.scalars(_urgent()).all():
        if _next_now(referral, referrals.steps(session, referral.id), now, city):
            yield partial(_go_on, referral_id=referral.id, now=now, city=city)


def is_urgent(session: Session) -> bool:
    """Whether a look at every minute can find anything."""
    asked = select(Cry.id).where(Cry.state == cries.ASKED).limit(1)
    return session.scalar(_urgent().limit(1)) is not None or session.scalar(asked) is not None


def _urgent() -> Select[Referral]:
    unanswered = Referral.closed_at.is_(None), Referral.state == SENT, Referral.urgency == NOW
    return select(Referral).where(*unanswered).order_by(Referral.opened_at)


def _help_the_silent(session: Session, cry_id: int, now: datetime, city: City) -> None:
    """Tell people of a cry whose writer has not said whether it happens now, as it stands now."""
    cry = session.get_one(Cry, cry_id, with_for_update=True, populate_existing=True)
    if cry.state == cries.ASKED:
        call(session, city, now, cry)


def _go_on(session: Session, referral_id: int, now: datetime, city: City) -> None:
    """Take the steps of one referral that have come, as it stands now: it may have been closed since the look."""
    referral = session.get_one(Referral, referral_id, with_for_update=True, populate_existing=True)
    while step := _next_step(referral, referrals.steps(session, referral.id), now, city):
        _climb(session, now, city, referral, step)
    if _is_to_be_asked(referral, referrals.steps(session, referral.id), now, city):
        _ask(session, now, city, referral)


def _next_step(referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City) -> str | None:
    """The first step not taken yet, if it has come. One that reached nobody does not hold up the next."""
    if referral.urgency == NOW:
        return _next_now(referral, way, now, city)
    urgent = referral.urgent
    if referral.state != SENT or not (urgent or _by_day(now, city)):
        return None
    taken, reached = {step.step for step in way}, True
    for step, after in zip(STEPS, city.programme.referrals.climbs_after(urgent), strict=True):
        if step not in taken:
            return step if now >= referral.opened_at + after or not reached else None
        reached = any(one.step == step and one.person_id and not one.detail for one in way)
    return None


def _next_now(referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City) -> str | None:
    """The next step of what must be seen at once: three, then the coordinators again and again, day and night."""
    if referral.state != SENT:
        return None
    rules, begun = city.programme.referrals, referral.urgent_since or referral.opened_at
    taken = [step for step in way if step.at >= begun and step.step in (*STEPS, AGAIN)]
    for step, minutes in zip(STEPS, rules.now_minutes, strict=True):
        theirs = [one for one in taken if one.step == step]
        if not theirs:
            return step if now >= begun + timedelta(minutes=minutes) else None
    return AGAIN if now >= taken[-1].at + timedelta(minutes=rules.now_again_minutes) else None


def _is_to_be_asked(referral: Referral, way: Sequence[ReferralStep], now: datetime, city: City) -> bool:
    if not _by_day(now, city) or referral.state not in UNSEEN or any(step.step == ASKED for step in way):
        return False
    begun = next((step.at for step in reversed(way) if step.step == REFERRED_ON), referral.opened_at)
    return now >= begun + city.programme.referrals.asks_after(referral.urgent)


def _by_day(now: datetime, city: City) -> bool:
    return calm(city, now) == city.local(now)


def _climb(session: Session, now: datetime, city: City, referral: Referral, step: str) -> None:
    people = _people(session, referral, step)
    shown = _told(session, referral) if step != "reminder" else ()
    for person in people:
        _notify(session, now, referral, person, step, words.waiting(session, city, referral, person, now, shown))
    if not people:
        referrals.note(session, referral, step, now, None, "tidak ada petugas terdaftar")


def _told(session: Session, referral: Referral) -> Sequence[ReferralStep]:
    """Who has been told so far, for those to whom it climbs."""
    return [step for step in referrals.steps(session, referral.id) if step.step in words.TOLD]


def _people(session: Session, referral: Referral, step: str) -> Sequence[Person]:
    family = referral.family
    if family is None:
        return holders(session, "coordinator", "kota", 0)
    match step:
        case "reminder":
            return health_workers(session, family)
        case "head":
            return heads(session, family)
        case _:
            return coordinators(session, family)


def _ask(session: Session, now: datetime, city: City, referral: Referral) -> None:
    """The consenting carers in their words, and the ASN; somebody who is both is asked as the family."""
    asked: set[int] = set()
    for carer in carers(session, referral.family.id) if referral.family else ():
        to = salute(carer.person.name, relation=carer.relation)
        _notify(session, now, referral, carer.person, ASKED, words.question(city, referral, to, carer.relation))
        asked.add(carer.person_id)
    for asn in companions(session, referral, city.today(now)):
        if asn.id not in asked:
            _notify(session, now, referral, asn, ASKED, words.question(city, referral, called(asn)))
            asked.add(asn.id)
    if not asked:
        referrals.note(session, referral, ASKED, now, None, "tidak ada yang bisa ditanya")


def _notify(session: Session, now: datetime, referral: Referral, to: Person, step: str, message: Message) -> None:
    """Promise it and keep the proof."""
    reachable = bool(addresses(session, to.id))
    lane = outbox.PLANNED_LANE if step == ASKED else ALERT
    told = sum(one.step == step and one.person_id == to.id for one in referrals.steps(session, referral.id))
    key = f"referral:{referral.id}:{to.id}:{step}" + (f"-{told + 1}" if told else "")
    kind = Kind.ASKED if step == ASKED else Kind.CLIMB
    outbox.to_person(session, to.id, kind, key, message.to_json(), now, about=of_referral(referral), lane=lane)
    referrals.note(session, referral, step, now, to.id, "" if reachable else words.UNREACHABLE)


def _ways(session: Session) -> Ways:
    """The steps of all open referrals, in one query."""
    query = select(ReferralStep).join(Referral, Referral.id == ReferralStep.referral_id)
    rows: Iterable[ReferralStep] = session.scalars(query.where(Referral.closed_at.is_(None)).order_by(ReferralStep.id))
    ways: dict[int, list[ReferralStep]] = defaultdict(list)
    for step in rows:
        ways[step.referral_id].append(step)
    return ways
