"""What a family may wish for: to stop and say why, another day or hour, another phone, another language."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from content.lessons import Question
from db import consent, outbox
from db.children import Carer, Child, Pregnancy, Wedding
from db.consent import LessonAnswer, Note
from db.drafts import Draft
from db.outbox import DELIVERED, PLANNED, SENT, SKIPPED, Outgoing
from db.people import Address, Invitation, Person, PersonRole
from flow.message import Message
from handlers.birth import birth, new_pregnancy
from handlers.family import lesson_answers
from handlers.shell.commands import BY_WORDS
from reports.invitations.codes import renew
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.rows import outgoing

EGGS = Question("Kemarin makan telur?", ("Ya", "Belum"), ("", "telur-belum"))
LIBRARY = people.library(
    people.lesson("telur", 210, 240, question=EGGS),
    people.lesson("telur-lagi", 0, 14, stage="kondisional", anchor="kejadian", condition="telur-belum"),
    people.lesson("bahaya", 0, 1826, must_not_miss=True, question=Question("Sudah ke bidan?", ("Sudah", "Belum"))),
    people.lesson("mencret", 0, 1826, question=Question("Masih mencret?", ("Ya", "Sudah berhenti"))),
)


def city(*languages: str) -> City:
    return people.city(library=replace(LIBRARY, overlays={code: {} for code in languages}))


@pytest.fixture
def sari(session: Session) -> Chat:
    """Bu Sari, mother of Rafa, who gets lessons."""
    home = people.family(session)
    people.child(session, home, "Rafa", people.TODAY - timedelta(days=220))
    return chat_with(session, people.carer(session, home, reachable=False).person, city=city())


def carer(session: Session) -> Carer:
    return session.scalars(select(Carer)).one()


def sent(session: Session, chat: Chat, lesson: str, *, state: str = SENT, days: int = 1, about: str = "1") -> None:
    """A lesson of some days ago, or one that is still to go out."""
    who = carer(session).person_id
    at = people.NOW - timedelta(days=days)
    row = outgoing(
        f"lesson:{who}:{lesson}:{about}", "telegram", chat.address, {"text": lesson}, at, lane=2, person_id=who
    )
    outbox.promise(session, [row | {"state": state, "settled_at": None if state == PLANNED else at}])
    session.commit()


# --- stopping ---------------------------------------------------------------------


def test_who_stops_is_asked_why_once_everything_has_ended(session: Session, sari: Chat) -> None:
    sent(session, sari, "mencret", days=5, state=DELIVERED)
    sent(session, sari, "telur", days=2)
    sent(session, sari, "bahaya", days=0, state=PLANNED)
    assert "Boleh tahu alasannya?" in sari.say("berhenti")
    gone = carer(session)
    assert (gone.stopped_at, gone.stop_reason, gone.stopped_after) == (sari.now, "", "telur")
    assert consent.standing(session, gone.person_id, gone.family_id), "stopping is not withdrawing"
    planned = session.scalars(select(Outgoing).where(Outgoing.key.contains("bahaya"))).one()
    assert (planned.state, planned.reason) == (SKIPPED, "berhenti")
    assert "*atur*" in sari.tap("Terlalu sering")
    assert sari.heard[0].closes == "m1"
    assert carer(session).stop_reason == "Terlalu sering"


def test_stopping_also_drops_the_growth_chart_that_was_about_to_come(session: Session, sari: Chat) -> None:
    who = carer(session).person_id
    row = outgoing(f"chart:{who}:1:2026-03", "telegram", sari.address, {"text": "x"}, sari.now, lane=2, person_id=who)
    outbox.promise(session, [row])
    sari.say("stop")
    assert session.scalars(select(Outgoing).where(Outgoing.kind == "chart")).one().state == SKIPPED


def test_who_never_got_a_lesson_stopped_after_none(session: Session, sari: Chat) -> None:
    sari.say("berhenti")
    assert carer(session).stopped_after == ""


def test_stopping_twice_keeps_the_first_time_and_the_reason(session: Session, sari: Chat) -> None:
    sari.say("berhenti")
    first = sari.now
    sari.tap("Sudah tahu")
    sari.say("berhenti")
    assert (carer(session).stopped_at, carer(session).stop_reason) == (first, "Sudah tahu")


def test_nomor_ini_bukan_saya_unlinks_the_number(session: Session, sari: Chat) -> None:
    sari.say("berhenti")
    assert "Maaf sudah mengganggu" in sari.tap("Nomor ini bukan saya")
    gone = carer(session)
    assert gone.stop_reason == "Nomor ini bukan saya"
    assert consent.standing(session, gone.person_id, gone.family_id) is None, "whoever agreed was somebody else"
    assert session.scalars(select(Address)).one().person_id is None
    assert "Asuh menemani" in sari.say("halo")


def test_an_asn_who_is_a_mother_too_stays_an_asn_when_she_stops(session: Session, sari: Chat) -> None:
    who = session.scalars(select(Person)).one()
    who.roles.append(PersonRole(role="asn"))
    row = outgoing("reminder:1", "telegram", sari.address, {"text": "x"}, sari.now, lane=2, person_id=who.id)
    outbox.promise(session, [row])
    session.commit()
    sari.say("berhenti")
    assert "Nomor ini bukan saya" not in sari.labels
    assert session.scalars(select(Outgoing).where(Outgoing.kind == "reminder")).one().state == PLANNED
    assert "tidak berlaku" in sari.tap_token("stopwhy:4")
    assert session.scalars(select(Address)).one().person_id == who.id


def test_the_reason_of_who_came_back_is_no_longer_asked(session: Session, sari: Chat) -> None:
    sent(session, sari, "telur")
    sari.say("berhenti")
    sari.say("mulai")
    sari.tap("Mulai lagi")
    assert (carer(session).stopped_at, carer(session).stopped_after) == (None, "")
    assert "tidak berlaku" in sari.tap("Tidak cocok")
    assert carer(session).stop_reason == ""


@pytest.mark.parametrize("token", ["stopwhy:0", "stopwhy:9", "stopwhy:x", "stopwhy"])
def test_a_reason_that_does_not_exist_changes_nothing(session: Session, sari: Chat, token: str) -> None:
    sari.say("berhenti")
    assert "tidak berlaku" in sari.tap_token(token)
    assert carer(session).stop_reason == ""


# --- day and hour -----------------------------------------------------------------


def test_a_family_chooses_the_day_and_then_the_hour(session: Session, sari: Chat) -> None:
    sari.say("menu")
    sari.tap("Lainnya")
    sari.tap("Atur hari dan jam")
    sari.tap("Rabu")
    assert (carer(session).weekday, carer(session).hour) == (None, None)  # nothing yet
    answer = sari.tap("Jam 4 sore")
    assert "hari Rabu, sekitar jam 4 sore" in answer
    assert "tanda bahaya tetap datang secepatnya" in answer
    assert (carer(session).weekday, carer(session).hour) == (2, 16)
    assert "Sekarang: hari Rabu, sekitar jam 4 sore." in sari.say("jam pesan")
    sari.tap("Hari apa saja")
    sari.tap("Jam 9 pagi")
    assert (carer(session).weekday, carer(session).hour) == (None, 9)


def test_it_holds_for_all_the_families_somebody_cares_for(session: Session, sari: Chat) -> None:
    other = people.family(session, "Wati")
    people.carer(session, other, relation="keluarga", who=session.scalars(select(Person)).one())
    session.commit()
    sari.say("atur")
    sari.tap("Senin")
    sari.tap("Jam 7 malam")
    assert {(one.weekday, one.hour) for one in session.scalars(select(Carer))} == {(0, 19)}


def test_the_hour_of_the_friday_prayer_is_not_offered(session: Session, sari: Chat) -> None:
    sari.say("atur")
    sari.tap("Kamis")
    assert "Jam 1 siang" in sari.labels
    sari.tap("Jumat")
    assert "Jam 1 siang" not in sari.labels
    assert "Jam 4 sore" in sari.labels


def test_an_hour_within_the_citys_quiet_hours_is_not_offered(session: Session, sari: Chat) -> None:
    own = sari.city.programme
    quiet = replace(own.quiet, start=people.at(people.TODAY, "18:00").time())
    sari.city = replace(sari.city, programme=replace(own, quiet=quiet))
    sari.say("atur")
    sari.tap("Rabu")
    assert "Jam 4 sore" in sari.labels
    assert "Jam 7 malam" not in sari.labels


@pytest.mark.parametrize("token", ["day:7", "day:senin", "hour:3:2", "hour:9:8", "hour:9", "day"])
def test_a_day_or_hour_that_does_not_exist_changes_nothing(session: Session, sari: Chat, token: str) -> None:
    assert "tidak berlaku" in sari.tap_token(token)
    assert (carer(session).weekday, carer(session).hour) == (None, None)


def test_who_has_not_agreed_yet_is_asked_for_that_first(session: Session) -> None:
    home = people.family(session)
    who = people.person(session, "Sari", "family", reachable=False)
    people.carer(session, home, who=who, joined_on=None, consents=False)
    assert "Apakah Ibu/Bapak setuju?" in chat_with(session, who).say("atur")


def test_a_family_without_lessons_to_come_is_not_asked_for_a_day(session: Session, sari: Chat) -> None:
    session.scalars(select(Child)).one().state = "meninggal"
    session.commit()
    sari.say("menu")
    assert sari.labels == ["Tanya", "Lainnya"]
    sari.tap("Lainnya")
    assert not {"Atur hari dan jam", "Jeda pesan"} & set(sari.labels)
    assert {"Data saya", "Berhenti"} <= set(sari.labels)


def test_somebody_without_a_family_has_no_messages_to_set(session: Session) -> None:
    anwar = chat_with(session, people.asn(session, reachable=False))
    assert "tulis salah satu kata ini" in anwar.say("atur")


# --- another phone ----------------------------------------------------------------


def code_of(chat: Chat) -> str:
    return chat.say("ganti nomor").split("*")[3]


def new_phone(session: Session, old: Chat) -> Chat:
    return stranger(session, old.now + timedelta(minutes=5), old.city)


def test_a_code_moves_a_person_to_a_new_phone(session: Session, sari: Chat) -> None:
    sent(session, sari, "telur", state=PLANNED, days=0)
    old, new = session.scalars(select(Address)).one(), new_phone(session, sari)
    assert "Selamat datang kembali, Bu Sari" in new.say(f"/start {code_of(sari)}")
    assert "Halo Bu Sari" in new.say("menu")
    moved = {one.address: one.person_id for one in session.scalars(select(Address))}
    assert moved == {old.address: None, new.address: carer(session).person_id}
    planned = session.scalars(select(Outgoing).where(Outgoing.kind == "lesson")).one()
    assert (planned.state, planned.address) == (PLANNED, new.address)
    assert "Asuh menemani" in sari.say("menu")  # the old phone is a stranger's


def test_the_old_phone_is_told_once_and_can_object(session: Session, sari: Chat) -> None:
    new_phone(session, sari).say(f"/start {code_of(sari)}")
    told = session.scalars(select(Outgoing).where(Outgoing.kind == "moved")).one()
    assert (told.address, told.lane, told.person_id) == (sari.address, outbox.ALERT, None)
    assert "Bukan Ibu yang meminta?" in Message.from_json(told.message).text


def test_the_code_works_once_and_only_the_newest_and_a_week_long(session: Session, sari: Chat) -> None:
    first, second = code_of(sari), code_of(sari)
    other = new_phone(session, sari)
    assert "belum cocok" in other.say(f"/start {first}")
    live = session.scalars(select(Invitation).where(Invitation.expires_at > sari.now)).one()
    assert live.expires_at == sari.now + timedelta(days=7)
    assert "Selamat datang kembali" in other.say(f"/start {second}")
    assert "belum cocok" in new_phone(session, sari).say(f"/start {second}")


def test_nothing_changes_before_the_code_is_used(session: Session, sari: Chat) -> None:
    code_of(sari)
    assert session.scalars(select(Address)).one().person_id == carer(session).person_id
    assert "Halo Bu Sari" in sari.say("menu")


def test_a_code_written_on_the_old_phone_is_not_wasted(session: Session, sari: Chat) -> None:
    code = code_of(sari)
    assert "tulis dari sana" in sari.say(code.lower())
    assert not session.scalars(select(Note)).all()
    assert "Selamat datang kembali" in new_phone(session, sari).say(f"/start {code}")


def test_the_report_an_asn_had_begun_is_there_on_the_new_phone(session: Session) -> None:
    anwar = people.asn(session, "Anwar Hamid", reachable=False)
    rafa = people.child(session, people.family(session), "Rafa", people.TODAY - timedelta(days=430))
    people.fosters(session, anwar, rafa, people.TODAY - timedelta(days=40))
    old = chat_with(session, anwar)
    old.say("lapor")
    old.tap("Ibu")
    new = new_phone(session, old)
    answer = new.say(f"/start {code_of(old)}")
    assert "tulis *lanjut*" in answer
    assert "Lapor kunjungan" in new.labels  # the home of an ASN
    assert "Bagaimana kesehatan Adik Rafa?" in new.say("lanjut")


def test_a_changed_number_is_kept_when_its_owner_sends_it(session: Session, sari: Chat) -> None:
    who = session.scalars(select(Person)).one()
    who.phone = "+6281255500031"
    session.commit()
    new = new_phone(session, sari)
    assert "Nomor HP-nya ganti juga?" in new.say(f"/start {code_of(sari)}")
    assert "belum bisa kami pakai" in new.share_contact("081344455566", own=False)
    assert who.phone == "+6281255500031"
    assert "+62813…566" in new.share_contact("081344455566")
    session.refresh(who)
    assert who.phone == "+6281344455566"


def test_the_code_of_the_card_counts_as_much_as_one_that_was_asked_for(session: Session) -> None:
    """Where a code was used last, there the person is: whoever joined by number before is told."""
    wati = people.person(session, "Wati", "family", reachable=False, phone="+6281255500031")
    home = people.family(session, "Wati")
    people.child(session, home, "Dito", people.TODAY - timedelta(days=200))
    people.carer(session, home, who=wati, joined_on=None, consents=False)
    card = renew(session, wati, people.NOW, 30, people.SECRET)
    session.commit()
    old = stranger(session)
    assert "setuju?" in old.share_contact("081255500031")
    old.tap("Setuju")
    assert "Bu Wati" in old.tap("Ibu")
    assert "Selamat datang kembali, Bu Wati" in new_phone(session, old).say(f"/start {card}")
    assert "Asuh menemani" in old.say("halo")


# --- language ---------------------------------------------------------------------


def test_a_language_is_offered_where_there_are_several(session: Session, sari: Chat) -> None:
    assert "baru ada dalam Bahasa Indonesia" in sari.say("bahasa")
    sari.say("atur")
    assert "Bahasa / Language" not in sari.labels
    sari.city = city("en")
    sari.say("atur")
    sari.tap("Bahasa / Language")
    assert sari.labels == ["Bahasa Indonesia", "English"]
    assert "tetap Bahasa Indonesia" in sari.tap("English")
    assert session.scalars(select(Person)).one().language == "en"
    sari.say("language")
    assert "tetap" not in sari.tap("Bahasa Indonesia")
    assert session.scalars(select(Person)).one().language == "id"


def test_a_language_without_lessons_cannot_be_chosen(session: Session, sari: Chat) -> None:
    assert "tidak berlaku" in sari.tap_token("lang:xx")
    assert session.scalars(select(Person)).one().language == "id"


# --- answers ----------------------------------------------------------------------


def test_an_answer_is_kept_with_what_it_is_about_in_indonesian(session: Session, sari: Chat) -> None:
    sari.city = city("en")
    session.scalars(select(Person)).one().language = "en"
    rafa = str(session.scalars(select(Child.id)).one())
    sent(session, sari, "telur", about=rafa)
    assert "✓ *Ya*" in sari.tap_token(f"lesson:telur:1:{rafa}")
    assert sari.heard[0].closes == "m1"
    kept = session.scalars(select(LessonAnswer)).one()
    assert (kept.lesson, kept.about, kept.answer, kept.answered_at) == ("telur", rafa, "Ya", sari.now)


def test_a_button_from_before_names_nothing_it_is_about(session: Session, sari: Chat) -> None:
    sari.tap_token("lesson:telur:1")
    assert session.scalars(select(LessonAnswer)).one().about == ""


def test_a_second_answer_is_stored_beside_the_first(session: Session, sari: Chat) -> None:
    sent(session, sari, "telur")
    sari.tap_token("lesson:telur:2:1")
    sari.tap_token("lesson:telur:1:1")
    assert session.scalars(select(LessonAnswer.answer).order_by(LessonAnswer.id)).all() == ["Belum", "Ya"]


def test_an_answer_that_calls_for_another_message_says_that_it_comes(session: Session, sari: Chat) -> None:
    sent(session, sari, "telur")
    assert lesson_answers.AGAIN in sari.tap_token("lesson:telur:2:1")
    assert lesson_answers.AGAIN not in sari.tap_token("lesson:telur:1:1")


def test_the_line_for_worries_is_said_only_after_urgent_lessons(session: Session, sari: Chat) -> None:
    for lesson in ("bahaya", "mencret"):
        sent(session, sari, lesson)
    assert "jangan tunggu" in sari.tap_token("lesson:bahaya:2:1")
    assert "jangan tunggu" not in sari.tap_token("lesson:bahaya:1:1")
    assert "jangan tunggu" not in sari.tap_token("lesson:mencret:1:1")


def test_bad_news_is_not_praised(session: Session, sari: Chat) -> None:
    sent(session, sari, "mencret")
    replies = {sari.tap_token("lesson:mencret:1:1") for _ in range(6)}
    assert len(replies) == 3  # not always the same
    glad = {line.format(to="Bu Sari") for line in lesson_answers.GLAD}
    assert not any(line in reply for line in glad for reply in replies)


def test_a_lesson_that_was_never_sent_to_this_person_cannot_be_answered(session: Session, sari: Chat) -> None:
    sent(session, sari, "telur", about="7")
    for token in (
        "lesson:telur:1:8",
        "lesson:mencret:1:7",
        "lesson:nichts:1:7",
        "lesson:telur:3:7",
        "lesson:telur:0:7",
    ):
        assert "tidak berlaku" in sari.tap_token(token)
    assert not session.scalars(select(LessonAnswer)).all()


def test_after_stopping_no_answer_is_kept(session: Session, sari: Chat) -> None:
    sent(session, sari, "telur")
    sari.say("berhenti")
    assert "tidak kami simpan" in sari.tap_token("lesson:telur:1:1")
    assert not session.scalars(select(LessonAnswer)).all()


def test_an_asn_answers_a_card(session: Session) -> None:
    card = people.lesson("kartu-1", 0, 400, stage="kartu-asn", anchor="tugas", audience=("asn",))
    anwar = chat_with(session, people.asn(session, reachable=False), city=people.city(library=people.library(card)))
    assert "Pak Anwar" in anwar.tap_token("lesson:kartu-1:1")


@pytest.fixture
def rini(session: Session) -> Chat:
    """Bu Rini, whose baby was due yesterday; the calendar is our own."""
    home = people.family(session, "Rini")
    expected = people.pregnancy(session, home, people.TODAY - timedelta(days=1))
    chat = chat_with(session, people.carer(session, home, "Rini", reachable=False).person)
    sent(session, chat, "hamil-40", about=str(expected.id))
    return chat


def test_sudah_lahir_opens_the_form_of_the_birth(session: Session, rini: Chat) -> None:
    expected = session.scalars(select(Pregnancy)).one()
    rini.tap_token(f"lesson:hamil-40:1:{expected.id}")
    draft = session.scalars(select(Draft)).one()
    assert (draft.form, draft.subject) == (birth.FORM, f"pregnancy:{expected.id}")
    assert session.scalars(select(LessonAnswer)).one().answer == "Sudah"


def test_so_does_a_button_from_before_that_names_no_pregnancy(session: Session, rini: Chat) -> None:
    rini.tap_token("lesson:hamil-40:1")
    assert session.scalars(select(Draft)).one().form == birth.FORM


def test_belum_lahir_is_answered_with_the_danger_signs(session: Session, rini: Chat) -> None:
    expected = session.scalars(select(Pregnancy)).one()
    assert "Bu Rini" in rini.tap_token(f"lesson:hamil-40:2:{expected.id}")
    assert not session.scalars(select(Draft)).all()
    assert session.scalars(select(LessonAnswer)).one().answer == "Belum"


def test_sudah_hamil_opens_the_form_of_the_pregnancy(session: Session) -> None:
    asked = Question("Sudah hamil?", ("Sudah hamil", "Belum"))
    news = people.lesson("catin-1", 0, 365, stage="catin", anchor="nikah", audience=("ibu",), question=asked)
    home = people.family(session, "Wati")
    wedding = Wedding(family=home, day=people.TODAY - timedelta(days=60), state="aktif", created_at=people.NOW)
    session.add(wedding)
    who = people.carer(session, home, "Wati", reachable=False).person
    wati = chat_with(session, who, city=people.city(library=people.library(news)))
    sent(session, wati, "catin-1", about=str(wedding.id))
    wati.tap_token(f"lesson:catin-1:1:{wedding.id}")
    draft = session.scalars(select(Draft)).one()
    assert (draft.form, draft.subject) == (new_pregnancy.FORM, f"family:{home.id}")


def test_the_news_an_answer_may_bring_is_asked_for_in_our_lessons() -> None:
    by_id = people.city().library.by_id
    for lesson, answer in (lesson_answers.BORN, lesson_answers.NOT_BORN):
        asked = by_id[lesson].question
        assert asked is not None
        assert answer in asked.answers


def test_no_answer_of_our_lessons_that_calls_for_help_is_praised() -> None:
    for lesson in people.city().library.lessons:
        for number, raised in enumerate(lesson.question.raises if lesson.question else (), 1):
            if raised:
                assert not any(
                    line in lesson_answers.GLAD for line in [lesson_answers.reply(lesson, number, 0, raises=True)]
                )


def test_every_way_to_say_it_is_a_command_somebody_knows() -> None:
    said = ("atur", "ubah jam", "ubah hari", "jam pesan", "hari pesan", "jadwal pesan", "ganti nomor", "bahasa")
    assert [BY_WORDS[word].name for word in said] == ["atur"] * 6 + ["nomor", "bahasa"]


def test_a_couple_that_was_invited_is_asked_who_of_the_two_it_is(session: Session) -> None:
    home = people.family(session)
    people.wedding(session, home, people.TODAY + timedelta(days=60))
    who = people.person(session, "Sari Rahmawati", "family")
    carer = people.carer(session, home, who=who, joined_on=None, consents=False)
    chat = chat_with(session, who)
    chat.say("menu")
    assert "siapa dari pasangan ini" in chat.tap("Setuju")
    chat.tap("Calon suami")
    assert (carer.relation, carer.joined_on) == ("ayah", people.TODAY)
