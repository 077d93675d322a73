"""Who saw or changed a child's record, for the city's coordinator: "siapa melihat KODE"."""

from __future__ import annotations

from db.children import Child, by_code
from db.subjects import subject
from flow.message import Message, plain
from flow.paging import turns
from flow.reading.dates import MONTHS
from flow.words import normal
from handlers.chat.context import Context
from handlers.chat.forms import HOME
from programme import audit_reading
from programme.audit_reading import Look

WORDS = "siapa melihat"
AWAITED = "looked"  # what ``Address.awaiting`` says while a code is asked for
PAGE = 10
NOT_FOUND = "Kode itu tidak ditemukan. Tulis kode anak seperti di ringkasan, misalnya: siapa melihat ANAK-0012"


def ask(context: Context) -> None:
    """Ask for the child's code."""
    context.address.awaiting = AWAITED
    context.say(Message("Data anak siapa? Tulis kodenya, misalnya ANAK-0012.", (HOME,)))


def hears(context: Context) -> bool:
    """Whether "siapa melihat" was written with a code."""
    return normal(context.incoming.text or "").startswith(f"{WORDS} ")


def answer(context: Context) -> None:
    """Answer "siapa melihat KODE"."""
    find(context, " ".join((context.incoming.text or "").split()[2:]))


def find(context: Context, code: str) -> None:
    """Look up the written code, and show who looked."""
    context.address.awaiting = ""
    child = by_code(context.session, Child, code)
    if child is None or not context.may("audit.read", child):
        context.say(Message(NOT_FOUND, (HOME,)))
        return
    show(context, child.id)


def show(context: Context, child_id: int, page: int = 0) -> None:
    """Say a page of who saw or changed the record, newest first. Reading it leaves a line too."""
    child = context.session.get_one(Child, child_id)
    found = audit_reading.looks(context.session, child, context.today, skip=page * PAGE, limit=PAGE + 1)
    context.note("audit.read", subject(child))
    if not found:
        context.say(Message(f"Belum ada catatan tentang {plain(child.code)}.", (HOME,)))
        return
    row = turns(f"looked:{child.id}", page, more=len(found) > PAGE, before="« Lebih baru", after="Lebih lama »")
    lines = [f"*Siapa melihat {plain(child.code)}*", *(_line(context, one) for one in found[:PAGE])]
    context.say(Message("\n".join(lines), (HOME,), row))


def _line(context: Context, look: Look) -> str:
    at = context.city.local(look.at)
    return f"• {at.day} {MONTHS[at.month - 1]} {at.year} {at:%H.%M}, {plain(look.who)}: {look.what}"
