"""A coordinator pushes an open referral on: has it reminded of, hands it on, asks, and closes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db import duty, referrals
from db.duty import DutyKind
from db.fostering import AssignmentState
from db.outbox import Kind
from db.people import Address
from db.referrals import NOW as AT_ONCE
from db.referrals import ReferralState
from scheduler import referral_escalation
from scheduler.looks import finish
from tests import people
from tests.people import NOW
from tests.stuck import Stuck, ago


@pytest.fixture
def town(session: Session) -> Stuck:
    return Stuck(session)


def test_each_coordinator_sees_as_much_as_their_scope_may(town: Stuck):
    place = town.chat(town.rudi).say("rujukan")
    assert "1. Adik Rafa (A-31), Mandonga (Mandonga): *9 hari*, belum ada yang menangani; menunggu Bu Murni" in place
    assert "bidan Puskesmas Labibia, dan 1 petugas lain" in place
    assert "1. Anak A-31, Mandonga (Mandonga): *9 hari*" in town.chat(town.ratna).say("rujukan")
    office = town.chat(town.tuti).say("rujukan")
    assert office.endswith("1. Dampingan Pak Anwar: *9 hari*")
    assert town.chat(town.lina).say("rujukan") == "Tidak ada rujukan yang terbuka. 👏"
    said = town.chat(town.tuti).tap("Buka nomor 1")
    assert "Keadaannya hanya dilihat petugas kesehatan" in said
    for word in ("Rafa", "A-31", "Berat turun", "Murni", "menangani"):
        assert word not in office + said
    assert town.chat(town.tuti).labels[:2] == ["Tulis ke Pak Anwar", "Telepon Pak Anwar"]
    for tap in ("push", "remind", "hand", "close"):
        assert "di luar wilayah" in town.chat(town.lina).tap_token(f"referral:{tap}:{town.referral.id}")


def test_the_card_of_the_child_leads_to_it_for_who_may_push_it(town: Stuck):
    card = f"card:child:{town.rafa.id}"
    for who in (town.rudi, town.ratna):
        town.chat(who).tap_token(card)
        assert "Rujukan terbuka sejak 9 hari lalu" in town.chat(who).tap("Buka rujukan")
    for who in (town.anwar, town.wati, town.tuti):
        town.chat(who).tap_token(card)
        assert "Buka rujukan" not in town.chat(who).labels


def test_the_gravest_come_first_then_the_oldest_a_page_at_a_time(town: Stuck):
    session = town.session
    for name, days, urgency in (("Bayu", 1, "hari ini"), ("Citra", 20, "3-7 hari"), ("Dewi", 0, AT_ONCE)):
        people.referral(session, people.child(session, town.home, name), ago(days), "Demam", urgency=urgency)
    for number in range(3):
        people.referral(
            session, people.child(session, town.home, f"Eka{number}"), ago(0.5), "Demam", urgency="3-7 hari"
        )
    session.commit()
    lines = town.chat(town.rudi).say("rujukan").splitlines()[1:]
    assert [line.split()[1:4][-2 if "🔴" not in line and "🟠" not in line else -1] for line in lines][:4] == [
        "Dewi", "Bayu", "Citra", "Rafa",
    ]  # fmt: skip
    assert len(lines) == 6
    assert town.chat(town.rudi).tap("Berikutnya").splitlines()[1].startswith("7. Adik Eka")


def test_the_screen_of_one_says_who_was_told_when_and_whom_it_waits_for(town: Stuck):
    said = town.chat(town.rudi).tap_token(f"referral:push:{town.referral.id}")
    assert "Rujukan terbuka sejak 9 hari lalu: belum ada yang menangani." in said
    assert "Menunggu Bu Murni, bidan Puskesmas Labibia, dan 1 petugas lain." in said
    assert "• Bu Murni, bidan diingatkan: Rabu 25 Februari 09.00" in said
    assert "• Pak Hasan, kepala puskesmas dikabari: Jumat 27 Februari 09.00" in said
    assert "Berat turun" not in said
    assert town.chat(town.rudi).labels == [
        "Ingatkan", "Alihkan ke petugas lain", "Tutup dengan alasan", "Tulis ke Bu Murni", "Telepon Bu Murni",
        "Tulis ke Pak Anwar", "Telepon Pak Anwar", "Kartu", "Semua rujukan", "Menu utama",
    ]  # fmt: skip


def test_it_is_reminded_of_once_a_day_and_the_second_reads_who_was_first(town: Stuck):
    town.taken()
    rudi, ratna = town.chat(town.rudi), town.chat(town.ratna)
    token = f"referral:remind:{town.referral.id}"
    assert rudi.tap_token(token) == "Bu Murni kami ingatkan sekarang."
    [pushed] = town.came(town.murni)
    assert "*Pak Rudi, koordinator Kel. Mandonga (Mandonga)* menanyakan rujukan ini:" in pushed.text
    assert "hasilnya belum tercatat" in pushed.text
    assert [one.label for one in pushed.options] == ["Sudah diperiksa"]
    assert ratna.tap_token(token) == "Sudah diingatkan oleh Pak Rudi hari ini pukul 09.01. Besok bisa lagi."
    assert "oleh Bapak hari ini" in rudi.tap_token(token)
    assert len(town.came(town.murni)) == 1
    ratna.now += timedelta(days=1)
    assert ratna.tap_token(token) == "Bu Murni kami ingatkan sekarang."
    ratna.now = NOW.replace(hour=21) + timedelta(days=2)
    assert "kami ingatkan besok pukul" in ratna.tap_token(token)
    # who cannot be reached is said, and a way on is offered
    town.session.query(Address).filter(Address.person_id == town.murni.id).delete()
    town.session.commit()
    rudi.now += timedelta(days=4)
    assert "Bu Murni belum terhubung ke sini. Telepon langsung" in rudi.tap_token(token)
    assert rudi.labels[:2] == ["Alihkan ke petugas lain", "Telepon Bu Murni"]
    assert town.kinds.count("pushed") == 3


def test_it_is_handed_on_and_waits_for_an_answer_anew(town: Stuck):
    town.taken()
    rudi = town.chat(town.rudi)
    rudi.tap_token(f"referral:hand:{town.referral.id}")
    assert rudi.labels == ["Bu Wati, kader", "Pak Hasan, kepala", "Menu utama"]
    assert "kami alihkan kepada *Bu Wati, kader posyandu Melati 1*, sekarang" in rudi.tap("Bu Wati")
    [alert] = town.came(town.wati)
    assert alert.text.endswith("Dialihkan kepada Bu Wati oleh *Pak Rudi, koordinator Kel. Mandonga (Mandonga)*.")
    [news] = town.came(town.murni)
    assert news.text == "Rujukan Adik Rafa dialihkan kepada *Bu Wati, kader*. Terima kasih."
    assert (town.referral.state, town.referral.accepted_by) == (ReferralState.SENT, None)
    # twice, by two at once: nothing is doubled
    again = f"referral:to:{town.referral.id}:{town.wati.id}"
    assert town.chat(town.ratna).tap_token(again) == "Rujukan itu sudah pada Bu Wati."
    assert town.kinds.count("handed") == 1
    assert "menunggu Bu Wati, kader posyandu Melati 1" in town.chat(town.ratna).say("rujukan")
    # its own reminders begin anew, and not all of them at once
    finish(referral_escalation.tick, town.session, NOW + timedelta(hours=3), people.city())
    assert town.kinds.count("reminder") == 1
    # who pushed it hears how it goes on, as long as it is theirs to see to
    town.chat(town.ratna).tap_token(f"referral:remind:{town.referral.id}")
    town.rudi.roles[0].scope_id = town.lina.roles[0].scope_id
    town.session.commit()
    assert "Terima kasih" in town.chat(town.wati).tap("Saya tangani")
    assert "Rujukan Anak A-31: *Bu Wati, kader*, menangani." in town.came(town.ratna)[-1].text
    assert town.came(town.rudi) == []


def test_nobody_of_another_place_or_on_leave_is_handed_a_referral(town: Stuck):
    other = people.health(town.session, "Hasnah", scope_id=people.health_centre(town.session, "Puskesmas Lepo-Lepo").id)
    town.session.commit()
    rudi = town.chat(town.rudi)
    assert "tidak bertugas lagi di sana" in rudi.tap_token(f"referral:to:{town.referral.id}:{other.id}")
    until = NOW + timedelta(days=2)
    duty.enter(town.session, town.hasan.id, DutyKind.LEAVE, NOW, until, set_by=town.hasan.id, now=NOW)
    town.session.commit()
    rudi.tap_token(f"referral:hand:{town.referral.id}")
    assert "Pak Hasan, kepala" not in rudi.labels
    assert "tidak bertugas lagi di sana" in rudi.tap_token(f"referral:to:{town.referral.id}:{town.hasan.id}")
    assert "handed" not in town.kinds


def test_of_who_is_in_hospital_the_asn_is_asked_in_the_coordinators_name(town: Stuck):
    town.taken(6)
    town.referral.state = ReferralState.REFERRED_ON
    town.steps(("referred_on", 5, town.murni))
    town.session.commit()
    rudi = town.chat(town.rudi)
    rudi.tap_token(f"referral:push:{town.referral.id}")
    assert rudi.tap("Tanya pendamping") == "Pak Anwar kami tanya atas nama Bapak. Jawabannya datang ke sini."
    [asked] = town.came(town.anwar)
    assert "menulis tentang *Adik Rafa*:\n\nAdakah kabar dari rumah sakit?" in asked.text
    town.chat(town.anwar).tap("Jawab")
    town.chat(town.anwar).say("Sudah pulang kemarin Pak")
    assert "Sudah pulang kemarin Pak" in town.came(town.rudi, Kind.LETTER)[0].text
    assert "Sudah diingatkan oleh Bapak hari ini" in rudi.tap_token(f"referral:ask:{town.referral.id}")
    assert len(town.came(town.anwar)) == 1


# --- closing --------------------------------------------------------------------------------


def test_what_can_wait_is_closed_by_one_tap_and_health_workers_can_open_it_again(town: Stuck):
    town.taken()
    rudi = town.chat(town.rudi)
    rudi.tap_token(f"referral:close:{town.referral.id}")
    said = rudi.tap("Diperiksa di tempat lain")
    assert said.startswith("Rujukannya ditutup: sudah diperiksa di tempat lain. Bu Murni dan Bu Wati kami kabari")
    assert town.referral.closed_by == town.rudi.id
    for token in ("remind", "hand", "ask", "close", "push"):
        answer = town.chat(town.ratna).tap_token(f"referral:{token}:{town.referral.id}")
        assert answer.startswith("Rujukan itu sudah selesai: ditutup koordinator: sudah diperiksa di tempat lain.")
    assert town.kinds.count("closed") == 1
    assert "menutup rujukan *Adik Rafa*" in town.came(town.anwar)[0].text
    town.came(town.murni)
    assert "*Rujukan" not in town.chat(town.murni).tap("Buka lagi")
    assert (town.referral.state, town.referral.closed_at) == (ReferralState.SENT, None)
    assert "membuka lagi rujukan Adik Rafa (A-31)" in town.came(town.rudi)[-1].text
    assert town.chat(town.wati).tap_token(f"referral:reopen:{town.referral.id}") == "Rujukan ini masih terbuka."


def test_what_cannot_wait_is_closed_only_with_who_has_seen_the_child_and_when(session: Session):
    town = Stuck(session, "hari ini")
    rudi, token = town.chat(town.rudi), f"referral:why:{town.referral.id}:moved"
    assert "Kapan petugas kesehatan melihatnya" in rudi.tap_token(token)
    assert "tetap terbuka" in rudi.tap("Belum ada yang melihat")
    before = (NOW - timedelta(days=10)).date()
    assert "sudah tidak berlaku" in rudi.tap_token(f"referral:when:{town.referral.id}:moved:{before}")
    rudi.tap_token(token)
    rudi.tap("Kemarin")
    assert "Tulis 5 sampai 150 huruf" in rudi.say("dr")
    assert town.referral.closed_at is None
    assert "Rujukannya ditutup: keluarganya pindah." in rudi.say("orang puskesmas: dr. Ali")
    assert "Yang melihat: orang puskesmas: dr. Ali, Selasa 3 Maret." in town.came(town.murni)[-1].text
    assert "dr. Ali" not in town.came(town.anwar)[-1].text
    assert "dr. Ali" not in town.referral.result
    # nor where nobody of the puskesmas can be told
    referrals.reopen(session, town.referral, NOW, town.murni.id)
    staff = [town.murni.id, town.wati.id, town.hasan.id]
    session.query(Address).filter(Address.person_id.in_(staff)).delete()
    session.commit()
    assert "hubungi puskesmasnya dulu" in town.chat(town.rudi).tap_token(f"referral:close:{town.referral.id}")


def test_words_of_the_reason_are_heard_as_danger_first_and_dropped_by_another_tap(town: Stuck):
    rudi = town.chat(town.rudi)
    rudi.tap_token(f"referral:why:{town.referral.id}:other")
    assert "🚨" in rudi.say("anaknya kejang sekarang tolong")
    rudi.say("masih di rumah")  # goes on with the danger, and is no reason
    assert town.referral.closed_at is None
    rudi.tap_token(f"referral:why:{town.referral.id}:other")
    rudi.tap_token(f"referral:push:{town.referral.id}")
    rudi.say("keluarganya menolak datang")
    assert town.referral.closed_at is None
    rudi.tap_token(f"referral:why:{town.referral.id}:other")
    assert "Rujukannya ditutup: alasan lain." in rudi.say("keluarganya menolak datang")


def test_who_does_not_coordinate_the_place_any_more_closes_nothing_with_words(town: Stuck):
    rudi = town.chat(town.rudi)
    rudi.tap_token(f"referral:why:{town.referral.id}:other")
    town.rudi.roles[0].scope_id = town.lina.roles[0].scope_id
    town.held.state = AssignmentState.ENDED
    town.session.commit()
    assert rudi.say("sudah sembuh semua") == "Rujukan itu di luar wilayah Bapak."
    assert town.referral.closed_at is None


def test_words_that_come_after_an_hour_close_nothing(town: Stuck):
    rudi = town.chat(town.rudi)
    rudi.tap_token(f"referral:why:{town.referral.id}:other")
    rudi.now += timedelta(minutes=70)
    rudi.say("besok ada rapat di kantor")
    assert town.referral.closed_at is None


def test_what_cannot_wait_stays_open_at_each_step_where_nobody_of_the_puskesmas_can_be_told(session: Session):
    town = Stuck(session, "hari ini")
    rudi, begin, seen_on = town.chat(town.rudi), f"referral:%s:{town.referral.id}:moved", NOW.date()
    rudi.tap_token(f"{begin % 'when'}:{seen_on}")
    session.query(Address).filter(Address.person_id.in_([town.murni.id, town.wati.id, town.hasan.id])).delete()
    session.commit()
    assert "hubungi puskesmasnya dulu" in rudi.say("dr. Ali, RSUD Kota")
    assert "hubungi puskesmasnya dulu" in rudi.tap_token(begin % "why")
    assert "hubungi puskesmasnya dulu" in rudi.tap_token(f"{begin % 'when'}:{seen_on}")
    assert town.referral.closed_at is None
