"""Introduce a family and who visits it to each other: once a pair, after the consent, before they have met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from content.city import City
from db import appointments, outbox
from db.children import Carer, Child, Family, Pregnancy
from db.consent import Consent, PaperConsent, carer_reads
from db.fostering import Assignment, Delegate, Leave, current, delegated
from db.outbox import SKIPPED, Kind, Outgoing
from db.people import places
from db.states import MOURNING
from db.visits import Visit
from drawing import foster_card
from flow.message import Message
from programme import consents, pairs
from programme import introduction_messages as words
from programme.contacts import carers
from programme.pairs import Pair
from programme.quiet_hours import quiet_hours
from scheduler.looks import Write


class Missing(NamedTuple):
    """An introduction that has not been promised: to whom, of which visitor of a family, by which assignment."""

    family_id: int
    assignment_id: int
    visitor_id: int
    to: int

    @property
    def key(self) -> str:
        return pairs.introduction_key(self.assignment_id, self.visitor_id, self.to)


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Introduce every pair that has not met, to whoever of them can be reached and was not told yet.

    A foster parent gets to know a few families a day (``introductions_a_day``), the longest assigned first.
    """
    local = city.local(now)
    if quiet_hours(city).open_at(local) != local:
        return
    for family_id in dict.fromkeys(one.family_id for one in missing(session, city, local.date())):
        yield partial(introduce, family_id=family_id, now=local, city=city)


def introduce(session: Session, family_id: int, now: datetime, city: City) -> None:
    """Promise the introductions of this family that are missing, unless it mourns."""
    family, today = session.get_one(Family, family_id), now.date()
    if pairs.mourns(session, city, family, today):
        return
    found = {(one.assignment_id, one.visitor.id): one for one in pairs.of_family(session, family, today)}
    reads = {one.person_id: one for one in carers(session, family_id)}
    for one in missing(session, city, today, family_id):
        pair = found.get((one.assignment_id, one.visitor_id))
        if pair is None or _is_away(session, pair, today):
            continue
        if one.to in reads:
            _promise(session, pair, one, _to_family(session, city, pair, reads[one.to], now), now)
        elif _introduced_today(session, city, one.to, now) < city.programme.appointments.introductions_a_day:
            _promise(session, pair, one, words.to_visitor(session, city, pair, now, first=True), now)


def _to_family(session: Session, city: City, pair: Pair, carer: Carer, now: datetime) -> Message:
    message = words.to_family(session, city, pair, carer)
    if message.options and words.asks_number(session, carer):
        appointments.ask_number(session, carer.person_id, pair.family.id, now)
    return replace(message, attachment=foster_card.attachment(city, pair, now.date()))


def _promise(session: Session, pair: Pair, one: Missing, message: Message, now: datetime) -> None:
    outbox.to_person(
        session, one.to, Kind.INTRODUCTION, one.key, message.to_json(), now, about=pair.subjects, again=True
    )


def _introduced_today(session: Session, city: City, person_id: int, now: datetime) -> int:
    midnight = datetime.combine(now.date(), time(), city.zone)
    sent = Outgoing.kind == Kind.INTRODUCTION, Outgoing.person_id == person_id, Outgoing.created_at >= midnight
    return session.scalar(select(func.count()).select_from(Outgoing).where(*sent, Outgoing.state != SKIPPED)) or 0


def _is_away(session: Session, pair: Pair, today: date) -> bool:
    """Whether who visits is on leave: they are introduced when they are back."""
    leave = select(Leave.id).where(Leave.person_id == pair.visitor.id, Leave.starts <= today, Leave.ends >= today)
    return session.scalar(leave.limit(1)) is not None


# --- who was not told yet, in a few queries for the whole city --------------------------------


