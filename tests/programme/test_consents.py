"""Which consent stands for a family, and what a withdrawal ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import consent
from db.consent import PaperConsent
from db.data_requests import DataRequest, RequestKind
from db.outbox import PLANNED, SKIPPED, Kind, Outgoing
from db.people import Person
from db.states import CareState
from programme import birth_announcements, consents, ending_announcements
from programme.contacts import carers
from programme.still_valid import WITHDRAWN, unwanted
from scheduler import birth_questions
from scheduler.lessons.family_recipients import family_recipients
from scheduler.looks import finish
from tests import people
from tests.people import NOW, TODAY


def readers(session: Session) -> set[int]:
    return {one.person_id for batch in family_recipients(session, NOW, people.city()) for one in batch}


@pytest.mark.parametrize("relation", ["ibu", "ayah"])
def test_the_consent_of_either_parent_suffices(session: Session, relation: str) -> None:
    home = people.family(session, signed=False)
    assert consents.stands(session, home) is None
    people.carer(session, home, relation=relation)
    found = consents.stands(session, home)
    assert found is not None
    assert (found.channel, found.relation) == ("simulator", relation)


@pytest.mark.parametrize("relation", ["ibu", "ayah", "wali"])
def test_a_sheet_of_paper_suffices_without_a_phone(session: Session, relation: str) -> None:
    home = people.family(session, signed=False)
    people.paper(session, home, relation=relation)
    found = consents.stands(session, home)
    assert found is not None
    assert (found.channel, found.relation) == (consents.PAPER, relation)


def test_a_grandmother_does_not_agree_in_the_place_of_a_parent(session: Session) -> None:
    home = people.family(session, signed=False)
    nenek = people.carer(session, home, "Halima", "nenek/kakek")
    people.carer(session, home, consents=False, joined_on=None)
    assert consents.stands(session, home) is None
    assert readers(session) == set()
    assert nenek not in carers(session, home.id)


def test_where_no_parent_is_known_the_grandmother_who_raises_the_child_agrees(session: Session) -> None:
    home = people.family(session, signed=False)
    nenek = people.carer(session, home, "Halima", "nenek/kakek")
    assert consents.stands(session, home) is not None
    assert readers(session) == {nenek.person_id}


def test_after_the_mothers_death_the_grandmother_is_the_guardian(session: Session) -> None:
    home = people.family(session, signed=False)
    people.carer(session, home, consents=False)
    people.carer(session, home, "Halima", "nenek/kakek")
    assert consents.stands(session, home) is None
    home.mother_died_on = TODAY
    assert consents.stands(session, home) is not None


def test_many_families_are_asked_about_in_one_query(session: Session) -> None:
    agreed, silent = people.family(session), people.family(session, "Wati", signed=False)
    assert consents.standing_of(session, [agreed.id, silent.id]) == {agreed.id}


def test_without_a_parents_consent_no_lesson_goes_to_anybody_of_the_family(session: Session) -> None:
    home = people.family(session, signed=False)
    sari, amir = people.carer(session, home), people.carer(session, home, "Amir", "nenek/kakek")
    assert readers(session) == {sari.person_id, amir.person_id}
    consents.withdraw(session, people.city(), sari, NOW)
    assert readers(session) == set(), "what the grandfather agreed to does not carry the child's data"


def test_what_waits_for_another_carer_is_stopped_before_it_is_sent(session: Session) -> None:
    home = people.family(session, signed=False)
    sari, amir = people.carer(session, home), people.carer(session, home, "Amir", "nenek/kakek")
    row = Outgoing(
        key="lesson:1", kind=Kind.LESSON, channel="simulator", address="x", person_id=amir.person_id,
        family_id=home.id, message={}, due_at=NOW, created_at=NOW, lane=2,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert unwanted(session, [row], TODAY) == {}
    consents.withdraw(session, people.city(), sari, NOW)
    assert unwanted(session, [row], TODAY) == {row.id: WITHDRAWN}


def test_a_withdrawal_ends_what_waits_for_its_person_but_no_alert(session: Session) -> None:
    sari = people.carer(session, people.family(session, signed=False))
    for key, kind, lane in (("a", Kind.LESSON, 2), ("b", Kind.ALERT, 1)):
        session.add(Outgoing(
            key=key, kind=kind, channel="simulator", address="x", person_id=sari.person_id, family_id=sari.family_id,
            message={}, due_at=NOW, created_at=NOW, lane=lane,
        ))  # fmt: skip
    session.flush()
    consents.withdraw(session, people.city(), sari, NOW)
    session.expire_all()
    states = {row.key: row.state for row in session.scalars(select(Outgoing))}
    assert states == {"a": SKIPPED, "b": PLANNED}


def test_a_mother_who_withdraws_ends_the_sheet_she_signed_too(session: Session) -> None:
    home = people.family(session)
    sari = people.carer(session, home)
    consents.withdraw(session, people.city(), sari, NOW)
    assert consents.stands(session, home) is None
    assert consents.standing_of(session, [home.id]) == set()
    assert consent.standing(session, sari.person_id, home.id) is None


def test_she_does_not_end_what_the_father_agreed_to_and_the_data_officer_is_asked(session: Session) -> None:
    home = people.family(session)
    ratna = people.coordinator(session)
    sari, amir = people.carer(session, home), people.carer(session, home, "Amir Hamzah", "ayah")
    consents.withdraw(session, people.city(), sari, NOW)
    assert consents.stands(session, home) is not None
    assert readers(session) == {amir.person_id}
    asked = session.scalars(select(DataRequest)).one()
    assert (asked.kind, asked.person_id, asked.due_at) == (
        RequestKind.CONFLICT, sari.person_id, NOW + timedelta(hours=72),
    )  # fmt: skip
    told = session.scalars(select(Outgoing).where(Outgoing.kind == Kind.DATA)).one()
    assert told.person_id == ratna.id
    assert "Sari" not in str(told.message), "what the officer is told on a locked screen names nobody"


def test_a_grandmother_who_withdraws_is_no_conflict(session: Session) -> None:
    home = people.family(session)
    nenek = people.carer(session, home, "Halima", "nenek/kakek")
    consents.withdraw(session, people.city(), nenek, NOW)
    assert not session.scalars(select(DataRequest)).all()


def test_a_guardian_who_signed_is_not_ended_by_the_mothers_withdrawal(session: Session) -> None:
    home = people.family(session, signed=False)
    sheet: PaperConsent = people.paper(session, home, "Halima", "wali")
    consents.withdraw(session, people.city(), people.carer(session, home), NOW)
    session.refresh(sheet)
    assert sheet.withdrawn_at is None


# --- what ASN and coordinators are told unasked ------------------------------------------------


def texts_to(session: Session, who: Person) -> list[str]:
    rows = session.scalars(select(Outgoing).where(Outgoing.person_id == who.id).order_by(Outgoing.id))
    return [str(row.message["text"]) for row in rows]


@pytest.mark.parametrize("signed", [True, False])
def test_that_a_child_has_recovered_is_told_to_its_asn_and_coordinator_only_with_consent(
    session: Session, signed: bool
) -> None:
    home = people.family(session, signed=signed)
    rafa = people.child(session, home, "Rafa Pratama", TODAY - timedelta(days=400))
    anwar, ratna = people.asn(session), people.coordinator(session)
    people.fosters(session, anwar, rafa, TODAY)
    ending_announcements.notify(session, people.city(), rafa, CareState.RECOVERED, NOW)
    assert [bool(texts_to(session, who)) for who in (anwar, ratna)] == [signed, signed]


@pytest.mark.parametrize("signed", [True, False])
def test_of_a_birth_the_midwife_reads_the_weight_and_the_asn_only_with_consent(session: Session, signed: bool) -> None:
    home = people.family(session, signed=signed)
    home.health_centre_id = people.health_centre(session).id
    expected = people.pregnancy(session, home, TODAY)
    baby = people.child(session, home, "Aisyah", TODAY, birth_weight_g=3100, pregnancy_id=expected.id)
    anwar, murni, sari = people.asn(session), people.health(session), people.coordinator(session)
    people.fosters(session, anwar, home, TODAY)
    birth_announcements.notify(session, people.city(), expected, [baby], NOW, know=sari.id)
    [to_asn], [to_midwife] = texts_to(session, anwar), texts_to(session, murni)
    assert ("3.100 gram" in to_asn) is signed
    assert "Aisyah" in to_asn, "whom the next visit is for"
    assert "3.100 gram" in to_midwife


@pytest.mark.parametrize("signed", [True, False])
def test_that_a_birth_is_overdue_is_asked_of_the_asn_only_with_consent(session: Session, signed: bool) -> None:
    home = people.family(session, signed=signed)
    home.health_centre_id = people.health_centre(session).id
    people.pregnancy(session, home, TODAY - timedelta(days=15))
    anwar, murni = people.asn(session), people.health(session)
    people.fosters(session, anwar, home, TODAY - timedelta(days=90))
    finish(birth_questions.tick, session, NOW + timedelta(minutes=10), people.city())
    assert bool(texts_to(session, anwar)) is signed
    assert texts_to(session, murni)
