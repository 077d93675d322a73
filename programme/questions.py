"""Questions of families and ASN: who gets them, how they are answered, passed on, closed, and what is told of that.

A question belongs to a thread, which one health worker answers at a time: the cadre of the posyandu first, then the
midwife, then other health workers and the head of the puskesmas. A coordinator sees that one waits, and no words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import consent, outbox
from db import questions as threads
from db.audit import note
from db.children import Child, Family, Pregnancy, cared_for
from db.drafts import Draft
from db.outbox import Kind, Outgoing
from db.people import Address, Person, addresses
from db.questions import LIVE, Part, Question, QuestionState
from db.roles import Role, Title
from db.states import CareState
from db.subjects import Subject, subject
from flow.message import Message
from programme import cries, on_call, referring
from programme import question_messages as words
from programme.contacts import calm
from programme.names import call_name
from programme.referring import Told
from programme.visitors import who_visit
from rules.signs import Urgency

ORDER = (Title.CADRE, Title.MIDWIFE, Title.NUTRITIONIST, Title.NONE, Title.HEAD)
"""In which order health workers are asked."""
NEW, PASSED, TAKEN_OVER = "Ada pertanyaan", "Pertanyaan yang diteruskan", "Pertanyaan yang belum terjawab"
STILL_WAITS = "Pertanyaan ini masih menunggu"
TO_BE_SEEN = "Diminta dilihat (dari pertanyaan)"  # what stands in the referral that a question became
TAKEN_BACK = "sudah ditangani yang lain"  # the reason of an unsent message to somebody who does not answer any more


@dataclass(frozen=True)
class Asked:
    """The thread; ``is_new``: these words began it; ``again``: they came after an answer, so that it waits anew."""

    question: Question
    is_new: bool
    again: bool


def role_of(session: Session, person: Person) -> Role | None:
    """As what this person asks: as a carer of a family, else as an ASN; None for anybody else."""
    if person.has(Role.FAMILY) and any(one.family.forgotten_at is None for one in cared_for(session, person.id)):
        return Role.FAMILY
    return Role.ASN if person.has(Role.ASN) else None


def current(session: Session, city: City, person: Person, now: datetime) -> Question | None:
    """The thread into which the next words of this person go; None where they would begin one."""
    return threads.current(session, person.id, now - city.programme.questions.thread_lasts)


Say = Callable[[Person], Message]
"""The message with a question as this person is to read it."""


def ask(
    session: Session,
    city: City,
    now: datetime,
    person: Person,
    said: str,
    *,
    question: Question | None = None,
    about: Child | Pregnancy | Family | None = None,
    say: Say | None = None,
) -> Asked:
    """Write these words into the person's thread, or begin one, and give it to who answers.

    ``question``: the thread they reply to, and ``about``: whom they ask about, where that is known. ``say`` gives what
    who answers reads instead of the usual words; it gets the buttons of the thread. Raises ValueError for a person who
    is neither a family's carer nor an ASN.
    """
    question = question or current(session, city, person, now)
    is_new = question is None
    if question is None:
        question = _begin(session, person, about or _about(session, person, said, city.today(now)), now)
    again = not is_new and question.state != QuestionState.OPEN
    line = threads.write(session, question, Part.ASKED, now, person.id, said)
    if again:
        question.state, question.waits_since, question.reminded_at = QuestionState.OPEN, now, None
        question.closed_at, question.closed_by, question.closed_why = None, None, ""
    _note(session, now, person.id, "question.ask", question)
    who, able = question.responsible, answerers(session, question, now)
    if who is None or all(one.id != who.id for one in able):
        if able:
            give(session, city, now, question, able[0], NEW if is_new else TAKEN_OVER, say=say)
        else:
            take_from(session, question, now)
        return Asked(question, is_new, again)
    if again:
        question.counted_from = words.expected(session, city, who, question.family, now)
    _forward(session, city, now, question, who, line.id, say)
    return Asked(question, is_new, again)


def _begin(session: Session, person: Person, about: Child | Pregnancy | Family | None, now: datetime) -> Question:
    role = role_of(session, person)
    if role is None:
        raise ValueError("only families and ASN ask")
    family = about if isinstance(about, Family | None) else about.family
    question = Question(
        person_id=person.id, writer=person, role=role, family=family, opened_at=now, waits_since=now, counted_from=now,
        child=about if isinstance(about, Child) else None, pregnancy=about if isinstance(about, Pregnancy) else None,
        state=QuestionState.OPEN,
    )  # fmt: skip
    session.add(question)
    session.flush()
    return question


def _about(session: Session, person: Person, said: str, today: date) -> Child | Pregnancy | Family | None:
    """The child whose name was written, else the only child or pregnancy there is, else the (first) family."""
    homes, children = cries.known(session, person, today)
    heard = set(re.findall(r"\w+", said.casefold()))
    named = [one for one in children if call_name(one.name).casefold() in heard]
    if len(named) == 1:
        return named[0]
    if not homes:
        return None
    running = [one for one in homes[0].pregnancies if one.state == CareState.ACTIVE]
    only = [*children, *running]
    return only[0] if len(homes) == 1 and len(only) == 1 else homes[0]


def answerers(session: Session, question: Question, now: datetime) -> Sequence[Person]:
    """Who can answer now, in the order in which they are asked; never who asked.

    The health workers of the family's places and who is on duty for them, then the heads, without those on leave and
    those who cannot be reached.
    """
    if question.family is None:
        return ()
    found = [
        *on_call.told_first(session, question.family, now),
        *on_call.told_later(session, question.family, now),
    ]
    people = list({one.id: one for one in found if one.id != question.person_id}.values())
    return [one for one in sorted(people, key=_rank) if addresses(session, one.id)]


def _rank(person: Person) -> int:
    return min((ORDER.index(role.title) for role in person.roles if role.role == Role.HEALTH), default=len(ORDER))


def give(
    session: Session,
    city: City,
    now: datetime,
    question: Question,
    to: Person,
    heading: str,
    *,
    say: Say | None = None,
) -> None:
    """Make this person responsible, and send them the whole thread, outside the quiet hours."""
    if question.responsible_id is not None:
        _take_back(session, question, question.responsible_id, now)
    question.responsible_id, question.responsible = to.id, to
    question.counted_from = words.expected(session, city, to, question.family, now)
    question.reminded_at = None
    threads.write(session, question, Part.GIVEN, now, to.id)
    message = _said(say, question, to) if say else words.to_answer(session, city, question, to, now, heading)
    _send(session, question, to.id, Kind.QUESTION, message, now, due_at=calm(city, now))


def _forward(
    session: Session, city: City, now: datetime, question: Question, to: Person, line_id: int, say: Say | None
) -> None:
    """Send words that were added to who answers. A message that has not left yet takes them up."""
    unsent = None if say else threads.unsent(session, question.id, to.id)
    if unsent is not None:
        row, from_line = unsent
        row.message = _again(session, city, question, to, now, from_line).to_json()
        return
    message = _said(say, question, to) if say else words.added(session, city, question, line_id)
    _send(session, question, to.id, Kind.QUESTION, message, now, due_at=calm(city, now), from_line=line_id)


def _again(session: Session, city: City, question: Question, to: Person, now: datetime, from_line: int) -> Message:
    """A message that waits to be sent, with the words that came since."""
    if from_line:
        return words.added(session, city, question, from_line)
    return words.to_answer(session, city, question, to, now, NEW)


def _said(say: Say, question: Question, to: Person) -> Message:
    return replace(say(to), options=words.options(question))


def take_from(session: Session, question: Question, now: datetime) -> None:
    """Leave the question without anybody: who had it cannot answer any more, and there is nobody else."""
    if question.responsible_id is not None:
        _take_back(session, question, question.responsible_id, now)
    question.responsible_id = question.responsible = None


def _take_back(session: Session, question: Question, person_id: int, now: datetime) -> None:
    """Skip what waits to be sent to somebody who does not answer this question any more."""
    planned = Outgoing.id.in_(threads.outgoing_of(session, [question.id])), Outgoing.person_id == person_id
    outbox.cancel(session, TAKEN_BACK, now, *planned, Outgoing.kind == Kind.QUESTION)


def _send(
    session: Session,
    question: Question,
    person_id: int,
    kind: Kind,
    message: Message,
    now: datetime,
    *,
    due_at: datetime,
    from_line: int = 0,
) -> bool:
    """Promise a message of the thread to a person. Returns whether they can be reached."""
    number = len(threads.outgoing_of(session, [question.id]))
    key = f"{kind}:thread-{question.id}:{person_id}:{number}"
    outbox.to_person(session, person_id, kind, key, message.to_json(), now, about=_subjects(question), due_at=due_at)
    row = session.execute(select(Outgoing.id, Outgoing.state).where(Outgoing.key == key)).one()
    threads.belongs(session, question.id, row[0], from_line)
    return row[1] != outbox.SKIPPED


def _subjects(question: Question) -> list[Subject]:
    return [subject(one) for one in (question.child, question.pregnancy) if one is not None]


def _note(session: Session, now: datetime, by: int | None, action: str, question: Question) -> None:
    """Add a line to the audit about whom the question is about, without a word of it."""
    about = question.about or question.writer
    if about is not None:
        note(session, now, by, action, subject(about))


# --- what who answers does ------------------------------------------------------------------


def answer(session: Session, city: City, now: datetime, question: Question, by: Person, said: str) -> bool:
    """Send these words to who asked, with the first name and role of who answers. Returns whether it can arrive.

    The ASN of the family hears that there was a question and an answer, where a parent's consent stands.
    """
    threads.write(session, question, Part.ANSWERED, now, by.id, said)
    if question.responsible_id not in (None, by.id) and question.state == QuestionState.OPEN:
        _tell_relieved(session, city, now, question, by)
    question.state, question.waits_since = QuestionState.ANSWERED, None
    question.answered_at, question.answered_by = now, by.id
    question.responsible_id, question.responsible = by.id, by
    question.closed_at, question.closed_by, question.closed_why = None, None, ""
    _note(session, now, by.id, "question.answer", question)
    if question.person_id is None:
        return False
    message = words.answer(session, city, question, by, said, _has_form_open(session, question.person_id))
    arrives = _send(session, question, question.person_id, Kind.ANSWER, message, now, due_at=now)
    _tell_visitors(session, city, now, question)
    return arrives


def _has_form_open(session: Session, person_id: int) -> bool:
    query = select(Draft.id).join(Address, Address.draft_id == Draft.id).where(Draft.person_id == person_id)
    return session.scalar(query.limit(1)) is not None


def _tell_relieved(session: Session, city: City, now: datetime, question: Question, by: Person) -> None:
    """Who would have answered hears that somebody else has."""
    if question.responsible_id is None:
        return
    _take_back(session, question, question.responsible_id, now)
    who = words.answers_as(session, by, question.family)
    text = f"Pertanyaan {words.writer(session, question)} sudah dijawab *{who}*. Tidak perlu dijawab lagi."
    _send(session, question, question.responsible_id, Kind.QUESTION_NEWS, Message(text), now, due_at=calm(city, now))


def _tell_visitors(session: Session, city: City, now: datetime, question: Question) -> None:
    """The ASN of the family hears once that it asked and was answered, and no words."""
    about, family = question.about, question.family
    if question.role != Role.FAMILY or about is None or family is None or not consent.agrees(session, family.id):
        return
    for asn in who_visit(session, about, city.today(now)):
        if asn.id != question.person_id:
            outbox.to_person(
                session, asn.id, Kind.QUESTION_NEWS, f"question-news:{question.id}:{asn.id}",
                words.asked_and_answered(session, question, asn).to_json(), now,
                about=_subjects(question), due_at=calm(city, now),
            )  # fmt: skip


def pass_on(
    session: Session, city: City, now: datetime, question: Question, by: Person | None, *, asked_by: int | None = None
) -> Person | None:
    """Give the question to the next health worker who has not had it yet. Returns who that is, None for nobody.

    Who answers it (``by``) may also give it back to somebody who has had it. ``asked_by``: the coordinator who had it
    passed on.
    """
    had = threads.given_to(session, question.id)
    able = [one for one in answerers(session, question, now) if one.id != question.responsible_id]
    able = [one for one in able if by is None or one.id != by.id]
    fresh = [one for one in able if one.id not in had]
    to = next(iter(fresh or (able if by else [])), None)
    if to is None:
        return None
    give(session, city, now, question, to, PASSED if by else TAKEN_OVER)
    _note(session, now, by.id if by else asked_by, "question.pass", question)
    return to


def close(session: Session, city: City, now: datetime, question: Question, by: int | None, why: str) -> None:
    """End the thread; ``why`` is a word of ``question_messages.CLOSED``.

    Who asked is told where they are to be answered in person. Who would still have answered hears that they need not,
    where it was who asked that ended it.
    """
    waited = question.state == QuestionState.OPEN
    question.state, question.waits_since = QuestionState.CLOSED, None
    question.closed_at, question.closed_by, question.closed_why = now, by, why
    threads.write(session, question, Part.CLOSED, now, by, why)
    _note(session, now, by, "question.close", question)
    who = question.responsible
    if who is not None:
        _take_back(session, question, who.id, now)
    if waited and who is not None and why == words.STOPPED:
        text = f"{words.writer(session, question)} tidak menunggu jawaban lagi. Pertanyaannya tidak perlu dijawab."
        _send(session, question, who.id, Kind.QUESTION_NEWS, Message(text), now, due_at=calm(city, now))
    if why == words.VISIT and who is not None:
        text = (
            f"*{words.answers_as(session, who, question.family)}*, akan menjawab pertanyaannya saat bertemu, di "
            "posyandu atau puskesmas. Perlu lebih cepat? Tulis lagi di sini."
        )
        tell_writer(session, now, question, text, due_at=calm(city, now))


def refer(session: Session, city: City, now: datetime, question: Question, by: Person, urgency: Urgency) -> Told | None:
    """Make a referral of the question, for whom it is about; who asked hears by when somebody will look.

    None where it is about nobody in particular.
    """
    about = words.subject_of(question)
    if about is None:
        return None
    told = referring.report(session, city, now, about, (), by.id, asks=[TO_BE_SEEN], urgency=urgency)
    question.referral_id = told.referral.id
    close(session, city, now, question, by.id, words.REFERRED)
    text = words.to_be_examined(session, city, question, by, urgency)
    tell_writer(session, now, question, text, due_at=now if urgency is not Urgency.SOON else calm(city, now))
    return told


def tell_writer(session: Session, now: datetime, question: Question, text: str, *, due_at: datetime) -> None:
    """Promise who asked news of their question, and keep it in the thread."""
    if question.person_id is None:
        return
    threads.write(session, question, Part.SAID, now, None, text)
    _send(session, question, question.person_id, Kind.ANSWER, Message(text), now, due_at=due_at)


def keep_said(session: Session, now: datetime, question: Question, text: str) -> None:
    """Keep in the thread what who asked was told at once."""
    threads.write(session, question, Part.SAID, now, None, text)


# --- what time does -------------------------------------------------------------------------


def remind(session: Session, city: City, now: datetime, question: Question, by: int | None = None) -> bool:
    """Send the question once more to who is to answer it. Returns whether there is somebody who can be reached."""
    who = question.responsible
    if who is None:
        return False
    question.reminded_at = now
    message = words.to_answer(session, city, question, who, now, STILL_WAITS)
    threads.write(session, question, Part.REMINDED, now, who.id)
    _note(session, now, by, "question.remind", question)
    return _send(session, question, who.id, Kind.QUESTION, message, now, due_at=calm(city, now))


def tell_late(session: Session, city: City, now: datetime, question: Question) -> None:
    """Tell who asked, once in a thread, that it takes long."""
    if question.late_told_at is None:
        question.late_told_at = now
        tell_writer(session, now, question, words.late(session, city, question), due_at=calm(city, now))


def stop(session: Session, city: City, now: datetime, person_id: int, family_id: int | None = None) -> None:
    """End every thread of somebody who wants no messages any more, or who has withdrawn for this family."""
    for question in threads.live_of(session, person_id):
        if family_id in (None, question.family_id):
            close(session, city, now, question, person_id, words.STOPPED)


def families_at_rest(session: Session, city: City, now: datetime) -> set[int]:
    """The families whose lessons wait for the answer to a question: not for ever, and not where nobody can answer."""
    return threads.families_waiting(session, now - city.programme.questions.lessons_wait)


def is_live(question: Question) -> bool:
    """Whether nobody has closed the thread."""
    return question.state in LIVE
