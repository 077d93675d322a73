"""Coordinators are told once when visits lapse, in numbers, with who is late and a tap that reminds exactly them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.children import Child
from db.lapses import Lapse
from db.outbox import Kind, Outgoing
from db.people import Person
from flow.message import Message
from scheduler import lapse
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.crowd import statements

MONDAY = date(2026, 3, 9)
LONG = MONDAY - timedelta(days=200)


def weeks(count: int) -> timedelta:
    return timedelta(weeks=count)


class Town:
    """Twelve ASN of Dinas Pertanian with three children each in Tipulu, three of them with their turn each week.

    Each child is visited every four weeks, a little before it is due. Pak Usman of Dinas Sosial has never visited.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        tipulu, away = people.village(session, "Tipulu", "Kendari Barat"), people.village(session, "Baruga", "Baruga")
        office, small = people.office(session, "Dinas Pertanian"), people.office(session, "Dinas Sosial")
        self.turns: list[list[tuple[Person, Child]]] = [[], [], [], []]
        for number in range(12):
            who = people.asn(session, f"Asn{'abcdefghijkl'[number]} Hamid", office_name=office.name)
            for _ in range(3):
                child = people.child(session, people.family(session, where=tipulu))
                people.fosters(session, who, child, LONG)
                self.turns[number % 4].append((who, child))
        usman = people.asn(session, "Usman", office_name=small.name)
        people.fosters(session, usman, people.child(session, people.family(session, where=away)), LONG)
        self.ratna = people.coordinator(session)
        self.rudi = people.coordinator(session, "Rudi", "kelurahan", tipulu.id)
        self.tuti = people.coordinator(session, "Tuti", "opd", office.id)
        self.lina = people.coordinator(session, "Lina", "kelurahan", away.id)
        for back in range(8, 1, -1):
            self.visited(MONDAY - weeks(back))

    def visited(self, monday: date, count: int = 9) -> None:
        """So many of the nine children whose turn it is are visited in this week."""
        turn = self.turns[((monday - MONDAY).days // 7) % 4]
        for who, child in turn[:count]:
            people.visit(self.session, who, child, monday + timedelta(days=2))
        self.session.commit()

    def told(self, day: date, clock: str = "08:30") -> dict[str, Message]:
        """What is said this morning, by who is told it."""
        kind = select(Outgoing).where(Outgoing.kind == Kind.LAPSE).order_by(Outgoing.id)
        before = {row.id for row in self.session.scalars(kind)}
        finish(lapse.tick, self.session, people.at(day, clock), people.city())
        return {
            self.session.get_one(Person, row.person_id or 0).name: Message.from_json(row.message)
            for row in self.session.scalars(kind)
            if row.id not in before
        }


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_lapse_is_told_once_and_again_only_after_it_has_recovered(town: Town) -> None:
    town.visited(MONDAY - weeks(1), 4)
    assert town.told(MONDAY, "07:44") == town.told(MONDAY, "12:00") == town.told(MONDAY + timedelta(days=2)) == {}
    told = town.told(MONDAY)
    assert set(told) == {"Ratna Dewi", "Rudi", "Tuti"}, "Lina's kelurahan has not lapsed"
    assert (
        told["Rudi"].text.splitlines()[1] == "• *Kel. Tipulu (Kendari Barat)*: minggu lalu *4* kunjungan, biasanya *9*"
    )
    assert "Dinas Sosial" not in told["Tuti"].text
    assert told["Ratna Dewi"].text.splitlines()[1:5] == [
        "• *Kota Kendari*: minggu lalu *4* kunjungan, biasanya *9*",
        "• *Kel. Tipulu (Kendari Barat)*: minggu lalu *4* kunjungan, biasanya *9*",
        "• *Dinas Pertanian*: minggu lalu *4* kunjungan, biasanya *9*",
        "• *Dinas Sosial*: 2 minggu tanpa kunjungan, 1 pendamping terlambat",
    ]
    assert "Yang kunjungannya ditunggu: Pak Usman, Pak Asnh dan Pak Asnl." in told["Ratna Dewi"].text
    assert "Pak Usman" not in told["Rudi"].text
    assert town.told(MONDAY, "09:00") == town.told(MONDAY + timedelta(days=1)) == {}
    town.visited(MONDAY, 5)
    assert town.told(MONDAY + weeks(1)) == {}, "it goes on"
    town.visited(MONDAY + weeks(1))
    assert town.told(MONDAY + weeks(2)) == {}, "it is over"
    still = select(Lapse.scope).where(Lapse.ended_on.is_(None))
    assert town.session.scalars(still).all() == ["opd"], "Dinas Sosial is still silent"
    town.visited(MONDAY + weeks(2), 3)
    assert "minggu lalu *3* kunjungan, biasanya *7*" in town.told(MONDAY + weeks(3))["Rudi"].text


def test_two_looks_at_once_tell_it_once(town: Town) -> None:
    town.visited(MONDAY - weeks(1), 4)
    at, session = people.at(MONDAY, "08:30"), town.session
    for write in [*lapse.tick(session, at, people.city()), *lapse.tick(session, at, people.city())]:
        write(session)
        session.commit()
    assert len(session.scalars(select(Lapse)).all()) == 4
    assert len(session.scalars(select(Outgoing).where(Outgoing.kind == Kind.LAPSE)).all()) == 3


def test_who_is_on_leave_is_no_lapse(town: Town) -> None:
    town.visited(MONDAY - weeks(1), 4)
    for who in {who.id: who for who, _ in town.turns[3]}.values():
        people.leave(town.session, who, MONDAY - weeks(1), MONDAY)
    assert set(town.told(MONDAY)) == {"Ratna Dewi"}, "of Dinas Sosial alone"


def test_one_tap_reminds_exactly_those_and_an_old_or_foreign_one_changes_nothing(town: Town) -> None:
    session = town.session
    town.visited(MONDAY - weeks(1), 4)
    told = town.told(MONDAY)
    tuti = chat_with(session, town.tuti, people.at(MONDAY, "09:00"))
    tuti.seen(told["Tuti"])
    assert tuti.labels == ["Ingatkan Dinas Pertanian", "Yang terlambat"]
    assert "✅ *2 pendamping diingatkan sekarang:* Pak Asnh dan Pak Asnl." in tuti.tap("Ingatkan Dinas Pertanian")
    nudged = select(Outgoing).where(Outgoing.kind == Kind.NUDGE)
    assert len(session.scalars(nudged).all()) == 2
    again = tuti.tap_token(tuti.button("Ingatkan Dinas Pertanian").token)
    assert "2 pendamping sudah diingatkan oleh Bapak/Ibu hari ini pukul 09.01." in again
    ratna = chat_with(session, town.ratna, people.at(MONDAY, "09:30"))
    ratna.seen(told["Ratna Dewi"])
    assert "Pak Usman." in ratna.tap("Ingatkan Dinas Sosial")
    assert "sudah diingatkan oleh" in ratna.tap("Ingatkan semua")
    lina = chat_with(session, town.lina, people.at(MONDAY, "09:30"))
    assert lina.tap_token(f"area:remind:office:{town.tuti.roles[0].scope_id}") == (
        "Nama atau kode itu tidak ada dalam daftar Bapak/Ibu."
    )
    assert len(session.scalars(nudged).all()) == 3
    town.visited(MONDAY - weeks(1))
    tuti.now += timedelta(days=1)
    tuti.seen(told["Tuti"])
    assert tuti.tap("Ingatkan Dinas Pertanian") == "Tidak ada kunjungan yang terlambat lagi. 👏"


def test_a_look_at_another_time_asks_nothing(session: Session) -> None:
    with statements(session) as asked:
        assert list(lapse.tick(session, people.at(MONDAY + timedelta(days=3)), people.city())) == []
    assert not asked
