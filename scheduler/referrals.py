"""Referrals that nobody has answered climb, each step once; and it is asked once whether the family got there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox, referrals
from db.children import heads, health_workers
from db.outbox import ALERT, Kind
from db.people import Person, addresses
from db.referrals import ACCEPTED, REFERRED_ON, SENT, Referral, ReferralStep
from db.subjects import of_referral
from flow.message import Message
from reports import referral as words
from reports.concerned import called, calm, carers, companions, coordinators
from reports.names import salute

STEPS = ("reminder", "head", "coordinator")
ASKED = "asked"
UNSEEN = (SENT, ACCEPTED, REFERRED_ON)  # as long as nobody has said that the child was seen there

Ways = Mapping[int, Sequence[ReferralStep]]


def tick(session: Session, now: datetime, city: City) -> None:
    """Take every step that has come. What must be seen today climbs at night too; everything else waits for the day."""
    by_day = calm(city, now) == city.local(now)
    waiting = referrals.open_ones(session)
    ways = _ways(session)
    for referral in waiting:
        urgent, way = referral.urgency == words.TODAY, ways.get(referral.id, ())
        if referral.state == SENT and (urgent or by_day):
            _climb(session, now, city, referral, way)
        if by_day and referral.state in UNSEEN and not any(step.step == ASKED for step in way):
            begun = next((step.at for step in reversed(way) if step.step == REFERRED_ON), referral.opened_at)
            if now >= begun + city.programme.referrals.asks_after(urgent):
                _ask(session, now, city, referral)


def _climb(session: Session, now: datetime, city: City, referral: Referral, way: Sequence[ReferralStep]) -> None:
    """The steps that have come and were not taken yet. One that reaches nobody does not hold up the next."""
    taken, reached = {step.step for step in way}, True
    for step, after in zip(STEPS, city.programme.referrals.climbs_after(referral.urgency == words.TODAY), strict=True):
        if step in taken:
            reached = any(one.step == step and one.person_id and not one.detail for one in way)
        elif now >= referral.opened_at + after or not reached:
            people = _people(session, referral, step)
            shown = _told(session, referral) if step != "reminder" else ()
            reached = False
            for person in people:
                message = words.waiting(session, city, referral, person, now, shown)
                reached |= _tell(session, now, referral, person, step, message)
            if not people:
                referrals.note(session, referral, step, now, None, "tidak ada petugas terdaftar")
        else:
            return


def _told(session: Session, referral: Referral) -> Sequence[ReferralStep]:
    """Who has been told so far, for those to whom it climbs."""
    return [step for step in referrals.steps(session, referral.id) if step.step in ("told", *STEPS)]


def _people(session: Session, referral: Referral, step: str) -> Sequence[Person]:
    family = referral.about.family
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
    for carer in carers(session, referral.about.family_id):
        to = salute(carer.person.name, relation=carer.relation)
        _tell(session, now, referral, carer.person, ASKED, words.question(city, referral, to, carer.relation))
        asked.add(carer.person_id)
    for asn in companions(session, referral, city.today(now)):
        if asn.id not in asked:
            _tell(session, now, referral, asn, ASKED, words.question(city, referral, called(asn)))
            asked.add(asn.id)
    if not asked:
        referrals.note(session, referral, ASKED, now, None, "tidak ada yang bisa ditanya")


def _tell(session: Session, now: datetime, referral: Referral, to: Person, step: str, message: Message) -> bool:
    """Promise it and keep the proof. Returns whether the person can be reached."""
    reachable = bool(addresses(session, to.id))
    lane = outbox.PLANNED_LANE if step == ASKED else ALERT
    key = f"referral:{referral.id}:{to.id}:{step}"
    kind = Kind.ASKED if step == ASKED else Kind.CLIMB
    outbox.to_person(session, to.id, kind, key, message.to_json(), now, about=of_referral(referral), lane=lane)
    referrals.note(session, referral, step, now, to.id, "" if reachable else words.UNREACHABLE)
    return reachable


def _ways(session: Session) -> Ways:
    """The steps of all open referrals, in one query."""
    query = select(ReferralStep).join(Referral, Referral.id == ReferralStep.referral_id)
    rows: Iterable[ReferralStep] = session.scalars(query.where(Referral.closed_at.is_(None)).order_by(ReferralStep.id))
    ways: dict[int, list[ReferralStep]] = defaultdict(list)
    for step in rows:
        ways[step.referral_id].append(step)
    return ways
