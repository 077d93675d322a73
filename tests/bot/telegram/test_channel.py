"""Telegram as the rest of the house sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.telegram.channel import Telegram
from bot.telegram.client import Client
from bot.telegram.wire import Upload
from flow.message import (
    Attachment,
    Card,
    Channel,
    Message,
    Option,
    Refused,
    Rejected,
    Uncertain,
    Unreachable,
)
from tests.bot.telegram import updates
from tests.bot.telegram.botapi import TOKEN, BotAPI

SARI = "881"
NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
YES = (Option("y", "Ya"), Option("n", "Tidak"))
LONG = Message("satu\n" * 700 + "\n" + "dua\n" * 700, YES)  # two parts


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "grafik.png").write_bytes(b"\x89PNG")
    (tmp_path / "rahasia.txt").write_text("rahasia")
    return tmp_path / "media"


@pytest.fixture
def telegram(client: Client, media: Path) -> Telegram:
    return Telegram(client, media, lambda: NOW)


def is_a_channel(telegram: Telegram) -> Channel:
    return telegram


async def test_a_message_arrives_and_its_number_is_known(api: BotAPI, telegram: Telegram) -> None:
    delivery = await telegram.send(SARI, Message("*Halo*, Bu Sari", YES), "reply:telegram:1:0")
    (sent,) = api.sent(SARI)
    assert (sent.text, sent.buttons, sent.token("Tidak")) == ("Halo, Bu Sari", ["Ya", "Tidak"], "n")
    assert (delivery.provider_id, delivery.note) == (str(sent.message_id), "")


async def test_a_contact_card_comes_after_the_message(api: BotAPI, telegram: Telegram) -> None:
    delivery = await telegram.send(SARI, Message("Tolong Rafa", YES, card=Card("Bu Sari", "+6281255500031")), "k")
    said, card = api.sent(SARI)
    assert (said.text, said.buttons, card.text) == ("Tolong Rafa", ["Ya", "Tidak"], "Bu Sari +6281255500031")
    assert delivery.provider_id == str(said.message_id)


async def test_a_card_that_is_refused_does_not_take_the_message_with_it(api: BotAPI, telegram: Telegram) -> None:
    delivery = await telegram.send(SARI, Message("Tolong Rafa", YES, card=Card("Bu Sari", "bukan nomor")), "k")
    (said,) = api.sent(SARI)
    assert (said.text, delivery.provider_id) == ("Tolong Rafa", str(said.message_id))


async def test_the_number_is_that_of_the_part_with_the_buttons(api: BotAPI, telegram: Telegram) -> None:
    delivery = await telegram.send(SARI, LONG, "k")
    first, last = api.sent(SARI)
    assert (first.buttons, last.buttons) == ([], ["Ya", "Tidak"])
    assert delivery.provider_id == str(last.message_id)


async def test_a_picture_goes_with_its_caption(api: BotAPI, telegram: Telegram) -> None:
    picture = Attachment("picture", "grafik.png", "Grafik Aisyah.png")
    delivery = await telegram.send(SARI, Message("Pertumbuhan Aisyah", attachment=picture), "k")
    (sent,) = api.sent(SARI)
    assert (sent.method, sent.text, sent.file) == ("sendPhoto", "Pertumbuhan Aisyah", ("Grafik Aisyah.png", b"\x89PNG"))
    assert delivery.provider_id == str(sent.message_id)


@pytest.mark.parametrize("path", ["../rahasia.txt", "/etc/hostname", "tidak-ada.png", "."])
async def test_only_a_file_in_the_media_folder_is_ever_sent(api: BotAPI, telegram: Telegram, path: str) -> None:
    with pytest.raises(Rejected, match="lampiran tidak ada"):
        await telegram.send(SARI, Message("x", attachment=Attachment("document", path, "x")), "k")
    assert api.requests == []


async def test_html_that_is_refused_goes_once_more_as_plain_text(api: BotAPI, telegram: Telegram) -> None:
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
    delivery = await telegram.send(SARI, Message("*BB* < 2 SD", YES), "k")
    (sent,) = api.sent(SARI)
    assert (sent.raw["text"], sent.text, sent.buttons) == ("BB < 2 SD", "BB < 2 SD", ["Ya", "Tidak"])
    assert delivery.note == "tanpa huruf tebal"


async def test_plain_text_that_is_refused_too_is_our_mistake(api: BotAPI, telegram: Telegram) -> None:
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities", times=9)
    with pytest.raises(Rejected):
        await telegram.send(SARI, Message("halo"), "k")
    assert len(api.asked("sendMessage")) == 2


async def test_a_message_is_redrawn_in_place(api: BotAPI, telegram: Telegram) -> None:
    first = await telegram.send(SARI, Message("Halaman 1", YES), "k1")
    second = await telegram.send(SARI, Message("Halaman 2", YES, replaces=first.provider_id), "k2")
    assert [(m.text, m.edits) for m in api.sent(SARI)] == [("Halaman 2", 1)]
    assert second.provider_id == first.provider_id


async def test_redrawing_what_already_looks_so_is_no_failure(api: BotAPI, telegram: Telegram) -> None:
    first = await telegram.send(SARI, Message("Halaman 1", YES), "k1")
    again = await telegram.send(SARI, Message("Halaman 1", YES, replaces=first.provider_id), "k2")
    assert (again.provider_id, again.note) == (first.provider_id, "")
    assert len(api.sent(SARI)) == 1


async def test_what_cannot_be_redrawn_is_sent_anew(api: BotAPI, telegram: Telegram) -> None:
    delivery = await telegram.send(SARI, Message("Halaman 2", YES, replaces="99"), "k")
    (sent,) = api.sent(SARI)
    assert (sent.text, sent.buttons) == ("Halaman 2", ["Ya", "Tidak"])
    assert (delivery.provider_id, delivery.note) == (str(sent.message_id), "dikirim sebagai pesan baru")


async def test_a_picture_cannot_become_text_but_it_loses_its_buttons(api: BotAPI, telegram: Telegram) -> None:
    picture = Message("Grafik", YES, attachment=Attachment("picture", "grafik.png", "g.png"))
    first = await telegram.send(SARI, picture, "k1")
    await telegram.send(SARI, Message("Berikutnya", YES, replaces=first.provider_id), "k2")
    old, new = api.sent(SARI)
    assert (old.buttons, new.text, new.buttons) == ([], "Berikutnya", ["Ya", "Tidak"])
    third = await telegram.send(SARI, picture, "k3")
    await telegram.send(SARI, Message("Lagi", closes=third.provider_id, closing="Selesai"), "k4")
    assert api.sent(SARI)[2].buttons == []


async def test_an_answered_question_is_closed_after_the_next_is_asked(api: BotAPI, telegram: Telegram) -> None:
    first = await telegram.send(SARI, Message("Ditemui?", YES), "k1")
    following = Message("Siapa?", YES, closes=first.provider_id, closing="*Ditemui:* ya")
    second = await telegram.send(SARI, following, "k2")
    old, new = api.sent(SARI)
    assert (old.text, old.buttons, new.text) == ("Ditemui: ya", [], "Siapa?")
    assert second.provider_id == str(new.message_id)
    assert [r.method for r in api.requests] == ["sendMessage", "sendMessage", "editMessageText"]


@pytest.mark.parametrize("code", [400, 403, 429, 500, 401])
async def test_tidying_up_that_fails_changes_nothing(api: BotAPI, telegram: Telegram, code: int) -> None:
    for method in ("editMessageText", "setMyCommands"):
        api.refuse(method, code, "no")
    message = Message("Siapa?", YES, closes="5", closing="ya", commands=(("lapor", "Lapor kunjungan"),))
    assert (await telegram.send(SARI, message, "k")).provider_id == "1"


async def test_the_command_menu_is_shown_to_this_person(api: BotAPI, telegram: Telegram) -> None:
    await telegram.send(SARI, Message("Selamat datang", commands=(("lapor", "Lapor kunjungan"),)), "k")
    assert api.commands == {SARI: [{"command": "lapor", "description": "Lapor kunjungan"}]}


async def test_a_long_message_halted_halfway_goes_on_where_it_stopped(api: BotAPI, telegram: Telegram) -> None:
    api.accept("sendMessage")
    api.refuse("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    with pytest.raises(Unreachable) as caught:
        await telegram.send(SARI, LONG, "lesson:31:a")
    assert caught.value.retry_after == 3.0
    await telegram.send(SARI, LONG, "lesson:31:a")
    assert [m.text[:4] for m in api.sent(SARI)] == ["satu", "dua\n"]
    await telegram.send(SARI, LONG, "lesson:31:b")
    assert len(api.sent(SARI)) == 4


async def test_a_long_message_that_may_have_arrived_is_told_from_the_start(api: BotAPI, telegram: Telegram) -> None:
    api.accept("sendMessage")
    api.drop("sendMessage", after=True)
    with pytest.raises(Uncertain):
        await telegram.send(SARI, LONG, "k")
    await telegram.send(SARI, LONG, "k")
    assert len(api.sent(SARI)) == 4


async def test_a_group_that_moved_is_written_to_at_its_new_address(api: BotAPI, telegram: Telegram) -> None:
    api.refuse("sendMessage", 400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009)
    delivery = await telegram.send("-500", Message("halo"), "k")
    assert [m.text for m in api.sent("-1009")] == ["halo"]
    assert "-1009" in delivery.note


async def test_someone_who_blocked_us_is_refused(api: BotAPI, telegram: Telegram) -> None:
    api.blocked.add(SARI)
    with pytest.raises(Refused):
        await telegram.send(SARI, Message("halo", closes="1", commands=(("a", "b"),)), "k")
    assert [r.method for r in api.requests] == ["sendMessage"]


async def test_a_revoked_token_makes_everything_wait_instead_of_fail(api: BotAPI, telegram: Telegram) -> None:
    api.revoked = True
    with structlog.testing.capture_logs() as logs, pytest.raises(Unreachable) as caught:
        await telegram.send(SARI, Message("halo"), "k")
    assert caught.value.everyone
    assert [line["event"] for line in logs] == ["telegram.token_refused"]


async def test_every_tap_is_answered_once(api: BotAPI, telegram: Telegram) -> None:
    await telegram.send(SARI, Message("Ditemui?", YES), "k")
    raw = api.tap(881, "Ya")
    await telegram.acknowledge(raw)
    assert api.answered == [raw["callback_query"]["id"]]
    incoming = telegram.read(raw)
    assert incoming
    assert (incoming.tap, incoming.tapped_message, incoming.at) == ("y", "1", NOW)


async def test_a_tap_that_is_too_old_or_no_tap_at_all_is_harmless(api: BotAPI, telegram: Telegram) -> None:
    await telegram.acknowledge(updates.tap(881, "y"))
    api.drop("answerCallbackQuery")
    await telegram.acknowledge(updates.tap(881, "y"))
    await telegram.acknowledge(updates.text(881, "halo"))
    await telegram.acknowledge({"callback_query": None})
    assert len(api.asked("answerCallbackQuery")) == 2


async def test_logs_name_no_person_no_text_and_no_token(api: BotAPI, telegram: Telegram) -> None:
    api.refuse("sendMessage", 400, "Bad Request: can't parse entities: Aisyah")
    api.refuse("editMessageText", 400, "Bad Request: Aisyah")
    with structlog.testing.capture_logs() as logs:
        await telegram.send(SARI, Message("Aisyah 8,4 kg", closes="3", closing="Aisyah"), "reply:telegram:881:0")
    assert len(logs) == 2
    assert not [secret for secret in ("Aisyah", SARI, TOKEN) if secret in str(logs)]


class Phones:
    """Another wire, as the demo has one: it only remembers."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    async def call(self, method: str, payload: Mapping[str, Any], file: Upload | None = None) -> Any:
        self.seen.append(method)
        return {"message_id": len(self.seen)}


async def test_the_wire_can_be_exchanged(media: Path) -> None:
    phones = Phones()
    telegram = Telegram(phones, media, lambda: NOW)
    assert is_a_channel(telegram).name == "telegram"
    assert (await telegram.send(SARI, Message("halo"), "k")).provider_id == "1"


def test_a_replayed_tap_has_the_time_it_was_received(telegram: Telegram) -> None:
    earlier = datetime(2026, 3, 3, tzinfo=UTC)
    incoming = telegram.read(updates.tap(881, "y"), received_at=earlier)
    assert incoming
    assert incoming.at == earlier
