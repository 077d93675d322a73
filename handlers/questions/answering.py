"""A health worker answers a question from their own chat: by replying, or by *Jawab* and typing; or passes it on."""

from __future__ import annotations

from datetime import timedelta

from db import questions as threads
from db.questions import Part, Question, QuestionMessage
from db.roles import Role
from db.subjects import Subject, subject
from flow.message import Message, Option
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from handlers.questions import replies
from programme import question_messages as words
from programme import questions
from programme.contacts import called
from rules.signs import Urgency

LATELY = timedelta(hours=1)  # so long after an answer a worker's free words may go on with it
CHOICES = 4
SHOWN = 5  # questions in a list
URGENCIES = {"now": Urgency.NOW, "today": Urgency.TODAY, "soon": Urgency.SOON}
FORM_WAITS = "Isian yang tadi terbuka tetap tersimpan; tulis *lanjut* untuk meneruskannya."
OVER = {
    words.STOPPED: "Yang bertanya tidak menunggu jawaban lagi.",
    words.REFERRED: "Pertanyaan ini sudah menjadi rujukan. Tulis *rujukan* untuk melihatnya.",
}


# --- what is heard --------------------------------------------------------------------------


def of_reply(context: Context) -> Question | None:
    """The question that a health worker answers by replying to its message."""
    question = replies.replied(context)
    return question if question is not None and context.may("question.answer", question) else None


def is_reply(context: Context) -> bool:
    text = context.incoming.text
    return text is not None and not text.startswith("/") and of_reply(context) is not None


def of_awaited(context: Context) -> Question | None:
    """The question for which *Jawab* was tapped."""
    question = replies.awaited(context, replies.ANSWERING)
    return question if question is not None and context.may("question.answer", question) else None


def is_awaited(context: Context) -> bool:
    return context.incoming.text is not None and of_awaited(context) is not None


def is_wordless(context: Context) -> bool:
    """Whether a health worker answers with a voice note, a photo, a file, a place or a contact."""
    incoming = context.incoming
    if incoming.tap is not None or incoming.text is not None or context.address.person is None:
        return False
    if of_reply(context) or of_awaited(context):
        return True
    shown = incoming.unsupported or incoming.photo or incoming.document
    return bool(shown) and not _has_form(context) and bool(_waiting(context))


def is_unaddressed(context: Context) -> bool:
    """Whether a health worker writes free words that may be an answer, without saying to which question."""
    return context.incoming.text is not None and bool(_candidates(context))


def _has_form(context: Context) -> bool:
    return context.address.draft_id is not None


def _waiting(context: Context) -> list[Question]:
    """The questions that wait for this health worker."""
    if not context.person.has(Role.HEALTH):
        return []
    return [
        one for one in threads.waiting_for(context.session, context.person.id) if context.may("question.answer", one)
    ]


def _candidates(context: Context) -> list[Question]:
    """The questions that free words may answer: those that wait, and those answered a moment ago."""
    if not context.person.has(Role.HEALTH) or questions.role_of(context.session, context.person) is not None:
        return []
    lately = threads.answered_by(context.session, context.person.id, context.now - LATELY)
    found = {one.id: one for one in (*_waiting(context), *lately)}
    return [one for one in found.values() if context.may("question.answer", one)][:CHOICES]


# --- the answer -----------------------------------------------------------------------------


def take_reply(context: Context) -> None:
    """What was written in reply to a question's message is its answer; a form that is open stays as it is."""
    if (question := of_reply(context)) is not None:
        send(context, question, context.incoming.text or "")


def take_awaited(context: Context) -> None:
    """What is written after *Jawab*."""
    if (question := of_awaited(context)) is not None:
        context.address.awaiting = ""
        send(context, question, context.incoming.text or "")


