"""Whether an announcement that is about to leave is still for its recipient: asked again before each is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import broadcasts
from db.broadcasts import Broadcast, BroadcastState, NewsWish
from db.outbox import Kind, Outgoing
from db.roles import Role
from programme import broadcast_audience
from programme.broadcast_audience import NO_WISH, NOT_AMONG, Audience
from programme.scopes import Scope

STOPPED = "dihentikan"


def audience(one: Broadcast) -> Audience:
    """Whom the announcement is for."""
    return Audience(one.role, Scope(one.scope, one.scope_id), one.status)


def not_for_them(session: Session, rows: Iterable[Outgoing], now: datetime) -> Mapping[int, str]:
    """By row id, the reason for each announcement that was stopped, that its reader does not want any more, or whose
    reader has lost the role by which they were written to. ``now`` is in the city's time zone.
    """
    asked = [row for row in rows if row.kind == Kind.ANNOUNCEMENT]
    known = broadcasts.of_messages(session, asked)
    found = {row.id: NOT_AMONG for row in asked if row.id not in known}  # whose recipient was erased
    staff: defaultdict[Broadcast, dict[int, int]] = defaultdict(dict)
    wishes: dict[int, int] = {}
    for id, (one, recipient) in known.items():
        if one.state == BroadcastState.STOPPED:
            found[id] = STOPPED
        elif one.role == Role.FAMILY:
            wishes[id] = recipient.person_id
        else:
            staff[one][id] = recipient.person_id
    if wishes:
        standing = select(NewsWish.person_id).where(
            NewsWish.person_id.in_(wishes.values()), NewsWish.withdrawn_at.is_(None)
        )
        want = set(session.scalars(standing))
        found |= {id: NO_WISH for id, person_id in wishes.items() if person_id not in want}
    for one, people in staff.items():
        there = broadcast_audience.holds(session, audience(one), people.values(), now)
        found |= {id: NOT_AMONG for id, person_id in people.items() if person_id not in there}
    return found
