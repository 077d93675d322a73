"""Duty and leave in chat: who answers now, and a small form with which health workers and coordinators enter it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TypedDict

from db import duty, outbox
from db.audit import Detail
from db.drafts import Draft
from db.duty import Duty, DutyKind
from db.outbox import Kind
from db.people import Person
from db.roles import Role
from db.subjects import Subject, SubjectKind, subject
from flow.form import Form, Invalid, Options
from flow.message import Message, Option, plain
from flow.questions import Choice, Day, said_day
from flow.reading.dates import DAYS, MONTHS
from flow.words import normal
from handlers.chat import forms
from handlers.chat.context import LASTING, Context
from handlers.chat.forms import HOME
from programme import on_call
from programme.contacts import called, pronoun
from programme.referral_messages import with_title

FORM = "duty"
AWAITED = "duty"  # what ``Address.awaiting`` says while a name is asked for
MANY = 9
LONGEST = 120  # days ahead
A_DAY = timedelta(days=1)
KINDS = {DutyKind.DUTY: "Jaga", DutyKind.LEAVE: "Cuti"}
WHOSE = "Tulis sebagian nama petugasnya."


class DutyFacts(TypedDict):
    """``siapa`` is whose duty or leave it is, ``today`` the ISO day."""

    siapa: str
    today: str


class LastDay(Day):
    """A day that is not before the first one."""

    def options(self, answers: Form) -> Options:
        first, said_on = answers.values.get("starts"), said_day(answers)
        return {
            offset: label
            for offset, label in super().options(answers).items()
            if not isinstance(first, str) or f"{said_on + timedelta(days=int(offset))}" >= first
        }

    def read(self, said: str, answers: Form) -> str:
        last, first = super().read(said, answers), answers.values.get("starts")
        if isinstance(first, str) and last < first:
            raise Invalid("Hari terakhirnya tidak boleh sebelum hari pertama.")
        return last


class DutyForm(Form):
    title = "{siapa} jaga atau cuti"

    kind = Choice("Yang mana?", {str(kind): label for kind, label in KINDS.items()}, label="Jaga/cuti")
    starts = Day(
        "Mulai kapan?",
        ahead=LONGEST,
        suggest={0: "Hari ini", 1: "Besok"},
        label="Mulai",
        hint="Tanggal lain: tulis saja, misalnya 12/3.",
    )
    ends = LastDay(
        "Hari terakhirnya kapan?",
        ahead=LONGEST,
        suggest={0: "Hari ini", 1: "Besok", 6: "Seminggu lagi"},
        label="Hari terakhir",
        hint="Untuk jaga malam: hari mulainya malam itu. Tanggal lain: tulis saja, misalnya 12/3.",
    )


def show(context: Context) -> None:
    """Say who is on duty and who is on leave, with buttons to enter it."""
    among = {one.id for one in on_call.colleagues(context.session, context.person)}
    guards, away = (duty.holding(context.session, kind, context.now, among) for kind in KINDS)
    context.note("duty.view", subject(context.person))
    lines = [*_lines(context, guards)] or ["Belum ada yang tercatat jaga. Yang dikabari: semua petugas di tempatnya."]
    if away:
        lines += ["", "*Sedang cuti*", *_lines(context, away)]
    if (line := context.city.programme.emergency.duty).number:
        lines += ["", f"{line.name}: *{line.number}*"]
    context.say(Message("\n".join(["*Siapa jaga sekarang*", *lines]), tuple(_buttons(context))))


def tonight(context: Context) -> None:
    """The tap that one is on duty from now until the morning."""
    until = context.city.programme.referrals.duty_until
    morning = context.now.replace(hour=until.hour, minute=until.minute, second=0, microsecond=0)
    _enter(context, context.person, DutyKind.DUTY, context.now, morning if context.now < morning else morning + A_DAY)


def end(context: Context) -> None:
    """The tap that one's own duty or leave is over."""
    context.worth = LASTING
    if duty.end(context.session, context.person.id, context.now):
        context.note("duty.end", subject(context.person))
    context.say(Message("Baik, sudah kami catat. Terima kasih.", (HOME,)))


def begin_leave(context: Context) -> None:
    """Command "cuti": the form about oneself."""
    begin(context, context.person.id)


def begin(context: Context, person_id: int) -> None:
    """Open the form about a health worker."""
    about = str(Subject(SubjectKind.PERSON, person_id))
    forms.open_form(context, FORM, about, facts(context, about))


def choose(context: Context) -> None:
    """Ask whose duty or leave it is, of the colleagues whom this person answers for."""
    _offer(context, _others(context), f"Jaga atau cuti siapa? {WHOSE}")


