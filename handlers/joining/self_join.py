"""Join without an invitation: a family gets lessons only, and is asked for no more than they need."""

from __future__ import annotations

from datetime import date
from typing import Any, NotRequired, cast

from sqlalchemy import select

from db import audit, drafts, outbox, places
from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.consent import Note
from db.drafts import Draft
from db.fostering import Assignment
from db.households import HouseholdEntry
from db.people import Invitation, Person, PersonRole
from db.roles import Role
from db.states import CareState
from db.subjects import subject
from flow import words
from flow.form import Form, Options
from flow.message import Message, Option
from flow.questions import CallName, Choice, Day, Name, Search
from handlers.chat import forms
from handlers.chat.common_questions import DatedFacts, last_period
from handlers.chat.context import Context
from handlers.family import family
from handlers.joining import by_code
from programme import due_question, numbers, opening
from rules.stages import PREGNANCY_DAYS, due_from_last_period, due_from_week

FORM, SUBJECT = "self_join", "self"
COUPLE = "nikah"
LEFT_BY_OTHERS = (
    Carer.person_id, Assignment.asn_id, Note.person_id, Invitation.person_id, HouseholdEntry.person_id,
)  # fmt: skip
"""Columns that, with the audit, name everybody who was ever more than somebody who began to join."""
UNKNOWN = "belum"
NOT_KNOWN = frozenset(
    {
        "1", "belum tahu", "belum tau", "blm tahu", "blm tau", "tidak tahu", "tidak tau", "tdk tahu", "tdk tau",
        "gak tahu", "gak tau", "ga tau", "nggak tahu", "nggak tau", "kurang tahu", "kurang tau", "lupa", "belum",
    }
)  # fmt: skip
RECALLED = {"bulan": "Sudah berapa bulan", "haid": "Hari haid terakhir", "bidan": "Bidan yang tahu"}
MONTHS = {str(month): f"{month} bulan" for month in range(1, 10)}
WEEKS_A_MONTH = 30.44 / 7
WEDDING_AHEAD, WEDDING_PAST = 400, 365  # days; lessons for couples end a year after the wedding


class DueDay(Day):
    """The HPL, or that it is not known, by a tap or in words; such an answer has no date."""

    def options(self, answers: Form) -> Options:
        return {UNKNOWN: "Belum tahu"}

    def read(self, said: str, answers: Form) -> str:
        if words.normal(said) in NOT_KNOWN:
            return UNKNOWN
        return super().read(said, answers)

    def load(self, kept: Any) -> Any:
        return None if kept == UNKNOWN else super().load(kept)

    def fits(self, kept: Any, answers: Form) -> bool:
        return kept == UNKNOWN or super().fits(kept, answers)

    def show(self, kept: Any, answers: Form) -> str:
        return "belum tahu" if kept == UNKNOWN else super().show(kept, answers)


class SelfJoinFacts(DatedFacts):
    """What is printed on the form, as its draft keeps it. ``villages``: id -> name with its kecamatan.

    ``text_id`` is the wording that was agreed to; drafts of an older release have none.
    """

    villages: dict[str, str]
    text_id: NotRequired[int]


class SelfJoin(Form):
    title = "Perkenalan"

    name = Name("Siapa nama Ibu/Bapak?", label="Nama", hint="Nama panggilan saja cukup.", limit=60, personal=True)
    relation = Choice(
        "Ibu/Bapak siapanya si kecil?", family.RELATIONS | {COUPLE: "Akan/baru menikah"}, label="Hubungan"
    )
    mother = Name(
        "Siapa nama ibunya?",
        label="Nama ibu",
        hint="Nama panggilan saja cukup.",
        limit=60,
        personal=True,
        when=lambda answers: answers.relation not in ("ibu", COUPLE),
    )
    stage = Choice(
        "Pesan untuk siapa?",
        {"hamil": "Sedang hamil", "anak": "Anak sudah lahir"},
        label="Pesan untuk",
        when=lambda answers: answers.relation != COUPLE,
    )
    spouse = Choice(
        "Ibu/Bapak yang mana?",
        {"ibu": "Calon istri/istri", "ayah": "Calon suami/suami"},
        label="Sebagai",
        when=lambda answers: answers.relation == COUPLE,
    )
    bride = Name(
        "Siapa nama calon istri atau istri Bapak?",
        label="Nama istri",
        hint="Nama panggilan saja cukup.",
        limit=60,
        personal=True,
        when=lambda answers: answers.spouse == "ayah",
    )
    wedding = Day(
        "Kapan hari pernikahannya?",
        label="Hari pernikahan",
        hint="Belum pasti? Tulis perkiraannya, misalnya 12/6/2027.",
        ahead=WEDDING_AHEAD,
        past=WEDDING_PAST,
        when=lambda answers: answers.relation == COUPLE,
    )
    due = DueDay(
        "Kapan perkiraan lahirnya (HPL)?",
        label="Perkiraan lahir",
        hint="Ada di Buku KIA. Tulis tanggalnya, misalnya 12/3/2027.",
        ahead=PREGNANCY_DAYS,
        past=14,
        when=lambda answers: answers.stage == "hamil",
    )
    recalls = Choice(
        "Tidak apa-apa. Mana yang diketahui?",
        RECALLED,
        label="Yang diketahui",
        when=lambda answers: answers.stage == "hamil" and answers.due is None,
    )
    month = Choice(
        "Sudah berapa bulan hamilnya?",
        MONTHS,
        label="Umur kehamilan",
        hint="Kira-kira saja.",
        when=lambda answers: answers.recalls == "bulan",
    )
    period = last_period(when=lambda answers: answers.recalls == "haid")
    child = CallName(
        "Siapa nama panggilan anaknya?",
        label="Nama anak",
        limit=40,
        personal=True,
        when=lambda answers: answers.stage == "anak",
    )
    born = Day(
        "Kapan tanggal lahirnya?",
        label="Tanggal lahir",
        hint="Tulis tanggalnya, misalnya 12/3/2026.",
        past=1826,
        when=lambda answers: answers.stage == "anak",
    )
    sex = Choice(
        "Laki-laki atau perempuan?",
        {"L": "Laki-laki", "P": "Perempuan"},
        label="Jenis kelamin",
        when=lambda answers: answers.stage == "anak",
    )
    village = Search(
        "Tinggal di kelurahan mana?",
        lambda answers: cast(SelfJoinFacts, answers.facts)["villages"],
        label="Kelurahan",
        hint="Tulis nama kelurahannya.",
    )


