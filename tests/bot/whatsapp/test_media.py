"""Files: left with Meta once, fetched with care, and cleaned of what a camera writes into them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.whatsapp.client import Client
from bot.whatsapp.media import MEGABYTE, SHEET, Media, cleaned, mime_of
from bot.whatsapp.wire import Upload
from flow.message import Rejected, Unreachable
from tests.bot.whatsapp.conftest import Clock
from tests.bot.whatsapp.graph import Graph

CHART = Upload("Grafik Aisyah.png", "image/png", b"\x89PNG\r\n\x1a\n a chart")
KENDARI = {1: "S", 2: (3.0, 59.0, 54.6), 3: "E", 4: (122.0, 30.0, 45.7)}


class Shelf:
    """A store that outlives a process."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, datetime]] = {}

    async def find(self, name: str) -> tuple[str, datetime] | None:
        return self.held.get(name)

    async def keep(self, name: str, media_id: str, at: datetime) -> None:
        self.held[name] = (media_id, at)


@pytest.fixture
def media(client: Client, clock: Clock) -> Media:
    return Media(client, clock)


# --- what we send ---


async def test_the_same_file_is_left_with_meta_once(graph: Graph, media: Media) -> None:
    first = await media.left(CHART)
    renamed = Upload("lain.png", "image/png", CHART.content)
    assert await media.left(renamed) == first
    other = await media.left(Upload("b.png", "image/png", CHART.content + b"2"))
    assert other != first
    assert len(graph.uploads) == 2


async def test_many_who_need_it_at_once_share_one_upload(graph: Graph, media: Media) -> None:
    ids = await asyncio.gather(*(media.left(CHART) for _ in range(25)))
    assert len(set(ids)) == len(graph.uploads) == 1


async def test_after_25_days_it_is_left_again(graph: Graph, media: Media, clock: Clock) -> None:
    first = await media.left(CHART)
    clock.forward(days=24, hours=23)
    assert await media.left(CHART) == first
    clock.forward(hours=1)
    assert await media.left(CHART) != first


async def test_a_restart_forgets_nothing_that_a_store_remembers(graph: Graph, client: Client, clock: Clock) -> None:
    shelf = Shelf()
    first = await Media(client, clock, shelf, graph.number).left(CHART)
    assert await Media(client, clock, shelf, graph.number).left(CHART) == first
    assert [len(name) <= 100 for name in shelf.held] == [True]
    clock.forward(days=25)
    assert await Media(client, clock, shelf, graph.number).left(CHART) != first


async def test_another_number_has_files_of_its_own(graph: Graph, client: Client, clock: Clock) -> None:
    shelf = Shelf()
    first = await Media(client, clock, shelf, "1").left(CHART)
    assert await Media(client, clock, shelf, "2").left(CHART) != first


async def test_an_upload_that_failed_is_not_remembered(graph: Graph, media: Media) -> None:
    graph.refuse("media", 131053, "Media upload error")
    with pytest.raises(Unreachable):
        await media.left(CHART)
    assert (await media.left(CHART)).isdigit()


@pytest.mark.parametrize(
    "file",
    [Upload("a.png", "image/png", bytes(5 * MEGABYTE + 1)), Upload("a.png", "image/png", b"")],
    ids=["too large", "empty"],
)
async def test_what_meta_would_refuse_is_not_sent(graph: Graph, media: Media, file: Upload) -> None:
    with pytest.raises(Rejected):
        await media.left(file)
    assert graph.requests == []


def test_a_name_promises_a_kind() -> None:
    assert [mime_of(name) for name in ("a.png", "b.JPG", "c.pdf", "d")] == [
        "image/png",
        "image/jpeg",
        "application/pdf",
        "application/octet-stream",
    ]
    assert mime_of("rekap.xlsx") == SHEET


# --- what we are sent ---


