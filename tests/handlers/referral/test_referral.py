"""Bu Murni, midwife, takes a referral on, sees Rafa, and ends it; Pak Anwar and Bu Sari hear how it went."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import referrals
from db.measurements import OFFICIAL, REPORTED, Measurement
from db.outbox import Outgoing
from db.people import Person
from db.referrals import Referral
from flow.message import Message
from tests import people
from tests.chat import chat_with

TODAY = people.TODAY


class Town:
    def __init__(self, session: Session):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, home, born=TODAY - timedelta(days=430), code="A-31")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - timedelta(days=40))
        self.sari = people.carer(session, home).person
        visit = people.visit(session, self.anwar, self.rafa, TODAY)
        self.referral = people.referral(session, self.rafa, people.NOW, "Kejang", visit_id=visit.id)
        self.murni = chat_with(session, people.health(session, reachable=False))

    def news(self, who: Person) -> list[str]:
        query = select(Outgoing).where(Outgoing.kind.in_(("climb", "asked", "referral")), Outgoing.person_id == who.id)
        return [Message.from_json(row.message).text for row in self.session.scalars(query.order_by(Outgoing.id))]

    @property
    def way(self) -> list[tuple[str, str]]:
        return [(step.step, step.detail) for step in referrals.steps(self.session, self.referral.id)]

    def see(self, outcome: str, weight: str = "8,4") -> str:
        self.murni.say("rujukan")
        self.murni.tap("Sudah diperiksa")
        self.murni.tap(outcome)
        if "Lewati" in self.murni.labels:
            self.murni.say(weight)
        return self.murni.tap("Kirim")


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_the_head_can_be_measured_too_and_is_said_in_plain_words(town: Town) -> None:
    murni = town.murni
    murni.say("rujukan")
    murni.tap("Sudah diperiksa")
    murni.tap("Ditangani di sini")
    murni.tap("Lewati")
    murni.tap("+ Lingkar kepala")
    assert "Maksudnya 47 cm" in murni.say("470")
    murni.tap("Maksudnya")
    assert "lingkar kepala sesuai umur" in murni.tap("Kirim")
    row = town.session.scalars(select(Measurement)).one()
    assert (row.head_cm, row.weight_kg, row.kind) == (47.0, None, OFFICIAL)


def test_a_midwife_can_answer_a_referral_with_an_official_measurement_in_four_taps_and_a_number(town: Town) -> None:
    murni = town.murni
    murni.say("rujukan")
    murni.taps = murni.typed = 0
    murni.tap("Sudah diperiksa")
    murni.tap("Ditangani di sini")
    murni.say("8,4")
    assert "Hasil ukur resmi" in murni.tap("Kirim")
    assert "selesai" in murni.tap("Selesai")
    assert (murni.taps, murni.typed) == (4, 1)
    row = town.session.scalars(select(Measurement)).one()
    assert (row.weight_kg, row.kind, row.source, row.measured_on) == (8.4, OFFICIAL, "Bidan/puskesmas", TODAY)
    assert (row.recorded_by, row.doubtful, row.visit_id) == (town.referral.accepted_by, False, None)
    assert town.referral.state == "closed"
    assert town.referral.result == "sudah diperiksa dan ditangani petugas kesehatan"
    assert [step for step, _ in town.way] == ["accepted", "seen", "closed"]


def test_the_family_and_the_asn_hear_once_and_in_plain_words_how_it_ended(town: Town) -> None:
    town.see("Ternyata tidak apa-apa")
    town.murni.tap("Selesai")
    [family], [asn] = town.news(town.sari), town.news(town.anwar)
    assert family.startswith("Bu Sari, kabar tentang *Adik Rafa*: sudah diperiksa petugas kesehatan, dan ternyata")
    assert asn.startswith("Pak Anwar, kabar tentang *Adik Rafa*: ")
    assert "Terima kasih sudah melapor" in asn


def test_length_arm_and_feet_are_offered_and_measured_officially_too(town: Town) -> None:
    murni = town.murni
    murni.say("rujukan")
    murni.tap("Sudah diperiksa")
    murni.tap("Perlu dipantau")
    murni.say("8,4")
    for label, said in (("+ Panjang", "75"), ("+ LiLA", "13,1")):
        murni.tap(label)
        murni.say(said)
        if "Telentang" in murni.labels:
            murni.tap("Telentang")
    murni.tap("+ Kedua kaki")
    murni.tap("Tidak")
    answer = murni.tap("Kirim")
    assert "Adik Rafa: " in answer
    assert "perlu dipastikan puskesmas" not in answer
    row = town.session.scalars(select(Measurement)).one()
    assert (row.length_cm, row.position, row.muac_cm, row.oedema) == (75, "telentang", 13.1, False)
    assert town.referral.state == "seen"
    assert "dipantau lagi" in town.news(town.anwar)[-1]
    murni.say("rujukan")
    assert "Selesai" in murni.labels


def test_the_gain_is_told_since_the_last_official_weight_only(town: Town) -> None:
    people.measured(town.session, town.rafa, TODAY - timedelta(days=30), 8.1, None)
    people.measured(town.session, town.rafa, TODAY - timedelta(days=5), 8.5, None, kind=REPORTED)
    assert "Berat naik 300 gram sejak ukuran resmi 2 Feb" in town.see("Ditangani di sini")


def test_an_implausible_value_is_asked_about_before_it_becomes_official(town: Town) -> None:
    town.murni.say("rujukan")
    town.murni.tap("Sudah diperiksa")
    town.murni.tap("Ditangani")
    town.murni.say("8400")
    assert "Maksudnya 8,4 kg" in town.murni.labels


def test_to_the_hospital_and_back_it_stays_open_until_somebody_closes_it(town: Town) -> None:
    town.see("Dirujuk ke rumah sakit")
    assert town.referral.state == "referred_on"
    assert "dirujuk ke rumah sakit" in town.news(town.anwar)[-1]
    assert "belum bisa ditutup" in town.murni.tap_token(f"ref:close:{town.referral.id}:better")
    town.murni.tap("Kembali dari RS")
    assert town.referral.state == "back_referred"
    assert town.referral.closed_at is None
    town.murni.tap("Selesai, membaik")
    assert town.referral.result == "sudah kembali dari rumah sakit, dan keadaannya membaik"
    assert "membaik" in town.news(town.sari)[-1]
    assert [step for step, _ in town.way] == ["accepted", "referred_on", "back_referred", "closed"]


def test_a_child_that_was_not_found_is_looked_for_again(town: Town) -> None:
    answer = town.see("Belum bertemu")
    assert "tetap terbuka" in answer
    assert town.referral.state == "accepted"
    assert not town.session.scalars(select(Measurement)).all()
    assert "belum bertemu" in town.news(town.anwar)[-1]
    town.murni.tap("Tutup, tidak bertemu")
    assert "belum dapat ditemui" in town.news(town.sari)[-1]


def test_a_pregnant_mother_is_not_weighed_like_a_child(session: Session) -> None:
    home = people.family(session, "Wa Ode Fitri")
    home.health_centre_id = people.health_centre(session).id
    fitri = people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    people.carer(session, home, "Fitri", "ibu")
    people.referral(session, fitri, people.NOW, "Perdarahan")
    murni = chat_with(session, people.health(session, reachable=False))
    assert "Bu Fitri*, hamil 30 minggu" in murni.say("rujukan")
    murni.tap("Sudah diperiksa")
    murni.tap("Ditangani")
    assert "Kirim" in murni.labels
    murni.tap("Kirim")
    murni.tap("Selesai")
    row = session.scalars(select(Outgoing).where(Outgoing.key.endswith(":closed"))).one()
    assert "kabar tentang *Ibu*" in Message.from_json(row.message).text


def test_two_midwives_do_not_take_the_same_referral(town: Town) -> None:
    rini = chat_with(town.session, people.health(town.session, "Rini", reachable=False))
    rini.say("rujukan")
    town.murni.say("rujukan")
    town.murni.tap("Saya tangani")
    assert "Murni sudah lebih dulu menangani" in rini.tap("Saya tangani")


def test_what_can_wait_waits_for_the_morning_and_goes_to_the_health_workers_alone(session: Session) -> None:
    town = Town(session)
    people.coordinator(session)
    referrals.close(session, town.referral, people.NOW, None, "")  # else it would be told as part of that one
    evening = chat_with(session, town.anwar, people.at(TODAY, "21:00"))
    evening.say("lapor")
    for label in ("Bukan hari ini", "Kemarin", "Ibu", "Sehat", "Tidak", "Tidak ada", "Belum ada"):
        evening.tap(label)
    while "Kirim" not in evening.labels:
        evening.tap("Tidak ada" if "Tidak ada" in evening.labels else "Belum ada")
    evening.tap("Perbaiki")
    evening.tap("Tindak lanjut")
    evening.tap("Bidan")
    evening.tap("Kirim")
    rows = session.scalars(select(Outgoing).where(Outgoing.kind == "alert")).all()
    assert [row.person_id for row in rows] == [session.scalars(select(Person).where(Person.name == "Murni")).one().id]
    assert rows[0].due_at == people.at(TODAY + timedelta(days=1), "07:00")
    assert "dalam 3-7 hari" in Message.from_json(rows[0].message).text


def test_a_referral_of_another_place_cannot_be_seen_or_closed(town: Town) -> None:
    elsewhere = people.health_centre(town.session, "Puskesmas Abeli")
    other = chat_with(town.session, people.health(town.session, "Lina", scope_id=elsewhere.id, reachable=False))
    for token in ("ref:accept:1", "ref:seen:1", "ref:back:1", "ref:close:1:handled"):
        assert "tidak ada dalam daftar" in other.tap_token(token.replace("1", str(town.referral.id), 1))
    assert town.session.scalars(select(Referral)).one().state == "sent"


@pytest.mark.parametrize("token", ["ref:close:1", "ref:what:1", "ref:close:1:nothing", "why:1:no", "got:x:yes"])
def test_a_forged_button_of_a_referral_is_answered_kindly(town: Town, token: str) -> None:
    assert "tidak berlaku" in town.murni.tap_token(token) or "belum bisa ditutup" in town.murni.heard[0].text
    assert town.referral.closed_at is None
