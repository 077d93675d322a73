"""The digest in chat: its details and its workbook by a tap, its hour and days, and buttons of an older one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import digests
from db.digests import DigestDays
from db.outbox import SENT, Kind, Outgoing
from db.people import Address, Person
from flow.message import Message
from scheduler import digest as digests_tick
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY, at

FIVE = at(TODAY, "17:00")


@pytest.fixture
def town(tmp_path: Path) -> City:
    return people.city(tmp_path)


@pytest.fixture
def ratna(session: Session, town: City) -> Chat:
    """Bu Ratna coordinates the city; Pak Anwar is late with Rafa."""
    rafa = people.child(session, people.family(session), "Rafa", TODAY - timedelta(days=400), code="A-31")
    people.fosters(session, people.asn(session, "Anwar Hamid"), rafa, TODAY - timedelta(days=45))
    return chat_with(session, people.coordinator(session, reachable=False), city=town)


def person(ratna: Chat) -> Person:
    who = ratna.session.scalars(select(Address).where(Address.address == ratna.address)).one().person
    assert who is not None
    return who


def test_the_digest_comes_on_request_and_what_is_behind_it_by_a_tap(ratna: Chat, tmp_path: Path) -> None:
    said = ratna.say("/ringkasan")
    assert "⏰ *Kunjungan terlambat: 1* (kemarin 1)\n- Pak Anwar: A-31, 15 hari" in said
    assert ratna.heard[0].attachment is None
    more = ratna.tap("Rincian")
    assert more.startswith("📋 *Rincian Rabu, 4 Maret*\n\n🏠 *Kunjungan*")
    assert "💬 *Pesan untuk keluarga*" in more
    ratna.tap("Berkas Excel")
    attachment = ratna.heard[0].attachment
    assert attachment is not None
    assert attachment.name == "ringkasan-2026-03-04.xlsx"
    assert (tmp_path / attachment.path).stat().st_size > 1000


def test_what_is_behind_a_digest_belongs_to_who_coordinates(session: Session, ratna: Chat) -> None:
    anwar = chat_with(session, people.asn(session, "Budi Hamid", reachable=False))
    for token in ("digest:more", "digest:more:1", "digest:file", "digest:time", "digest:at:8", "digest:on:weekly"):
        assert "tidak berlaku" in anwar.tap_token(token)
    assert "tidak berlaku" in ratna.tap_token("digest:at:5")
    nobody = chat_with(session, people.coordinator(session, "Lina", "kelurahan", 9999, reachable=False))
    assert "A-31" not in nobody.tap_token("digest:more")


def test_hour_and_days_are_chosen_by_two_taps_or_in_words(ratna: Chat) -> None:
    assert "setiap hari pukul 17.00" in ratna.say("atur waktu ringkasan")
    said = ratna.tap("16.00")
    assert "Baik, ringkasan datang *setiap hari pukul 16.00*, bila ada kabar." in said
    assert "Berikutnya hari ini pukul 16.00." in said
    said = ratna.tap("Setiap hari kerja")
    assert "*setiap hari kerja pukul 16.00*" in said
    chosen = digests.known(ratna.session, [person(ratna).id])[person(ratna).id]
    assert (chosen.hour, chosen.days) == (16, DigestDays.WORKDAYS)
    ratna.say("waktu ringkasan")
    for wrong in ("jam 5", "jam 21", "nanti malam", "25"):
        assert "Tulis jam antara 6 dan 19" in ratna.say(wrong)
    assert "pukul 14.00" in ratna.say("jam 2 siang")
    for words, hour in (("pukul 19", 19), ("14", 14), ("jam 11 siang", 11), ("7 malam", 19), ("16.00", 16)):
        ratna.say("waktu ringkasan")
        assert f"pukul {hour:02}.00*" in ratna.say(words)
    ratna.tap_token("digest:days")
    assert "*setiap Senin pukul 16.00*" in ratna.tap("Setiap Senin")


def test_an_hour_that_has_passed_brings_nothing_today_and_one_in_the_quiet_hours_comes_at_their_end(
    session: Session, ratna: Chat, town: City
) -> None:
    ratna.now = at(TODAY, "10:00")
    assert "Berikutnya besok pukul 08.00." in ratna.tap_token("digest:at:8")
    people.visit(session, people.asn(session), session.scalars(select(people.Child)).one(), TODAY)
    people.address(session, person(ratna), "simulator")
    finish(digests_tick.tick, session, at(TODAY, "11:00"), town)
    assert not session.scalars(select(Outgoing).where(Outgoing.kind == Kind.DIGEST)).all()
    assert "*setiap hari pukul 06.00*, bila ada kabar. Berikutnya besok pukul 07.00." in ratna.tap_token("digest:at:6")


def test_a_button_of_an_older_digest_shows_today_and_says_so_only_where_much_has_changed(
    session: Session, ratna: Chat, town: City
) -> None:
    rafa = session.scalars(select(people.Child)).one()
    people.referral(session, rafa, NOW, "Kejang")
    finish(digests_tick.tick, session, FIVE, town)
    row = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.DIGEST)).one()
    row.state, row.provider_id = SENT, "m1"
    session.commit()
    tomorrow = TODAY + timedelta(days=1)
    ratna.seen(Message.from_json(row.message))
    ratna.now = at(TODAY, "18:00")
    assert "Ini keadaan sekarang" not in ratna.tap("Yang terlambat"), "it is today's"
    ratna.now = at(tomorrow, "09:00")
    assert "Ini keadaan sekarang" not in ratna.tap("Yang terlambat"), "nothing much has changed"
    people.referral(session, rafa, at(tomorrow, "08:00"), "Demam")
    session.commit()
    said = ratna.tap("Rincian")
    assert said.startswith("Ini keadaan sekarang, bukan lagi yang di ringkasan Rabu.\n\n📋 *Rincian Kamis, 5 Maret*")
    assert "Ini keadaan" not in ratna.say("ringkasan"), "words are about now"
    people.referral(session, rafa, at(tomorrow, "08:00"), "Batuk")
    digests.tell(session, person(ratna).id, tomorrow, [3, 0, 0, 1, 0])
    session.commit()
    assert "di ringkasan Rabu." in ratna.tap_token("menu:terlambat"), "how that one was is not known any more"
