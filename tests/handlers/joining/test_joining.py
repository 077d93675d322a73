from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.city import City
from content.emergency import Review
from db import consent
from db.children import Carer, Child, Family, Pregnancy
from db.codes import hashed
from db.consent import Consent
from db.drafts import Draft
from db.outbox import PLANNED, SKIPPED, Outgoing, promise
from db.people import Address, Invitation, Person
from db.questions import Part, QuestionMessage
from programme import opening
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.rows import outgoing

CODE = "KDR7-MX4Q"


def invite(session: Session, who: Person, code: str = CODE, days: int = 30) -> Invitation:
    invitation = Invitation(
        code_hash=hashed(code, people.SECRET),
        person_id=who.id,
        role="asn",
        created_at=people.NOW,
        expires_at=people.NOW + timedelta(days=days),
        used_by="",
    )
    session.add(invitation)
    session.commit()
    return invitation


@pytest.fixture
def anwar(session: Session) -> Person:
    who = people.asn(session, "Anwar Hamid", reachable=False, phone="+6281255500031")
    session.commit()
    return who


@pytest.fixture
def sari(session: Session) -> Chat:
    """Bu Sari has been invited for her Rafa and has not agreed to anything yet."""
    home = people.family(session)
    people.child(session, home, "Rafa", people.TODAY - timedelta(days=250))
    who = people.person(session, "Sari Rahmawati", "family", reachable=False)
    people.carer(session, home, who=who, joined_on=None, consents=False)
    invite(session, who)
    return stranger(session)


def test_a_deep_link_ties_the_chat_to_the_person_and_shows_their_home(session: Session, anwar: Person) -> None:
    invite(session, anwar)
    chat = stranger(session)
    answer = chat.say(f"/start {CODE.replace('-', '')}")
    assert "Selamat datang, Pak Anwar" in answer
    assert "Lapor kunjungan" in chat.labels
    assert ("lapor", "Lapor kunjungan") in chat.heard[0].commands
    assert session.scalars(select(Address)).one().person_id == anwar.id


@pytest.mark.parametrize("typed", ["kdr7-mx4q", "KDR7 MX4Q", " kdr7mx4q "])
def test_a_code_is_typed_as_people_type(session: Session, anwar: Person, typed: str) -> None:
    invite(session, anwar)
    chat = stranger(session)
    chat.say("halo")
    chat.tap("Saya punya kode")
    assert "Selamat datang" in chat.say(typed)


def test_a_code_works_once(session: Session, anwar: Person) -> None:
    invite(session, anwar)
    stranger(session).say(f"/start {CODE}")
    assert "belum cocok" in stranger(session).say(f"/start {CODE}")


def test_using_one_code_spends_every_other_code_of_the_same_person(session: Session, anwar: Person) -> None:
    invite(session, anwar)
    invite(session, anwar, "AAAA-BBBB")
    stranger(session).say(f"/start {CODE}")
    assert "belum cocok" in stranger(session).say("/start AAAABBBB")


def test_a_code_expires(session: Session, anwar: Person) -> None:
    invite(session, anwar, days=-1)
    assert "belum cocok" in stranger(session).say(f"/start {CODE}")


def test_guessing_codes_is_slowed(session: Session, anwar: Person) -> None:
    invite(session, anwar)
    chat = stranger(session)
    for guess in range(5):
        assert "belum cocok" in chat.say(f"/start AAAA{guess}")
    assert "60 menit lagi" in chat.say(f"/start {CODE}")
    chat.now += timedelta(hours=2)
    assert "Selamat datang" in chat.say(f"/start {CODE}")


def test_a_familys_own_number_may_replace_the_first_code(session: Session) -> None:
    sari = people.person(session, "Sari", "family", reachable=False, phone="+6281255500031")
    people.carer(session, people.family(session), who=sari, joined_on=None, consents=False)
    session.commit()
    chat = stranger(session)
    chat.say("halo")
    chat.tap("Pakai nomor HP")
    assert chat.heard[-1].wants == "contact"
    assert "Apakah Ibu/Bapak setuju?" in chat.share_contact("6281255500031")
    assert session.scalars(select(Address)).one().person_id == sari.id


def test_somebody_elses_number_is_turned_down(session: Session, anwar: Person) -> None:
    chat = stranger(session)
    assert "nomor orang lain" in chat.share_contact("+6281255500031", own=False)
    assert session.scalars(select(Address)).one().person_id is None


def test_a_number_two_people_share_does_not_say_who_they_are(session: Session, anwar: Person) -> None:
    people.person(session, "Wati", "family", reachable=False, phone=anwar.phone)
    session.commit()
    answer = stranger(session).share_contact("081255500031")
    assert "belum bisa kami cocokkan" in answer
    assert "Wati" not in answer


