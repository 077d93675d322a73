"""Requests about data: asked by the family, answered by the data officer within 3x24 hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import referrals
from db.children import Carer
from db.data_requests import DataRequest, RequestKind
from db.outbox import Kind, Outgoing
from db.people import Person
from programme import consents, data_requests
from programme.erasure import NOBODY
from scheduler.data_requests import tick
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY


class Town:
    """Bu Sari and her Rafa, and Bu Ratna, coordinator of the city and so its data officer."""

    def __init__(self, session: Session):
        self.session = session
        self.home = people.family(session)
        self.rafa = people.child(session, self.home, "Rafa Pratama", TODAY - timedelta(days=430))
        self.carer: Carer = people.carer(session, self.home)
        self.coordinator: Person = people.coordinator(session)
        self.sari, self.ratna = chat_with(session, self.carer.person), chat_with(session, self.coordinator)

    def asks_to_erase(self) -> DataRequest:
        self.sari.say("hapus data")
        self.sari.tap("Ya, hapus data")
        return self.session.scalars(select(DataRequest)).one()

    def answers(self, *said: str) -> str:
        self.ratna.say("permintaan")
        self.ratna.tap("Jawab nomor")
        self.ratna.fill(*said)
        return self.ratna.tap("Kirim")

    def told(self, person_id: int | None) -> list[str]:
        query = select(Outgoing).where(Outgoing.kind == Kind.DATA, Outgoing.person_id == person_id)
        return [str(row.message["text"]) for row in self.session.scalars(query.order_by(Outgoing.id))]


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_correction_is_asked_in_own_words_and_answered_with_words(town: Town) -> None:
    town.sari.say("data saya")
    town.sari.tap("Ada yang keliru")
    assert "paling lambat Sabtu 7 Maret 2026" in town.sari.say("Rafa lahir tanggal 5, bukan 15")
    asked = town.session.scalars(select(DataRequest)).one()
    assert (asked.kind, asked.words, asked.person_id) == (
        RequestKind.CORRECT, "Rafa lahir tanggal 5, bukan 15", town.carer.person_id,
    )  # fmt: skip
    assert asked.due_at - asked.at == timedelta(hours=72)
    assert "tanggal 5" in town.ratna.say("permintaan")
    assert "Terjawab" in town.answers("Dikabulkan", "Sudah kami betulkan di buku kerja.")
    assert asked.answered_by == town.coordinator.id
    assert any("dikabulkan" in said and "betulkan" in said for said in town.told(town.carer.person_id))
    assert "Tidak ada permintaan" in town.ratna.say("permintaan")


def test_an_erasure_that_is_granted_is_done_at_once_and_its_asker_is_told_at_the_bare_address(town: Town) -> None:
    asked = town.asks_to_erase()
    assert town.home.mother_name != NOBODY, "nothing is erased before the officer answers"
    town.answers("Dikabulkan", "Baik.")
    assert (town.home.mother_name, town.rafa.name) == (NOBODY, town.rafa.code)
    assert asked.done_at is not None
    assert any("sudah dihapus" in said for said in town.told(None))


def test_an_erasure_waits_for_an_open_danger_to_close(town: Town) -> None:
    danger = people.referral(town.session, town.rafa, NOW, "Kejang")
    town.session.commit()
    asked = town.asks_to_erase()
    assert "bahaya yang masih terbuka" in town.ratna.say("permintaan")
    assert "begitu rujukan yang terbuka ditutup" in town.answers("Dikabulkan", "Baik.")
    finish(tick, town.session, NOW + timedelta(hours=1), people.city())
    assert (town.home.mother_name != NOBODY, asked.done_at) == (True, None)
    referrals.close(town.session, danger, NOW + timedelta(hours=2), None, "selesai")
    finish(tick, town.session, NOW + timedelta(hours=3), people.city())
    town.session.expire_all()
    assert town.home.mother_name == NOBODY
    assert asked.done_at == NOW + timedelta(hours=3)


def test_an_erasure_that_is_refused_says_why_and_erases_nothing(town: Town) -> None:
    town.asks_to_erase()
    town.answers("Tidak dikabulkan", "Masih dalam sengketa, hubungi kantor.")
    finish(tick, town.session, NOW + timedelta(days=4), people.city())
    assert town.home.mother_name != NOBODY
    assert any("tidak dikabulkan" in said and "sengketa" in said for said in town.told(town.carer.person_id))


def test_a_conflict_that_is_granted_ends_every_consent_of_the_family(town: Town) -> None:
    people.carer(town.session, town.home, "Amir Hamzah", "ayah")
    town.session.commit()
    town.sari.say("tarik persetujuan")
    town.sari.tap("Tarik persetujuan")
    assert consents.stands(town.session, town.home)
    town.answers("Dikabulkan", "Data tidak dipakai lagi.")
    assert consents.stands(town.session, town.home) is None


def test_nobody_but_the_data_officer_sees_or_answers_a_request(town: Town) -> None:
    asked = town.asks_to_erase()
    office = people.office(town.session)
    others = (
        people.asn(town.session), people.health(town.session),
        people.coordinator(town.session, "Laode", "opd", office.id),
    )  # fmt: skip
    for chat in (town.sari, *(chat_with(town.session, who) for who in others)):
        assert town.home.code not in chat.say("permintaan")
        assert "tidak berlaku" in chat.tap_token(f"request:{asked.id}")


def test_an_officer_who_is_one_no_more_while_the_form_is_open_answers_nothing(town: Town) -> None:
    asked = town.asks_to_erase()
    town.ratna.say("permintaan")
    town.ratna.tap("Jawab nomor")
    town.ratna.fill("Dikabulkan", "Baik.")
    named: City = people.city()
    privacy = replace(named.programme.privacy, officers=("0811 400 777",))
    town.ratna.city = replace(named, programme=replace(named.programme, privacy=privacy))
    town.ratna.tap("Kirim")
    town.session.refresh(asked)
    assert (asked.answered_at, town.home.mother_name == NOBODY) == (None, False)


def test_the_officer_is_who_the_city_names_by_number(town: Town) -> None:
    named = people.city()
    privacy = replace(named.programme.privacy, officers=("0811 400 777",))
    city = replace(named, programme=replace(named.programme, privacy=privacy))
    nur = people.health(town.session, "Nur", phone="+62811400777")
    assert [one.id for one in data_requests.officers(town.session, city)] == [nur.id]


def test_the_officers_are_reminded_in_the_last_day_once_and_daily_when_it_is_late(town: Town) -> None:
    town.asks_to_erase()
    for hours in (1, 47):
        finish(tick, town.session, NOW + timedelta(hours=hours), people.city())
    assert len(town.told(town.coordinator.id)) == 1, "the news that there is a request"
    for hours in (49, 50, 51):
        finish(tick, town.session, NOW + timedelta(hours=hours), people.city())
    assert len(town.told(town.coordinator.id)) == 2
    for hours in (73, 74, 97):
        finish(tick, town.session, NOW + timedelta(hours=hours), people.city())
    assert len(town.told(town.coordinator.id)) == 4
    assert "sudah lewat" in town.told(town.coordinator.id)[-1]


def test_who_asks_twice_has_one_request_and_keeps_its_clock(town: Town) -> None:
    asked = town.asks_to_erase()
    due = asked.due_at
    town.sari.now = NOW + timedelta(hours=30)
    assert town.asks_to_erase().due_at == due


def test_nobody_asks_to_erase_a_family_that_is_not_theirs(town: Town) -> None:
    wati: Chat = chat_with(town.session, people.carer(town.session, people.family(town.session, "Wati"), "Wati").person)
    assert "tidak berlaku" in wati.tap_token(f"erase:{town.home.id}")
    assert not town.session.scalars(select(DataRequest)).all()
