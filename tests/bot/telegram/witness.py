"""A second opinion: python-telegram-bot reads what we send and what we say Telegram sends."""

from __future__ import annotations

import inspect
import re
from typing import Any

import telegram
from telegram import constants

from bot.telegram.render import Call
from tests.bot.telegram import limits


def reads_update(raw: dict[str, Any]) -> telegram.Update:
    update = telegram.Update.de_json(raw, None)
    assert update.to_dict().keys() == raw.keys()
    return update


def reads_call(call: Call) -> None:
    """The method and each of its parameters exist, and everything is within the limits collected there."""
    method = getattr(telegram.Bot, re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", call.method))
    known = inspect.signature(method).parameters.keys()
    assert call.payload.keys() <= known
    if "text" in call.payload:
        seen = limits.units(limits.parse(call.payload["text"]).strip())
        assert constants.MessageLimit.MIN_TEXT_LENGTH <= seen <= constants.MessageLimit.MAX_TEXT_LENGTH
        assert telegram.LinkPreviewOptions.de_json(call.payload["link_preview_options"], None).is_disabled
    if "caption" in call.payload:
        assert limits.units(limits.parse(call.payload["caption"])) <= constants.MessageLimit.CAPTION_LENGTH
    for command in call.payload.get("commands", ()):
        said = telegram.BotCommand.de_json(command, None)
        assert len(said.command) <= constants.BotCommandLimit.MAX_COMMAND
        assert 1 <= len(said.description) <= constants.BotCommandLimit.MAX_DESCRIPTION
    reads_markup(call.payload.get("reply_markup", {}))


def reads_markup(markup: dict[str, Any]) -> None:
    if "inline_keyboard" in markup:
        read = telegram.InlineKeyboardMarkup.de_json(markup, None)
        assert read.to_dict() == markup
        buttons = [button for row in read.inline_keyboard for button in row]
        assert len(buttons) <= constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
        for row in read.inline_keyboard:
            assert len(row) <= constants.InlineKeyboardMarkupLimit.BUTTONS_PER_ROW
        for button in buttons:
            size = len(str(button.callback_data).encode())
            assert 1 <= size <= constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    elif "keyboard" in markup:
        keys = [[telegram.KeyboardButton.de_json(key, None) for key in row] for row in markup["keyboard"]]
        others = {name: value for name, value in markup.items() if name != "keyboard"}
        assert telegram.ReplyKeyboardMarkup(keys, **others).to_dict() == markup
    elif markup:
        assert telegram.ReplyKeyboardRemove().to_dict() == markup
