from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Outgoing
from flow.message import Message
from tests import people
from tests.chat import Chat, chat_with


@pytest.fixture
def ratna(session: Session, tmp_path: Path) -> Chat:
    """Bu Ratna coordinates the city; Pak Anwar is late with Rafa, Bu Rahma is not."""
    anwar, rahma = people.asn(session, "Anwar Hamid"), people.asn(session, "Rahma Yusuf", people.WOMAN)
    for who, name, days in ((anwar, "Rafa", 45), (rahma, "Aisyah", 10)):
        child = people.child(session, people.family(session), name, people.TODAY - timedelta(days=400))
        people.fosters(session, who, child, people.TODAY - timedelta(days=days))
    return chat_with(session, people.coordinator(session, reachable=False), city=people.city(tmp_path))


def test_the_late_are_listed_and_reminded_in_one_tap_once_a_day(session: Session, ratna: Chat) -> None:
    assert "Pak Anwar: " in ratna.say("terlambat")
    assert "Pak Anwar diingatkan sekarang" in ratna.tap("Ingatkan Pak Anwar")
    assert ratna.tap("Ingatkan Pak Anwar") == "Pengingat untuk Pak Anwar sudah menunggu, dikirim sekarang."
    nudges = session.scalars(select(Outgoing).where(Outgoing.kind == "nudge")).all()
    assert len(nudges) == 1
    text = Message.from_json(nudges[0].message).text
    assert "Rafa" in text
    assert "15 hari" in text


def test_a_reminder_in_the_evening_waits_for_the_morning(session: Session, ratna: Chat) -> None:
    ratna.now = people.at(people.TODAY, "21:00")
    ratna.say("terlambat")
    assert "besok pukul 07.00" in ratna.tap("Ingatkan Pak Anwar")
    nudge = session.scalars(select(Outgoing).where(Outgoing.kind == "nudge")).one()
    assert nudge.due_at == people.at(people.TODAY + timedelta(days=1), "07:00")


def test_the_second_coordinator_reads_that_he_was_reminded_and_when(session: Session, ratna: Chat) -> None:
    ratna.say("terlambat")
    ratna.tap("Ingatkan Pak Anwar")
    nudge = session.scalars(select(Outgoing).where(Outgoing.kind == "nudge")).one()
    nudge.state, nudge.settled_at = "sent", people.at(people.TODAY, "10:05")
    other = chat_with(session, people.coordinator(session, "Lina", reachable=False))
    other.say("terlambat")
    assert other.tap("Ingatkan Pak Anwar") == "Pak Anwar sudah diingatkan hari ini pukul 10.05. Besok bisa lagi."


def test_a_reminder_that_a_loss_dropped_is_promised_anew(session: Session, ratna: Chat) -> None:
    ratna.say("terlambat")
    ratna.tap("Ingatkan Pak Anwar")
    nudge = session.scalars(select(Outgoing).where(Outgoing.kind == "nudge")).one()
    nudge.state, nudge.reason = "skipped", "duka"
    session.flush()
    assert "Pak Anwar diingatkan sekarang" in ratna.tap("Ingatkan Pak Anwar")
    session.refresh(nudge)
    assert nudge.state == "planned"


def test_a_coordinator_reminds_only_people_of_their_own_scope(session: Session, ratna: Chat) -> None:
    elsewhere = people.village(session, "Poasia", "Abeli")
    other = chat_with(session, people.coordinator(session, "Lina", "kelurahan", elsewhere.id, reachable=False))
    ratna.say("terlambat")
    assert "tidak berlaku" in other.tap_token(ratna.button("Ingatkan Pak Anwar").token)
    assert not session.scalars(select(Outgoing).where(Outgoing.kind == "nudge")).all()
    assert "Tidak ada kunjungan yang terlambat" in other.say("terlambat")


def test_an_asn_does_not_get_the_digest(session: Session) -> None:
    chat = chat_with(session, people.asn(session, "Anwar Hamid", reachable=False))
    assert "Ringkasan" not in chat.say("/ringkasan")
