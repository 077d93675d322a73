"""What a family or an ASN writes in their own words: a question, more of one, or thanks for its answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from content.questions import is_nod, is_thanks
from db.questions import Part, Question, QuestionState, thread
from db.roles import Role
from flow.message import Message
from handlers.asking import thanks
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from handlers.questions import replies
from handlers.questions.small_words import is_greeting
from programme import question_messages, questions

BURST = timedelta(minutes=2)  # words that follow so soon need no line of their own
FEW_WORDS = 3  # of an ASN: with fewer it is a mistyped command, unless it asks
FORM_WAITS = "Isian yang tadi tetap tersimpan. Tulis *lanjut* untuk meneruskannya."


# --- what is heard --------------------------------------------------------------------------


def is_reply(context: Context) -> bool:
    """Whether somebody replies to a message of their own question."""
    question = replies.replied(context)
    return question is not None and _written(context) and context.may("question.write", question)


def is_awaited(context: Context) -> bool:
    """Whether somebody writes after *Tulis lagi*."""
    question = replies.awaited(context, replies.WRITING_ON)
    return question is not None and _written(context) and context.may("question.write", question)


def thanked(context: Context) -> bool:
    """Whether these words only thank."""
    return context.may("question.ask") and is_thanks(context.incoming.text or "")


def agrees(context: Context) -> bool:
    """Whether these words only agree, and no health worker has asked anything: "iya" may be an answer."""
    return context.may("question.ask") and is_nod(context.incoming.text or "") and not is_asked(context)


def greets(context: Context) -> bool:
    return context.may("question.ask") and is_greeting(context.incoming.text or "")


def asks(context: Context) -> bool:
    """Whether these words are a question of a family or an ASN, or go on with one."""
    text = context.incoming.text or ""
    role = questions.role_of(context.session, context.person) if context.may("question.ask") else None
    if role is None or not any(letter.isalnum() for letter in text):
        return False
    if _current(context) is not None:
        return True
    if not any(letter.isalpha() for letter in text):  # "3" is an answer, and begins nothing
        return False
    return role == Role.FAMILY or "?" in text or len(text.split()) >= FEW_WORDS


def _written(context: Context) -> bool:
    text = context.incoming.text
    return text is not None and not text.startswith("/")


def is_with_somebody(context: Context) -> bool:
    """Whether the next words would go to a health worker who answers this person already."""
    question = _current(context)
    return question is not None and question.responsible_id is not None


def _current(context: Context) -> Question | None:
    return questions.current(context.session, context.city, context.person, context.now)


def is_asked(context: Context) -> bool:
    """Whether the last words of a health worker in the thread ask something."""
    question = _current(context)
    lines = thread(context.session, question.id) if question else ()
    answers = [one.words for one in lines if one.part == Part.ANSWERED]
    return bool(answers) and "?" in answers[-1]


# --- what is done ---------------------------------------------------------------------------


def take_on(context: Context) -> None:
    """Words of a thread that was named: by a reply to one of its messages, or after *Tulis lagi*."""
    question = replies.replied(context) or replies.awaited(context, replies.WRITING_ON)
    context.address.awaiting = ""
    text = context.incoming.text or ""
    if question is not None and is_thanks(text):
        end_kindly(context, question)
    elif question is not None and question.closed_why not in (question_messages.STOPPED, question_messages.REFERRED):
        ask(context, text, question)
    else:
        ask(context, text)


def ask(context: Context, text: str, question: Question | None = None) -> None:
    """Open a question with these words, or add them to one, and say who answers, and when."""
    context.worth = LASTING
    before = _last_asked(context, question or _current(context))
    asked = questions.ask(context.session, context.city, context.now, context.person, text, question=question)
    if asked.is_new:
        said = question_messages.kept(context.session, context.city, asked.question, context.now)
        questions.keep_said(context.session, context.now, asked.question, said)
    elif asked.again:
        said = _again(context, asked.question)
        questions.keep_said(context.session, context.now, asked.question, said)
    elif before and context.now - before < BURST:
        return  # several lines of one thought: the first has been answered
    else:
        said = "Baik, kami tambahkan."
    context.say(Message(said))


def _last_asked(context: Context, question: Question | None) -> datetime | None:
    """When the writer wrote last in this thread."""
    if question is None:
        return None
    return max((one.at for one in thread(context.session, question.id) if one.part == Part.ASKED), default=None)


def _again(context: Context, question: Question) -> str:
    if question.responsible is None:
        return question_messages.kept(context.session, context.city, question, context.now)
    who = question_messages.answers_as(context.session, question.responsible, question.family)
    when = question_messages.expected_words(context.city, question.counted_from, context.now)
    return f"Baik, kami sampaikan lagi kepada *{who}*. {when}"


def write_on(context: Context, question_id: int) -> None:
    """The tap *Tulis lagi*: what is written next belongs to the question."""
    question = context.session.get_one(Question, question_id)
    in_form = context.address.draft_id is not None
    replies.await_words(context, replies.WRITING_ON, question)
    context.say(Message(f"Silakan tulis, kami sampaikan.{f' {FORM_WAITS}' if in_form else ''}"))


def thank(context: Context) -> None:
    """Thanks in words: an answered question ends kindly; one that waits goes on waiting."""
    question = _current(context)
    if question is not None and question.state == QuestionState.ANSWERED:
        end_kindly(context, question)
        return
    if question is not None and question.state == QuestionState.OPEN and question.responsible is not None:
        name = question_messages.writer(context.session, question)
        context.say(Message(f"Sama-sama, {name}. Jawabannya menyusul."))
        return
    thanks.answer(context, context.incoming.text or "")


def agree(context: Context) -> None:
    """A bare "ok" is nothing to be passed on."""
    thanks.answer(context, context.incoming.text or "")


def end_with_thanks(context: Context, question_id: int) -> None:
    """The tap *Terima kasih*."""
    end_kindly(context, context.session.get_one(Question, question_id))


def end_kindly(context: Context, question: Question) -> None:
    """Close an answered question with a kind word."""
    context.worth = LASTING
    if question.state == QuestionState.ANSWERED:
        questions.close(
            context.session, context.city, context.now, question, context.person.id, question_messages.THANKED
        )
    form = f"\n\n{FORM_WAITS}" if context.address.draft_id is not None else ""
    name = question_messages.writer(context.session, question)
    context.say(Message(f"Sama-sama, {name}. Kapan saja ada yang ingin ditanyakan, tulis di sini.{form}", (HOME,)))
