"""The card of a place or an office: the numbers of its digest, what each reader is shown, and what is done from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Kind, Outgoing
from db.places import Village
from db.roles import ScopeKind
from programme.scopes import Scope
from reports.digest import digest
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Town:
    """Two kelurahan of Kendari Barat. Pak Anwar fosters Rafa (late) and Kayla in Tipulu, and Bima (late) in Benua.

    In Baruga Pak Usman of the same office is late too, and Pak Jalil has not joined.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.tipulu = people.village(session, "Tipulu", "Kendari Barat")
        self.benua = people.village(session, "Benua", "Kendari Barat")
        self.away = people.village(session, "Baruga", "Baruga")
        self.centre = people.health_centre(session, district_id=self.tipulu.district_id)
        self.post = people.posyandu(session, where=self.tipulu)
        self.post.day, self.post.opens = "Rabu kedua", "08.00"
        self.office = people.office(session, "Dinas Pertanian")
        self.anwar = people.asn(session, office_name="Dinas Pertanian", superior=people.asn(session, "Hasan Basri"))
        jalil = people.asn(session, "Jalil Saputra", office_name="Dinas Pertanian", reachable=False)
        rafa, kayla = self.child("Rafa", self.tipulu), self.child("Kayla Putri", self.tipulu)
        bima, dewi = self.child("Bima", self.benua), self.child("Dewi", self.away)
        self.child("Nia", self.tipulu)  # whom nobody fosters
        for child in (rafa, kayla, bima):
            people.fosters(session, self.anwar, child, TODAY - days(80))
        people.fosters(session, jalil, dewi, TODAY - days(80))
        usman = people.asn(session, "Usman", office_name="Dinas Pertanian")
        people.fosters(session, usman, self.child("Eka", self.away), TODAY - days(80))
        people.visit(session, self.anwar, kayla, TODAY - days(1))
        for child in (rafa, kayla, bima):
            people.referral(session, child, NOW - days(3), "Demam 2 hari lebih")
        people.health(session, "Wa Ode Hasna", "kader", scope="posyandu", scope_id=self.post.id, sex="P")
        session.commit()

    def child(self, name: str, where: Village) -> object:
        home = people.family(self.session, f"Ibu {name}", where)
        home.health_centre_id = self.centre.id
        home.posyandu_id = self.post.id if where is self.tipulu else None
        return people.child(self.session, home, name, TODAY - days(400))

    def coordinator(self, name: str, kind: str, id: int = 0) -> Chat:
        return chat_with(self.session, people.coordinator(self.session, name, kind, id, sex="P"))


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_the_city_answers_a_question_about_a_kelurahan_in_one_screen(town: Town) -> None:
    ratna = town.coordinator("Ratna", "kota")
    assert ratna.say("tipulu").splitlines() == [
        "📍 *Kelurahan Tipulu (Kendari Barat)*", "",
        "👶 Didampingi: *2*", "🏠 Bulan ini dikunjungi: *1* dari 2", "⏰ Terlambat: *1*, paling lama 50 hari",
        "🙋 Belum punya pendamping: *1*", "",
        "🩺 Rujukan terbuka: *2* (2 belum ada yang menangani)", "",
        "Petugas: Bu Hasna (kader)",
    ]  # fmt: skip
    assert "Rafa" not in ratna.tap("Yang terlambat")
    assert "Pak Anwar: " in ratna.heard[0].text
    assert "*Anwar Hamid*" in ratna.tap("Pak Anwar")
    ratna.say("posyandu melati 1")
    assert "Hari buka: Rabu kedua pukul 08.00\nBerikutnya: Rabu 11 Maret 2026" in ratna.heard[0].text
    assert "Tulis hari dan jamnya" in ratna.tap("Ganti hari dan jam")
    assert [one.about for one in lines(town.session, "area.open")] == [
        f"kelurahan-{town.tipulu.id}", f"posyandu-{town.post.id}"
    ]  # fmt: skip


def test_its_numbers_are_those_of_the_digest_of_that_scope(town: Town) -> None:
    ratna = town.coordinator("Ratna", "kota")
    for said, scope in (
        ("kelurahan tipulu", Scope(ScopeKind.VILLAGE, town.tipulu.id)),
        ("kecamatan kendari barat", Scope(ScopeKind.DISTRICT, town.tipulu.district_id)),
        ("puskesmas labibia", Scope(ScopeKind.HEALTH_CENTRE, town.centre.id)),
        ("posyandu melati 1", Scope(ScopeKind.POSYANDU, town.post.id)),
        ("dinas pertanian", Scope(ScopeKind.OFFICE, town.office.id)),
    ):
        numbers, card = digest.of_scopes(town.session, [scope], NOW, people.city()), ratna.say(said)
        visits = numbers.visits
        assert f"Bulan ini dikunjungi: *{visits.seen}* dari {visits.needed}" in card, said
        assert f"Terlambat: *{len(visits.late)}*" in card, said
        assert f"Rujukan terbuka: *{len(numbers.referrals.open)}*" in card, said
        nobody = len(numbers.nobody.waiting)
        assert (f"Belum punya pendamping: *{nobody}*" in card) is bool(nobody), said


