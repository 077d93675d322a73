"""The workbook as a file: the empty template, what comes back of it, and the copy with its mistakes marked."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from reports.workbook import template
from reports.workbook.areas import pairs
from reports.workbook.columns import SHEETS
from reports.workbook.errors import mark
from reports.workbook.importing import apply
from reports.workbook.problem import Problem
from reports.workbook.read import read
from tests.reports.workbook.conftest import HEADERS, NOW, SARI, WHOLE, Fill, write


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "templat.xlsx"
    template.write(path, pairs())
    return path


def said(problems: list[Problem]) -> list[str]:
    return list(map(str, problems))


# --- the template ----------------------------------------------------------------------------------------------------


def test_the_template_has_the_sheets_and_headers_of_the_programme(empty: Path) -> None:
    book = load_workbook(empty)
    assert book.sheetnames == ["Petunjuk", *HEADERS, "Daftar"]
    for name, headers in HEADERS.items():
        assert tuple(cell.value for cell in book[name][1]) == headers
        assert book[name].freeze_panes == "A2"


def test_every_header_is_bold_and_has_a_note_with_an_example(empty: Path) -> None:
    book = load_workbook(empty)
    for sheet in SHEETS:
        for cell, column in zip(book[sheet.name][1], sheet.columns, strict=True):
            assert cell.font.b
            assert cell.comment is not None
            assert column.example in cell.comment.text
            assert ("Wajib diisi" in cell.comment.text) == column.required


def test_cells_from_a_list_have_a_drop_down(empty: Path) -> None:
    book = load_workbook(empty)
    lists = {
        (name, str(rule.sqref)): rule.formula1
        for name in HEADERS
        for rule in book[name].data_validations.dataValidation
    }
    assert lists["Anak", "D2:D10001"] == '"L,P"'
    assert lists["Nakes", "C2:C10001"] == '"kader,bidan,tpg,kepala"'
    assert lists["Keluarga", "D2:D10001"] == "Daftar!$A$2:$A$12"
    assert lists["Keluarga", "E2:E10001"] == "Daftar!$B$2:$B$66"
    assert lists["Puskesmas", "B2:B10001"] == "Daftar!$A$2:$A$12"
    assert lists["ASN", "E2:E10001"] == lists["Nakes", "E2:E10001"] == lists["Koordinator", "E2:E10001"] == '"L,P"'
    assert lists["ASN", "G2:G10001"] == '"orang,lembaga"'
    assert lists["Pendampingan", "G2:G10001"] == '"utama,pendamping,pengganti,koreksi,sementara"'
    assert len(lists) == 17
    daftar = book["Daftar"]
    assert (daftar["A12"].value, daftar["A13"].value, daftar["B66"].value) == ("Nambo", None, "Tondonggeu")


def test_nip_and_phone_are_text_and_dates_are_dates(empty: Path) -> None:
    book = load_workbook(empty)

    def look(sheet: str, place: int) -> str:
        spans = book[sheet].column_dimensions.values()
        return next(span.number_format for span in spans if span.min <= place <= span.max)

    assert (look("ASN", 1), look("Keluarga", 3), look("Anak", 5)) == ("@", "@", "dd/mm/yyyy")
    assert (look("Puskesmas", 3), look("Puskesmas", 4)) == ("@", "@")


def test_the_template_as_it_is_brings_nothing(kendari: Session, empty: Path) -> None:
    result = apply(kendari, empty, NOW)
    assert (result.errors, result.warnings, result.added) == ((), (), 0)


def test_the_template_explains_itself_without_places_too(tmp_path: Path) -> None:
    template.write(tmp_path / "t.xlsx")
    book = load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Petunjuk", *HEADERS]
    words = [row[0] for row in book["Petunjuk"].iter_rows(values_only=True)]
    assert words[0] == "Cara mengisi"
    assert "Pengukuran: Satu baris untuk satu anak pada satu tanggal." in words


# --- what comes back -------------------------------------------------------------------------------------------------


def test_columns_may_stand_in_any_order_and_spelling(fill: Fill) -> None:
    path = fill(
        headers={"Keluarga": ("Kelurahan", "NAMA IBU", "catatan kami", "Kode Keluarga ")},
        Keluarga=[("Korumba", "Sari", "x", "KEL-1")],
    )
    book = read(path)
    assert said(book.errors) == []
    [row] = book["Keluarga"]
    assert (row["kode_keluarga"], row["nama_ibu"], row["kelurahan"], row["hp"]) == ("KEL-1", "Sari", "Korumba", None)


def test_sheets_may_be_missing_and_their_names_carelessly_written(tmp_path: Path) -> None:
    path = write(tmp_path / "isi.xlsx", {" keluarga": [SARI]}, {" keluarga": HEADERS["Keluarga"]})
    book = read(path)
    assert (list(book.rows), said(book.errors), said(book.warnings)) == (["Keluarga"], [], [])


def test_a_sheet_that_is_nearly_named_is_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path / "isi.xlsx", {"Keluarga": [], "Pengkuran": []})
    assert said(read(path).warnings) == [
        "Lembar Pengkuran: Lembar ini tidak dikenal dan tidak dibaca. Maksudnya Pengukuran?"
    ]


def test_a_file_without_any_known_sheet_is_one_error(tmp_path: Path) -> None:
    [error] = read(write(tmp_path / "isi.xlsx", {"Sheet1": []})).errors
    assert str(error).startswith("Tidak ada lembar yang dikenal. Pakai nama lembar: ASN, Wakil, Puskesmas,")


def test_a_missing_column_that_is_needed_is_one_error_and_names_its_likeness(fill: Fill) -> None:
    headers = ("kode_anak", "kode_keluarga", "nama", "jenis_kelamin", "tgl_lahir", "berat_lahir_g", "status")
    book = read(fill(headers={"Anak": headers}, Anak=WHOLE["Anak"]))
    assert said(book.errors) == [
        "Lembar Anak A1: Kolom tanggal_lahir tidak ada di lembar Anak. "
        "Ganti judul kolom tgl_lahir menjadi tanggal_lahir."
    ]
    [error] = read(fill(headers={"Anak": headers[:-1]}, Kehamilan=[], Anak=[])).errors[1:]
    assert str(error).endswith("Kolom status tidak ada di lembar Anak. Tambahkan kolom itu.")


def test_two_columns_of_one_name_are_an_error(fill: Fill) -> None:
    book = read(fill(headers={"Kehamilan": ("kode_keluarga", "hpl", "HPL")}, Kehamilan=[]))
    assert said(book.errors) == ["Lembar Kehamilan C1: Kolom hpl ada dua. Hapus satu."]


def test_empty_rows_are_skipped_and_lines_are_counted_as_excel_counts(fill: Fill) -> None:
    rows = [(), ("KEL-1", "Sari", "", "", "Korumba"), ("", None, "  ", "-"), ("KEL-2", "", "", "", "Korumba")]
    book = read(fill(Keluarga=rows))
    assert [row.line for row in book["Keluarga"]] == [3, 5]
    assert said(book.errors) == ["Lembar Keluarga B5: Kolom nama_ibu belum diisi. Contoh: Sari."]


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.title = "Kehamilan"
    page["B3"], page["C3"], page["B4"], page["C4"] = "kode_keluarga", "hpl", "KEL-1", "besok"
    book.save(tmp_path / "isi.xlsx")
    [error] = read(tmp_path / "isi.xlsx").errors
    assert error.cell == "C4"


def test_formulas_and_excel_dates_are_read_by_what_they_show(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "isi.xlsx") as book:
        page = book.add_worksheet("Pengukuran")
        page.write_row(0, 0, HEADERS["Pengukuran"])
        page.write_string(1, 0, "ANAK-1")
        page.write_formula(1, 1, "=DATE(2026,3,5)", book.add_format({"num_format": "dd/mm/yyyy"}), 46086)
        page.write_formula(1, 2, "=8+0.4", None, 8.4)
        page.write_string(1, 7, "kader")
    found = read(tmp_path / "isi.xlsx")
    assert said(found.errors) == []
    [row] = found["Pengukuran"]
    assert (f"{row['tanggal']:%d/%m/%Y}", row["bb_kg"]) == ("05/03/2026", 8.4)


def test_a_file_that_is_no_workbook_gets_a_sentence(kendari: Session, tmp_path: Path) -> None:
    (tmp_path / "surat.xlsx").write_text("bukan buku kerja")
    for name in ("surat.xlsx", "tidak-ada.xlsx"):
        assert said(list(apply(kendari, tmp_path / name, NOW).errors)) == [
            "Berkas ini tidak bisa dibuka. Simpan sebagai Buku Kerja Excel (.xlsx)."
        ]


# --- the marked copy -------------------------------------------------------------------------------------------------


def words(page: Worksheet) -> list[tuple[object, ...]]:
    return [tuple(row) for row in page.iter_rows(min_row=2, values_only=True)]


def test_the_copy_marks_each_wrong_cell_and_lists_them_all(kendari: Session, fill: Fill, tmp_path: Path) -> None:
    path = fill(Keluarga=[("KEL-1", "Sari", "0401", "", "Korumbaa")], Kehamilan=[("KEL-9", "", "besok")])
    errors = apply(kendari, path, NOW).errors
    mark(path, tmp_path / "salinan.xlsx", errors)
    book = load_workbook(tmp_path / "salinan.xlsx")
    assert book.sheetnames == ["Kesalahan", "Keluarga", "Kehamilan"]
    assert [row[:3] for row in words(book["Kesalahan"])] == [("Keluarga", "C2", "0401"), ("Kehamilan", "C2", "besok")]
    phone = book["Keluarga"]["C2"]
    assert (phone.value, phone.fill.fgColor.rgb) == ("0401", "FFF2A3A3")
    assert phone.comment is not None
    assert phone.comment.text == "Tulis satu nomor HP saja, misalnya 081234567890."
    assert book["Keluarga"]["B2"].comment is None


def test_the_mended_copy_can_be_sent_again_and_loses_its_marks(kendari: Session, fill: Fill, tmp_path: Path) -> None:
    path, copy = fill(Keluarga=[("KEL-1", "Sari", "0401", "", "Korumbaa")]), tmp_path / "salinan.xlsx"
    mark(path, copy, apply(kendari, path, NOW).errors)
    book = load_workbook(copy)
    book["Keluarga"]["C2"] = "081211112222"
    book.save(copy)
    left = apply(kendari, copy, NOW).errors
    assert [error.cell for error in left] == ["E2"]
    mark(copy, copy, left)
    again = load_workbook(copy)
    assert again.sheetnames == ["Kesalahan", "Keluarga"]
    assert (again["Keluarga"]["C2"].comment, again["Keluarga"]["C2"].fill.fill_type) == (None, None)
    assert again["Keluarga"]["E2"].comment is not None
    again["Keluarga"]["E2"] = "Korumba"
    again.save(copy)
    assert apply(kendari, copy, NOW).added == 1


def test_what_looks_like_a_formula_is_only_quoted(tmp_path: Path, fill: Fill) -> None:
    path = fill(Keluarga=[SARI])
    mark(
        path,
        tmp_path / "s.xlsx",
        [Problem("Keluarga", 2, 1, "=1+1", "Tulis kodenya."), Problem("", 0, 0, "", "Semua.")],
    )
    book = load_workbook(tmp_path / "s.xlsx")
    assert book["Kesalahan"]["C2"].data_type == "s"
    assert words(book["Kesalahan"])[1] == (None, None, None, "Semua.")
