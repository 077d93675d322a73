"""The contract with a Bot API server: one call, its result, and the failures that only Telegram has.

Free of aiogram: the demo's phones keep the same contract without it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flow.message import Refused, Rejected


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send with a call: the parameter it fills, the name the reader sees, and its bytes."""

    field: str
    name: str
    content: bytes


# Stores updates as they came, in one commit; one it already has is passed over. Raising means: not stored.
Keep = Callable[[list[dict[str, Any]]], Awaitable[None]]


class Wire(Protocol):
    """A way to a Bot API server: the live one (``client.Client``), or one that only looks like it."""

    async def call(self, method: str, payload: Mapping[str, Any], file: Upload | None = None) -> Any:
        """The ``result`` of the call. Raises a SendFailure named by what to do, or one of those below."""
        ...


class TokenRefused(Rejected):
    """The server does not know this bot (any more): nothing can be sent or fetched until a person acts."""


class Unparsable(Rejected):
    """The HTML was refused, and nothing was sent."""


class Unchanged(Rejected):
    """The message already looks like that; double taps make this common."""


class Gone(Rejected):
    """The message or the tap that is meant can no longer be touched."""


class Moved(Refused):
    """The group lives on under another address."""

    def __init__(self, to: str) -> None:
        super().__init__(f"grup pindah ke alamat {to}")
        self.to = to


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one: no part of a payload is taken on trust."""
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def is_update(value: object) -> bool:
    """Whether this can be kept and confirmed: an object with a number of its own."""
    number = mapping(value).get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63
