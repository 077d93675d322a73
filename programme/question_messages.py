"""The messages of a question: to who answers it, to who asked, to the ASN of the family; and when it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.city import City
from db import questions
from db.children import Carer, Child, Family, Pregnancy, caregivers
from db.people import Person, PersonRole
from db.questions import Part, Question, QuestionMessage
from db.roles import Role, ScopeKind
from flow.message import Message, Option, plain
from flow.reading.dates import DAYS, MONTHS
from programme import disclosure, numbers, on_call
from programme.contacts import age_of, called, calm
from programme.names import salute
from programme.referral_messages import TITLES, titles
from rules import opening_hours
from rules.signs import Urgency

SERVICE = "Asuh (otomatis)"
QUOTED, LINES = 160, 12  # of the lines that were before: so many characters of each, and so many of them
REMINDER = 80  # characters of the question above its answer
AFTERNOON = 15  # from this hour on an answer may come the next day
SPOKEN, VISIT, NONE, THANKED, STOPPED, REFERRED, SILENT = (
    "spoken", "visit", "none", "thanked", "stopped", "referred", "silent",
)  # fmt: skip
ENDS = {  # how a health worker closes a question: key -> button
    SPOKEN: "Sudah bicara langsung",
    VISIT: "Dijawab saat bertemu",
    NONE: "Bukan pertanyaan",
}
CLOSED = {
    **ENDS, THANKED: "Penanya berterima kasih", STOPPED: "Penanya berhenti", REFERRED: "Menjadi rujukan",
    SILENT: "Selesai",
}  # fmt: skip
"""How a thread can have ended, in words."""


# --- who they are ---------------------------------------------------------------------------


def answers_as(session: Session, person: Person, family: Family | None) -> str:
    """ "Bu Wati, kader posyandu Melati 1", "Bu Murni, bidan Puskesmas Labibia": first name, role and place."""
    role = next(iter(_roles(person, family)), None)
    if role is None:
        return ", ".join([called(person), *titles([person])[:1]])
    title, place = TITLES.get(role.title, "petugas"), ""
    if family is not None and role.scope == ScopeKind.POSYANDU and family.posyandu is not None:
        name = family.posyandu.name
        place = name if name.casefold().startswith("posyandu") else f"posyandu {name}"
    elif family is not None and role.scope == ScopeKind.HEALTH_CENTRE and family.health_centre is not None:
        place = family.health_centre.full_name
        title = title.removesuffix(" puskesmas")
    return f"{called(person)}, {title}{f' {place}' if place else ''}"


def _roles(person: Person, family: Family | None) -> list[PersonRole]:
    """The person's roles in health, those at the family's own places first, the nearest of these at the front."""
    held = [one for one in person.roles if one.role == Role.HEALTH]
    places = (
        [
            (ScopeKind.POSYANDU, family.posyandu_id),
            (ScopeKind.HEALTH_CENTRE, family.health_centre_id),
            (ScopeKind.VILLAGE, family.village_id),
        ]
        if family
        else []
    )
    return sorted(
        held,
        key=lambda one: places.index((one.scope, one.scope_id)) if (one.scope, one.scope_id) in places else len(places),
    )


def writer(session: Session, question: Question) -> str:
    """ "Bu Sari" or "Pak Anwar"; somebody who is not known any more is "Penanya"."""
    if question.writer is None:
        return "Penanya"
    carer = _carer(session, question)
    return salute(
        plain(question.writer.name),
        nip=question.writer.nip,
        sex=question.writer.sex,
        relation=carer.relation if carer else "",
    )


def to_be_seen(question: Question) -> str:
    """Whom a referral of the question would be about, for who answers it: "Adik Rafa"."""
    return disclosure.called(question.about, disclosure.ALL)


def _carer(session: Session, question: Question) -> Carer | None:
    """Who asked, as a carer of the family; None for an ASN."""
    if question.role != Role.FAMILY or question.family_id is None:
        return None
    at_home = caregivers(session, question.family_id)
    return next((one for one in at_home if one.person_id == question.person_id), None)


def _standing(question: Question, carer: Carer | None) -> str:
    """What who asked is to whom they ask about; empty for a mother who asks about her own pregnancy."""
    if carer is None:
        return "pendamping (ASN)"
    if isinstance(question.about, Family):
        return f"dari keluarga {question.about.code}"
    if isinstance(question.about, Pregnancy) and carer.relation == "ibu":
        return ""
    return {"ibu": "ibunya", "ayah": "ayahnya"}.get(carer.relation, carer.relation)


def _whom(question: Question, carer: Carer | None) -> str:
    """ "Adik Rafa (A-31)", of a mother's own "kehamilannya"; empty where it is about the family or nobody."""
    about = subject_of(question)
    if isinstance(about, Pregnancy) and carer is not None and carer.relation == "ibu":
        return "kehamilannya"
    return disclosure.called(about, disclosure.ALL, with_code=True) if isinstance(about, Child | Pregnancy) else ""


def subject_of(question: Question) -> Child | Pregnancy | Family | None:
    """Whom to name: nobody where an ASN asks about none in particular, the family only because it says who answers."""
    if question.role == Role.ASN and question.child is None and question.pregnancy is None:
        return None
    return question.about


