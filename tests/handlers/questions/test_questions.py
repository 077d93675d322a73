"""A question of a mother is answered by a health worker from their own chat, and each sees what is theirs to see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import duty
from db.consent import Consent, PaperConsent
from db.cries import Cry
from db.drafts import Draft
from db.duty import DutyKind
from db.outbox import PLANNED, Kind, Outgoing
from db.people import Address, PersonRole
from db.questions import Question, QuestionMessage, QuestionState
from db.referrals import Referral
from db.roles import Role
from flow.message import File
from programme import erasure, question_messages
from tests import people
from tests.chat import chat_with
from tests.handlers.questions.town import HOURS, Town, at_night
from tests.people import NOW, TODAY

EGG = "Rafa boleh makan telur tiap hari?"
YES = "Boleh Bu, satu butir sehari."


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


# --- asked ----------------------------------------------------------------------------------


def test_asked_at_nine_and_answered_at_ten_by_a_reply_the_mother_reads_who_answers(town: Town):
    said = town.chat(town.sari).say(EGG)
    assert "kami sampaikan kepada *Bapak/Ibu Wati, kader posyandu Melati 1*. Biasanya dijawab hari ini." in said
    assert "Telepon *112* atau *119*" in said
    [asked] = town.came(town.wati)
    assert "*Bu Sari*, ibunya, bertanya tentang *Adik Rafa (A-31)*, 14 bulan" in asked
    assert f"“{EGG}”" in asked
    town.chat(town.wati).now = NOW + timedelta(hours=1)
    assert town.chat(town.wati).reply(YES) == "Terima kasih. Jawabannya kami sampaikan kepada *Bu Sari*."
    [answer] = town.came(town.sari)
    assert answer.startswith(f"💬 *Bapak/Ibu Wati, kader posyandu Melati 1*:\n\n{YES}")
    assert town.question.state == QuestionState.ANSWERED


def test_nobody_else_reads_it_and_the_asn_hears_only_that_it_was_asked_and_answered(town: Town):
    town.chat(town.sari).say(EGG)
    for who in (town.murni, town.hasan, town.anwar, town.ratna, town.rudi):
        assert town.came(who) == []
    town.chat(town.wati).reply(YES)
    [told] = town.came(town.anwar)
    assert told.startswith("Pak Anwar, keluarga Adik Rafa bertanya lewat sini, dan sudah dijawab *Bapak/Ibu Wati")
    assert "telur" not in told
    assert "butir" not in told


def test_without_a_parents_consent_the_asn_hears_nothing(town: Town):
    town.session.execute(delete(PaperConsent))
    town.session.execute(delete(Consent))
    town.session.commit()
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).reply(YES)
    assert town.came(town.anwar) == []


def test_several_messages_are_one_question_with_one_answer_of_ours(town: Town):
    chat = town.chat(town.sari)
    chat.say(EGG)
    assert chat.say("takutnya bisulan") == ""
    chat.now += timedelta(minutes=15)
    assert chat.say("kakaknya dulu begitu") == "Baik, kami tambahkan."
    [asked] = town.came(town.wati)  # it had not left yet, and takes them up
    assert "“takutnya bisulan”" in asked
    assert "“kakaknya dulu begitu”" in asked


def test_what_is_added_after_the_first_has_left_comes_by_itself_and_can_be_answered(town: Town):
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    town.chat(town.sari).say("takutnya bisulan")
    assert town.came(town.wati)[1] == "💬 *Bu Sari* menulis lagi tentang *Adik Rafa (A-31)*:\n\n“takutnya bisulan”"
    town.chat(town.wati).reply(YES)
    assert "“takutnya bisulan”" in town.came(town.sari)[0]


def test_who_writes_on_after_the_answer_goes_on_in_the_same_thread(town: Town):
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).reply(YES)
    assert "kami sampaikan lagi kepada *Bapak/Ibu Wati" in town.chat(town.sari).say("kalau telur puyuh bu?")
    assert [one.state for one in town.session.scalars(select(Question))] == [QuestionState.OPEN]


def test_days_later_it_is_a_new_question(town: Town):
    chat = town.chat(town.sari)
    chat.say(EGG)
    town.chat(town.wati).reply(YES)
    chat.now += timedelta(days=4)
    assert "kami sampaikan kepada" in chat.say("kapan boleh pakai garam?")
    assert len(town.session.scalars(select(Question)).all()) == 2


def test_thanks_close_it_kindly_and_a_bare_ok_passes_nothing_on(town: Town):
    chat = town.chat(town.sari)
    chat.say(EGG)
    assert chat.say("makasih bu") == "Sama-sama, Bu Sari. Jawabannya menyusul."
    assert town.question.state == QuestionState.OPEN
    town.chat(town.wati).reply(YES)
    assert "Siap, Bu Sari" in chat.say("ok bu")
    assert "Sama-sama, Bu Sari." in chat.say("terima kasih banyak bu kader")
    assert town.question.closed_why == question_messages.THANKED
    assert len(town.came(town.wati)) == 1


def test_an_iya_after_a_question_of_the_cadres_is_an_answer(town: Town):
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).reply("Rafa pernah gatal sesudah makan telur?")
    town.chat(town.sari).say("iya bu")
    assert "“iya bu”" in town.came(town.wati)[-1]


def test_at_night_it_is_said_when_it_is_answered_and_the_cadre_sleeps(town: Town):
    at_night(town)
    assert "Dibalas besok pagi, mulai pukul 07.00." in town.chat(town.sari).say(EGG)
    row = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.QUESTION)).one()
    assert row.due_at == NOW.replace(hour=7) + timedelta(days=1)


def test_a_midwife_is_expected_in_the_opening_hours_and_who_is_on_duty_is_named(town: Town):
    town.session.execute(delete(PersonRole).where(PersonRole.person_id == town.wati.id))
    duty.enter(
        town.session, town.murni.id, DutyKind.DUTY, NOW.replace(hour=18), NOW + timedelta(hours=20),
        set_by=town.murni.id, now=NOW,
    )  # fmt: skip
    duty.enter(
        town.session, town.murni.id, DutyKind.LEAVE, NOW, NOW + timedelta(hours=8), set_by=town.murni.id, now=NOW
    )
    other = people.health(town.session, "Aminah")
    town.session.commit()
    town.session.expire_all()
    chat = town.chat(town.sari)
    chat.now = NOW.replace(hour=16)
    said = chat.say(EGG)
    assert "*Bapak/Ibu Aminah, bidan Puskesmas Labibia*. Dibalas besok pagi, mulai pukul 08.00." in said
    assert town.question.responsible_id == other.id  # Bu Murni is on leave until five


def test_the_cadre_comes_before_the_midwife_and_the_midwife_before_the_head(town: Town):
    town.session.execute(delete(Address).where(Address.person_id == town.wati.id))
    town.session.commit()
    town.chat(town.sari).say(EGG)
    assert town.question.responsible_id == town.murni.id


def test_a_cadre_who_asks_as_a_mother_is_answered_by_the_midwife(town: Town):
    town.wati.roles.append(PersonRole(role=Role.FAMILY))
    people.carer(town.session, town.home, who=town.wati, relation="keluarga")
    town.session.commit()
    town.chat(town.wati).say(EGG)
    assert town.question.responsible_id == town.murni.id


def test_where_nobody_answers_it_is_said_with_the_numbers_and_the_words_wait(town: Town):
    town.session.execute(delete(PersonRole).where(PersonRole.role == Role.HEALTH))
    town.session.commit()
    town.session.expire_all()
    said = town.chat(town.sari).say(EGG)
    assert said.startswith("Maaf, Bu Sari. Belum ada kader atau bidan yang bisa menjawab lewat sini.")
    assert f"Puskesmas Labibia: *0401-3121234* ({HOURS})" in said
    assert town.question.responsible_id is None
    assert town.came(town.rudi) == []


def test_an_asn_asks_too_and_the_health_worker_reads_who_asks(town: Town):
    town.chat(town.anwar).say("Rafa susah makan sayur, bagaimana ya?")
    [asked] = town.came(town.wati)
    assert "*Pak Anwar*, pendamping (ASN), bertanya tentang *Adik Rafa (A-31)*" in asked
    town.chat(town.wati).reply("Coba dicampur telur, Pak.")
    assert "Coba dicampur telur, Pak." in town.came(town.anwar)[0]
    assert len(town.came(town.anwar)) == 1  # no second message that a family has asked


def test_danger_inside_an_open_thread_is_heard_first_and_is_no_part_of_it(town: Town):
    town.chat(town.sari).say(EGG)
    assert "sekarang" in town.chat(town.sari).say("Rafa kejang sekarang tolong")
    assert town.session.scalars(select(Cry)).one().child_id == town.rafa.id
    assert town.written() == [f"asked: {EGG}", *[line for line in town.written() if line.startswith("said:")]]
    assert len(town.session.scalars(select(Referral)).all()) == 1


def test_a_cadres_answer_about_danger_signs_is_no_cry(town: Town):
    town.wati.roles.append(PersonRole(role=Role.FAMILY))
    town.session.commit()
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).reply("Kalau Rafa kejang atau sesak, langsung ke rumah sakit, Bu.")
    assert town.session.scalars(select(Cry)).all() == []
    assert "Kalau Rafa kejang" in town.came(town.sari)[0]


def test_who_may_not_read_along_asks_and_the_cadre_is_told_to_answer_in_general(town: Town):
    father = people.carer(town.session, town.home, "Amir", "ayah", closed_at=NOW)
    chat = chat_with(town.session, father.person)
    chat.say("Rafa sudah ditimbang belum?")
    assert "tidak ingin orang ini ikut membaca" in town.came(town.wati)[0]


# --- answered -------------------------------------------------------------------------------


def test_a_tap_and_typing_answers_and_a_form_that_is_open_waits(town: Town):
    people.referral(town.session, town.rafa, NOW, "Kejang")
    town.session.commit()
    wati = town.chat(town.wati)
    wati.tap_token(f"ref:seen:{town.session.scalars(select(Referral)).one().id}")
    draft = town.session.scalars(select(Draft)).one()
    before = dict(draft.state)
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    assert "Isian yang tadi terbuka tetap tersimpan" in wati.tap("Jawab")
    wati.say("5 kg")
    assert "5 kg" in town.came(town.sari)[0]
    town.session.refresh(draft)
    assert draft.state == before


def test_a_reply_beside_an_open_form_is_an_answer_and_other_words_are_the_forms(town: Town):
    people.referral(town.session, town.rafa, NOW, "Kejang")
    town.session.commit()
    town.chat(town.sari).say(EGG)
    wati = town.chat(town.wati)
    wati.tap_token(f"ref:seen:{town.session.scalars(select(Referral)).one().id}")
    assert "tetap tersimpan" in wati.reply(YES)
    assert YES in town.came(town.sari)[0]
    wati.say("kemarin")
    assert len(town.came(town.sari)) == 1


def test_the_mother_with_an_open_form_reads_that_it_goes_on(town: Town):
    people.pregnancy(town.session, town.home, TODAY + timedelta(days=20))
    town.session.commit()
    sari = town.chat(town.sari)
    sari.say(EGG)
    sari.say("lahir")
    town.chat(town.wati).reply(YES)
    assert "tulisan berikutnya masuk ke isian itu" in town.came(town.sari)[0]
    town.reads(town.sari)
    assert "Isian yang tadi tetap tersimpan" in sari.tap("Tulis lagi")
    sari.say("kalau puyuh?")
    assert town.written()[-2].startswith("asked: kalau puyuh?")


@pytest.mark.parametrize("what", [{"photo": File("photo-1")}, {"document": File("d")}, {"unsupported": True}])
def test_what_a_health_worker_says_or_shows_is_not_passed_on_and_they_hear_so_at_once(
    town: Town, what: dict[str, object]
):
    town.chat(town.sari).say(EGG)
    said = town.chat(town.wati).reply(**what)  # pyright: ignore[reportArgumentType]
    assert said.startswith("Kiriman tadi *tidak* kami teruskan kepada *Bu Sari*")
    assert town.came(town.sari) == []
    assert town.question.state == QuestionState.OPEN


def test_of_a_photo_with_words_the_words_are_passed_on_and_that_the_photo_is_not_is_said(town: Town):
    town.chat(town.sari).say(EGG)
    said = town.chat(town.wati).reply(photo=File("photo-1"), caption=YES)
    assert "Foto atau berkasnya *tidak* ikut" in said
    assert YES in town.came(town.sari)[0]


def test_words_that_name_no_question_are_sent_only_after_a_tap(town: Town):
    town.chat(town.sari).say(EGG)
    wati = town.chat(town.wati)
    assert wati.say(YES) == "Tulisan tadi jawaban untuk siapa? Belum kami kirim ke siapa pun."
    assert town.came(town.sari) == []
    wati.tap("Kirim ke Bu Sari")
    assert YES in town.came(town.sari)[0]
    assert [line for line in town.written() if line.startswith("held")] == []


def test_words_that_were_no_answer_are_dropped(town: Town):
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).say("besok posyandu jam berapa ya")
    town.chat(town.wati).tap("Bukan jawaban")
    assert town.came(town.sari) == []
    assert "besok posyandu jam berapa ya" not in town.session.scalars(select(QuestionMessage.words)).all()


def test_who_has_not_been_given_it_answers_nothing(town: Town):
    town.chat(town.sari).say(EGG)
    id = town.question.id
    for who in (town.murni, town.hasan, town.rudi, town.ratna, town.anwar):
        chat = town.chat(who)
        chat.tap_token(f"question:answer:{id}")
        chat.say("Jangan, Bu.")
        chat.tap_token(f"question:end:{id}:none")
    assert town.came(town.sari) == []
    assert town.question.state == QuestionState.OPEN


def test_who_is_no_health_worker_of_the_place_any_more_answers_nothing(town: Town):
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    town.chat(town.wati).tap("Jawab")
    elsewhere = people.posyandu(town.session, "Mawar 9", people.village(town.session, "Baruga", "Baruga"))
    town.wati.roles[0].scope_id = elsewhere.id
    town.session.commit()
    town.chat(town.wati).say(YES)
    town.chat(town.wati).reply(YES)
    assert town.came(town.sari, Kind.ANSWER) == []


# --- passed on, closed, referred ------------------------------------------------------------


def test_passed_on_the_midwife_reads_the_whole_thread_with_what_was_automatic(town: Town):
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).reply("Sebentar, Bu. Rafa pernah alergi?")
    town.chat(town.sari).say("pernah gatal")
    town.reads(town.wati)
    assert "*Bapak/Ibu Murni, bidan Puskesmas Labibia*" in town.chat(town.wati).tap("Teruskan")
    [passed] = town.came(town.murni)
    assert "“pernah gatal”" in passed
    assert f"Bu Sari: “{EGG}”" in passed
    assert "Bapak/Ibu Wati, kader posyandu Melati 1: “Sebentar, Bu. Rafa pernah alergi?”" in passed
    assert "Asuh (otomatis): Pertanyaan Bu Sari kami sampaikan kepada Bapak/Ibu Wati" in passed
    town.chat(town.murni).reply(YES)
    assert town.came(town.sari)[-1].startswith("💬 *Bapak/Ibu Murni, bidan Puskesmas Labibia*:")


def test_where_the_midwife_has_answered_the_cadre_who_waits_hears_it(town: Town):
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    town.chat(town.wati).tap("Teruskan")
    town.reads(town.murni)
    town.chat(town.wati).reply(YES)  # it was hers too
    assert "sudah dijawab *Bapak/Ibu Wati, kader posyandu Melati 1*" in town.came(town.murni, Kind.QUESTION_NEWS)[0]


def test_with_nobody_to_pass_it_on_to_it_stays(town: Town):
    for who in (town.murni, town.hasan):
        town.session.execute(delete(Address).where(Address.person_id == who.id))
    town.session.commit()
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    assert "tetap pada Bapak/Ibu" in town.chat(town.wati).tap("Teruskan")
    assert town.question.responsible_id == town.wati.id


@pytest.mark.parametrize(
    ("reason", "why", "told"),
    [
        ("Sudah bicara", question_messages.SPOKEN, 0),
        ("Dijawab saat bertemu", question_messages.VISIT, 1),
        ("Bukan pertanyaan", question_messages.NONE, 0),
    ],
)
def test_closed_with_a_reason(town: Town, reason: str, why: str, told: int):
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    wati = town.chat(town.wati)
    wati.tap("Tutup")
    wati.tap(reason)
    assert (town.question.state, town.question.closed_why) == (QuestionState.CLOSED, why)
    assert len(town.came(town.sari)) == told
    assert "sudah ditutup" in wati.tap_token(f"question:pass:{town.question.id}")


def test_a_question_becomes_a_referral_and_the_mother_hears_how_soon(town: Town):
    town.chat(town.sari).say("berat Rafa turun terus")
    town.reads(town.wati)
    town.chat(town.wati).tap("Jadikan rujukan")
    town.chat(town.wati).tap("Hari ini")
    referral = town.session.scalars(select(Referral)).one()
    assert (referral.child_id, referral.urgency) == (town.rafa.id, "hari ini")
    assert "*hari ini juga*" in town.came(town.sari, Kind.ANSWER)[0]
    assert town.came(town.murni, Kind.ALERT) != []
    assert (town.question.referral_id, town.question.closed_why) == (referral.id, question_messages.REFERRED)


def test_who_stops_waits_no_longer_and_the_cadre_need_not_answer(town: Town):
    town.chat(town.sari).say(EGG)
    town.reads(town.wati)
    town.chat(town.sari).say("berhenti")
    assert town.question.closed_why == question_messages.STOPPED
    assert "tidak menunggu jawaban lagi" in town.came(town.wati)[-1]
    assert "tidak menunggu jawaban lagi" in town.chat(town.wati).reply(YES)
    assert town.came(town.sari, Kind.ANSWER) == []


def test_a_family_that_is_forgotten_leaves_no_words_behind(town: Town):
    people.child(town.session, town.home, "Rafi Pratama", TODAY - timedelta(days=900))
    town.sari.roles.append(PersonRole(role=Role.ASN))  # she stays, with what was sent to her
    town.session.commit()
    town.chat(town.sari).say("boleh makan telur tiap hari?")  # about neither of the two
    town.chat(town.wati).reply(YES)
    town.chat(town.sari).say("kalau puyuh bu?")
    erasure.forget(town.session, town.home, NOW)
    town.session.commit()
    town.session.expire_all()
    assert set(town.session.scalars(select(QuestionMessage.words))) == {""}
    assert town.question.person_id is None
    kept = " ".join(str(row.message) for row in town.session.scalars(select(Outgoing)) if row.kind != Kind.REPLY)
    assert "telur" not in kept
    assert "butir" not in kept
    waiting = select(Outgoing).where(Outgoing.kind == Kind.QUESTION, Outgoing.state == PLANNED)
    assert town.session.scalars(waiting).all() == []


def test_ones_own_words_stand_in_ones_own_data(town: Town):
    town.chat(town.sari).say(EGG)
    chat = town.chat(town.sari)
    chat.say("berkas")
    file = chat.heard[0].attachment
    assert file
    assert EGG in (chat.city.files / file.path).read_text(encoding="utf-8-sig")


# --- coordinators ---------------------------------------------------------------------------


def test_a_coordinator_sees_what_waits_too_long_by_code_and_has_it_reminded_or_passed_on(town: Town):
    town.chat(town.sari).say(EGG)
    ratna = town.chat(town.ratna)
    assert "Tidak ada pertanyaan" in ratna.say("pertanyaan")
    ratna.now = NOW + timedelta(hours=25)
    said = ratna.say("pertanyaan")
    assert "1. A-31, Mandonga (Mandonga): 1 hari belum dijawab, di Bapak/Ibu Wati, kader posyandu Melati 1" in said
    assert "telur" not in said
    assert "Rafa" not in said
    ratna.tap("Ingatkan")
    assert "Pertanyaan ini masih menunggu" in town.came(town.wati)[-1]
    assert "sudah diingatkan hari ini" in ratna.tap("Ingatkan")
    ratna.tap("Teruskan nomor 1")
    assert town.question.responsible_id == town.murni.id
    rudi = town.chat(town.rudi)
    rudi.now = NOW + timedelta(hours=60)
    assert "Rafa (A-31)" in rudi.say("pertanyaan")


def test_a_reply_counts_only_in_the_chat_to_which_the_message_came(town: Town):
    """Telegram numbers the messages of each chat by itself: the same number is another message elsewhere."""
    town.chat(town.sari).say(EGG)
    row = town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.QUESTION)).one()
    row.provider_id = "7"
    town.session.flush()
    town.session.add(QuestionMessage(question_id=town.question.id, at=NOW, part="given", person_id=town.murni.id))
    town.session.commit()
    town.chat(town.murni).send(text=YES, replied_to="7")
    assert town.came(town.sari, Kind.ANSWER) == []


def test_nobody_sends_what_another_has_written_and_not_sent(town: Town):
    town.chat(town.sari).say(EGG)
    town.chat(town.wati).say("saya tanyakan dulu ke bu bidan")
    line = town.session.scalars(select(QuestionMessage).where(QuestionMessage.part == "held")).one()
    town.reads(town.wati)
    town.chat(town.wati).tap("Teruskan")
    town.chat(town.murni).tap_token(f"question:send:{town.question.id}:{line.id}")
    assert town.came(town.sari, Kind.ANSWER) == []


def test_who_may_not_read_everything_of_the_family_is_shown_no_words(town: Town):
    town.chat(town.sari).say(EGG)
    message = question_messages.to_answer(town.session, people.city(), town.question, town.ratna, NOW, "Pertanyaan")
    assert "telur" not in message.text
    assert "Rafa" not in message.text


def test_what_was_only_asked_after_danger_is_a_question_that_can_be_answered(town: Town):
    sari = town.chat(town.sari)
    sari.say("anak saya lemas, mungkin kurang tidur")
    sari.tap("Hanya bertanya")
    [asked] = town.came(town.wati)
    assert "bukan panggilan darurat" in asked
    town.chat(town.wati).reply("Coba ditidurkan lebih awal, Bu.")
    assert "Coba ditidurkan" in town.came(town.sari, Kind.ANSWER)[0]


def test_a_number_answers_the_cadre_and_begins_no_question(town: Town):
    sari = town.chat(town.sari)
    sari.say("3")
    assert town.session.scalars(select(Question)).all() == []
    sari.say(EGG)
    town.chat(town.wati).reply("Berapa kali sehari makannya?")
    sari.say("3")
    assert "“3”" in town.came(town.wati)[-1]


def test_a_death_told_in_a_reply_is_heard_as_one(town: Town):
    sari = town.chat(town.sari)
    sari.say(EGG)
    town.chat(town.wati).reply(YES)
    assert "Kami ikut berduka" in sari.reply("Rafa sudah meninggal tadi malam")
    assert town.question.state == QuestionState.ANSWERED


def test_berhenti_in_a_reply_stops(town: Town):
    sari = town.chat(town.sari)
    sari.say(EGG)
    town.chat(town.wati).reply(YES)
    sari.reply("berhenti")
    assert town.question.closed_why == question_messages.STOPPED


def test_a_new_number_can_be_shared_while_questions_wait(town: Town):
    town.chat(town.sari).say(EGG)
    assert "tidak* kami teruskan" not in town.chat(town.wati).share_contact("+6281255500077")
