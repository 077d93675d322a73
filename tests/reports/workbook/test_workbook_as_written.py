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
from reports.workbook.cells import code_of
from reports.workbook.importing import Result, apply
from reports.workbook.package import Package, look
from reports.workbook.read import read
from tests.reports.workbook.conftest import ANWAR, BUDI, NOW, SARI, Fill, Rows

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


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", " #n/a ", "Err:502"])
@pytest.mark.parametrize("place", ["A2", "F2"])  # a column that must be filled, and one that may be empty
def test_an_error_value_is_not_taken_for_an_empty_cell(fill: Fill, error: str, place: str) -> None:
    def break_cell(book: Workbook) -> None:
        book["Keluarga"][place].value = error

    said = refused(edited(fill(Keluarga=[SARI, LATER]), break_cell))
    assert said.startswith(f"Lembar Keluarga {place}: Sel ini berisi pesan kesalahan Excel ({error.strip()})")


def test_a_formula_without_its_result_is_not_taken_for_an_empty_cell(fill: Fill) -> None:
    assert "Rumus di sel ini belum ada hasilnya" in refused(fill(Keluarga=[(*SARI[:5], "=Z1", "Labibia")]))


def test_formulas_that_were_copied_below_the_last_row_are_no_rows(fill: Fill) -> None:
    book = read(fill(Keluarga=[SARI, ("#N/A", None, None, "=Z3", "#REF!"), (None, None, None, "=Z4")]))
    assert (len(book["Keluarga"]), book.errors) == (1, [])


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\u200e", "\u00ad", "\u2060", "_x000D_", "\u00a0", "\u2007"])
def test_marks_that_nobody_sees_are_left_out(fill: Fill, mark: str) -> None:
    headers = {"Keluarga": (f"{mark}kode_keluarga", f"nama_ibu{mark}", "kelurahan", "posyandu")}
    rows = [(f"KEL{mark}-1{mark}", f"Wa{mark} Ode Sari{mark}", f"{mark}Korumba", mark)]
    book = read(fill(headers, Keluarga=rows, ASN=[(f"{ANWAR}{mark}", f"{mark}Anwar", "Dinas", f"0812{mark}34567890")]))
    [family], [asn] = book["Keluarga"], book["ASN"]
    assert [family[header] for header in ("kode_keluarga", "nama_ibu", "kelurahan", "posyandu")] == [
        "KEL-1", "Wa Ode Sari", "Korumba", None,
    ]  # fmt: skip
    assert (asn["nip"], asn["nama"], asn["hp"]) == (ANWAR, "Anwar", "+6281234567890")


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d"])
def test_a_code_is_the_same_with_every_kind_of_dash(dash: str) -> None:
    assert code_of(f"kel{dash}0001 ") == "KEL-0001"


def test_a_title_or_a_degree_makes_no_second_person_and_is_not_lost(kendari: Session, fill: Fill) -> None:
    sheets: dict[str, Rows] = {
        "ASN": [(ANWAR, "Dr. H.Anwar Hamid, S.Sos., M.Si", "Dinas Kominfo", "081234567801")],
        "Koordinator": [("Anwar Hamid", "081234567801", "opd", "Dinas Kominfo"), ("Rahma S.KM", "", "kota", "")],
        "Nakes": [("ANWAR HAMID S.Sos", "081234567801", "kader", "Puskesmas Labibia")],
    }
    for rows in (sheets, {"Koordinator": [("anwar hamid", "081234567801", "kota", ""), ("Rahma", "", "kota", "")]}):
        assert not apply(kendari, fill(**rows), NOW).errors
        kendari.commit()
        names = kendari.scalars(select(Person.name).order_by(Person.id)).all()
        assert names == ["Dr. H.Anwar Hamid, S.Sos., M.Si", "Rahma S.KM"]
    again = apply(kendari, fill(**sheets), NOW)
    assert (again.added, again.changed) == (0, 0)
    assert apply(kendari, fill(Koordinator=[("Rahma, S.KM., M.Kes", "", "kota", "")]), NOW).changed == 1


def born(*days: str | date) -> list[tuple[Any, ...]]:
    return [(f"ANAK-{number}", "KEL-1", f"Anak {number}", "L", day, "", "stunting") for number, day in enumerate(days)]


MONTHS = [date(2025, month, day) for month, day in ((1, 2), (2, 5), (3, 9), (4, 1), (5, 12), (6, 7), (7, 3), (8, 11))]


@pytest.mark.parametrize(
    ("days", "cell"),
    [
        # Typed day first into an American Excel: what has no such month stayed text, the rest changed places.
        ((date(2025, 3, 2), "13/02/2025", date(2025, 5, 2), "28/02/2025"), "E2"),
        ((date(2025, 3, 3), "13/02/2025", date(2025, 5, 2)), "E4"),  # 3 March is the same either way
        ((*MONTHS[:5], "13/02/2025", "02/02/2025"), "E2"),
        ((*MONTHS, date(2025, 9, 4), date(2025, 10, 6)), "E2"),  # days vary, and none is above 12
        ((*MONTHS, date(2025, 9, 14), date(2025, 10, 6)), ""),
        ((date(2025, 3, 2), "13/02/2025", date(2025, 5, 22)), ""),
        ((date(2025, 3, 2), "13/02/2025"), ""),
        ((*MONTHS[:4], "13/02/2025", "02/02/2025"), ""),
        ((*MONTHS,), ""),
        (tuple(date(2025, month, 10) for month in range(1, 12)), ""),  # a posyandu on every tenth
        (tuple(f"{day:%d/%m/%Y}" for day in [*MONTHS, date(2025, 9, 4), date(2025, 10, 6)]), ""),
    ],
)
def test_a_column_whose_days_and_months_seem_swapped_is_asked_about(
    fill: Fill, days: tuple[str | date, ...], cell: str
) -> None:
    book = read(fill(Anak=born(*days)))
    assert [one.cell for one in book.warnings] == ([cell] if cell else [])
    assert not book.errors


def test_the_question_about_swapped_dates_says_both_dates(fill: Fill) -> None:
    [warning] = read(fill(Anak=born(date(2025, 3, 2), "13/02/2025", date(2025, 5, 2)))).warnings
    assert warning.sentence == (
        "Mungkin Excel menukar hari dan bulan: di kolom ini semua tanggal Excel jatuh pada hari 1 sampai 12, sedangkan "
        "tanggal yang berupa teks tidak. Cocokkan beberapa dengan catatan aslinya; 02/03/2025, atau seharusnya "
        "03/02/2025?"
    )
