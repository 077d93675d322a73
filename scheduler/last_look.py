"""The last look at a message before it goes out: whether it is still true, then how its channel lets it go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.city import City
from db import births
from db.outbox import REPLY, SKIPPED, TAKEN, Outgoing
from reports import standing
from scheduler import windows


def look(session: Session, rows: Sequence[Outgoing], now: datetime, city: City) -> None:
    """Skip, with the reason, what is about a child that has died or left since it was planned, or goes to somebody who
    has stopped or pauses; of the rest decide how it goes out. Nobody's loss may meet a message about what was lost.
    """
    keys = [row.key for row in rows if row.lane > REPLY and births.is_about_one(row)]
    unsaid = standing.unsaid(session, keys, city.today(now), city)
    for row in rows:
        if reason := unsaid.get(row.key):
            row.state, row.reason, row.settled_at = SKIPPED, reason, now
    windows.look(session, [row for row in rows if row.state == TAKEN], now, city)