def test_no_consent_no_data(session: Session, sari: Chat) -> None:
    assert "Apakah Ibu/Bapak setuju?" in sari.say(f"/start {CODE}")
    assert "tidak akan mengirim pesan" in sari.tap("Tidak")
    assert session.scalars(select(Address)).one().person_id is None
    assert not session.scalars(select(Consent)).all()
    assert "setuju?" in sari.say(f"/start {CODE}")  # a change of mind needs no new code


def test_a_consent_keeps_text_version_time_channel_and_relation(session: Session, sari: Chat) -> None:
    sari.say(f"/start {CODE}")
    sari.tap("Setuju")
    answer = sari.tap("Ibu")
    assert "Bu Sari" in answer
    assert "8 bulan" in answer
    given = session.scalars(select(Consent)).one()
    assert (given.relation, given.channel, given.text_version) == ("ibu", "telegram", "2026-12")
    assert given.given_at == sari.now
    assert session.scalars(select(Carer)).one().joined_on == people.TODAY
    assert "sudah kami catat" in sari.tap("Setuju")  # the old button


def test_berhenti_ends_every_message_at_once(session: Session, sari: Chat) -> None:
    sari.say(f"/start {CODE}")
    sari.tap("Setuju")
    sari.tap("Ibu")
    who = session.scalars(select(Address)).one().person_id
    key = f"lesson:{who}:x:1"
    promise(session, [outgoing(key, "telegram", sari.address, {"text": "x"}, sari.now, lane=2, person_id=who)])
    session.commit()
    assert "dihentikan" in sari.say("BERHENTI")
    lesson = session.scalars(select(Outgoing).where(Outgoing.kind == "lesson")).one()
    assert (lesson.state, lesson.reason) == (SKIPPED, "berhenti")
    carer = session.scalars(select(Carer)).one()
    assert carer.stopped_at == sari.now
    assert consent.standing(session, carer.person_id, carer.family_id), "stopping is not withdrawing"


def test_jeda_pauses_and_comes_back_by_itself(session: Session, sari: Chat) -> None:
    sari.say(f"/start {CODE}")
    sari.tap("Setuju")
    sari.tap("Ibu")
    sari.say("jeda")
    sari.tap("Dua minggu")
    assert session.scalars(select(Carer)).one().paused_until == people.TODAY + timedelta(days=14)


def test_free_words_are_a_question_and_where_nobody_answers_that_is_said(session: Session, sari: Chat) -> None:
    sari.say(f"/start {CODE}")
    sari.tap("Setuju")
    sari.tap("Ibu")
    assert "Belum ada kader atau bidan" in sari.say("Anak saya susah makan")
    assert session.scalars(select(QuestionMessage.words).where(QuestionMessage.part == Part.ASKED)).all() == [
        "Anak saya susah makan"
    ]


def test_a_mother_joins_by_herself_with_the_least_that_lessons_need(session: Session) -> None:
    people.village(session, "Mandonga")
    session.commit()
    chat = stranger(session)
    chat.say("/start")
    chat.tap("Ikut menerima")
    chat.tap("Setuju")
    for said in ("Wati", "1", "2", "Dito", "12/9/2025", "laki-laki", "mandonga"):
        chat.say(said)
    answer = chat.tap("Kirim")
    assert "Adik Dito sekarang 5 bulan" in answer
    family = session.scalars(select(Family)).one()
    assert (family.joined_by, family.mother_name) == ("self", "Wati")
    assert session.scalars(select(Child)).one().name == "Dito"
    assert session.scalars(select(Consent)).one().relation == "ibu"
    assert not session.scalars(select(Pregnancy)).all()


def test_a_father_joins_for_a_pregnancy(session: Session) -> None:
    people.village(session, "Mandonga")
    session.commit()
    chat = stranger(session)
    chat.say("/start")
    chat.tap("Ikut menerima")
    chat.tap("Setuju")
    for said in ("Budi", "Ayah", "Wati", "hamil", "12/7", "mandonga"):
        chat.say(said)
    assert "Pak Budi" in chat.tap("Kirim")
    pregnancy = session.scalars(select(Pregnancy)).one()
    assert (pregnancy.due.isoformat(), pregnancy.mother_name) == ("2026-07-12", "Wati")


def test_a_discarded_joining_form_leaves_nothing_stored(session: Session) -> None:
    people.village(session, "Mandonga")
    session.commit()
    chat = stranger(session)
    chat.say("/start")
    chat.tap("Ikut menerima")
    chat.tap("Setuju")
    chat.say("Wati")
    chat.say("batal")
    chat.tap("Ya, buang")
    assert not session.scalars(select(Person)).all()
    assert not session.scalars(select(Draft)).all()
    assert not session.scalars(select(Family)).all()
    assert "Asuh menemani" in chat.say("halo")


def test_somebody_with_two_roles_sees_both_first_screens(session: Session) -> None:
    who = people.asn(session, "Anwar Hamid", reachable=False)
    who.roles.append(people.PersonRole(role="coordinator", scope="kota", scope_id=0))
    chat = chat_with(session, who)
    chat.say("menu")
    assert {"Lapor kunjungan", "Kelola"} <= set(chat.labels)


