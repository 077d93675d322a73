"""Import a workbook: all of it or nothing, and the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from content.city import City
from db import audit
from db.audit import By, Detail, Note
from db.fostering import AssignmentState
from db.people import give_codes, places
from db.subjects import Subject, SubjectKind
from reports.workbook.answers import Answer
from reports.workbook.cells import show
from reports.workbook.events import carry_out
from reports.workbook.importers import IMPORTERS, LINKS, ORDER
from reports.workbook.names import norm
from reports.workbook.problem import DependsOnError, Problem, Wrong
from reports.workbook.questions import NO_ANSWERS, OpenQuestion, Question
from reports.workbook.read import Book, Row, read
from reports.workbook.register import Register
from reports.workbook.staged import Record, StagedTable

Progress = Callable[[int, int], None]
"""Reports progress: takes the rows done so far and their total."""
EVERY = 100
"""Rows between two reports of progress."""

WORDS = {
    "name": "nama", "mother_name": "nama", "nip": "NIP", "phone": "HP", "office_id": "OPD", "title": "peran",
    "village_id": "kelurahan", "posyandu_id": "posyandu", "health_centre_id": "puskesmas", "family_id": "keluarga",
    "sex": "jenis kelamin", "born": "tanggal lahir", "birth_weight_g": "berat lahir",
    "gestation_weeks": "usia kehamilan", "listed": "status", "state": "keadaan", "due": "HPL", "sure": "HPL pasti",
    "opens": "jam buka",
    "hours": "jam buka", "district_id": "kecamatan",
    "day": "tanggal nikah", "red": "Elsimil merah", "starts": "mulai",
    "decree": "nomor SK", "weight_kg": "BB", "length_cm": "PB/TB", "position": "posisi", "muac_cm": "LiLA",
    "oedema": "edema", "source": "sumber", "doubtful": "meragukan", "created_at": "tercatat sejak",
    "forgotten_at": "dihapus", "kind": "jenis", "code": "kode", "rank": "jabatan", "unit": "bidang",
    "superior_id": "atasan", "ends": "selesai", "end_reason": "alasan", "part": "peran", "replaces_id": "menggantikan",
    "known_from": "diketahui sejak", "principal_id": "untuk", "person_id": "wakil", "asn_id": "pendamping",
}  # fmt: skip
"""Indonesian names of fields that can change."""


@dataclass
class Count:
    """Rows of one sheet."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class Result:
    """The result of an import or of a trial. With ``errors`` nothing is written. ``changes`` has a sentence for every
    changed row; ``warnings`` should be looked at and stop nothing. With ``questions`` nothing is written either, until
    each is answered."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    counts: Mapping[str, Count]
    changes: tuple[str, ...]
    questions: tuple[Question, ...] = ()

    @property
    def added(self) -> int:
        return sum(count.added for count in self.counts.values())

    @property
    def changed(self) -> int:
        return sum(count.changed for count in self.counts.values())

    @property
    def unchanged(self) -> int:
        return sum(count.unchanged for count in self.counts.values())


@dataclass(frozen=True)
class Plan:
    """A workbook compared with the database; nothing is written yet."""

    result: Result
    register: Register
    book: Book


def plan(
    session: Session,
    source: Path | Book,
    now: datetime,
    progress: Progress = lambda done, total: None,
    again: Collection[str] = (),
    answers: Mapping[str, Answer] = NO_ANSWERS,
    answer: Answer | None = None,
) -> Plan:
    """Read the workbook and compare it with the database. ``now`` is on the city's clock. Writes nothing.

    ``source`` is its file, or rows that were read before. ``again``: the codes of forgotten families that asked to be
    entered anew; any other forgotten one is an error. ``answers`` are those to the questions of an earlier plan, by
    key; ``answer`` is the one to all others.
    """
    book = source if isinstance(source, Book) else read(source)
    register = Register(session, book, now, again, answers, answer)
    errors, questions, changes = list(book.errors), list[Question](), list[str]()
    counts = {sheet: Count() for sheet in book.rows}
    total, done = len(book), 0
    for sheet, rows in book.rows.items():
        entered: list[tuple[Row, Record | None]] = []
        for row in sorted(rows, key=ORDER.get(sheet, _as_written)):
            if row.sound:
                try:
                    register.begin(row)
                    entered.append((row, IMPORTERS[sheet](register, row)))
                except Wrong as wrong:
                    errors.append(row.problem(wrong.column, wrong.sentence))
                except OpenQuestion as opened:
                    questions.append(opened.question)
                except DependsOnError:
                    pass  # the row it builds on is among the errors
            done += 1
            if done % EVERY == 0 or done == total:
                progress(done, total)
        errors += [row.problem(wrong.column, wrong.sentence) for row, wrong in _linked(register, sheet, entered)]
        for row, about in entered:
            register.begin(row)
            _tally(counts[sheet], about, register, changes)
    order = {norm(sheet): place for place, sheet in enumerate(book.rows)}
    errors.sort(key=lambda error: (order.get(norm(error.sheet), -1), error.line, error.column))
    warnings = (*book.warnings, *register.warnings)
    result = Result(tuple(errors), warnings, counts, (*changes, *register.told), tuple(questions))
    return Plan(result, register, book)


def apply(
    session: Session,
    source: Path | Book,
    now: datetime,
    progress: Progress = lambda done, total: None,
    by: By = None,
    again: Collection[str] = (),
    answers: Mapping[str, Answer] = NO_ANSWERS,
    answer: Answer | None = None,
    city: City | None = None,
) -> Result:
    """Import the workbook. Writes nothing when there are errors or questions; never commits: a caller that rolls back
    has tried it dry. ``now`` is on the city's clock; ``by`` is who imports; ``city`` as in ``write``, the others as in
    ``plan``."""
    made = plan(session, source, now, progress, again, answers, answer)
    if not made.result.errors and not made.result.questions:
        write(session, made, now, by, city)
    return made.result


def write(session: Session, made: Plan, now: datetime, by: By = None, city: City | None = None) -> None:
    """Write what was planned in this very transaction, and do what follows from it; it must have no errors and no
    questions. ``city`` is needed where somebody has to be told.

    Raises ValueError where it is needed and missing, and programme.assignments.Changed where somebody else has changed
    an assignment meanwhile; roll back then.
    """
    register = made.register
    if register.events and city is None:
        raise ValueError("somebody has to be told, in the city's words")
    for table in register.staged_tables:
        table.write(session)
    _audit(session, register, now, by)
    session.expire_all()
    give_codes(session, [one.id or 0 for one in register.people.foster_parents if not one["code"]])
    if city is not None:
        carry_out(session, city, register.events, _can_be_told(session, register), now, by)


def _as_written(row: Row) -> Any:
    return row.line


def _linked(register: Register, sheet: str, entered: Sequence[tuple[Row, Record | None]]) -> list[tuple[Row, Wrong]]:
    """Set what the rows of a sheet say of each other. Returns what cannot stand."""
    wrong: list[tuple[Row, Wrong]] = []
    if sheet in LINKS:
        rows = [(row, about) for row, about in entered if about is not None]
        LINKS[sheet](register, rows, lambda row, one: wrong.append((row, one)))
    return wrong


def _can_be_told(session: Session, register: Register) -> list[int]:
    """The ids of the new assignments of foster parents for whom somebody visits who has joined. Before a city has
    invited anybody that is nobody."""
    new = [one for one in register.assignments.added if not one.held and one["state"] == AssignmentState.ACTIVE]
    visit = {one: register.visiting(one["asn_id"]) for one in new}
    joined = places(session, {person.id or 0 for people in visit.values() for person in people})
    return [one.id or 0 for one in new if any(person.id in joined for person in visit[one])]


def _tally(count: Count, about: Record | None, register: Register, changes: list[str]) -> None:
    if about is not None and about.id is None:
        count.added += 1
    elif register.differences or register.fresh:
        count.changed += 1
        changes.append(_in_words(register.row, register.differences))
    else:
        count.unchanged += 1


def _in_words(row: Row, differences: Mapping[str, tuple[Any, Any]]) -> str:
    """A changed row in words: "Anak baris 12 (ANAK-0012): status berisiko → stunting"."""
    key = next((show(cell) for _, cell in row.raw.values() if show(cell)), "")
    what = {WORDS[field]: f"{WORDS[field]} {_said(old)} → {_said(new)}" for field, (old, new) in differences.items()}
    return f"{row.title} baris {row.line} ({key}): {'; '.join(what.values()) or 'dilengkapi'}"


def _said(value: Record | date | float | str | None) -> str:
    if isinstance(value, Record):
        return str(value["name"] or value["code"])
    return "kosong" if value is None or value == "" else show(value)


def _audit(session: Session, register: Register, now: datetime, by: By) -> None:
    """Write an audit line for everybody who was entered, changed, measured or assigned."""
    kinds: tuple[tuple[str, SubjectKind, StagedTable, Callable[[Record], Record]], ...] = (
        ("person", SubjectKind.PERSON, register.people.persons, lambda person: person),
        ("family", SubjectKind.FAMILY, register.families, lambda family: family),
        ("child", SubjectKind.CHILD, register.children, lambda child: child),
        ("pregnancy", SubjectKind.PREGNANCY, register.pregnancies, lambda pregnancy: pregnancy),
        ("wedding", SubjectKind.WEDDING, register.weddings, lambda wedding: wedding),
        ("measurement", SubjectKind.CHILD, register.measurements, lambda measurement: measurement["child_id"]),
        ("assignment", SubjectKind.PERSON, register.assignments, lambda assignment: assignment["asn_id"]),
        ("delegate", SubjectKind.PERSON, register.delegates, lambda delegate: delegate["person_id"]),
    )
    notes = [
        Note(
            by,
            f"import.{what}",
            Subject(kind, about(record).id or 0),
            Detail.CHANGED if record.before else Detail.NEW,
        )
        for what, kind, table, about in kinds
        for record in (*table.added, *table.changed.values())
        if set(record.before or record.values) - record.held and not (record.held and record in table.added)
    ]
    audit.note_all(session, now, notes)
