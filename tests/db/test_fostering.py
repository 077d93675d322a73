"""Who fosters whom, who visits in whose name, and what a database from before knows of it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from db import fostering, migrate, people
from db.children import Child, Family
from db.fostering import Assignment, AssignmentState, Delegate, Part, acting_for, answerable, visitors
from db.people import Person, PersonKind
from tests import people as cast
from tests.db.test_upgrade import NOW, insert, old, town

__all__ = ["old"]  # the fixture: a database of long ago

TODAY = date(2026, 3, 4)


def test_of_several_who_foster_a_child_already_the_first_answers_and_the_others_accompany(old: Engine) -> None:
    town(old)
    insert(old, "person", id=3, name="Rina", language="id", created_at=NOW)
    for person in (2, 3):
        insert(old, "person_role", person_id=person, role="asn", title="", scope="", scope_id=0)
    for id, asn, starts in ((1, 3, "2026-02-01"), (2, 2, "2026-01-01")):
        insert(old, "assignment", id=id, asn_id=asn, child_id=31, starts=date.fromisoformat(starts), decree="")
    insert(old, "assignment", id=3, asn_id=3, child_id=32, starts=TODAY, decree="")
    migrate.upgrade(old)
    with Session(old) as session:
        parts = {one.id: one.part for one in session.scalars(select(Assignment))}
        assert parts == {1: Part.COMPANION, 2: Part.MAIN, 3: Part.MAIN}
        codes = {one.name: one.code for one in session.scalars(select(Person))}
        assert codes == {"Sari": None, "Anwar": "OTA-00002", "Rina": "OTA-00003"}
        child = session.get_one(Child, 31)
        assert [one.name for one in fostering.foster_parents(session, child, TODAY)] == ["Anwar", "Rina"]
        assert [answerable(session, child, TODAY)] == session.scalars(select(Person).where(Person.id == 2)).all()


def test_delegates_visit_in_the_mayors_name_for_as_long_as_that_holds(session: Session) -> None:
    mayor, rina = cast.asn(session, "Wali Kota"), cast.asn(session, "Rina")
    session.add(Delegate(principal_id=mayor.id, person_id=rina.id, starts=TODAY, ends=TODAY + timedelta(days=30)))
    session.flush()
    assert set(session.scalars(acting_for(rina.id, TODAY))) == {mayor.id, rina.id}
    assert visitors(session, mayor.id, TODAY) == [rina]
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=31)):
        assert set(session.scalars(acting_for(rina.id, day))) == {rina.id}
        assert visitors(session, mayor.id, day) == [mayor]
    baznas = Person(name="Baznas", kind=PersonKind.ORGANISATION, created_at=NOW)
    session.add(baznas)
    session.flush()
    assert visitors(session, baznas.id, TODAY) == []


def test_a_substitute_answers_meanwhile_and_a_companion_never(session: Session) -> None:
    anwar, rina, joko = (cast.asn(session, name) for name in ("Anwar", "Rina", "Joko"))
    child = cast.child(session, cast.family(session))
    rows = [
        Assignment(asn_id=anwar.id, child_id=child.id, starts=TODAY - timedelta(days=60)),
        Assignment(asn_id=joko.id, child_id=child.id, starts=TODAY - timedelta(days=90), part=Part.COMPANION),
    ]
    session.add_all(rows)
    session.flush()
    assert answerable(session, child, TODAY) == anwar
    session.add(
        Assignment(
            asn_id=rina.id, child_id=child.id, part=Part.SUBSTITUTE, replaces_id=rows[0].id, starts=TODAY, ends=TODAY
        )
    )
    session.flush()
    assert answerable(session, child, TODAY) == rina
    assert answerable(session, session.get_one(Family, child.family_id), TODAY + timedelta(days=1)) == anwar
    rows[0].state = AssignmentState.ENDED
    session.flush()
    assert answerable(session, child, TODAY + timedelta(days=1)) is None


def test_a_code_that_somebody_was_given_by_hand_is_not_given_twice(session: Session) -> None:
    first = cast.asn(session, "Anwar")
    second = cast.asn(session, "Rina")
    second.code = f"OTA-{first.id:05}"
    session.flush()
    assert people.give_code(session, first) == f"OTA-{first.id:05}A"
    assert people.give_code(session, second) == f"OTA-{first.id:05}"
