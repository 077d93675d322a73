"""The histories of the demo city: children who gain, falter, recover and are lost, and the referrals that hang."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import measurements, referrals, visits
from db.children import Child, Family, Pregnancy, caregivers, health_workers
from db.endings import Ending
from db.measurements import OFFICIAL, REPORTED, Measurement
from db.outbox import Outgoing
from db.people import Person
from db.referrals import Referral, ReferralState
from db.states import LOSSES, CareState
from db.visits import Visit
from demo import city
from flow.step import Open, Review, State, step
from handlers.visit.child_form import ChildVisit
from handlers.visit.pregnancy_form import PregnancyVisit
from programme import questions
from programme.growth import growth
from programme.scopes import CITY, scopes_of
from programme.weighing import signs_since
from reports.digest import digest
from reports.quality import quality
from rules.endings import Height, recovered
from rules.quality import technical_error
from scheduler import graduations as ending_tick
from scheduler import referral_escalation as climbing
from scheduler.looks import Look
from tests import people
from tests.demo.conftest import MORNING, TODAY


@pytest.fixture
def town(grown: tuple[Session, city.Cast]) -> Iterator[Session]:
    """What a test adds to the town is taken back."""
    with grown[0].begin_nested() as nested:
        yield grown[0]
        nested.rollback()


@pytest.fixture
def cast(grown: tuple[Session, city.Cast]) -> city.Cast:
    return grown[1]


def child_of(session: Session, mother: str) -> Child:
    query = select(Child).join(Family).where(Family.mother_name == mother)
    return session.scalars(query.order_by(Child.id).limit(1)).one()


def look(tick: Look, town: Session, now: datetime) -> None:
    """A tick inside the test's own transaction: what it writes is taken back with the rest."""
    for write in tick(town, now, people.city()):
        write(town)


# --- growth -----------------------------------------------------------------------------------


def test_adik_kayla_grew_well_and_has_stood_still_for_two_months(town: Session) -> None:
    kayla = child_of(town, "Sari Mondea")
    official = measurements.history(town, kayla.id, OFFICIAL)
    weights = [row.weight_kg or 0 for row in official]

    assert len(weights) == 7
    assert weights[:5] == sorted(set(weights[:5]))
    assert weights[4] == weights[5] == weights[6]
    signs = [sign.id for sign in signs_since(town, kayla, official[-1], people.city().programme.growth)]
    assert "gizi-2t" in signs


def test_some_lose_weight_and_some_stand_still_where_the_cadre_has_weighed_them(town: Session) -> None:
    found: Counter[str] = Counter()
    for child in town.scalars(select(Child).where(Child.state == "aktif", Child.listed == "stunting")):
        official = measurements.history(town, child.id, OFFICIAL)
        if official:
            found.update(sign.id for sign in signs_since(town, child, official[-1], people.city().programme.growth))

    assert found["gizi-berat-turun"] >= 2
    assert found["gizi-2t"] >= 3


def test_the_children_who_have_recovered_did_so_by_the_rule(town: Session) -> None:
    children = town.scalars(select(Child).where(Child.state == CareState.RECOVERED)).all()
    assert len(children) == 4
    for child in children:
        scores = [
            (row, growth(child.sex, child.born, row).zlen) for row in measurements.history(town, child.id, OFFICIAL)
        ]
        heights = [Height(row.measured_on, z) for row, z in scores if z is not None]
        assert recovered(heights, -2.0, 2, 1)
        assert any(height.z < -2 for height in heights)


def test_tonight_the_rule_finds_one_more_and_nobody_who_had_left_before(town: Session) -> None:
    before = town.scalar(select(func.count()).select_from(Ending)) or 0
    look(ending_tick.tick, town, MORNING)
    new = town.scalars(select(Ending).where(Ending.id > before)).all()

    assert [ending.kind for ending in new] == [CareState.RECOVERED]


def test_the_digest_of_the_page_names_what_changed_class_and_what_hangs(town: Session, cast: city.Cast) -> None:
    counted = digest.digest(town, town.get_one(Person, cast.coordinator), MORNING, people.city())
    assert counted
    changed = [one for one in counted.weighed if one.entered_today and one.changed]

    assert len(changed) >= 4
    assert {one.worsened for one in changed} == {True, False}
    assert len(counted.referrals.open) == 8
    assert counted.referrals.open[0].urgency == "hari ini"
    assert "2 lulus" in counted.endings.words
    assert "1 keguguran" in counted.endings.words


# --- ends -------------------------------------------------------------------------------------


def test_every_kind_of_end_has_its_row_this_month(town: Session) -> None:
    rows = town.scalars(select(Ending)).all()

    assert Counter(row.kind for row in rows) == {
        "lulus": 4, "lewat umur": 2, "pindah": 2, "menolak": 2, "meninggal": 1, "keguguran": 1,
    }  # fmt: skip
    assert all(TODAY.replace(day=1) <= row.ended_on <= TODAY and row.at <= MORNING for row in rows)
    for row in rows:
        about = town.get(Child, row.child_id) if row.child_id else town.get(Pregnancy, row.pregnancy_id)
        assert about
        assert about.state == row.kind


