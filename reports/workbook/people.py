"""Match people: one person may appear in several sheets, in several roles."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from db.people import Person, PersonRole
from db.roles import Role, ScopeKind, Title
from programme import names
from reports.workbook.cells import code_of
from reports.workbook.names import norm
from reports.workbook.places import Places
from reports.workbook.read import Book
from reports.workbook.staged import Record, StagedTable

Contact = tuple[str, str]  # phone, name as ``same_name`` compares it


@cache
def same_name(name: str) -> str:
    """A name as it is compared: without titles and degrees, which one list has and another has not, case and blanks."""
    return norm(names.bare(name))


class People:
    """The people and roles of the database and of this workbook.

    A foster parent is identified by the NIP or their own code; anybody else by phone and name together. A person with
    another or no number is found by name and place of service, unless this workbook has that person in another row.
    """

    def __init__(self, session: Session, places: Places, book: Book) -> None:
        self.persons = StagedTable(
            session, Person,
            ("name", "kind", "nip", "code", "phone", "sex", "office_id", "rank", "unit", "superior_id", "created_at"),
            {"office_id": places.offices, "superior_id": None},
        )  # fmt: skip
        self.roles = StagedTable(
            session, PersonRole, ("person_id", "role", "title", "scope", "scope_id", "ends"),
            {"person_id": self.persons},
        )  # fmt: skip
        where = {
            ScopeKind.OFFICE: places.offices, ScopeKind.VILLAGE: places.villages, ScopeKind.DISTRICT: places.districts,
            ScopeKind.POSYANDU: places.posts, ScopeKind.HEALTH_CENTRE: places.centres,
        }  # fmt: skip
        self.by_nip: dict[str, Record] = {}
        self.by_code: dict[str, Record] = {}
        self.foster_parents: dict[Record, None] = {}  # in the order in which they came
        self._called: dict[str, dict[Record, None]] = defaultdict(dict)
        self._by_contact: dict[Contact, Record] = {}
        self._by_post: dict[tuple[str, str, str, Any], list[Record]] = defaultdict(list)
        self._held: dict[tuple[Record, str, str, Any], Record] = {}
        for person in self.persons:
            self.know(person)
        for role in self.roles:
            scope, scope_id = role["scope"], role["scope_id"]
            if scope in where:
                role.values["scope_id"] = where[scope].stored.get(scope_id, scope_id)
            self._remember(role)
        self._spoken_of = {
            (row["hp"], same_name(row["nama"] or row["nama_ibu"] or ""))
            for sheet in ("ASN", "Keluarga", "Koordinator", "Nakes")
            for row in book[sheet]
        }

    def know(self, person: Record) -> None:
        """Index the person by the current NIP and number too; earlier ones stay valid."""
        if person["nip"]:
            self.by_nip[person["nip"]] = person
        if person["code"]:
            self.by_code[code_of(person["code"])] = person
        if person in self.foster_parents:
            self._called[same_name(person["name"])][person] = None
        if person["phone"]:
            self._by_contact.setdefault((person["phone"], same_name(person["name"])), person)

    def at(self, phone: str | None, name: str) -> Record | None:
        """The person with this number and name."""
        return self._by_contact.get((phone, same_name(name))) if phone else None

    def serving(
        self, phone: str | None, name: str, role: Role, scope: ScopeKind, scope_id: Record | int
    ) -> Record | None:
        """The person with this number and name, or with this name in this role at this place."""
        if found := self.at(phone, name):
            return found
        for person in self._by_post[(same_name(name), role, scope, scope_id)]:
            if person["phone"] == phone or (person["phone"], same_name(name)) not in self._spoken_of:
                return person
        return None

    def called(self, name: str) -> list[Record]:
        """The foster parents of this name."""
        return [one for one in self._called[same_name(name)] if same_name(one["name"]) == same_name(name)]

    def role(self, person: Record, role: Role, scope: ScopeKind, scope_id: Record | int) -> Record | None:
        return self._held.get((person, role, scope, scope_id))

    def appoint(
        self, person: Record, role: Role, title: Title, scope: ScopeKind, scope_id: Record | int, ends: date | None
    ) -> Record:
        values: dict[str, Any] = {
            "person_id": person, "role": role, "title": title, "scope": scope, "scope_id": scope_id, "ends": ends,
        }  # fmt: skip
        return self._remember(self.roles.add(values))

    def _remember(self, role: Record) -> Record:
        person, post = role["person_id"], (role["role"], role["scope"], role["scope_id"])
        self._held[(person, *post)] = role
        self._by_post[(same_name(person["name"]), *post)].append(person)
        if role["role"] == Role.ASN:
            self.foster_parents[person] = None
            self._called[same_name(person["name"])][person] = None
        return role