def test_nothing_is_planned_for_a_stranger(session: Session) -> None:
    stranger(session).say("halo")
    rows = session.scalars(select(Outgoing)).all()
    assert [one.state for one in rows] == [PLANNED]
    assert rows[0].person_id is None
    assert session.scalar(select(func.count()).select_from(Person)) == 0


# --- before the service opens ---------------------------------------------------------------


def city_that_waits(*, numbers: bool = True, texts: bool = True) -> City:
    """Kendari before its police number was rung (not ``numbers``), or before its danger texts were signed."""
    town = people.city()
    emergency = town.programme.emergency
    if not numbers:
        emergency = replace(emergency, police=replace(emergency.police, checked_by=""))
    if not texts:
        emergency = replace(emergency, texts=Review("", None))
    return replace(town, programme=replace(town.programme, emergency=emergency))


def unsigned_lesson() -> City:
    """Kendari with one lesson about danger that its doctor has not read yet."""
    return people.city(library=people.library(people.lesson("bahaya", 0, 30, must_not_miss=True)))


def is_kept_out(session: Session, chat: Chat, answer: str) -> bool:
    """Whether the answer says that the service opens soon, and the chat belongs to nobody."""
    known = session.scalars(select(Address).where(Address.address == chat.address)).one()
    return "sebentar lagi dibuka" in answer and known.person_id is None


@pytest.mark.parametrize("town", [city_that_waits(numbers=False), city_that_waits(texts=False), unsigned_lesson()])
def test_a_new_family_that_sends_its_code_too_early_is_told_kindly_and_may_send_it_again(
    session: Session, sari: Chat, town: City
) -> None:
    sari.city = town
    answer = sari.say(f"/start {CODE}")
    assert is_kept_out(session, sari, answer)
    assert "Kodenya belum terpakai" in answer
    assert "*112* atau *119*" in answer
    sari.city = people.city()
    sari.tap("Saya punya kode")
    sari.say(CODE)
    assert "Setuju" in sari.labels


@pytest.mark.parametrize("town", [city_that_waits(numbers=False), city_that_waits(texts=False)])
def test_nor_does_a_number_or_joining_by_oneself_open_the_door(session: Session, town: City) -> None:
    wati = people.person(session, "Wati", "family", reachable=False, phone="+6281255500032")
    people.carer(session, people.family(session, "Wati"), who=wati, joined_on=None, consents=False)
    session.commit()
    chat = stranger(session, city=town)
    assert is_kept_out(session, chat, chat.share_contact("081255500032"))
    chat.say("halo")
    assert is_kept_out(session, chat, chat.tap("Ikut menerima pesan"))


def test_who_had_the_consent_on_the_screen_when_a_number_was_changed_waits_too(session: Session) -> None:
    chat = stranger(session)
    chat.say("halo")
    chat.tap("Ikut menerima pesan")
    chat.city = city_that_waits(numbers=False)
    assert is_kept_out(session, chat, chat.tap("Setuju"))
    assert session.scalars(select(Person)).all() == []


def test_unsigned_texts_that_a_named_person_accepts_let_families_in_but_unrung_numbers_do_not(
    session: Session, sari: Chat
) -> None:
    opening.accept(session, people.NOW, "dr. Sitti Rahma")
    sari.city = city_that_waits(numbers=False, texts=False)
    assert is_kept_out(session, sari, sari.say(f"/start {CODE}"))
    sari.city = city_that_waits(texts=False)
    sari.tap("Saya punya kode")
    sari.say(CODE)
    assert "Setuju" in sari.labels


def test_danger_from_a_family_that_has_to_wait_is_heard(session: Session, sari: Chat) -> None:
    ratna = people.coordinator(session)
    sari.city = city_that_waits(numbers=False)
    sari.say(f"/start {CODE}")
    answer = sari.say("anak saya kejang tolong")
    assert "sekarang juga" in answer
    assert "*112* atau *119*" in answer
    alerts = select(Outgoing.person_id).where(Outgoing.kind == "alert")
    assert session.scalars(alerts).all() == [ratna.id]


def test_a_family_that_joined_before_is_served_and_may_change_its_phone(session: Session) -> None:
    home = people.family(session)
    people.child(session, home, "Rafa", people.TODAY - timedelta(days=250))
    who = people.carer(session, home, reachable=False).person
    chat = chat_with(session, who, city=city_that_waits(numbers=False))
    assert "sebentar lagi dibuka" not in chat.say("menu")
    invite(session, who)
    new_phone = stranger(session, city=city_that_waits(numbers=False))
    assert "Selamat datang kembali" in new_phone.say(f"/start {CODE}")


def test_who_works_here_joins_before_the_first_family(session: Session, anwar: Person) -> None:
    invite(session, anwar)
    assert "Selamat datang, Pak Anwar" in stranger(session, city=city_that_waits(numbers=False)).say(f"/start {CODE}")