def send(context: Context, question: Question, said: str) -> None:
    """Pass the answer on, and say so; where it cannot arrive, say that instead."""
    context.worth = LASTING
    if (over := OVER.get(question.closed_why)) is not None:
        context.say(Message(f"{over} Pesan tadi tidak kami teruskan.", (HOME,)))
        return
    arrives = questions.answer(context.session, context.city, context.now, question, context.person, said)
    name = words.writer(context.session, question)
    lost = "\n\nFoto atau berkasnya *tidak* ikut: yang kami teruskan tulisannya saja." if context.lost_file else ""
    form = f"\n\n{FORM_WAITS}" if _has_form(context) else ""
    if arrives:
        context.say(Message(f"Terima kasih. Jawabannya kami sampaikan kepada *{name}*.{lost}{form}"))
    else:
        text = f"Jawabannya belum bisa kami sampaikan: *{name}* tidak terhubung ke sini lagi. Mohon ditelepon, ya."
        context.say(Message(text + lost + form))


def refuse_file(context: Context) -> None:
    """Say at once that a voice note or a picture was not passed on."""
    context.worth = LASTING
    question = of_reply(context) or of_awaited(context) or next(iter(_waiting(context)), None)
    name = f" kepada *{words.writer(context.session, question)}*" if question else ""
    text = (
        f"Kiriman tadi *tidak* kami teruskan{name}: suara, foto, dan berkas belum bisa lewat sini. "
        "Tulis jawabannya dengan kata-kata, ya, atau telepon langsung."
    )
    answer = (Option(f"question:answer:{question.id}", "Jawab"),) if question else ()
    context.say(Message(text, answer))


def ask_which(context: Context) -> None:
    """Ask for which question free words are meant; they are kept until then."""
    found = _candidates(context)
    line = threads.write(
        context.session, found[0], Part.HELD, context.now, context.person.id, context.incoming.text or ""
    )
    options = [Option(f"question:send:{one.id}:{line.id}", f"Kirim ke {_short(context, one)}") for one in found]
    text = "Tulisan tadi jawaban untuk siapa? Belum kami kirim ke siapa pun."
    context.say(Message(text, (*options, Option(f"question:drop:{found[0].id}:{line.id}", "Bukan jawaban"))))


def send_held(context: Context, question_id: int, line_id: int) -> None:
    """The tap that says to whom: the words that were kept are sent there."""
    line = _held(context, line_id)
    said = line.words
    context.session.delete(line)
    send(context, context.session.get_one(Question, question_id), said)


def drop_held(context: Context, question_id: int, line_id: int) -> None:
    """The tap that they were no answer: they are deleted."""
    context.session.delete(_held(context, line_id))
    context.say(Message("Baik, tidak kami kirim ke siapa pun.", (HOME,)))


def _held(context: Context, line_id: int) -> QuestionMessage:
    """The words that this person wrote and has not sent. Raises NotValid for any other line."""
    line = context.session.get(QuestionMessage, line_id)
    if line is None or line.part != Part.HELD or line.person_id != context.person.id:
        raise NotValid(str(line_id))
    return line


def _short(context: Context, question: Question) -> str:
    """Who asked, in so few characters that they fit on a button: "Bu Sari"."""
    return words.writer(context.session, question)[:14]


# --- the buttons ----------------------------------------------------------------------------


def begin(context: Context, question_id: int) -> None:
    """*Jawab*: what is typed next goes to who asked; a form that is open is left for later."""
    question = context.session.get_one(Question, question_id)
    if (over := OVER.get(question.closed_why)) is not None:
        context.say(Message(over, (HOME,)))
        return
    form = f"\n\n{FORM_WAITS}" if _has_form(context) else ""
    replies.await_words(context, replies.ANSWERING, question)
    name = words.writer(context.session, question)
    text = f"Tulis jawaban untuk *{name}*. Kami meneruskannya apa adanya, dengan nama dan peran {context.you}."
    context.say(Message(text + form, (Option("menu:home", "Tidak jadi"),)))


