"""Command "pertanyaan": a health worker's own questions, and for a coordinator those that nobody answers in time."""

from __future__ import annotations

from db.people import addresses
from db.questions import Question
from db.roles import Role
from db.subjects import subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.questions import answering
from programme import question_messages, questions
from programme.contacts import called
from reports.digest import late_questions

AT_ONCE = 4  # two buttons each; WhatsApp shows ten in a list


def show(context: Context) -> None:
    """Say what waits for the health worker, and what the coordinator has to see to."""
    said = answering.show_waiting(context)
    if context.person.has(Role.COORDINATOR):
        said = _show_late(context) or said
    if not said:
        answering.say_none(context)


def _show_late(context: Context) -> bool:
    """Say which questions wait too long in the coordinator's places, by code and without a word of them."""
    found = late_questions.rows(context.session, context.person, context.now, context.city)
    if not found:
        return False
    lines, options = list[str](), list[Option]()
    for number, one in enumerate(found[:AT_ONCE], 1):
        lines.append(f"{number}. {one.words}")
        if one.answers_id is not None:
            options.append(Option(f"question:remind:{one.id}", f"Ingatkan nomor {number}"))
        options.append(Option(f"question:next:{one.id}", f"Teruskan nomor {number}"))
        context.note("question.view", one.about or subject(context.person))
    more = f"\ndan {len(found) - AT_ONCE} lagi" if len(found) > AT_ONCE else ""
    text = f"💬 *Pertanyaan yang belum dijawab: {len(found)}*\n" + "\n".join(lines) + more
    context.say(Message(text, tuple(options), (HOME,)))
    return True


def remind(context: Context, question_id: int) -> None:
    """Remind who is to answer, on behalf of the coordinator; at most once a day."""
    question = context.session.get_one(Question, question_id)
    who = question.responsible
    if not _waits(context, question) or who is None:
        return
    if question.reminded_at is not None and context.city.today(question.reminded_at) == context.today:
        context.say(Message(f"{called(who)} sudah diingatkan hari ini. Bisa juga diteruskan ke petugas lain.", (HOME,)))
        return
    context.worth = LASTING
    if not addresses(context.session, who.id):
        context.say(Message(f"{called(who)} tidak terhubung ke sini. Hubungi langsung, atau teruskan, ya.", (HOME,)))
        return
    questions.remind(context.session, context.city, context.now, question, context.person.id)
    context.say(Message(f"{called(who)} kami ingatkan.", (HOME,)))


def pass_on(context: Context, question_id: int) -> None:
    """Give the question to the next health worker of the place."""
    question = context.session.get_one(Question, question_id)
    if not _waits(context, question):
        return
    context.worth = LASTING
    to = questions.pass_on(context.session, context.city, context.now, question, None, asked_by=context.person.id)
    if to is None:
        text = "Belum ada petugas lain yang terhubung untuk tempat ini. Undang petugasnya, atau hubungi puskesmas."
        context.say(Message(text, (HOME,)))
        return
    who = question_messages.answers_as(context.session, to, question.family)
    context.say(Message(f"Baik, kami teruskan kepada *{who}*.", (HOME,)))


def _waits(context: Context, question: Question) -> bool:
    if question.waits_since is not None:
        return True
    context.say(Message("Pertanyaan itu sudah dijawab atau ditutup. Terima kasih.", (HOME,)))
    return False