def test_an_office_is_told_visits_and_nothing_of_health(town: Town) -> None:
    tuti = town.coordinator("Tuti", "opd", town.office.id)
    card = tuti.say("dinas pertanian")
    assert "Terlambat: *3*" in card
    assert "Pendamping belum bergabung: *1*" in card
    assert "menangani" not in card
    assert tuti.labels == ["Yang terlambat", "Ingatkan yang terlambat", "Menu utama"]
    late = tuti.tap("Yang terlambat")
    assert "1. Pak Anwar: *50 hari*" in late
    assert not {"Rafa", "Bima", "A-", "Tipulu"} & set(late.replace("*", " ").split())
    assert "Tidak ada rujukan terbuka" in tuti.tap_token(f"area:referrals:office:{town.office.id}")


def test_a_kecamatan_reads_of_an_office_and_a_puskesmas_what_lies_in_it(town: Town) -> None:
    camat = town.coordinator("Sri", "kecamatan", town.tipulu.district_id)
    for said in ("dinas pertanian", "puskesmas labibia"):
        card = camat.say(said)
        assert "Yang di wilayah Ibu saja" in card
        assert "Didampingi: *3*" in card, "Dewi lives in another kecamatan"
    late = camat.tap_token(f"area:late:office:{town.office.id}:0")
    assert "Rafa (A-" in late
    assert "Usman" not in late
    assert "*1 pendamping diingatkan sekarang:* Pak Anwar." in camat.tap("Ingatkan semua")
    assert "🏢 *Dinas Pertanian*" in camat.tap("Dinas Pertanian"), "and back"
    referrals = camat.tap_token(f"area:referrals:health_centre:{town.centre.id}")
    assert referrals.count("Demam") == 0, "no sign"
    assert referrals.count("perlu dilihat hari ini") == 3
    assert "belum ada yang menangani" in camat.tap("Buka nomor 3")
    assert "Alihkan ke petugas lain" in camat.labels


def test_the_reminder_of_a_place_reaches_exactly_those_who_are_late_there(town: Town) -> None:
    session = town.session
    lurah = town.coordinator("Lina", "kelurahan", town.benua.id)
    lurah.say("benua")
    assert "✅ *1 pendamping diingatkan sekarang:* Pak Anwar." in lurah.tap("Ingatkan yang terlambat")
    [nudge] = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.NUDGE))
    assert "Bima" in str(nudge.message)
    assert "Rafa" not in str(nudge.message)
    assert "sudah diingatkan oleh Ibu" in lurah.tap("Ingatkan yang terlambat")
    murni = chat_with(session, people.health(session))
    assert "sudah tidak berlaku" in murni.tap_token(f"area:remind:health_centre:{town.centre.id}")
    assert len(session.scalars(select(Outgoing).where(Outgoing.kind == Kind.NUDGE)).all()) == 1


def test_the_card_of_a_foster_parent_says_what_each_reader_may_see(town: Town) -> None:
    people.leave(town.session, town.anwar, TODAY + days(3), TODAY + days(9))
    readers = {
        "kota": town.coordinator("Ratna", "kota"),
        "lurah": town.coordinator("Lina", "kelurahan", town.tipulu.id),
        "opd": town.coordinator("Tuti", "opd", town.office.id),
        "admin": chat_with(town.session, people.person(town.session, "Joko", "admin")),
    }
    cards = {name: chat.say("orang anwar hamid") for name, chat in readers.items()}
    for name in ("kota", "lurah", "opd"):
        assert "Laporan terakhir: kunjungan Selasa 3 Maret 2026" in cards[name], name
        assert "Atasan: Pak Hasan" in cards[name]
        assert "Cuti: Sabtu 7 Maret 2026 sampai Jumat 13 Maret 2026" in cards[name]
        assert readers[name].labels[:4] == ["Ingatkan", "Telepon", "Tulis pesan", "Cuti, pindah, pensiun"], name
    assert "Mendampingi: 3 anak atau ibu\nKunjungan: 2 terlambat, paling lama 50 hari" in cards["opd"]
    assert "Mendampingi: Rafa (A-" in cards["lurah"]
    assert "Kunjungan: 1 terlambat" in cards["lurah"]
    assert "Bima" not in cards["lurah"]
    assert "Rafa" not in cards["kota"]
    assert "Kunjungan: 2 terlambat" in cards["kota"]
    assert "Kunjungan" not in cards["admin"]
    assert "diingatkan sekarang" in readers["opd"].tap("Ingatkan")
