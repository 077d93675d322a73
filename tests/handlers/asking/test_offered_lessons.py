"""Lessons that speak of a question are offered by title; a tap sends one as the family would have got it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child, Family
from db.consent import Note
from db.questions import QuestionMessage
from tests import people
from tests.chat import Chat, chat_with

TODAY = people.TODAY
KEPT = "Belum ada kader atau bidan"


def test_the_lesson_is_offered_by_its_title_and_sent_by_a_tap(sari: Chat) -> None:
    assert "Ada pesan kami yang membahas itu" in sari.say("boleh kasih madu?")
    assert sari.labels == ["ASI saja", "Menyiapkan alat dan lauk pertama", "Hari makan pertama", "Tanya bidan"]
    said = sari.tap("ASI saja")
    assert said.startswith("🤱 *ASI saja*")
    assert "Banyak bayi seumur Rafa begitu" in said
    assert sari.heard[0].attachment is not None


def test_tanya_bidan_passes_on_the_words_that_were_asked_once(session: Session, sari: Chat) -> None:
    sari.say("boleh kasih madu?")
    token = sari.button("Tanya bidan").token
    assert KEPT in sari.tap("Tanya bidan")
    assert session.scalars(select(QuestionMessage.words)).all()[:1] == ["boleh kasih madu?"]
    assert session.scalars(select(Note)).all() == []
    assert KEPT not in sari.tap_token(token)


def test_where_no_lesson_speaks_of_it_the_words_go_to_a_person_at_once(sari: Chat) -> None:
    assert KEPT in sari.say("boleh naik pesawat?")


def test_only_lessons_of_the_child_s_age_or_of_a_running_pregnancy_are_offered(
    session: Session, home: Family, rafa: Child, sari: Chat
) -> None:
    rafa.born = TODAY - timedelta(days=800)
    session.commit()
    assert KEPT in sari.say("boleh kasih madu?")
    people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    session.commit()
    sari.say("boleh kasih madu?")
    assert sari.labels == ["Hanya ASI", "Tanya bidan"]


def test_a_button_of_a_lesson_that_does_not_fit_any_more_is_no_longer_valid(
    session: Session, rafa: Child, sari: Chat
) -> None:
    sari.say("boleh kasih madu?")
    rafa.born = TODAY - timedelta(days=800)
    session.commit()
    assert "tidak berlaku" in sari.tap("ASI saja")
    assert "tidak berlaku" in sari.tap_token(f"tell:berat-turun:child:{rafa.id}")


def test_a_family_that_mourns_is_offered_none(session: Session, home: Family, rafa: Child, sari: Chat) -> None:
    other = people.child(session, home, "Rani", TODAY - timedelta(days=500), code="A-33")
    session.commit()
    sari.tap_token(f"loss:yes:died:child:{other.id}")
    assert KEPT in sari.say("boleh kasih madu?")


def test_a_father_is_asked_to_pass_the_mother_s_lesson_on(session: Session, home: Family, sari: Chat) -> None:
    budi = chat_with(session, people.carer(session, home, "Budi", "ayah", reachable=False).person)
    budi.say("boleh kasih madu?")
    assert "mohon sampaikan kepada Bu Sari" in budi.tap("ASI saja")


def test_an_asn_is_offered_no_lesson_for_families(session: Session, rafa: Child, sari: Chat) -> None:
    asn = people.asn(session, reachable=False)
    people.fosters(session, asn, rafa, TODAY)
    assert "Belum ada kader atau bidan" in chat_with(session, asn).say("boleh kasih madu?")
