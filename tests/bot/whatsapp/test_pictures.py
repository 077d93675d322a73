"""Pictures people send: fetched only where the city allows it, cleaned, under a random name, and deleted in time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from bot import city_folder
from bot.settings import Settings
from bot.whatsapp.channel import WhatsApp
from bot.whatsapp.client import Client
from bot.whatsapp.files import Pictures, Uploads
from content import programme
from db import files
from db.engine import Sessions
from db.files import ReceivedFile, Upload
from db.people import Address
from flow.message import Attachment, File, Incoming, Message
from scheduler import upkeep
from scheduler.looks import finish
from tests import people
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.conftest import Clock
from tests.bot.whatsapp.graph import Graph
from tests.bot.whatsapp.posts import SARI
from tests.bot.whatsapp.service import dated, free_port, now, running, settings
from tests.waiting import eventually

PLACE = {1: "S", 2: (3.0, 59.0, 54.6), 3: "E", 4: (122.0, 30.0, 45.7)}  # as a camera notes it


def photo() -> bytes:
    """A picture whose camera wrote down where it was taken."""
    picture, out = Image.new("RGB", (40, 30), "green"), BytesIO()
    notes = picture.getexif()
    notes[0x8825] = PLACE
    picture.save(out, "JPEG", exif=notes)
    return out.getvalue()


def bu_sari_has_joined(sessions: Sessions) -> None:
    with sessions.begin() as session:
        who = people.person(session, "Sari", "family", reachable=False)
        heard = {"first_heard_at": people.NOW, "last_heard_at": now(), "linked_at": people.NOW}
        session.add(Address(channel="whatsapp", address=SARI, person_id=who.id, **heard))


def from_sari(sent: File) -> Incoming:
    return Incoming("whatsapp", SARI, "w1", people.NOW, photo=sent)


def received(sessions: Sessions) -> list[ReceivedFile]:
    with sessions() as session:
        return list(session.scalars(select(ReceivedFile)))


def joins(sessions: Sessions) -> None:
    """Bu Sari has joined from her number."""
    with sessions.begin() as session:
        sari = people.carer(session, people.family(session), reachable=False).person
        people.address(session, sari, "whatsapp", now()).address = SARI


def sent_by_sari(media_id: str, mime: str = "image/jpeg; x=1") -> Incoming:
    return Incoming("whatsapp", SARI, f"wamid.{media_id}", now(), photo=File(media_id, mime))


# --- in the whole service -----------------------------------------------------------------


@pytest.fixture
async def meta() -> AsyncIterator[Graph]:
    async with Graph(now) as server:
        yield server


@pytest.fixture
def set_up(meta: Graph, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return settings(meta, database_url, free_port())


def allow_photos() -> None:
    said = programme.FILE.read_text(encoding="utf-8")
    assert "allowed = false" in said
    Path("programme.toml").write_text(said.replace("allowed = false", "allowed = true"), encoding="utf-8")


async def test_a_photo_is_fetched_cleaned_and_put_away_by_night_after_thirty_days(
    meta: Graph, set_up: Settings, make_session: Sessions
) -> None:
    allow_photos()
    bu_sari_has_joined(make_session)
    media_id = meta.add_file(photo())
    async with running(set_up):
        await meta.says(dated(posts.image(media_id)), twice=True)
        await eventually(lambda: received(make_session))
        await eventually(lambda: meta.sent(SARI))
    [row] = received(make_session)
    [file] = set_up.files.iterdir()
    assert (file.name, row.reference, row.mime) == (row.file, media_id, "image/jpeg")
    assert media_id not in row.file
    with Image.open(file) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 30), {})

    city = city_folder.city(set_up)
    for days, left in ((29, 1), (31, 0)):
        with make_session() as session:
            finish(upkeep.tick, session, now() + timedelta(days=days), city)
        assert len(received(make_session)) == len(list(set_up.files.iterdir())) == left


async def test_where_the_city_does_not_allow_photos_none_is_fetched(
    meta: Graph, set_up: Settings, make_session: Sessions
) -> None:
    joins(make_session)
    media_id = meta.add_file(photo())
    async with running(set_up):
        await meta.says(dated(posts.image(media_id)))
        await eventually(lambda: meta.sent(SARI))
    assert not meta.asked(media_id)
    assert received(make_session) == list(set_up.files.iterdir()) == []


# --- each by itself -----------------------------------------------------------------------


@pytest.fixture
def whatsapp(client: Client, clock: Clock, tmp_path: Path) -> WhatsApp:
    return WhatsApp(client, tmp_path, clock, number=posts.NUMBER)


@pytest.fixture
def pictures(whatsapp: WhatsApp, make_session: Sessions, tmp_path: Path) -> Pictures:
    return Pictures(whatsapp, make_session, tmp_path / "files")


async def test_a_picture_is_fetched_once(
    graph: Graph, pictures: Pictures, make_session: Sessions, clock: Clock
) -> None:
    sent = File(graph.add_file(photo()), "image/jpeg; x=1")
    await pictures.fetch(from_sari(sent), clock())
    assert received(make_session) == []  # a stranger's
    bu_sari_has_joined(make_session)
    await pictures.fetch(from_sari(sent), clock())
    await pictures.fetch(from_sari(sent), clock())
    assert len(graph.asked(sent.reference)) == len(received(make_session)) == 1
    assert received(make_session)[0].file.endswith(".jpg")


async def test_of_somebody_who_has_not_joined_none_is_taken(
    graph: Graph, pictures: Pictures, make_session: Sessions, clock: Clock
) -> None:
    media_id = graph.add_file(photo())
    await pictures.fetch(sent_by_sari(media_id), clock())
    assert not graph.asked(media_id)
    assert received(make_session) == []


async def test_one_that_cannot_be_had_is_let_be(
    graph: Graph, pictures: Pictures, make_session: Sessions, clock: Clock, tmp_path: Path
) -> None:
    bu_sari_has_joined(make_session)
    await pictures.fetch(from_sari(File(graph.add_file(b"GIF89a", "image/gif"), "image/gif")), clock())
    await pictures.fetch(from_sari(File("404", "image/jpeg")), clock())
    assert received(make_session) == []
    assert not (tmp_path / "files").exists()


async def test_a_chart_for_a_whole_city_is_left_with_meta_once_whoever_sends_it(
    graph: Graph, client: Client, clock: Clock, make_session: Sessions, tmp_path: Path
) -> None:
    (tmp_path / "chart.jpg").write_bytes(photo())
    message = Message("Grafik", attachment=Attachment("picture", "chart.jpg", "Grafik.jpg"))
    for number in range(3):  # three processes, one after the other
        sender = WhatsApp(client, tmp_path, clock, Uploads(make_session), posts.NUMBER)
        graph.opens_window(SARI)
        await sender.send(SARI, message, f"chart:{number}")
    assert len(graph.uploads) == 1
    clock.forward(days=26)  # Meta keeps it for 30 days; nothing is named that may be gone
    graph.opens_window(SARI)
    await WhatsApp(client, tmp_path, clock, Uploads(make_session), posts.NUMBER).send(SARI, message, "chart:4")
    assert len(graph.uploads) == 2
    with make_session() as session:
        assert [row.kept_at for row in session.scalars(select(Upload))] == [clock()]


def test_files_are_forgotten_after_their_time_and_at_once_when_asked(make_session: Sessions, clock: Clock) -> None:
    with make_session.begin() as session:
        files.keep_upload(session, "old", "1", clock() - timedelta(days=31))
        files.keep_upload(session, "new", "2", clock())
        for reference, days in (("old", 31), ("theirs", 2), ("others", 2)):
            at = clock() - timedelta(days=days)
            file = f"{reference}.jpg"
            session.add(ReceivedFile(channel="whatsapp", reference=reference, file=file, mime="", received_at=at))
        session.flush()
        files.forget(session, clock() - timedelta(days=30))
        assert files.forget_received(session, {"theirs", "of-telegram"}) == ["theirs.jpg"]
        assert files.forget_received(session, set()) == []
    assert [row.reference for row in received(make_session)] == ["others"]
    with make_session() as session:
        assert files.upload(session, "old") is None
        assert files.upload(session, "new") is not None
