"""Pak Anwar ticks a danger sign in his report: people are told at the tap, and hear what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import referrals
from db.drafts import Draft
from db.endings import Ending
from db.outbox import Outgoing
from db.people import Address, AddressState, Person
from db.referrals import Referral, ReferralState, StepKind
from db.states import CareState
from db.visits import Visit
from flow.message import Message
from scheduler import ladder
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with

TODAY = people.TODAY
AFTER_SIGNS = ("Tidak ada", "Tidak", "Tidak ada", "Belum ada", "Tidak ada", "Tidak perlu")


class Town:
    """Pak Anwar fosters Rafa; Bu Murni is the midwife, Bu Ratna coordinates."""

    def __init__(self, session: Session, days: int = 430):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.home = home
        self.rafa = people.child(session, home, born=TODAY - timedelta(days=days), code="A-31")
        self.who = people.asn(session, "Anwar Hamid")
        self.fostering = people.fosters(session, self.who, self.rafa, TODAY - timedelta(days=40))
        people.visit(session, self.who, self.rafa, TODAY - timedelta(days=35), answers={"house": ["air"]})
        self.murni = people.health(session)
        self.ratna = people.coordinator(session)
        self.anwar = chat_with(session, self.who)

    def tick(self, *labels: str) -> str:
        """Begin the report and tick these signs."""
        self.anwar.say("lapor")
        self.anwar.fill("Ibu", "Ada tanda bahaya")
        return "\n".join(self.anwar.tap(label) for label in labels)

    def texts(self, who: Person, kind: str = "") -> list[str]:
        rows = self.session.scalars(select(Outgoing).where(Outgoing.person_id == who.id).order_by(Outgoing.id))
        return [Message.from_json(row.message).text for row in rows if row.kind == kind or not kind]

    @property
    def referral(self) -> Referral:
        return self.session.scalars(select(Referral)).one()

    @property
    def visits(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Visit).where(Visit.visited_on == TODAY)) or 0

    def minutes_pass(self, minutes: int) -> None:
        self.anwar.now += timedelta(minutes=minutes)
        finish(climbing.urgent_tick, self.session, self.anwar.now, people.city())
        self.session.commit()


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_selesai_under_a_danger_sign_tells_people_before_the_report_is_sent(town: Town) -> None:
    said = town.tick("Kejang", "Selesai")
    assert (town.referral.signs, town.referral.urgency) == (["Kejang"], "sekarang")
    for who in (town.murni, town.ratna):
        [alert] = town.texts(who, "alert")
        assert "Kejang" in alert
        assert "Dilaporkan oleh Pak Anwar" in alert
    assert "Berangkat ke rumah sakit sekarang juga, malam pun" in said
    assert "Miringkan badannya" in said
    assert "112" in said
    assert "bidan dan koordinator" in said
    assert "sakit apa" in said  # the form goes on
    assert town.visits == 0


def test_every_later_question_offers_to_send_what_is_known(town: Town) -> None:
    town.tick("Kejang")
    assert "Kirim sekarang" not in town.anwar.labels
    town.anwar.tap("Selesai")
    for answer in AFTER_SIGNS:
        assert "Kirim sekarang" in town.anwar.labels
        town.anwar.tap(answer)
    assert "Kirim sekarang" not in town.anwar.labels
    assert "Kirim" in town.anwar.labels


def test_send_now_files_the_visit_with_what_is_known_and_tells_nobody_twice(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    said = town.anwar.tap("Kirim sekarang")
    assert "Laporan sudah masuk" in said
    assert "bidan dan koordinator" in said
    [visit] = town.session.scalars(select(Visit).where(Visit.visited_on == TODAY))
    assert visit.answers == {
        "visited_on": TODAY.isoformat(),
        "whom": "ibu",
        "health": "bahaya",
        "signs": ["anak-kejang"],
    }
    assert visit.next_on == TODAY + timedelta(days=3)
    assert town.referral.visit_id == visit.id
    assert len(town.texts(town.murni, "alert")) == 1


def test_send_now_can_be_written_too(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    assert "Laporan sudah masuk" in town.anwar.say("kirim sekarang")


def test_a_form_without_danger_cannot_be_sent_early(town: Town) -> None:
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Sehat")
    draft = town.session.scalars(select(Draft)).one()
    town.anwar.tap_token(f"f.{draft.id}.measured.now")
    assert town.visits == 0


def test_sending_the_whole_report_adds_to_the_same_referral(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    for answer in AFTER_SIGNS:
        town.anwar.tap(answer)
    town.anwar.tap("Kirim")
    assert town.visits == 1
    assert town.referral.signs == ["Kejang"]
    assert len(town.texts(town.murni, "alert")) == 1


def test_oedema_ticked_and_measured_is_one_line(town: Town) -> None:
    town.tick("Kedua kaki bengkak", "Selesai", "Tidak ada")
    town.anwar.fill("Ya", "Hari ini", "8,4", "75", "Telentang", "13,1", "Ya", "Keluarga")
    town.anwar.tap("Kirim sekarang")
    assert town.referral.signs == ["Kedua kaki bengkak"]
    assert len(town.texts(town.murni, "alert")) == 1


def test_what_is_measured_later_is_added_to_the_same_referral_and_told_once_more(town: Town) -> None:
    town.tick("Kejang", "Selesai", "Tidak ada")
    town.anwar.fill("Ya", "Hari ini", "8,4", "75", "Telentang", "11,2", "Tidak", "Keluarga")
    town.anwar.tap("Kirim sekarang")
    assert town.referral.signs[:2] == ["Kejang", "LiLA di bawah 11,5 cm"]
    assert len(town.texts(town.murni, "alert")) == 2


def test_a_sign_that_was_seen_to_meanwhile_opens_no_second_referral_when_the_report_is_sent(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    referrals.close(town.session, town.referral, town.anwar.now, town.murni.id, "ditangani")
    town.session.commit()
    town.anwar.tap("Kirim sekarang")
    assert town.referral.closed_at
    assert town.visits == 1


def test_a_second_sign_by_edit_is_told_too(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    town.anwar.tap("Kembali")
    town.anwar.tap("Sesak")
    town.anwar.tap("Selesai")
    assert town.referral.signs == ["Kejang", "Sesak, dada tertarik"]
    assert len(town.texts(town.murni, "alert")) == 2


def test_unticking_tells_those_who_were_told_and_closes_nothing(town: Town) -> None:
    town.tick("Kejang", "Sesak", "Selesai")
    town.anwar.tap("Kembali")
    town.anwar.tap("Sesak")
    said = town.anwar.tap("Selesai")
    assert "kami sampaikan juga" in said
    for who in (town.murni, town.ratna):
        [news] = town.texts(who, "referral")
        assert "menarik kembali tanda *Sesak, dada tertarik*" in news
        assert "tetap dilihat" in news
    assert town.referral.closed_at is None
    assert StepKind.TAKEN_BACK in [step.step for step in referrals.steps(town.session, town.referral.id)]


def test_changing_the_answer_before_to_healthy_takes_every_sign_back(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    town.anwar.tap("Kembali")
    town.anwar.tap("Kembali")
    assert town.texts(town.murni, "referral") == []
    town.anwar.tap("Sehat")
    assert "menarik kembali tanda *Kejang*" in town.texts(town.murni, "referral")[0]


def test_going_back_without_a_change_tells_nothing(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    for _ in range(3):
        town.anwar.tap("Kembali")
    assert town.texts(town.murni, "referral") == []
    assert len(town.texts(town.murni, "alert")) == 1


def test_throwing_the_draft_away_asks_why_and_tells_those_who_were_told(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    town.anwar.tap("Batal")
    assert "Mengapa laporannya dibuang" in town.anwar.tap("Ya, buang")
    assert town.session.scalar(select(func.count()).select_from(Draft)) == 1
    assert "Rujukannya tetap terbuka" in town.anwar.tap("Sudah lewat")
    assert town.session.scalar(select(func.count()).select_from(Draft)) == 0
    [news] = town.texts(town.murni, "referral")
    assert "Alasannya: sudah lewat" in news
    assert town.referral.closed_at is None


def test_a_draft_without_danger_is_thrown_away_without_a_question(town: Town) -> None:
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Sehat")
    town.anwar.tap("Batal")
    assert "dibuang" in town.anwar.tap("Ya, buang")
    assert town.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_somebody_elses_draft_cannot_be_thrown_away(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    draft = town.session.scalars(select(Draft)).one()
    rahma = chat_with(town.session, people.asn(town.session, "Rahma", people.WOMAN))
    rahma.tap_token(f"gone:{draft.id}:salah")
    assert town.session.scalar(select(func.count()).select_from(Draft)) == 1


def test_what_must_be_seen_at_once_acts_after_two_minutes_though_selesai_was_not_tapped(town: Town) -> None:
    town.tick("Kejang")
    begun = town.session.scalars(select(Draft.touched_at)).one()
    assert climbing.next_urgent(town.session, begun, people.city()) == begun + timedelta(minutes=2)
    town.minutes_pass(1)
    assert town.session.scalars(select(Referral)).all() == []
    town.minutes_pass(1)
    assert town.referral.signs == ["Kejang"]
    assert "Kejang" in town.texts(town.murni, "alert")[0]
    [said] = town.texts(town.who, "referral")
    assert "Berangkat ke rumah sakit sekarang juga" in said
    assert "Laporan Adik Rafa belum selesai" in said
    town.minutes_pass(1)
    assert len(town.texts(town.murni, "alert")) == 1


def test_what_can_wait_until_the_evening_waits_for_selesai(town: Town) -> None:
    town.tick("BAB berdarah")
    town.minutes_pass(10)
    assert town.session.scalars(select(Referral)).all() == []


def test_selesai_after_the_two_minutes_tells_only_what_is_new(town: Town) -> None:
    town.tick("Kejang")
    town.minutes_pass(2)
    town.anwar.tap("BAB berdarah")
    town.anwar.tap("Selesai")
    assert town.referral.signs == ["Kejang", "BAB berdarah"]
    assert town.referral.urgency == "sekarang"


def test_a_tick_that_is_taken_off_after_the_two_minutes_is_told(town: Town) -> None:
    town.tick("Kejang")
    town.minutes_pass(2)
    town.anwar.tap("Kejang")
    town.anwar.tap("Tidak ada")
    assert "menarik kembali tanda *Kejang*" in town.texts(town.murni, "referral")[0]


def test_the_referral_stands_without_the_draft(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    town.session.delete(town.session.scalars(select(Draft)).one())
    town.session.commit()
    town.minutes_pass(5)
    assert town.referral.state == ReferralState.SENT
    assert len(town.texts(town.murni, "climb")) == 1
    assert "Belum ada petugas yang menjawab" in town.texts(town.who, "referral")[0]  # who reported hears it climb


def test_home_and_reminder_name_the_unfinished_report(town: Town) -> None:
    town.tick("Kejang", "Selesai")
    assert "Laporan *Adik Rafa* belum terkirim" in town.anwar.say("menu")
    finish(ladder.tick, town.session, people.at(TODAY + timedelta(days=1)), people.city())
    [reminder] = town.texts(town.who, "reminder")
    assert "laporan *Adik Rafa* (14 bulan), Kel. Mandonga (Mandonga), tinggal dikirim" in reminder
    assert "menjadi rujukan" in reminder
    town.anwar.say("lanjut")
    town.anwar.tap("Kirim sekarang")
    assert "belum terkirim" not in town.anwar.say("menu")


def test_an_assignment_that_ended_files_no_visit_but_its_danger_is_told(town: Town) -> None:
    town.tick("Kejang")
    town.fostering.ends = TODAY - timedelta(days=1)
    town.session.commit()
    said = town.anwar.tap("Selesai")
    assert "Berangkat ke rumah sakit sekarang juga" in said
    assert "tidak ada lagi dalam daftar" in said
    assert town.referral.signs == ["Kejang"]
    assert "Kejang" in town.texts(town.murni, "alert")[0]
    assert town.visits == 0
    assert town.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_what_was_measured_is_told_too_where_the_assignment_has_ended(town: Town) -> None:
    town.anwar.say("lapor")
    for said in ("Ibu", "Sehat", "Ya", "Hari ini", "8,4", "75", "Telentang", "11,2"):
        town.anwar.fill(said)
    town.fostering.ends = TODAY - timedelta(days=1)
    town.session.commit()
    town.anwar.tap("Ya")
    assert town.referral.signs[:2] == ["Kedua kaki bengkak", "LiLA di bawah 11,5 cm"]
    assert town.visits == 0


def test_an_ended_assignment_without_danger_tells_nobody(town: Town) -> None:
    town.anwar.say("lapor")
    town.anwar.fill("Ibu")
    town.fostering.ends = TODAY - timedelta(days=1)
    town.session.commit()
    town.anwar.tap("Sehat")
    assert town.session.scalars(select(Referral)).all() == []


def test_a_correction_that_adds_a_sign_tells_it_at_the_tap_and_opens_no_second_referral(town: Town) -> None:
    town.tick("BAB berdarah", "Selesai")
    for answer in AFTER_SIGNS:
        town.anwar.tap(answer)
    town.anwar.tap("Kirim")
    town.anwar.now += timedelta(minutes=20)
    visit = town.session.scalars(select(Visit).where(Visit.visited_on == TODAY)).one()
    town.anwar.tap_token(f"correct:{visit.id}")
    town.anwar.tap("Perbaiki")
    town.anwar.tap("Tanda bahaya")
    town.anwar.tap("Kejang")
    town.anwar.tap("Selesai")
    assert town.referral.signs == ["BAB berdarah", "Kejang"]
    assert town.referral.urgency == "sekarang"
    town.anwar.tap("Kirim")
    assert len(town.texts(town.murni, "alert")) == 2
    assert town.texts(town.murni, "referral") == []


def test_another_visit_of_the_same_day_can_be_sent_early_too(town: Town) -> None:
    town.tick("BAB berdarah", "Selesai")
    town.anwar.tap("Kirim sekarang")
    town.tick("Kejang", "Selesai")
    assert "kunjungan lain" in town.anwar.tap("Kirim sekarang")
    assert "Laporan sudah masuk" in town.anwar.tap("Ya, kunjungan lain")
    assert town.visits == 2
    assert town.referral.signs == ["BAB berdarah", "Kejang"]


def test_correcting_an_old_report_does_not_tell_again_what_it_measured_then(town: Town) -> None:
    answers = {"whom": "ibu", "health": "sehat", "measured": True, "measured_on": TODAY.isoformat(), "weight": 8.9,
               "length": 75.0, "position": "telentang", "muac": 11.2, "oedema": False, "measurer": "asn", "food": [],
               "services": [], "aid": []}  # fmt: skip
    visit = people.visit(
        town.session, town.who, town.rafa, TODAY, form="child_visit", answers=answers,
        facts={"today": TODAY.isoformat(), "edition": "visited_on,whom"},
    )  # fmt: skip
    referral = people.referral(town.session, town.rafa, people.NOW, "LiLA di bawah 11,5 cm", visit_id=visit.id)
    referrals.close(town.session, referral, people.NOW, town.murni.id, "ditangani")
    town.session.commit()
    town.anwar.tap_token(f"correct:{visit.id}")
    assert "Perbaikan tersimpan" in town.anwar.tap("Kirim")
    assert town.referral.closed_at


# --- the mother ---------------------------------------------------------------------------


def test_a_mothers_report_acts_at_the_tap_too(session: Session) -> None:
    town = Town(session)
    wati = people.pregnancy(session, town.home, TODAY + timedelta(weeks=10))
    people.fosters(session, town.who, town.home, TODAY - timedelta(days=10))
    session.commit()
    town.anwar.tap_token(f"report:pregnancy:{wati.id}")
    town.anwar.fill("Ibu hamil sendiri", "Ada tanda bahaya")
    town.anwar.tap("Perdarahan")
    said = town.anwar.tap("Selesai")
    assert "Baring miring ke kiri" in said
    assert (town.referral.pregnancy_id, town.referral.urgency) == (wati.id, "sekarang")
    town.anwar.tap("Kirim sekarang")
    assert session.scalars(select(Visit).where(Visit.pregnancy_id == wati.id)).one().answers["signs"]
    assert len(town.texts(town.murni, "alert")) == 1


@pytest.mark.parametrize("somebody", [True, False])
def test_a_mothers_receipt_says_who_is_being_told_or_that_nobody_can_be(session: Session, somebody: bool) -> None:
    town = Town(session)
    wati = people.pregnancy(session, town.home, TODAY + timedelta(weeks=10))
    people.fosters(session, town.who, town.home, TODAY - timedelta(days=10))
    if not somebody:
        for address in session.scalars(select(Address).where(Address.person_id.in_((town.murni.id, town.ratna.id)))):
            address.state = AddressState.BLOCKED
    session.commit()
    town.anwar.tap_token(f"report:pregnancy:{wati.id}")
    town.anwar.fill("Ibu hamil sendiri", "Ada tanda bahaya")
    town.anwar.tap("Kencing perih/keputihan")
    town.anwar.tap("Selesai")
    said = town.anwar.tap("Kirim sekarang")
    assert ("Sedang kami kabari: bidan" in said) is somebody
    assert ("Belum ada petugas yang bisa kami kabari dari sini." in said) is not somebody
    assert "Sudah kami kabari" not in said


@pytest.mark.parametrize(("days", "asked"), [(0, True), (42, True), (43, False)])
def test_the_childs_report_asks_about_the_mother_until_the_forty_second_day(
    session: Session, days: int, asked: bool
) -> None:
    town = Town(session, days)
    town.anwar.say("lapor")
    said = town.anwar.fill("Ibu", "Sehat")
    assert ("Bagaimana keadaan Bu Sari sesudah melahirkan?" in said) is asked


def test_what_the_mother_shows_is_told_of_her_and_not_of_her_child(session: Session) -> None:
    town = Town(session, 5)
    birth = people.pregnancy(session, town.home, TODAY - timedelta(days=5), state="lahir")
    town.rafa.pregnancy_id = birth.id
    session.commit()
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Sehat", "Ada tanda bahaya")
    assert "pembalut penuh dalam 1 jam" in town.anwar.heard[-1].text
    town.anwar.tap("Darah banyak")
    said = town.anwar.tap("Selesai")
    assert "usap perut bawah sampai keras" in said
    assert (town.referral.pregnancy_id, town.referral.child_id) == (birth.id, None)
    [alert] = town.texts(town.murni, "alert")
    assert "Bu Sari" in alert
    assert "sesudah melahirkan" in alert
    town.anwar.tap("Kirim sekarang")
    assert town.referral.visit_id


def test_the_mother_of_a_child_whose_pregnancy_nobody_knows_is_told_of_by_her_family(session: Session) -> None:
    town = Town(session, 5)
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Sehat", "Ada tanda bahaya")
    town.anwar.tap("Kejang")
    town.anwar.tap("Selesai")
    assert town.referral.family_id == town.home.id


def test_selesai_that_is_written_means_what_is_ticked_and_not_none(town: Town) -> None:
    town.tick("Kejang")
    town.anwar.say("selesai")
    assert town.referral.signs == ["Kejang"]


def test_what_is_private_is_no_answer_of_the_form_and_opens_no_referral(session: Session) -> None:
    town = Town(session, 5)
    town.anwar.say("lapor")
    said = town.anwar.fill("Ibu", "Sehat", "Ada tanda bahaya")
    assert "Tulis saja *ingin mati*" in said
    assert "119 ext 8" in town.anwar.say("ingin mati")
    assert [one.signs for one in session.scalars(select(Referral))] == []
    assert "mati" not in str(session.scalars(select(Draft)).one().state)


def test_mother_and_child_in_danger_are_two_referrals(session: Session) -> None:
    town = Town(session, 5)
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Ada tanda bahaya")
    town.anwar.tap("Kejang")
    town.anwar.fill("Selesai", "Tidak ada", "Ada tanda bahaya")
    town.anwar.tap("Pingsan")
    town.anwar.tap("Selesai")
    rows = session.scalars(select(Referral).order_by(Referral.id)).all()
    assert [(row.child_id, row.family_id) for row in rows] == [(town.rafa.id, None), (None, town.home.id)]


def test_after_the_mothers_death_nobody_asks_how_she_is(session: Session) -> None:
    town = Town(session, 5)
    session.add(Ending(child_id=town.rafa.id, kind=CareState.MOTHER_DIED, ended_on=TODAY, at=people.NOW))
    session.commit()
    town.anwar.say("lapor")
    assert "sesudah melahirkan" not in town.anwar.fill("Ibu", "Sehat")


def labibia_answers(town: Town, hours: str = "Senin-Kamis 08.00-14.00") -> None:
    """Puskesmas Labibia, where Bu Sari's family belongs, has a number and hours."""
    labibia = people.health_centre(town.session)
    labibia.phone, labibia.hours = "0401-3121234", hours
    town.session.commit()


