"""Bu Murni measures Rafa a second time, without seeing the first numbers."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child
from db.measurements import OFFICIAL, Measurement
from db.people import Person
from db.referrals import Referral
from tests import people
from tests.chat import Chat, chat_with

TODAY = people.TODAY


@pytest.fixture
def rafa(session: Session) -> Child:
    post = people.posyandu(session)
    home = people.family(session)
    home.posyandu_id = post.id
    return people.child(session, home, "Rafa Pratama", TODAY - timedelta(days=430))


@pytest.fixture
def first(session: Session, rafa: Child) -> Measurement:
    return people.measured(session, rafa, TODAY - timedelta(days=3), 8.9, 75.0, position="telentang")


@pytest.fixture
def cadre(session: Session) -> Person:
    where = people.posyandu(session).id
    return people.person(session, "Murni", "health", title="kader", scope="posyandu", scope_id=where, reachable=False)


@pytest.fixture
def murni(session: Session, cadre: Person) -> Chat:
    return chat_with(session, cadre)


def second(session: Session) -> Measurement:
    return session.scalars(select(Measurement).where(Measurement.source == "ukur ulang")).one()


def test_two_numbers_are_enough_and_the_old_ones_are_not_shown(
    session: Session, murni: Chat, rafa: Child, first: Measurement
) -> None:
    heard = murni.tap_token(f"remeasure:{rafa.id}")
    heard += murni.say("9,6")
    heard += murni.say("74,2")
    assert not [shown for shown in ("8,9", "75 cm", "padahal") if shown in heard]
    assert "Ukuran kedua *Adik Rafa* sudah dicatat" in murni.tap("Kirim")
    row = second(session)
    assert (row.weight_kg, row.length_cm, row.kind, row.repeats) == (9.6, 74.2, OFFICIAL, first.id)
    assert (row.position, row.measured_on, row.doubtful) == ("telentang", TODAY, False)


def test_a_child_is_measured_again_only_once(session: Session, murni: Chat, rafa: Child, first: Measurement) -> None:
    for said in (None, "9", "75"):
        murni.say(said) if said else murni.tap_token(f"remeasure:{rafa.id}")
    murni.tap("Kirim")
    assert "sudah diukur ulang" in murni.tap_token(f"remeasure:{rafa.id}")


def test_a_measuring_of_long_ago_is_not_repeated_but_the_new_one_is_kept(
    session: Session, murni: Chat, rafa: Child
) -> None:
    people.measured(session, rafa, TODAY - timedelta(days=40), 8.9, 75.0)
    murni.tap_token(f"remeasure:{rafa.id}")
    murni.say("9")
    murni.say("lewati")
    murni.tap("Kirim")
    assert (second(session).weight_kg, second(session).length_cm, second(session).repeats) == (9, None, None)


def test_a_first_measuring_that_was_taken_back_meanwhile_is_not_repeated(
    session: Session, murni: Chat, rafa: Child, first: Measurement
) -> None:
    murni.tap_token(f"remeasure:{rafa.id}")
    first.withdrawn_at = murni.now
    session.commit()
    murni.say("9")
    murni.say("75")
    murni.tap("Kirim")
    assert second(session).repeats is None


def test_without_any_number_nothing_is_written(session: Session, murni: Chat, rafa: Child) -> None:
    murni.tap_token(f"remeasure:{rafa.id}")
    murni.say("lewati")
    murni.say("lewati")
    assert "tidak ada yang dicatat" in murni.tap("Kirim")
    assert not session.scalars(select(Measurement)).all()


def test_a_child_in_danger_is_passed_on_at_once(session: Session, murni: Chat, rafa: Child) -> None:
    murni.tap_token(f"remeasure:{rafa.id}")
    murni.say("6,5")
    murni.say("75")
    assert "Tolong sekarang" in murni.tap("Kirim")
    assert session.scalars(select(Referral)).one().child_id == rafa.id


def test_yesterdays_form_is_begun_anew(session: Session, murni: Chat, rafa: Child) -> None:
    murni.tap_token(f"remeasure:{rafa.id}")
    murni.say("9")
    murni.say("menu")
    murni.now += timedelta(days=1)
    murni.tap_token(f"remeasure:{rafa.id}")
    murni.say("9,1")
    murni.say("75")
    murni.tap("Kirim")
    assert (second(session).measured_on, second(session).weight_kg) == (TODAY + timedelta(days=1), 9.1)


def test_a_child_of_another_posyandu_is_not_hers_to_measure(session: Session, murni: Chat) -> None:
    other = people.child(session, people.family(session, "Wati"), "Aisyah", TODAY - timedelta(days=200))
    session.commit()
    assert "tidak ada dalam daftar" in murni.tap_token(f"remeasure:{other.id}")
    assert "tidak ada dalam daftar" in murni.tap_token("remeasure:999999")


def test_an_asn_has_no_such_button(session: Session, rafa: Child) -> None:
    chat = chat_with(session, people.asn(session, reachable=False))
    assert "tidak berlaku" in chat.tap_token(f"remeasure:{rafa.id}")
