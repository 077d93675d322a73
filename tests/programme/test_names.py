"""How people are called: "Pak Anwar", "Bu Hasnawati", and "Bapak/Ibu" only where nothing tells."""

from __future__ import annotations

from dataclasses import replace

import pytest

from programme.names import Called, bare, call_name, child_name, pronoun, salute, told_apart

HIS, HERS = "198501022010031001", "198501022010032001"


@pytest.mark.parametrize(
    ("name", "what_tells", "called", "addressed"),
    [
        ("Anwar, S.Sos", {"nip": HIS}, "Pak Anwar", "Bapak"),
        ("Dr. Ir. H. Anwar, M.Si", {"nip": HIS}, "Pak Anwar", "Bapak"),
        ("Hasnawati", {"nip": HERS}, "Bu Hasnawati", "Ibu"),
        ("Ibu Sari", {"relation": "ibu"}, "Bu Sari", "Ibu"),
        ("SARI RAHMAWATI", {"relation": "ibu"}, "Bu Sari", "Ibu"),
        ("Amir Hamzah", {"relation": "ayah"}, "Pak Amir", "Bapak"),
        ("Bidan Rahma", {}, "Bapak/Ibu Rahma", "Bapak/Ibu"),
        ("Bidan Rahma", {"sex": "P"}, "Bu Rahma", "Ibu"),
        ("Murni", {"sex": "L"}, "Pak Murni", "Bapak"),
        # The register is newer than the NIP, which may have been given out wrong.
        ("Rahma Yusuf", {"nip": HIS, "sex": "P"}, "Bu Rahma", "Ibu"),
        ("Hj. Sitti Aminah", {}, "Bu Sitti", "Ibu"),
        ("Dr.Hj.Sitti Rahma,S.KM", {}, "Bu Sitti", "Ibu"),
        ("Dr. H. Anwar", {}, "Pak Anwar", "Bapak"),
        ("Ny Sari", {}, "Bu Sari", "Ibu"),
        ("Bapak Joko", {}, "Pak Joko", "Bapak"),
        ("Ratna Dewi", {}, "Bapak/Ibu Ratna", "Bapak/Ibu"),
        ("Siti Nurbaya", {"nip": "123"}, "Bapak/Ibu Siti", "Bapak/Ibu"),
        ("Wati", {"relation": "nenek/kakek"}, "Bapak/Ibu Wati", "Bapak/Ibu"),
    ],
)
def test_how_somebody_is_called_and_addressed(name: str, what_tells: dict[str, str], called: str, addressed: str):
    assert salute(name, **what_tells) == called
    assert pronoun(name, **what_tells) == addressed


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("La Ode Anwar", "Anwar"),
        ("Dr. Hj. Sitti Rahma", "Sitti"),
        ("drg Nur Aini,S.KG", "Nur"),
        ("rafa pratama", "Rafa"),
        ("MUH. AL-FATIH", "Al-Fatih"),
        ("M. Rizki", "Rizki"),
        ("RJ Nugraha", "RJ"),
        ("Ibu", "Ibu"),
        ("", ""),
    ],
)
def test_a_call_name_has_no_title_no_degree_and_no_capitals_throughout(name: str, called: str):
    assert call_name(name) == called


RAFA, OTHER_RAFA = Called("Adik Rafa", "A-1", "Bu Sari", "14 bulan"), Called("Adik Rafa", "A-2", "Bu Wati", "21 bulan")


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ([RAFA, Called("Adik Wahyu", "A-3", "Bu Sari", "14 bulan")], ["Adik Rafa", "Adik Wahyu"]),
        ([RAFA, OTHER_RAFA], ["Adik Rafa (Bu Sari)", "Adik Rafa (Bu Wati)"]),
        ([replace(RAFA, mother="Bu Wati"), OTHER_RAFA], ["Adik Rafa (14 bulan)", "Adik Rafa (21 bulan)"]),
        ([replace(RAFA, mother="Bu Wati", age="21 bulan"), OTHER_RAFA], ["Adik Rafa (A-1)", "Adik Rafa (A-2)"]),
        # Of one of them neither may be shown.
        ([Called("Adik Rafa", "A-1"), OTHER_RAFA], ["Adik Rafa (A-1)", "Adik Rafa (A-2)"]),
        # Two of three have the same mother.
        (
            [RAFA, OTHER_RAFA, Called("Adik Rafa", "A-3", "Bu Sari", "3 bulan")],
            ["Adik Rafa (14 bulan)", "Adik Rafa (21 bulan)", "Adik Rafa (3 bulan)"],
        ),
    ],
)
def test_namesakes_are_told_apart_by_mother_else_age_else_code(named: list[Called], told: list[str]):
    assert told_apart(named) == told


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("", "Bayi"), ("Bayi Ny. Sari", "Bayi"), ("By. Ny. Sari", "Bayi"), ("BY NY SARI 1", "Bayi 1"),
        ("Bayi Ny. Sari II", "Bayi 2"), ("bayi", "Bayi"), ("Bayu Pratama", "Bayu"), ("Siti Aisyah 2", "Siti"),
    ],
)  # fmt: skip
def test_a_newborn_that_a_register_calls_after_its_mother_has_no_name_yet(name: str, called: str):
    assert child_name(name) == called


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("Dr. Hj.Sitti Rahma, S.KM., M.Kes", "Sitti Rahma"),
        ("Nur Aida S.Pd M.Pd", "Nur Aida"),
        ("ANWAR SE", "ANWAR"),
        ("Andi St", "Andi St"),
        ("Bidan Rahma", "Rahma"),
        ("La Ode M.Anwar", "La Ode M. Anwar"),
        ("Ibu", "Ibu"),
        ("SE", "SE"),
        ("", ""),
    ],
)
def test_names_are_compared_without_titles_and_degrees(name: str, compared: str):
    assert bare(name) == compared