# --- to who answers -------------------------------------------------------------------------


def options(question: Question) -> tuple[Option, ...]:
    """What who answers can do with it."""
    refer = (Option(f"question:urgent:{question.id}", "Jadikan rujukan"),) if subject_of(question) else ()
    return (
        Option(f"question:answer:{question.id}", "Jawab"),
        Option(f"question:pass:{question.id}", "Teruskan"),
        Option(f"question:close:{question.id}", "Tutup"),
        *refer,
    )


def to_answer(session: Session, city: City, question: Question, to: Person, now: datetime, heading: str) -> Message:
    """The whole thread for who answers now: what waits for an answer, and what was before, also what was automatic.

    Who is not a health worker of the place any more is shown no words.
    """
    lines = questions.thread(session, question.id)
    last = max((one.id for one in lines if one.part == Part.ANSWERED), default=0)
    asked = [one for one in lines if one.part == Part.ASKED and one.id > last]
    is_first = questions.given_to(session, question.id) == [to.id]
    told = (Part.SAID, Part.GIVEN) if is_first else ()  # who had it from the beginning knows of these
    said_at = {one.at for one in lines if one.part == Part.SAID}  # what was said names whom it was given to
    before = [
        one
        for one in lines
        if one.part not in (Part.HELD, *told)
        and (one.part != Part.ASKED or one.id <= last)
        and (one.part != Part.GIVEN or one.at not in said_at)
    ]
    carer, family = _carer(session, question), question.family
    full = family is not None and disclosure.of_family(session, family, to, now).is_full
    text = city.templates.say(
        "question_asked",
        heading=heading,
        to=called(to),
        writer=writer(session, question),
        standing=_standing(question, carer),
        who=_whom(question, carer) if full else "",
        age=age_of(subject_of(question), city.today(now)) if full else "",
        place=_place(family) if family and full else "",
        ended_reading=carer is not None and carer.closed_at is not None,
        asked=[plain(one.words) for one in asked] if full else [],
        before=list(_before(session, city, question, before, now)) if full and before else [],
    )
    return Message(text, options(question))


def added(session: Session, city: City, question: Question, from_line: int) -> Message:
    """Words that were added to a thread which who answers has read: those from this line on."""
    lines = [one for one in questions.thread(session, question.id) if one.id >= from_line]
    text = city.templates.say(
        "question_added",
        writer=writer(session, question),
        who=_whom(question, _carer(session, question)),
        asked=[plain(one.words) for one in lines if one.part == Part.ASKED],
    )
    return Message(text, options(question))


def _place(family: Family) -> str:
    post = family.posyandu
    return family.village.full_name + (f", posyandu {post.name}" if post else "")


def _before(
    session: Session, city: City, question: Question, lines: Sequence[QuestionMessage], now: datetime
) -> Iterable[str]:
    """The lines of a thread in words, each with its time; of a long one the last."""
    shown = [one for one in lines if one.part != Part.GIVEN or one.id != lines[-1].id]
    if len(shown) > LINES:
        yield f"({len(shown) - LINES} baris sebelumnya tidak ditampilkan)"
    for one in shown[-LINES:]:
        yield f"{_at(city, one.at, now)} {_line(session, question, one)}"


def _line(session: Session, question: Question, one: QuestionMessage) -> str:
    said = _shortened(plain(one.words.replace("*", "")), QUOTED)
    who = answers_as(session, one.person, question.family) if one.person else ""
    match one.part:
        case Part.ASKED:
            return f"{writer(session, question)}: “{said}”"
        case Part.ANSWERED:
            return f"{who or 'Petugas'}: “{said}”"
        case Part.SAID:
            return f"{SERVICE}: {said}"
        case Part.GIVEN:
            return f"{SERVICE}: disampaikan kepada {who or 'petugas'}"
        case Part.REMINDED:
            return f"{SERVICE}: {who or 'petugas'} diingatkan"
        case Part.CLOSED:
            return f"{SERVICE}: ditutup ({CLOSED.get(one.words, 'selesai').lower()})"
        case Part.HELD:
            return f"{who or 'Petugas'}: belum dikirim"


def _at(city: City, at: datetime, now: datetime) -> str:
    local = city.local(at)
    day = "" if local.date() == city.today(now) else f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} "
    return f"{day}{local:%H.%M}"


def _shortened(said: str, most: int) -> str:
    return said if len(said) <= most else f"{said[: most - 1].rstrip()}…"


# --- to who asked ---------------------------------------------------------------------------


def kept(session: Session, city: City, question: Question, now: datetime) -> str:
    """The first answer: who gets the question, and when it is answered; or, honestly, that nobody can yet."""
    family, who = question.family, question.responsible
    if who is None:
        return city.templates.say(
            "question_nobody",
            to=writer(session, question),
            health_centre=numbers.of_health_centre(family),
            contact=city.programme.privacy.contact,
            numbers=city.programme.emergency.to_call,
        )
    duty = on_call.on_duty(session, family, now) if family and question.counted_from > now else ()
    return city.templates.say(
        "question_kept",
        to=writer(session, question),
        who=answers_as(session, who, family),
        when=expected_words(city, question.counted_from, now),
        numbers=city.programme.emergency.to_call,
        on_duty=answers_as(session, duty[0], family) if duty else "",
    )


