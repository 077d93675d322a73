"""Bu Ratna asks how well is measured, and hears where training would help most."""

from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from db.measurements import REPORTED
from db.people import Person
from tests import people
from tests.chat import Chat, chat_with

TODAY = people.TODAY


def reports(session: Session, who: Person, lengths: list[float], **more: object) -> None:
    """One child each, fourteen months old, measured in these days."""
    for number, cm in enumerate(lengths):
        child = people.child(session, people.family(session), f"Anak {number}", TODAY - timedelta(days=430))
        day = TODAY - timedelta(days=number % 60)
        people.measured(session, child, day, 8 + number % 20 / 10, cm, kind=REPORTED, recorded_by=who.id, **more)


@pytest.fixture
def ratna(session: Session, tmp_path: Path) -> Chat:
    return chat_with(session, people.coordinator(session, reachable=False), city=people.city(tmp_path))


def test_the_reporter_whose_heights_end_in_nought_and_five_is_named_kindly(
    session: Session, ratna: Chat, tmp_path: Path
) -> None:
    anwar, rahma = people.asn(session, "Anwar Hamid"), people.asn(session, "Rahma Yusuf", people.WOMAN)
    reports(session, anwar, [74.0, 74.5, 75.0, 75.5, 76.0] * 8)
    reports(session, rahma, [74 + number / 10 for number in range(40)])
    session.commit()
    answer = ratna.say("mutu")
    assert "Kota Kendari" in answer
    assert (
        "• *Pak Anwar*, Dinas Kominfo: 40 dari 40 angka tinggi berakhir 0 atau 5, biasanya sekitar 8. "
        "Yang bisa membantu: latihan membaca angka di belakang koma." in answer
    )
    assert "Rahma" not in answer
    assert "bukan untuk menyalahkan" in answer
    attachment = ratna.heard[0].attachment
    assert attachment
    rows = CalamineWorkbook.from_path(str(tmp_path / attachment.path)).get_sheet_by_name("Mutu").to_python()
    named = {row[1]: row for row in rows[1:]}
    assert named["Pak Anwar"][8:12] == [40, 40, 100, "ya"]
    assert named["Bu Rahma"][8:12] == [40, 8, 20, "tidak"]
    assert named["Bu Rahma"][18] == "belum cukup data"


def test_few_measurements_say_nothing_of_anybody(session: Session, ratna: Chat) -> None:
    reports(session, people.asn(session), [75.0] * 29)
    session.commit()
    answer = ratna.say("/mutu")
    assert "Belum cukup data" in answer
    assert "Anwar" not in answer


def test_without_any_measurement_the_answer_is_honest(ratna: Chat) -> None:
    ratna.say("menu")
    ratna.tap("Kelola")
    assert "belum ada ukuran yang masuk" in ratna.tap("Mutu pengukuran")


def test_only_coordinators_see_it_and_only_their_own_scope(session: Session, tmp_path: Path) -> None:
    anwar = people.asn(session)
    reports(session, anwar, [75.0] * 40)
    elsewhere = people.village(session, "Poasia", "Abeli")
    lina = people.coordinator(session, "Lina", "kelurahan", elsewhere.id, reachable=False)
    nobody = people.coordinator(session, "Tanpa", "kelurahan", 0, reachable=False)
    chat = chat_with(session, lina, city=people.city(tmp_path))
    assert "belum ada ukuran" in chat.say("mutu")
    assert "Mutu" not in chat_with(session, anwar).say("mutu")
    assert chat_with(session, nobody, city=people.city(tmp_path)).say("mutu")
