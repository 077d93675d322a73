"""Once a month every health worker taps that a test alert came; who does not is known by name before it matters."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import duty
from db.duty import AlertTest, DutyKind
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing
from db.people import Person
from flow.message import Message
from programme import alert_reach
from scheduler import alert_tests
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.people import NOW, TODAY, at

CITY = people.city()
DAY = timedelta(days=1)


def tick(session: Session, now: datetime = NOW) -> None:
    finish(alert_tests.tick, session, now, CITY)


def had(session: Session, who: Person) -> list[str]:
    rows = select(Outgoing).where(Outgoing.kind == Kind.TEST, Outgoing.person_id == who.id).order_by(Outgoing.id)
    return [row.key for row in session.scalars(rows)]


def unanswered(session: Session, now: datetime) -> set[str]:
    return {one.called for one in alert_reach.reach(session, CITY, now).silent}


def test_each_health_worker_gets_one_a_month_and_nobody_else(session: Session):
    murni, hasan = people.health(session), people.health(session, "Hasan", "kepala")
    anwar, ratna = people.asn(session), people.coordinator(session)
    for day in range(20):
        tick(session, NOW + day * DAY)
    assert [len(had(session, who)) for who in (murni, hasan, anwar, ratna)] == [1, 1, 0, 0]
    tick(session, at(datetime(2026, 4, 1).date(), "09:50"))  # noqa: DTZ001
    assert len(had(session, murni)) == 2


def test_it_says_that_it_is_no_danger(session: Session):
    people.health(session)
    tick(session)
    message = Message.from_json(session.scalars(select(Outgoing)).one().message)
    assert "Ini bukan bahaya sungguhan" in message.text
    assert [option.label for option in message.options] == ["Saya terima"]


@pytest.mark.parametrize("moment", [at(TODAY, "06:00"), at(TODAY, "21:00"), at(TODAY + 3 * DAY, "10:00")])
def test_it_comes_on_a_working_day_and_not_at_night(session: Session, moment: datetime):
    people.health(session)
    tick(session, moment)
    assert session.scalars(select(Outgoing)).all() == []


def test_who_is_on_leave_gets_it_when_they_are_back(session: Session):
    murni = people.health(session)
    duty.enter(session, murni.id, DutyKind.LEAVE, NOW - DAY, NOW + DAY / 2, set_by=murni.id, now=NOW)
    tick(session)
    assert had(session, murni) == []
    tick(session, NOW + DAY)
    assert len(had(session, murni)) == 1


def test_who_taps_is_not_listed_and_who_did_not_within_a_day_is(session: Session):
    murni, _nur = people.health(session), people.health(session, "Nurhayati", "kader")
    _lia = people.health(session, "Lia", reachable=False)
    tick(session)
    chat = chat_with(session, murni, NOW)
    test = session.scalars(select(AlertTest).where(AlertTest.person_id == murni.id)).one()
    assert "sampai ke HP ini" in chat.tap_token(f"test:{test.id}")
    assert unanswered(session, NOW + DAY - timedelta(minutes=1)) == set()
    assert unanswered(session, NOW + DAY) == {"Bapak/Ibu Nurhayati", "Bapak/Ibu Lia"}


def test_nobody_taps_for_somebody_else(session: Session):
    murni, nur = people.health(session), people.health(session, "Nurhayati", "kader")
    tick(session)
    test = session.scalars(select(AlertTest).where(AlertTest.person_id == murni.id)).one()
    assert "tidak berlaku" in chat_with(session, nur, NOW).tap_token(f"test:{test.id}")
    assert test.answered_at is None


def test_it_reaches_who_wants_no_unasked_messages_as_an_alert_would(session: Session):
    murni = people.health(session)
    murni.addresses[0].state = "muted"
    lia = people.health(session, "Lia", reachable=False)
    tick(session)
    found = {row.person_id: row.state for row in session.scalars(select(Outgoing))}
    assert found == {murni.id: PLANNED, lia.id: SKIPPED}
