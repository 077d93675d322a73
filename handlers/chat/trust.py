"""What an address may do whose person was confirmed by an answer about the child alone: lessons, and no more.

Everything is closed that is not named here. Danger is heard before anybody asks.
"""

from __future__ import annotations

from db import people
from db.people import Address
from flow.message import Message, Option
from handlers.chat.context import Context
from handlers.chat.forms import HOME

HAVE_CODE = Option("join:code", "Saya punya kode")
COMMANDS = frozenset({"home", "bantuan", "atur", "jeda", "berhenti", "bahasa", "sakit", "berdua"})
BUTTONS = frozenset(
    {"danger", "menu", "lesson", "read", "more", "pause", "stopwhy", "day", "hour", "lang", "sick", "join", "writer"}
)
"""The first words of buttons. Those of "menu" are commands, and asked for one by one; "read" and "more" show what was
sent to this address alone."""


def may_run(address: Address, command: str) -> bool:
    """Whether this command may be run from the address."""
    return not people.only_lessons(address) or command in COMMANDS


def may_tap(address: Address, path: tuple[str, ...]) -> bool:
    """Whether this button may be tapped at the address, by its words."""
    return not people.only_lessons(address) or path[0] in BUTTONS


def refuse(context: Context) -> None:
    """Say that only lessons are open here, how to open the rest, and whom to call if it is urgent."""
    contact, numbers = context.city.programme.privacy.contact, context.city.programme.emergency.to_call
    text = (
        "Dari HP ini baru pesan edukasi yang terbuka. Untuk yang lain, masuk dengan kode: minta ke kader, bidan, "
        f"atau {contact}.\n\nKalau ada yang gawat: {numbers}"
    )
    context.say(Message(text, (HAVE_CODE, HOME)))
