"""Lessons that speak of a question, offered by their titles; a tap sends one as the family would have got it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content.conditions import Subject as Topic
from content.lessons import STAGES, Lesson
from db import endings, visits
from db.children import Carer, Child, Pregnancy, cared_for
from db.consent import Note
from db.states import TAUGHT
from db.subjects import Subject, subject
from flow.message import Message, Option
from handlers.asking import records
from handlers.chat.context import Context, NotValid
from handlers.chat.names import child_name
from handlers.family import family
from programme import lesson_search
from programme.names import salute
from reports.lesson_message import message_of

AROUND = 30  # days before and after a lesson's own days on which it fits too, whatever stage it belongs to
OFFERED = "Ada pesan kami yang membahas itu, {to}. Ketuk judulnya untuk membaca. Belum terjawab? Ketuk *Tanya bidan*."
AUDIENCES = {"ibu": "ibu", "ayah": "ayah"}


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a lesson is told about (``reports.lesson_message.About``), and ``day``, from which its days are counted."""

    kind: str
    own: str
    subject: Topic | None
    dated: date
    child: str
    mother: str
    received: frozenset[str]
    about: Subject
    day: date


def offer(context: Context, text: str) -> bool:
    """Offer at most three lessons that speak of it, and the way to a person. Returns False where there are none."""
    told = list(_told(context))
    if not told:
        return False
    names = _names(context)
    found = lesson_search.find(
        context.session, context.city.library, text, names,
        lambda lesson: any(_fits(lesson, one, context.today) for one in told),
    )  # fmt: skip
    if not found:
        return False
    note = Note(person_id=context.person.id, text=text, at=context.now)
    context.session.add(note)
    context.session.flush()
    context.note("note.keep", subject(context.person))
    options = [
        Option(f"tell:{lesson.id}:{one.about}", _translated(context, lesson).topic)
        for lesson in found
        if (one := next((one for one in told if _fits(lesson, one, context.today)), None))
    ]
    ask = Option(f"ask:note:{note.id}", "Tanya bidan")
    said = OFFERED.format(to=family.called(context))
    context.say(Message(said, (*options, ask)))
    return True


def tell(context: Context, lesson_id: str, about: str) -> None:
    """Send the lesson about this child or pregnancy. Raises NotValid where it does not, or no longer, fit them."""
    lesson = context.city.library.by_id.get(lesson_id)
    told = next((one for one in _told(context) if str(one.about) == about), None)
    if lesson is None or told is None or not _fits(lesson, told, context.today):
        raise NotValid(lesson_id)
    context.note("lesson.ask", told.about)
    message = message_of(_translated(context, lesson), told, family.called(context), context.today, context.city)
    context.say(message)


def _fits(lesson: Lesson, told: Told, today: date) -> bool:
    """Whether the lesson may be offered about them today: its stage is theirs, or its own days are near."""
    if not lesson.is_offered or lesson.anchor != told.kind:
        return False
    stage, now = STAGES[lesson.stage], (today - told.day).days
    return stage.first <= now <= stage.last or lesson.day - AROUND <= now <= lesson.until + AROUND


def _told(context: Context) -> Iterator[Told]:
    """The children and pregnancies of the person's own families of which lessons may be told; none while one mourns."""
    quiet = context.today - timedelta(days=context.city.programme.loss.quiet_days)
    for carer in cared_for(context.session, context.person.id):
        home = carer.family
        if not context.may("known.tell", home) or endings.mourns(context.session, home.id, quiet):
            continue
        for one in home.pregnancies:
            if one.state in TAUGHT:
                yield _of(context, carer, one, "hpl", "hamil", one.due)
        for one in home.children:
            if one.state in TAUGHT and one.born is not None:
                yield _of(context, carer, one, "lahir", "anak", one.born)


def _of(context: Context, carer: Carer, one: Child | Pregnancy, kind: str, topic: Topic, day: date) -> Told:
    found = visits.of_child if isinstance(one, Child) else visits.of_pregnancy
    mother = salute(carer.family.mother_name, relation="ibu")
    return Told(
        kind=kind, own=AUDIENCES.get(carer.relation, "keluarga"), subject=topic, dated=day,
        child=child_name(one) if isinstance(one, Child) else "", mother=mother,
        received=visits.received(found(context.session, one.id)), about=subject(one), day=day,
    )  # fmt: skip


def _translated(context: Context, lesson: Lesson) -> Lesson:
    return context.city.library.translated(context.person.language, lesson)


def _names(context: Context) -> frozenset[str]:
    mothers = (one.mother_name for one in records.own_families(context))
    said = " ".join((context.person.name, *mothers)).casefold().split()
    return records.names(records.children(context)) | frozenset(said)
