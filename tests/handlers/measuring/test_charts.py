from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer, Child
from db.outbox import Outgoing
from flow.message import Message
from scheduler import monthly_charts
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with


@pytest.fixture
def rafa(session: Session) -> Child:
    """Rafa, fourteen months, weighed at the posyandu three times."""
    child = people.child(session, people.family(session), "Rafa Pratama", people.TODAY - timedelta(days=430))
    for days, kg in ((90, 8.0), (60, 8.2), (30, 8.5)):
        people.measured(session, child, people.TODAY - timedelta(days=days), kg, 72.0, position="telentang")
    return child


@pytest.fixture
def sari(session: Session, rafa: Child, tmp_path: Path) -> Chat:
    carer = people.carer(session, rafa.family, reachable=False)
    return chat_with(session, carer.person, city=people.city(tmp_path))


@pytest.fixture
def anwar(session: Session, rafa: Child, tmp_path: Path) -> Chat:
    who = people.asn(session, "Anwar Hamid", reachable=False)
    people.fosters(session, who, rafa, people.TODAY)
    people.visit(session, who, rafa, people.TODAY - timedelta(days=35), answers={"house": []})
    return chat_with(session, who, city=people.city(tmp_path))


def picture(chat: Chat, tmp_path: Path) -> bytes:
    attachment = chat.heard[-1].attachment
    assert attachment
    assert attachment.kind == "picture"
    return (tmp_path / attachment.path).read_bytes()


def test_the_chart_comes_with_the_receipt_of_a_visit_that_brought_a_measurement(anwar: Chat, tmp_path: Path) -> None:
    for said in ("lapor", "ibu", "sehat", "ya", "hari ini", "8,9", "75", "telentang", "lewati", "tidak", "kader",
                 "tidak ada", "tidak ada", "tidak ada", "kirim"):  # fmt: skip
        anwar.say(said)
    assert "Terima kasih" in anwar.heard[-1].text
    assert picture(anwar, tmp_path).startswith(b"\x89PNG")


def test_no_measurement_no_picture(anwar: Chat) -> None:
    for said in ("lapor", "ibu", "sehat", "tidak", "tidak ada", "tidak ada", "tidak ada", "kirim"):
        anwar.say(said)
    assert "Terima kasih" in anwar.heard[-1].text
    assert anwar.heard[-1].attachment is None


def test_grafik_shows_the_only_child_at_once_and_the_other_charts_by_a_tap(sari: Chat, tmp_path: Path) -> None:
    assert "Berat Adik Rafa" in sari.say("grafik")
    first = picture(sari, tmp_path)
    assert "Tinggi Adik Rafa" in sari.tap("Tinggi")
    assert picture(sari, tmp_path) != first


def test_somebody_elses_child_has_no_chart_here(session: Session, sari: Chat) -> None:
    other = people.child(session, people.family(session, "Ani"), "Zahra", people.TODAY - timedelta(days=300))
    session.commit()
    assert "tidak (lagi)" in sari.tap_token(f"chart:{other.id}:berat")
    assert "tidak berlaku" in sari.tap_token(f"chart:{other.id}:rahasia")


def test_a_child_nobody_has_measured_is_said_kindly(session: Session) -> None:
    home = people.family(session)
    people.child(session, home, "Zahra", people.TODAY - timedelta(days=300))
    chat = chat_with(session, people.carer(session, home, reachable=False).person)
    assert "posyandu" in chat.say("grafik")


def test_the_monthly_chart_goes_only_to_a_family_that_wishes_it_and_once(
    session: Session, sari: Chat, tmp_path: Path
) -> None:
    noon = people.at(people.TODAY.replace(day=16), "10:20")
    finish(monthly_charts.tick, session, noon, sari.city)
    assert not session.scalars(select(Outgoing).where(Outgoing.kind == "chart")).all()
    sari.say("grafik")
    sari.tap("Kirim tiap bulan")
    assert session.scalars(select(Carer)).one().monthly_chart
    finish(monthly_charts.tick, session, noon, sari.city)
    finish(monthly_charts.tick, session, noon + timedelta(hours=1), sari.city)
    row = session.scalars(select(Outgoing).where(Outgoing.kind == "chart")).one()
    message = Message.from_json(row.message)
    assert message.attachment
    assert (tmp_path / message.attachment.path).exists()
    finish(monthly_charts.tick, session, noon + timedelta(days=31), sari.city)
    assert len(session.scalars(select(Outgoing).where(Outgoing.kind == "chart")).all()) == 2
    sari.say("grafik")
    sari.tap("Stop tiap bulan")
    assert not session.scalars(select(Carer)).one().monthly_chart