def test_after_an_end_nobody_came_and_after_a_loss_no_lesson_was_sent(town: Session) -> None:
    for row in town.scalars(select(Ending)):
        about = town.get(Child, row.child_id) if row.child_id else town.get(Pregnancy, row.pregnancy_id)
        assert about
        past = visits.of_child if isinstance(about, Child) else visits.of_pregnancy
        assert all(visit.visited_on < row.ended_on for visit in past(town, about.id))
        if isinstance(about, Child):
            assert all(one.measured_on <= row.ended_on for one in measurements.history(town, about.id))
        if row.kind in LOSSES:
            sent = select(Outgoing.due_at).where(Outgoing.kind == "lesson", Outgoing.key.endswith(f":{about.id}"))
            mothers = [carer.person_id for carer in caregivers(town, about.family_id)]
            sent_on = [due.date() for due in town.scalars(sent.where(Outgoing.person_id.in_(mothers)))]
            assert all(day < row.ended_on for day in sent_on)
    assert town.scalar(select(func.count()).select_from(Pregnancy).where(Pregnancy.state == CareState.MISCARRIED)) == 1


# --- referrals --------------------------------------------------------------------------------


def test_twenty_five_referrals_are_open_in_every_state(town: Session) -> None:
    found = Counter(one.state for one in referrals.open_ones(town))

    assert found.total() == 25
    assert set(found) == {"sent", "accepted", "seen", "referred_on", "back_referred"}
    assert found[ReferralState.SENT] >= 10
    assert town.scalar(select(func.count()).select_from(Referral).where(Referral.state == ReferralState.CLOSED)) == 6


def test_every_referral_has_its_proof_and_has_climbed_as_far_as_its_time(town: Session) -> None:
    for referral in town.scalars(select(Referral)):
        way = referrals.steps(town, referral.id)
        workers = {person.id for person in health_workers(town, referral.about.family)}
        said = {step.step for step in way}

        assert workers <= {step.person_id for step in way if step.step == "told"}
        assert [step.at for step in way] == sorted(step.at for step in way)
        assert way[0].at == referral.opened_at
        assert way[-1].at <= MORNING
        assert (referral.accepted_at is not None) == ("accepted" in said)
        assert (referral.closed_at is not None) == ("closed" in said)
        if referral.state not in (ReferralState.SENT, "accepted"):
            assert referral.state in said


def test_nothing_is_owed_when_the_demo_begins(town: Session) -> None:
    before = town.scalar(select(func.count()).select_from(referrals.ReferralStep))
    look(climbing.tick, town, MORNING.replace(hour=8, minute=15))

    assert town.scalar(select(func.count()).select_from(referrals.ReferralStep)) == before


def test_bu_nurlela_has_one_child_waiting_who_lost_weight(town: Session, cast: city.Cast) -> None:
    hers = [
        one
        for one in referrals.open_ones(town)
        if cast.cadre in {person.id for person in health_workers(town, one.about.family)}
    ]
    (referral,) = hers

    assert (referral.state, referral.urgency, referral.signs) == (ReferralState.SENT, "3-7 hari", ["Berat turun"])
    assert referral.about is child_of(town, "Yuliana Sampara")


# --- visits and measuring ---------------------------------------------------------------------


def test_every_seeded_sheet_can_be_opened_again_to_be_corrected(town: Session) -> None:
    forms = {"child_visit": ChildVisit, "pregnancy_visit": PregnancyVisit}
    for visit in town.scalars(select(Visit)):
        _, effect = step(forms[visit.form], State(visit.answers), Open(), visit.facts)
        assert isinstance(effect, Review)
        assert visit.facts["today"] == visit.visited_on.isoformat()
        assert visit.facts["adik" if visit.child_id else "ibu"]


def test_what_an_asn_reported_names_the_asn_and_stands_on_the_sheet(town: Session) -> None:
    reported = town.scalars(select(Measurement).where(Measurement.kind == REPORTED)).all()

    assert len(reported) > 100
    for row in reported:
        visit = town.get_one(Visit, row.visit_id)
        assert (row.recorded_by, row.child_id, row.weight_kg) == (visit.asn_id, visit.child_id, visit.answers["weight"])


def test_one_posyandu_rounds_and_the_quality_of_measuring_names_it_alone(town: Session, cast: city.Cast) -> None:
    scopes = scopes_of(town.get_one(Person, cast.coordinator))
    found = quality.of_scopes(town, scopes, MORNING, people.city())
    everywhere = quality.of_scopes(town, [CITY], MORNING, people.city())

    assert [len(group.concerns) for group in found.groups if group.concerns] == [2]
    assert sum(bool(group.concerns) for group in everywhere.groups) == 1


def test_in_one_posyandu_enough_was_measured_twice(town: Session) -> None:
    found = quality.of_scopes(town, [CITY], MORNING, people.city())
    (twice,) = [group for group in found.groups if group.second_cm]

    assert (technical_error(twice.second_cm, 5) or 9) < 1
    assert (technical_error(twice.second_kg, 5) or 9) < 0.3
    posyandu = town.scalars(
        select(Family.posyandu_id).join(Child).join(Measurement).where(Measurement.repeats.is_not(None)).distinct()
    ).all()
    assert len(posyandu) == 1


def test_who_asks_on_the_page_is_answered_by_the_cadre_of_the_page(town: Session, cast: city.Cast) -> None:
    mother, cadre, asn = (town.get_one(Person, id) for id in (cast.mother, cast.cadre, cast.asn))
    asked = questions.ask(town, people.city(), MORNING, mother, "Kayla boleh makan telur tiap hari?")
    assert asked.question.responsible_id == cadre.id
    assert questions.answer(town, people.city(), MORNING, asked.question, cadre, "Boleh, Bu.")
    assert questions.ask(town, people.city(), MORNING, asn, "Kayla susah makan sayur").question.responsible_id
