"""The first screen has what is needed most; the rest stands one step behind and is always a word away."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Carer, Child, Family
from rules import signs
from rules.signs import Urgency, asked
from tests import people
from tests.chat import Chat

TODAY = people.TODAY


def test_home_begins_with_what_is_needed_most(sari: Chat) -> None:
    assert "Puskesmas Labibia *0401-3121234*" in sari.say("menu")
    assert sari.labels == ["Tanda bahaya", "Jadwal", "Tanya", "Grafik", "Anak sakit", "Lainnya"]
    sari.tap("Lainnya")
    assert {"Atur hari dan jam", "Jeda pesan", "Siapa ikut membaca", "Berhenti", "Data saya"} <= set(sari.labels)


def test_the_danger_signs_are_those_of_the_age_by_urgency_with_what_to_do_and_numbers(sari: Chat) -> None:
    said = sari.say("tanda bahaya")
    now, today = (said.index(mark) for mark in ("🔴", "🟠"))
    for sign in asked.of_child(130):
        place = said.index(sign.label)
        assert (now < place < today) == (sign.urgency == Urgency.NOW), sign.label
    assert signs.table()["anak-kejang"].go in said
    assert "*112*" in said
    assert "0401-3121234" in said
    assert "Apa yang terlihat pada Adik Rafa?" in sari.tap("Anak sakit")


def test_after_a_birth_the_mother_s_signs_are_a_tap_away_and_those_of_a_pregnancy_too(
    session: Session, home: Family, rafa: Child, sari: Chat
) -> None:
    rafa.born = TODAY - timedelta(days=5)
    session.commit()
    assert "Tanda bahaya Adik Rafa" in sari.say("tanda bahaya")
    assert "ibu sesudah melahirkan" in sari.tap("Tanda bahaya ibu nifas")
    rafa.born = TODAY - timedelta(days=300)
    people.pregnancy(session, home, TODAY + timedelta(weeks=10))
    session.commit()
    assert "Bu Sari, sedang hamil" in sari.say("tanda bahaya")
    assert "Gerak bayi berkurang" in sari.heard[0].text
    assert "*Tanda bahaya Adik Rafa*" in sari.tap("Tanda bahaya Adik Rafa")


def test_tanya_invites_to_write_and_has_neutral_entries(sari: Chat) -> None:
    assert "Mau tanya apa?" in sari.say("tanya")
    assert sari.labels == ["Nomor layanan", "Hal pribadi"]
    assert "4 bulan 7 hari" in sari.say("umur rafa berapa")


def test_a_pause_ends_early_by_the_word_and_by_the_button(session: Session, sari: Chat) -> None:
    sari.say("jeda")
    assert "Tulis *lanjut* kapan saja" in sari.tap("Dua minggu")
    assert "Pesan jalan lagi mulai hari ini" in sari.tap("Lanjutkan pesan")
    carer = session.scalars(select(Carer)).one()
    assert carer.paused_until == TODAY  # what the pause passed over does not come all at once
    sari.tap_token("pause:7")
    assert "Mau jalan lagi? Tulis *lanjut*" in sari.say("menu")
    assert "jalan lagi" in sari.say("lanjut")
    assert "Halo Bu Sari" in sari.say("lanjut")


def test_the_quiet_after_a_loss_is_not_ended_by_a_word(session: Session, home: Family, rafa: Child, sari: Chat) -> None:
    people.child(session, home, "Rani", TODAY - timedelta(days=500), code="A-33")
    session.commit()
    sari.tap_token(f"loss:yes:died:child:{rafa.id}")
    until = session.scalars(select(Carer)).one().paused_until
    assert until is not None
    assert until > TODAY
    assert "masih kami tahan" in sari.say("lanjut")
    assert session.scalars(select(Carer)).one().paused_until == until


def test_every_help_names_a_number(session: Session, home: Family, sari: Chat) -> None:
    assert "0401-3121234" in sari.say("bantuan")
    home.health_centre = None
    session.commit()
    assert "Dinas Kesehatan *0401-3105678*" in sari.say("bantuan")
