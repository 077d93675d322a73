"""The steps of an import, whoever asks for them: compare, enter, ask a second person, revert.

Without a conversation: a worker does it when a file has come, a tap does it where it is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import audit, outbox, tables
from db.outbox import Kind
from db.people import Person
from db.roles import Role
from db.subjects import Subject, SubjectKind
from db.workbook_imports import ImportState, WorkbookImport
from flow.message import Message
from handlers.workbook import files, words
from programme import contacts, disclosure, policy
from programme.assignments import Changed
from programme.quiet_hours import quiet_hours
from programme.scopes import CITY, Scope, scopes_of
from reports.workbook import importing, reach, undoing
from reports.workbook.answers import Answer
from reports.workbook.importing import Plan, Progress
from reports.workbook.read import Book, typed
from reports.workbook.undoing import Kept
from reports.workbook.weight import Weight, weigh

UNDO_WITHIN = timedelta(days=1)
AT_ONCE = 500
"""Rows up to which a tap itself stores or reverts an import; above it the worker does."""
WORTH = timedelta(days=1)
NAMES: dict[str, str] = {
    "child": "code", "family": "code", "person": "name", "office": "name", "posyandu": "name", "health_centre": "name",
}  # fmt: skip
"""The column by which a row is named to a coordinator; other rows are counted."""


@dataclass(frozen=True)
class Compared:
    """An import beside the register: what it would change and how heavy that is; or the sentence that refuses it.

    ``named``: its sender may be shown children by name, which the coordinator of an office alone may not.
    """

    made: Plan
    weight: Weight
    refused: str = ""
    named: bool = True

    @property
    def errors(self) -> tuple[Any, ...]:
        return self.made.result.errors


def book(one: WorkbookImport, city: City) -> Path | Book:
    """What is to be entered: the checked file, or the rows of a form."""
    if one.is_file:
        return city.files / one.file
    return typed((row["sheet"], row["cells"]) for row in one.rows)


def compare(
    session: Session, one: WorkbookImport, now: datetime, city: City, progress: Progress = lambda done, total: None
) -> Compared:
    """Compare it with the register. Only reads; ``now`` is in the city's time zone."""
    sender = session.get_one(Person, one.person_id)
    answers = {key: Answer(said) for key, said in one.answers.items()}
    made = importing.plan(session, book(one, city), now, progress, answers=answers)
    you = contacts.pronoun(session, sender)
    scopes = _scopes(sender)
    named = bool(disclosure.of_places(scopes))
    return Compared(made, weigh(made), reach.outside(session, made, scopes, you), named)


def about(one: WorkbookImport) -> Subject:
    """Whom the audit's line about an import is about: who sent it."""
    return Subject(SubjectKind.PERSON, one.person_id)


def may_send(session: Session, person: Person, now: datetime) -> bool:
    return policy.may(policy.Asking(session, person, now), "workbook.send")


def show(
    session: Session, one: WorkbookImport, found: Compared, now: datetime, city: City, head: str = ""
) -> list[Message]:
    """What its sender is told: what it would change, with a question; or what is wrong with it."""
    result = found.made.result
    if found.refused:
        return [dropped(one, found.refused)]
    if result.errors:
        dropped(one, "")
        return [words.wrong(one, result.errors), *files.marked(one, found.made, now, city)]
    if result.questions:
        return [question(one, found, head)]
    if not found.weight.changes:
        return [dropped(one, words.NOTHING_MORE if head else words.NOTHING.format(name=words.title(one)))]
    marked = files.marked(one, found.made, now, city) if result.warnings else []
    return [offer(one, found, head), *marked, *files.changes(one, found.made, now, city)]


def question(one: WorkbookImport, found: Compared, head: str = "") -> Message:
    """The first of the questions that are open; from now on it waits for its sender."""
    one.state, one.shown = ImportState.SHOWN, ""
    return words.question(one, found.made.result.questions, head, named=found.named)


def reply(
    session: Session, one: WorkbookImport, said: Answer, now: datetime, city: City, *, to_all: bool
) -> list[Message]:
    """Keep the answer to the first open question, or to all of them. Returns what the sender is told next."""
    asked = compare(session, one, now, city).made.result.questions
    answered = asked if to_all else asked[:1]
    one.answers = {**one.answers, **{each.key: str(said) for each in answered}}
    return show(session, one, compare(session, one, now, city), now, city)


