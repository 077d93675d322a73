"""Read values from untrusted JSON: every part is checked for its type."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, cast

CHANNEL = "whatsapp"
USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")  # business-scoped, not a phone number
NUMBER = re.compile(r"[1-9][0-9]{6,14}")  # E.164 without its plus; a local "0812..." is none


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """The JSON objects of a list; anything else in it is left out."""
    held = cast(list[object], value) if isinstance(value, list) else []
    return [cast(Mapping[str, Any], one) for one in held if isinstance(one, Mapping)]


def first(value: object) -> Mapping[str, Any]:
    """The first JSON object of a list, else an empty one."""
    held = objects(value)
    return held[0] if held else {}


def text(value: object, limit: int) -> str:
    """Text that databases accept: no NUL, no lone surrogate, at most ``limit`` characters."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:limit]


def whole(value: object) -> int | None:
    """An integer of 64 bits, also one written as a string of digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def moment(value: object, otherwise: datetime) -> datetime:
    """Seconds since 1970 as a moment in UTC; ``otherwise`` for an impossible one or one still to come."""
    seconds = whole(value)
    if seconds is None or not 0 < seconds < 2**33:
        return otherwise
    return min(datetime.fromtimestamp(seconds, UTC), otherwise)


def phone(value: object) -> str:
    """The digits of a phone number with its country code, without the plus; "" for anything else."""
    digits = text(value, 40).strip().removeprefix("+")
    return digits if NUMBER.fullmatch(digits) else ""


def user_id(value: object) -> str:
    """A business-scoped user id ("ID.1502576394655843"); "" for anything else. May occur in place of a number."""
    named = text(value, 200).strip()
    return named if USER_ID.fullmatch(named) else ""


def names(*offered: object) -> tuple[str, ...]:
    """The addresses of one person, without repetition: user ids first, because the number may be missing next time."""
    ids = [name for one in offered if (name := user_id(one))]
    return tuple(dict.fromkeys(ids + [name for one in offered if (name := phone(one))]))


def digest(value: object) -> str:
    """A hash as the id of a payload without one: the same payload has the same id."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:32]


def key(*parts: str) -> str:
    """The id of one event, at most 180 characters ("status:wamid.HB:read")."""
    joined = ":".join(parts)
    return joined if len(joined) <= 180 else f"{joined[:140]}:{digest(joined)}"
