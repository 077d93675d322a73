"""Bu Ratna's digest comes at five or at the hour she chose, once, and not on a day with nothing to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import digests
from db.digests import DigestDays
from db.outbox import Outgoing
from db.people import Person
from flow.message import Message
from scheduler import digest
from scheduler.looks import finish
from tests import people
from tests.people import TODAY, at

FIVE = at(TODAY, "17:00")
MONDAY = date(2026, 3, 9)


@pytest.fixture
def town(tmp_path: Path) -> City:
    return people.city(tmp_path / "files")


def rows(session: Session) -> Sequence[Outgoing]:
    return session.scalars(select(Outgoing).order_by(Outgoing.id)).all()


def something_happened(session: Session, when: datetime = FIVE) -> None:
    rafa = people.child(session, people.family(session), born=TODAY - timedelta(days=400), code="A-31")
    people.referral(session, rafa, when, "Kejang")


def test_at_five_the_digest_is_promised_once(session: Session, town: City):
    something_happened(session)
    ratna = people.coordinator(session)
    for clock in ("08:00", "16:59", "17:00", "17:05", "19:30"):
        finish(digest.tick, session, at(TODAY, clock), town)
    [row] = rows(session)
    assert (row.key, row.due_at) == (f"digest:{ratna.id}:2026-03-04", FIVE)
    assert row.expires_at == FIVE + timedelta(days=1)
    said = Message.from_json(row.message)
    assert "A-31" in said.text
    assert said.attachment is None
    assert not town.files.exists(), "the workbook is written when somebody asks for it"
    kept = digests.known(session, [ratna.id])[ratna.id]
    assert (kept.told_on, kept.told) == (TODAY, [1, 0, 0, 0, 1])


def test_a_day_without_news_stays_quiet_and_is_not_looked_at_every_hour_anew(session: Session, town: City):
    people.coordinator(session)
    finish(digest.tick, session, FIVE, town)
    something_happened(session)
    finish(digest.tick, session, at(TODAY, "18:00"), town)
    assert not rows(session)
    finish(digest.tick, session, FIVE + timedelta(days=1), town)
    assert len(rows(session)) == 1


def test_each_gets_it_at_the_hour_and_on_the_days_they_chose(session: Session, town: City):
    something_happened(session)
    early, workdays, weekly, late = (people.coordinator(session, name) for name in ("Ani", "Budi", "Citra", "Dedi"))
    for who, hour, days in (
        (early, 6, DigestDays.DAILY), (workdays, 8, DigestDays.WORKDAYS), (weekly, 9, DigestDays.WEEKLY),
        (late, 19, DigestDays.DAILY),
    ):  # fmt: skip
        chosen = digests.of(session, who.id)
        chosen.hour, chosen.days = hour, days
    got: dict[str, list[str]] = {}
    for day in range(3, 7):  # Saturday to Tuesday
        for hour in range(24):
            finish(digest.tick, session, at(TODAY + timedelta(days=day), f"{hour:02}:00"), town)
    for row in rows(session):
        due = town.local(row.due_at)
        got.setdefault(session.get_one(Person, row.person_id).name, []).append(f"{due:%a %H}")
    assert got == {
        "Ani": ["Sat 07", "Sun 07", "Mon 07", "Tue 07"],  # six is still in the quiet hours
        "Budi": ["Mon 08", "Tue 08"],
        "Citra": ["Mon 09"],
        "Dedi": ["Sat 19", "Sun 19", "Mon 19", "Tue 19"],
    }


def test_on_monday_it_comes_all_the_same(session: Session, town: City):
    people.coordinator(session)
    finish(digest.tick, session, at(MONDAY, "17:00"), town)
    assert "Hari ini belum ada kabar baru" in Message.from_json(rows(session)[0].message).text


def test_after_an_evening_outage_it_waits_for_the_morning(session: Session, town: City):
    something_happened(session)
    people.coordinator(session)
    finish(digest.tick, session, at(TODAY, "22:00"), town)
    assert rows(session)[0].due_at == at(TODAY + timedelta(days=1), "07:00")


def test_who_coordinates_two_places_gets_one_message(session: Session, town: City):
    something_happened(session)
    mandonga = people.village(session)
    ratna = people.coordinator(session, scope="kelurahan", scope_id=mandonga.id)
    ratna.roles.append(people.PersonRole(role="coordinator", scope="kecamatan", scope_id=mandonga.district_id))
    session.flush()
    finish(digest.tick, session, FIVE, town)
    assert len(rows(session)) == 1


def test_who_has_not_joined_and_who_coordinates_nothing_get_none(session: Session, town: City):
    something_happened(session)
    people.coordinator(session, reachable=False)
    people.asn(session)
    finish(digest.tick, session, FIVE, town)
    assert not rows(session)
