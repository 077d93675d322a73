"""Files: ours are uploaded once and sent by media id; those of people are fetched and cleaned."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Protocol

from PIL import Image, ImageOps

from bot.whatsapp.raw import text, whole
from bot.whatsapp.wire import Upload, Wire
from flow.message import Rejected

MEGABYTE = 1024 * 1024
VALID = timedelta(days=25)  # Meta keeps a file for 30 days
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}
PICTURE_LIMIT, DOCUMENT_LIMIT = 5 * MEGABYTE, 100 * MEGABYTE  # bytes that Meta takes
MOST_PIXELS = 40_000_000  # a small file can unpack into more memory than there is
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLE = b"\xd0\xcf\x11\xe0"  # a workbook with a password: whoever reads it says so
# What is accepted from people, by the first bytes it must have, and how large it may be.
ACCEPTED: Mapping[str, tuple[bytes | tuple[bytes, ...], int]] = {
    "image/jpeg": (b"\xff\xd8\xff", PICTURE_LIMIT),
    "image/png": (b"\x89PNG\r\n\x1a\n", PICTURE_LIMIT),
    "application/pdf": (b"%PDF-", 20 * MEGABYTE),
    SHEET: ((b"PK\x03\x04", OLE), 20 * MEGABYTE),
}


class Store(Protocol):
    """Stores media ids of uploads, by a name of at most 100 characters."""

    async def find(self, name: str) -> tuple[str, datetime] | None:
        """The media id and when the file was uploaded."""
        ...

    async def keep(self, name: str, media_id: str, at: datetime) -> None: ...


class Media:
    """Files of one number. ``number`` is part of their names, because a media id is valid for one number only."""

    def __init__(self, wire: Wire, clock: Callable[[], datetime], store: Store | None = None, number: str = "") -> None:
        self._wire, self._clock, self._store, self._number = wire, clock, store, number
        self._known: dict[str, tuple[str, datetime]] = {}
        self._coming: dict[str, asyncio.Task[str]] = {}

    async def left(self, file: Upload) -> str:
        """The media id of a file, uploaded unless Meta still has it; simultaneous calls share one upload.

        Raises what ``Wire`` does, and Rejected for a file that Meta would not accept.
        """
        check(file)
        name = f"{self._number}:{sha256(file.content).hexdigest()}"
        if known := await self._remembered(name):
            return known
        if (task := self._coming.get(name)) is None:
            task = self._coming[name] = asyncio.create_task(self._upload(name, file))
            task.add_done_callback(lambda _: self._coming.pop(name, None))
        return await asyncio.shield(task)

    async def fetched(self, media_id: str) -> tuple[str, bytes]:
        """MIME type and bytes of a file a person sent, checked and cleaned.

        Raises Rejected for one that is too large, of another kind than it says, or gone; else what ``Wire`` does.
        """
        said = await self._wire.media(media_id)
        mime = text(said.get("mime_type"), 100).partition(";")[0].strip().lower()
        if mime not in ACCEPTED:
            raise Rejected(f"jenis berkas tidak diterima ({mime or 'tidak diketahui'})")
        begins, limit = ACCEPTED[mime]
        if (whole(said.get("file_size")) or 0) > limit:
            raise Rejected(f"berkas lebih besar dari {limit // MEGABYTE} MB")
        # The url is valid for five minutes, so it is used at once and never stored.
        content = await self._wire.download(text(said.get("url"), 4000), limit)
        if not content.startswith(begins):
            raise Rejected("isi berkas bukan jenis yang disebut")
        return mime, await asyncio.to_thread(cleaned, content, mime)

    async def _remembered(self, name: str) -> str | None:
        found = self._known.get(name) or (await self._store.find(name) if self._store else None)
        if found is None or found[1] <= self._clock() - VALID:
            return None
        self._known[name] = found
        return found[0]

    async def _upload(self, name: str, file: Upload) -> str:
        at = self._clock()
        media_id = await self._wire.upload(file)
        self._known = {old: kept for old, kept in self._known.items() if kept[1] > at - VALID}
        self._known[name] = (media_id, at)
        if self._store:
            await self._store.keep(name, media_id, at)
        return media_id


def mime_of(name: str) -> str:
    """The MIME type by a file's name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def check(file: Upload) -> None:
    """Raise Rejected for a file that Meta would refuse: an empty one, or one too large for its kind."""
    limit = PICTURE_LIMIT if file.mime in PICTURES else DOCUMENT_LIMIT
    if not file.content or len(file.content) > limit:
        raise Rejected(f"berkas {file.mime} kosong atau lebih besar dari {limit // MEGABYTE} MB")


def cleaned(content: bytes, mime: str) -> bytes:
    """A picture without its metadata (place, time, device). Other kinds stay as they are.

    It is turned upright first, because the orientation is metadata too. Raises Rejected for bytes that are no picture
    of this kind, or one of more than 40 million pixels.
    """
    if mime not in PICTURES:
        return content
    try:
        with Image.open(BytesIO(content), formats=tuple(PICTURES.values())) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Rejected("gambar terlalu besar")
            picture = ImageOps.exif_transpose(opened)
            shade = "RGBA" if mime == "image/png" and picture.has_transparency_data else "RGB"
            bare = Image.new(shade, picture.size)  # a new image, because a copy would keep comments and profiles
            bare.paste(picture.convert(shade))
    except Rejected:
        raise
    except Exception:  # a broken picture can make Pillow raise anything
        raise Rejected("gambar tidak bisa dibaca") from None
    out = BytesIO()
    bare.save(out, PICTURES[mime], **({"quality": 90} if mime == "image/jpeg" else {}))
    return out.getvalue()
