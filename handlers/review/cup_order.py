"""Command "minum cangkir": a midwife or nutritionist orders the lesson about the cup for one child.

It speaks of milk other than the breast's, so it goes to nobody else: neither a family nor the calendar calls for it
(PP 28/2024 art. 29 and 33).
"""

from __future__ import annotations

from db.children import Child, by_code
from db.lesson_orders import LessonOrder
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME

AWAITED = "cangkir"  # what ``Address.awaiting`` says while a code is asked for
CONDITION = "minum-cangkir"
ASK = (
    "Pesan tentang minum dengan cangkir dikirim hanya atas permintaan petugas, misalnya karena ibu sakit berat, ibu "
    "meninggal, atau keputusan dokter. Tulis kode anaknya."
)
UNKNOWN = "Kode itu tidak ada di wilayah ini. Periksa lagi, lalu tulis kodenya."


def ask(context: Context) -> None:
    """Ask for which child."""
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.say(Message(ASK, (HOME,)))


def find(context: Context, text: str) -> None:
    """Ask for a tap, if the child of this code is one of the place."""
    child = by_code(context.session, Child, text)
    if child is None or not context.may("lesson.order", child):
        context.say(Message(UNKNOWN, (HOME,)))
        return
    context.address.awaiting = ""
    asked = f"Kirim pesan tentang minum dengan cangkir kepada keluarga {context.called(child)}?"
    context.say(Message(asked, (Option(f"cup:order:{child.id}", "Ya, kirim"), Option("menu:home", "Tidak jadi"))))


def order(context: Context, child_id: int) -> None:
    """Keep the order; the next look at the tables sends the lesson."""
    child = context.session.get_one(Child, child_id)
    context.worth = LASTING
    context.session.add(
        LessonOrder(child_id=child.id, condition=CONDITION, ordered_by=context.person.id, at=context.now)
    )
    context.note("lesson.order", subject(child))
    words = (
        f"Tercatat. Keluarga {context.called(child)} mendapat pesannya mulai besok pagi. Ajari dulu caranya berdua, ya."
    )
    context.say(Message(words, (HOME,)))
