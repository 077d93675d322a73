"""What is known of a family's own children and places is answered at once, to whom it may be told, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer, Child, Family
from db.consent import Consent, Note, PaperConsent
from db.questions import QuestionMessage
from rules.services import reading
from tests import people
from tests.chat import Chat, chat_with

TODAY = people.TODAY
KEPT = "Belum ada kader atau bidan"


def test_the_newest_official_and_reported_weights_stand_apart_each_with_its_day(
    session: Session, rafa: Child, sari: Chat
) -> None:
    people.measured(session, rafa, TODAY - timedelta(days=50), 5.2, 59.0)
    people.measured(session, rafa, TODAY - timedelta(days=20), 5.9, 61.5)
    people.measured(session, rafa, TODAY - timedelta(days=3), 6.2, None, kind="laporan", doubtful=True)
    said = sari.say("bb rafa brp bu")
    assert "• *5,9 kg*, Kamis 12 Februari 2026. Dari petugas kesehatan (resmi)." in said
    assert "• *6,2 kg*, Minggu 1 Maret 2026. Dari laporan" in said
    assert "janggal" in said
    assert "5,2" not in said
    assert "6,2" not in sari.say("tinggi rafa")
    assert "Belum ada yang tercatat" not in said


def test_what_was_not_measured_is_said_to_be_unknown(sari: Chat) -> None:
    assert "Belum ada yang tercatat di sini" in sari.say("berat rafa berapa")


def test_an_immunisation_that_a_visit_reported_is_not_due_any_more(session: Session, rafa: Child, sari: Chat) -> None:
    assert "*Imunisasi 4 bulan*" in sari.say("kapan imunisasi rafa")
    asn = people.asn(session)
    people.visit(session, asn, rafa, TODAY, answers={"services": ["imunisasi-nasional-2024-4"]})
    session.commit()
    said = sari.say("kapan imunisasi rafa")
    assert "*Imunisasi 3 bulan*" in said
    assert "*Imunisasi 4 bulan*" not in said
    assert "Berikutnya, mulai Sabtu 25 Juli 2026:\n• *Imunisasi 9 bulan*" in said


def test_the_city_s_own_schedule_is_what_is_told(session: Session, home: Family, rafa: Child, tmp_path: Path) -> None:
    file = tmp_path / "layanan.csv"
    file.write_text(
        "version,id,kind,label,detail,anchor,from,until,district,born_from,born_until,days,source,note\n"
        "kota,imunisasi-nasional-2024-9,imunisasi,Imunisasi 10 bulan,campak,lahir,10,,,,,,Perwali,\n"
    )
    city = replace(people.city(), services=reading.read(file))
    chat = chat_with(session, people.carer(session, home, reachable=False).person, city=city)
    assert "*Imunisasi 10 bulan*: campak" in chat.say("kapan imunisasi")


def test_of_several_children_the_one_named_is_meant_else_it_is_asked_by_a_tap(
    session: Session, home: Family, sari: Chat
) -> None:
    people.child(session, home, "Kayla Putri", TODAY - timedelta(days=700), code="A-32")
    session.commit()
    assert "*Adik Kayla*" in sari.say("umur kyla berapa")
    assert "Tentang siapa?" in sari.say("umur berapa bulan")
    assert sari.labels == ["Adik Rafa", "Adik Kayla"]
    assert "4 bulan 7 hari" in sari.tap("Adik Rafa")


@pytest.mark.parametrize("said", ["berat budi berapa", "rafa kok begitu ya", "hpl saya kapan"])
def test_what_is_not_clear_or_not_known_is_left_to_a_person(session: Session, sari: Chat, said: str) -> None:
    assert KEPT in sari.say(said)
    assert said in session.scalars(select(QuestionMessage.words)).all()


def test_a_question_that_was_answered_is_not_stored(session: Session, sari: Chat) -> None:
    sari.say("umur rafa")
    assert session.scalars(select(Note)).all() == []


def test_the_words_after_tanya_bidan_are_passed_on_once_whatever_they_ask(session: Session, sari: Chat) -> None:
    sari.say("kapan imunisasi rafa")
    sari.tap("Tanya bidan")
    assert KEPT in sari.say("kapan imunisasi rafa")
    assert session.scalars(select(QuestionMessage.words)).all()[:1] == ["kapan imunisasi rafa"]
    assert "*Imunisasi Adik Rafa*" in sari.say("kapan imunisasi rafa")


def test_the_pregnancy_is_told_with_how_sure_it_is(session: Session, home: Family, sari: Chat) -> None:
    expected = people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    session.commit()
    assert "Perkiraan lahir (HPL): *Rabu 13 Mei 2026*. Sekarang *30 minggu*." in sari.say("hpl saya kapan")
    expected.sure = False
    session.commit()
    assert "kira-kira *30 minggu*" in sari.say("minggu ke berapa")
    assert "Perbaiki HPL" in sari.labels
    assert "*Periksa hamil ke-5*, mulai Rabu 1 April 2026" in sari.say("kapan periksa hamil")


def test_numbers_and_people_are_told_as_far_as_they_are_known(session: Session, rafa: Child, sari: Chat) -> None:
    people.fosters(session, people.asn(session, "Anwar Hamid"), rafa, TODAY)
    session.commit()
    assert "Puskesmas Labibia *0401-3121234*\nBuka: Senin-Jumat 08.00-14.00" in sari.say("nomor puskesmas")
    assert "Pendamping (ASN): Pak Anwar, Dinas Kominfo" in sari.say("siapa asn saya")
    assert "Hari posyandu belum tercatat di sini" in sari.say("jadwal posyandu")


def test_the_day_of_the_posyandu_is_told_once_it_is_known(session: Session, home: Family, rafa: Child) -> None:
    post = home.posyandu = people.posyandu(session)
    sari = chat_with(session, people.carer(session, home, reachable=False).person)
    assert "Hari Posyandu Melati 1 belum tercatat" in sari.say("jadwal posyandu")
    post.day, post.opens = "Rabu kedua", "08.00"
    session.commit()
    assert "Posyandu Melati 1 buka Rabu kedua pukul 08.00." in sari.say("jadwal posyandu")


def test_the_schedule_has_every_child_and_the_pregnancy(session: Session, home: Family, sari: Chat) -> None:
    people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    session.commit()
    said = sari.say("jadwal")
    assert "🗓 *Bu Sari*" in said
    assert "🗓 *Adik Rafa*" in said
    assert "Timbang bulan ini: *belum*" in said
    assert "Vitamin A Agustus 2026" in said


# --- to whom ---------------------------------------------------------------------------------


def test_a_child_that_has_died_is_not_answered_about(session: Session, rafa: Child, sari: Chat) -> None:
    rafa.state = "meninggal"  # pyright: ignore[reportAttributeAccessIssue]
    session.commit()
    asked = ["umur rafa", "kapan imunisasi", "jadwal imunisasi rafa"]
    for said in asked:
        assert "Rafa" not in sari.say(said)
    assert set(asked) <= set(session.scalars(select(QuestionMessage.words)))
    assert "Rafa" not in sari.say("jadwal")


def test_who_reads_along_no_more_is_told_nothing(session: Session, sari: Chat) -> None:
    session.scalars(select(Carer)).one().closed_at = people.NOW
    session.commit()
    assert "bulan" not in sari.say("umur rafa")
    assert "112" not in sari.say("nomor puskesmas")


def test_an_asn_asks_about_whom_they_foster_while_a_consent_stands(session: Session, rafa: Child, sari: Chat) -> None:
    people.measured(session, rafa, TODAY - timedelta(days=20), 5.9, 61.5)
    people.child(session, people.family(session, "Wati"), "Bima", TODAY - timedelta(days=300), code="B-1")
    asn = people.asn(session, "Anwar Hamid", reachable=False)
    people.fosters(session, asn, rafa, TODAY)
    anwar = chat_with(session, asn)
    assert "*5,9 kg*" in anwar.say("berat rafa berapa")
    assert "Tanya bidan" not in anwar.labels
    assert "Belum ada kader atau bidan" in anwar.say("berat bima berapa")
    anwar.say("siapa bidan saya")
    assert "siapa bidan saya" in session.scalars(select(QuestionMessage.words)).all()
    for given in (*session.scalars(select(Consent)), *session.scalars(select(PaperConsent))):
        given.withdrawn_at = people.NOW
    session.commit()
    assert "5,9" not in anwar.say("berat rafa berapa")


def test_an_asn_is_told_of_a_pregnancy_while_a_consent_stands(session: Session, home: Family, sari: Chat) -> None:
    expected = people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    asn = people.asn(session, "Anwar Hamid", reachable=False)
    people.fosters(session, asn, home, TODAY)
    anwar = chat_with(session, asn)
    assert "*30 minggu*" in anwar.say("hpl kapan")
    for given in (*session.scalars(select(Consent)), *session.scalars(select(PaperConsent))):
        given.withdrawn_at = people.NOW
    session.commit()
    assert "minggu" not in anwar.say("hpl kapan")
    assert "minggu" not in anwar.tap_token(f"known:week:pregnancy:{expected.id}")


# --- thanks ----------------------------------------------------------------------------------


def test_thanks_are_thanked_once_in_a_while_and_are_no_question(session: Session, sari: Chat) -> None:
    assert "Sama-sama, Bu Sari" in sari.say("terima kasih banyak bu 🙏")
    assert sari.say("ok") == sari.say("🙏") == sari.say("makasih") == ""
    sari.say("umur rafa")
    assert sari.say("oke siap") == "Siap, Bu Sari. 🌱"
    sari.now += timedelta(hours=4)
    assert "Sama-sama" in sari.say("makasih")
    assert session.scalars(select(Note)).all() == []


def test_a_family_that_mourns_is_thanked_plainly(session: Session, rafa: Child, sari: Chat) -> None:
    sari.tap_token(f"loss:yes:died:child:{rafa.id}")
    assert sari.say("terima kasih") == "Terima kasih kembali, Bu Sari."
