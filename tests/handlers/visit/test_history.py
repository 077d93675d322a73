"""What an ASN reads of the last reports ("riwayat"), and how the last one is corrected by a word ("perbaiki")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.children import Child
from db.consent import PaperConsent
from db.people import Person
from db.visits import Visit, VisitRevision
from tests import people
from tests.chat import Chat, chat_with
from tests.people import TODAY

ROUTINE = ("Ibu", "Sehat", "Tidak", "Nasi", "Selesai", "Belum ada", "Tidak ada", "Kirim")
FORM_FACTS = {"adik": "Adik Rafa", "ibu": "Bu Sari", "months": 14, "age_days": 430, "agreed": True}


@dataclass
class Town:
    session: Session
    anwar: Chat
    rafa: Child
    asn: Person

    def reports(self) -> None:
        self.anwar.say("lapor")
        self.anwar.fill(*ROUTINE)

    def own(self) -> Visit:
        """The one report of his about Rafa."""
        return self.session.scalars(select(Visit).where(Visit.asn_id == self.asn.id, Visit.child == self.rafa)).one()

    def days_pass(self, days: int) -> None:
        self.anwar.now += timedelta(days=days)


@pytest.fixture
def town(session: Session) -> Town:
    """Pak Anwar fosters Rafa alone; Bu Ratna coordinates the city."""
    who = people.asn(session, "Anwar Hamid")
    rafa = people.child(session, people.family(session), "Rafa Pratama", TODAY - timedelta(days=430), code="A-31")
    people.fosters(session, who, rafa, TODAY - timedelta(days=100))
    before = people.asn(session, "Rahma Yusuf", people.WOMAN)
    people.visit(session, before, rafa, TODAY - timedelta(days=70), answers={"house": ["air"]})
    people.coordinator(session, "Ratna Dewi", sex="P")
    return Town(session, chat_with(session, who), rafa, who)


@pytest.mark.parametrize(
    "said", ["perbaiki", "/perbaiki", "Perbaiki laporan.", "koreksi", "salah isi", "ralat laporan"]
)
def test_words_that_come_to_mind_open_the_last_report_within_its_time(town: Town, said: str) -> None:
    town.reports()
    town.days_pass(30)
    opened = town.anwar.say(said)
    assert opened.startswith("Ini laporan yang sudah masuk. Perbaikannya bisa dikirim sampai Jumat 3 April 2026.")
    assert "• Bertemu dengan: *Ibu*" in opened
    town.anwar.say("bertemu dengan")
    town.anwar.tap("Ayah")
    assert "Perbaikan tersimpan" in town.anwar.tap("Kirim")
    assert town.own().answers["whom"] == "ayah"
    assert town.session.scalars(select(VisitRevision)).one().answers["whom"] == "ibu"


@pytest.mark.parametrize("way", ["perbaiki", "correct:{id}", "undo:{id}"])
def test_after_its_time_it_says_until_when_and_whom_to_turn_to(town: Town, way: str) -> None:
    town.reports()
    town.days_pass(31)
    id = town.own().id
    act = town.anwar.say if way == "perbaiki" else town.anwar.tap_token
    assert act(way.format(id=id)) == (
        "Laporan kunjungan Rabu 4 Maret 2026 bisa diperbaiki sampai Jumat 3 April 2026, dan hari itu sudah lewat. "
        "Kalau ada yang keliru, sampaikan kepada koordinator, Bu Ratna."
    )


def test_the_newest_report_of_whom_they_still_foster_is_opened(town: Town) -> None:
    assert "Belum ada laporan kunjungan atas nama Bapak." in town.anwar.say("perbaiki")
    town.reports()
    other = people.child(town.session, people.family(town.session), "Bayu", TODAY - timedelta(days=700))
    people.visit(town.session, town.asn, other, TODAY, submitted_at=people.at(TODAY, "23:00"))
    assert "Kunjungan Adik Rafa" in town.anwar.say("perbaiki"), "Bayu was never his to foster"
    town.anwar.say("batal")
    assert "Laporan yang sudah masuk tetap seperti semula." in town.anwar.tap("Ya, buang")
    town.anwar.tap_token(f"undo:{town.own().id}")
    assert "Belum ada laporan kunjungan" in town.anwar.say("perbaiki"), "it was taken back"


def test_the_history_is_short_with_days_and_can_be_corrected_from(town: Town) -> None:
    old = {"whom": "tidak", "reason": "bepergian", "visited_on": str(TODAY - timedelta(days=40))}
    people.visit(
        town.session, town.asn, town.rafa, TODAY - timedelta(days=40), form="child_visit", facts=FORM_FACTS,
        answers=old, met=False,
    )  # fmt: skip
    town.reports()
    assert town.anwar.say("riwayat") == (
        "*Kunjungan Adik Rafa*\n"
        "• Rabu 4 Maret 2026 (hari ini): Ibu, Sehat\n"
        "• Jumat 23 Januari 2026 (40 hari lalu): Tidak bertemu\n"
        "• Rabu 24 Desember 2025 (70 hari lalu): oleh pendamping lain"
    )
    assert town.anwar.labels == ["Perbaiki 4 Mar", "Menu utama"], "the older one is past its time"
    read = select(Audit.action).order_by(Audit.id.desc()).limit(1)
    assert town.session.scalar(read) == "history.view"
    assert "Ini laporan yang sudah masuk." in town.anwar.tap("Perbaiki 4 Mar")


def test_without_consent_the_history_shows_that_they_met_and_nothing_of_health(town: Town) -> None:
    town.reports()
    for signed in town.session.scalars(select(PaperConsent)):
        signed.withdrawn_at = people.NOW
    town.session.commit()
    assert town.anwar.say("riwayat").startswith("*Kunjungan Adik Rafa*\n• Rabu 4 Maret 2026 (hari ini): Ibu\n")


def test_of_several_it_is_asked_whose_history(town: Town) -> None:
    bayu = people.child(town.session, people.family(town.session), "Bayu", TODAY - timedelta(days=700))
    people.fosters(town.session, town.asn, bayu, TODAY - timedelta(days=5))
    assert "Riwayat siapa?" in town.anwar.say("riwayat kunjungan")
    assert "Belum ada laporan kunjungan *Adik Bayu*." in town.anwar.tap("Adik Bayu")
