"""Outbox rows for tests, from the keys that the service would give them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from db import outbox
from db.outbox import Kind
from db.subjects import Subject, SubjectKind

CHILD, PREGNANCY = SubjectKind.CHILD, SubjectKind.PREGNANCY


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
