"""Where people are written to, and in which hours they are left in peace."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.people import Address
from rules.calendar import QuietHours


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


def quiet_hours(city: City) -> QuietHours:
    quiet = city.programme.quiet
    return QuietHours(quiet.start, quiet.end, quiet.friday)