def find(context: Context, name: str) -> None:
    """The colleagues with such a name."""
    context.address.awaiting = ""
    said = normal(name)
    found = [one for one in _others(context) if said and said in normal(one.name)]
    _offer(context, found, f"Ada banyak yang cocok. {WHOSE}")


def facts(context: Context, subject: str) -> DutyFacts:
    """What is printed on the form about this health worker ("person:5")."""
    person = context.session.get_one(Person, Subject.parse(subject).id)
    own = person.id == context.person.id
    return {"siapa": context.you if own else called(person), "today": context.today.isoformat()}


def submit(context: Context, answers: DutyForm, draft: Draft) -> None:
    """Enter it, and tell whom it is about where somebody else did."""
    person = context.session.get_one(Person, Subject.parse(draft.subject).id)
    kind = DutyKind(answers.kind or DutyKind.DUTY)
    first, last = answers.starts or context.today, max(answers.ends or context.today, answers.starts or context.today)
    starts = max(datetime.combine(first, time(), context.city.zone), context.now)
    until = context.city.programme.referrals.duty_until if kind == DutyKind.DUTY else time()
    _enter(context, person, kind, starts, datetime.combine(last + A_DAY, until, context.city.zone))


def _enter(context: Context, person: Person, kind: DutyKind, starts: datetime, ends: datetime) -> None:
    now = context.now
    duty.enter(context.session, person.id, kind, starts, ends, set_by=context.person.id, now=now)
    when = f"{_moment(context, kind, starts)} sampai {_end(context, kind, ends)}"
    context.note("duty.enter", subject(person), Detail(kind))
    context.worth = LASTING
    effect = (
        "Tanda bahaya di puskesmas ini juga dikabarkan ke sana, malam pun."
        if kind == DutyKind.DUTY
        else "Selama itu kabar tanda bahaya langsung ke petugas berikutnya."
    )
    if person.id != context.person.id:
        you = pronoun(context.session, person)
        text = f"{called(context.person)} mencatat {you} *{KINDS[kind].lower()}* {when}. {effect}"
        outbox.to_person(
            context.session, person.id, Kind.DUTY, f"duty:{person.id}:{now:%Y%m%d%H%M%S}", Message(text).to_json(), now
        )
    name = context.you if person.id == context.person.id else called(person)
    context.say(Message(f"✅ {name} *{KINDS[kind].lower()}* {when}. {effect}", (HOME,)))


def _offer(context: Context, people: Sequence[Person], too_many: str) -> None:
    """Offer these people to tap, or ask for the name where there are too many for buttons."""
    if len(people) > MANY:
        context.address.awaiting = AWAITED
        context.say(Message(too_many, (HOME,)))
        return
    options = tuple(Option(f"duty:set:{one.id}", plain(one.name)[:24]) for one in people)
    said = "Jaga atau cuti siapa?" if options else f"Petugas itu tidak ada dalam daftar {context.you}."
    context.say(Message(said, options, (HOME,)))


def _others(context: Context) -> list[Person]:
    return [one for one in on_call.entered_by(context.session, context.person) if one.id != context.person.id]


def _buttons(context: Context) -> list[Option]:
    person, options = context.person, list[Option]()
    if person.has(Role.HEALTH):
        held = {one.kind for kind in KINDS for one in duty.holding(context.session, kind, context.now, {person.id})}
        if held:
            options.append(Option("duty:end", f"Selesai {KINDS[held.pop()].lower()}"))
        else:
            options.append(Option("duty:tonight", "Saya jaga malam ini"))
        options.append(Option(f"duty:set:{person.id}", "Atur jaga atau cuti"))
    if _others(context):
        options.append(Option("duty:other", "Atur petugas lain"))
    return [*options, HOME]


def _lines(context: Context, held: Sequence[Duty]) -> list[str]:
    return [f"• {with_title(one.person)}, sampai {_end(context, one.kind, one.ends)}" for one in held]


def _moment(context: Context, kind: DutyKind, at: datetime) -> str:
    """ "Kamis 5 Maret 08.00"; of a leave, which lasts whole days, "Kamis 5 Maret"."""
    local = context.city.local(at)
    clock = f" {local:%H.%M}" if kind == DutyKind.DUTY else ""
    return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}{clock}"


def _end(context: Context, kind: DutyKind, ends: datetime) -> str:
    """The end of a duty, or the last day of a leave."""
    return _moment(context, kind, ends if kind == DutyKind.DUTY else ends - timedelta(seconds=1))
