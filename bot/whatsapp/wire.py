"""The interface to the Cloud API: one call, its answer, and the failures that refusals stand for.

Meta asks to use ``error.code``: the HTTP status differs for the same error, and titles will be removed. An unknown
code is treated by its HTTP status. The codes are those of Meta's page "Error codes".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.whatsapp.raw import mapping, text, whole
from flow.message import (
    OptedOut,
    Refused,
    Rejected,
    SendFailure,
    TemplateRefused,
    Uncertain,
    Undeliverable,
    Unreachable,
    WindowClosed,
)

DAY = 24 * 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to leave with Meta: the name the reader sees, its MIME type, and its bytes."""

    name: str
    mime: str
    content: bytes


class Wire(Protocol):
    """Calls to the Cloud API for one number: the real client (``client.Client``), or an imitation.

    Every call raises a SendFailure named by what to do, or one of those below.
    """

    async def post(self, payload: Mapping[str, Any]) -> Any:
        """Send a message or a read receipt; the answer as decoded JSON."""
        ...

    async def upload(self, file: Upload) -> str:
        """Upload a file. Returns its media id."""
        ...

    async def media(self, media_id: str) -> Mapping[str, Any]:
        """Meta's data about a file: "url", "mime_type", "file_size" in bytes."""
        ...

    async def download(self, url: str, limit: int) -> bytes:
        """The content behind such a url, at most ``limit`` bytes. Raises Rejected for an unknown host."""
        ...


class Operator(Unreachable):
    """Nothing can be sent to anybody until an operator acts; meanwhile everything waits."""


class TokenRefused(Operator):
    """The token is unknown, expired or lacks a permission."""


class AccountBlocked(Operator):
    """Meta blocked the account or the number: policy, quality, payment or registration."""


class NotThere(AccountBlocked):
    """The object of the call does not exist or is not ours: our number, or a file."""


class PairLimit(Unreachable):
    """Too many messages to one person in a short time; wait longer each time it happens again."""


def _token(reason: str) -> SendFailure:
    return TokenRefused(f"token WhatsApp ditolak Meta ({reason})", everyone=True)


def _account(reason: str) -> SendFailure:
    return AccountBlocked(f"akun atau nomor WhatsApp ditahan Meta ({reason})", everyone=True)


def _not_there(reason: str) -> SendFailure:
    return NotThere(f"nomor pengirim atau alamat API tidak dikenal Meta ({reason})", everyone=True)


def _busy(reason: str) -> SendFailure:
    return Unreachable(f"Meta minta jeda ({reason})", everyone=True)


def _pair(reason: str) -> SendFailure:
    return PairLimit(f"terlalu sering ke satu penerima ({reason})", retry_after=4.0)


def _tomorrow(reason: str) -> SendFailure:
    # Meta decided not to deliver this message; other kinds of messages still reach the person.
    said = f"Meta menahan pesan ini untuk penerima ini hari ini ({reason})"
    return Unreachable(said, retry_after=DAY, message_only=True)


def _again(reason: str) -> SendFailure:
    return Unreachable(f"server WhatsApp sedang terganggu ({reason})")


def _ours(reason: str) -> SendFailure:
    return Rejected(f"pesan ditolak WhatsApp ({reason})")


Meaning = Callable[[str], SendFailure]

MEANINGS: dict[int, Meaning] = {
    131047: lambda reason: WindowClosed(f"di luar 24 jam sejak pesan terakhirnya ({reason})"),
    131026: lambda reason: Undeliverable(f"tidak sampai; nomor mungkin tidak memakai WhatsApp ({reason})"),
    130497: lambda reason: Undeliverable(f"nomor dari negara yang tidak dilayani ({reason})"),
    131050: lambda reason: OptedOut(f"penerima berhenti berlangganan ({reason})"),
    131021: lambda reason: Refused(f"nomor penerima sama dengan nomor pengirim ({reason})"),
    131056: _pair,
    131049: _tomorrow,
    130472: _tomorrow,  # an experiment of Meta's in which this person gets no messages of the kind
    **dict.fromkeys((0, 3, 10, 190, 131005, *range(200, 300)), _token),
    **dict.fromkeys((33, 368, 131031, 131037, 131042, 131045, 131048, 131064, 133010), _account),
    **dict.fromkeys((4, 17, 32, 613, 80007, 130429, 131057, 133016), _busy),
    **dict.fromkeys((1, 2, 131000, 131016, 131052, 131053), _again),
    **dict.fromkeys((100, 131008, 131009, 131030, 131051, 131062, 131063, 135000), _ours),
}


def failure(status: int, body: object, payload: Mapping[str, Any]) -> SendFailure:
    """The failure that an unsuccessful answer stands for.

    ``status`` is that of HTTP, ``body`` the decoded answer (None if it was not JSON), ``payload`` what was asked.
    """
    error = mapping(mapping(body).get("error"))
    code, reason = whole(error.get("code")), _reason(error)
    if code == 100 and whole(error.get("error_subcode")) == 33:
        return _not_there(reason)  # not the fault of a message
    template = text(mapping(payload.get("template")).get("name"), 512)
    if code is not None and (known := _known(code, reason, template)):
        return known
    if error.get("is_transient") is True:
        return _again(reason or str(status))
    return _of_the_family(status, reason or str(status))


def failure_of_status(code: int | None, reason: str, template: str = "") -> SendFailure:
    """The failure in a later status "failed"; ``template`` if the message was sent as one."""
    said = _tagged(code, reason)
    known = None if code is None else _known(code, said, template)
    return known or Rejected(f"pesan tidak tersampaikan ({said})")


def _known(code: int, reason: str, template: str) -> SendFailure | None:
    if 132000 <= code < 133000:
        return TemplateRefused(template, f"templat tidak bisa dipakai ({reason})")
    meaning = MEANINGS.get(code)
    return meaning(reason) if meaning else None


def _of_the_family(status: int, reason: str) -> SendFailure:
    if status in (401, 403):
        return _token(reason)
    if status == 404:
        return _not_there(reason)
    if status in (408, 429):
        return _busy(reason)
    if status == 504:
        return Uncertain("server WhatsApp tidak menjawab sampai selesai (504)")
    if status >= 500:
        return _again(reason)
    if 300 <= status < 400:
        return Unreachable(f"alamat API dialihkan ({status}); bukan Meta yang menjawab", everyone=True)
    if status < 300:
        return Uncertain("jawaban WhatsApp tidak terbaca")
    return _ours(reason)


def _reason(error: Mapping[str, Any]) -> str:
    """The code with Meta's text in one line; stored with the message and read by people."""
    said = mapping(error.get("error_data")).get("details") or error.get("message")
    return _tagged(whole(error.get("code")), text(said, 160))


def _tagged(code: int | None, said: str) -> str:
    return " ".join(f"{'' if code is None else code} {said}".split())[:160]