def pass_on(context: Context, question_id: int) -> None:
    """*Teruskan*: the next health worker gets it, with everything that was written."""
    question = _open(context, question_id)
    if question is None:
        return
    to = questions.pass_on(context.session, context.city, context.now, question, context.person)
    context.worth = LASTING
    if to is None:
        text = f"Belum ada petugas lain yang terhubung untuk tempat ini, jadi pertanyaannya tetap pada {context.you}."
        context.say(Message(text, words.options(question)))
        return
    who = words.answers_as(context.session, to, question.family)
    context.say(Message(f"Baik, pertanyaannya kami teruskan kepada *{who}*, lengkap dengan isinya.", (HOME,)))


def ask_why(context: Context, question_id: int) -> None:
    """*Tutup*: ask why it ends without an answer here."""
    question = _open(context, question_id)
    if question is not None:
        ends = tuple(Option(f"question:end:{question.id}:{why}", label) for why, label in words.ENDS.items())
        context.say(Message("Ditutup karena apa?", ends))


def end(context: Context, question_id: int, why: str) -> None:
    """Close it for this reason."""
    question = _open(context, question_id)
    if question is None:
        return
    questions.close(context.session, context.city, context.now, question, context.person.id, why)
    context.worth = LASTING
    told = f" {words.writer(context.session, question)} kami beri tahu." if why == words.VISIT else ""
    context.say(Message(f"Baik, pertanyaannya ditutup.{told}", (HOME,)))


def ask_urgency(context: Context, question_id: int) -> None:
    """*Jadikan rujukan*: ask how soon somebody must look."""
    question = _open(context, question_id)
    if question is None:
        return
    soon = {"now": "Sekarang juga", "today": "Hari ini", "soon": "Dalam 3-7 hari"}
    ways = tuple(Option(f"question:refer:{question.id}:{key}", label) for key, label in soon.items())
    text = f"Kapan {words.to_be_seen(question)} harus diperiksa?"
    context.say(Message(text, ways))


def refer(context: Context, question_id: int, urgency: str) -> None:
    """Open the referral."""
    question = _open(context, question_id)
    if question is None:
        return
    told = questions.refer(context.session, context.city, context.now, question, context.person, URGENCIES[urgency])
    if told is None:
        raise NotValid(str(question_id))
    context.worth = LASTING
    people = f"Yang dikabari: *{', '.join(told.people)}*. " if told.people else ""
    name = words.writer(context.session, question)
    context.say(
        Message(f"Rujukannya sudah dibuka. {people}{name} kami beri tahu.", (Option("menu:rujukan", "Rujukan"),))
    )


def _open(context: Context, question_id: int) -> Question | None:
    """The question, if nobody has closed it; otherwise says that it is over."""
    question = context.session.get_one(Question, question_id)
    if questions.is_live(question):
        return question
    context.say(Message(OVER.get(question.closed_why, "Pertanyaan ini sudah ditutup. Terima kasih."), (HOME,)))
    return None


# --- the list -------------------------------------------------------------------------------


def show_waiting(context: Context) -> bool:
    """Say the questions that wait for this health worker, each with its thread. Returns whether there are any."""
    found = _waiting(context)
    for question in found[:SHOWN]:
        said = words.to_answer(
            context.session, context.city, question, context.person, context.now, questions.STILL_WAITS
        )
        row = context.say(said)
        if row is not None:
            threads.belongs(context.session, question.id, row)
        context.note("question.view", _subject(question, context))
    if len(found) > SHOWN:
        context.say(Message(f"Masih ada {len(found) - SHOWN} pertanyaan lain. Jawab dulu yang di atas, ya."))
    return bool(found)


def _subject(question: Question, context: Context) -> Subject:
    return subject(question.about or question.writer or context.person)


def say_none(context: Context) -> None:
    context.say(Message(f"Tidak ada pertanyaan yang menunggu, {called(context.person)}. Terima kasih.", (HOME,)))
