"""The places of Kendari, brought in once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.places import District, HealthCentre, Village, villages
from reports.workbook.areas import KENDARI, seed_health_centres, seed_places


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
