"""WhatsApp as a channel: ``read`` webhook items, ``send`` messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.whatsapp import read as reading
from bot.whatsapp import render
from bot.whatsapp.media import PICTURES, Media, Store, mime_of
from bot.whatsapp.raw import CHANNEL, first, mapping, text
from bot.whatsapp.wire import Operator, PairLimit, Upload, Wire
from flow.message import Attachment, Delivery, File, Incoming, Message, Rejected, SendFailure, Uncertain, Unreachable

log = structlog.get_logger()

LONGEST = 6  # 4 to the power of this: a good hour
HELD = "Meta menahannya sampai mutu templatnya diperiksa"


class WhatsApp:
    """One number of ours. ``media`` is the folder of attachments; ``store`` keeps media ids of uploads, see ``Media``.

    ``number`` is the number's id at Meta. ``clock`` is for the age of uploads.
    """

    name = CHANNEL

    def __init__(
        self, wire: Wire, media: Path, clock: Callable[[], datetime], store: Store | None = None, number: str = ""
    ) -> None:
        self._wire = wire
        self._folder = media.resolve()
        self._clock = clock
        self._media = Media(wire, clock, store, number)
        self._begun: dict[str, int] = {}
        self._crowded: dict[str, int] = {}

    def read(self, raw: Mapping[str, Any], received_at: datetime | None = None) -> Incoming | None:
        """The item as one ``Incoming``. Give ``received_at`` where it is known, so that a replay reads the same."""
        return reading.read(raw, received_at or self._clock())

    async def acknowledge(self, raw: Mapping[str, Any]) -> None:
        """Show the sender two blue ticks and "typing...". Failures and other kinds of items are ignored."""
        wamid = text(mapping(raw.get("message")).get("id"), 300)
        incoming = self.read(raw)
        if not wamid or incoming is None or incoming.reachable is not None:
            return
        seen = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        try:
            await self._wire.post({**seen, "typing_indicator": {"type": "text"}})
        except SendFailure as failure:
            log.info("whatsapp.not_acknowledged", failure=type(failure).__name__)

    async def send(self, address: str, message: Message, key: str) -> Delivery:
        """Send the message; ``provider_id`` is that of the part with the buttons. Accepted is not yet delivered.

        A message in several parts that failed after the first continues where it stopped when it is sent again under
        the same ``key``, as long as this process runs.
        """
        provider_id, note = "", ""
        payloads = await self._payloads(address, message, key)
        begun = self._begun.pop(key, 0)
        for number, payload in enumerate(payloads):
            if number < begun:
                continue
            try:
                taken = first(mapping(await self._wire.post(payload)).get("messages"))
            except Unreachable as failure:
                if number:
                    self._begun[key] = number
                self._look_at(failure, address)
                raise
            provider_id = text(taken.get("id"), 300)
            if not provider_id:
                raise Uncertain("jawaban WhatsApp tanpa nomor pesan")
            note = HELD if taken.get("message_status") == "held_for_quality_assessment" else note
        self._crowded.pop(address, None)
        await self._add_card(address, message)
        return Delivery(provider_id, note)

    async def _add_card(self, address: str, message: Message) -> None:
        """Send the contact card after the message, which has gone out: a failure is only logged."""
        if (card := render.card(address, message)) is None:
            return
        try:
            await self._wire.post(card)
        except SendFailure as failure:
            log.info("whatsapp.no_card", failure=type(failure).__name__)

    async def fetch(self, file: File) -> bytes:
        """A file a person sent, cleaned. Raises Rejected for one we do not accept, Unreachable to try again."""
        return (await self._media.fetched(file.reference))[1]

    async def _payloads(self, address: str, message: Message, key: str) -> list[dict[str, Any]]:
        if message.template:
            return [render.template(address, message, key)]
        render.recipient(address)  # raises for a wrong address before a file is uploaded
        if not (attachment := message.attachment):
            return render.payloads(address, message, key)
        upload = await asyncio.to_thread(self._upload, attachment)
        try:
            media_id = await self._media.left(upload)
        except Operator as failure:
            self._look_at(failure, address)
            raise
        return render.payloads(address, message, key, media_id)

    def _look_at(self, failure: Unreachable, address: str) -> None:
        match failure:
            case Operator():
                # Not this message's fault: every message waits until somebody corrects it.
                log.error("whatsapp.operator_needed", failure=type(failure).__name__, reason=str(failure))
            case PairLimit():
                times = self._crowded[address] = min(self._crowded.get(address, 0) + 1, LONGEST)
                failure.retry_after = 4.0**times
            case _:
                pass

    def _upload(self, file: Attachment) -> Upload:
        path = (self._folder / file.path).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise Rejected("berkas lampiran tidak ada")
        mime = mime_of(path.name)
        if file.kind == "picture" and mime not in PICTURES:
            raise Rejected(f"gambar harus JPEG atau PNG, bukan {mime}")
        return Upload(file.name, mime, path.read_bytes())
