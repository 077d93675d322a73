"""The phones with WhatsApp on the page: what Meta takes, what it refuses, and what it tells later."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.whatsapp.channel import WhatsApp
from bot.whatsapp.media import SHEET
from bot.whatsapp.webhook import split
from content import notices
from demo.phones import Owner
from demo.screens import Screens
from demo.whatsapp_phones import NUMBER, WhatsAppPhones
from flow.message import (
    Attachment,
    Contact,
    DeliveryNews,
    Incoming,
    Message,
    Option,
    Place,
    Rejected,
    TemplateRefused,
    WindowClosed,
)
from tests.people import NOW

SARI = Owner(6281255500005, "Sari Mondea", "+6281255500005")
ANWAR = Owner(6281255500003, "Anwar Lakebo", "+6281255500003")
TO_SARI = f"+{SARI.chat}"
LESSON = Message("Besok hari timbang.", (Option("home", "Menu"),), notice=("Bu Sari", "Besok hari timbang."))


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def screens() -> Screens:
    return Screens()


@pytest.fixture
def phones(screens: Screens, clock: Hands) -> WhatsAppPhones:
    return WhatsAppPhones(screens, clock, notices.shipped(), "Kota Kendari")


@pytest.fixture
def whatsapp(phones: WhatsAppPhones, clock: Hands, tmp_path: Path) -> WhatsApp:
    Image.new("RGB", (40, 30), "orange").save(tmp_path / "kartu.png")
    return WhatsApp(phones, tmp_path, clock, number=NUMBER)


def shown(screens: Screens, owner: Owner = SARI) -> list[str]:
    return ["".join(piece for piece, _ in bubble.text) for bubble in screens.chat(owner.chat).bubbles]


def read(whatsapp: WhatsApp, posted: dict[str, Any] | None, clock: Hands) -> Incoming:
    """What a person did, through the same door as what Meta posts."""
    assert posted
    (item,) = split(posted, NUMBER)
    incoming = whatsapp.read(item, clock())
    assert incoming
    return incoming


def told(whatsapp: WhatsApp, phones: WhatsAppPhones, clock: Hands) -> list[DeliveryNews]:
    items = [item for posted in phones.news() for item in split(posted, NUMBER)]
    incoming = [whatsapp.read(item, clock()) for item in items]
    return [one.delivery for one in incoming if one and one.delivery]


# --- the window -------------------------------------------------------------------------


async def test_who_has_not_written_is_sent_nothing_freely_and_we_hear_of_it_later(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp, clock: Hands
) -> None:
    taken = await whatsapp.send(TO_SARI, LESSON, "lesson:5:timbang:1")
    (news,) = told(whatsapp, phones, clock)

    assert taken.provider_id == news.provider_id
    assert (news.state, news.code, news.key) == ("failed", 131047, "lesson:5:timbang:1")
    assert isinstance(news.failure, WindowClosed)
    assert shown(screens) == []
    assert "131047" in screens.chat(SARI.chat).calls[-1]["refused"]


async def test_for_a_day_after_she_wrote_everything_arrives_and_not_a_minute_longer(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp, clock: Hands
) -> None:
    phones.text(SARI, "Halo")
    assert screens.chat(SARI.chat).snapshot()["window"] == (NOW + timedelta(days=1)).isoformat()

    clock.now = NOW + timedelta(hours=23, minutes=59)
    await whatsapp.send(TO_SARI, LESSON, "1")
    clock.now = NOW + timedelta(hours=24)
    await whatsapp.send(TO_SARI, LESSON, "2")

    assert [(one.key, one.state) for one in told(whatsapp, phones, clock)] == [("1", "delivered"), ("2", "failed")]
    assert shown(screens) == ["Halo", "Besok hari timbang."]


async def test_a_template_arrives_at_any_time_and_its_button_opens_the_window(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp, clock: Hands
) -> None:
    announced = Message(LESSON.text, notice=LESSON.notice, template="asuh_pesan_edukasi")
    await whatsapp.send(TO_SARI, announced, "lesson:5:timbang:1")

    (bubble,) = screens.chat(SARI.chat).bubbles
    assert "Halo Bu Sari, pesan sesuai jadwal" in shown(screens)[0]
    assert (bubble.template, bubble.footer) == (True, "Tulis BERHENTI untuk berhenti")
    assert not phones.is_open(SARI.chat)

    tapped = read(whatsapp, phones.tap(SARI, bubble.id, "read:lesson:5:timbang:1"), clock)
    assert (tapped.tap, tapped.tapped_message) == ("read:lesson:5:timbang:1", bubble.wamid)
    assert phones.is_open(SARI.chat)


async def test_whoever_answers_has_read_what_was_there(
    phones: WhatsAppPhones, whatsapp: WhatsApp, clock: Hands
) -> None:
    phones.text(SARI, "Halo")
    await whatsapp.send(TO_SARI, LESSON, "1")
    phones.text(SARI, "Terima kasih")
    phones.text(SARI, "Baik")

    news = told(whatsapp, phones, clock)
    assert [one.state for one in news] == ["delivered", "read"]
    assert len({one.provider_id for one in news}) == 1


# --- what is shown ------------------------------------------------------------------------


async def test_a_few_answers_are_buttons_and_more_are_a_list_that_opens(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp, clock: Hands
) -> None:
    phones.text(SARI, "Halo")
    await whatsapp.send(TO_SARI, Message("Sudah *makan*?", (Option("y", "Ya"), Option("n", "Belum"))), "1")
    children = tuple(Option(f"c:{n}", f"Adik {n}", f"{n} hari lagi") for n in range(1, 6))
    await whatsapp.send(TO_SARI, Message("Siapa?", children), "2")

    _, asked, listed = screens.chat(SARI.chat).bubbles
    assert asked.text == [("Sudah ", False), ("makan", True), ("?", False)]
    assert [row[0]["text"] for row in asked.buttons] == ["Ya", "Belum"]
    assert (listed.opens, listed.buttons) == ("Pilih", [])
    assert listed.rows[1] == {"id": "c:2", "title": "Adik 2", "description": "2 hari lagi"}


async def test_a_picture_comes_with_its_words_and_buttons_in_one_message(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp
) -> None:
    phones.text(SARI, "Halo")
    card = Attachment("picture", "kartu.png", "Delapan kelompok.png")
    await whatsapp.send(TO_SARI, Message("Paling sedikit lima.", (Option("y", "Sudah"),), attachment=card), "1")

    _, bubble = screens.chat(SARI.chat).bubbles
    assert bubble.file
    assert bubble.file["kind"] == "picture"
    found = screens.file(bubble.file["id"])
    assert found
    assert (found[0], found[1]) == ("Delapan kelompok.png", "image/png")
    assert bubble.buttons


async def test_two_blue_ticks_once_it_was_received(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp
) -> None:
    (item,) = split(phones.text(SARI, "Halo"), NUMBER)
    assert not screens.chat(SARI.chat).bubbles[0].seen
    await whatsapp.acknowledge(item)

    assert screens.chat(SARI.chat).bubbles[0].seen


# --- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        {"type": "text", "text": {"body": "a" * 4097}},
        {"type": "text", "text": {"body": ""}},
        {"type": "image", "image": {"id": "file-1", "caption": "a" * 1025}},
        {"type": "sticker", "sticker": {"id": "file-1"}},
        {
            "type": "interactive",
            "interactive": {
                "type": "button",
                "body": {"text": "Siapa?"},
                "action": {"buttons": [{"reply": {"id": str(n), "title": f"Adik {n}"}} for n in range(4)]},
            },
        },
        {
            "type": "interactive",
            "interactive": {
                "type": "list",
                "body": {"text": "Siapa?"},
                "action": {"button": "Pilih", "sections": [{"rows": [{"id": "1", "title": "a" * 25}]}]},
            },
        },
    ],
)
async def test_it_refuses_what_meta_refuses(phones: WhatsAppPhones, screens: Screens, said: dict[str, Any]) -> None:
    phones.text(SARI, "Halo")
    with pytest.raises(Rejected):
        await phones.post({"messaging_product": "whatsapp", "to": TO_SARI, **said})
    assert shown(screens) == ["Halo"]


async def test_a_template_nobody_approved_or_wrongly_filled_in_is_refused(whatsapp: WhatsApp, screens: Screens) -> None:
    for template, notice in (("asuh_karangan", ("Bu Sari",)), ("asuh_pesan_edukasi", ("Bu Sari",))):
        with pytest.raises(TemplateRefused):
            await whatsapp.send(TO_SARI, Message("", notice=notice, template=template), "1")
    assert shown(screens) == []


# --- what people do -----------------------------------------------------------------------


async def test_what_people_do_reads_like_what_meta_posts(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp, clock: Hands
) -> None:
    written = read(whatsapp, phones.text(ANWAR, "lapor"), clock)
    await whatsapp.send(written.address, Message("Siapa?", (Option("menu:lapor", "Lapor"),)), "1")
    asked = screens.chat(ANWAR.chat).bubbles[-1]
    tapped = read(whatsapp, phones.tap(ANWAR, asked.id, "menu:lapor"), clock)
    number = read(whatsapp, phones.contact(ANWAR), clock)
    place = read(whatsapp, phones.place(ANWAR, -3.99, 122.51), clock)
    picture = read(whatsapp, phones.photo(ANWAR, b"\xff\xd8\xff foto", 960, 640), clock)

    assert (written.text, written.sender_name, written.phone) == ("lapor", "Anwar Lakebo", ANWAR.phone)
    assert written.aliases == (str(ANWAR.chat),), "the address is an id of its own"
    assert (tapped.tap, tapped.tapped_message) == ("menu:lapor", asked.wamid)
    assert number.contact == Contact(ANWAR.phone, own=True)
    assert place.place == Place(-3.99, 122.51)
    assert picture.photo
    document = phones.document(ANWAR, b"PK\x03\x04 data", "kota.xlsx", SHEET)
    sheet = read(whatsapp, document, clock).document
    assert sheet
    assert (sheet.name, await whatsapp.fetch(sheet)) == ("kota.xlsx", b"PK\x03\x04 data")
    assert {one.address for one in (written, tapped, number, place, picture)} == {written.address}


async def test_an_old_button_can_be_tapped_and_one_that_never_was_cannot(
    screens: Screens, phones: WhatsAppPhones, whatsapp: WhatsApp
) -> None:
    phones.text(SARI, "Halo")
    await whatsapp.send(TO_SARI, Message("Sudah?", (Option("y", "Ya"),)), "1")
    asked = screens.chat(SARI.chat).bubbles[-1]

    assert phones.tap(SARI, asked.id, "y")
    assert phones.tap(SARI, asked.id, "y")
    assert phones.tap(SARI, asked.id, "n") is None
    assert phones.tap(ANWAR, asked.id, "y") is None
