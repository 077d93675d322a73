"""The wish of a family's carer for the announcements of the programme: none without it, and it ends by one tap."""

from __future__ import annotations

from db import broadcasts, outbox
from db.outbox import Kind, Outgoing
from db.subjects import subject
from flow.message import Message, Option
from handlers.broadcast import writing
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme.broadcast_audience import NO_WISH
from programme.policy import FAMILY, holds

WORDS = (
    "Kami bisa mengirim pengumuman program, misalnya hari posyandu pindah atau layanan berhenti sebentar. "
    "Ini di luar pesan kesehatan, hanya sesekali, dan bisa dihentikan kapan saja."
)
"""What is agreed to; kept with each wish."""
YES, NO = Option("news:on", "Ya, kirim"), Option("menu:home", "Tidak usah")
END = Option("news:off", "Jangan kirim lagi")


def show(context: Context) -> None:
    """Say how it stands and ask; a coordinator who cares for no family here means to write one."""
    if not holds(context.person, FAMILY):
        writing.choose(context)
    elif broadcasts.wish(context.session, context.person.id) is None:
        context.say(Message(f"*Pengumuman program*\n{WORDS}\n\nMau menerimanya?", (YES, NO)))
    else:
        context.say(Message("Pengumuman program dikirim ke sini. Mau dihentikan?", (END, HOME)))


def accept(context: Context) -> None:
    context.worth = LASTING
    broadcasts.want(context.session, context.person.id, WORDS, context.incoming.channel, context.now)
    context.note("news.accept", subject(context.person))
    context.say(Message("Baik, pengumuman program kami kirim ke sini. Mau berhenti? Tulis *pengumuman*.", (HOME,)))


def end(context: Context) -> None:
    """End it, with every announcement that waits for this person."""
    context.worth = LASTING
    broadcasts.end_wish(context.session, context.person.id, context.now)
    waiting = Outgoing.kind == Kind.ANNOUNCEMENT, Outgoing.person_id == context.person.id
    outbox.cancel(context.session, NO_WISH, context.now, *waiting, Outgoing.family_id.is_not(None))
    context.note("news.end", subject(context.person))
    context.say(Message("Baik, pengumuman tidak kami kirim lagi. Pesan kesehatan tetap seperti biasa.", (HOME,)))
