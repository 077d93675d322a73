"""The kecamatan, kelurahan and puskesmas of a city, from a file to the database."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.places import District, HealthCentre, Village

VILLAGES, CENTRES = ("code", "kecamatan", "kelurahan"), ("puskesmas", "kecamatan")
KENDARI = Path(__file__).parent / "wilayah" / "kendari.csv"
"""Columns code, kecamatan, kelurahan: the codes of Kepmendagri 300.2.2-2138 of 2025, from cahyadsn/wilayah (MIT)."""
KENDARI_PUSKESMAS = KENDARI.with_name("kendari-puskesmas.csv")
"""Columns puskesmas, kecamatan."""


class PlacesError(Exception):
    """A file of places cannot be used; ``problems`` are sentences that name the line and the column."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def seed_places(session: Session, file: Path = KENDARI) -> int:
    """Add the kecamatan and kelurahan of ``file``. Returns how many places were added.

    Known places (a kecamatan by its code or name, a kelurahan by its code or its name within the kecamatan) stay as
    they are.
    """
    districts: dict[str | None, District] = {}
    for district in session.scalars(select(District)):
        districts[district.code] = districts[district.name] = district
    villages = session.scalars(select(Village)).all()
    known = {village.code for village in villages} | {(village.district.name, village.name) for village in villages}
    added = 0
    for row in rows(file, VILLAGES):
        code, name = row["code"].rpartition(".")[0], row["kecamatan"]
        district = districts.get(code) or districts.get(name)
        if district is None:
            district = District(code=code, name=name)
            session.add(district)
            districts[code] = districts[name] = district
            added += 1
        if row["code"] not in known and (district.name, row["kelurahan"]) not in known:
            session.add(Village(code=row["code"], name=row["kelurahan"], district=district))
            added += 1
    session.flush()
    return added


def seed_health_centres(session: Session, file: Path = KENDARI_PUSKESMAS) -> int:
    """Add the puskesmas of ``file`` with new names. Returns how many. Their kecamatan must exist."""
    known = set(session.scalars(select(HealthCentre.name)))
    districts = {district.name: district.id for district in session.scalars(select(District))}
    new = [row for row in rows(file, CENTRES) if row["puskesmas"] not in known]
    session.add_all(HealthCentre(name=r["puskesmas"], district_id=districts.get(r["kecamatan"])) for r in new)
    session.flush()
    return len(new)


def pairs(file: Path = KENDARI) -> list[tuple[str, str]]:
    """Pairs of kecamatan and kelurahan for the template's drop-downs."""
    return [(row["kecamatan"], row["kelurahan"]) for row in rows(file, VILLAGES)]


def pairs_of(session: Session) -> list[tuple[str, str]]:
    """The same of the places that are known already."""
    known = session.execute(
        select(District.name, Village.name).join(Village.district).order_by(District.name, Village.name)
    )
    return [(district, village) for district, village in known]


def rows(file: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a file of places, by its headers. Raises PlacesError where a column or a cell of it is missing."""
    try:
        lines = csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    except UnicodeDecodeError:
        raise PlacesError([f"{file.name}: simpan berkas ini sebagai CSV UTF-8."]) from None
    if missing := [column for column in columns if column not in (lines.fieldnames or ())]:
        raise PlacesError([f"{file.name}: kolom {column} tidak ada." for column in missing])
    read = [(lines.line_num, row) for row in lines]
    filled = columns if columns == VILLAGES else columns[:1]
    empty = [(line, column) for line, row in read for column in filled if not (row.get(column) or "").strip()]
    if empty:
        raise PlacesError([f"{file.name}, baris {line}: {column} masih kosong." for line, column in empty])
    yield from (row for _, row in read)
