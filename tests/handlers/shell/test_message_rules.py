"""The order of the rules for a message: of two that fit, the one that comes first answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.consent import Note
from db.drafts import Draft
from db.people import Address
from db.questions import Part, QuestionMessage
from handlers.shell.message_rules import NO_IDENTITY, RULES, UNREADABLE
from programme import policy
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.people import NOW, TODAY

NIK = "7471054107950001"
LOSS = "Kami ikut berduka"


def days(count: int) -> timedelta:
    return timedelta(days=count)


def sari(session: Session) -> Chat:
    """Bu Sari, who expects a child in ten days."""
    home = people.family(session)
    people.pregnancy(session, home, TODAY + days(10))
    return chat_with(session, people.carer(session, home).person)


def dewi(session: Session) -> Chat:
    """Bu Dewi, who has a child and expects none."""
    home = people.family(session, "Dewi")
    people.child(session, home, born=TODAY - days(400))
    return chat_with(session, people.carer(session, home, "Dewi").person)


def anwar(session: Session) -> Chat:
    """Pak Anwar, who fosters Rafa."""
    who = people.asn(session)
    people.fosters(session, who, people.child(session, people.family(session), born=TODAY - days(430)), TODAY - days(9))
    return chat_with(session, who)


def beginner(session: Session) -> Chat:
    """Somebody who has begun to join, and holds no role yet."""
    chat = stranger(session)
    chat.tap_token("selfjoin:yes")
    return chat


def asked_for_a_name(session: Session) -> tuple[Chat, Address]:
    """Bu Sari, who was asked for the name of who gave birth."""
    chat = sari(session)
    address = session.scalars(select(Address).where(Address.address == chat.address)).one()
    address.awaiting = "birth"
    session.commit()
    return chat, address


def notes(session: Session) -> list[str]:
    return list(session.scalars(select(Note.text)))


def asked(session: Session) -> list[str]:
    """What became a question, in the order of writing."""
    lines = select(QuestionMessage.words).where(QuestionMessage.part == Part.ASKED)
    return list(session.scalars(lines.order_by(QuestionMessage.id)))


@pytest.mark.parametrize("who", [stranger, beginner, sari, anwar])
def test_a_nik_is_refused_from_anybody_whatever_stands_beside_it(session: Session, who: Callable[[Session], Chat]):
    chat = who(session)
    assert chat.say(f"anak saya meninggal {NIK}") == NO_IDENTITY
    assert chat.say(f"/start {NIK}") == NO_IDENTITY
    assert not notes(session)


def test_whatever_a_stranger_says_is_answered_with_how_to_join_and_not_stored(session: Session):
    for said in ("anak saya meninggal", "berhenti", "menu", "lahir", "apa ini?"):
        assert "Asuh Kota Kendari" in stranger(session).say(said)
    assert "Asuh Kota Kendari" in stranger(session).send_sticker()
    assert not notes(session)


def test_a_stranger_who_was_asked_for_a_code_may_still_go_back_to_the_menu(session: Session):
    chat = stranger(session)
    chat.tap_token("join:code")
    assert "belum cocok" in chat.say("ABCD-EFGH")
    assert "Asuh Kota Kendari" in chat.say("menu")


def test_a_contact_of_a_stranger_counts_though_a_code_was_asked_for(session: Session):
    sari = people.person(session, "Sari", "family", reachable=False, phone="+6281234567890")
    people.carer(session, people.family(session), who=sari, joined_on=None, consents=False)
    chat = stranger(session)
    chat.tap_token("join:code")
    assert "Apakah Ibu/Bapak setuju?" in chat.share_contact("+6281234567890")


def test_start_shows_the_first_screen_also_in_an_open_form(session: Session):
    chat = anwar(session)
    chat.say("lapor")
    assert "Siapa yang ditemui" not in chat.say("/start")
    assert "Siapa yang ditemui" not in chat.say("/start KDR7-MX4Q")


def test_a_contact_sent_in_an_open_form_is_the_new_number(session: Session):
    chat = anwar(session)
    chat.say("lapor")
    assert "Nomor yang kami catat" in chat.share_contact("+6281234567891")


def test_a_contact_of_somebody_who_is_only_joining_is_no_answer_to_the_form(session: Session):
    assert "Nomor yang kami catat" not in beginner(session).share_contact("+6281234567891")


def test_words_of_loss_are_heard_before_an_open_form_that_offers_answers(session: Session):
    chat = anwar(session)
    chat.say("lapor")
    assert LOSS in chat.say("anaknya sudah meninggal kemarin")


def test_in_a_note_of_a_health_worker_words_of_loss_are_the_note(session: Session):
    home = people.family(session)
    home.health_centre_id = people.health_centre(session).id
    referral = people.referral(session, people.child(session, home, born=TODAY - days(430)), NOW, "Kejang")
    murni = chat_with(session, people.health(session))
    murni.tap_token(f"ref:seen:{referral.id}")
    murni.fill("Ternyata tidak apa-apa", "Lewati", "+ Catatan")
    assert LOSS not in murni.say("neneknya meninggal bulan lalu")


def test_a_family_asked_for_a_name_in_its_form_is_heard_when_it_tells_of_a_loss_or_wants_to_stop(session: Session):
    for said, heard in (("bayinya meninggal", LOSS), ("duka", LOSS), ("berhenti", "semua pesan dihentikan")):
        home = people.family(session)
        baby = people.child(session, home, "", TODAY - days(12))
        chat = chat_with(session, people.carer(session, home).person)
        assert "nama" in chat.say("nama")
        assert heard in chat.say(said)
        assert baby.name == ""


def test_a_command_is_an_answer_where_the_open_question_takes_any_words_but_not_with_a_slash(session: Session):
    for said, name in (("menu", "menu"), ("/menu", "")):
        home = people.family(session)
        people.child(session, home, "", TODAY - days(12))
        who = people.carer(session, home).person
        chat = chat_with(session, who)
        chat.say("nama")
        chat.say(said)
        draft = session.scalars(select(Draft).where(Draft.person_id == who.id)).one()
        assert draft.state.get("answers", {}).get("name", "") == name


def test_a_command_leaves_an_open_question_with_answers(session: Session):
    chat = anwar(session)
    chat.say("lapor")
    assert "Jadwal kunjungan" in chat.say("jadwal")


def test_a_command_leaves_the_question_for_a_name(session: Session):
    chat, address = asked_for_a_name(session)
    assert "belum ketemu" in chat.say("Wa Ode")
    assert "belum ketemu" not in chat.say("data")
    assert address.awaiting == ""


def test_a_written_name_is_looked_up_though_it_tells_of_a_birth_or_a_loss(session: Session):
    chat, _ = asked_for_a_name(session)
    assert "belum ketemu" in chat.say("Duka Lestari")


@pytest.mark.parametrize("said", ["bayi saya sudah lahir tapi meninggal", "saya hamil lagi tapi keguguran"])
def test_a_loss_told_in_the_same_words_as_a_birth_or_a_pregnancy_is_heard_as_a_loss(session: Session, said: str):
    assert LOSS in sari(session).say(said)
    assert notes(session) == [said]


def test_a_birth_is_heard_where_one_is_awaited_and_kept_as_a_note(session: Session):
    assert "Kapan bayinya lahir" in sari(session).say("alhamdulillah sudah melahirkan")
    assert notes(session) == ["alhamdulillah sudah melahirkan"]


def test_a_birth_that_nobody_awaits_is_passed_on_like_any_other_words(session: Session):
    assert "Kapan bayinya lahir" not in dewi(session).say("alhamdulillah sudah melahirkan")
    assert asked(session) == ["alhamdulillah sudah melahirkan"]


def test_a_pregnancy_is_heard_where_none_is_known(session: Session):
    assert "HPL" in dewi(session).say("saya positif hamil")
    assert notes(session) == ["saya positif hamil"]


def test_news_of_a_pregnancy_comes_before_the_wish_to_stop_in_the_same_words(session: Session):
    assert "HPL" in dewi(session).say("saya positif hamil tolong berhenti")


def test_the_wish_to_stop_is_heard_from_a_family_alone(session: Session):
    assert "Mau semua pesan berhenti?" in sari(session).say("tolong berhenti ya")
    assert "Mau semua pesan berhenti?" not in anwar(session).say("tolong berhenti ya")


def test_ones_own_code_for_another_phone_is_no_note(session: Session):
    chat = sari(session)
    said = chat.say("nomor")
    code = next(word.strip("*.") for word in said.split() if word.strip("*.").count("-") == 1 and len(word) >= 9)
    assert "untuk HP yang baru" in chat.say(code)
    assert not notes(session)


def test_other_words_of_a_family_or_an_asn_are_a_question_and_a_mistyped_command_gets_the_help(session: Session):
    sari(session).say("Rafa batuk")
    chat = anwar(session)
    assert "tulis salah satu kata ini" in chat.say("lapro")
    chat.say("Adik Rafa boleh minum teh?")
    assert asked(session) == ["Rafa batuk", "Adik Rafa boleh minum teh?"]
    assert not notes(session)


def test_a_greeting_and_thanks_are_no_question(session: Session):
    chat = sari(session)
    assert "Bu Sari" in chat.say("assalamualaikum bu")
    assert chat.say("terima kasih banyak infonya 🙏") == "Sama-sama, Bu Sari. Senang bisa menemani. 🌱"
    assert asked(session) == []


GRAVE = (
    "Kalau ada yang gawat, jangan menunggu balasan di sini. "
    "Telepon *112* atau *119*, siang dan malam. RSUD Kota Kendari: *0401-3101234*."
)


def test_what_cannot_be_read_is_said_so(session: Session):
    assert sari(session).send_sticker() == f"{UNREADABLE}\n\n{GRAVE}"


def test_every_message_finds_a_rule():
    last = {rule.who: rule for rule in RULES}
    for who in (policy.STRANGER, policy.JOINING):
        assert last[who].hears.__name__ == "_anything"
