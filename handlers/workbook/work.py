"""What is done with an import, whoever asks for it: compare, enter, ask a second person, revert.

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
from db.people import Person, addresses, holders
from db.roles import Role, ScopeKind
from db.workbook_imports import ImportState, WorkbookImport
from drawing import attachments
from flow.message import Attachment, Message
from handlers.workbook import words
from programme import contacts, policy
from programme.quiet_hours import quiet_hours
from programme.scopes import CITY, Scope, scopes_of
from reports.workbook import importing, reach, undoing
from reports.workbook.errors import mark
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
    """An import beside the register: what it would change and how heavy that is; or the sentence that refuses it."""

    made: Plan
    weight: Weight
    refused: str = ""

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
    made = importing.plan(session, book(one, city), now, progress)
    you = contacts.pronoun(session, sender)
    return Compared(made, weigh(made), reach.outside(session, made, _scopes(sender), now.date(), you))


def may_send(session: Session, person: Person, now: datetime) -> bool:
    return policy.may(policy.Asking(session, person, now), "workbook.send")


def show(session: Session, one: WorkbookImport, found: Compared, now: datetime, city: City, head: str = "") -> None:
    """Say what the import would change and ask; or what is wrong with it."""
    result = found.made.result
    if found.refused:
        drop(session, one, found.refused, now)
    elif result.errors:
        say(session, one, words.wrong(one, result.errors), now)
        _send_marked(session, one, found.made, now, city)
        one.state, one.rows = ImportState.DROPPED, []
    elif not found.weight.changes:
        done = head and words.NOTHING_MORE
        drop(session, one, done or words.NOTHING.format(name=words.title(one)), now)
    else:
        one.state, one.shown = ImportState.SHOWN, found.weight.fingerprint
        one.changes, one.ends = found.weight.changes, found.weight.ends
        say(session, one, words.preview(one, found.made, found.weight, head), now)
        if result.warnings:
            _send_marked(session, one, found.made, now, city)
        _send_list(session, one, found.made, now, city)


def save(session: Session, one: WorkbookImport, now: datetime, city: City) -> Message | None:
    """The sender agrees. Returns what to answer; None where the answer comes by itself."""
    found = compare(session, one, now, city)
    if _is_overtaken(one, found):
        show(session, one, found, now, city, words.CHANGED_SINCE)
        return None
    if found.weight.needs_second:
        return _ask_second(session, one, found, now, city)
    return proceed(session, one, now, city)


def proceed(session: Session, one: WorkbookImport, now: datetime, city: City) -> Message | None:
    """Everybody who has to agrees: store it at once, or leave it to the worker where it is big."""
    one.state, one.taken_at, one.attempts = ImportState.AGREED, None, 0
    if one.changes > AT_ONCE:
        return Message(words.SAVING)
    enter(session, one, now, city)
    return None


def enter(session: Session, one: WorkbookImport, now: datetime, city: City) -> None:
    """Store it, and log each row; where the register has changed since it was shown, show it again instead."""
    sender = session.get_one(Person, one.person_id)
    if not may_send(session, sender, now):
        drop(session, one, words.NO_RIGHT, now)
        return
    found = compare(session, one, now, city)
    if _is_overtaken(one, found) or (found.weight.needs_second and not _second(session, one, now)):
        one.agreed_by = None
        show(session, one, found, now, city, words.CHANGED_SINCE)
        return
    importing.write(session, found.made, now, one.person_id)
    undoing.keep(session, one.id, found.made.register)
    one.state, one.done_at, one.rows = ImportState.DONE, now, []
    audit.note(session, now, one.person_id, "workbook.enter", f"workbook:{one.id}")
    second = _second(session, one, now)
    say(session, one, words.done(one, found.made.result, contacts.called(second) if second else ""), now)
    if second:
        text = f"Tersimpan: {words.title(one)} dari {contacts.called(sender)}."
        _tell(session, one, second, Message(text), now, city)


def agree(session: Session, one: WorkbookImport, by: Person, now: datetime, city: City) -> Message:
    """The second person agrees. Returns what to answer."""
    one.agreed_by = by.id
    audit.note(session, now, by.id, "workbook.agree", f"workbook:{one.id}")
    said = proceed(session, one, now, city)
    if one.state == ImportState.SHOWN:
        sender = contacts.called(one.sender)
        return Message(f"Sementara itu datanya berubah. {sender} melihatnya lagi dulu, jadi belum ada yang disimpan.")
    return said or Message("Terima kasih. Sudah disimpan.")


def refuse(session: Session, one: WorkbookImport, by: Person, now: datetime) -> Message:
    """The second person does not agree: nothing is stored, and the sender hears so."""
    audit.note(session, now, by.id, "workbook.refuse", f"workbook:{one.id}")
    sender, who = contacts.called(one.sender), contacts.called(by)
    drop(session, one, f"{who} belum setuju dengan {words.title(one)}, jadi tidak ada yang disimpan.", now)
    return Message(
        f"Baik, tidak ada yang disimpan. {sender} sudah dikabari. Bukan kiriman {sender} sendiri? "
        "Minta beliau memeriksa HP-nya: ketik *perangkat*."
    )


def undo(session: Session, one: WorkbookImport, by: Person, now: datetime, city: City) -> Message:
    """Revert it as far as nobody has built on it; the others who had to do with it hear so. Returns what to say."""
    reverted, kept = undoing.revert(session, one.id)
    one.state, one.undone_by = ImportState.UNDONE, by.id
    audit.note(session, now, by.id, "workbook.undo", f"workbook:{one.id}")
    told = Message(f"{contacts.called(by)} sudah mengembalikan data seperti sebelum {words.title(one)} disimpan.")
    for person_id in {one.person_id, one.agreed_by} - {by.id, None}:
        _tell(session, one, session.get_one(Person, person_id), told, now, city)
    return words.undone(reverted, _in_words(session, kept))


def drop(session: Session, one: WorkbookImport, why: str, now: datetime) -> None:
    """Nothing of it is stored; the sender reads why."""
    one.state, one.rows = ImportState.DROPPED, []
    say(session, one, Message(why), now)


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
    held = [
        *holders(session, Role.COORDINATOR, ScopeKind.CITY, 0),
        *holders(session, Role.ADMIN, ScopeKind.NONE, 0),
    ]
    others = {person.id: person for person in held if person.id != one.person_id}
    return [person for person in others.values() if addresses(session, person.id)]


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
    return Message(f"Menunggu persetujuan {listed}. Belum ada yang disimpan; saya kabari begitu dijawab.")


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
    return bool(found.refused or found.errors) or found.weight.fingerprint != one.shown


def _send_marked(session: Session, one: WorkbookImport, made: Plan, now: datetime, city: City) -> None:
    """Send the copy with marked cells, where the file can be marked."""
    if not one.is_file:
        return
    file = attachments.place(city.files, f"workbook:{one.id}:{one.told}:marked", "xlsx")
    try:
        mark(city.files / one.file, file, (*made.result.errors, *made.result.warnings))
    except Exception:  # openpyxl raises many types for parts that it does not know; the sentences have been said
        file.unlink(missing_ok=True)
        return
    attachments.date(file, now)
    name = f"{Path(one.name).stem or 'data'}-ditandai.xlsx"
    say(session, one, Message(words.MARKED, attachment=Attachment("document", file.name, name)), now)


def _send_list(session: Session, one: WorkbookImport, made: Plan, now: datetime, city: City) -> None:
    """Send every changed row, where the message could not say all of them."""
    changes = made.result.changes
    if not one.is_file or len(changes) <= words.SHOWN:
        return
    file = attachments.place(city.files, f"workbook:{one.id}:{one.told}:list", "txt")
    file.write_text("\n".join((*words.counts(made.result), "", *changes)) + "\n", encoding="utf-8")
    attachments.date(file, now)
    name = f"{Path(one.name).stem or 'data'}-perubahan.txt"
    say(session, one, Message(words.LISTED, attachment=Attachment("document", file.name, name)), now)


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
