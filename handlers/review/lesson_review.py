"""Command "tinjau": the next unsigned lesson as a family sees it, to be signed, to be changed, or passed over."""

from __future__ import annotations

from datetime import date, timedelta

from content.city import City
from content.lessons import LANGUAGE, Lesson
from content.review import ReviewedText
from db.subjects import subject
from drawing import lesson_pictures
from flow.message import Attachment, Message, Option, plain
from handlers.chat.context import LASTING, Context, NotValid
from handlers.chat.forms import HOME
from programme import lesson_reviews, lesson_words
from programme.lesson_reviews import SHORT, Changed
from rules.stages import PREGNANCY_DAYS, age

SHOWN = 300  # characters of a wish, so that the message stays one on every channel
AWAITED = "tinjau"  # what ``Address.awaiting`` says while it is asked what is to be changed
AGAIN = Option("menu:tinjau", "Tinjau berikutnya")
DONE = "Tidak ada lagi pesan yang menunggu tanda tangan sesudah ini. Terima kasih, {to}. 👏"
ANEW = "Teks itu sudah berubah, jadi belum ditandatangani. Ini bunyinya sekarang."
EXAMPLE_DAYS, EXAMPLE_BEFORE = 400, 80  # the child's age, and days to the HPL, where the lesson names no day
MOTHER, CHILD, STAFF_CALL = "Bu Sari", "Rafa", "Ibu/Bapak"  # names in the examples


def begin(context: Context) -> None:
    """Show the first lesson that nobody has signed."""
    _show_next(context)


def sign(context: Context, name: str, language: str, shown: str) -> None:
    """Sign the words that were shown, and show the next lesson."""
    text = _found(context, name, language, shown)
    if text is None:
        return
    lesson_reviews.sign(context.session, context.now, text, lesson_reviews.signed_by(context.person), context.person.id)
    context.session.flush()
    context.note("lesson.sign", subject(context.person))
    _show_next(context, text.label, f"✓ *{text.label}* ditandatangani atas nama {_signer(context)}.")


def want_change(context: Context, name: str, language: str, shown: str) -> None:
    """Keep that the lesson is to be changed, and ask how."""
    text = _found(context, name, language, shown)
    if text is None:
        return
    lesson_reviews.want_change(context.session, context.now, text, context.person)
    context.note("lesson.change", subject(context.person))
    context.address.draft_id, context.address.awaiting = None, AWAITED
    context.worth = LASTING
    context.say(Message(f"*{text.label}*: apa yang perlu diubah? Tulis dengan kata-kata sendiri.", (AGAIN, HOME)))


def take_words(context: Context, text: str) -> None:
    """Keep what is to be changed for the editor, and show the next lesson."""
    context.address.awaiting = ""
    found = lesson_reviews.add_wish(context.session, context.person.id, text)
    if found is None:
        _show_next(context)
        return
    _show_next(context, _label(found.lesson, found.language), "Terima kasih, catatannya diteruskan kepada penyunting.")


def skip(context: Context, name: str, language: str) -> None:
    """Show the lesson after this one."""
    _show_next(context, _label(name, language))


def _show_next(context: Context, after: str = "", said: str = "") -> None:
    context.worth = LASTING
    text = lesson_reviews.next_lesson(context.session, context.city, context.person.id, after)
    if text is None or text.lesson is None:
        words = DONE.format(to=plain(context.person.name))
        context.say(Message("\n\n".join(filter(None, (said, words))), (HOME,)))
        return
    _show(context, text, text.lesson, said)


def _show(context: Context, text: ReviewedText, lesson: Lesson, said: str) -> None:
    """The lesson as it is sent, without its buttons; then what one needs to judge it, and what can be done."""
    mark = "❗ " if lesson.must_not_miss else ""
    asked = lesson.question
    parts = [
        f"{mark}*{lesson.topic}*",
        lesson.render(**example(context.city, context.today, lesson)),
        asked.text if asked else "",
    ]
    context.say(Message("\n\n".join(filter(None, parts)), attachment=_picture(context, lesson)))
    _, language, fingerprint = text.signature
    token = f"{lesson.id}:{language}:{fingerprint[:SHORT]}"
    context.say(
        Message(
            "\n\n".join(filter(None, (said, *_about(context, text, lesson)))),
            (
                Option(f"review:sign:{token}", "Setuju, tanda tangan"),
                Option(f"review:change:{token}", "Perlu diubah"),
                Option(f"review:skip:{lesson.id}:{language}", "Lewati"),
            ),
        )
    )


def _about(context: Context, text: ReviewedText, lesson: Lesson) -> list[str]:
    waiting = [one for one in lesson_reviews.unsigned(context.session, context.city) if one.lesson]
    urgent = sum(one.is_urgent for one in waiting)
    lines = [
        f"*{text.label}*, untuk {lesson_words.recipients(lesson)}. {lesson_words.when(lesson)}.",
        f"Pemberitahuan: {lesson.notice}",
        f"Sumber: {lesson.source}",
    ]
    if lesson.question:
        lines.insert(2, f"Tombol: {' | '.join(lesson.question.answers)}")
    wished = [
        f"Diminta diubah oleh {plain(one.name)}: {plain(one.wish[:SHOWN])}"
        for one in lesson_reviews.wishes(context.session, context.city)
        if lesson_reviews.signature_of(one) == text.signature and one.wish
    ]
    left = f"Menunggu tanda tangan: {urgent} tentang tanda bahaya, {len(waiting) - urgent} lainnya."
    return ["\n".join(lines), *wished, left]


def example(city: City, today: date, lesson: Lesson) -> dict[str, object]:
    """Values for the names in the text: those of an example, and the numbers of this city."""
    emergency = city.programme.emergency
    days = lesson.day if lesson.anchor == "lahir" else EXAMPLE_DAYS
    week = (PREGNANCY_DAYS + (lesson.day if lesson.anchor == "hpl" else -EXAMPLE_BEFORE)) // 7
    return {
        "ibu": MOTHER, "sapaan": STAFF_CALL, "nama": CHILD, "umur": str(age(today - timedelta(days=days), today)),
        "minggu": week, "darurat": emergency.to_call, "krisis": str(emergency.crisis),
        "kekerasan": emergency.for_violence,
    }  # fmt: skip


def _picture(context: Context, lesson: Lesson) -> Attachment | None:
    if not lesson.picture:
        return None
    days = lesson.day if lesson.anchor == "lahir" else EXAMPLE_DAYS
    due = context.today - timedelta(days=lesson.day if lesson.anchor == "hpl" else -EXAMPLE_BEFORE)
    born = context.today - timedelta(days=days)
    facts = lesson_pictures.Facts(context.today, born, CHILD, due=due)
    return lesson_pictures.attachment(context.city, lesson.picture, facts)


def _found(context: Context, name: str, language: str, shown: str) -> ReviewedText | None:
    """The text that was shown; None where its words have changed since, and the new ones are shown instead."""
    try:
        return lesson_reviews.find(context.city, name, language, shown)
    except Changed:
        lesson = context.city.library.by_id.get(name)
        if lesson is None:
            raise NotValid(name) from None
        _show_next(context, said=ANEW)
        return None


def _signer(context: Context) -> str:
    return plain(lesson_reviews.signed_by(context.person))


def _label(name: str, language: str) -> str:
    return name if language == LANGUAGE else f"{name}.{language}"
