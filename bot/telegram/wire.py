"""The interface to a Bot API server: one call, its result, and the failures that only Telegram has.

Free of aiogram, because the demo's phones implement it without aiogram.
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


# Stores raw updates in one commit and skips those it has already. Raising means: not stored.
Keep = Callable[[list[dict[str, Any]]], Awaitable[None]]


class Wire(Protocol):
    """Calls to a Bot API server: the real client (``client.Client``), or an imitation."""

    async def call(self, method: str, payload: Mapping[str, Any], file: Upload | None = None) -> Any:
        """The ``result`` of the call. Raises a SendFailure named by what to do, or one of those below."""
        ...

    async def download(self, file_id: str) -> bytes:
        """A file a person sent. Raises Rejected if it is too large or no longer there."""
        ...


class TokenRefused(Rejected):
    """The server does not accept the token: nothing can be sent or fetched until a person acts."""


class Unparsable(Rejected):
    """The HTML was refused, and nothing was sent."""


class Unchanged(Rejected):
    """The message already has this content; double taps make this common."""


class Gone(Rejected):
    """The message can no longer be changed, or the tap no longer be answered."""


class Moved(Refused):
    """The group has another address now."""

    def __init__(self, to: str) -> None:
        super().__init__(f"grup pindah ke alamat {to}")
        self.to = to


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, otherwise an empty one: no part of a payload is trusted."""
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def is_update(value: object) -> bool:
    """Whether the value is an update that can be stored and confirmed: an object with an update id."""
    number = mapping(value).get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63
