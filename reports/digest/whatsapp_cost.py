"""The cost of WhatsApp: messages of a day by the category they are charged as, and an estimate for the next day.

Meta charges delivered messages by category. Sent messages are counted here, so the bill is usually lower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from content.city import City
from content.programme import Whatsapp
from db import templates
from db.outbox import DELIVERED, PLANNED, READ, SENT, Outgoing
from db.people import Address
from programme.whatsapp_prices import SERVICE, category_of, rupiah

CHANNEL = "whatsapp"
ARRIVED = (SENT, DELIVERED, READ)
LOOK_BACK = 7  # days on which the estimate is based
LONGEST_WAIT = timedelta(days=7)  # no message is sent later after its due time
Row = tuple[str, str, int]  # template, what Meta charged it as, how many


@dataclass(frozen=True, slots=True)
class Cost:
    """Messages by category, and what they cost in rupiah; None where the city has filled in no prices.

    Approved templates are "utility" or "marketing", all other messages "service".
    """

    utility: int = 0
    marketing: int = 0
    service: int = 0
    rupiah: int | None = None

    @property
    def announced(self) -> int:
        return self.utility + self.marketing

    @property
    def words(self) -> str:
        """The cost in words: "120 pesan, 34 di antaranya pemberitahuan (kira-kira Rp41.000)"."""
        announced = f", {self.announced} di antaranya pemberitahuan" if self.announced else ""
        price = "" if self.rupiah is None else f" (kira-kira Rp{self.rupiah:,})".replace(",", ".")
        return f"{self.announced + self.service} pesan{announced}{price}"


def is_used(session: Session) -> bool:
    """Whether anybody has ever written to us on WhatsApp."""
    return bool(session.scalar(select(exists().where(Address.channel == CHANNEL))))


def spent(session: Session, day: date, city: City) -> Cost:
    """The messages sent so far on that day in the city's time zone."""
    return _priced(session, _counted(session, _sent(session, day, day, city), city), day, city)


def expected(session: Session, day: date, city: City) -> Cost:
    """The estimate for that day: the average day of the week before, at least what is planned already."""
    before = (day - timedelta(days=LOOK_BACK), day - timedelta(days=1))
    since = session.scalar(select(func.min(Outgoing.settled_at)).where(*_went_out(*before, city)))
    days = (day - city.today(since)).days if since else 1
    usual = _counted(session, _sent(session, *before, city), city)
    planned = _counted(session, _planned(session, day, city), city)
    rows = {name: max(round(usual[name] / days), planned[name]) for name in {*usual, *planned}}
    return _priced(session, rows, day, city)


# --- counting -------------------------------------------------------------------------


def _sent(session: Session, first: date, last: date, city: City) -> list[Row]:
    query = select(Outgoing.template, Outgoing.category, func.count()).where(*_went_out(first, last, city))
    rows = session.execute(query.group_by(Outgoing.template, Outgoing.category))
    return [(template, category, count) for template, category, count in rows]


def _went_out(first: date, last: date, city: City) -> Sequence[ColumnElement[bool]]:
    begins, ends = _span(first, last, city)
    return (
        Outgoing.channel == CHANNEL,
        Outgoing.state.in_(ARRIVED),
        Outgoing.due_at >= begins - LONGEST_WAIT,  # by which the index finds them
        Outgoing.settled_at >= begins,
        Outgoing.settled_at < ends,
    )


def _planned(session: Session, day: date, city: City) -> list[Row]:
    """Messages planned for that day; without a template where the person's window will still be open."""
    begins, ends = _span(day, day, city)
    is_open: ColumnElement[bool] = exists().where(
        Address.channel == Outgoing.channel,
        Address.address == Outgoing.address,
        Address.window_until > Outgoing.due_at,
    )
    where = (Outgoing.state == PLANNED, Outgoing.due_at >= begins, Outgoing.due_at < ends)
    waiting = select(Outgoing.kind, is_open.label("free")).where(Outgoing.channel == CHANNEL, *where).subquery()
    query = select(waiting.c.kind, waiting.c.free, func.count()).group_by(waiting.c.kind, waiting.c.free)
    rows: Iterable[Any] = session.execute(query)
    return [("" if free else city.notices.of_kind(kind).name, "", count) for kind, free, count in rows]


def _counted(session: Session, rows: Iterable[Row], city: City) -> Counter[str]:
    """Messages by category. Meta's report of the category takes precedence over ours."""
    states = templates.known(session)
    found: Counter[str] = Counter()
    for template, charged, count in rows:
        found[category_of(template, charged, states, city)] += count
    return found


# --- money ------------------------------------------------------------------------------


def _priced(session: Session, count: Any, day: date, city: City) -> Cost:
    found = Cost(**count)
    prices = city.programme.whatsapp
    if not prices.has_prices:
        return found
    free = _left_free(session, found.service, day, city, prices)
    return Cost(**count, rupiah=round(rupiah({**count, SERVICE: found.service - free}, prices)))


def _left_free(session: Session, service: int, day: date, city: City, prices: Whatsapp) -> int:
    """How many of the day's service messages are free within the month's allowance."""
    if not prices.free_service_a_month or day.day == 1:
        return min(service, prices.free_service_a_month)
    before = _counted(session, _sent(session, day.replace(day=1), day - timedelta(days=1), city), city)["service"]
    return min(service, max(prices.free_service_a_month - before, 0))


def _span(first: date, last: date, city: City) -> tuple[datetime, datetime]:
    return (
        datetime.combine(first, time(), city.zone),
        datetime.combine(last + timedelta(days=1), time(), city.zone),
    )
