"""Posyandu and puskesmas, seen and changed in chat by who sees to the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.places import HealthCentre, Posyandu
from reports.workbook import importing
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.reports.workbook.conftest import write


@pytest.fixture
def ratna(session: Session) -> Chat:
    """The city's coordinator; Melati 1 and Melati 2 in Mandonga, Anggrek in Baruga, Puskesmas Labibia."""
    home, away = people.village(session), people.village(session, "Baruga", "Baruga")
    for name, where in (("Melati 1", home), ("Melati 2", home), ("Anggrek", away)):
        people.posyandu(session, name, where)
    people.health_centre(session)
    return chat_with(session, people.coordinator(session))


def test_the_day_of_a_posyandu_is_changed_and_kept_as_everybody_writes_it(session: Session, ratna: Chat) -> None:
    assert "Yang mana?" in ratna.say("tempat melati")
    assert "Hari buka: belum ada" in ratna.tap("Posyandu Melati 2")
    assert "Tulis hari dan jamnya" in ratna.tap("Ganti hari dan jam")
    assert "belum terbaca" in ratna.say("besok pagi")
    said = ratna.say("rabu minggu ke-2, jam 8")  # it still waits for the day
    assert "Hari buka: Rabu kedua pukul 08.00" in said
    assert "Berikutnya: Rabu 11 Maret 2026" in said
    post = session.scalars(select(Posyandu).where(Posyandu.name == "Melati 2")).one()
    assert (post.day, post.opens) == ("Rabu kedua", "08.00")
    assert [(one.about, one.detail) for one in lines(session, "place.change")] == [(f"posyandu-{post.id}", "")]


def test_number_and_hours_of_a_puskesmas_are_checked_as_in_the_workbook(session: Session, ratna: Chat) -> None:
    ratna.say("tempat")
    assert "Nomor: belum ada" in ratna.say("puskesmas labibia")
    ratna.tap("Ganti nomor")
    assert "kode daerahnya" in ratna.say("3121234")
    assert "Nomor: 0401-3121234" in ratna.say("0401-3121234")
    ratna.tap("Ganti jam buka")
    assert "Jam buka: Senin-Kamis 08.00-14.00" in ratna.say("senin - kamis 8.00-14.00")
    centre = session.scalars(select(HealthCentre)).one()
    assert (centre.phone, centre.hours) == ("0401-3121234", "Senin-Kamis 08.00-14.00")


def test_a_coordinator_changes_only_what_lies_in_her_place(session: Session, ratna: Chat) -> None:
    lina = people.coordinator(session, "Lina", "kelurahan", people.village(session, "Baruga", "Baruga").id)
    lurah = chat_with(session, lina)
    assert "tidak ada di wilayah" in lurah.say("tempat melati")
    assert "Anggrek" in lurah.say("tempat anggrek")
    lurah.tap("Ganti hari dan jam")
    [held] = lina.roles
    held.scope_id = people.village(session).id
    session.commit()
    assert "tidak ada di wilayah" in lurah.say("Rabu kedua 08.00")  # who has moved meanwhile changes nothing
    assert not session.scalars(select(Posyandu.day).where(Posyandu.day.is_not(None))).all()
    centre = session.scalars(select(HealthCentre)).one()
    assert "sudah tidak berlaku" in lurah.tap_token(f"place:phone:{centre.id}")


def test_the_days_of_all_posyandu_come_by_workbook_too(session: Session, ratna: Chat, tmp_path: Path) -> None:
    rows = [
        ("Posyandu Melati 1", "Mandonga", "Mandonga", "tgl 12", "8"),
        ("Dahlia", "", "Baruga", "Senin terakhir", ""),
    ]
    file = write(tmp_path / "hari.xlsx", {"Posyandu": rows})
    result = importing.apply(session, file, people.NOW)
    assert not result.errors
    assert (result.added, result.changed) == (1, 1)
    known = {one.name: one.when for one in session.scalars(select(Posyandu))}
    assert known["Melati 1"] == "tanggal 12 pukul 08.00"
    assert known["Dahlia"] == "Senin terakhir"
    assert importing.apply(session, file, people.NOW).unchanged == 2
    wrong = write(tmp_path / "salah.xlsx", {"Posyandu": [("Dahlia", "", "Baruga", "Rebo", "pagi")]})
    assert [error.cell for error in importing.apply(session, wrong, people.NOW).errors] == ["D2", "E2"]
