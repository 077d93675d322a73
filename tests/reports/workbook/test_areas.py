"""The places of Kendari, brought in once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.places import District, HealthCentre, Village, villages
from reports.workbook.areas import CENTRES, KENDARI, VILLAGES, PlacesError, rows, seed_health_centres, seed_places


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_kendari_has_11_kecamatan_65_kelurahan_and_15_puskesmas(session: Session) -> None:
    assert (seed_places(session), seed_health_centres(session)) == (76, 15)
    assert (count(session, District), count(session, Village), count(session, HealthCentre)) == (11, 65, 15)
    assert len({village.code for village in villages(session)}) == 65
    [poasia] = villages(session, "Poasia")
    assert (poasia.code, poasia.full_name, poasia.district.code) == ("74.71.06.1008", "Poasia (Abeli)", "74.71.06")
    mokoau = session.scalars(select(HealthCentre).where(HealthCentre.name == "Mokoau")).one()
    assert session.get_one(District, mokoau.district_id).name == "Kambu"


def test_seeding_again_adds_nothing(session: Session) -> None:
    seed_places(session)
    seed_health_centres(session)
    session.commit()
    assert (seed_places(session), seed_health_centres(session)) == (0, 0)
    assert (count(session, District), count(session, Village), count(session, HealthCentre)) == (11, 65, 15)


def test_a_kelurahan_that_a_city_has_renamed_is_not_added_a_second_time(session: Session) -> None:
    seed_places(session)
    [lepo] = villages(session, "Lepo Lepo")
    lepo.name = "Lepo-Lepo"
    session.commit()
    assert seed_places(session) == 0


def test_another_city_has_its_own_file(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "kukar.csv"
    file.write_text("code,kecamatan,kelurahan\n64.02.06.1001,Tenggarong,Loa Ipuh\n", encoding="utf-8")
    assert seed_places(session, file) == 2
    assert seed_places(session, KENDARI) == 76
    [loa] = villages(session, "Loa Ipuh")
    assert loa.district.code == "64.02.06"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("kode,kecamatan,kelurahan\n", ("wilayah.csv: kolom code tidak ada.",)),
        ("code,kecamatan,kelurahan\n74.71.01.1001,Mandonga,\n", ("wilayah.csv, baris 2: kelurahan masih kosong.",)),
        ("code,kecamatan,kelurahan\n74.71.01.1001\n", (
            "wilayah.csv, baris 2: kecamatan masih kosong.", "wilayah.csv, baris 2: kelurahan masih kosong.",
        )),
    ],
)  # fmt: skip
def test_a_mistake_in_a_citys_own_list_is_named_with_line_and_column(tmp_path: Path, written: str, said: tuple[str]):
    file = tmp_path / "wilayah.csv"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(PlacesError) as wrong:
        list(rows(file, VILLAGES))
    assert wrong.value.problems == said


def test_a_list_in_another_encoding_says_how_to_save_it(tmp_path: Path):
    file = tmp_path / "puskesmas.csv"
    file.write_bytes("puskesmas,kecamatan\nMoramo’,Mandonga\n".encode("cp1252"))
    with pytest.raises(PlacesError, match="simpan berkas ini sebagai CSV UTF-8"):
        list(rows(file, CENTRES))
    file.write_text("puskesmas,kecamatan\nMoramo,\n", encoding="utf-8-sig")
    assert list(rows(file, CENTRES)) == [{"puskesmas": "Moramo", "kecamatan": ""}], "of a new city, maybe"
