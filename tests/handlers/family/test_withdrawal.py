"""Stopping is not withdrawing: "berhenti" ends messages, "tarik persetujuan" ends the use of the data."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import consent, referrals
from db.children import Carer, Child
from db.consent import Consent, ConsentText
from db.data_requests import DataRequest
from db.measurements import Measurement
from db.outbox import Outgoing
from db.people import Person
from db.visits import Visit
from handlers.family.withdrawal import is_withdrawal
from programme import consents, referral_messages
from tests import people
from tests.audited import lines
from tests.chat import chat_with
from tests.people import NOW, TODAY


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Town:
    """Bu Sari, who agreed in chat, her Rafa, Pak Anwar who fosters him, midwife Murni and Bu Ratna."""

    def __init__(self, session: Session):
        self.session = session
        self.home = people.family(session, signed=False)
        self.home.health_centre_id = people.health_centre(session).id
        self.rafa: Child = people.child(session, self.home, "Rafa Pratama", TODAY - days(430))
        people.measured(session, self.rafa, TODAY - days(9), 8.4, 72.5)
        self.carer: Carer = people.carer(session, self.home)
        self.asn: Person = people.asn(session)
        people.fosters(session, self.asn, self.rafa, TODAY - days(40))
        people.visit(session, self.asn, self.rafa, TODAY - days(35), answers={"house": ["air"]})
        self.midwife: Person = people.health(session)
        self.coordinator: Person = people.coordinator(session)
        self.sari, self.anwar = chat_with(session, self.carer.person), chat_with(session, self.asn)
        self.murni, self.ratna = chat_with(session, self.midwife), chat_with(session, self.coordinator)

    def withdraws(self) -> str:
        self.sari.say("tarik persetujuan")
        return self.sari.tap("Tarik persetujuan")


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


# --- what ends, and what does not ----------------------------------------------------------


def test_berhenti_leaves_the_asns_card_open_and_tarik_persetujuan_closes_it_the_same_minute(town: Town) -> None:
    town.sari.say("berhenti")
    assert "14 bulan" in town.anwar.say("anak")
    assert "Berat Adik Rafa" in town.anwar.say("grafik")
    town.withdraws()
    town.anwar.now = town.sari.now
    listed = town.anwar.say("anak")
    assert "14 bulan" not in listed
    assert "Belum ada persetujuan orang tua" in listed
    assert "Belum ada anak" in town.anwar.say("grafik")
    assert "tidak (lagi) ada" in town.anwar.tap_token(f"chart:{town.rafa.id}:berat")


def test_it_is_asked_once_in_plain_words_and_nothing_ends_before_the_tap(town: Town) -> None:
    asked = town.sari.say("cabut persetujuan")
    assert "layanan posyandu dan puskesmas tetap sama" in asked
    assert consents.stands(town.session, town.home)
    town.sari.tap("Tidak jadi")
    assert consents.stands(town.session, town.home)


def test_who_has_withdrawn_reads_that_there_is_nothing_to_withdraw(town: Town) -> None:
    town.withdraws()
    assert "Tidak ada persetujuan" in town.sari.say("tarik persetujuan")
    assert "tidak berlaku" in town.sari.tap_token(f"withdraw:{town.home.id}")


def test_a_withdrawal_is_in_the_audit_with_its_person_and_a_stop_is_none(town: Town) -> None:
    town.sari.say("berhenti")
    assert lines(town.session, "consent.withdraw") == []
    town.withdraws()
    assert [line.by for line in lines(town.session, "consent.withdraw")] == [town.carer.person_id]


def test_coming_back_after_a_withdrawal_takes_a_new_consent(town: Town) -> None:
    town.withdraws()
    town.sari.say("mulai")
    assert "Setuju" in town.sari.labels
    town.sari.tap("Setuju")
    town.sari.tap("Ibu")
    assert "14 bulan" in town.anwar.say("anak")


def test_what_an_old_berhenti_withdrew_stays_withdrawn(town: Town) -> None:
    """As rows of an earlier release stand: stopped, and the consent withdrawn in the same moment."""
    town.carer.stopped_at = NOW - days(90)
    for given in town.session.scalars(select(Consent)):
        given.withdrawn_at = NOW - days(90)
    town.session.commit()
    assert "tidak berlaku" in town.sari.tap_token("resume")
    assert "14 bulan" not in town.anwar.say("anak")


def test_free_words_are_offered_the_button_and_a_question_is_not(town: Town) -> None:
    assert "Mau menarik persetujuan?" in town.sari.say("saya mau mencabut izin saya ya")
    assert consents.stands(town.session, town.home)
    assert not is_withdrawal("apa itu tarik persetujuan?")


def test_of_two_families_the_one_that_is_meant_is_withdrawn(town: Town) -> None:
    sisters = people.family(town.session, "Wati Lestari", signed=False)
    people.carer(town.session, sisters, relation="keluarga", who=town.carer.person)
    town.session.commit()
    town.sari.say("tarik persetujuan")
    town.sari.tap("Tarik: Keluarga Bu Wati")
    assert consents.stands(town.session, sisters) is None
    assert consents.stands(town.session, town.home) is not None


def test_nobody_withdraws_for_a_family_that_is_not_theirs(town: Town) -> None:
    wati = chat_with(town.session, people.carer(town.session, people.family(town.session, "Wati"), "Wati").person)
    assert "tidak berlaku" in wati.tap_token(f"withdraw:{town.home.id}")
    assert consents.stands(town.session, town.home)


def test_a_father_who_declines_while_the_mother_agreed_is_a_matter_for_the_data_officer(town: Town) -> None:
    amir = people.carer(town.session, town.home, "Amir Hamzah", "ayah", consents=False, joined_on=None)
    chat = chat_with(town.session, amir.person)
    chat.say("menu")
    chat.tap("Tidak")
    assert town.session.scalars(select(DataRequest.person_id)).all() == [amir.person_id]
    assert consents.stands(town.session, town.home), "the mother's consent stands"


def test_where_the_father_still_agrees_the_mother_reads_that_her_childs_data_stay_open(town: Town) -> None:
    people.carer(town.session, town.home, "Amir Hamzah", "ayah")
    town.session.commit()
    assert "kecuali orang tua yang lain tetap setuju" in town.sari.say("tarik persetujuan")
    said = town.sari.tap("Tarik persetujuan")
    assert "pendamping masih bisa melihat data kesehatan anak. Petugas data kami beri tahu" in said
    assert "tidak dipakai lagi" not in said
    assert "14 bulan" in town.anwar.say("anak")
    assert town.session.scalars(select(DataRequest.person_id)).all() == [town.carer.person_id]


def test_a_grandmother_who_withdraws_is_promised_no_call_of_the_data_officer(town: Town) -> None:
    chat = chat_with(town.session, people.carer(town.session, town.home, "Hadijah", "nenek/kakek").person)
    chat.say("tarik persetujuan")
    said = chat.tap("Tarik persetujuan")
    assert "Masih ada persetujuan lain" in said
    assert "Petugas data" not in said
    assert town.session.scalars(select(DataRequest)).all() == []


# --- the form of a visit -------------------------------------------------------------------

DUTY = ("Ibu", "Tidak ada tanda bahaya", "Telur", "Selesai", "Pribadi")


def visit(session: Session) -> Visit:
    found = session.scalars(select(Visit).order_by(Visit.id.desc())).first()
    assert found is not None
    return found


def test_without_consent_the_form_asks_whether_they_met_what_help_was_given_and_danger(town: Town) -> None:
    town.withdraws()
    assert "belum menyetujui" in town.anwar.say("lapor")
    for label in DUTY:
        town.anwar.tap(label)
    shown = town.anwar.heard[-1].text
    assert "Periksa dulu" in shown
    town.anwar.tap("Kirim")
    assert visit(town.session).answers.keys() == {
        "visited_on", "whom", "health", "aid", "aid_source", "follow_up", "next_on",
    }  # fmt: skip
    assert visit(town.session).answers["health"] == "aman"


def test_a_form_that_was_open_when_the_consent_ended_stores_no_health_data(town: Town) -> None:
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Sakit 2 minggu ini", "Diare", "Selesai", "Ya", "Hari ini", "8,9", "75", "Telentang")
    town.anwar.fill("13,1", "Tidak", "Saya sendiri", "Nasi", "Selesai", "Belum ada", "Tidak ada", "Tidak perlu")
    assert "8,9" in town.anwar.heard[-1].text
    town.withdraws()
    said = town.anwar.tap("Kirim")
    assert "8,9" not in said
    for label in ("Tidak ada tanda bahaya", "Tidak perlu"):
        if label in town.anwar.labels:
            said = town.anwar.tap(label)
    town.anwar.tap("Kirim")
    answers = visit(town.session).answers
    assert answers.keys().isdisjoint({"sick", "measured", "weight", "length", "muac", "food", "services"})
    assert len(town.session.scalars(select(Measurement)).all()) == 1, "the one of before"


def test_a_report_is_not_corrected_into_health_data_after_a_withdrawal(town: Town) -> None:
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Sehat", "Tidak", "Nasi", "Selesai", "Belum ada", "Tidak ada", "Kirim")
    filed = visit(town.session)
    town.withdraws()
    shown = town.anwar.tap_token(f"correct:{filed.id}")
    assert "Makan" not in shown


def test_of_a_mother_no_week_of_pregnancy_is_shown_or_asked_after(town: Town) -> None:
    people.pregnancy(town.session, town.home, TODAY + days(60))
    people.fosters(town.session, town.asn, town.home, TODAY - days(40))
    town.session.commit()
    assert "hamil" in town.anwar.say("anak")
    town.withdraws()
    assert "hamil" not in town.anwar.say("anak")
    [expected] = town.home.pregnancies
    asked = town.anwar.tap_token(f"report:pregnancy:{expected.id}")
    assert "hamil" not in asked
    for label in ("Ibu hamil sendiri", "Tidak ada tanda bahaya", "Tidak ada"):
        town.anwar.tap(label)
    town.anwar.tap("Kirim")
    assert visit(town.session).answers.keys().isdisjoint({"antenatal", "tablets", "arm_measured", "plan"})


def test_an_asn_neither_sees_nor_tells_of_a_pregnancy_without_consent(town: Town) -> None:
    people.pregnancy(town.session, town.home, TODAY + days(60))
    people.fosters(town.session, town.asn, town.home, TODAY - days(40))
    town.session.commit()
    assert "HPL" in town.anwar.tap_token(f"expecting:{town.home.id}")
    town.withdraws()
    assert "HPL" not in town.anwar.tap_token(f"expecting:{town.home.id}")
    assert "HPL" not in town.anwar.say("hamil")


def test_of_a_birth_an_asn_is_asked_no_weight_without_consent_and_a_midwife_is(town: Town) -> None:
    expected = people.pregnancy(town.session, town.home, TODAY + days(5))
    people.fosters(town.session, town.asn, town.home, TODAY - days(40))
    town.session.commit()
    town.withdraws()
    for chat, asked in ((town.anwar, False), (town.murni, True)):
        chat.tap_token(f"birth:pregnancy:{expected.id}")
        said = chat.fill("Hari ini", "Satu", "Perempuan", "Aisyah")
        assert ("berat lahir" in said) is asked


# --- vital interest ------------------------------------------------------------------------


def test_danger_reaches_the_midwife_with_name_and_sign_whatever_the_consent(town: Town) -> None:
    town.withdraws()
    town.anwar.say("lapor")
    town.anwar.fill("Ibu", "Ada tanda bahaya", "Kejang", "Selesai")
    alert = town.session.scalars(select(Outgoing).where(Outgoing.person_id == town.midwife.id)).one()
    assert "Rafa" in str(alert.message)
    assert "Kejang" in str(alert.message)
    assert "Rafa" in town.murni.say("rujukan")


def test_a_referral_that_climbs_tells_health_workers_all_and_coordinators_only_what_must_be_seen_now(
    town: Town,
) -> None:
    town.home.phone = "+6281255500031"
    today = people.referral(town.session, town.rafa, NOW, "Demam tinggi")
    town.session.commit()

    def told(to: Person) -> str:
        city = people.city()
        return referral_messages.waiting(town.session, city, today, to, NOW + timedelta(hours=5), ()).text

    lurah = people.coordinator(town.session, "Rudi", "kelurahan", town.home.village_id)
    assert "Rafa" in told(lurah)
    town.withdraws()
    for_midwife, for_coordinator = told(town.midwife), told(lurah)
    for fact in ("Rafa", "Demam tinggi", "+6281255500031"):
        assert fact in for_midwife
        assert fact not in for_coordinator
    assert town.rafa.code in for_coordinator
    today.urgency = referrals.NOW
    assert "Demam tinggi" in told(lurah), "what must be seen now is told to whoever can act"


def test_what_health_workers_record_themselves_is_not_bound(town: Town) -> None:
    town.withdraws()
    town.murni.tap_token(f"remeasure:{town.rafa.id}")
    town.murni.fill("9,1", "75,5", "Kirim")
    newest = town.session.scalars(select(Measurement).order_by(Measurement.id.desc())).first()
    assert newest is not None
    assert (newest.weight_kg, newest.recorded_by) == (9.1, town.midwife.id)


# --- coordinators --------------------------------------------------------------------------


def test_a_digest_tells_coordinators_neither_a_measurement_nor_a_sign_of_a_family_that_did_not_agree(
    town: Town,
) -> None:
    people.referral(town.session, town.rafa, NOW, "Kejang")
    people.measured(town.session, town.rafa, TODAY, 8.0, 72.5)
    town.session.commit()
    lurah = chat_with(town.session, people.coordinator(town.session, "Rudi", "kelurahan", town.home.village_id))
    before = lurah.say("ringkasan") + lurah.tap("Rincian")
    assert "Rafa" in before.partition("Kunjungan")[0]
    assert "Posyandu/puskesmas: 1 anak" in before
    town.withdraws()
    after = lurah.say("ringkasan") + lurah.tap("Rincian")
    assert "Kejang" not in after
    assert "Rafa" not in after.partition("Kunjungan")[0]
    assert "Posyandu/puskesmas: 1 anak" not in after


def test_who_opens_a_name_of_a_family_that_did_not_agree_reads_nothing_of_its_health(town: Town) -> None:
    people.referral(town.session, town.rafa, NOW, "Kejang")
    people.measured(town.session, town.rafa, TODAY, 8.0, 72.5)
    town.session.commit()
    before = town.ratna.say(f"lihat {town.rafa.code}")
    assert "Kejang" in before
    assert "Ukuran resmi" in before
    town.withdraws()
    after = town.ratna.say(f"lihat {town.rafa.code}")
    assert "Belum ada persetujuan" in after
    for fact in ("Kejang", "Ukuran", "Rujukan", "bulan"):
        assert fact not in after.replace("umur, ukuran", "")


# --- the wording ---------------------------------------------------------------------------


def test_the_wording_that_was_agreed_to_is_kept_as_text_and_hash(session: Session) -> None:
    home = people.family(session, signed=False)
    people.child(session, home, born=TODAY - days(100))
    chat = chat_with(session, people.carer(session, home, consents=False, joined_on=None).person)
    shown = chat.say("menu")
    chat.tap("Setuju")
    chat.tap("Ibu")
    given = session.scalars(select(Consent)).one()
    text = session.get_one(ConsentText, given.text_id)
    assert text.text == shown
    assert text.hash == sha256(shown.encode()).hexdigest()
    for named in ("Penanggung jawab", "Dinas Kesehatan", "Telegram", "WhatsApp (Meta)"):
        assert named in shown


def test_only_a_raised_version_asks_again_once_and_the_old_consent_holds_meanwhile(town: Town) -> None:
    given = town.session.scalars(select(Consent)).one()
    given.text_version = "2026-11"
    town.session.commit()
    town.sari.say("menu")
    assert "Teks persetujuan kami berubah" in town.sari.heard[-1].text
    assert consents.stands(town.session, town.home), "the old one holds"
    assert "berubah" not in town.sari.say("menu"), "asked once"
    town.sari.tap("Setuju")
    newest = consent.standing(town.session, town.carer.person_id, town.home.id)
    assert newest is not None
    assert (newest.text_version, newest.relation) == ("2026-12", "ibu")


def test_who_agreed_to_todays_version_is_not_asked_again(town: Town) -> None:
    town.sari.say("menu")
    assert "Setuju" not in town.sari.labels


def test_who_says_no_to_a_new_wording_keeps_the_old_consent_until_it_is_withdrawn(town: Town) -> None:
    town.session.scalars(select(Consent)).one().text_version = "2026-11"
    town.session.commit()
    town.sari.say("menu")
    assert "tetap berlaku" in town.sari.tap("Tidak")
    assert consents.stands(town.session, town.home)
    town.sari.tap("Tarik persetujuan")
    town.sari.tap("Tarik persetujuan")
    assert consents.stands(town.session, town.home) is None, "every consent of hers has ended, not only the newest"


def test_the_chat_of_a_mother_keeps_working_after_berhenti(town: Town) -> None:
    town.sari.say("berhenti")
    assert "Pesan sedang berhenti" in town.sari.say("menu")
    assert "jalan lagi" in town.sari.tap("Mulai lagi")
    assert town.carer.stopped_at is None
