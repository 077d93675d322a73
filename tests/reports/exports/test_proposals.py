"""Proposals as a list: whoever sends it back has accepted all of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.fostering import Assignment, AssignmentState, Part, answerable
from programme import proposals
from programme.scopes import CITY
from reports.exports.file import write
from reports.exports.kinds import Export, offered, reader
from reports.exports.rows import rows
from reports.workbook import importing
from tests import people
from tests.people import NOW, TODAY


def test_who_is_proposed_stands_in_a_list_with_the_reason_and_sent_back_it_is_accepted(
    session: Session, tmp_path: Path
) -> None:
    ratna, anwar, rina = people.coordinator(session), people.asn(session, "Anwar"), people.asn(session, "Rina")
    near, far = people.village(session), people.village(session, "Tipulu", "Kendari Barat")
    cared_for = people.child(session, people.family(session, "Wati", near), "Siti")
    people.fosters(session, anwar, cared_for, TODAY - timedelta(days=40))
    months = TODAY - timedelta(days=300)
    rafa = people.child(session, people.family(session, "Ani", near), "Rafa", months)
    alone = [rafa, people.child(session, people.family(session, "Fitri", far), "Bayu", months)]
    session.commit()
    town, file = people.city(), tmp_path / "usulan.xlsx"
    write(file, rows(session, Export.PROPOSALS, reader(ratna, Export.PROPOSALS, TODAY), town))
    sheet = load_workbook(file)["Pendampingan"]
    heads = [str(cell.value) for cell in sheet[1]]
    listed = {
        row["kode_anak"]: row
        for row in (dict(zip(heads, line, strict=True)) for line in sheet.iter_rows(min_row=2, values_only=True))
    }
    assert {child.code for child in alone} == set(listed)
    assert listed[rafa.code]["pendamping"] == "Anwar"
    assert str(listed[rafa.code]["mengapa"]).startswith("mendampingi di Mandonga")
    assert not session.scalars(select(Assignment).where(Assignment.state == AssignmentState.PROPOSED)).all()

    assert not importing.apply(session, file, NOW, city=town).errors
    session.commit()
    assert proposals.waiting(session, [CITY], TODAY) == []
    for child in alone:
        asn = answerable(session, child, TODAY)
        assert asn in (anwar, rina)
        assert listed[child.code]["nip"] == asn.nip
    assert {one.part for one in session.scalars(select(Assignment))} == {Part.MAIN}
    assert Export.PROPOSALS not in offered(people.coordinator(session, "Joko", "opd", anwar.office_id or 0))
