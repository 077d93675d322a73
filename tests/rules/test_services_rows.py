"""A change of schedule is a new row, and a file of rows that cannot be used says where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rules.services import Rows, antenatal_due, card, has_je, missed, pmt_days, services_due
from rules.services.reading import ServicesError, read
from rules.stages import months_after

BORN = date(2025, 1, 10)
KENDARI = "74.71"
HEAD = "version,id,kind,label,detail,anchor,from,until,district,born_from,born_until,days,source,note"
JE = "kota,imunisasi-kota-10-je,imunisasi,Imunisasi 10 bulan,JE,lahir,10,,,,,,SK Dinkes,"
Laid = Callable[..., Rows]


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    """What a city lays beside its database: the lines under the head, read."""

    def lay(*lines: str, head: str = HEAD) -> Rows:
        file = tmp_path / "layanan.csv"
        file.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8-sig")
        return read(file)

    return lay


def hexavalent(district: str = "", born_from: str = "", detail: str = "heksavalen 1") -> str:
    service = f"kota,imunisasi-nasional-2024-2,imunisasi,Imunisasi 2 bulan,{detail},lahir,2"
    return f"{service},,{district},{born_from},,,SK Dinkes,"


def at_two_months(born: date, own: Rows, district: str = KENDARI) -> str:
    [found] = [detail for day, detail in drops(born, own, district) if day == months_after(born, 2)]
    return found


def drops(born: date, own: Rows = (), district: str = "") -> list[tuple[date, str]]:
    return [(day, service.detail) for day, service in card(born, own, district)]


# --- a change of schedule is a new row --------------------------------------------------------


def test_a_city_adds_je_with_one_row(laid: Laid):
    own = laid(JE)
    assert has_je(BORN, own)
    assert (date(2025, 11, 10), "JE") in drops(BORN, own)
    [asked] = [one for one in services_due(BORN, date(2025, 12, 20), own) if one.kind == "imunisasi"]
    assert (asked.label, asked.source) == ("Imunisasi 10 bulan", "SK Dinkes")
    assert [one.id for one in missed(BORN, date(2025, 12, 20), (), own)] == ["imunisasi-kota-10-je"]


def test_je_for_those_born_from_a_day_on(laid: Laid):
    own = laid(JE.replace("lahir,10,,,", "lahir,10,,,2026-01-01"))
    assert [has_je(born, own) for born in (date(2025, 12, 31), date(2026, 1, 1))] == [False, True]


def test_children_born_from_a_day_on_get_the_new_vaccine_under_the_same_name(laid: Laid):
    own = laid(hexavalent(born_from="2026-07-01"))
    assert at_two_months(date(2026, 6, 30), own).startswith("DPT-HB-Hib 1")
    assert at_two_months(date(2026, 7, 1), own) == "heksavalen 1"
    assert {service.id for _, service in card(date(2026, 7, 1), own)} == {service.id for _, service in card(BORN)}


def test_the_row_of_a_city_goes_before_that_of_its_province_and_both_before_the_general_one(laid: Laid):
    own = laid(
        hexavalent("74.71", detail="kota"), hexavalent("74", "2026-01-01", "provinsi"), hexavalent(detail="umum")
    )
    born = date(2026, 3, 1)
    assert [at_two_months(born, own, place) for place in ("74.71", "74.72", "73.71", "7", "")] == [
        "kota", "provinsi", "umum", "umum", "umum",
    ]  # fmt: skip


def test_of_two_rows_of_a_place_the_later_birth_cohort_goes_first_wherever_it_stands(laid: Laid):
    own = laid(hexavalent(born_from="2026-07-01", detail="baru"), hexavalent(born_from="2026-01-01", detail="lama"))
    assert [at_two_months(born, own) for born in (date(2026, 7, 1), date(2026, 6, 30))] == ["baru", "lama"]


def test_a_city_may_move_a_service_to_another_age_or_not_give_it(laid: Laid):
    moved = "kota,imunisasi-nasional-2024-12,imunisasi,Imunisasi 13 bulan,PCV 3,lahir,13,,,,,,SK Dinkes,"
    ended = "kota,imunisasi-nasional-2024-18,imunisasi,-,,lahir,18,,,,,,SK Dinkes,"
    assert drops(BORN, laid(moved, ended))[-2:] == [
        (date(2025, 10, 10), "campak-rubela 1, polio suntik 2"),
        (date(2026, 2, 10), "PCV 3"),
    ]


def test_the_row_of_an_hpl_is_for_mothers_with_an_hpl_from_that_day_on(laid: Laid):
    own = laid("kota,tablet,tablet tambah darah,Tablet MMS,,hpl,0,,,2026-09-01,,,SK Dinkes,")
    assert [antenatal_due(30, hpl, own)[-1].label for hpl in (date(2026, 8, 31), date(2026, 9, 1), None)] == [
        "Tablet tambah darah", "Tablet MMS", "Tablet tambah darah",
    ]  # fmt: skip


def test_the_days_of_pmt_go_by_what_happened_and_when(laid: Laid):
    assert (pmt_days("gizi-kurang", BORN), pmt_days("kek", BORN), pmt_days("pendek", BORN)) == (56, 120, None)
    own = laid("juknis-2027,pmt-gizi-kurang,PMT,PMT gizi kurang,,kejadian,,,,2027-01-01,,90,juknis PMT 2027,")
    assert [pmt_days("gizi-kurang", day, own) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [56, 90]


# --- a file that cannot be used -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (JE.replace("imunisasi,", "suntikan,"), "baris 2, kolom kind: tulis salah satu: imunisasi, vitamin A,"),
        (JE.replace("lahir,10", "lahir,sepuluh"), "baris 2, kolom from: tulis angka bulat, misalnya 10."),
        (JE.replace("lahir,10", "lahir,"), "baris 2, kolom from: tulis mulai bulan atau minggu ke berapa."),
        (JE.replace("lahir,10,", "lahir,10,9"), "baris 2, kolom until: tidak boleh sebelum from."),
        (JE.replace("lahir", "bulan 13"), "baris 2, kolom anchor: tulis salah satu: lahir, hpl,"),
        (JE.replace("lahir", "hpl"), "baris 2, kolom anchor: untuk imunisasi tulis lahir."),
        (JE.replace("imunisasi-kota-10-je", "je"), "baris 2, kolom id: untuk imunisasi diawali imunisasi-."),
        (JE.replace("kota-10-je", "Kota 10"), "baris 2, kolom id: tulis huruf kecil"),
        (
            JE.replace("Imunisasi 10 bulan", "Imunisasi Japanese Encephalitis"),
            "baris 2, kolom label: tulis 1 sampai 24",
        ),
        (JE.replace("10,,,", "10,,Kendari,"), "baris 2, kolom district: tulis kode provinsi atau kota"),
        (JE.replace("10,,,", "10,,74.71.01,"), "baris 2, kolom district: tulis kode provinsi atau kota"),
        (JE.replace("10,,,", "10,,,31/12/2026"), "baris 2, kolom born_from: tulis tahun-bulan-tanggal"),
        (
            JE.replace("10,,,,", "10,,,2026-02-01,2026-01-01"),
            "baris 2, kolom born_until: tidak boleh sebelum",
        ),
        (JE.replace("SK Dinkes", ""), "baris 2, kolom source: tidak boleh kosong"),
        (JE.replace(",,SK", ",30,SK"), "baris 2, kolom days: diisi untuk PMT, dan hanya untuk PMT."),
        (f"{JE},", "baris 2, terlalu banyak kolom"),
        (f"{JE}\n{JE}", "baris 3, kolom id: sama dengan baris 2"),
    ],
)
def test_a_wrong_line_is_named_with_its_column(laid: Laid, line: str, said: str):
    with pytest.raises(ServicesError) as refusal:
        laid(line)
    [problem] = refusal.value.problems
    assert problem.startswith(f"layanan.csv, {said}")


def test_all_that_is_wrong_is_told_at_once(laid: Laid):
    with pytest.raises(ServicesError) as refusal:
        laid(JE.replace("lahir,10", "lahir,x").replace("SK Dinkes", ""), hexavalent(born_from="besok"))
    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "layanan.csv, baris 2, kolom from",
        "layanan.csv, baris 2, kolom source",
        "layanan.csv, baris 3, kolom born_from",
    ]


def test_a_missing_and_an_unknown_column_are_named(laid: Laid):
    with pytest.raises(ServicesError) as refusal:
        laid(JE, head=HEAD.replace("source", "sumber"))
    assert refusal.value.problems == [
        "layanan.csv, kolom source tidak ada.", "layanan.csv, kolom sumber tidak dikenal.",
    ]  # fmt: skip


def test_a_file_as_a_spreadsheet_writes_it_is_read(laid: Laid):
    [row] = laid(JE.replace(",", ";"), ";" * JE.count(","), head=HEAD.replace(",", ";"))
    assert (row.id, row.start) == ("imunisasi-kota-10-je", 10)


def test_a_file_in_another_writing_is_named(tmp_path: Path):
    file = tmp_path / "layanan.csv"
    file.write_bytes(f"{HEAD}\n{JE} caf\xe9".encode("latin-1"))
    with pytest.raises(ServicesError, match=r"layanan.csv: simpan berkas ini sebagai CSV UTF-8"):
        read(file)
