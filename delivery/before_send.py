"""The last look at a message before it goes out: whether it is still true, then how its channel lets it go."""

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
    """Skip, with the reason, what is about a child that has died or left since it was planned, or goes to somebody who
    has stopped or pauses; of the rest decide how it goes out. Nobody's loss may meet a message about what was lost.
    """
    reasons = {**still_valid.unwanted(session, rows, city.today(now)), **still_valid.fallen(session, rows)}
    for row in rows:
        if reason := reasons.get(row.id):
            outbox.settle(row, SKIPPED, reason, now)
    service_window.check(session, [row for row in rows if row.state == TAKEN], now, city)
