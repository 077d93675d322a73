"""The check before sending: whether a message is still valid, then whether its channel allows it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.outbox import SKIPPED, TAKEN, Outgoing
from delivery import service_window
from programme import still_valid


def check(session: Session, rows: Sequence[Outgoing], now: datetime, city: City) -> None:
    """Skip claimed rows that are no longer valid, with the reason, and decide for the rest how they go out.

    Not valid: about a child, pregnancy or couple that has died or left since planning, to a person who stopped or
    paused, or to one who may not know of it any more. A family must never get a message about somebody they lost.
    """
    reasons = {
        **still_valid.not_theirs(session, rows, city.local(now)),
        **still_valid.unwanted(session, rows, city.today(now)),
        **still_valid.fallen(session, rows),
    }
    for row in rows:
        if reason := reasons.get(row.id):
            outbox.settle(row, SKIPPED, reason, now)
    service_window.check(session, [row for row in rows if row.state == TAKEN], now, city)
