"""Let planned messages leave as the sender would: claimed, checked, then taken by the channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.outbox import PLANNED, SENT, TAKEN, Kind, Outgoing
from delivery import before_send


def leave(session: Session, kind: Kind, now: datetime, city: City, most: int = 1_000) -> list[str]:
    """Send up to ``most`` planned messages of this kind that are due. Returns each one's state or reason."""
    query = select(Outgoing).where(Outgoing.kind == kind, Outgoing.state == PLANNED, Outgoing.due_at <= now)
    rows = session.scalars(query.order_by(Outgoing.id).limit(most)).all()
    for row in rows:
        row.state, row.taken_at = TAKEN, now
    session.flush()
    before_send.check(session, rows, now, city)
    for row in rows:
        if row.state == TAKEN:
            outbox.settle(row, SENT, "", now)
    session.commit()
    return [row.reason or row.state for row in rows]
