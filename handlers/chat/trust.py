"""What is said at an address whose person was confirmed by an answer about the child alone: lessons, and no more."""

from __future__ import annotations

from db import people
from flow.message import Message, Option
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme import numbers, policy

HAVE_CODE = Option("join:code", "Saya punya kode")


def is_closed(context: Context, act: str) -> bool:
    """Whether this act of ``policy.RULES`` is closed because the address is for lessons only."""
    return people.only_lessons(context.address) and act not in policy.LESSONS_ONLY


def refuse(context: Context) -> None:
    """Say that only lessons are open here, how to open the rest, and whom to call if it is urgent."""
    contact, urgent = numbers.to_ask(context.city), context.city.programme.emergency.to_call
    text = (
        "Dari HP ini baru pesan edukasi yang terbuka. Untuk yang lain, masuk dengan kode: minta ke kader, bidan, "
        f"atau {contact}.\n\nKalau ada yang gawat: {urgent}"
    )
    context.say(Message(text, (HAVE_CODE, HOME)))
