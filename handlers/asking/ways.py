"""Where a family turns to: its posyandu, the number of its puskesmas, and a person who answers here."""

from __future__ import annotations

from db.children import Family
from db.roles import Role
from flow.message import Option, plain
from handlers.chat.context import Context
from programme import numbers

ASK = Option("ask:person", "Tanya bidan")


def to_person(context: Context) -> tuple[Option, ...]:
    """The way to a person, for families: whoever fosters knows whom to call."""
    return (ASK,) if context.person.has(Role.FAMILY) else ()


def posyandu_day(context: Context, home: Family) -> str:
    """When the family's posyandu is open, or where nobody has told us, whom to ask."""
    name = plain(home.posyandu.full_name) if home.posyandu else "posyandu"
    if home.posyandu and home.posyandu.when:
        return f"{name} buka {home.posyandu.when}."
    return f"Hari {name} belum tercatat di sini. Tanyakan ke kader atau {numbers.to_ask(context.city, home)}."
