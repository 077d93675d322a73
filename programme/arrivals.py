"""Whether an alert has arrived: what is known of the messages about a referral that were promised to each person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import REPORTS_STATUS, Kind, Outgoing, OutgoingState
from db.referrals import Referral
from db.subjects import subject

ALERTS = (Kind.ALERT, Kind.CLIMB)


class Arrival(IntEnum):
    """How far the alerts of one person have come, the best of several counts."""

    UNREACHABLE = 0  # no address that can be written to, or the channel refused them all
    TELLING = 1  # on their way
    LATE = 2  # on their way for longer than an alert may be
    SENT = 3
    DELIVERED = 4
    READ = 5

    @property
    def words(self) -> str:
        return WORDS[self]

    @property
    def arrived(self) -> bool:
        """Whether nothing more can be known of its arrival than is."""
        return self >= Arrival.SENT


WORDS: Mapping[Arrival, str] = {
    Arrival.UNREACHABLE: "belum bisa dihubungi",
    Arrival.TELLING: "sedang dikabari",
    Arrival.LATE: "pesannya belum sampai",
    Arrival.SENT: "pesannya sudah terkirim",
    Arrival.DELIVERED: "pesannya sudah sampai",
    Arrival.READ: "pesannya sudah dibaca",
}


def alerts(session: Session, referral: Referral, since: datetime) -> Sequence[Outgoing]:
    """The alerts about this referral that were promised since then, oldest first."""
    query = select(Outgoing).where(Outgoing.kind.in_(ALERTS), outbox.about(subject(referral)))
    return session.scalars(query.where(Outgoing.created_at >= since).order_by(Outgoing.id)).all()


def by_person(rows: Iterable[Outgoing], now: datetime, within: timedelta) -> Mapping[int, Arrival]:
    """How far the alerts of each person have come; late where none has arrived ``within`` the first was promised."""
    return {person_id: _arrival(some, now, within) for person_id, some in _by_person(rows).items()}


def late(rows: Sequence[Outgoing], now: datetime, within: timedelta) -> Sequence[Outgoing]:
    """The newest alert of each person whom none has reached in time, or can reach any more."""
    missed = (Arrival.LATE, Arrival.UNREACHABLE)
    listed = _by_person(row for row in rows if row.resend_of is None)
    how = by_person(rows, now, within)
    return [some[-1] for person_id, some in listed.items() if how[person_id] in missed]


def _by_person(rows: Iterable[Outgoing]) -> Mapping[int, list[Outgoing]]:
    found: dict[int, list[Outgoing]] = {}
    for row in rows:
        if row.person_id is not None:
            found.setdefault(row.person_id, []).append(row)
    return found


def _arrival(rows: Sequence[Outgoing], now: datetime, within: timedelta) -> Arrival:
    """How far the alerts of one person have come, oldest first."""
    best = max(_state(row) for row in rows)
    if best == Arrival.TELLING and rows[0].created_at + within <= now:
        return Arrival.LATE
    return best


def _state(row: Outgoing) -> Arrival:
    """What is known of one alert. Where a channel reports no delivery, that it was sent is all that will be known."""
    match row.state:
        case OutgoingState.READ:
            return Arrival.READ
        case OutgoingState.DELIVERED:
            return Arrival.DELIVERED
        case OutgoingState.FAILED | OutgoingState.SKIPPED:
            return Arrival.UNREACHABLE
        case OutgoingState.SENT if row.channel not in REPORTS_STATUS:
            return Arrival.SENT
        case _:
            return Arrival.TELLING
