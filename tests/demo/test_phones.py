"""The phones of the page: Telegram, as far as the bot can tell."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.telegram.channel import Telegram
from bot.telegram.wire import Gone, Unchanged, Unparsable
from demo.clock import Clock, next_working_morning
from demo.phones import Owner, Phones
from demo.screens import BUBBLES
from flow.message import Attachment, Contact, File, Message, Option, Place, Rejected
from tests.bot.telegram import witness
from tests.people import NOW, WITA

ANWAR = Owner(700000002, "Anwar Lakebo", "+6281255500002")
SARI = Owner(700000680, "Sari Mondea", "+6281255500680")


@pytest.fixture
def phones() -> Phones:
    return Phones(lambda: NOW)


@pytest.fixture
def telegram(phones: Phones, tmp_path: Path) -> Telegram:
    (tmp_path / "ringkasan.xlsx").write_bytes(b"PK isi")
    return Telegram(phones, tmp_path, lambda: NOW)


def shown(phones: Phones, owner: Owner) -> list[str]:
    return ["".join(piece for piece, _ in bubble.text) for bubble in phones.chat(owner.chat).bubbles]


# --- what the bot says ------------------------------------------------------------------


async def test_what_the_service_sends_appears_on_the_phone_of_that_person_only(
    phones: Phones, telegram: Telegram
) -> None:
    await telegram.send(str(SARI.chat), Message("Halo *Bu Sari* & Kayla <3", (Option("a:1", "Ya"),)), "k")

    (bubble,) = phones.chat(SARI.chat).bubbles
    assert bubble.text == [("Halo ", False), ("Bu Sari", True), (" & Kayla <3", False)]
    assert bubble.buttons == [[{"text": "Ya", "callback_data": "a:1"}]]
    assert not phones.chat(ANWAR.chat).bubbles


async def test_a_question_is_redrawn_in_place_and_an_old_one_is_closed(phones: Phones, telegram: Telegram) -> None:
    first = await telegram.send(str(ANWAR.chat), Message("Makan apa?", (Option("f.1.food.telur", "☐ Telur"),)), "1")
    redrawn = Message("Makan apa?", (Option("f.1.food.telur", "☑ Telur"),), replaces=first.provider_id)
    await telegram.send(str(ANWAR.chat), redrawn, "2")
    closing = Message("Bantuan?", (Option("f.1.aid.x", "Tidak ada"),), closes=first.provider_id, closing="✓ *Telur*")
    await telegram.send(str(ANWAR.chat), closing, "3")

    old, new = phones.chat(ANWAR.chat).bubbles
    assert (old.text, old.buttons, old.edited) == ([("✓ ", False), ("Telur", True)], [], True)
    assert new.buttons[0][0]["text"] == "Tidak ada"


async def test_a_request_for_a_number_puts_up_a_keyboard_and_the_next_message_takes_it_down(
    phones: Phones, telegram: Telegram
) -> None:
    await telegram.send(str(SARI.chat), Message("Kirim nomor Ibu, ya.", wants="contact"), "1")
    assert phones.chat(SARI.chat).keyboard[0][0]["request_contact"]

    phones.contact(SARI)
    assert phones.chat(SARI.chat).keyboard == []


async def test_a_workbook_can_be_opened_from_the_phone(phones: Phones, telegram: Telegram) -> None:
    attachment = Attachment("document", "ringkasan.xlsx", "Ringkasan.xlsx")
    await telegram.send(str(ANWAR.chat), Message("Ringkasan hari ini", attachment=attachment), "1")

    (bubble,) = phones.chat(ANWAR.chat).bubbles
    assert bubble.file
    assert phones.file(bubble.file["id"]) == ("Ringkasan.xlsx", "application/octet-stream", b"PK isi")


async def test_the_command_menu_is_that_of_the_person(phones: Phones, telegram: Telegram) -> None:
    await telegram.send(str(ANWAR.chat), Message("Halo", commands=(("lapor", "Lapor kunjungan"),)), "1")

    assert phones.chat(ANWAR.chat).commands == [{"command": "lapor", "description": "Lapor kunjungan"}]
    assert phones.chat(SARI.chat).commands == []


async def test_it_refuses_what_telegram_refuses(phones: Phones) -> None:
    here = {"chat_id": str(SARI.chat)}
    sent = await phones.call("sendMessage", {**here, "text": "Halo"})
    edit = {**here, "message_id": sent["message_id"]}

    with pytest.raises(Unchanged):
        await phones.call("editMessageText", {**edit, "text": "Halo"})
    with pytest.raises(Gone):
        await phones.call("editMessageText", {**here, "message_id": 999, "text": "Halo"})
    with pytest.raises(Unparsable):
        await phones.call("sendMessage", {**here, "text": "<b>Halo", "parse_mode": "HTML"})
    with pytest.raises(Rejected):
        await phones.call("sendMessage", {**here, "text": "  "})
    with pytest.raises(Rejected):
        await phones.call("sendMessage", {**here, "text": "a" * 4097})
    with pytest.raises(Gone):
        await phones.call("answerCallbackQuery", {"callback_query_id": "12"})
    assert shown(phones, SARI) == ["Halo"]


async def test_every_call_is_kept_to_be_looked_at_refused_ones_too(phones: Phones) -> None:
    payload = {"chat_id": str(SARI.chat), "text": "Halo"}
    await phones.call("sendMessage", payload)
    with pytest.raises(Rejected):
        await phones.call("sendMessage", {**payload, "text": ""})

    first, second = phones.chat(SARI.chat).calls
    assert (first["method"], first["payload"], first["refused"]) == ("sendMessage", payload, "")
    assert second["refused"]


async def test_a_long_conversation_is_not_kept_for_ever(phones: Phones) -> None:
    for number in range(BUBBLES + 20):
        await phones.call("sendMessage", {"chat_id": str(SARI.chat), "text": str(number)})

    assert len(shown(phones, SARI)) == BUBBLES
    assert shown(phones, SARI)[-1] == str(BUBBLES + 19)


# --- what people do -----------------------------------------------------------------------


async def test_what_people_do_reads_like_real_updates(phones: Phones, telegram: Telegram) -> None:
    await telegram.send(str(ANWAR.chat), Message("Siapa?", (Option("menu:lapor", "Lapor"),)), "1")
    tap = phones.tap(ANWAR, 1, "menu:lapor")
    photo = phones.photo(ANWAR, b"\xff\xd8\xff foto", 960, 640)
    updates = [phones.text(ANWAR, "/start"), tap, phones.contact(ANWAR), phones.place(ANWAR, -3.99, 122.51), photo]
    read = [telegram.read(update) for update in updates if update]

    assert len(read) == 5
    assert all(incoming and incoming.address == str(ANWAR.chat) for incoming in read)
    written, tapped, number, place, picture = (incoming for incoming in read if incoming)
    assert (written.text, written.at, written.sender_name) == ("/start", NOW, "Anwar Lakebo")
    assert (tapped.tap, tapped.tapped_message) == ("menu:lapor", "1")
    assert number.contact == Contact("6281255500002", own=True)
    assert place.place == Place(-3.99, 122.51)
    assert isinstance(picture.photo, File)
    assert await phones.download(picture.photo.reference) == b"\xff\xd8\xff foto"
    sent = telegram.read(phones.document(ANWAR, b"PK data", "kota.xlsx", "application/x"))
    assert sent
    assert sent.document
    assert (sent.document.name, sent.document.size) == ("kota.xlsx", 7)
    assert await telegram.fetch(sent.document) == b"PK data"


async def test_an_independent_reader_of_telegram_takes_the_updates_too(phones: Phones, telegram: Telegram) -> None:
    await telegram.send(str(ANWAR.chat), Message("Siapa?", (Option("menu:lapor", "Lapor"),)), "1")
    tap = phones.tap(ANWAR, 1, "menu:lapor")
    assert tap

    for update in (phones.text(ANWAR, "halo"), tap, phones.contact(ANWAR), phones.place(ANWAR, -3.99, 122.51)):
        chat = witness.reads_update(update).effective_chat
        assert chat
        assert chat.id == ANWAR.chat


def test_updates_are_numbered_upwards(phones: Phones) -> None:
    numbers = [phones.text(owner, "halo")["update_id"] for owner in (ANWAR, SARI, ANWAR)]

    assert numbers == sorted(set(numbers))


async def test_a_button_that_is_gone_cannot_be_tapped(phones: Phones, telegram: Telegram) -> None:
    await telegram.send(str(ANWAR.chat), Message("Siapa?", (Option("menu:lapor", "Lapor"),)), "1")

    assert phones.tap(ANWAR, 1, "menu:other") is None
    assert phones.tap(SARI, 1, "menu:lapor") is None
    assert phones.tap(ANWAR, 7, "menu:lapor") is None


async def test_a_tapped_button_stops_turning_once_it_is_answered(phones: Phones, telegram: Telegram) -> None:
    await telegram.send(str(ANWAR.chat), Message("Siapa?", (Option("menu:lapor", "Lapor"),)), "1")
    page = phones.listen([ANWAR.chat])
    tap = phones.tap(ANWAR, 1, "menu:lapor")
    assert tap
    await telegram.acknowledge(tap)

    heard = [page.events.get_nowait() for _ in range(page.events.qsize())]
    assert {"chat": ANWAR.chat, "kind": "answered", "message": 1} in heard


# --- the pages that look on -----------------------------------------------------------------


async def test_a_page_hears_of_its_own_phones_only(phones: Phones) -> None:
    page = phones.listen([ANWAR.chat])
    phones.text(SARI, "halo")
    assert page.events.empty()

    phones.text(ANWAR, "halo")
    event = page.events.get_nowait()
    assert event
    assert (event["kind"], event["chat"]) == ("bubble", ANWAR.chat)


async def test_a_page_that_fell_asleep_is_let_go_and_the_others_are_not_held_up(phones: Phones) -> None:
    asleep, awake = phones.listen([ANWAR.chat]), phones.listen([ANWAR.chat])
    for _ in range(3000):
        phones.tell({"kind": "typing"}, ANWAR.chat)
        while not awake.events.empty():
            awake.events.get_nowait()

    assert asleep.lost
    assert not awake.lost


# --- the clock ---------------------------------------------------------------------------------


def test_the_clock_runs_and_is_only_ever_put_forward() -> None:
    seconds = [100.0]
    clock = Clock(NOW, lambda: seconds[0])
    seconds[0] += 5
    assert clock() == NOW + timedelta(seconds=5)

    clock.put_forward(NOW + timedelta(days=1))
    assert clock() == NOW + timedelta(days=1)
    seconds[0] += 1
    clock.put_forward(NOW)
    assert clock() == NOW + timedelta(days=1, seconds=1)


def test_the_demo_begins_on_a_working_morning() -> None:
    friday_evening = NOW.replace(day=6, hour=21)

    assert next_working_morning(friday_evening, WITA) == NOW.replace(day=9, hour=8, minute=30)
    assert next_working_morning(NOW, WITA) == NOW.replace(day=5, hour=8, minute=30)
