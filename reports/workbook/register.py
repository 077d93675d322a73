"""The register of the database, with the additions and changes of a workbook's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from db.children import Carer, Child, Family, Pregnancy, Wedding
from db.fostering import Assignment, Delegate
from db.measurements import Measurement
from db.people import PersonKind
from db.roles import Role, ScopeKind, Title
from programme import names
from programme.birth_announcements import SEXES
from reports.workbook.answers import Answer
from reports.workbook.cells import STILL, code_of
from reports.workbook.events import Event, RoleEnded
from reports.workbook.names import meant, norm
from reports.workbook.people import People, same_name
from reports.workbook.places import Places
from reports.workbook.problem import FORGOTTEN, DependsOnError, Problem, Wrong
from reports.workbook.questions import NO_ANSWERS
from reports.workbook.read import Book, Row
from reports.workbook.staged import Record, StagedTable

NIP_DIGITS = 18
HEADERS = {
    "phone": "hp", "sex": "jk", "nip": "nip", "code": "kode", "kind": "jenis", "office_id": "opd", "rank": "jabatan",
    "unit": "bidang",
}  # fmt: skip
"""The column of a person's row in which a field stands."""


class Register:
    """The stored records that rows are compared with, read once. Additions and changes stay in memory until written.

    ``again`` are the codes of families that were forgotten and are to be entered anew. ``answers`` say by key what is
    meant where somebody else comes for a child that has a foster parent, ``answer`` what is meant everywhere else.
    ``events`` are what use cases do after the rows are written.
    """

    def __init__(
        self,
        session: Session,
        book: Book,
        now: datetime,
        again: Collection[str] = (),
        answers: Mapping[str, Answer] = NO_ANSWERS,
        answer: Answer | None = None,
    ) -> None:
        self.now, self.today = now, now.date()
        self.again = {code_of(code) for code in again}
        self.answers, self.answer = answers, answer
        self.warnings: list[Problem] = []
        self.row: Row
        self.fresh: list[Record] = []
        self.differences: dict[str, tuple[Any, Any]] = {}
        self._work: dict[tuple[str, int], tuple[list[Record], dict[str, tuple[Any, Any]]]] = {}
        self.places = Places(session, book, self.warn)
        self.people = People(session, self.places, book)
        persons, places = self.people.persons, self.places
        self.families = StagedTable(
            session, Family,
            ("code", "mother_name", "phone", "village_id", "posyandu_id", "health_centre_id", "forgotten_at",
             "created_at"),
            {"village_id": places.villages, "posyandu_id": places.posts, "health_centre_id": places.centres},
        )  # fmt: skip
        self.carers = StagedTable(
            session, Carer, ("person_id", "family_id", "relation"), {"person_id": persons, "family_id": self.families}
        )
        self.children = StagedTable(
            session, Child,
            ("code", "family_id", "name", "sex", "born", "birth_weight_g", "gestation_weeks", "listed", "state",
             "pregnancy_id"),
            {"family_id": self.families},
        )  # fmt: skip
        self.pregnancies = StagedTable(
            session, Pregnancy, ("family_id", "mother_name", "due", "sure", "state"), {"family_id": self.families}
        )
        self.weddings = StagedTable(
            session, Wedding, ("family_id", "day", "red", "state"), {"family_id": self.families}
        )
        self.assignments = StagedTable(
            session, Assignment,
            ("asn_id", "child_id", "family_id", "part", "state", "starts", "known_from", "ends", "end_reason",
             "replaces_id", "decree"),
            {"asn_id": persons, "child_id": self.children, "family_id": self.families, "replaces_id": None},
        )  # fmt: skip
        self.delegates = StagedTable(
            session, Delegate, ("principal_id", "person_id", "starts", "ends"),
            {"principal_id": persons, "person_id": persons},
        )  # fmt: skip
        days: list[date] = [row["tanggal"] for row in book["Pengukuran"] if row["tanggal"]] or [self.today]
        self.measurements = StagedTable(
            session, Measurement,
            ("child_id", "measured_on", "kind", "weight_kg", "length_cm", "position", "muac_cm", "oedema", "source",
             "visit_id", "doubtful"),
            {"child_id": self.children},
            # Second measurements never come from a workbook; the first one of that day may.
            (
                Measurement.measured_on.between(min(days), max(days)),
                Measurement.withdrawn_at.is_(None),
                Measurement.repeats.is_(None),
            ),
        )  # fmt: skip
        self.family = {code_of(record["code"]): record for record in self.families}
        self.child = {code_of(record["code"]): record for record in self.children}
        self.mothers = {c["family_id"]: c for c in reversed(list(self.carers)) if c["relation"] == "ibu"}
        self.cares = {(carer["person_id"], carer["family_id"]) for carer in self.carers}
        self.pregnancies_of = _grouped(self.pregnancies, "family_id")
        self.weddings_of = _grouped(self.weddings, "family_id")
        self._children_of = _grouped(self.children, "family_id")
        told = (child for child in self.children if child["pregnancy_id"])
        self._told_in_chat = _grouped(told, "family_id", "born", "sex")
        self.assignments_of = _grouped(self.assignments, "asn_id", "child_id", "family_id")
        self.assignments_about = _grouped(self.assignments, "child_id", "family_id")
        self.delegates_of = _grouped(self.delegates, "principal_id")
        self.measurements_of = _grouped(self.measurements, "child_id", "measured_on", "kind")
        self._in_file = {header: {row[header] for row in book[sheet]} for sheet, header in (
            ("ASN", "nip"), ("ASN", "kode"), ("ASN", "nama"), ("Keluarga", "kode_keluarga"), ("Anak", "kode_anak"),
        )}  # fmt: skip
        self._unread = book.unread
        self._seen: dict[tuple[Any, ...], int] = {}
        self.events: list[Event] = []
        self.told: list[str] = []

    @property
    def staged_tables(self) -> tuple[StagedTable, ...]:
        """All tables in the order in which they can be written."""
        places, people = self.places, self.people
        return (
            places.offices, places.centres, places.posts, people.persons, people.roles, self.delegates, self.families,
            self.carers, self.children, self.pregnancies, self.weddings, self.assignments, self.measurements,
        )  # fmt: skip

    def begin(self, row: Row) -> None:
        """Begin a row, or go on with it: its additions are collected in ``fresh``, its changes in ``differences``."""
        self.row = row
        self.fresh, self.differences = self._work.setdefault((row.sheet.name, row.line), ([], {}))

    def person(
        self, known: Record | None, name: str, phone: str | None, *, sex: str | None = None, **more: Any
    ) -> Record:
        """The known person brought up to date, or a new one. ``more`` are other columns of the table."""
        values = {"name": name, "phone": phone, "sex": sex, **more}
        if known:
            values = {field: value for field, value in values.items() if self._agrees(known, field, value)}
            if same_name(known["name"]) == same_name(name) == norm(name) != norm(known["name"]):
                values.pop("name", None)  # written without the title or degree that is known: no other name
        first = {"kind": PersonKind.PERSON, "rank": "", "unit": "", "created_at": self.now}
        person = self.put(self.people.persons, known, values, **first | {k: v for k, v in more.items() if v})
        person.said |= {field: self.place() for field, value in values.items() if value is not None}
        self.people.know(person)
        if sex and (by_nip := names.sex_of("", nip=person["nip"])) and by_nip != sex:
            self.warn("jk", f"Menurut NIP-nya {SEXES[by_nip]}. Periksa NIP dan jk; sapaan mengikuti jk.")
        return person

    def _agrees(self, person: Record, field: str, value: Any) -> bool:
        """Whether this row may set the field of a person. A value that differs from an earlier row is an error."""
        if value is None or field not in person.said or value == person[field]:
            return True
        if field == "name" and same_name(value) == same_name(person["name"]):
            return False
        header = HEADERS.get(field) or ("nama_ibu" if "nama_ibu" in self.row.values else "nama")
        stands = f"{person['name']} sudah tertulis dengan {header} {person[field]} di {person.said[field]}"
        raise Wrong(f"{stands}. Samakan keduanya.", header)

    def appoint(
        self,
        person: Record,
        role: Role,
        title: Title = Title.NONE,
        scope: ScopeKind = ScopeKind.NONE,
        scope_id: Record | int = 0,
        ends: date | None = None,
    ) -> Record:
        """The role of this person at this place, given where it was not held. ``ends`` is its last day, or STILL."""
        held = self.people.role(person, role, scope, scope_id)
        if held is None:
            last = None if ends == STILL else ends
            self.fresh.append(held := self.people.appoint(person, role, title, scope, scope_id, last))
            return held
        self.put(self.people.roles, held, {"title": title or None})
        if ends == STILL and held["ends"]:
            self.differences["ends"] = (held["ends"], None)
            self.people.roles.clear(held, "ends")
        elif ends and ends not in (STILL, held["ends"]):
            self.put(self.people.roles, held, {"ends": ends})
            if held.id is not None:
                self.events.append(RoleEnded(held))
        return held

    def put(self, table: StagedTable, record: Record | None, values: dict[str, Any], **first: Any) -> Record:
        """Add a record with ``values`` and ``first``, or update the known one with ``values``."""
        if record is None:
            record = table.add({**values, **first})
            self.fresh.append(record)
        else:
            self.differences |= table.change(record, values)
        return record

    def family_of(self, code: str) -> Record:
        """The family a row refers to. Raises Wrong where there is none; so do ``child_of`` and ``asn_of``."""
        family = self._referred(self.family.get(code), "Keluarga", "kode_keluarga", code)
        if family["forgotten_at"]:
            raise Wrong(FORGOTTEN, "kode_keluarga")
        return family

    def child_of(self, code: str) -> Record:
        return self._referred(self.child.get(code), "Anak", "kode_anak", code)

    def foster_parent(self, nip: str | None, code: str | None) -> Record:
        """The foster parent whom a row names by NIP or by their own code."""
        by_nip = self._referred(self.people.by_nip.get(nip), "ASN", "nip", nip) if nip else None
        by_code = self._referred(self.people.by_code.get(code), "ASN", "kode", code) if code else None
        if by_nip and by_code and by_nip is not by_code:
            raise Wrong(f"Kode ini milik {by_code['name']}, bukan pemilik NIP itu. Perbaiki salah satunya.", "kode")
        if found := by_nip or by_code:
            return found
        raise Wrong("Isi nip atau kode orang tua asuhnya.", "nip")

    def visiting(self, foster_parent: Record) -> list[Record]:
        """Who visits for a foster parent: the delegates, else a person themselves; for an organisation nobody else."""
        held = self.delegates_of[(foster_parent,)]
        sent = [one["person_id"] for one in held if not one["ends"] or one["ends"] >= self.today]
        return sent or ([foster_parent] if foster_parent["kind"] == PersonKind.PERSON else [])

    def somebody(self, said: str, header: str) -> Record:
        """Whom a cell names by NIP, by code or by name. Raises Wrong where nobody is meant, or more than one."""
        if said.isdigit() and len(said) == NIP_DIGITS:
            return self._referred(self.people.by_nip.get(said), "ASN", "nip", said, header)
        if found := self.people.by_code.get(code_of(said)):
            return found
        called = self.people.called(said)
        if len(called) > 1:
            raise Wrong(f"Ada {len(called)} orang bernama {said}. Tulis NIP atau kodenya.", header)
        if called:
            return called[0]
        named = {same_name(name) for name in self._in_file["nama"] if name}
        if code_of(said) in self._in_file["kode"] or same_name(said) in named or "ASN" in self._unread:
            raise DependsOnError
        raise Wrong(
            f"{said} belum tercatat dan tidak ada di lembar ASN. Tulis NIP, kode, atau nama lengkapnya, "
            f"atau tambahkan.{meant(said, [one['name'] for one in self.people.foster_parents])}",
            header,
        )

    def children_of(self, family: Record) -> list[Record]:
        """The family's children, those of earlier rows among them."""
        return self._children_of[(family,)]

    def know_child(self, child: Record) -> None:
        """Add a child of this workbook to those of its family."""
        if child not in self._children_of[(child["family_id"],)]:
            self._children_of[(child["family_id"],)].append(child)

    def told_in_chat(self, family: Record, row: Row) -> Record | None:
        """The family's child of this birth date and sex that was reported in chat and has no row in the workbook."""
        same = self._told_in_chat[(family, row["tanggal_lahir"], row["jenis_kelamin"])]
        return next((one for one in same if one["code"] not in self._in_file["kode_anak"]), None)

    def _referred(self, record: Record | None, sheet: str, header: str, code: str, column: str | None = None) -> Record:
        if record is not None:
            return record
        if code in self._in_file[header] or sheet in self._unread:
            raise DependsOnError
        word = "NIP" if header == "nip" else "Kode"
        raise Wrong(
            f"{word} {code} belum tercatat dan tidak ada di lembar {sheet}. Periksa penulisannya, atau tambahkan.",
            column or header,
        )

    def once(self, column: str, *key: Any) -> None:
        """Raises Wrong where an earlier row of this sheet had the same key."""
        line = self._seen.setdefault((self.row.sheet.name, *key), self.row.line)
        if line != self.row.line:
            raise Wrong(f"Baris ini mengulang baris {line}. Hapus salah satu.", column)

    def place(self) -> str:
        """The place of the current row, in words."""
        return f"lembar {self.row.title} baris {self.row.line}"

    def tell(self, sentence: str) -> None:
        """Add a change of another record that the current row brings about."""
        self.told.append(f"{self.row.title} baris {self.row.line}: {sentence}")

    def warn(self, column: str, sentence: str) -> None:
        """Add a warning about the current row, which does not stop the import."""
        self.warnings.append(self.row.problem(column, sentence))


def _grouped(table: Iterable[Record], *fields: str) -> dict[tuple[Any, ...], list[Record]]:
    groups: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for record in table:
        groups[tuple(record[field] for field in fields)].append(record)
    return groups
