""" "Data saya" shows one's own words and the child's record, and never another adult's words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from db.audit import note
from db.children import Carer
from db.consent import Note
from db.cries import Cry, CryState
from db.outbox import SENT, Kind, Outgoing
from db.subjects import subject
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

MOTHERS_WORDS = "suami saya sering marah"


class Home:
    """Bu Sari, who wrote to us and called for help about herself, Pak Amir, and their Rafa, fostered by Pak Anwar."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.rafa = people.child(session, self.family, "Rafa Pratama", TODAY - timedelta(days=430))
        self.expected = people.pregnancy(session, self.family, TODAY + timedelta(days=50))
        self.mother: Carer = people.carer(session, self.family)
        self.father: Carer = people.carer(session, self.family, "Amir Hamzah", "ayah")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.family, TODAY - timedelta(days=40))
        answers = {"visited_on": "2026-03-01", "whom": "ibu", "health": "sehat", "notes": "ibu tampak sedih"}
        people.visit(session, self.anwar, self.rafa, TODAY - timedelta(days=3), form="child_visit", answers=answers)
        people.visit(session, self.anwar, self.expected, TODAY - timedelta(days=2), form="pregnancy_visit",
                     answers={"whom": "ibu", "healthy": "bahaya"})  # fmt: skip
        people.measured(session, self.rafa, TODAY - timedelta(days=3), 8.4, 72.5)
        people.referral(session, self.rafa, NOW - timedelta(days=2), "Kejang")
        people.referral(session, self.expected, NOW - timedelta(days=3), "Ketuban pecah")
        bleeding = people.referral(session, self.expected, NOW - timedelta(days=1), "Perdarahan")
        session.add(Cry(
            person_id=self.mother.person_id, family_id=self.family.id, pregnancy_id=self.expected.id, at=NOW,
            referral_id=bleeding.id, signs=[], words=["darah"], said="saya keluar darah", state=CryState.CALLED,
        ))  # fmt: skip
        session.add(Note(person_id=self.mother.person_id, text=MOTHERS_WORDS, at=NOW))
        session.add(Note(person_id=self.father.person_id, text="kapan posyandu buka", at=NOW))
        note(session, NOW, self.anwar.id, "chart.view", subject(self.rafa))
        note(session, NOW, self.mother.person_id, "family.view", subject(self.family))
        session.add(Outgoing(
            key="lesson:1", kind=Kind.LESSON, channel="telegram", address="x", person_id=self.mother.person_id,
            family_id=self.family.id, message={"text": "Telur untuk Rafa"}, due_at=NOW, created_at=NOW, lane=2,
            state=SENT, settled_at=NOW,
        ))  # fmt: skip
        self.sari, self.amir = chat_with(session, self.mother.person), chat_with(session, self.father.person)

    @staticmethod
    def file_of(chat: Chat) -> str:
        chat.say("berkas")
        [message] = chat.heard
        assert message.attachment is not None
        assert message.attachment.name == f"data-saya-{TODAY}.txt"
        return (chat.city.files / message.attachment.path).read_text(encoding="utf-8-sig")


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def test_the_file_has_visits_measurements_referrals_notes_messages_and_who_looked(home: Home) -> None:
    said = home.file_of(home.sari)
    for expected in (
        "Rafa (A-", "Pak Anwar, bertemu. Bertemu dengan: Ibu; Kesehatan: Sehat; Catatan: ibu tampak sedih",
        "Rafa, berat 8,4 kg, panjang/tinggi 72,5 cm (resmi, posyandu)", "Kejang, belum selesai",
        "Perdarahan, belum selesai", "Ketuban pecah, belum selesai", "Keadaan: Ada tanda bahaya",
        MOTHERS_WORDS, "saya keluar darah", "Telur untuk Rafa",
        "Pak Anwar membuka grafik", "setuju lewat simulator, teks 2026-12",
        "setuju di kertas, disimpan di map posyandu",
    ):  # fmt: skip
        assert expected in said


def test_a_second_reader_sees_nothing_of_the_mothers_words_her_danger_or_that_she_asked_for_help(home: Home) -> None:
    said = home.file_of(home.amir) + home.amir.say("data saya")
    assert "kapan posyandu buka" in said
    assert "Kejang" in said, "the child's record is his too"
    for hers in (
        MOTHERS_WORDS,
        "darah",
        "Perdarahan",
        "tampak sedih",
        "Telur untuk Rafa",
        "Sari melihat",
        "Ketuban",
        "Keadaan: Ada tanda bahaya",
    ):
        assert hers not in said


def test_in_chat_the_numbers_stand_and_the_ways_on(home: Home) -> None:
    said = home.sari.say("data saya")
    assert "Kunjungan: 2" in said
    assert "Ukuran anak: 1" in said
    assert {"Kirim sebagai berkas", "Ada yang keliru", "Hapus data"} <= set(home.sari.labels)


def test_who_reads_along_no_more_gets_a_file_without_the_child(home: Home) -> None:
    home.father.closed_at = NOW
    home.session.commit()
    said = home.file_of(home.amir)
    assert "kapan posyandu buka" in said
    assert "Rafa" not in said
