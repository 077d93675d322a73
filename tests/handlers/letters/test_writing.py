"""A coordinator writes to an ASN or a health worker through the bot, and gets the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.fostering import AssignmentState
from db.letters import Letter
from db.outbox import Kind, Outgoing
from db.people import Address
from db.states import CareState
from db.told_endings import ToldEnding
from flow.message import File
from programme import erasure, still_valid
from scheduler import upkeep
from scheduler.looks import finish
from tests import people
from tests.leaving import leave
from tests.people import NOW
from tests.stuck import Stuck

ASKS, ANSWERS, MEETING = "Pak, Rafa sudah ditengok?", "Sudah Bu, tadi pagi", "Besok rapat pukul 9, Pak"


@pytest.fixture
def town(session: Session) -> Stuck:
    return Stuck(session)


def writes(town: Stuck, said: str = ASKS) -> str:
    """Bu Ratna writes to Pak Anwar."""
    town.chat(town.ratna).tap_token(f"write:{town.anwar.id}")
    return town.chat(town.ratna).say(said)


def test_a_letter_goes_under_name_and_place_and_the_answer_comes_back(town: Stuck):
    said = town.chat(town.ratna).tap_token(f"write:{town.anwar.id}")
    assert said.startswith("Tulis pesan untuk *Pak Anwar, Dinas Kominfo*.")
    assert "atas nama *Bu Ratna, koordinator Kota Kendari*" in said
    said = town.chat(town.ratna).say(f"{ASKS}\n\n*segera* ya")
    assert said == "✉️ Kami sampaikan kepada *Pak Anwar, Dinas Kominfo*. Jawabannya datang ke sini."
    [letter] = town.came(town.anwar)
    assert letter.text == f"✉️ *Bu Ratna, koordinator Kota Kendari* menulis:\n\n{ASKS}\n∗segera∗ ya"
    town.chat(town.anwar).tap("Jawab")
    assert "kepada *Bu Ratna, koordinator Kota Kendari*" in town.chat(town.anwar).say(ANSWERS)
    [answer] = town.came(town.ratna)
    assert answer.text.startswith(f"✉️ *Pak Anwar, Dinas Kominfo* membalas:\n\n{ANSWERS}")
    assert "Ini jawaban untuk: “Pak, Rafa sudah ditengok? ∗segera∗ ya”" in answer.text
    town.chat(town.ratna).tap("Balas")
    town.chat(town.ratna).say("Terima kasih, Pak")
    assert town.letters[-1] == ("Ratna Dewi", "Anwar Hamid", "Terima kasih, Pak")
    assert "membalas:\n\nTerima kasih, Pak" in town.came(town.anwar)[-1].text


def test_it_is_answered_by_a_reply_too_beside_an_open_form_and_threads_are_told_apart(town: Stuck):
    writes(town)
    town.chat(town.rudi).tap_token(f"write:{town.anwar.id}")
    town.chat(town.rudi).say("Besok rapat di kelurahan, Pak")
    anwar = town.chat(town.anwar)
    anwar.tap_token(f"report:child:{town.rafa.id}")
    anwar.reply(ANSWERS, to=f"letter:1:{town.anwar.id}")
    anwar.reply("Siap hadir", to=f"letter:2:{town.anwar.id}")
    assert town.letters[2:] == [("Anwar Hamid", "Ratna Dewi", ANSWERS), ("Anwar Hamid", "Rudi", "Siap hadir")]
    assert "Isian yang tadi tetap tersimpan" not in town.came(town.rudi)[-1].text
    assert anwar.say("lanjut") != ""
    assert "belum bisa lewat sini" in anwar.reply(to=f"letter:1:{town.anwar.id}", photo=File("photo-1"))
    assert len(town.letters) == 4


def test_about_a_child_each_reads_as_much_as_they_may(town: Stuck):
    tuti = town.chat(town.tuti)
    assert "tentang *Anak dampingan*" in tuti.tap_token(f"write:referral:{town.anwar.id}:{town.referral.id}")
    tuti.say("Perlu izin menemani, Pak?")
    assert "menulis tentang *Adik Rafa*" in town.came(town.anwar)[0].text
    town.chat(town.ratna).tap_token(f"write:{town.murni.id}:child:{town.rafa.id}")
    town.chat(town.ratna).say("Mohon ditengok, Bu")
    assert "menulis tentang *Adik Rafa*" in town.came(town.murni)[0].text
    town.chat(town.murni).tap("Jawab")
    town.chat(town.murni).say("Baik Bu")
    assert "Bu Murni, bidan Puskesmas Labibia* membalas tentang *Anak A-31*" in town.came(town.ratna)[0].text
    far = people.child(
        town.session, people.family(town.session, "Wati", people.village(town.session, "Baruga", "Baruga"))
    )
    other = people.referral(town.session, far, NOW, "Demam")
    town.session.commit()
    for token in (f"write:{town.anwar.id}:child:{far.id}", f"write:referral:{town.anwar.id}:{other.id}"):
        assert "tidak berlaku" in town.chat(town.rudi).tap_token(token)


def test_nobody_outside_of_the_scope_is_written_to_and_no_family(town: Stuck):
    mother = people.carer(town.session, town.home).person
    town.session.commit()
    for who, to in ((town.lina, town.anwar), (town.tuti, town.murni), (town.ratna, mother), (town.ratna, town.rudi)):
        said = town.chat(who).tap_token(f"write:{to.id}")
        assert "tidak bisa dikirimi pesan" in said, (who.name, to.name)
        town.chat(who).say("Tolong ditengok")
    assert town.letters == []


def test_after_they_left_the_scope_neither_side_writes_any_more(town: Stuck):
    rudi, anwar = town.chat(town.rudi), town.chat(town.anwar)
    rudi.tap_token(f"write:{town.anwar.id}")
    rudi.say(ASKS)
    town.came(town.anwar)
    rudi.tap_token(f"write:{town.anwar.id}")
    anwar.tap("Jawab")
    town.held.state = AssignmentState.ENDED
    town.session.commit()
    assert "Pak Anwar tidak (lagi) di wilayah atau kantor Bapak" in rudi.say("Satu lagi, Pak")
    assert "tidak bisa dibalas lagi lewat sini" in anwar.say(ANSWERS)
    assert "tidak bisa dibalas lagi lewat sini" in anwar.tap_token("letter:answer:1")
    assert "tidak bisa dibalas lagi lewat sini" in anwar.reply(ANSWERS, to=f"letter:1:{town.anwar.id}")
    assert len(town.letters) == 1


def test_words_that_begin_like_a_command_are_a_letter_and_a_command_ends_it(town: Stuck):
    writes(town, "orang tua Rafa pindah, Pak?")
    assert town.letters[0][2] == "orang tua Rafa pindah, Pak?"
    ratna = town.chat(town.ratna)
    ratna.tap_token(f"write:{town.anwar.id}")
    assert "Rujukan terbuka" in ratna.say("rujukan")
    ratna.say("Anwar")
    ratna.tap_token(f"write:{town.anwar.id}")
    ratna.tap_token(f"referral:push:{town.referral.id}")  # something else is tapped: the next words are no letter
    ratna.say("Rafa")
    ratna.tap_token(f"write:{town.anwar.id}")
    ratna.now += timedelta(minutes=61)
    ratna.say("Fadila")
    assert len(town.letters) == 1


def test_danger_in_a_letter_is_heard_first_and_a_nik_is_refused(town: Stuck):
    said = writes(town, "Pak, Rafa kejang sekarang, tolong")
    assert "🚨" in said
    assert "Pesan untuk *Pak Anwar* belum kami kirim: kabar bahaya kami dahulukan." in said
    town.chat(town.ratna).say("ya benar sekarang")  # is no letter
    assert "Mohon tidak mengirim NIK" in writes(town, "Pak, NIK ibunya 7471014505900001")
    assert town.letters == []
    writes(town)
    town.came(town.anwar)
    town.chat(town.anwar).tap("Jawab")
    assert "🚨" in town.chat(town.anwar).say("anaknya tidak sadar Bu tolong")
    assert len(town.letters) == 1


def test_a_loss_that_an_asn_answers_is_heard_as_one_and_a_coordinators_word_of_it_is_a_letter(town: Stuck):
    writes(town, "Turut berduka, Pak. Kapan Rafa meninggal?")
    town.came(town.anwar)
    town.chat(town.anwar).tap("Jawab")
    assert "ikut berduka" in town.chat(town.anwar).say("Rafa meninggal tadi malam Bu")
    town.chat(town.anwar).say("Rafa")  # answers who it is, and is no letter
    assert [one[0] for one in town.letters] == ["Ratna Dewi"]
    assert town.session.scalars(select(ToldEnding)).all() == []


def test_a_letter_has_a_length_and_a_number_a_day_and_an_answer_makes_room(town: Stuck):
    said = writes(town, "a" * 701)
    assert said == "Pesannya 701 huruf, paling panjang 700. Belum dikirim: tulis lebih pendek, ya."
    assert "Kami sampaikan" in town.chat(town.ratna).say("a" * 700)
    writes(town, "dua")
    writes(town, "tiga")
    assert "Hari ini sudah 3 pesan untuk Pak Anwar, dan belum dijawab." in town.chat(town.ratna).tap_token(
        f"write:{town.anwar.id}"
    )
    assert "Telepon Pak Anwar" in town.chat(town.ratna).labels
    town.chat(town.anwar).reply(ANSWERS, to=f"letter:3:{town.anwar.id}")
    assert "Kami sampaikan" in writes(town, "empat")
    # who has no channel is said with the call, and at night a letter waits for the morning
    town.session.query(Address).filter(Address.person_id == town.anwar.id).delete()
    town.session.commit()
    ratna = town.chat(town.ratna)
    assert ratna.tap_token(f"write:{town.anwar.id}") == (
        "Pak Anwar belum terhubung ke sini, jadi pesannya tidak akan sampai. Telepon langsung, ya."
    )
    assert ratna.labels == ["Telepon Pak Anwar", "Menu utama"]
    ratna.now = NOW.replace(hour=22)
    ratna.tap_token(f"write:{town.murni.id}")
    assert ", besok pukul" in ratna.say("Mohon ditengok, Bu")
    to_her = Outgoing.kind == Kind.LETTER, Outgoing.person_id == town.murni.id
    due = town.session.scalars(select(Outgoing.due_at).where(*to_her)).one()
    assert people.city().local(due).hour >= 5


def test_a_letter_about_a_child_that_died_does_not_leave_and_words_go_after_their_time(town: Stuck):
    town.chat(town.ratna).tap_token(f"write:{town.murni.id}:child:{town.rafa.id}")
    town.chat(town.ratna).say("Mohon ditengok, Bu")
    writes(town, MEETING)
    finish(upkeep.tick, town.session, NOW + timedelta(days=10), people.city())
    assert all(one[2] for one in town.letters)
    erasure.forget(town.session, town.home, NOW)
    town.session.expire_all()
    assert [one[2] for one in town.letters] == ["", MEETING]
    assert town.rafa.state != CareState.ACTIVE
    months = people.city().programme.privacy.message_months
    finish(upkeep.tick, town.session, NOW + timedelta(days=31 * months + 2), people.city())
    town.session.expire_all()
    assert [one[2] for one in town.letters] == ["", ""]
    assert len(town.session.scalars(select(Letter)).all()) == 2


def test_that_nothing_is_sent_about_a_child_that_died_while_it_was_written_is_said_at_once(town: Stuck):
    town.chat(town.ratna).tap_token(f"write:{town.anwar.id}:child:{town.rafa.id}")
    town.chat(town.ratna).say("Sudah ditengok, Pak?")
    town.came(town.anwar, Kind.LETTER)
    town.chat(town.anwar).tap("Jawab")
    town.rafa.state = CareState.DIED
    town.session.commit()
    said = town.chat(town.anwar).say("Belum Bu, besok saya ke sana")
    assert "tidak kami kirim" in said
    assert "sampaikan" not in said
    told = select(Outgoing).where(Outgoing.person_id == town.ratna.id).order_by(Outgoing.id)
    row = town.session.scalars(told).all()[-1]
    assert (row.kind, row.state) == (Kind.LETTER, "skipped")


def test_a_letter_of_the_night_from_who_coordinates_there_no_more_in_the_morning_does_not_leave(town: Stuck):
    for who in (town.ratna, town.rudi):
        town.chat(who).now = NOW.replace(hour=14)  # ten in the evening
        town.chat(who).tap_token(f"write:{town.anwar.id}")
        town.chat(who).say(ASKS)
    town.rudi.roles[0].scope_id = town.lina.roles[0].scope_id
    town.session.commit()
    assert leave(town.session, Kind.LETTER, NOW + timedelta(days=1), people.city()) == ["sent", still_valid.NOT_THEIRS]
