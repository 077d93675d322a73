"""Once a day one act is offered about each referral that stays open: to who has it, and to the coordinators above."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import Kind, Outgoing
from db.people import Address
from db.referrals import Referral, ReferralState
from programme import still_valid
from tests import people
from tests.leaving import leave
from tests.people import NOW
from tests.stuck import Stuck, ago


@pytest.fixture
def town(session: Session) -> Stuck:
    return Stuck(session)


def another(town: Stuck, days: float) -> Referral:
    """The referral of Bayu of the same family, opened so many days ago."""
    bayu = people.child(town.session, town.home, "Bayu")
    return people.referral(town.session, bayu, ago(days), "Demam", urgency="3-7 hari")


def test_nobody_took_it_so_the_coordinator_hands_it_to_another_and_next_day_it_rests(town: Stuck):
    town.tick()
    [said] = town.came(town.rudi, Kind.STUCK)
    assert said.text.startswith("Pak Rudi, rujukan ini masih terbuka sesudah semua pengingat.")
    assert "Adik Rafa (A-31), Mandonga (Mandonga): *9 hari*, belum ada yang menangani; menunggu Bu Murni" in said.text
    assert [one.label for one in said.options] == ["Alihkan", "Buka rujukannya", "Semua rujukan"]
    town.chat(town.rudi).tap("Alihkan")
    assert "kami alihkan kepada *Pak Hasan" in town.chat(town.rudi).tap("Pak Hasan, kepala")
    town.tick(NOW + timedelta(days=1))
    assert len(town.came(town.rudi, Kind.STUCK)) == 1
    assert "Belum ada yang menangani." in town.came(town.hasan, Kind.STUCK)[0].text
    town.tick(NOW + timedelta(days=2))
    assert town.came(town.rudi, Kind.STUCK)[-1].options[0].label == "Ingatkan"


def test_at_most_one_message_a_day_reaches_anybody_and_none_at_night(town: Stuck):
    second = another(town, 8)
    second.state, second.accepted_by, second.accepted_at = ReferralState.ACCEPTED, town.murni.id, ago(5)
    town.session.commit()
    town.tick(NOW.replace(hour=2))
    assert town.came(town.rudi) == []
    for hour in (8, 9, 11, 23):
        town.tick(NOW.replace(hour=hour))
    once = {town.rudi.id, town.murni.id, town.wati.id}
    for who in (town.rudi, town.murni, town.wati, town.hasan, town.ratna, town.tuti):
        assert len(town.came(who, Kind.STUCK)) == (who.id in once), who.name
    [both] = town.came(town.rudi, Kind.STUCK)
    assert [one.label for one in both.options] == ["Alihkan nomor 1", "Ingatkan nomor 2", "Semua rujukan"]
    assert "Masih ada 1 rujukan lain." in town.came(town.murni, Kind.STUCK)[0].text


def test_the_health_worker_is_reminded_of_another_one_each_day_and_answers_by_a_tap(town: Stuck):
    town.taken()
    second = another(town, 8)
    second.state, second.accepted_by, second.accepted_at = ReferralState.SEEN, town.murni.id, ago(5)
    town.session.commit()
    town.tick()
    town.tick(NOW + timedelta(days=1))
    first, then = town.came(town.murni, Kind.STUCK)
    assert "*Adik Rafa*" in first.text
    assert "*Adik Bayu*" in then.text
    assert "tinggal ditutup" in then.text
    assert "Rujukan ini selesai" in town.chat(town.murni).tap("Selesai")
    town.tick(NOW + timedelta(days=2))
    assert "*Adik Rafa*" in town.came(town.murni, Kind.STUCK)[-1].text
    assert "daily" in town.kinds


def test_the_city_is_told_after_two_weeks_the_oldest_first(town: Stuck):
    town.referral.opened_at = ago(14)
    newer = another(town, 20)
    newer.state, newer.accepted_by, newer.accepted_at = ReferralState.SEEN, town.murni.id, ago(15)
    town.session.commit()
    town.tick()
    [said] = town.came(town.ratna, Kind.STUCK)
    lines = [line for line in said.text.splitlines() if line[:1].isdigit() and ". " in line]
    assert ["*20 hari*" in lines[0], "*14 hari*" in lines[1]] == [True, True]
    assert "Rafa" not in said.text


def test_who_was_pushed_today_or_cannot_be_reached_is_not_reminded_too(town: Stuck):
    town.taken()
    town.chat(town.rudi).now = NOW.replace(hour=7)
    town.chat(town.rudi).tap_token(f"referral:remind:{town.referral.id}")
    town.tick()
    assert town.came(town.murni, Kind.STUCK) == []
    assert town.came(town.rudi, Kind.STUCK) == []
    town.session.query(Address).filter(Address.person_id == town.murni.id).delete()
    town.session.commit()
    town.tick(NOW + timedelta(days=1))
    assert "daily" not in town.kinds
    # what is closed is spoken of no more
    town.chat(town.rudi).tap_token(f"referral:why:{town.referral.id}:double")
    town.tick(NOW + timedelta(days=5))
    assert town.came(town.rudi, Kind.STUCK) == []


def test_who_has_lost_the_role_between_planning_and_sending_does_not_read_it(town: Stuck):
    town.tick()
    town.murni.roles[0].scope_id = 99  # another puskesmas now
    town.rudi.roles[0].scope_id = town.lina.roles[0].scope_id
    town.session.commit()
    leave(town.session, Kind.STUCK, NOW, people.city())
    reasons = {row.person_id: row.reason for row in town.session.scalars(select(Outgoing))}
    assert (reasons[town.murni.id], reasons[town.rudi.id]) == (still_valid.NOT_THEIRS, still_valid.NOT_THEIRS)
    assert reasons[town.wati.id] == "", "who still works there reads it"