def photo(mime: str = "image/jpeg", size: tuple[int, int] = (40, 20), turned: int = 1) -> bytes:
    """A picture with all that a phone notes in it; red on the left."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Telepon Bu Sari", turned
    exif.get_ifd(0x8825).update(KENDARI)
    out = BytesIO()
    if mime == "image/png":
        notes = PngInfo()
        notes.add_text("Comment", "rumah Bu Sari")
        notes.add_itxt("XML:com.adobe.xmp", "<x>rumah Bu Sari</x>")
        picture.save(out, "PNG", exif=exif, pnginfo=notes)
    else:
        picture.save(out, "JPEG", exif=exif, comment=b"rumah Bu Sari", xmp=b"<x>rumah Bu Sari</x>", quality=95)
    return out.getvalue()


@pytest.mark.parametrize("mime", ["image/jpeg", "image/png"])
def test_a_cleaned_picture_tells_neither_place_nor_device(mime: str) -> None:
    before = photo(mime)
    assert b"Bu Sari" in before
    assert Image.open(BytesIO(before)).getexif().get_ifd(0x8825)
    after = cleaned(before, mime)
    assert b"Sari" not in after
    picture = Image.open(BytesIO(after))
    assert (picture.size, f"image/{(picture.format or '').lower()}") == ((40, 20), mime)
    assert not dict(picture.getexif())
    assert not picture.info.keys() & {"exif", "xmp", "comment", "XML:com.adobe.xmp", "Comment", "icc_profile"}


def test_a_picture_taken_sideways_is_turned_upright_before_its_note_goes() -> None:
    picture = Image.open(BytesIO(cleaned(photo(turned=6), "image/jpeg"))).convert("RGB")
    assert picture.size == (20, 40)
    red, _, blue = picture.getpixel((10, 4))  # pyright: ignore
    assert red > 200 > 50 > blue


def test_what_is_seen_through_stays_so() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "PNG")
    assert Image.open(BytesIO(cleaned(out.getvalue(), "image/png"))).getpixel((0, 0)) == (255, 0, 0, 0)


def test_the_two_pictures_in_one_of_some_phones_become_one() -> None:
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (2, 2))])
    picture = Image.open(BytesIO(cleaned(out.getvalue(), "image/jpeg")))
    assert (picture.format, picture.size) == ("JPEG", (4, 4))


def test_other_kinds_stay_as_they_are() -> None:
    assert cleaned(b"%PDF-1.7", "application/pdf") == b"%PDF-1.7"


BROKEN = [b"", b"\xff\xd8\xff", photo()[:300], b"GIF89a" + bytes(50), b"<svg/>", b"\x89PNG\r\n\x1a\n" + bytes(80)]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_picture_is_not_taken_for_one(content: bytes) -> None:
    with pytest.raises(Rejected, match="tidak bisa dibaca"):
        cleaned(content, "image/jpeg")


def test_a_small_file_that_unpacks_into_a_huge_picture_is_not_unpacked() -> None:
    out = BytesIO()
    Image.new("1", (8000, 6000)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Rejected, match="terlalu besar"):
        cleaned(out.getvalue(), "image/png")


async def test_a_photo_someone_sent_is_fetched_and_cleaned(graph: Graph, media: Media) -> None:
    mime, content = await media.fetched(graph.add_file(photo(), "image/jpeg; x=1"))
    assert (mime, content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert b"Sari" not in content


@pytest.mark.parametrize(
    ("content", "mime", "why"),
    [
        (b"<html>", "text/html", "jenis"),
        (b"RIFF", "image/webp", "jenis"),
        (b"MZ\x90", "image/jpeg", "bukan jenis"),
        (b"PK\x03\x04", "application/pdf", "bukan jenis"),
        (b"\xff\xd8\xff" + bytes(5 * MEGABYTE), "image/jpeg", "5 MB"),
    ],
)
async def test_only_what_it_says_it_is_and_not_too_much_of_it(
    graph: Graph, media: Media, content: bytes, mime: str, why: str
) -> None:
    with pytest.raises(Rejected, match=why):
        await media.fetched(graph.add_file(content, mime))


async def test_a_size_that_was_understated_helps_nobody(graph: Graph, media: Media) -> None:
    media_id = graph.add_file(b"\xff\xd8\xff" + bytes(5 * MEGABYTE))
    said = f'{{"url": "{graph.url}/files/f1", "mime_type": "image/jpeg", "file_size": 10, "id": "{media_id}"}}'
    graph.accept(media_id)
    graph.garble(media_id, said)
    with pytest.raises(Rejected, match="5 MB"):
        await media.fetched(media_id)
    with pytest.raises(Rejected):
        await media.fetched(media_id)


@pytest.mark.parametrize("answer", ["{}", '{"mime_type": [], "url": 5}', '{"mime_type": "image/jpeg"}'])
async def test_an_answer_that_makes_no_sense_gives_no_file(graph: Graph, media: Media, answer: str) -> None:
    media_id = graph.add_file(photo())
    graph.garble(media_id, answer)
    with pytest.raises(Rejected):
        await media.fetched(media_id)
