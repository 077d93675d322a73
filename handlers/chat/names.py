"""Names of people, children and pregnancies in chat: no more than a reader needs to know."""

from __future__ import annotations

from datetime import date

from db.children import Child, Family, Pregnancy
from db.people import Person, PersonKind
from flow.reading.dates import MONTHS
from programme import contacts, names
from rules.stages import age


def salute(person: Person, relation: str = "") -> str:
    """ "Bu Sari", "Pak Anwar"; "Bapak/Ibu Rahma" where nothing tells (``names.sex_of``); an organisation's name."""
    if person.kind == PersonKind.ORGANISATION:
        return contacts.called(person)
    return names.salute(person.name, nip=person.nip, sex=person.sex, relation=relation)


def pronoun(person: Person, relation: str = "") -> str:
    """ "Ibu", "Bapak": how somebody is addressed within a sentence; "Bapak/Ibu" where nothing tells."""
    return names.pronoun(person.name, nip=person.nip, sex=person.sex, relation=relation)


def child_name(child: Child) -> str:
    """The child's call name, or "Bayi" where there is none yet."""
    return names.child_name(child.name)


def age_words(born: date | None, today: date) -> str:
    """ "14 bulan 3 hari", or "tanggal lahir belum ada" where the date of birth is missing."""
    return "tanggal lahir belum ada" if born is None else str(age(born, today))


def mother_name(home: Pregnancy | Family) -> str:
    return f"Bu {names.call_name(home.mother_name)}"


def short_day(day: date) -> str:
    """ "12 Mar"."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"