def test_while_her_puskesmas_is_open_a_sign_for_today_comes_with_its_number_after_112(town: Town) -> None:
    labibia_answers(town)
    said = town.tick("Napas cepat", "Selesai")
    assert (
        "*112* atau *119*, siang dan malam. RSUD Kota Kendari: *0401-3101234*. Puskesmas Labibia: *0401-3121234*"
        in said
    )
    assert "(jam buka hari ini 08.00-14.00, kecuali libur)" in said
    assert "Puskesmas Labibia: *0401-3121234*" in town.anwar.tap("Kirim sekarang")


def test_what_cannot_wait_never_leads_to_the_puskesmas_even_beside_a_sign_for_today(town: Town) -> None:
    labibia_answers(town)
    said = town.tick("Napas cepat", "Kejang", "Selesai")
    assert "*112* atau *119*" in said
    assert "0401-3121234" not in said + town.anwar.tap("Kirim sekarang")


def test_a_puskesmas_that_has_closed_is_not_named(town: Town) -> None:
    labibia_answers(town, "Senin-Kamis 07.00-09.00")  # it is nine o'clock
    said = town.tick("Napas cepat", "Selesai")
    assert "*112* atau *119*" in said
    assert "0401-3121234" not in said + town.anwar.tap("Kirim sekarang")
