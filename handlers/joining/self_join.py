"""A family joins by itself: education only, with the least that lessons need."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from db import drafts, outbox, places
from db.audit import Audit
from db.children import Assignment, Carer, Child, Family, Pregnancy, Wedding
from db.consent import Note
from db.drafts import Draft
from db.people import Invitation, Person, PersonRole
from flow.form import Form
from flow.message import Message, Option
from flow.questions import Choice, Day, Search, Text
from handlers.chat import forms
from handlers.chat.context import Desk
from handlers.family import family

FORM, SUBJECT = "self_join", "self"
COUPLE = "nikah"
LEFT_BY_OTHERS = (Carer.person_id, Assignment.asn_id, Audit.person_id, Note.person_id, Invitation.person_id)
"""What everybody has left behind who ever was more than a beginner."""
WEDDING_AHEAD, WEDDING_PAST = 400, 365  # days; lessons for couples end a year after the wedding


class SelfJoin(Form):
    title = "Perkenalan"

    name = Text("Siapa nama Ibu/Bapak?", label="Nama", hint="Nama panggilan saja cukup.", limit=60)
    relation = Choice(
        "Ibu/Bapak siapanya si kecil?", family.RELATIONS | {COUPLE: "Akan/baru menikah"}, label="Hubungan"
    )
    mother = Text(
        "Siapa nama ibunya?",
        label="Nama ibu",
        hint="Nama panggilan saja cukup.",
        limit=60,
        when=lambda sheet: sheet.relation not in ("ibu", COUPLE),
    )
    stage = Choice(
        "Pesan untuk siapa?",
        {"hamil": "Sedang hamil", "anak": "Anak sudah lahir"},
        label="Pesan untuk",
        when=lambda sheet: sheet.relation != COUPLE,
    )
    spouse = Choice(
        "Ibu/Bapak yang mana?",
        {"ibu": "Calon istri/istri", "ayah": "Calon suami/suami"},
        label="Sebagai",
        when=lambda sheet: sheet.relation == COUPLE,
    )
    bride = Text(
        "Siapa nama calon istri atau istri Bapak?",
        label="Nama istri",
        hint="Nama panggilan saja cukup.",
        limit=60,
        when=lambda sheet: sheet.spouse == "ayah",
    )
    wedding = Day(
        "Kapan hari pernikahannya?",
        label="Hari pernikahan",
        hint="Belum pasti? Tulis perkiraannya, misalnya 12/6/2027.",
        ahead=WEDDING_AHEAD,
        past=WEDDING_PAST,
        when=lambda sheet: sheet.relation == COUPLE,
    )
    due = Day(
        "Kapan perkiraan lahirnya (HPL)?",
        label="Perkiraan lahir",
        hint="Lihat Buku KIA, atau tanya bidan. Tulis tanggalnya, misalnya 12/3/2027.",
        ahead=280,
        past=14,
        when=lambda sheet: sheet.stage == "hamil",
    )
    child = Text("Siapa nama panggilan anaknya?", label="Nama anak", limit=40, when=lambda sheet: sheet.stage == "anak")
    born = Day(
        "Kapan tanggal lahirnya?",
        label="Tanggal lahir",
        hint="Tulis tanggalnya, misalnya 12/3/2026.",
        past=1826,
        when=lambda sheet: sheet.stage == "anak",
    )
    sex = Choice(
        "Laki-laki atau perempuan?",
        {"L": "Laki-laki", "P": "Perempuan"},
        label="Jenis kelamin",
        when=lambda sheet: sheet.stage == "anak",
    )
    village = Search(
        "Tinggal di kelurahan mana?",
        lambda sheet: sheet.facts["villages"],
        label="Kelurahan",
        hint="Tulis nama kelurahannya.",
    )


def begin(desk: Desk) -> None:
    """The consent comes before the first question."""
    desk.say(
        Message(
            family.consent_text(desk.city),
            (Option("selfjoin:yes", "Setuju"), Option("selfjoin:no", "Tidak")),
        )
    )


def agreed(desk: Desk, papers: forms.Papers) -> None:
    """The person agreed: only now is anything kept, beginning with who is filling in the sheet."""
    if desk.address.person_id is not None:
        desk.say(Message("Ibu/Bapak sudah terdaftar.", (forms.HOME,)))
        return
    person = Person(name="Keluarga", created_at=desk.now)
    desk.session.add(person)
    desk.session.flush()
    desk.address.person_id, desk.address.person, desk.address.linked_at = person.id, person, desk.now
    facts: dict[str, Any] = {
        "today": desk.today.isoformat(),
        "villages": {str(village.id): village.full_name for village in places.villages(desk.session)},
    }
    forms.open_sheet(desk, papers, FORM, SUBJECT, facts)


def submit(desk: Desk, sheet: SelfJoin, draft: Draft) -> None:
    """Write the family down and begin."""
    person, village_id = desk.person, int(sheet.village or 0)
    person.name = sheet.name or person.name
    mother = sheet.mother or sheet.bride or person.name
    person.roles.append(PersonRole(role="family", title="", scope="", scope_id=0))
    home = Family(
        code=f"M-{person.id:05d}",
        mother_name=mother,
        village_id=village_id,
        joined_by="self",
        created_at=desk.now,
    )
    desk.session.add(home)
    desk.session.flush()
    if sheet.relation == COUPLE:
        home.weddings.append(Wedding(day=_day(sheet.wedding), state="aktif", created_at=desk.now))
    elif sheet.stage == "hamil":
        home.pregnancies.append(Pregnancy(mother_name=mother, due=_day(sheet.due), state="aktif", created_at=desk.now))
    else:
        home.children.append(
            Child(
                code=f"{home.code}-1",
                name=sheet.child or "",
                sex=sheet.sex or "L",
                born=sheet.born,
                listed="tidak stunting",
                state="aktif",
                created_at=desk.now,
            )
        )
    relation = sheet.spouse or sheet.relation or "ibu"
    carer = Carer(person_id=person.id, family_id=home.id, relation=relation, stop_reason="")
    desk.session.add(carer)
    desk.session.flush()
    family.agree(desk, carer, carer.relation, given_at=draft.opened_at)


def only_began(desk: Desk, person: Person) -> bool:
    """Whether this is somebody who began to join and has no sheet left; not one whose role was taken away."""
    if person.roles or drafts.of(desk.session, person.id):
        return False
    return not any(desk.session.scalar(select(held).where(held == person.id).limit(1)) for held in LEFT_BY_OTHERS)


def forget(desk: Desk) -> None:
    """The sheet was thrown away: so is the person who began it."""
    person = desk.person
    desk.address.person_id, desk.address.person, desk.address.linked_at = None, None, None
    desk.session.flush()
    outbox.disown(desk.session, person.id, desk.now)
    desk.session.delete(person)


def _day(day: date | None) -> date:
    if day is None:
        raise LookupError("the sheet was handed in without its date")
    return day
