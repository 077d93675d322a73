from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.audit import Audit
from db.consent import Note
from db.forgetting import NOBODY, by_code, forget, outgrown
from db.measurements import Measurement
from db.people import Address
from db.visits import Visit
from scheduler import upkeep
from tests import people
from tests.people import NOW, TODAY


def test_a_family_that_asks_for_it_is_forgotten_and_its_numbers_stay(session: Session) -> None:
    home = people.family(session)
    rafa = people.child(session, home, "Rafa Pratama", date(2025, 3, 17))
    sari = people.carer(session, home).person
    session.add(Note(person_id=sari.id, text="Rafa batuk", at=NOW))
    anwar = people.asn(session)
    people.visit(
        session, anwar, rafa, TODAY, answers={"notes": "rumah Bu Sari", "food": ["telur"]}, facts={"adik": "Rafa"}
    )
    people.measured(session, rafa, TODAY, 8.4, 72.0)

    forget(session, home, NOW)
    session.flush()

    assert (home.mother_name, rafa.name, rafa.born, sari.name) == (NOBODY, rafa.code, date(2025, 3, 1), NOBODY)
    visit = session.scalars(select(Visit)).one()
    assert (visit.answers, visit.facts) == ({"food": ["telur"]}, {})
    assert session.scalars(select(Measurement)).one().weight_kg == 8.4
    assert not session.scalars(select(Note)).all()
    assert {one.person_id for one in session.scalars(select(Address))} == {None, anwar.id}
    assert by_code(session, home.code) is None
    assert "family.forget" in session.scalars(select(Audit.action)).all()


def test_an_asn_who_is_a_mother_too_stays_a_person(session: Session) -> None:
    home = people.family(session)
    rina = people.asn(session, "Rina", people.WOMAN)
    people.carer(session, home, who=rina)
    forget(session, home, NOW)
    assert rina.name == "Rina"


def test_the_night_forgets_families_whose_children_have_all_outgrown_their_record(session: Session) -> None:
    grown, mixed = people.family(session), people.family(session, "Ani")
    old = TODAY - timedelta(days=round(73 * 30.5))
    people.child(session, grown, "Rafa", old)
    people.child(session, mixed, "Bayu", old)
    people.child(session, mixed, "Aisyah", TODAY - timedelta(days=300))
    session.commit()
    assert [family.id for family in outgrown(session, TODAY - timedelta(days=72 * 30))] == [grown.id]
    upkeep.tick(session, NOW, people.city())
    assert grown.mother_name == NOBODY
    assert mixed.mother_name == "Ani"
