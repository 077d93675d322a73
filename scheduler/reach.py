"""Where people are written to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.people import Address


def places(session: Session, people: Collection[int]) -> dict[int, tuple[str, str]]:
    """The (channel, address) each person used last; who cannot be reached is left out."""
    query = select(Address.person_id, Address.channel, Address.address).where(
        Address.person_id.in_(people), Address.state == "ok"
    )
    found: dict[int, tuple[str, str]] = {}
    for person, channel, address in session.execute(query.order_by(Address.last_heard_at)):
        if person is not None:
            found[person] = (channel, address)
    return found