def answer(session: Session, city: City, question: Question, by: Person, said: str, in_form: bool) -> Message:
    """The words of who answers, with first name and role. ``in_form``: who asked has a form open."""
    asked = [one for one in questions.thread(session, question.id) if one.part == Part.ASKED]
    text = city.templates.say(
        "question_answered",
        who=answers_as(session, by, question.family),
        words="\n".join(plain(line) for line in said.splitlines() if line.strip()),
        about=_shortened(plain(asked[-1].words), REMINDER) if asked else "",
        in_form=in_form,
    )
    more, thanks = f"question:more:{question.id}", f"question:thanks:{question.id}"
    return Message(text, (Option(thanks, "Terima kasih"), Option(more, "Tulis lagi")))


def late(session: Session, city: City, question: Question) -> str:
    """Told once, honestly: nobody has answered yet."""
    who = answers_as(session, question.responsible, question.family) if question.responsible else "petugas"
    return (
        f"Maaf, {writer(session, question)}, pertanyaannya belum dijawab. *{who}* kami ingatkan hari ini; kalau tetap "
        f"belum sempat, kami teruskan ke petugas berikutnya.\n\nKalau ada tanda bahaya, jangan menunggu. "
        f"{city.programme.emergency.to_call}"
    )


def given_at_last(session: Session, city: City, question: Question, now: datetime) -> str:
    """Told where nobody could answer before: now there is somebody."""
    who = answers_as(session, question.responsible, question.family) if question.responsible else "petugas"
    when = expected_words(city, question.counted_from, now)
    return f"{writer(session, question)}, pertanyaan yang kemarin sudah kami sampaikan kepada *{who}*. {when}"


def to_be_examined(session: Session, city: City, question: Question, by: Person, urgency: Urgency) -> str:
    """Told where the question has become a referral: how soon somebody must look, and what to do until then."""
    who = answers_as(session, by, question.family)
    match urgency:
        case Urgency.NOW:
            rest = f"*sekarang juga*. Jangan menunggu, langsung berangkat. {city.programme.emergency.to_call}"
        case Urgency.TODAY:
            rest = f"*hari ini juga*. Tidak usah menunggu dihubungi. {city.programme.emergency.to_call}"
        case Urgency.SOON:
            rest = "*dalam 3-7 hari*. Petugas akan menghubungi; boleh juga langsung ke puskesmas pada jam buka."
    return f"*{who}*, sudah membaca pertanyaannya dan minta supaya diperiksa petugas kesehatan {rest}"


# --- when -----------------------------------------------------------------------------------


def expected(session: Session, city: City, person: Person, family: Family | None, now: datetime) -> datetime:
    """From when this person can be expected to answer: outside the quiet hours, at a puskesmas while it is open.

    Who is on duty is there although it is closed. On the city's clock.
    """
    at = calm(city, now)
    role = next(iter(_roles(person, family)), None)
    centre = family.health_centre if family else None
    on_duty = family is not None and any(one.id == person.id for one in on_call.on_duty(session, family, now))
    at_centre = role is not None and role.scope == ScopeKind.HEALTH_CENTRE
    if centre is None or not centre.hours or not at_centre or on_duty:
        return at
    return calm(city, opening_hours.next_open(opening_hours.parse(centre.hours), at))


def expected_words(city: City, at: datetime, now: datetime) -> str:
    """When an answer comes, as somebody would say it: "Biasanya dijawab hari ini.", "Dibalas besok pagi."."""
    local, here = city.local(at), city.local(now)
    part = " pagi" if local.hour < 11 else ""
    if local <= here:
        return "Biasanya dijawab hari ini." if here.hour < AFTERNOON else "Biasanya dijawab hari ini atau besok."
    if local.date() == here.date():
        return f"Dibalas hari ini, mulai pukul {local:%H.%M}."
    if local.date() == (here + timedelta(days=1)).date():
        return f"Dibalas besok{part}, mulai pukul {local:%H.%M}."
    return f"Dibalas hari {DAYS[local.weekday()]}{part}, mulai pukul {local:%H.%M}."


# --- to the ASN -----------------------------------------------------------------------------


def asked_and_answered(session: Session, question: Question, to: Person) -> Message:
    """To the ASN of the family: that it asked and who has answered; what was asked and answered stays with them."""
    by = session.get(Person, question.answered_by) if question.answered_by else None
    who = answers_as(session, by, question.family) if by else "petugas"
    about = disclosure.called(question.about, disclosure.ALL)
    named = f"Keluarga {about}" if not isinstance(question.about, Family) else about
    return Message(
        f"{called(to)}, {named[:1].lower()}{named[1:]} bertanya lewat sini, dan sudah dijawab *{who}*. "
        "Isinya antara mereka saja. Tidak ada yang perlu dikerjakan."
    )