def offer(one: WorkbookImport, found: Compared, head: str = "") -> Message:
    """The question whether to store it; from now on it waits for its sender."""
    one.state, one.shown = ImportState.SHOWN, found.weight.fingerprint
    one.changes, one.ends = found.weight.changes, found.weight.ends
    return words.preview(one, found.made, found.weight, head)


def save(session: Session, one: WorkbookImport, now: datetime, city: City) -> list[Message]:
    """The sender agrees. Returns what they are told."""
    found = compare(session, one, now, city)
    if _is_overtaken(one, found):
        return show(session, one, found, now, city, words.CHANGED_SINCE)
    if found.weight.needs_second:
        return [_ask_second(session, one, found, now, city)]
    return proceed(session, one, now, city)


def proceed(session: Session, one: WorkbookImport, now: datetime, city: City) -> list[Message]:
    """Everybody who has to agrees: store it at once, or leave it to the worker where it is big."""
    one.state, one.taken_at, one.attempts = ImportState.AGREED, None, 0
    return [Message(words.SAVING)] if one.changes > AT_ONCE else enter(session, one, now, city)


def enter(session: Session, one: WorkbookImport, now: datetime, city: City) -> list[Message]:
    """Store it, and log each row; where the register has changed since it was shown, show it again instead.

    Returns what its sender is told.
    """
    sender = session.get_one(Person, one.person_id)
    if not may_send(session, sender, now):
        return [dropped(one, words.NO_RIGHT)]
    found = compare(session, one, now, city)
    second = _second(session, one, now)
    if _is_overtaken(one, found) or (found.weight.needs_second and not second):
        one.agreed_by = None
        return show(session, one, found, now, city, words.CHANGED_SINCE)
    before = undoing.look(session)
    try:
        with session.begin_nested():
            importing.write(session, found.made, now, one.person_id, city)
    except Changed as changed:  # by an event of this very workbook; it is shown as it is now
        session.expire_all()
        return [dropped(one, f"{changed} Tidak ada yang disimpan. Kirim lagi berkasnya.")]
    undoing.keep(session, one.id, before, found.made.register)
    one.state, one.done_at, one.rows = ImportState.DONE, now, []
    audit.note(session, now, one.person_id, "workbook.enter", about(one))
    return [words.done(one, found.made.result, contacts.called(second) if second else "")]


def agree(session: Session, one: WorkbookImport, by: Person, now: datetime, city: City) -> Message:
    """The second person agrees, and the sender hears what became of it. Returns what to answer."""
    one.agreed_by = by.id
    audit.note(session, now, by.id, "workbook.agree", about(one))
    for message in proceed(session, one, now, city):
        say(session, one, message, now)
    if one.state == ImportState.AGREED:
        return Message("Terima kasih. Sedang disimpan.")
    if one.state == ImportState.DONE:
        return Message("Terima kasih. Sudah disimpan.")
    sender = contacts.called(one.sender)
    return Message(f"Sementara itu ada yang berubah, jadi belum ada yang disimpan. {sender} melihatnya lagi dulu.")


def refuse(session: Session, one: WorkbookImport, by: Person, now: datetime) -> Message:
    """The second person does not agree: nothing is stored, and the sender hears so."""
    audit.note(session, now, by.id, "workbook.refuse", about(one))
    sender, who = contacts.called(one.sender), contacts.called(by)
    drop(session, one, f"{who} belum setuju dengan {words.title(one)}, jadi tidak ada yang disimpan.", now)
    return Message(
        f"Baik, tidak ada yang disimpan. {sender} sudah dikabari. Bukan kiriman {sender} sendiri? "
        "Minta beliau memeriksa HP-nya: tulis *perangkat*."
    )


def undo(session: Session, one: WorkbookImport, by: Person, now: datetime, city: City) -> Message:
    """Revert it as far as nobody has built on it; the others who had to do with it hear so. Returns what to say."""
    reverted, kept = undoing.revert(session, one.id, one.done_at or now)
    one.state, one.undone_by = ImportState.UNDONE, by.id
    audit.note(session, now, by.id, "workbook.undo", about(one))
    told = Message(f"{contacts.called(by)} sudah mengembalikan data seperti sebelum {words.title(one)} disimpan.")
    for person_id in {one.person_id, one.agreed_by} - {by.id, None}:
        _tell(session, one, session.get_one(Person, person_id), told, now, city)
    return words.undone(reverted, _in_words(session, kept))


