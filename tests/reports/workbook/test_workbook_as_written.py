"""Workbooks as they arrive: what Excel, a filter or a hurried hand has done to them is read rightly, or named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Family
from db.measurements import Measurement
from db.people import Person
from reports.workbook.importing import Result, apply
from reports.workbook.package import Package, look
from reports.workbook.read import read
from tests.reports.workbook.conftest import ANWAR, BUDI, NOW, SARI, Fill

LOST = "198503122010011000"  # what Excel leaves of a NIP that was a number, and is made text again
LATER = ("KEL-2", "Wati", "081211113333", "Mandonga", "Korumba", None, None)


def edited(path: Path, change: Callable[[Workbook], object]) -> Path:
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def warned(result: Result) -> list[tuple[str, str]]:
    assert not result.errors
    return [(one.cell, one.sentence) for one in result.warnings]


def refused(path: Path) -> str:
    [error] = read(path).errors
    return str(error)


@pytest.mark.parametrize("nip", [LOST, "19850312 201001 1 000", float(LOST)])
def test_a_nip_that_lost_its_last_digits_is_nobody(fill: Fill, nip: str | float) -> None:
    said = refused(fill(ASN=[(nip, "Anwar", "Dinas Kominfo", "")]))
    assert said.startswith("Lembar ASN A2: ")
    assert "hilang" in said


def test_a_code_that_lost_its_last_digits_is_refused(fill: Fill) -> None:
    assert "hilang" in refused(fill(Keluarga=[(7471012503850001.0, *SARI[1:])]))


@pytest.mark.parametrize(
    ("sheet", "row"),
    [("Anak", (date(2026, 1, 3), *BUDI[1:])), ("Keluarga", (date(2026, 1, 3), *SARI[1:])),
     ("Keluarga", (*SARI[:5], date(2026, 1, 3), "Labibia"))],
)  # fmt: skip
def test_a_text_that_excel_made_a_date_is_refused(fill: Fill, sheet: str, row: tuple[Any, ...]) -> None:
    assert "Excel mengubah isi sel ini menjadi tanggal" in refused(fill(**{sheet: [row]}))


def test_digits_of_another_keyboard_are_digits(kendari: Session, fill: Fill) -> None:
    rows = [("１９８５０３１２２０１００１１００１", "Anwar", "Dinas Kominfo", "08１２３４５６７８０１")]
    assert not apply(kendari, fill(ASN=rows), NOW).errors
    assert [(one.nip, one.phone) for one in kendari.scalars(select(Person))] == [(ANWAR, "+6281234567801")]


def test_a_title_may_stand_above_the_header(kendari: Session, fill: Fill) -> None:
    path = edited(fill(Keluarga=[SARI]), lambda book: book["Keluarga"].insert_rows(1, 3))
    edited(path, lambda book: book["Keluarga"].cell(1, 1, "DAFTAR KELUARGA 2026"))
    edited(path, lambda book: book["Keluarga"].cell(2, 1, "kecamatan"))
    assert not apply(kendari, path, NOW).errors
    assert kendari.scalars(select(Family)).one().code == "KEL-1"


def test_a_sheet_without_any_header_is_told_once_what_it_needs(fill: Fill) -> None:
    said = refused(fill({"ASN": ("DAFTAR ASN",)}, ASN=[(ANWAR, "Anwar", "Dinas Kominfo", "")]))
    assert said == "Lembar ASN A1: Baris judul kolom tidak ditemukan. Judulnya harus ada: nip, nama, opd."


def test_a_cell_that_is_merged_over_two_rows_is_for_both(kendari: Session, fill: Fill) -> None:
    def merge(book: Workbook) -> None:
        for column in "FG":
            book["Keluarga"].merge_cells(f"{column}2:{column}3")

    assert not apply(kendari, edited(fill(Keluarga=[SARI, LATER]), merge), NOW).errors
    sari, wati = kendari.scalars(select(Family).order_by(Family.code))
    assert sari.posyandu_id is not None
    assert (wati.posyandu_id, wati.health_centre_id) == (sari.posyandu_id, sari.health_centre_id)


def test_hidden_rows_and_sheets_are_read_and_named(kendari: Session, fill: Fill) -> None:
    def hide(book: Workbook) -> None:
        book["Keluarga"].row_dimensions[3].hidden = True
        book["Keluarga"].row_dimensions[7].hidden = True  # an empty one
        book["Anak"].sheet_state = "hidden"

    result = apply(kendari, edited(fill(Keluarga=[SARI, LATER], Anak=[BUDI]), hide), NOW)
    assert warned(result) == [
        ("A3", "Baris 3 tersembunyi, tetapi ikut dibaca. Hapus barisnya bila tidak dipakai lagi."),
        ("", "Lembar ini tersembunyi, tetapi ikut dibaca."),
    ]


@pytest.mark.parametrize("as_number", [True, False])
def test_a_workbook_of_an_old_mac_counts_its_days_from_1904(kendari: Session, fill: Fill, as_number: bool) -> None:
    def count_from_1904(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        cell = book["Anak"]["E2"]
        cell.value = date(2024, 9, 1)
        cell.number_format = "DD/MM/YYYY"

    def show_as_number(book: Workbook) -> None:
        cell = book["Anak"]["E2"]
        cell.value, cell.number_format = 44074, "0"

    path = edited(fill(Keluarga=[SARI], Anak=[BUDI]), count_from_1904)
    if as_number:
        edited(path, show_as_number)
    assert not apply(kendari, path, NOW).errors
    assert kendari.scalars(select(Child)).one().born == date(2024, 9, 1)


def test_what_is_no_package_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "isi.xlsx"
    path.write_bytes(b"nip;nama")
    assert look(path) == look(tmp_path / "nowhere.xlsx") == Package()


@pytest.mark.parametrize(("cm", "doubtful"), [(110, True), (55, True), (78, False)])
def test_a_length_that_no_such_child_has_is_doubted(kendari: Session, fill: Fill, cm: float, doubtful: bool) -> None:
    budi = ("ANAK-1", "KEL-1", "Budi", "L", "01/09/2024", "", "stunting")
    rows = [("ANAK-1", "01/03/2026", 9, cm, "berdiri", "", "", "posyandu")]
    result = apply(kendari, fill(Keluarga=[SARI], Anak=[budi], Pengukuran=rows), NOW)
    assert [cell for cell, _ in warned(result)] == (["D2"] if doubtful else [])
    assert kendari.scalars(select(Measurement.doubtful)).one() is doubtful


def test_a_doubted_number_that_is_mended_is_not_doubted_any_more(kendari: Session, fill: Fill) -> None:
    budi = ("ANAK-1", "KEL-1", "Budi", "L", "01/09/2024", "", "stunting")
    for cm, doubtful in ((110, True), (110, True), (78, False)):
        rows = [("ANAK-1", "01/03/2026", 9, cm, "berdiri", "", "", "posyandu")]
        apply(kendari, fill(Keluarga=[SARI], Anak=[budi], Pengukuran=rows), NOW)
        kendari.commit()
        assert kendari.scalars(select(Measurement.doubtful)).one() is doubtful


@pytest.mark.parametrize(
    ("code", "name", "sex", "born", "cells"),
    [("ANAK-2", "BUDI", "L", "12/03/2025", ["A3"]), ("ANAK-2", "Rani", "P", "12/06/2025", ["E3"]),
     ("ANAK-2", "Rani", "P", "12/03/2025", []), ("ANAK-2", "Rani", "P", "13/03/2025", []), ("ANAK-2", "Rani", "P",
     "12/03/2024", [])],
)  # fmt: skip
def test_the_same_child_under_two_codes_is_named(
    kendari: Session, fill: Fill, code: str, name: str, sex: str, born: str, cells: list[str]
) -> None:
    """Twins, and siblings a year apart, are no mistake; siblings of three months apart are."""
    path = fill(Keluarga=[SARI], Anak=[BUDI, (code, "KEL-1", name, sex, born, "", "stunting")])
    assert [cell for cell, _ in warned(apply(kendari, path, NOW))] == cells


@pytest.mark.parametrize(
    ("starts", "warns"),
    [("01/02/1926", True), ("01/02/2025", True), ("01/04/2025", False), ("01/02/2062", True), ("01/04/2026", False)],
)
def test_a_start_that_cannot_be_right_is_named(kendari: Session, fill: Fill, starts: str, warns: bool) -> None:
    path = fill(
        ASN=[(ANWAR, "Anwar", "Dinas Kominfo", "")], Keluarga=[SARI], Anak=[BUDI],
        Pendampingan=[(ANWAR, "ANAK-1", "", starts, "")],
    )  # fmt: skip
    assert [cell for cell, _ in warned(apply(kendari, path, NOW))] == (["D2"] if warns else [])


def test_a_start_for_a_whole_family_and_an_hpl_are_looked_at_too(kendari: Session, fill: Fill) -> None:
    path = fill(
        ASN=[(ANWAR, "Anwar", "Dinas Kominfo", "")], Keluarga=[SARI], Kehamilan=[("KEL-1", "", "12/09/1926")],
        Pendampingan=[(ANWAR, "", "KEL-1", "01/02/1926", "")],
    )  # fmt: skip
    assert sorted(cell for cell, _ in warned(apply(kendari, path, NOW))) == ["C2", "D2"]
