"""The card of a child: who opens it, by what words, and what each reads on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.children import Child, Pregnancy
from db.consent import Consent, PaperConsent
from db.people import Person
from db.states import CareState
from db.told_endings import ToldEnding
from db.visits import Visit
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


def days(count: int) -> timedelta:
    return timedelta(days=count)


SAW = {"whom": "ibu", "health": "sakit", "sick": ["diare"], "food": ["pokok"], "rights": ["akta"]}
FACTS = {"adik": "Adik Fadila", "ibu": "Bu Sari", "months": 14, "age_days": 430, "agreed": True}


@dataclass
class Town:
    """Pak Anwar fosters Fadila, whom Bu Murni, midwife, and Bu Wa Ode, cadre, know too."""

    session: Session
    anwar: Person
    murni: Person
    fadila: Child

    def chat(self, who: Person) -> Chat:
        return chat_with(self.session, who)


@pytest.fixture
def town(session: Session) -> Town:
    home = people.family(session)
    home.posyandu_id, home.health_centre_id = people.posyandu(session).id, people.health_centre(session).id
    fadila = people.child(session, home, "Fadila Nur", TODAY - days(430), code="KDI-A00267A")
    people.carer(session, home)
    anwar = people.asn(session)
    people.fosters(session, anwar, fadila, TODAY - days(60))
    facts = {**FACTS, "today": str(TODAY - days(35))}
    people.visit(session, anwar, fadila, TODAY - days(35), form="child_visit", answers=SAW, facts=facts)
    people.measured(session, fadila, TODAY - days(33), 6.4, 70.0)
    people.referral(session, fadila, NOW - days(2), "Demam 2 hari lebih")
    people.health(session, "Wa Ode Hasna", "kader", scope="posyandu", scope_id=home.posyandu_id, sex="P")
    murni = people.health(session, sex="P")
    session.commit()
    return Town(session, anwar, murni, fadila)


def test_anak_opens_the_only_one_with_all_that_the_next_visit_needs(town: Town) -> None:
    chat = town.chat(town.anwar)
    said = chat.say("anak asuh saya")
    for part in (
        "👶 *Adik Fadila* (KDI-A00267A), 14 bulan 4 hari\nMandonga (Mandonga), Posyandu Melati 1\nIbu: Bu Sari\n",
        "Kader: Bu Hasna", "Disapa: Bu Sari", "⚖️ 6,4 kg, 70 cm, 30 Jan (resmi)", "Perlu dipastikan puskesmas.",
        "• 🔴 Kunjungan terlambat 5 hari (Jumat 27 Februari 2026); terakhir 28 Jan",
        "• Rujukan: Demam 2 hari lebih. Sejak 2 hari, belum ada yang menangani",
        "• Kunjungan lalu: sakit (diare). Sudah sembuh?",
        "• Kunjungan lalu: belum makan telur dan ikan, ayam, atau hati", "• Bulan ini belum ditimbang",
        "🏠 *Kunjungan terakhir*\n• Rabu 28 Januari 2026 (35 hari lalu): Ibu, Sakit 2 minggu ini",
    ):  # fmt: skip
        assert part in said
    assert chat.heard[0].attachment
    assert chat.labels[:4] == ["Lapor kunjungan", "Grafik tinggi", "Riwayat kunjungan", "Jadwal"]
    assert [(one.by, one.about) for one in lines(town.session, "card.open")] == [
        (town.anwar.id, f"child:{town.fadila.id}")
    ]
    chat.tap("Lapor kunjungan")
    chat.fill("Ibu", "Sehat")
    chat.say("nanti")
    assert "• Laporan yang dimulai Rabu 4 Maret 2026 belum dikirim" in chat.say("anak")


def test_without_a_consent_the_asn_reads_no_health_and_the_cadre_may_note_one(town: Town) -> None:
    for signed in town.session.scalars(select(PaperConsent)):
        signed.withdrawn_at = NOW
    town.session.execute(update(Consent).values(withdrawn_at=NOW))
    town.session.commit()
    chat = town.chat(town.anwar)
    said = chat.say("fadila")
    assert said.startswith("👶 *Adik Fadila* (KDI-A00267A)\nMandonga (Mandonga)")
    assert "Belum ada persetujuan orang tua" in said
    for kept in ("bulan", "Bu Sari", "kg", "Demam", "sakit", "Rujukan", "telur"):
        assert kept not in said.replace("hari lalu", "")
    assert "• Rabu 28 Januari 2026 (35 hari lalu): Ibu\n" in f"{said}\n"
    assert chat.heard[0].attachment is None
    murni = town.chat(town.murni)
    assert "14 bulan 4 hari" in murni.say("fadila")
    assert "Catat persetujuan" in murni.labels


def test_a_name_or_a_code_alone_opens_the_card_to_those_whose_it_is(town: Town) -> None:
    session, place = town.session, town.fadila.family.village_id
    elsewhere = people.health(session, "Hasnah", scope_id=people.health_centre(session, "Puskesmas Lepo-Lepo").id)
    lurah = people.coordinator(session, "Rudi", "kelurahan", place)
    other = people.asn(session, "Usman")
    sari = session.scalars(select(Person).where(Person.name == "Sari Rahmawati")).one()
    session.commit()
    for who in (town.anwar, town.murni, lurah):
        chat = town.chat(who)
        for said in ("Fadila", "fadila nur", "Adik Fadila", "KDI-A00267A", "kdi-a00267a", "kartu Fadila"):
            assert "Fadila* (KDI-A00267A)" in chat.say(said), (who.name, said)
    assert "*Adik Fadila*" in town.chat(town.murni).say("Bu Sari"), "a midwife may write the mother's name"
    for who in (elsewhere, other, sari):
        for said in ("Fadila", "KDI-A00267A", f"kartu {town.fadila.code}"):
            assert "Fadila*" not in town.chat(who).say(said), (who.name, said)
        assert "Fadila*" not in town.chat(who).tap_token(f"card:child:{town.fadila.id}")
    assert {one.by for one in lines(session, "card.open")} == {town.anwar.id, town.murni.id, lurah.id}


def test_words_that_are_an_answer_or_danger_open_no_card(town: Town) -> None:
    session = town.session
    people.child(session, town.fadila.family, "Amin Ramadhan", TODAY - days(700), code="A-9")
    session.commit()
    murni, anwar = town.chat(town.murni), town.chat(town.anwar)
    assert "🚨" in anwar.say("Fadila kejang sekarang")
    assert not lines(session, "card.open"), "danger is heard first"
    anwar.say("lapor")
    anwar.fill("Ibu", "Sehat", "Tidak", "Nasi", "Selesai", "Belum ada", "Belum ada", "Belum ada", "Tidak ada")
    anwar.say("catatan")
    anwar.say("Fadila")
    assert "Catatan: *Fadila*" in anwar.heard[0].text, "an open form has been answered"
    anwar.tap("Kirim")
    assert session.scalars(select(Visit).where(Visit.visited_on == TODAY)).one().answers["notes"] == "Fadila"
    anwar.tap_token("ask:person")
    anwar.say("Fadila")
    assert "👶" not in anwar.heard[-1].text, "the question that was asked for"
    assert "👶" not in murni.say("amin")
    assert all("👶 *Adik Amin* (A-9)" in murni.say(said) for said in ("Amin Ramadhan", "kartu Amin"))


def test_of_several_it_is_asked_which_and_a_mother_has_a_card_too(town: Town) -> None:
    session = town.session
    wati = people.family(session, "Wati Lestari")
    wati.health_centre_id = town.fadila.family.health_centre_id
    people.child(session, wati, "Fadila", TODAY - days(200), code="A-2")
    wait: Pregnancy = people.pregnancy(session, wati, TODAY + timedelta(weeks=10))
    people.fosters(session, town.anwar, wati, TODAY - days(10))
    session.commit()
    murni = town.chat(town.murni)
    assert murni.say("fadila") == "*Yang mana?*"
    assert murni.labels[:2] == ["Adik Fadila (Bu Sari)", "Adik Fadila (Bu Wati)"]
    assert "👶 *Adik Fadila (Bu Wati)* (A-2), 6 bulan" in murni.tap("Adik Fadila (Bu Wati)")
    assert murni.say("Wati Lestari") == "*Yang mana?*"
    assert "🤰 *Bu Wati*" in murni.tap("Bu Wati, hamil")
    anwar = town.chat(town.anwar)
    assert "*Anak asuh Pak Anwar*" in anwar.say("anak")
    said = anwar.tap("Bu Wati")
    assert f"🤰 *Bu Wati* ({wati.code}), hamil 30 minggu, HPL Rabu 13 Mei 2026" in said
    assert "Periksa hamil ke-4" in said
    assert "Sudah lahir" in anwar.labels
    assert [one.about for one in lines(session, "card.open")][-1] == f"pregnancy:{wait.id}"


def test_of_a_child_of_whom_an_end_is_told_nobody_is_asked_to_do_anything(town: Town) -> None:
    told = ToldEnding(child_id=town.fadila.id, kind=CareState.DIED, at=NOW, told_by=town.anwar.id)
    town.session.add(told)
    town.session.commit()
    anwar = town.chat(town.anwar)
    said = anwar.say(f"kartu {town.fadila.code}")
    assert "Adik Fadila" in said
    assert "Yang dilihat hari ini" not in said
    assert "Lapor kunjungan" not in anwar.labels
    told.decided_at, told.is_true = NOW, False
    town.session.commit()
    assert "Yang dilihat hari ini" in anwar.say(f"kartu {town.fadila.code}")
    assert "Lapor kunjungan" in anwar.labels
