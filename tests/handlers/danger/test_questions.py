"""What turns out to be only a question goes to who answers for the family, and to nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import outbox
from db.cries import Cry
from db.outbox import Kind, Outgoing, OutgoingState
from db.people import Person, PersonRole
from db.states import CareState
from db.subjects import subject
from flow.message import Card, Message
from programme import endings, erasure
from tests import people
from tests.chat import chat_with, stranger
from tests.handlers.danger.test_calls import NIGHT, Town
from tests.people import NOW, TODAY

NOBODY_ANSWERS = "Di sini belum ada petugas yang menjawab pertanyaan"


@pytest.fixture
def town(session: Session) -> Town:
    """Bu Sari's town, with Bu Wati, the cadre of her posyandu."""
    town = Town(session)
    posyandu = people.posyandu(session)
    town.home.posyandu_id = posyandu.id
    people.health(session, "Wati", "kader", scope="posyandu", scope_id=posyandu.id)
    session.commit()
    return town


def questions(town: Town) -> list[Outgoing]:
    return list(town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.QUESTION).order_by(Outgoing.id)))


def names(town: Town) -> list[str]:
    return [town.session.get_one(Person, row.person_id).name for row in questions(town)]


def test_the_question_goes_to_the_cadre_alone_and_the_mother_hears_to_whom(town: Town):
    chat = chat_with(town.session, town.sari)
    chat.say("anak saya lemas, mungkin kurang tidur")
    said = chat.tap("Hanya bertanya")
    assert "Pertanyaannya kami sampaikan kepada *kader*." in said
    assert "Telepon *112* atau *119*" in said
    assert names(town) == ["Wati"]
    message = Message.from_json(questions(town)[0].message)
    assert "“anak saya lemas, mungkin kurang tidur”" in message.text
    assert "Yang menulis: *Bu Sari, +6281255500031*" in message.text
    assert message.card == Card("Sari Rahmawati", "+6281255500031")
    assert town.told() == []


def test_at_night_the_cadre_sleeps_and_the_mother_hears_when_it_is_passed_on(town: Town):
    chat = town.chat()
    chat.say("kakinya bengkak")
    assert "kepada *kader* mulai pukul " in chat.tap("Hanya bertanya")
    assert questions(town)[0].due_at > NIGHT + timedelta(hours=3)


def test_where_no_cadre_can_be_reached_the_midwife_is_asked_and_without_her_the_coordinator(session: Session):
    town = Town(session)
    chat = chat_with(session, town.sari)
    chat.say("kakinya bengkak")
    assert "kepada *bidan*" in chat.tap("Hanya bertanya")
    town.home.health_centre_id = None
    town.session.execute(delete(PersonRole).where(PersonRole.person_id == town.murni.id))
    session.commit()
    chat.say("kakinya bengkak lagi")
    assert "kepada *koordinator*" in chat.tap("Hanya bertanya")
    assert names(town) == ["Murni", "Ratna Dewi"]


def test_where_nobody_is_responsible_it_is_said_and_nobody_is_promised(session: Session):
    home = people.family(session)
    chat = chat_with(session, people.carer(session, home, reachable=False).person)
    chat.say("kakinya bengkak")
    assert NOBODY_ANSWERS in chat.tap("Hanya bertanya")
    assert session.scalars(select(Outgoing).where(Outgoing.kind == Kind.QUESTION)).all() == []


def test_a_stranger_s_question_waits_for_a_number_and_goes_to_those_of_the_city(town: Town):
    chat = stranger(town.session)
    chat.say("kakinya bengkak")
    assert NOBODY_ANSWERS in chat.tap("Hanya bertanya")
    assert chat.heard[-1].wants == "contact"
    assert questions(town) == []
    assert "kepada *koordinator*" in chat.share_contact("+6281255500099")
    assert names(town) == ["Ratna Dewi"]
    assert "+6281255500099" in questions(town)[0].message["text"]


def test_words_that_speak_of_what_is_private_are_not_passed_on(town: Town):
    chat = chat_with(town.session, town.sari)
    chat.say("saya ingin mati. anak saya lemas")
    chat.tap("Hanya bertanya")
    assert names(town) == ["Wati"]
    assert "mati" not in questions(town)[0].message["text"]
    assert "lemas" in questions(town)[0].message["text"]


def test_an_identity_number_beside_the_question_is_not_kept(town: Town):
    chat = chat_with(town.session, town.sari)
    chat.say("kakinya bengkak, NIK 7471012345670001")
    assert town.session.scalars(select(Cry.said)).one() == ""


def test_the_words_are_not_kept_once_it_is_no_question(town: Town):
    chat = town.chat()
    chat.say("kakinya bengkak")
    assert town.session.scalars(select(Cry.said)).one() == "kakinya bengkak"
    chat.tap("Ya, sekarang")
    chat.say("anak saya lemas")
    chat.tap("Sudah lewat")
    assert set(town.session.scalars(select(Cry.said))) == {""}


def test_nobody_asks_with_the_button_of_somebody_else(town: Town):
    town.chat().say("kakinya bengkak")
    cry = town.session.scalars(select(Cry)).one()
    stranger(town.session).tap_token(f"danger:ask:{cry.id}")
    assert questions(town) == []


def test_of_a_child_that_has_died_since_nothing_is_asked(town: Town):
    chat = chat_with(town.session, town.sari)
    chat.say("anak saya lemas")
    chat.tap("Hanya bertanya")
    [row] = questions(town)
    assert outbox.subjects(town.session, [row.id])[row.id] == [subject(town.rafa)]
    endings.lose(town.session, town.rafa, CareState.DIED, TODAY, NOW, TODAY)
    assert row.state == OutgoingState.SKIPPED


def test_a_family_that_is_forgotten_leaves_no_words_behind(town: Town):
    chat = chat_with(town.session, town.sari)
    chat.say("anak saya lemas")
    chat.tap("Hanya bertanya")
    town.session.commit()
    erasure.forget(town.session, town.home, NOW)
    town.session.expire_all()
    assert town.session.scalars(select(Cry.said)).one() == ""
    assert questions(town)[0].state == OutgoingState.SKIPPED
