"""Pak Anwar writes a number that does not fit Rafa: he is asked once, believed, and the value keeps a mark."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.measurements import REPORTED, Measurement
from tests import people
from tests.chat import Chat, chat_with

TODAY = people.TODAY


@pytest.fixture
def anwar(session: Session) -> Chat:
    """Rafa, fourteen months, was 8.9 kg and 75 cm at the posyandu a month ago, and 8.6 kg two months ago."""
    who = people.asn(session, "Anwar Hamid")
    rafa = people.child(session, people.family(session), "Rafa Pratama", TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    people.visit(session, who, rafa, TODAY - timedelta(days=35), answers={"house": ["air"]})
    people.measured(session, rafa, TODAY - timedelta(days=60), 8.6, 74.0)
    people.measured(session, rafa, TODAY - timedelta(days=30), 8.9, 75.0)
    return chat_with(session, who)


def begin(chat: Chat, day: str = "hari ini") -> None:
    for said in ("lapor", "ibu", "sehat", "ya", day):
        chat.say(said)


def finish(chat: Chat, muac: str = "13,1") -> str:
    for said in ("telentang", muac, "tidak", "saya sendiri", "1, 2", "tidak ada", "tidak ada"):
        chat.say(said)
    return chat.say("kirim")


def reported(session: Session) -> Measurement:
    return session.scalars(select(Measurement).where(Measurement.kind == REPORTED)).one()


def test_a_height_that_shrinks_is_asked_about_and_kept_with_a_mark_when_confirmed(
    session: Session, anwar: Chat
) -> None:
    begin(anwar)
    anwar.say("9,1")
    answer = anwar.say("73,5")
    assert "Tinggi anak biasanya tidak berkurang" in answer
    assert "75 cm" in answer
    anwar.tap("Betul, tetap 73,5 cm")
    assert "Terima kasih" in finish(anwar)
    assert (reported(session).length_cm, reported(session).doubtful) == (73.5, True)


def test_a_height_that_is_measured_again_and_put_right_keeps_no_mark(session: Session, anwar: Chat) -> None:
    begin(anwar)
    anwar.say("9,1")
    anwar.say("73,5")
    anwar.say("75,5")
    finish(anwar)
    assert (reported(session).length_cm, reported(session).doubtful) == (75.5, False)


def test_a_great_loss_is_asked_about_and_never_refused(session: Session, anwar: Chat) -> None:
    begin(anwar)
    assert "Turunnya banyak" in anwar.say("7,5")
    anwar.say("7,5")
    anwar.say("75,5")
    finish(anwar)
    assert (reported(session).weight_kg, reported(session).doubtful) == (7.5, True)


def test_a_day_before_the_last_measurement_is_compared_with_earlier_ones(anwar: Chat) -> None:
    begin(anwar, (TODAY - timedelta(days=45)).strftime("%d/%m"))
    assert "tinggi" in anwar.say("8,7"), "8,7 kg is no gain on 8,6 kg that is asked about"
    assert "Diukurnya" in anwar.say("74,5"), "shorter than later, and longer than before: as it should be"


def test_weight_and_height_in_each_others_place_are_noticed_at_the_height(session: Session) -> None:
    who = people.asn(session, "Rahma Yusuf", people.WOMAN)
    baby = people.child(session, people.family(session), "Aisyah", TODAY - timedelta(days=5))
    people.fosters(session, who, baby, TODAY)
    chat = chat_with(session, who)
    for said in ("lapor", "ibu", "sehat", "baik", "ya", "hari ini"):  # a newborn's mother is asked about too
        chat.say(said)
    chat.say("45")
    chat.tap("Betul, tetap 45 kg")
    assert "Sepertinya tertukar" in chat.say("3,2")
    assert not [label for label in chat.labels if label.startswith("Betul")]
    assert "Berapa berat" in chat.tap("Kembali")
    assert "Berapa panjang" in chat.say("3,2")
    assert "Diukurnya" in chat.say("48")


def test_an_arm_beyond_belief_is_asked_about(session: Session, anwar: Chat) -> None:
    begin(anwar)
    for said in ("9,1", "75,5", "telentang"):
        anwar.say(said)
    assert "Lengan seukuran itu jarang sekali" in anwar.say("24")


def test_a_report_filed_before_can_still_be_corrected(session: Session, anwar: Chat) -> None:
    begin(anwar)
    anwar.say("9,1")
    anwar.say("75,5")
    finish(anwar)
    anwar.tap("Batalkan laporan")
    assert session.scalars(select(Measurement).where(Measurement.withdrawn_at.is_(None))).all()[-1].weight_kg == 8.9
    begin(anwar)
    assert "tinggi" in anwar.say("9,0"), "what was taken back is not held against the new value"
