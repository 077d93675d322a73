"""The tests' own server, seen by another library: python-telegram-bot must find a Bot API there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter

from tests.bot.telegram import updates
from tests.bot.telegram.botapi import BotAPI

SARI = 881


@pytest.fixture
async def bot(api: BotAPI) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(api.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot") as bot:
        yield bot


async def test_messages_go_out_and_updates_come_in(api: BotAPI, bot: telegram.Bot) -> None:
    button = telegram.InlineKeyboardButton("Ya", callback_data="y")
    sent = await bot.send_message(SARI, "<b>Halo</b>", "HTML", reply_markup=telegram.InlineKeyboardMarkup([[button]]))
    assert (sent.text, sent.chat_id) == ("Halo", SARI)
    api.push(updates.text(SARI, "halo"))
    api.tap(SARI, "Ya")
    said, tapped = await bot.get_updates()
    assert said.message
    assert said.message.text == "halo"
    assert tapped.callback_query
    assert await tapped.callback_query.answer()
    with pytest.raises(BadRequest, match="too old"):
        await tapped.callback_query.answer()
    assert await bot.get_updates(offset=tapped.update_id + 1) == ()


async def test_files_go_both_ways(api: BotAPI, bot: telegram.Bot) -> None:
    await bot.send_document(SARI, b"PK", caption="Ringkasan", filename="r.xlsx")
    assert api.sent(SARI)[0].file == ("r.xlsx", b"PK")
    api.add_file("f1", b"foto", "photos/f1.jpg")
    assert bytes(await (await bot.get_file("f1")).download_as_bytearray()) == b"foto"


async def test_the_limits_are_kept(api: BotAPI, bot: telegram.Bot) -> None:
    for text in ("", " ", "x" * 4097, "<b>x", "<p>x</p>", "<b><i>x</b></i>", "1 < 2", "😀" * 2049):
        with pytest.raises(BadRequest):
            await bot.send_message(SARI, text, "HTML")
    for data in ("", "x" * 65, "😀" * 17):
        button = telegram.InlineKeyboardButton("Ya", callback_data=data)
        with pytest.raises(BadRequest):
            await bot.send_message(SARI, "?", reply_markup=telegram.InlineKeyboardMarkup([[button]]))
    for name in ("Lapor", "a b", "x" * 33, ""):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([telegram.BotCommand(name, "x")])
    with pytest.raises(BadRequest):
        await bot.send_document(SARI, b"PK", caption="x" * 1025)
    assert api.sent(SARI) == []


async def test_edits_have_their_rules(api: BotAPI, bot: telegram.Bot) -> None:
    plain = await bot.send_message(SARI, "halo")
    with pytest.raises(BadRequest, match="not modified"):
        await plain.edit_text("halo")
    with pytest.raises(BadRequest, match="not found"):
        await bot.edit_message_text("halo", SARI, 99)
    asked = await bot.send_message(SARI, "nomor?", reply_markup=telegram.ReplyKeyboardMarkup([["x"]]))
    with pytest.raises(BadRequest, match="can't be edited"):
        await asked.edit_text("sudah")


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_refusals_are_understood(api: BotAPI, bot: telegram.Bot) -> None:
    api.blocked.add("1")
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(1, "halo")
    api.throttle(SARI, 5)
    with pytest.raises(RetryAfter):
        await bot.send_message(SARI, "halo")
    await bot.set_webhook("https://asuh.example/x")
    with pytest.raises(Conflict):
        await bot.get_updates()
    api.revoked = True
    with pytest.raises(InvalidToken):
        await bot.send_message(SARI, "halo")