def begin(context: Context) -> None:
    """Ask for the consent, before the first question; not while no new family can join."""
    if not opening.is_open(context.session, context.city):
        by_code.say_opens_soon(context)
        return
    context.say(
        Message(
            family.consent_text(context.city),
            (Option("selfjoin:yes", "Setuju"), Option("selfjoin:no", "Tidak")),
        )
    )


def agreed(context: Context) -> None:
    """Store the person, now that they consented, and open the form."""
    if context.address.person_id is not None:
        context.say(Message("Ibu/Bapak sudah terdaftar.", (forms.HOME,)))
        return
    if not opening.is_open(context.session, context.city):
        by_code.say_opens_soon(context)
        return
    person = Person(name="Keluarga", created_at=context.now)
    context.session.add(person)
    context.session.flush()
    context.address.person_id, context.address.person, context.address.linked_at = person.id, person, context.now
    facts: SelfJoinFacts = {
        "today": context.today.isoformat(),
        "text_id": family.kept_text(context).id,
        "villages": {str(village.id): village.full_name for village in places.villages(context.session)},
    }
    forms.open_form(context, FORM, SUBJECT, facts)


def submit(context: Context, answers: SelfJoin, draft: Draft) -> None:
    """Store the family, its consent and the person's role; lessons begin."""
    person, village_id = context.person, int(answers.village or 0)
    person.name = answers.name or person.name
    mother = answers.mother or answers.bride or person.name
    person.roles.append(PersonRole(role=Role.FAMILY))
    home = Family(
        code=f"M-{person.id:05d}",
        mother_name=mother,
        village_id=village_id,
        joined_by="self",
        created_at=context.now,
    )
    context.session.add(home)
    context.session.flush()
    if answers.relation == COUPLE:
        home.weddings.append(Wedding(day=_day(answers.wedding), state=CareState.ACTIVE, created_at=context.now))
    elif answers.stage == "hamil":
        if due := due_of(answers, context.today):
            home.pregnancies.append(
                Pregnancy(
                    mother_name=mother, due=due, sure=answers.recalls != "bulan", state=CareState.ACTIVE,
                    created_at=context.now,
                )
            )  # fmt: skip
    else:
        home.children.append(
            Child(
                code=f"{home.code}-1",
                name=answers.child or "",
                sex=answers.sex or "L",
                born=answers.born,
                listed="tidak stunting",
                state=CareState.ACTIVE,
                created_at=context.now,
            )
        )
    relation = answers.spouse or answers.relation or "ibu"
    carer = Carer(person_id=person.id, family_id=home.id, relation=relation, stop_reason="")
    context.session.add(carer)
    context.session.flush()
    context.note("family.enter", subject(home))
    text_id = draft.facts.get("text_id")
    waits = _ask_for_due_day(context, home) if answers.recalls == "bidan" else ""
    family.agree(context, carer, carer.relation, given_at=draft.opened_at, text_id=text_id, waits=waits)


def due_of(answers: SelfJoin, today: date) -> date | None:
    """The HPL that follows from the answers, by Naegele's rule from the last period; None where only others know it."""
    if answers.recalls == "bulan":
        return due_from_week(int(answers.month or 0) * WEEKS_A_MONTH, today)
    if answers.recalls == "haid" and answers.period:
        return due_from_last_period(answers.period)
    return answers.due


def _ask_for_due_day(context: Context, home: Family) -> str:
    """Ask the health workers of the place for the HPL; who was asked, in words, or how the HPL is found."""
    if asked := due_question.ask(context.session, context.city, context.now, home):
        return f"{' dan '.join(asked).capitalize()} sudah kami minta mengisinya."
    return f"Bidan menghitungnya saat periksa. Telepon dulu: {numbers.to_ask(context.city, home)}."


def only_began(context: Context, person: Person) -> bool:
    """Whether the person began to join, has no form left, and never was anything else here."""
    if person.roles or drafts.of(context.session, person.id) or audit.has_acted(context.session, person.id):
        return False
    return not any(context.session.scalar(select(held).where(held == person.id).limit(1)) for held in LEFT_BY_OTHERS)


def forget(context: Context, person: Person) -> None:
    """Delete the person who began the form, after it was discarded."""
    if context.address.person_id == person.id:
        context.address.person_id, context.address.person, context.address.linked_at = None, None, None
    context.session.flush()
    outbox.anonymise(context.session, person.id, context.now)
    audit.forget(context.session, [subject(person)])
    context.session.delete(person)


def _day(day: date | None) -> date:
    if day is None:
        raise LookupError("the form was handed in without its date")
    return day
