"""One open referral for Rafa: what is told later is added to it, and waits for an answer anew where it is graver."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.cries import Cry, CryState
from db.outbox import Outgoing
from db.people import Person
from db.referrals import Referral, ReferralState
from programme import cries, referring
from rules.signs import table
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people

NOW = people.NOW


class Town:
    def __init__(self, session: Session):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, home, born=people.TODAY - timedelta(days=430))
        self.anwar = people.asn(session)
        self.murni, self.ani = people.health(session), people.health(session, "Ani", "kader")
        self.ratna = people.coordinator(session)

    def report(self, *ids: str, minutes: int = 0, asks: tuple[str, ...] = ()) -> referring.Told:
        signs, now = [table()[id] for id in ids], NOW + timedelta(minutes=minutes)
        told = referring.report(self.session, people.city(), now, self.rafa, signs, self.anwar.id, asks=asks)
        self.session.flush()
        return told

    def taken_on(self, state: ReferralState = ReferralState.ACCEPTED) -> Referral:
        referral = self.session.scalars(select(Referral)).one()
        referral.state, referral.acceptor, referral.accepted_at = state, self.murni, NOW
        self.session.flush()
        return referral

    def alerts(self, who: Person) -> int:
        query = select(Outgoing).where(Outgoing.person_id == who.id, Outgoing.kind == "alert")
        return len(self.session.scalars(query).all())


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_second_report_adds_to_the_open_referral_and_tells_only_what_is_new(town: Town) -> None:
    first, again = town.report("anak-demam"), town.report("anak-demam")
    added = town.report("anak-bab-darah", "anak-demam")
    assert first.referral is again.referral is added.referral
    assert added.referral.signs == ["Demam >2 hari atau 39 °C", "BAB berdarah"]
    assert (again.new, added.new) == ((), ("BAB berdarah",))
    assert list(again.people) == ["kader", "bidan", "koordinator"]
    assert town.alerts(town.murni) == 2


def test_a_graver_sign_on_a_referral_that_somebody_has_taken_on_is_told_to_all_and_waits_anew(town: Town) -> None:
    town.report("anak-pucat")
    referral = town.taken_on()
    town.report("anak-kejang", minutes=60)
    assert (referral.state, referral.acceptor, referral.urgency) == (ReferralState.SENT, None, "sekarang")
    assert referral.urgent_since == NOW + timedelta(minutes=60)
    assert [town.alerts(who) for who in (town.murni, town.ani, town.ratna)] == [2, 2, 1]
    finish(climbing.urgent_tick, town.session, NOW + timedelta(minutes=65), people.city())
    assert town.session.scalar(select(Outgoing.id).where(Outgoing.kind == "climb").limit(1))


def test_a_sign_in_a_report_is_told_though_a_cry_of_any_number_was_told_before(town: Town) -> None:
    sari = people.carer(town.session, town.rafa.family).person
    for number in range(1, 4):
        cry = Cry(
            id=number, person=sari, child=town.rafa, family=town.rafa.family, at=NOW, state=CryState.ASKED,
            signs=[["anak-kejang"], ["anak-biru"], ["anak-sesak"]][number - 1], words=[],
        )  # fmt: skip
        town.session.add(cry)
        cries.call(town.session, people.city(), NOW, cry)
    assert town.alerts(town.murni) == 3
    assert town.report("anak-bab-darah").new == ("BAB berdarah",)
    assert town.alerts(town.murni) == 4


def test_another_sign_of_the_same_haste_is_told_to_whoever_has_taken_it_on(town: Town) -> None:
    town.report("anak-kejang")
    referral = town.taken_on()
    town.report("anak-sesak")
    assert (referral.state, referral.acceptor) == (ReferralState.ACCEPTED, town.murni)
    assert [town.alerts(who) for who in (town.murni, town.ani)] == [2, 1]


def test_who_was_seen_already_and_shows_danger_again_waits_anew(town: Town) -> None:
    town.report("anak-kejang")
    referral = town.taken_on(ReferralState.SEEN)
    town.report("anak-sesak")
    assert (referral.state, referral.acceptor) == (ReferralState.SENT, None)
    assert town.alerts(town.ani) == 2


def test_a_milder_sign_does_not_lower_the_urgency(town: Town) -> None:
    town.report("anak-kejang")
    assert town.report("anak-pucat").referral.urgency == "sekarang"


def test_a_wish_without_haste_is_told_to_health_workers_alone_also_where_danger_is_open(town: Town) -> None:
    town.report("anak-demam")
    town.report(asks=("Pendamping minta bantuan bidan",))
    assert [town.alerts(who) for who in (town.murni, town.ratna)] == [2, 1]


def test_what_rises_to_the_same_day_climbs_from_then_on(town: Town) -> None:
    referral = town.report("anak-pucat").referral
    town.report("anak-demam", minutes=24 * 60)
    finish(climbing.tick, town.session, NOW + timedelta(hours=25), people.city())
    assert town.session.scalars(select(Outgoing).where(Outgoing.kind == "climb")).all() == []
    finish(climbing.tick, town.session, NOW + timedelta(hours=26), people.city())
    rows = town.session.scalars(select(Outgoing).where(Outgoing.kind == "climb")).all()
    assert {row.person_id for row in rows} == {town.murni.id, town.ani.id}
    assert referral.urgency == "hari ini"
