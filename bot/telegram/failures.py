"""Failures for refusals by the Bot API, named by what to do about them.

Telegram's error numbers and texts may change. So each is matched by aiogram's exception (which stands for the
number) and part of the text; an unknown one is treated like others of its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.telegram.wire import Gone, Moved, TokenRefused, Unchanged, Unparsable, mapping
from flow.message import Refused, Rejected, SendFailure, Uncertain, Unreachable

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


def refusal(status: int, answer: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The error number and the body of a refusal in the shape aiogram expects, whatever the server sent.

    The number in the answer counts more than ``status``, that of HTTP. Parts of another type are left out: aiogram
    would fail on them, and the number would be lost.
    """
    code, parameters = answer.get("error_code"), mapping(answer.get("parameters"))
    code = code if isinstance(code, int) else status
    wanted = {429: "retry_after", 400: "migrate_to_chat_id"}.get(code, "")
    number = parameters.get(wanted)
    known = {wanted: int(number)} if isinstance(number, int | float) else {}
    return code, {"ok": False, "description": str(answer.get("description") or ""), "parameters": known}


def failure(error: AiogramError, code: int, everyone: bool) -> SendFailure:
    """The failure that aiogram's ``error`` with this error number stands for.

    ``everyone`` says that the call was not about one chat: being told to slow down then holds up all of them.
    """
    text = error.message if isinstance(error, TelegramAPIError) else ""
    match error:
        case TelegramRetryAfter():
            return Unreachable("Telegram minta jeda", retry_after=float(error.retry_after), everyone=everyone)
        case TelegramMigrateToChat():
            return Moved(str(error.migrate_to_chat_id))
        case TelegramConflictError():
            return Unreachable(f"bot ini sedang dibaca lewat jalan lain: {text}", everyone=True)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return TokenRefused(f"token bot tidak diterima Telegram ({code} {text})".strip())
        case TelegramServerError() if code == 504:
            return Uncertain("server Telegram tidak menjawab sampai selesai (504)")
        case TelegramServerError():
            # Not for everyone: the server also answers 500 about a single message.
            return Unreachable(f"server Telegram sedang terganggu ({code})")
        case ClientDecodeError():
            return Uncertain("jawaban Telegram tidak terbaca")
        case _ if code == 429:
            return Unreachable("Telegram minta jeda", everyone=everyone)
        case _ if 300 <= code < 400:
            return Unreachable(f"alamat API dialihkan ({code}); bukan Telegram yang menjawab", everyone=True)
        case _ if code < 300:
            return Uncertain("jawaban Telegram tidak terbaca")
        case _:
            return _of_the_request(code, text, isinstance(error, TelegramForbiddenError))


def no_file(status: int) -> SendFailure:
    """The failure for this HTTP status of a file download; fetching again later does no harm."""
    if status == 404:
        return Rejected("berkas sudah tidak ada di Telegram")
    if status == 401:
        return TokenRefused("token bot tidak diterima Telegram (401)")
    if 400 <= status < 500 and status != 429:
        return Rejected(f"berkas ditolak Telegram ({status})")
    return Unreachable(f"berkas belum bisa diambil dari Telegram ({status})", everyone=status == 429 or status < 400)


def _of_the_request(code: int, text: str, forbidden: bool) -> SendFailure:
    """The failure for 400, 403 and similar: about this message or this chat."""
    lower = text.lower()
    for part, reason in REFUSALS:
        if part in lower:
            return Refused(reason)
    if forbidden:
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
