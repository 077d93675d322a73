"""Telegram as a channel: ``read`` updates, ``send`` messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.telegram import read as reading
from bot.telegram.render import Call, calls, unformatted, without_buttons
from bot.telegram.wire import Gone, Moved, TokenRefused, Unchanged, Unparsable, Upload, Wire, mapping
from flow.message import Attachment, Delivery, File, Incoming, Message, Rejected, SendFailure, Unreachable

log = structlog.get_logger()


class Telegram:
    """One bot. ``media`` is the folder of attachments; ``clock`` gives the time of taps, which carry none."""

    name = "telegram"

    def __init__(self, wire: Wire, media: Path, clock: Callable[[], datetime]) -> None:
        self._wire = wire
        self._media = media.resolve()
        self._clock = clock
        self._begun: dict[str, int] = {}

    def read(self, raw: Mapping[str, Any], received_at: datetime | None = None) -> Incoming | None:
        """The update as one ``Incoming``. Give ``received_at`` where it is known, so that a replay reads the same."""
        return reading.read(raw, received_at or self._clock())

    async def acknowledge(self, raw: Mapping[str, Any]) -> None:
        """Answer the callback query, so that the tapped button stops spinning. Ignored if too late or not a tap."""
        query = mapping(raw.get("callback_query")).get("id")
        if isinstance(query, str):
            await self._quietly(Call("answerCallbackQuery", {"callback_query_id": query}, harmless=True))

    async def send(self, address: str, message: Message, key: str) -> Delivery:
        """Send the message; ``provider_id`` is that of the part with the buttons.

        A message in several parts that failed after the first continues where it stopped when it is sent again under
        the same ``key``, as long as this process runs.
        """
        provider_id, notes = "", list[str]()
        begun = self._begun.pop(key, 0)
        for number, call in enumerate(calls(address, message)):
            if number < begun:
                continue
            if call.harmless:
                await self._quietly(call)
                continue
            try:
                answer = await self._say(call, notes)
            except Unreachable:
                if number:
                    self._begun[key] = number
                raise
            except TokenRefused as refusal:
                # Not this message's fault: every message waits until somebody corrects the token.
                log.error("telegram.token_refused", method=call.method)
                raise Unreachable(str(refusal), everyone=True) from None
            provider_id = str(mapping(answer).get("message_id", provider_id))
        return Delivery(provider_id, "; ".join(notes))

    async def fetch(self, file: File) -> bytes:
        """A file a person sent. Raises Rejected for one that is gone or too large, Unreachable to try again."""
        return await self._wire.download(file.reference)

    async def _say(self, call: Call, notes: list[str]) -> Any:
        try:
            return await self._wire.call(call.method, call.payload, await self._upload(call))
        except Unchanged:
            return call.payload
        except (Unparsable, Gone, Moved) as failure:
            instead, note = mended(call, failure)
            if not instead:
                raise
        log.warning("telegram.mended", method=call.method, how=note)
        notes.append(note)
        answer = await self._say(instead, notes)
        if call.method != instead.method:  # a message that could not be redrawn may still show its old buttons
            await self._quietly(without_buttons(call.payload["chat_id"], call.payload["message_id"]))
        return answer

    async def _quietly(self, call: Call) -> None:
        try:
            await self._wire.call(call.method, call.payload)
        except Gone:
            if call.method == "editMessageText":  # a picture has no text to change, but it has buttons
                await self._quietly(without_buttons(call.payload["chat_id"], call.payload["message_id"]))
        except Unchanged:
            pass
        except SendFailure as failure:
            log.info("telegram.tidying_failed", method=call.method, failure=type(failure).__name__)

    async def _upload(self, call: Call) -> Upload | None:
        if not (file := call.file):
            return None
        field = "photo" if call.method == "sendPhoto" else "document"
        return Upload(field, file.name, await asyncio.to_thread(self._content, file))

    def _content(self, file: Attachment) -> bytes:
        path = (self._media / file.path).resolve()
        if not path.is_relative_to(self._media) or not path.is_file():
            raise Rejected("berkas lampiran tidak ada")
        return path.read_bytes()


def mended(call: Call, failure: SendFailure) -> tuple[Call | None, str]:
    """The call to try instead of a refused one, and a note about the change; None if nothing is left to try."""
    match failure:
        case Unparsable() if "parse_mode" in call.payload:
            return unformatted(call), "tanpa huruf tebal"
        case Gone() if call.method == "editMessageText":
            payload = {name: value for name, value in call.payload.items() if name != "message_id"}
            return Call("sendMessage", payload), "dikirim sebagai pesan baru"
        case Moved() if failure.to != call.payload["chat_id"]:
            return Call(call.method, {**call.payload, "chat_id": failure.to}, call.file), str(failure)
        case _:
            return None, ""
