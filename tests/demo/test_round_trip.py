"""What the city's coordinator takes out of the demo city as files changes nothing when it is imported again."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from db.people import Person, PersonRole
from db.roles import Role, ScopeKind
from demo.launch import Prepared
from reports.exports.file import write
from reports.exports.kinds import Export, reader
from reports.exports.rows import rows
from reports.workbook import importing
from tests.demo.conftest import MORNING, TODAY

REGISTER = (
    Export.ASN,
    Export.FAMILIES,
    Export.CHILDREN,
    Export.ASSIGNMENTS,
    Export.STAFF,
    Export.PLACES,
    Export.MEASUREMENTS,
)


@pytest.fixture
def taken(prepared: Prepared, tmp_path: Path) -> Path:
    """All lists of the register as one file, as the city's coordinator gets them."""
    file = tmp_path / "kota.xlsx"
    with prepared.sessions() as session:
        holds = select(PersonRole.person_id).where(
            PersonRole.role == Role.COORDINATOR, PersonRole.scope == ScopeKind.CITY
        )
        ratna = session.scalars(select(Person).where(Person.id.in_(holds))).first()
        assert ratna
        found = [row for what in REGISTER for row in rows(session, what, reader(ratna, what, TODAY), prepared.city)]
    write(file, found)
    return file


def test_a_list_that_is_imported_again_changes_nothing(prepared: Prepared, taken: Path) -> None:
    with prepared.sessions() as session:
        planned = importing.plan(session, taken, MORNING).result
    assert not planned.errors
    assert not planned.changes
    assert (planned.added, planned.changed) == (0, 0)
    read = {sheet: count.unchanged for sheet, count in planned.counts.items()}
    book = load_workbook(taken, read_only=True)
    assert set(read) == {
        "ASN",
        "Wakil",
        "Puskesmas",
        "Posyandu",
        "Keluarga",
        "Anak",
        "Pendampingan",
        "Koordinator",
        "Nakes",
        "Pengukuran",
    }
    for sheet, count in read.items():
        assert count > 0, sheet
        assert book[sheet].max_row == count + 1
