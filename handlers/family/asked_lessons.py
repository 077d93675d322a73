"""Lessons that are never sent unasked: somebody opens them. Of what happens at home only where they say they are alone.

``ENTRY`` is the way in for a menu. Its words say nothing, because others may look at the phone.
"""

from __future__ import annotations

from content.lessons import Lesson
from db.children import cared_for
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.family import family

ENTRY = Option("menu:pribadi", "Hal pribadi")
AT_HOME, SPECIAL_NEEDS = "ditanya-rumah-tidak-aman", "ditanya-kebutuhan-khusus"
ALONE = (
    "*Hal pribadi*\n\nBagian ini lebih baik dibaca sendiri. Isinya tetap ada di obrolan ini sampai dihapus, dan orang "
    "lain yang memegang HP ini bisa melihatnya.\n\nSedang sendirian?"
)


def ask_alone(context: Context) -> None:
    """Ask whether somebody is alone before anything is shown."""
    context.say(Message(ALONE, (Option("private:open", "Ya, buka"), Option("menu:home", "Nanti saja"))))


def open_private(context: Context) -> None:
    """Show the mother where to turn when her home is not safe; to other carers only the numbers of services."""
    mother = any(carer.relation == "ibu" for carer in cared_for(context.session, context.person.id))
    if mother:
        _show(context, AT_HOME)
        return
    context.note("lesson.open", subject(context.person))
    context.say(
        Message(
            "Ada hal yang sulit diceritakan di rumah? Bidan bisa diajak bicara berdua saja. Nomornya ada di tombol.",
            (Option("danger:numbers", "Nomor layanan"), HOME),
        )
    )


def open_special_needs(context: Context) -> None:
    _show(context, SPECIAL_NEEDS)


def _show(context: Context, lesson_id: str) -> None:
    lesson = context.city.library.translated(context.person.language, context.city.library.by_id[lesson_id])
    context.note("lesson.open", subject(context.person))
    context.worth = LASTING
    context.say(Message(f"🤍 *{lesson.topic}*\n\n{_text(context, lesson)}", (HOME,)))


def _text(context: Context, lesson: Lesson) -> str:
    emergency = context.city.programme.emergency
    return lesson.render(ibu=family.called(context), darurat=emergency.to_call, kekerasan=emergency.for_violence)