def missing(session: Session, city: City, today: date, family_id: int | None = None) -> list[Missing]:
    """The introductions of the city, or of one family, that nobody was promised, to people who can be reached.

    In the order of the assignments. Who has met since the assignment and the consent, or since a carer joined, needs
    none. Whether the pair is one in every other respect is left to ``pairs``.
    """
    child = select(Child.family_id).where(Child.id == Assignment.child_id).scalar_subquery()
    home = func.coalesce(Assignment.family_id, child)
    held = select(Assignment.id, Assignment.asn_id, Assignment.starts, home.label("family")).where(*current(today))
    if family_id is not None:
        held = held.where(home == family_id)
    rows = [row for row in session.execute(held.order_by(Assignment.starts, Assignment.id)) if row.family]
    agreed = _agreed_on(session, city, {row.family for row in rows})
    sent = _delegates(session, today)
    reads = _readers(session, today)
    wanted: list[tuple[Missing, date]] = []
    for row in rows:
        if row.family in agreed:
            for visitor in sent.get(row.asn_id, [row.asn_id]):
                told = (visitor, agreed[row.family]), *reads[row.family]
                wanted += [(Missing(row.family, row.id, visitor, to), max(row.starts, since)) for to, since in told]
    met = _last_met(session, {one.visitor_id for one, _ in wanted})
    unmet = [one for one, since in wanted if met.get((one.visitor_id, one.family_id), date.min) < since]
    reached = places(session, {one.to for one in unmet})
    told = outbox.promised(session, [one.key for one in unmet if one.to in reached], dropped=MOURNING)
    # Of somebody who fosters in several ways, or begins another: a companion who stands in, a delegate.
    known = {(one.family_id, one.visitor_id, one.to) for one in unmet if one.key in told}
    return [one for one in unmet if one.to in reached and (one.family_id, one.visitor_id, one.to) not in known]


def _agreed_on(session: Session, city: City, families: Collection[int]) -> dict[int, date]:
    """By family with a consent that stands, the day of the first one in chat, else of the first one on paper.

    Whoever agreed on paper can be asked for a day of the visit only since they are here.
    """
    standing = consents.standing_of(session, families)
    given = select(Consent.family_id, Consent.given_at).where(Consent.withdrawn_at.is_(None))
    signed = select(PaperConsent.family_id, PaperConsent.signed_on).where(PaperConsent.withdrawn_at.is_(None))
    found: dict[int, date] = {}
    for family, at in session.execute(given.order_by(Consent.id)):
        found.setdefault(family, city.today(at))
    for family, day in session.execute(signed.order_by(PaperConsent.id)):
        found.setdefault(family, day)
    return {family: day for family, day in found.items() if family in standing}


def _delegates(session: Session, today: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for principal, person in session.execute(
        select(Delegate.principal_id, Delegate.person_id).where(*delegated(today)).order_by(Delegate.id)
    ):
        found[principal].append(person)
    return found


def _readers(session: Session, today: date) -> dict[int, list[tuple[int, date]]]:
    """By family, the carers who read and do not pause, each with the day on which they joined."""
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    awake = Carer.stopped_at.is_(None), or_(Carer.paused_until.is_(None), Carer.paused_until <= today), carer_reads()
    for person, family, joined in session.execute(
        select(Carer.person_id, Carer.family_id, Carer.joined_on).where(*awake).order_by(Carer.id)
    ):
        found[family].append((person, joined or today))
    return found


def _last_met(session: Session, visitors: Collection[int]) -> dict[tuple[int, int], date]:
    """By visitor and family, the last day on which they met."""
    found: dict[tuple[int, int], date] = {}
    for table, visited in ((Child, Visit.child_id), (Pregnancy, Visit.pregnancy_id)):
        met = select(Visit.asn_id, table.family_id, func.max(Visit.visited_on)).join(table, table.id == visited)
        met = met.where(Visit.met, Visit.undone_at.is_(None)).group_by(Visit.asn_id, table.family_id)
        for visitor, family, day in session.execute(met):
            if visitor in visitors:
                found[visitor, family] = max(found.get((visitor, family), day), day)
    return found
