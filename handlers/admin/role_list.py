"""Who holds which role, for an administrator: administrators first, then coordinators and health workers."""

from __future__ import annotations

from flow.message import Message, plain
from flow.paging import turns
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme import roles

PAGE = 15


def show(context: Context, page: int = 0) -> None:
    """Answer with a page of the list. A page that is not there any more is the first one."""
    held = roles.held_by(context.session)
    page = page if page * PAGE < len(held) else 0
    shown = held[page * PAGE : (page + 1) * PAGE]
    known = [(plain(who.name), one.role, one.title, roles.place_name(context.session, one)) for who, one in shown]
    lines = [f"• {', '.join(filter(None, one))}" for one in known]
    row = turns("roles", page, more=(page + 1) * PAGE < len(held))
    context.note("role.view", "roles")
    how = "Memberi dan mengakhiri peran: tulis *orang* dan namanya."
    context.say(Message("\n".join((f"*Pemegang peran: {len(held)}*", *lines, "", how)), (HOME,), row))
