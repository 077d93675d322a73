"""Tokens of a form's buttons, written and read: ``f.12.weight.3``."""

from __future__ import annotations

import re
from typing import NamedTuple

from flow import words
from flow.message import Option
from flow.step import (
    Back,
    Cancel,
    Change,
    Confirm,
    Discard,
    Done,
    Edit,
    Event,
    Help,
    Open,
    Said,
    SendNow,
    Skip,
    Tapped,
)

DRAFT, LAST_DRAFT = re.compile(r"[1-9][0-9]{0,9}"), 2**31 - 1  # the highest id that every database holds
MENU = "menu"  # before the name of a command
OPTION = re.compile(r"[0-9]{1,3}")

ACTIONS: dict[str, Event] = {
    "back": Back(),
    "skip": Skip(),
    "help": Help(),
    "cancel": Cancel(),
    "discard": Discard(),
    "change": Change(),
    "send": Confirm(),
    "now": SendNow(),
    "open": Open(),
    "done": Done(),
}


class Meant(NamedTuple):
    """A parsed button: its draft, its question (or step.REVIEW), and its event; None: keep the draft for later."""

    draft: int
    at: str | None
    event: Event | None


def token(draft: int, at: str, action: str | int) -> str:
    """The token of a button. ``action``: a name, an option's number, "=8.4" for a value, "~weight" to edit."""
    return f"f.{draft}.{'' if at == '.' else at}.{action}"


def read(tap: str) -> Meant | None:
    """The parsed token, or None when it is not a form's (or forged)."""
    parts = tap.split(".", 3)
    if len(parts) != 4 or parts[0] != "f" or not DRAFT.fullmatch(parts[1]) or int(parts[1]) > LAST_DRAFT:
        return None
    draft, at, action = int(parts[1]), parts[2] or ".", parts[3]
    if action == "keep":
        return Meant(draft, None, None)
    if action in ACTIONS:
        return Meant(draft, None if action == "open" else at, ACTIONS[action])
    if OPTION.fullmatch(action):
        return Meant(draft, at, Tapped(int(action)))
    if action.startswith("="):
        return Meant(draft, at, Said(action[1:]))
    if action.startswith("~"):
        return Meant(draft, at, Edit(action[1:]))
    return None


def typed(option: Option) -> str | None:
    """The word with the effect of this button ("kembali", "catatan" for "+ Catatan"); None where there is none.

    The name of a command is a word of itself, also at the end of a label: "sakit" for "Anak sakit".
    """
    meant, word = read(option.token), words.normal(option.label)
    if meant and isinstance(meant.event, Edit) and option.label.startswith(words.ADD):
        return words.normal(option.label.removeprefix(words.ADD))
    menu, _, name = option.token.partition(":")
    if menu == MENU and (name == word or word.endswith(f" {name}")):
        return name
    command = words.command(word)
    return word if meant and command in ACTIONS and meant.event == ACTIONS[command] else None
