"""Bu Ratna's digest comes at five, once, and not on a day with nothing to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db.outbox import Outgoing
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
    assert said.attachment is not None
    assert (town.files / said.attachment.path).is_file()


def test_no_digest_is_sent_on_a_day_without_news(session: Session, town: City):
    people.coordinator(session)
    finish(digest.tick, session, FIVE, town)
    assert not rows(session)
    assert not town.files.exists()


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
