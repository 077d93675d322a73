"""One cell at a time: what hurried hands and Excel make of a value, and what we make of that."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from reports.workbook.cells import Cell, Code, Date, Kind, Nip, Phone, is_empty
from reports.workbook.columns import SHEETS
from reports.workbook.names import meant, norm
from reports.workbook.problem import Wrong
from tests.reports.workbook.conftest import ANWAR, RAHMA


def kind(sheet: str, header: str) -> Kind:
    return next(c.kind for s in SHEETS if s.name == sheet for c in s.columns if c.header == header)


def refused(kind: Kind, raw: Cell) -> str:
    with pytest.raises(Wrong) as wrong:
        kind.read(raw)
    return wrong.value.sentence


@pytest.mark.parametrize(
    "written",
    ["12/03/2026", "12-3-2026", "12.03.2026", "2026-03-12", "12 Maret 2026", "12 mar 2026", "12-Mar-2026",
     " 12 / 3 / 2026 ", date(2026, 3, 12), datetime(2026, 3, 12, 7, 30), 46093, 46093.0,  # noqa: DTZ001 as Excel has it
     "2026-03-12 00:00:00"],
)  # fmt: skip
def test_a_date_may_be_written_in_many_ways(written: Cell) -> None:
    assert Date().read(written) == date(2026, 3, 12)


@pytest.mark.parametrize("month", ["Agustus", "Agu", "agt.", "Ags", "AGUSTUS"])
def test_months_have_their_indonesian_names(month: str) -> None:
    assert Date().read(f"17 {month} 2025") == date(2025, 8, 17)


@pytest.mark.parametrize("written", ["03/25/2026", "12/03/26", "31/02/2026", "besok", 2026, True, "12 Foo 2026"])
def test_what_is_no_date_gets_the_way_to_write_one(written: Cell) -> None:
    assert "12/03/2026" in refused(Date(), written)


@pytest.mark.parametrize(
    ("written", "kg"), [("8,4", 8.4), ("8.4", 8.4), (8.4, 8.4), ("8,4 kg", 8.4), (8, 8.0), ("9", 9)]
)
def test_a_weight_may_have_a_comma_a_point_or_its_unit(written: Cell, kg: float) -> None:
    assert kind("Pengukuran", "bb_kg").read(written) == kg


@pytest.mark.parametrize(
    ("sheet", "header", "written", "asked"),
    [
        ("Pengukuran", "bb_kg", "84", "Maksudnya 8,4 kg?"),
        ("Pengukuran", "bb_kg", 8400, "Maksudnya 8,4 kg?"),
        ("Pengukuran", "pb_tb_cm", 0.745, "Maksudnya 74,5 cm?"),
        ("Pengukuran", "lila_cm", 135, "Maksudnya 13,5 cm?"),
        ("Anak", "berat_lahir_g", "2,9", "Maksudnya 2900 gram?"),
    ],
)
def test_a_number_out_of_bounds_is_asked_back_with_what_was_likely_meant(
    sheet: str, header: str, written: Cell, asked: str
) -> None:
    assert asked in refused(kind(sheet, header), written)


def test_a_birth_weight_may_have_the_dot_of_thousands() -> None:
    assert kind("Anak", "berat_lahir_g").read("2.900") == 2900
    assert kind("Anak", "berat_lahir_g").read("2.900 gram") == 2900


def test_a_weight_that_excel_turned_into_a_date_is_recognised() -> None:
    assert "menjadi tanggal" in refused(kind("Pengukuran", "bb_kg"), date(2026, 4, 8))


def test_words_and_ticks_are_no_number() -> None:
    assert "Tulis angka saja" in refused(kind("Pengukuran", "bb_kg"), "delapan")
    assert "Tulis angka saja" in refused(kind("Pengukuran", "bb_kg"), True)


@pytest.mark.parametrize(
    "written",
    ["081234567890", "0812-3456-7890", "0812 3456 7890", "6281234567890", "+62 812 3456 7890", "+62 (0)812-3456-7890",
     "81234567890", 81234567890, 6281234567890.0, "'081234567890"],
)  # fmt: skip
def test_a_phone_number_becomes_one_form(written: Cell) -> None:
    assert Phone().read(written) == "+6281234567890"


@pytest.mark.parametrize("written", ["0401-312345", "0812", "0812345678 / 0813456789", "8.12346E+10", "tidak ada"])
def test_what_is_no_mobile_number_is_not_guessed(written: str) -> None:
    assert "081234567890" in refused(Phone(), written)


@pytest.mark.parametrize("written", [ANWAR, "19850312 201001 1 001", " 198503122010011001 ", "'198503122010011001"])
def test_the_nip_of_a_pns_is_right(written: str) -> None:
    assert Nip().read(written) == ANWAR


def test_month_21_in_the_nip_of_a_pppk_is_right() -> None:
    assert Nip().read(RAHMA) == RAHMA


def test_a_nip_stored_as_a_number_has_lost_digits_and_is_not_trusted() -> None:
    assert "format kolom menjadi Teks" in refused(Nip(), 198503122010011001.0)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("19850312201001100", "Yang tertulis 17 angka"),
        ("198513122010011001", "tanggal lahir"),
        ("198503121985011001", "tahun pengangkatan"),
        ("198503122010131001", "21 ke atas (PPPK)"),
        ("198503122010201001", "21 ke atas (PPPK)"),
        ("198503122010001001", "21 ke atas (PPPK)"),
        ("198503122010013001", "1 (laki-laki) atau 2 (perempuan)"),
        ("belum ada", "18 angka"),
    ],
)
def test_a_slip_in_a_nip_is_named(written: str, said: str) -> None:
    assert said in refused(Nip(), written)


@pytest.mark.parametrize(
    ("sheet", "header", "written", "value"),
    [
        ("Anak", "jenis_kelamin", "l", "L"),
        ("Anak", "jenis_kelamin", "Perempuan", "P"),
        ("Anak", "status", "Tidak Stunting ", "tidak stunting"),
        ("Anak", "status", "MENINGGAL", "meninggal"),
        ("Pengukuran", "posisi", "Terlentang", "telentang"),
        ("Pengukuran", "sumber", "orangtua", "orang tua"),
        ("Pengukuran", "edema", "Ya", True),
        ("Pengukuran", "edema", False, False),
        ("Nakes", "peran", "TPG", "tpg"),
    ],
)
def test_a_choice_is_understood_in_any_case_and_in_its_usual_spellings(
    sheet: str, header: str, written: Cell, value: Any
) -> None:
    assert kind(sheet, header).read(written) == value


def test_a_choice_that_is_not_on_the_list_gets_the_list_and_the_nearest() -> None:
    assert refused(kind("Anak", "status"), "stuntng") == (
        "Tulis stunting, berisiko, tidak stunting, lulus, pindah, meninggal atau aktif. Maksudnya stunting?"
    )


def test_a_code_is_the_same_in_any_case_and_as_a_number() -> None:
    assert Code().read(" kel-0001 ") == "KEL-0001"
    assert Code().read(12.0) == "12"


def test_what_the_database_could_not_hold_is_too_long() -> None:
    assert "terlalu panjang" in refused(kind("Anak", "nama"), "a" * 121)
    assert "terlalu panjang" in refused(Code(), "A" * 41)


def test_a_dash_and_blanks_are_an_empty_cell() -> None:
    assert all(map(is_empty, (None, "", "  ", "-", "–")))
    assert not is_empty(0)


def test_names_are_compared_without_case_blanks_and_dashes() -> None:
    assert norm("Lepo-Lepo") == norm(" LEPO LEPO")
    assert meant("Punggalaba", ["Punggaloba", "Mata"]) == " Maksudnya Punggaloba?"
    assert meant("Jakarta Selatan", ["Mata"]) == ""


def test_every_column_has_a_note_and_an_example_that_can_be_read() -> None:
    for sheet in SHEETS:
        for column in sheet.columns:
            assert column.note
            assert column.kind.read(column.example) is not None, column.header
