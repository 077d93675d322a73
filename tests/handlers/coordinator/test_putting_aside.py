""" "Bukan hari ini": a line waits until tomorrow or for a week, and danger never does."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Outgoing
from db.people import Person, PersonRole
from db.set_aside import SetAside, Why
from db.subjects import Subject, SubjectKind, subject
from programme import erasure, setting_aside
from scheduler import upkeep
from scheduler.looks import finish
from tests import people
from tests.audited import lines
from tests.chat import Chat, chat_with
from tests.handlers.coordinator.test_late import late
from tests.people import NOW, TODAY


@pytest.fixture
def ratna(session: Session) -> Chat:
    return chat_with(session, people.coordinator(session, reachable=False, sex="P"))


def nudged(session: Session) -> set[int | None]:
    return set(session.scalars(select(Outgoing.person_id).where(Outgoing.kind == "nudge")))


def test_a_line_is_put_aside_until_tomorrow_with_a_reason_and_comes_back_by_itself(session: Session, ratna: Chat):
    anwar, basri = late(session, "Anwar", 12), late(session, "Basri", 3)
    lina = chat_with(session, people.coordinator(session, "Lina", reachable=False))
    ratna.tap_token(f"late:one:{anwar.id}")
    assert ratna.tap("Bukan hari ini") == "Sisihkan *Pak Anwar* sampai besok. Kenapa?"
    assert ratna.tap("Sedang dinas") == "✅ Pak Anwar disisihkan sampai besok: sedang dinas."
    assert "1 kunjungan, 1 pendamping" in ratna.say("terlambat")
    assert "1 disisihkan hari ini" in ratna.labels
    assert "2 kunjungan, 2 pendamping" in lina.say("terlambat"), "each coordinator for themselves"
    assert "Disisihkan: Pak Anwar." in ratna.tap_token("remind:all")
    ratna.tap("Ya, ingatkan 1")
    assert nudged(session) == {basri.id}
    assert [line.about for line in lines(session, "line.aside")] == [f"person:{anwar.id}"]
    ratna.now += timedelta(days=1)
    assert "2 kunjungan, 2 pendamping" in ratna.say("terlambat")
    assert "disisihkan" not in "".join(ratna.labels)


def test_a_reason_in_words_a_week_and_back_again(session: Session, ratna: Chat):
    anwar = late(session, "Anwar", 12)
    ratna.tap_token(f"aside:person:{anwar.id}")
    ratna.tap("Lainnya")
    assert ratna.say("istrinya *sakit*") == "✅ Pak Anwar disisihkan sampai besok: istrinya ∗sakit∗."
    week = ratna.button("Seminggu saja").token
    for _ in range(2):  # a tap twice
        assert "Pak Anwar disisihkan sampai Rabu 11 Maret: istrinya" in ratna.tap_token(week)
    assert len(session.scalars(select(SetAside)).all()) == 1
    ratna.now += timedelta(days=6)
    assert "1. Pak Anwar: istrinya" in ratna.tap_token("aside:list:0")
    assert "Disisihkan sampai besok: istrinya" in ratna.tap("1. Pak Anwar")
    assert ratna.tap("Tampilkan lagi") == "Pak Anwar sudah tampil lagi di daftar."
    assert ratna.tap_token(f"aside:back:person:{anwar.id}") == "Pak Anwar sudah tampil lagi di daftar."
    assert ratna.tap_token(week) == "Pak Anwar sudah tampil lagi di daftar."
    assert ratna.tap_token("aside:list:0") == "Tidak ada yang disisihkan hari ini."


def test_danger_is_never_put_aside_and_a_line_comes_back_with_it(session: Session, ratna: Chat):
    """Through the child, its mother or the whole family; what can wait keeps nobody from it."""
    by: Person = session.scalars(select(Person).where(Person.name == "Ratna Dewi")).one()
    home = people.family(session)
    rafa, expected = people.child(session, home), people.pregnancy(session, home, TODAY + timedelta(days=60))
    couple = people.wedding(session, home, TODAY)
    anwar, rahma = people.asn(session), people.asn(session, "Rahma", people.WOMAN)
    people.fosters(session, anwar, rafa, TODAY - timedelta(days=50))
    people.fosters(session, rahma, home, TODAY - timedelta(days=50))
    elsewhere = people.child(session, people.family(session, "Wati"), "Bima")
    every = [subject(one) for one in (rafa, expected, couple, anwar, rahma, elsewhere)]
    for line in every:
        setting_aside.put(session, by, line, Why.OTHER, TODAY, NOW)
    people.referral(session, rafa, NOW, "Batuk", urgency="hari ini")
    assert list(setting_aside.aside(session, by, TODAY)) == every

    danger = people.referral(session, rafa, NOW, "Kejang", urgency="sekarang")
    assert list(setting_aside.aside(session, by, TODAY)) == [subject(elsewhere)]
    with pytest.raises(setting_aside.Dangerous):
        setting_aside.put(session, by, subject(rafa), Why.CALLED, TODAY, NOW)
    said = "Pak Anwar tidak bisa disisihkan: ada rujukan yang masih terbuka dan tidak bisa menunggu."
    assert ratna.tap_token(f"aside:why:person:{anwar.id}:dinas") == said
    for danger.child_id, danger.pregnancy_id, danger.family_id in ((None, expected.id, None), (None, None, home.id)):
        session.flush()
        assert list(setting_aside.aside(session, by, TODAY)) == [subject(elsewhere)]
    danger.closed_at = NOW
    session.flush()
    assert list(setting_aside.aside(session, by, TODAY)) == every
    with pytest.raises(ValueError, match="referral"):
        setting_aside.put(session, by, Subject(SubjectKind.REFERRAL, danger.id), Why.CALLED, TODAY, NOW)


def test_what_was_written_goes_with_the_family_and_with_its_day(session: Session, ratna: Chat):
    by: Person = session.scalars(select(Person).where(Person.name == "Ratna Dewi")).one()
    home, anwar = people.family(session), people.asn(session)
    rafa = people.child(session, home)
    people.fosters(session, anwar, rafa, TODAY - timedelta(days=50))
    other = people.child(session, people.family(session, "Wati"), "Bima")
    for about in (rafa, anwar, other):
        setting_aside.put(session, by, subject(about), Why.OTHER, TODAY, NOW, "Rafa di rumah nenek")
    erasure.forget(session, home, NOW)
    assert [one.about for one in session.scalars(select(SetAside))] == [subject(other)]
    later = NOW + timedelta(days=1)
    setting_aside.put(session, by, subject(anwar), Why.CALLED, later.date(), later)
    assert [one.about for one in session.scalars(select(SetAside))] == [subject(anwar)]
    finish(upkeep.tick, session, later + timedelta(days=1), people.city())
    assert not session.scalars(select(SetAside)).all(), "also where nobody puts anything aside any more"


def test_what_follows_a_danger_or_another_tap_and_batal_are_no_reason(session: Session, ratna: Chat):
    anwar = late(session, "Anwar", 12)
    other = f"aside:why:person:{anwar.id}:lain"
    ratna.tap_token(other)
    assert "🚨" in ratna.say("anaknya kejang sekarang tolong")
    ratna.say("di Jalan Mawar nomor 3")
    ratna.tap_token(other)
    ratna.tap_token("menu:terlambat")
    ratna.say("ibunya belum siap")
    ratna.tap_token(other)
    ratna.say("batal")
    assert not session.scalars(select(SetAside)).all()


def test_a_death_among_the_reasons_is_heard_as_one_from_who_may_bring_the_news(session: Session):
    """A coordinator who fosters too."""
    anwar = late(session, "Anwar", 12)
    anwar.roles.append(PersonRole(role="coordinator", scope="kota", scope_id=0))
    session.flush()
    chat = chat_with(session, anwar)
    basri = late(session, "Basri", 12)
    chat.tap_token(f"aside:why:person:{basri.id}:lain")
    chat.say("anaknya meninggal kemarin")
    assert not session.scalars(select(SetAside)).all()
