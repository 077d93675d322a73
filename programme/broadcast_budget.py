"""What announcements may cost on WhatsApp in a month, what they have cost, and what one more would.

In rupiah where the city has filled in prices and a budget; otherwise so many announcements by approved templates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.orm import Session

from content.city import City
from db import templates
from db.broadcasts import RUNNING, Broadcast, BroadcastRecipient
from db.outbox import DELIVERED, PLANNED, READ, SENT, TAKEN, Kind, Outgoing
from db.people import Address, AddressState
from programme.broadcast_audience import Reach
from programme.whatsapp_prices import SERVICE, category_of, rupiah

WHATSAPP = "whatsapp"
REACHED_LIMIT = "batas pengumuman bulan ini tercapai"
LONGEST_WAIT = timedelta(days=40)  # no announcement is sent longer after it was written
LOCK = 4671003  # the key of our advisory lock on PostgreSQL


@dataclass(frozen=True, slots=True)
class Budget:
    """The month's limit and what is used of it, in rupiah or in announcements by templates.

    ``promised`` is what has been agreed to and has not left.
    """

    limit: int
    in_rupiah: bool
    used: float
    promised: float

    @property
    def left(self) -> float:
        return max(self.limit - self.used - self.promised, 0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an announcement may cost on WhatsApp: messages by category, in the budget's unit, and in rupiah.

    ``rupiah`` is None where no prices are filled in.
    """

    count: Mapping[str, int]
    weight: float
    rupiah: int | None


def counts_rupiah(city: City) -> bool:
    """Whether the limit is a sum of money: prices and a budget are filled in."""
    return city.programme.whatsapp.has_prices and city.programme.broadcasts.budget_rupiah > 0


def budget(session: Session, city: City, now: datetime) -> Budget:
    """The budget of this month. ``now`` is in the city's time zone."""
    promised = _weight(_promised(session, city, now), city)
    return Budget(_limit(city), counts_rupiah(city), used(session, city, now), promised)


def used(session: Session, city: City, now: datetime) -> float:
    """What has left this month, with what is being sent."""
    begins = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    left = func.coalesce(Outgoing.settled_at, Outgoing.taken_at)
    query = select(Outgoing.template, Outgoing.category, func.count()).where(
        Outgoing.kind == Kind.ANNOUNCEMENT, Outgoing.created_at >= begins - LONGEST_WAIT, Outgoing.channel == WHATSAPP,
        Outgoing.state.in_((TAKEN, SENT, DELIVERED, READ)), left >= begins,
    )  # fmt: skip
    states, found = templates.known(session), Counter[str]()
    for template, charged, count in session.execute(query.group_by(Outgoing.template, Outgoing.category)):
        found[category_of(template, charged, states, city)] += count
    return _weight(found, city)


def estimate(session: Session, reach: Reach, template: str, city: City) -> Estimate:
    """What it may cost to write to these people, of whom those whose 24 hours last get the text itself."""
    category = category_of(template, "", templates.known(session), city)
    count = {name: number for name, number in ((category, reach.announced), (SERVICE, reach.free_form)) if number}
    prices = city.programme.whatsapp
    return Estimate(count, _weight(count, city), round(rupiah(count, prices)) if prices.has_prices else None)


def beyond(session: Session, rows: Iterable[Outgoing], city: City, now: datetime) -> list[Outgoing]:
    """Those of these claimed messages, in order, that would go beyond the month's limit.

    ``rows`` are being sent, so what they cost is counted as used already. Only one process counts at a time: two that
    claim at once would each see room for the same messages.
    """
    mine = [row for row in rows if row.kind == Kind.ANNOUNCEMENT and row.channel == WHATSAPP]
    if not mine:
        return []
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    session.flush()
    states = templates.known(session)
    weights = {row.id: _weight({category_of(row.template, "", states, city): 1}, city) for row in mine}
    left = _limit(city) - used(session, city, now)
    over: list[Outgoing] = []
    for row in reversed(mine):
        if left < 0 and weights[row.id] > 0:
            over.append(row)
            left += weights[row.id]
    return over


def _limit(city: City) -> int:
    rules = city.programme.broadcasts
    return rules.budget_rupiah if counts_rupiah(city) else rules.templates_a_month


def _weight(count: Mapping[str, int], city: City) -> float:
    """So many messages in the unit of the budget."""
    if counts_rupiah(city):
        return rupiah(count, city.programme.whatsapp)
    return sum(number for category, number in count.items() if category != SERVICE)


def _promised(session: Session, city: City, now: datetime) -> Counter[str]:
    """Messages on WhatsApp that are agreed to and have not left, by category; as if nobody's 24 hours lasted."""
    states, found = templates.known(session), Counter[str]()
    planned = select(func.count()).where(
        Outgoing.kind == Kind.ANNOUNCEMENT, Outgoing.channel == WHATSAPP, Outgoing.state == PLANNED,
        Outgoing.created_at >= now - LONGEST_WAIT,
    )  # fmt: skip
    waiting = (
        select(Broadcast.whatsapp, func.count(func.distinct(BroadcastRecipient.id)))
        .join(Broadcast, Broadcast.id == BroadcastRecipient.broadcast_id)
        .where(Broadcast.state.in_(RUNNING), BroadcastRecipient.why == "", BroadcastRecipient.outgoing_id.is_(None))
        .where(select(Address.id).where(*_on_whatsapp()).exists())
        .group_by(Broadcast.whatsapp)
    )
    for template, count in session.execute(waiting):
        found[category_of(template, "", states, city)] += count
    of_kind = city.notices.of_kind(Kind.ANNOUNCEMENT).name
    found[category_of(of_kind, "", states, city)] += session.scalar(planned) or 0
    return found


def _on_whatsapp() -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an Address is one on WhatsApp of a BroadcastRecipient that works."""
    return (
        Address.person_id == BroadcastRecipient.person_id, Address.channel == WHATSAPP,
        Address.state == AddressState.OK,
    )  # fmt: skip
