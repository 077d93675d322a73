"""A family moves, or does not want to be visited any more: asked once, told to who should know, never in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.endings import Ending
from db.outbox import Outgoing
from db.people import Person
from flow.message import Message
from reports.digest import digest
from scheduler import ladder
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, confirmed_by
from tests.people import TODAY, at, lesson, library


class Home:
    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.family.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, self.family, born=TODAY - timedelta(days=430), code="A-31")
        self.sari: Person = people.carer(session, self.family).person
        who = self.anwar_person = people.asn(session)
        people.fosters(session, who, self.rafa, TODAY - timedelta(days=40))
        self.murni: Person = people.health(session)
        self.ratna: Person = people.coordinator(session)
        self.anwar = chat_with(session, who)

    def told(self, who: Person) -> list[str]:
        query = select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")), Outgoing.person_id == who.id)
        return [Message.from_json(row.message).text for row in self.session.scalars(query)]


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def not_met(chat: Chat, reason: str) -> str:
    chat.say("lapor")
    for label in ("Tidak bertemu", reason, "Tidak perlu"):
        chat.tap(label)
    return chat.tap("Kirim")


@pytest.mark.parametrize(
    ("reason", "yes", "state", "words"),
    [
        ("Pindah alamat", "Ya, sudah pindah", "pindah", "dikabarkan sudah pindah"),
        ("Belum mau dikunjungi", "Ya, tidak ingin lagi", "menolak", "tidak ingin didampingi lagi"),
    ],
)
def test_after_a_visit_that_met_nobody_it_is_asked_whether_that_is_for_good(
    home: Home, reason: str, yes: str, state: str, words: str
) -> None:
    assert "Apakah" in not_met(home.anwar, reason)
    assert home.rafa.state == "aktif"
    assert "kami tahan" in home.anwar.tap(yes)
    assert home.rafa.state == "aktif"
    assert "Kabarnya kami catat" in confirmed_by(home.session, home.murni)
    assert home.rafa.state == state
    assert home.session.scalars(select(Ending)).one().kind == state
    [ratna] = home.told(home.ratna)
    assert words in ratna
    assert home.told(home.sari) == []
    assert "Belum ada anak asuh" in home.anwar.say("anak")
    home.anwar.tap(yes)
    assert home.session.scalars(select(Ending)).one().kind == state


def test_not_sure_changes_nothing(home: Home) -> None:
    not_met(home.anwar, "Pindah alamat")
    assert "tidak ada yang berubah" in home.anwar.tap("Belum pasti")
    assert home.rafa.state == "aktif"


@pytest.mark.parametrize("reason", ["Sedang bepergian", "Rumah kosong", "Alasan lain"])
def test_any_other_reason_asks_nothing_more(home: Home, reason: str) -> None:
    assert "Apakah" not in not_met(home.anwar, reason)


def test_the_word_kabar_opens_all_that_may_have_happened(home: Home) -> None:
    home.anwar.say("kabar")
    home.anwar.tap("Adik Rafa")
    assert home.anwar.labels == ["Sudah pindah", "Tidak ingin didampingi", "Kabar duka", "Nanti saja"]
    home.anwar.tap("Sudah pindah")
    home.anwar.tap("Ya, sudah pindah")
    confirmed_by(home.session, home.murni)
    assert home.rafa.state == "pindah"


def test_a_health_worker_can_enter_it_and_the_asn_hears_of_it(home: Home) -> None:
    murni = chat_with(home.session, home.murni)
    murni.say("kabar")
    murni.tap("Adik Rafa")
    murni.tap("Tidak ingin")
    murni.tap("Ya, tidak ingin")
    assert home.rafa.state == "menolak"
    query = select(Outgoing).where(Outgoing.kind.in_(("ending", "loss")), Outgoing.person_id == home.anwar_person.id)
    assert "itu hak keluarga" in Message.from_json(home.session.scalars(query).one().message).text


def test_who_refuses_visits_still_gets_the_lessons_they_agreed_to(home: Home) -> None:
    not_met(home.anwar, "Belum mau dikunjungi")
    home.anwar.tap("Ya, tidak ingin lagi")
    confirmed_by(home.session, home.murni)
    town = people.city(library=library(lesson("a", 430, 500)))
    finish(planning.tick, home.session, at(TODAY, "09:05"), town)
    finish(ladder.tick, home.session, at(TODAY + timedelta(days=1), "10:00"), town)
    kinds = home.session.scalars(select(Outgoing.kind).where(Outgoing.person_id == home.sari.id)).all()
    assert kinds == ["lesson"]
    assert "reminder" not in home.session.scalars(select(Outgoing.kind)).all()


def test_the_digest_counts_the_ends_apart_for_this_month(home: Home) -> None:
    not_met(home.anwar, "Pindah alamat")
    home.anwar.tap("Ya, sudah pindah")
    confirmed_by(home.session, home.murni)
    for number, (kind, ago) in enumerate((("lulus", 1), ("lulus", 2), ("lewat umur", 30))):
        other = people.child(home.session, home.family, f"Anak{number}", TODAY - timedelta(days=900), state=kind)
        home.session.add(
            Ending(child_id=other.id, kind=kind, ended_on=TODAY - timedelta(days=ago), at=people.NOW, entered_by=None)
        )
    found = digest.digest(home.session, home.ratna, at(TODAY, "17:00"), people.city())
    assert found
    assert found.endings.words == "2 lulus, 1 pindah"
    assert found.endings.today == 1


def test_ends_of_another_place_are_not_counted(home: Home, session: Session) -> None:
    not_met(home.anwar, "Pindah alamat")
    home.anwar.tap("Ya, sudah pindah")
    confirmed_by(session, home.murni)
    abeli = people.village(session, "Poasia", "Abeli")
    lina = people.coordinator(session, "Lina", "kelurahan", abeli.id)
    found = digest.digest(session, lina, at(TODAY, "17:00"), people.city())
    assert found
    assert found.endings.words == ""