def dropped(one: WorkbookImport, why: str) -> Message:
    """Nothing of it is stored. Returns the reason as its sender reads it."""
    one.state, one.rows = ImportState.DROPPED, []
    return Message(why)


def drop(session: Session, one: WorkbookImport, why: str, now: datetime) -> None:
    """Nothing of it is stored; the sender is told why."""
    say(session, one, dropped(one, why), now)


def say(session: Session, one: WorkbookImport, message: Message, now: datetime) -> None:
    """Tell the sender, where the import came from."""
    one.told += 1
    row = outbox.row(
        Kind.WORKBOOK, f"workbook:{one.id}:{one.told}", one.channel, one.address, message.to_json(), now,
        lane=outbox.REPLY, person_id=one.person_id, expires_at=now + WORTH,
    )  # fmt: skip
    outbox.promise(session, [row])


def answer(session: Session, one: WorkbookImport, to: Person, message: Message, now: datetime) -> None:
    """Tell whoever waits for this: the sender where the import came from, anybody else where they are reached."""
    if to.id == one.person_id:
        say(session, one, message, now)
        return
    one.told += 1
    key = f"workbook:{one.id}:{one.told}"
    outbox.to_person(session, to.id, Kind.WORKBOOK, key, message.to_json(), now, lane=outbox.REPLY)


# --- the second person ---------------------------------------------------------------


def seconds(session: Session, one: WorkbookImport) -> list[Person]:
    """Who may agree: the city's coordinators and administrators who can be written to, but not the sender."""
    return contacts.second_people(session, one.person_id)


def _ask_second(session: Session, one: WorkbookImport, found: Compared, now: datetime, city: City) -> Message:
    among = seconds(session, one)
    if not among:
        return Message(words.NOBODY)
    one.state = ImportState.ASKED
    sender = contacts.called(one.sender)
    for person in among:
        message = words.to_second(one, found.made, found.weight, sender, contacts.called(person))
        _tell(session, one, person, message, now, city)
    listed = " atau ".join(contacts.called(person) for person in among[:3])
    return Message(f"Menunggu persetujuan {listed}. Belum ada yang disimpan; kami kabari begitu dijawab.")


def _second(session: Session, one: WorkbookImport, now: datetime) -> Person | None:
    """Who has agreed beside the sender, and still may."""
    person = session.get(Person, one.agreed_by) if one.agreed_by else None
    if person is None or person.id == one.person_id:
        return None
    return person if policy.may(policy.Asking(session, person, now), "workbook.agree", one) else None


def _tell(session: Session, one: WorkbookImport, to: Person, message: Message, now: datetime, city: City) -> None:
    one.told += 1
    outbox.to_person(
        session, to.id, Kind.WORKBOOK, f"workbook:{one.id}:{one.told}", message.to_json(), now,
        due_at=quiet_hours(city).open_at(now),
    )  # fmt: skip


# --- details ---------------------------------------------------------------------------


def _scopes(person: Person) -> Sequence[Scope]:
    return [CITY] if person.has(Role.ADMIN) else scopes_of(person)


def _is_overtaken(one: WorkbookImport, found: Compared) -> bool:
    """Whether it would not write what its sender has seen."""
    return bool(found.refused or found.errors or found.made.result.questions) or found.weight.fingerprint != one.shown


def _in_words(session: Session, kept: Sequence[Kept]) -> list[str]:
    return [words.stays(one, _name(session, one)) for one in kept if one.table in NAMES] + [
        f"{words.TABLES.get(table, 'baris')}: {number} baris"
        for table, number in _counted(one.table for one in kept if one.table not in NAMES).items()
    ]


def _counted(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in names:
        found[table] = found.get(table, 0) + 1
    return found


def _name(session: Session, kept: Kept) -> str:
    table = tables.metadata.tables[kept.table]
    return str(session.scalar(select(table.c[NAMES[kept.table]]).where(table.c.id == kept.id)) or "")
