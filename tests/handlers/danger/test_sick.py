"""Bu Sari taps *Anak sakit* at home: the signs of her child's age, and people are told at the tap."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.cries import Cry
from db.outbox import Outgoing
from db.referrals import Referral
from flow.message import Message
from tests import people
from tests.chat import Chat, chat_with

TODAY = people.TODAY


def sari(session: Session, *days: int) -> Chat:
    """Bu Sari with children so many days old; Bu Murni is her midwife."""
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    for number, age in enumerate(days):
        people.child(session, home, f"{('Rafa', 'Bayu')[number]} Pratama", TODAY - timedelta(days=age))
    people.health(session)
    return chat_with(session, people.carer(session, home, reachable=False).person)


def test_a_sick_child_is_two_taps_from_home_and_people_are_told(session: Session) -> None:
    chat = sari(session, 250)
    chat.say("menu")
    chat.taps = 0
    assert "Apa yang terlihat pada Adik Rafa?" in chat.tap("Anak sakit")
    assert "112" in chat.heard[-1].text
    said = chat.tap("Kejang")
    assert chat.taps == 2
    assert "Berangkat ke rumah sakit sekarang juga" in said
    assert "Sedang kami kabari: *bidan*" in said
    referral = session.scalars(select(Referral)).one()
    assert (referral.signs, referral.urgency) == (["Kejang"], "sekarang")
    [alert] = session.scalars(select(Outgoing).where(Outgoing.kind == "alert"))
    assert "Yang menulis: *" in Message.from_json(alert.message).text


def test_a_second_sign_is_added_to_the_same_referral(session: Session) -> None:
    chat = sari(session, 250)
    chat.say("menu")
    chat.tap("Anak sakit")
    chat.tap("BAB berdarah")
    chat.tap("Kejang")
    referral = session.scalars(select(Referral)).one()
    assert (referral.signs, referral.urgency) == (["BAB berdarah", "Kejang"], "sekarang")


def test_an_open_puskesmas_is_named_for_what_may_wait_so_long(session: Session) -> None:
    chat = sari(session, 250)
    centre = people.health_centre(session)
    centre.phone, centre.hours = "0401-3121234", "Senin-Minggu 24 jam"
    session.flush()
    chat.say("menu")
    chat.tap("Anak sakit")
    assert "Puskesmas Labibia: *0401-3121234* (buka 24 jam)" in chat.tap("BAB berdarah")
    chat.tap_token("menu:sakit")
    assert "0401-3121234" not in chat.tap("Kejang")


@pytest.mark.parametrize(
    ("days", "there", "not_there"), [(5, "Merintih", "BAB berdarah"), (430, "BAB berdarah", "Merintih")]
)
def test_the_signs_are_those_of_the_childs_age(session: Session, days: int, there: str, not_there: str) -> None:
    chat = sari(session, days)
    chat.say("menu")
    chat.tap("Anak sakit")
    assert there in chat.labels
    assert not_there not in chat.labels


def test_of_two_children_it_is_asked_which(session: Session) -> None:
    chat = sari(session, 250, 900)
    chat.say("menu")
    assert "Siapa yang sakit?" in chat.tap("Anak sakit")
    assert "Adik Bayu" in chat.tap("Adik Bayu")


def test_somebody_elses_child_cannot_be_tapped(session: Session) -> None:
    chat = sari(session, 250)
    other = people.child(session, people.family(session, "Wati"), "Zahra", TODAY - timedelta(days=300))
    session.commit()
    chat.tap_token(f"sick:who:{other.id}")
    assert "Zahra" not in chat.heard[-1].text
    chat.tap_token(f"sick:sign:{other.id}:anak-kejang")
    assert session.scalars(select(Cry)).all() == []


def test_a_sign_that_is_not_offered_cannot_be_forged(session: Session) -> None:
    chat = sari(session, 250)
    chat.say("menu")
    chat.tap("Anak sakit")
    chat.tap_token("sick:sign:1:jiwa-mati")
    assert session.scalars(select(Cry)).all() == []


def test_who_expects_a_child_is_not_offered_it(session: Session) -> None:
    chat = sari(session)
    chat.say("menu")
    assert "Anak sakit" not in chat.labels


def test_it_reads_and_turns_its_pages_on_whatsapp(session: Session) -> None:
    chat = sari(session, 250)
    chat.move_to_whatsapp()
    chat.say("menu")
    chat.tap("Anak sakit")
    chat.tap("Sangat pucat")
    assert session.scalars(select(Referral)).one().signs == ["Sangat pucat"]
