"""Danger is heard first, by everybody, whatever else a message may be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.emergency import Emergency
from content.programme import Photos
from db.consent import Note
from db.cries import Cry
from db.drafts import Draft
from db.outbox import Kind, Outgoing
from db.people import PersonRole
from db.referrals import Referral
from flow.message import File
from scheduler import referral_escalation
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.handlers.visit.test_visit import ROUTINE
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


DESPAIR = "saya ingin mati saja"


def test_a_father_who_wants_to_die_is_called_bapak_and_reads_of_no_baby(session: Session):
    home = people.family(session)
    people.child(session, home, "Rafa Pratama", TODAY - timedelta(days=250))
    heard = chat_with(session, people.carer(session, home, "Amir Hamzah", "ayah", reachable=False).person).say(DESPAIR)
    assert "mintalah satu orang yang Bapak percaya untuk datang dan menemani Bapak." in heard
    assert "Ibu" not in heard
    assert "bayi" not in heard


@pytest.mark.parametrize("writer", [anwar, stranger], ids=["asn", "stranger"])
def test_who_is_no_carer_reads_words_that_fit_anybody_and_of_no_baby(
    session: Session, writer: Callable[[Session], Chat]
):
    heard = writer(session).say(DESPAIR)
    assert "satu orang yang Bapak/Ibu percaya untuk datang dan menemani Bapak/Ibu." in heard
    assert "bayi" not in heard


@pytest.mark.parametrize(
    ("days", "state", "told"), [(250, "aktif", True), (400, "aktif", False), (250, "meninggal", False)]
)
def test_a_mother_reads_of_a_baby_only_where_one_lives(session: Session, days: int, state: str, told: bool):
    home = people.family(session)
    people.child(session, home, "Rafa Pratama", TODAY - timedelta(days=days), state=state)
    heard = chat_with(session, people.carer(session, home, reachable=False).person).say(DESPAIR)
    assert ("menemani Ibu serta bayi" in heard) is told
    assert "menemani Ibu" in heard


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
    chat.send(caption="rumah kami pindah gang", **{what: sent})
    assert "rumah kami pindah gang" in session.scalars(select(Note.text)).all()
    chat.send(caption="berhenti", **{what: sent})
    assert "semua pesan dihentikan" in chat.heard[0].text


def test_a_tap_is_never_heard(session: Session):
    chat = sari(session)
    assert NUMBERS not in chat.tap_token("kejang tolong")


# --- words that are somebody else's, or that were changed

SECOND_HAND = [{"edited": True}, {"forwarded": True}]


@pytest.mark.parametrize("how", SECOND_HAND)
def test_edited_and_forwarded_cries_are_answered_and_open_nothing_without_the_tap(
    session: Session, how: dict[str, bool]
):
    people.coordinator(session)
    chat = sari(session)
    said = chat.send(text="anak sy kejang tlong", **how)
    assert NUMBERS in said
    assert "Apakah ini terjadi sekarang?" in said
    finish(referral_escalation.urgent_tick, session, chat.now + timedelta(hours=1), people.city())
    assert session.scalars(select(Referral)).all() == []
    assert "Sedang kami kabari" in chat.tap("Ya, sekarang")
    assert len(session.scalars(select(Referral)).all()) == 1


def test_forwarded_words_of_despair_are_answered_and_nobody_is_told(session: Session):
    chat = sari(session)
    asks = replace(people.city(), programme=replace(chat.city.programme, emergency=told_by_phone(session)))
    chat.city = asks
    assert "satu orang yang Ibu percaya" in chat.send(text="saya ingin mati saja", forwarded=True)
    assert session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT)).all() == []
    chat.say("saya ingin mati saja")
    assert len(session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ALERT)).all()) == 1


def told_by_phone(session: Session) -> Emergency:
    """Bu Ina is on the city's private list."""
    ina = people.person(session, "Ina", "health", title="bidan", phone="+6281140000001")
    session.commit()
    return replace(people.city().programme.emergency, private=(str(ina.phone),))


@pytest.mark.parametrize("how", SECOND_HAND)
@pytest.mark.parametrize("said", ["8,4 kg", "berhenti", "anak saya meninggal", "menu", "kejang", "KDR7-MX4Q", "batal"])
def test_edited_and_forwarded_words_answer_nothing_and_change_nothing(
    session: Session, said: str, how: dict[str, bool]
):
    chat = anwar(session)
    chat.say("lapor")
    before = session.scalars(select(Draft.state)).one()
    notes = len(session.scalars(select(Note)).all())
    chat.send(text=said, **how)
    assert session.scalars(select(Draft.state)).one() == before
    assert len(session.scalars(select(Note)).all()) == notes
    assert [message.text for message in chat.heard if "kabar duka" in message.text] == []


def test_a_forwarded_cry_in_the_words_of_an_option_is_heard_and_is_no_answer(session: Session):
    chat = anwar(session)
    chat.say("lapor")
    chat.tap("Ibu")
    chat.tap("Ada tanda bahaya")
    before = session.scalars(select(Draft.state)).one()
    assert NUMBERS in chat.send(text="Kejang", forwarded=True)
    assert session.scalars(select(Draft.state)).one() == before
    cries = len(session.scalars(select(Cry)).all())
    chat.say("Kejang")
    assert len(session.scalars(select(Cry)).all()) == cries
    assert session.scalars(select(Draft.state)).one() != before


def test_who_forwards_is_asked_for_own_words_and_who_edits_hears_nothing(session: Session):
    chat = sari(session)
    assert "Tulis dengan kata-kata sendiri" in chat.send(text="halo semua", forwarded=True)
    assert chat.send(text="halo semua", edited=True) == ""


@pytest.mark.parametrize("writer", WRITERS, ids=["mother", "stopped", "no consent", "asn", "coordinator", "stranger"])
@pytest.mark.parametrize("what", ["photo", "document", "unsupported"])
def test_a_voice_note_or_a_picture_without_words_gets_the_numbers(
    session: Session, writer: Callable[[Session], Chat], what: str
):
    sent = True if what == "unsupported" else File("file-1")
    said = writer(session).send(**{what: sent})
    assert f"Kalau ada yang gawat, jangan menunggu balasan di sini. {NUMBERS}" in said


def test_a_picture_that_was_asked_for_gets_no_numbers_and_a_voice_note_instead_of_it_does(session: Session):
    who = people.asn(session)
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=430))
    people.fosters(session, who, rafa, TODAY - timedelta(days=40))
    people.visit(session, who, rafa, TODAY - timedelta(days=35), answers={"house": ["air"]})
    chat, shipped = chat_with(session, who), people.city()
    chat.city = replace(shipped, programme=replace(shipped.programme, photos=Photos(allowed=True)))
    chat.say("lapor")
    for label in ROUTINE:
        chat.tap(label)
    chat.tap("+ Foto")
    assert chat.heard[-1].wants == "photo"
    assert NUMBERS in chat.send(unsupported=True)
    assert NUMBERS not in chat.send_photo()
