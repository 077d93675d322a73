"""Danger is heard first, by everybody, whatever else a message may be."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.consent import Note
from db.cries import Cry
from db.drafts import Draft
from db.people import PersonRole
from flow.message import File
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import TODAY

NUMBERS = "Telepon *112* atau *119*, siang dan malam. RSUD Kota Kendari: *0401-3101234*."


def sari(session: Session, **more: object) -> Chat:
    """Bu Sari, mother of Rafa (eight months)."""
    home = people.family(session)
    people.child(session, home, "Rafa Pratama", TODAY - timedelta(days=250), code="A-31")
    return chat_with(session, people.carer(session, home, reachable=False, **more).person)


def anwar(session: Session) -> Chat:
    """Pak Anwar fosters Rafa."""
    who = people.asn(session)
    rafa = people.child(session, people.family(session), "Rafa Pratama", TODAY - timedelta(days=250), code="A-31")
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    return chat_with(session, who)


def stopped(session: Session) -> Chat:
    chat = sari(session)
    chat.say("berhenti")
    return chat


WRITERS = [
    sari,
    stopped,
    lambda session: sari(session, consents=False, joined_on=None),
    anwar,
    lambda session: chat_with(session, people.coordinator(session, reachable=False)),
    stranger,
]


@pytest.mark.parametrize("writer", WRITERS, ids=["mother", "stopped", "no consent", "asn", "coordinator", "stranger"])
def test_everybody_is_heard(session: Session, writer: Callable[[Session], Chat]):
    said = writer(session).say("anak sy kejang tlong")
    assert "Berangkat ke rumah sakit sekarang juga" in said
    assert "Jangan masukkan apa pun ke mulutnya" in said
    assert NUMBERS in said


@pytest.mark.parametrize("said", ["anak saya hampir meninggal tolong", "takut, anak saya kejang, berhenti napas"])
def test_what_sounds_like_grief_or_stopping_is_danger(session: Session, said: str):
    heard = sari(session).say(said)
    assert NUMBERS in heard
    assert "berduka" not in heard
    assert "Mau semua pesan berhenti" not in heard


def test_bleeding_that_does_not_stop_is_no_wish_to_stop_the_messages(session: Session):
    heard = sari(session).say("perdarahan tidak berhenti")
    assert NUMBERS in heard
    assert "Mau semua pesan berhenti" not in heard


def test_who_wants_to_stop_living_hears_the_quick_numbers_before_the_crisis_line(session: Session):
    heard = sari(session).say("saya ingin berhenti hidup")
    assert heard.index("*112*") < heard.index("119 ext 8")
    assert "mintalah satu orang yang Ibu percaya" in heard
    assert "Mau semua pesan berhenti" not in heard


def test_the_answer_to_violence_shows_nothing_to_whoever_looks_at_the_phone(session: Session):
    chat = sari(session)
    heard = chat.say("suami saya memukul saya")
    assert not any(word in heard for word in ("pukul", "suami", "129", "110", "112", "kekerasan"))
    numbers = chat.tap("Nomor layanan")
    assert "129" in numbers
    assert "110" in numbers
    assert "08111129129" in numbers


@pytest.mark.parametrize("code", ["/start KDR7-MX4Q", "mulai kdr7-mx4q"])
def test_the_code_of_an_invitation_is_no_cry_whatever_its_letters(session: Session, code: str):
    assert "Kode itu belum cocok" in stranger(session).say(code)


@pytest.mark.parametrize("said", ["bayi biru", "anak saya biru", "/start anak saya biru"])
def test_words_of_the_length_of_a_code_are_heard(session: Session, said: str):
    assert NUMBERS in stranger(session).say(said)


@pytest.mark.parametrize("said", ["tolong, anak saya meninggal", "tolong berhenti, anak saya meninggal"])
def test_where_a_child_may_have_died_one_gentle_answer_holds_the_numbers(session: Session, said: str):
    heard = sari(session).say(said)
    assert NUMBERS in heard
    assert "Boleh kami tahu keadaannya sekarang?" in heard
    assert "Berangkat" not in heard


def test_a_death_that_is_only_told_is_grief(session: Session):
    assert "Kami ikut berduka" in sari(session).say("anak saya sudah meninggal")


def test_a_birth_with_bleeding_is_danger_first(session: Session):
    home = people.family(session)
    people.pregnancy(session, home, TODAY)
    chat = chat_with(session, people.carer(session, home, reachable=False).person)
    assert NUMBERS in chat.say("bayi sudah lahir, ibunya perdarahan banyak")


def test_an_open_form_stays_open_and_as_it_was(session: Session):
    chat = anwar(session)
    chat.say("lapor")
    before = dict(session.scalars(select(Draft)).one().state)
    heard = chat.say("anaknya kejang tolong")
    assert "Isian tadi masih tersimpan dan tidak berubah" in heard
    draft = session.scalars(select(Draft)).one()
    assert draft.state == before
    assert "*" in chat.say("lanjut")


def test_an_option_of_the_open_question_is_an_answer_and_no_cry(session: Session):
    chat = anwar(session)
    chat.fill("lapor", "Ibu", "Ada tanda bahaya")
    assert any("Kejang" in label for label in chat.labels)
    chat.say("kejang")
    assert session.scalars(select(Cry)).all() == []
    assert session.scalars(select(Draft)).one().state["answers"]["signs"] == ["anak-kejang"]
    assert NUMBERS in chat.say("anaknya kejang tolong")


def test_what_a_health_worker_writes_is_no_cry(session: Session):
    chat = chat_with(session, people.health(session, reachable=False))
    assert NUMBERS not in chat.say("anak Sari kejang, sudah saya tangani di sini")


def test_a_cadre_who_is_a_mother_too_is_heard_as_a_mother(session: Session):
    home = people.family(session)
    who = people.health(session, reachable=False)
    who.roles.append(PersonRole(role="family"))
    people.carer(session, home, who=who)
    assert NUMBERS in chat_with(session, who).say("anak saya kejang tolong")


def test_a_nik_is_refused_after_danger_is_heard_and_not_instead(session: Session):
    heard = sari(session).say("3171234567890123 anak saya kejang tolong")
    assert heard.index(NUMBERS) < heard.index("Mohon tidak mengirim NIK")


@pytest.mark.parametrize("what", ["photo", "document", "unsupported"])
def test_words_under_a_picture_are_heard(session: Session, what: str):
    chat = sari(session)
    sent = True if what == "unsupported" else File("file-1")
    assert NUMBERS in chat.send(caption="Bayi saya kejang, tolong", **{what: sent})
    assert "Kami ikut berduka" in chat.send(caption="anak saya meninggal", **{what: sent})
    chat.send(caption="terima kasih bu", **{what: sent})
    assert "terima kasih bu" in session.scalars(select(Note.text)).all()
    chat.send(caption="berhenti", **{what: sent})
    assert "semua pesan dihentikan" in chat.heard[0].text


def test_a_tap_is_never_heard(session: Session):
    chat = sari(session)
    assert NUMBERS not in chat.tap_token("kejang tolong")
