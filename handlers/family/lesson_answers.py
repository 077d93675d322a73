"""Answers to the question of a lesson: store the tap, and thank with a line that fits it."""

from __future__ import annotations

from sqlalchemy import func, select

from content.lessons import Lesson, Library
from db.children import Wedding, cared_for
from db.consent import LessonAnswer
from db.outbox import Outgoing
from db.states import MOURNING
from db.subjects import Subject, SubjectKind, subject
from flow.message import Message
from handlers.birth import birth, new_pregnancy
from handlers.chat.context import LASTING, Context, NotValid
from handlers.family import family, illness_answers
from programme import still_valid

BORN, NOT_BORN = ("hamil-40", "Sudah"), ("hamil-40", "Belum")  # the lesson, and its answers about a birth
EXPECTING = "Sudah hamil"  # the answer, to any lesson for couples, that reports a pregnancy
DONE, ASKED_OTHERWISE = ("sudah", "ya", "ada", "siap", "setuju"), ("masih", "apakah masih", "sedang", "ada yang")
GLAD = (
    "Senang mendengarnya, {to}.",
    "Bagus, {to}! Terima kasih sudah mengabari.",
    "Terima kasih, {to}. Ikut senang.",
)
NOT_YET = (
    "Terima kasih sudah bercerita, {to}. Kalau ada yang sulit, tanya bidan atau kader, ya.",
    "Terima kasih sudah menjawab, {to}. Pesannya boleh dibaca lagi kapan saja.",
    "Baik, {to}. Kami temani terus, ya.",
)
THANKS = ("Terima kasih sudah menjawab, {to}.", "Baik, {to}, sudah kami catat.", "Terima kasih ceritanya, {to}.")
AGAIN = "Nanti kami kirim satu pesan lagi tentang ini, ya."
WORRIED = "Kalau ada yang mengkhawatirkan, jangan tunggu: hubungi bidan atau datang ke puskesmas."


def answer(context: Context, lesson_id: str, number: int, about: str = "") -> None:
    """Store answer ``number`` (from 1) to a lesson about ``about``; a second one is stored too, and the newest counts.

    ``about`` is what the lesson was counted from, as in its key in the outbox; old buttons do not name it. Raises
    NotValid for an answer that does not exist, and for a lesson that was not sent to this person.
    """
    lesson = context.city.library.by_id.get(lesson_id)
    if lesson is None or lesson.question is None or not 1 <= number <= len(lesson.question.answers):
        raise NotValid(lesson_id)
    sent = context.session.scalar(select(Outgoing).where(Outgoing.key == _key(context, lesson_id, about)))
    if about and sent is None:
        raise NotValid(about)
    said = _wording(lesson, number)
    fallen = still_valid.fallen(context.session, [sent]).get(sent.id) if sent else None
    if fallen == MOURNING:
        # About somebody the family lost nothing is praised or stored.
        context.say(Message(f"Terima kasih, {family.called(context)}."))
        return
    carers = cared_for(context.session, context.person.id)
    if lesson.for_family and carers and all(carer.stopped_at for carer in carers):
        context.say(
            Message("Semua pesan sudah berhenti, jadi jawaban ini tidak kami simpan. Mau ikut lagi? Tulis *mulai*.")
        )
        return
    before = select(func.count()).select_from(LessonAnswer).where(LessonAnswer.person_id == context.person.id)
    turn = context.session.scalar(before) or 0
    context.session.add(
        LessonAnswer(person_id=context.person.id, lesson=lesson_id, about=about, answer=said, answered_at=context.now)
    )
    context.note("lesson.answer", subject(context.person))
    context.worth = LASTING
    if (found := illness_answers.meant(lesson_id, said)) and lesson.for_family:
        illness_answers.answer(context, found, sent)
    elif not _answered_as_news(context, lesson, said, about):
        line = reply(
            lesson,
            number,
            turn,
            raises=bool(about) and not fallen and _calls_for_lesson(context.city.library, lesson, number),
        )
        context.say(Message(f"✓ *{said}*\n{line.format(to=family.called(context))}"))


def reply(lesson: Lesson, number: int, turn: int, *, raises: bool) -> str:
    """The line said to an answer, with ``{to}`` for the name.

    ``turn`` counts the person's answers, for variety. ``raises``: a lesson about this answer will be sent.
    """
    lines = _fitting(lesson, number)
    parts = [lines[turn % len(lines)]]
    if raises:
        parts.append(AGAIN)
    if lesson.must_not_miss and lines is not GLAD:
        parts.append(WORRIED)
    return " ".join(parts)


def _wording(lesson: Lesson, number: int) -> str:
    if lesson.question is None or not 1 <= number <= len(lesson.question.answers):
        raise LookupError(number)
    return lesson.question.answers[number - 1]


def _fitting(lesson: Lesson, number: int) -> tuple[str, ...]:
    """The lines to choose from. Praise only for a first answer that says that something good was done."""
    asked, said = (lesson.question.text if lesson.question else "").casefold(), _wording(lesson, number).casefold()
    if number == 1:
        done = said.split()[0].strip(",") in DONE and not asked.startswith(ASKED_OTHERWISE)
        return GLAD if done else THANKS
    return NOT_YET if said.startswith("belum") and not lesson.must_not_miss else THANKS


def _calls_for_lesson(library: Library, lesson: Lesson, number: int) -> bool:
    """Whether the answer brings about a condition for which there is a lesson."""
    raised = lesson.question.raised_by(number) if lesson.question else ""
    return bool(raised) and any(one.for_family and one.condition == raised for one in library.of_anchor("kejadian"))


def _key(context: Context, lesson_id: str, about: str) -> str:
    return f"lesson:{context.person.id}:{lesson_id}:{about}"


def _answered_as_news(context: Context, lesson: Lesson, said: str, about: str) -> bool:
    """Open the form for an answer that reports a birth or a pregnancy. Returns whether it answered the person."""
    if (lesson.id, said) == BORN:
        if about:
            birth.begin(context, f"pregnancy:{about}")
        else:
            birth.choose(context)
    elif (lesson.id, said) == NOT_BORN and about:
        birth.not_yet(context, str(Subject(SubjectKind.PREGNANCY, int(about))))
    elif said == EXPECTING and lesson.anchor == "nikah" and about:
        wedding = context.session.get(Wedding, int(about))
        if wedding is None:
            raise NotValid(about)
        new_pregnancy.begin(context, wedding.family_id)
    else:
        return False
    return True
