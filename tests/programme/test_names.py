"""How people are called: "Pak Anwar", "Bu Hasnawati", and "Bapak/Ibu" only where nothing tells."""

from __future__ import annotations

import pytest

from programme.names import bare, call_name, pronoun, salute

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
