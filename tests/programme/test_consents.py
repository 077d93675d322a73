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
from programme import consents
from programme.contacts import carers
from programme.still_valid import WITHDRAWN, unwanted
from scheduler.lessons.family_recipients import family_recipients
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
