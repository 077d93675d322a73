"""Whether every row of a planned import is of a family, an office or a kelurahan that its sender coordinates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.places import Village
from db.roles import Role, ScopeKind
from programme.scopes import CITY, Scope
from reports.workbook.cells import show
from reports.workbook.importing import Plan
from reports.workbook.read import Row
from reports.workbook.staged import Record

OUTSIDE = "Baris {line} di lembar {sheet} ({key}) di luar wilayah {you}, jadi tidak ada yang disimpan."
SOMEBODY = "Berkas ini mengubah data orang di luar wilayah {you}, jadi tidak ada yang disimpan."
CITY_ONLY = "Lembar {sheet} hanya bisa dikirim oleh koordinator kota, jadi tidak ada yang disimpan."


class _Reach:
    """The places and the offices of some scopes."""

    def __init__(self, session: Session, scopes: Collection[Scope]) -> None:
        of = {kind: {scope.id for scope in scopes if scope.kind == kind} for kind in ScopeKind}
        within = select(Village.id).where(Village.district_id.in_(of[ScopeKind.DISTRICT]))
        self.villages = {*of[ScopeKind.VILLAGE], *session.scalars(within)}
        self.offices = of[ScopeKind.OFFICE]

    def has_family(self, family: Record) -> bool:
        """Where it lives, and where it lived before this import.

        An office has no task in anybody's health: the preview of a row would tell it what the register holds.
        """
        places = (family["village_id"], family.before.get("village_id"))
        return all(place.id in self.villages for place in places if place is not None)

    def has_asn(self, asn: Record) -> bool:
        offices = [office for office in (asn["office_id"], asn.before.get("office_id")) if office is not None]
        return bool(offices) and all(office.id in self.offices for office in offices)


def outside(session: Session, made: Plan, scopes: Collection[Scope], you: str) -> str:
    """A sentence about the first row that is not this coordinator's to enter; "" where all are.

    Say this alone: what else was found in such a workbook tells of other people's families.
    """
    if CITY in scopes:
        return ""
    reach = _Reach(session, scopes)
    for rows in made.book.rows.values():
        for row in rows:
            is_own = OWN_ROWS.get(row.sheet.name)
            if is_own is None:
                return CITY_ONLY.format(sheet=row.title)
            if not is_own(made, reach, row):
                key = next((show(cell) for _, cell in row.raw.values() if show(cell)), "")
                return OUTSIDE.format(line=row.line, sheet=row.title, key=key, you=you)
    return SOMEBODY.format(you=you) if any(_is_foreign(made, reach, one) for one in _persons(made)) else ""


def _persons(made: Plan) -> Iterator[Record]:
    """Those whom the import would enter or change."""
    persons = made.register.people.persons
    yield from persons.added
    yield from persons.changed.values()


def _is_foreign(made: Plan, reach: _Reach, person: Record) -> bool:
    """Whether this is neither a foster parent of the coordinator's office nor somebody of their families alone."""
    roles = {role["role"] for role in made.register.people.roles if role["person_id"] is person}
    families = [carer["family_id"] for carer in made.register.carers if carer["person_id"] is person]
    if not roles <= {Role.FAMILY, Role.ASN} or (Role.ASN in roles and not reach.has_asn(person)):
        return True
    return Role.ASN not in roles and not all(reach.has_family(family) for family in families)


def _families(made: Plan, row: Row) -> Iterator[Record]:
    """The families that the row speaks of, as far as they are known."""
    register = made.register
    if (code := row["kode_keluarga"]) and (family := register.family.get(code)):
        yield family
    if (code := row["kode_anak"]) and (child := register.child.get(code)):
        yield child["family_id"]
        if before := child.before.get("family_id"):
            yield before


def _of_family(made: Plan, reach: _Reach, row: Row) -> bool:
    return all(reach.has_family(family) for family in _families(made, row))


def _asn(made: Plan, row: Row) -> Record | None:
    people = made.register.people
    return people.by_nip.get(row["nip"] or "") or people.by_code.get(row["kode"] or "")


def _of_asn(made: Plan, reach: _Reach, row: Row) -> bool:
    """Whom the row names by neither NIP nor code is looked at among those who would be entered or changed."""
    asn = _asn(made, row)
    return bool(reach.offices) and (asn is None or reach.has_asn(asn))


def _of_fostering(made: Plan, reach: _Reach, row: Row) -> bool:
    """A place's coordinator assigns to its families, an office's its own ASN."""
    asn = _asn(made, row)
    return _of_family(made, reach, row) or (asn is not None and reach.has_asn(asn))


OWN_ROWS: Mapping[str, Callable[[Plan, _Reach, Row], bool]] = {
    "ASN": _of_asn,
    **dict.fromkeys(("Keluarga", "Anak", "Kehamilan", "Pernikahan", "Pengukuran"), _of_family),
    "Pendampingan": _of_fostering,
}
"""How a row is recognised as the coordinator's own; a sheet that is not named here is the city's."""
