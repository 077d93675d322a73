"""What is never sent unasked: Bu Sari opens it, alone with her phone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.lessons import ASKED
from db.outbox import Outgoing
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import Chat
from tests.people import NOW, TODAY


def chat_of(session: Session, name: str, relation: str) -> Chat:
    home = people.family(session)
    people.child(session, home, born=TODAY - timedelta(days=30))
    who = people.carer(session, home, name, relation, joined_on=TODAY - timedelta(days=60)).person
    return Chat(session, people.address(session, who, "telegram").address)


def test_the_way_in_says_nothing_and_asks_whether_she_is_alone(session: Session):
    sari = chat_of(session, "Sari", "ibu")
    asked = sari.say("hal pribadi")
    assert "Sedang sendirian?" in asked
    assert sari.labels == ["Ya, buka", "Nanti saja"]
    assert not [word for word in ("129", "pukul", "kekerasan", "aman") if word in asked]


def test_who_is_alone_reads_where_to_turn_with_the_numbers_of_the_city(session: Session):
    sari = chat_of(session, "Sari", "ibu")
    sari.say("pribadi")
    said = sari.tap("Ya, buka")
    assert not [
        words for words in ("Bu Sari", "129, WhatsApp 08111129129", "*112*", "berdua saja") if words not in said
    ]


def test_who_is_not_alone_sees_the_menu(session: Session):
    sari = chat_of(session, "Sari", "ibu")
    sari.say("pribadi")
    assert "129" not in sari.tap("Nanti saja")


def test_another_carer_reads_nothing_of_what_is_meant_for_her(session: Session):
    amir = chat_of(session, "Amir", "ayah")
    amir.say("pribadi")
    said = amir.tap("Ya, buka")
    assert not [words for words in ("129", "memukul") if words in said]
    assert "Nomor layanan" in amir.labels


def test_a_child_with_special_needs_has_a_text_of_its_own(session: Session):
    assert "terapi" in chat_of(session, "Sari", "ibu").say("kebutuhan khusus")


def test_nothing_of_it_is_ever_planned(session: Session):
    chat_of(session, "Sari", "ibu")
    town = people.city()
    for n in range(3):
        finish(planning.tick, session, NOW + timedelta(days=n), town)
    asked = {lesson.id for lesson in town.library.of_anchor(ASKED)}
    assert len(asked) == 2
    planned = set(session.scalars(select(Outgoing.lesson).where(Outgoing.lesson != "")))
    assert planned
    assert not planned & asked
