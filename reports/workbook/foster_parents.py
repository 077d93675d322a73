"""Enter foster parents, their superiors and their delegates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from db.people import PersonKind
from db.roles import Role
from reports.workbook.people import same_name
from reports.workbook.problem import Wrong
from reports.workbook.read import Row
from reports.workbook.register import Register
from reports.workbook.staged import Record


def foster_parent(register: Register, row: Row) -> Record:
    is_organisation = row["jenis"] == PersonKind.ORGANISATION
    if is_organisation and row["nip"]:
        raise Wrong("Lembaga tidak punya NIP. Kosongkan sel ini, atau tulis jenis orang.", "nip")
    office = _office(register, row, is_organisation)
    known = _known(register, row, office)
    column = next((header for header in ("nip", "kode") if row[header]), "nama")
    if known is None:
        _can_be_found_again(row, office, is_organisation)
    elif row["nip"] and not row["opd"] and not known["office_id"]:
        raise Wrong("Kolom opd belum diisi. Contoh: Dinas Kesehatan.", "opd")
    else:
        register.once(column, known)
    person = register.person(
        known, row["nama"], row["hp"], sex=None if is_organisation else row["jk"], nip=row["nip"], code=row["kode"],
        kind=row["jenis"], office_id=office, rank=row["jabatan"], unit=row["bidang"],
    )  # fmt: skip
    register.once(column, person)
    register.appoint(person, Role.ASN)
    return person


def _office(register: Register, row: Row, is_organisation: bool) -> Record | None:
    """The office of the row. An organisation that is itself a known office belongs to that."""
    if row["opd"]:
        return register.places.office(row["opd"], "opd")
    return register.places.own_office(row["nama"]) if is_organisation else None


def _can_be_found_again(row: Row, office: Record | None, is_organisation: bool) -> None:
    if row["nip"] and office is None:
        raise Wrong("Kolom opd belum diisi. Contoh: Dinas Kesehatan.", "opd")
    if not (row["nip"] or row["kode"] or row["hp"] or office or is_organisation):
        raise Wrong("Isi nip, kode, opd, atau hp supaya orang ini dapat dikenali lagi.", "nip")


def _known(register: Register, row: Row, office: Record | None) -> Record | None:
    """The person of the row: by NIP or code, else by name with the number or the office."""
    people, nip, code = register.people, row["nip"], row["kode"]
    by_nip, by_code = people.by_nip.get(nip), people.by_code.get(code)
    if by_nip and by_code and by_nip is not by_code:
        raise Wrong(f"Kode ini milik {by_code['name']}, bukan pemilik NIP itu. Perbaiki salah satunya.", "kode")
    if by_code and nip and by_code["nip"] not in (None, nip) and same_name(by_code["name"]) != same_name(row["nama"]):
        raise Wrong(f"Kode ini milik {by_code['name']}. Untuk orang lain, kosongkan kodenya.", "kode")
    if found := by_nip or by_code:
        return found
    contact = people.at(row["hp"], row["nama"])
    if contact and not (nip and contact["nip"]):
        return contact
    kind = row["jenis"] or PersonKind.PERSON
    same = [
        one
        for one in people.called(row["nama"])
        if one["kind"] == kind
        and not (nip and one["nip"])
        and (one["office_id"] is office or kind != PersonKind.PERSON)
    ]
    if len(same) > 1:
        raise Wrong(f"Ada {len(same)} orang bernama {row['nama']} di kantor ini. Tulis NIP atau kodenya.", "nama")
    # Who has neither number nor office is one of many of that name.
    return same[0] if same and (office or kind == PersonKind.ORGANISATION) else None


def superiors(register: Register, entered: Iterable[tuple[Row, Record]], fail: Callable[[Row, Wrong], None]) -> None:
    """Set the superiors of all rows of the sheet, who may stand below them, and look for circles."""
    told: list[tuple[Row, Record]] = []
    for row, person in entered:
        if row["atasan"] is None:
            continue
        register.begin(row)
        try:
            superior = register.somebody(row["atasan"], "atasan")
            if superior is person:
                raise Wrong("Seseorang bukan atasan bagi dirinya sendiri. Tulis atasan langsungnya.", "atasan")
            if superior["kind"] == PersonKind.ORGANISATION:
                raise Wrong("Tulis orangnya, bukan lembaganya.", "atasan")
        except Wrong as wrong:
            fail(row, wrong)
            continue
        register.put(register.people.persons, person, {"superior_id": superior})
        told.append((row, person))
    for row, person in told:
        if circle := _circle(person):
            names = " → ".join(one["name"] for one in circle)
            fail(row, Wrong(f"Atasannya berputar: {names}. Perbaiki salah satunya.", "atasan"))


def _circle(person: Record) -> list[Record]:
    """The way from the person over their superiors back to them; empty where there is none."""
    way = [person]
    while (above := way[-1]["superior_id"]) is not None and above not in way:
        way.append(above)
    return [*way, person] if above is person else []


def delegate(register: Register, row: Row) -> Record:
    principal, person = register.somebody(row["untuk"], "untuk"), register.somebody(row["wakil"], "wakil")
    if person["kind"] == PersonKind.ORGANISATION:
        raise Wrong("Wakil harus orang. Tulis nama orang yang berkunjung.", "wakil")
    if person is principal:
        raise Wrong("Seseorang tidak mewakili dirinya sendiri. Hapus baris ini, atau tulis orang lain.", "wakil")
    register.once("wakil", principal, person)
    starts, last = days(row)
    known = register.delegates_of[(principal,)]
    same = [one for one in known if one["person_id"] is person]
    found = next((one for one in same if one["starts"] == starts), None) or next(
        (one for one in reversed(same) if one["ends"] is None or starts <= one["ends"]), None
    )
    values = {"principal_id": principal, "person_id": person, "starts": starts, "ends": last}
    record = register.put(register.delegates, found, values)
    if found is None:
        known.append(record)
    register.appoint(person, Role.ASN)
    return record


def days(row: Row) -> tuple[date, date | None]:
    """The first and the last day of the row. Raises Wrong where the last comes first."""
    starts, last = row["mulai"], row["selesai"]
    if last and last < starts:
        raise Wrong(f"Hari terakhir ini sebelum mulai ({starts:%d/%m/%Y}). Periksa keduanya.", "selesai")
    return starts, last
