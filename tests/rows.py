"""Outbox rows for tests, from the keys that the service would give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import PLANNED, SENT, Kind, Outgoing, OutgoingState
from db.subjects import Subject, SubjectKind

CHILD, PREGNANCY = SubjectKind.CHILD, SubjectKind.PREGNANCY


def sent(session: Session, now: datetime, state: OutgoingState = SENT) -> None:
    """The channel has taken every alert that was planned, and nothing more is known of it unless ``state`` says so."""
    session.execute(_ALERTS, {"now_state": state, "now": now})
    session.commit()


_ALERTS = (
    update(Outgoing)
    .where(Outgoing.kind.in_((Kind.ALERT, Kind.CLIMB)), Outgoing.state == PLANNED)
    .values(state=bindparam("now_state"), settled_at=bindparam("now"))
)


def outgoing(
    key: str, channel: str, address: str, message: Mapping[str, Any], now: datetime, **more: Any
) -> dict[str, Any]:
    """A row for the columns of Outgoing. A lesson is counted from a child, unless ``origin`` says otherwise."""
    first, *rest = key.split(":")
    kind = Kind(first) if first in list(Kind) else Kind.REPLY
    if kind == Kind.LESSON and len(rest) == 3:
        _, name, ref = rest
        whom, _, day = ref.partition("@")
        number = whom.removeprefix("c").removeprefix("p")
        origin = Subject(PREGNANCY if whom.startswith("p") else CHILD, int(number)) if number.isdigit() else None
        origin = more.pop("origin", origin)
        more = {"lesson": name, "origin": origin, "about": [origin] if origin else [], **more}
        more["called_on"] = date.fromisoformat(day) if day else None
    return outbox.row(kind, key, channel, address, message, now, **more)
