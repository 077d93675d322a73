"""What passes between us and a Bot API server: one call, its answer, and what a refusal means.

Telegram says of its error numbers and texts that they may change, so each is matched by the number and a tolerant
part of the text, and what is not recognised falls into the family of its number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from flow.message import Refused, Rejected, SendFailure, Uncertain, Unreachable


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


GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "query is too old",
    "query id is invalid",
)
NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "invalid user_id", "chat_id is empty")
REFUSALS = (
    ("blocked", "diblokir oleh penerima"),
    ("deactivated", "akun penerima sudah tidak aktif"),
    ("can't initiate conversation", "penerima belum menekan Mulai"),
    ("kicked", "dikeluarkan dari grup"),
    ("not a member", "bukan anggota grup"),
)


def failure(status: int, answer: object, payload: Mapping[str, Any]) -> SendFailure:
    """What an answer other than success means.

    ``status`` is that of HTTP, ``answer`` the decoded body (None if it was not JSON), ``payload`` what was asked.
    """
    body = mapping(answer)
    parameters = mapping(body.get("parameters"))
    code = body.get("error_code")
    code = code if isinstance(code, int) else status
    text = str(body.get("description", ""))
    if code == 429:
        seconds = parameters.get("retry_after")
        seconds = float(seconds) if isinstance(seconds, int | float) else None
        return Unreachable("Telegram minta jeda", retry_after=seconds, everyone="chat_id" not in payload)
    if code == 409:
        return Unreachable(f"bot ini sedang dibaca lewat jalan lain: {text}", everyone=True)
    if code in (401, 404):
        return TokenRefused(f"token bot tidak diterima Telegram ({code} {text})".strip())
    if code == 504:
        return Uncertain("server Telegram tidak menjawab sampai selesai (504)")
    if code >= 500:
        # Not for everyone: the server also answers 500 about a single message.
        return Unreachable(f"server Telegram sedang terganggu ({code})")
    if 300 <= code < 400:
        return Unreachable(f"alamat API dialihkan ({code}); bukan Telegram yang menjawab", everyone=True)
    if code < 300:
        return Uncertain("jawaban Telegram tidak terbaca")
    return _of_the_request(code, text, parameters)


def _of_the_request(code: int, text: str, parameters: Mapping[str, Any]) -> SendFailure:
    """400, 403 and their like: about this message or this chat."""
    lower = text.lower()
    if isinstance(to := parameters.get("migrate_to_chat_id"), int):
        return Moved(str(to))
    for part, reason in REFUSALS:
        if part in lower:
            return Refused(reason)
    if code == 403:
        return Refused(f"ditolak Telegram: {text}")
    if any(part in lower for part in NO_SUCH_CHAT):
        return Refused("alamat tidak dikenal Telegram")
    kind = Rejected
    if "message is not modified" in lower:
        kind = Unchanged
    elif "can't parse entities" in lower:
        kind = Unparsable
    elif any(part in lower for part in GONE):
        kind = Gone
    return kind(f"pesan ditolak Telegram ({code} {text})")


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one: no part of a payload is taken on trust."""
    return cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}


def is_update(value: object) -> bool:
    """Whether this can be kept and confirmed: an object with a number of its own."""
    number = mapping(value).get("update_id")
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**63
