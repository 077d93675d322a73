"""An import can be taken back: the register is then as it was, but for what somebody has built on meanwhile."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import tables
from db.children import Child, Family
from db.drafts import Draft
from db.fostering import Assignment
from db.people import Person, PersonRole
from db.places import Posyandu
from db.subjects import Subject, SubjectKind
from db.workbook_imports import ImportState, WorkbookImport
from reports.workbook import importing, undoing
from tests import people
from tests.reports.workbook.conftest import ANWAR, BUDI, NOW, RAHMA, SARI, WHOLE, Fill, Rows

LOGS = ("audit", "imported_row", "workbook_import")
PLACES = ("Korumba", "Mandonga", "Labibia", "Wowawanggu")


def everything(session: Session) -> dict[str, list[Any]]:
    """Every row of every table that is no log."""
    session.expire_all()
    return {
        table.name: list(session.execute(select(table).order_by(*table.primary_key)).all())
        for table in tables.metadata.sorted_tables
        if not table.name.startswith(LOGS)
    }


def imported(session: Session, fill: Fill, **sheets: Rows) -> int:
    """The id of the import of these rows; 0 where they have an error."""
    sender = session.scalars(select(Person).where(Person.name == "Ratna")).first()
    sender = sender or people.person(session, "Ratna", "coordinator", scope="kota", scope_id=0, reachable=False)
    one = WorkbookImport(
        person_id=sender.id, channel="telegram", address="1", state=ImportState.DONE, rows=[], sent_at=NOW
    )
    session.add(one)
    session.flush()
    made = importing.plan(session, fill(**sheets), NOW)
    if made.result.errors or made.result.questions:
        return 0
    before = undoing.look(session)
    importing.write(session, made, NOW, sender.id, people.city())
    undoing.keep(session, one.id, before, made.register)
    session.commit()
    return one.id


def stayed(session: Session, import_id: int) -> set[tuple[str, str]]:
    """Take the import back; the tables of what stays, each with the reason."""
    _, kept = undoing.revert(session, import_id, NOW)
    session.commit()
    return {(one.table, one.why) for one in kept}


def drawn(chance: random.Random) -> dict[str, Rows]:
    """A workbook that adds some and changes some of what ``WHOLE`` has entered."""

    def some(rows: Rows) -> Rows:
        return [row for row in rows if chance.random() < 0.7]

    def day(year: int) -> date:
        return date(year, chance.randint(1, 12), chance.randint(1, 28))

    families = [(f"KEL-{n}", chance.choice(("Sari", "Wati", "Dewi")), chance.choice(("", f"08121111{n:04}")), "",
                 chance.choice(PLACES), chance.choice(("", "Melati 1", f"Mawar {n}")), chance.choice(("", "Labibia")))
                for n in range(1, 6)]  # fmt: skip
    children = [(f"ANAK-{n}", f"KEL-{chance.randint(1, 5)}", chance.choice(("Budi", "Citra")), chance.choice("LP"),
                 day(2024), chance.choice(("", 2900)), chance.choice(("stunting", "berisiko", "lulus", "pindah")))
                for n in range(1, 6)]  # fmt: skip
    return {
        "ASN": some([(ANWAR, chance.choice(("Anwar", "Anwar H")), f"Dinas {chance.randint(1, 3)}", ""),
                     (RAHMA, "Rahma", "Dinas Sosial", "081255556666")]),
        "Keluarga": some(families),
        "Anak": some(children),
        "Kehamilan": some([(f"KEL-{chance.randint(1, 5)}", "", "12/09/2026")]),
        "Pernikahan": some([(f"KEL-{chance.randint(1, 5)}", "20/06/2026", "merah")]),
        "Pendampingan": some([(ANWAR, f"ANAK-{chance.randint(1, 5)}", "", day(2025), "440")]),
        "Nakes": some([("Ani", "081277770001", "kader", "Posyandu Melati 1 (Korumba)")]),
        "Pengukuran": some([(f"ANAK-{n}", "05/03/2026", "9,4", "75", "", "", "", "posyandu") for n in range(1, 6)]),
    }  # fmt: skip


def test_an_import_that_is_taken_back_leaves_the_register_as_it_was(kendari: Session, fill: Fill) -> None:
    imported(kendari, fill, **WHOLE)
    taken_back = 0
    for seed in range(40):
        before = everything(kendari)
        if import_id := imported(kendari, fill, **drawn(random.Random(seed))):
            assert stayed(kendari, import_id) == set()
            assert everything(kendari) == before, f"seed {seed}"
            taken_back += 1
    assert taken_back >= 10


def test_a_whole_city_is_taken_back_to_nothing(kendari: Session, fill: Fill) -> None:
    imported(kendari, fill, Pernikahan=[])
    before = everything(kendari)
    assert stayed(kendari, imported(kendari, fill, **WHOLE)) == set()
    assert everything(kendari) == before


def test_what_somebody_has_built_on_stays_with_all_that_it_needs(kendari: Session, fill: Fill) -> None:
    """Anwar visits Budi; Rahma joins; nobody has done anything with Citra."""
    import_id = imported(kendari, fill, **WHOLE)
    anwar, rahma = (kendari.scalars(select(Person).where(Person.nip == nip)).one() for nip in (ANWAR, RAHMA))
    budi, citra = (kendari.scalars(select(Child).where(Child.code == code)).one() for code in ("ANAK-1", "ANAK-2"))
    people.visit(kendari, anwar, budi, NOW.date())
    people.address(kendari, rahma, channel="telegram")
    gone = citra.id, citra.family_id
    kendari.commit()
    why = stayed(kendari, import_id)
    assert {table for table, _ in why} >= {"child", "family", "carer", "person", "person_role", "assignment"}
    assert {reason for _, reason in why} == {undoing.IN_USE}
    assert kendari.get(Child, gone[0]) is None
    assert kendari.get(Family, gone[1]) is None
    assert kendari.scalars(select(Assignment)).one().child_id == budi.id
    assert kendari.scalars(select(PersonRole).where(PersonRole.person_id == rahma.id)).one().role == "asn"
    assert kendari.scalars(select(Posyandu)).one().id == budi.family.posyandu_id


def test_a_value_that_was_changed_again_stays_and_so_does_a_child_about_whom_somebody_is_writing(
    kendari: Session, fill: Fill
) -> None:
    imported(kendari, fill, **WHOLE)
    moved = imported(kendari, fill, Keluarga=[(*SARI[:4], "Mandonga", "", "")], Anak=[(*BUDI[:6], "berisiko")])
    kendari.scalars(select(Family).where(Family.code == "KEL-1")).one().village_id = people.village(
        kendari, "Wowawanggu", "Kadia"
    ).id
    kendari.commit()
    assert stayed(kendari, moved) == {("family", undoing.CHANGED_SINCE)}
    assert kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one().listed == "stunting"

    third = imported(kendari, fill, Anak=[("ANAK-3", "KEL-1", "Dewa", "L", "12/03/2023", "", "stunting")])
    child = kendari.scalars(select(Child).where(Child.code == "ANAK-3")).one()
    kendari.add(
        Draft(
            person_id=kendari.scalars(select(Person).where(Person.nip == ANWAR)).one().id, form="child_visit",
            subject=str(Subject(SubjectKind.CHILD, child.id)), facts={}, state={}, opened_at=NOW, touched_at=NOW,
        )
    )  # fmt: skip
    kendari.commit()
    assert stayed(kendari, third) == {("child", undoing.IN_USE)}


def test_a_change_that_was_changed_back_by_hand_is_left_alone(kendari: Session, fill: Fill) -> None:
    imported(kendari, fill, **WHOLE)
    listed = imported(kendari, fill, Anak=[(*BUDI[:6], "berisiko")])
    budi = kendari.scalars(select(Child).where(Child.code == "ANAK-1")).one()
    budi.listed, budi.created_at = "tidak stunting", budi.created_at + timedelta(days=1)
    kendari.commit()
    assert stayed(kendari, listed) == {("child", undoing.CHANGED_SINCE)}
    assert budi.listed == "tidak stunting"
