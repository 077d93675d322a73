"""Which planned messages are not true any more: after a loss, a birth, a recovery, and for who stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.children import Child, Family, Pregnancy
from db.outbox import ALERT, PLANNED, PLANNED_LANE, REPLY, SENT, SKIPPED, Kind, Outgoing
from db.states import CareState
from db.subjects import Subject, of_referral, subject
from programme import still_valid
from tests import people
from tests.people import NOW, TODAY

DAY = timedelta(days=1)


def message(session: Session, kind: Kind, *about: Subject, **more: Any) -> Outgoing:
    known: dict[str, Any] = {"lane": PLANNED_LANE} | more
    key = f"{kind}:{len(session.scalars(select(Outgoing.id)).all())}"
    outbox.promise(session, [outbox.row(kind, key, "telegram", "t-1", {"text": "x"}, NOW, about=about, **known)])
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def reasons(session: Session, *rows: Outgoing) -> list[str]:
    """Why each of these messages is not true any more, "" for those that are."""
    session.flush()
    found = still_valid.fallen(session, rows)
    return [found.get(row.id, "") for row in rows]


def unwanted(session: Session, row: Outgoing) -> str:
    return still_valid.unwanted(session, [row], TODAY).get(row.id, "")


def expects(session: Session, mother: str = "Sari Rahmawati") -> Pregnancy:
    return people.pregnancy(session, people.family(session, mother), TODAY + 10 * DAY)


def born(session: Session, pregnancy: Pregnancy, state: CareState = CareState.ACTIVE) -> Child:
    """The child of this pregnancy, and what has become of it."""
    pregnancy.state = CareState.BORN
    return people.child(session, pregnancy.family, "Aisyah", TODAY, pregnancy_id=pregnancy.id, state=state)


def test_a_death_stops_the_lessons_to_come_and_leaves_those_that_were_sent_as_they_are(session: Session):
    rafa = people.child(session, people.family(session))
    told, to_come = (message(session, Kind.LESSON, subject(rafa)) for _ in range(2))
    outbox.settle(told, SENT, "", NOW - DAY)
    rafa.state = CareState.DIED
    still_valid.cancel_fallen(session, NOW, subject(rafa))
    assert [(row.state, row.reason, row.settled_at) for row in (told, to_come)] == [
        (SENT, "", NOW - DAY), (SKIPPED, "duka", NOW),
    ]  # fmt: skip


def test_a_death_stops_no_lesson_about_another_child(session: Session):
    home = people.family(session)
    rafa, rafi = (people.child(session, home, name) for name in ("Rafa", "Rafi"))
    lesson = message(session, Kind.LESSON, subject(rafi))
    rafa.state = CareState.DIED
    still_valid.cancel_fallen(session, NOW, subject(rafa))
    assert (lesson.state, lesson.settled_at) == (PLANNED, None)


def test_the_news_of_a_birth_is_stopped_once_the_baby_has_died(session: Session):
    lost, glad = expects(session), expects(session, "Wati")
    born(session, lost, CareState.DIED)
    born(session, glad)
    rows = [message(session, Kind.BORN, subject(one)) for one in (lost, glad)]
    assert reasons(session, *rows) == ["duka", ""]


def test_after_a_birth_nobody_is_asked_whether_the_baby_is_born(session: Session):
    sari, wati = expects(session), expects(session, "Wati")
    questions = [message(session, Kind.BIRTH, subject(one)) for one in (sari, wati)]
    born(session, sari)
    for state in (CareState.DIED, CareState.ACTIVE):  # twins, and one of them lives
        born(session, wati, state)
    assert reasons(session, *questions) == ["sudah lahir", "duka"]


def test_an_alert_about_a_mother_goes_out_also_when_her_newborn_has_died(session: Session):
    sari = expects(session)
    born(session, sari, CareState.DIED)
    referral = people.referral(session, sari, NOW, "Perdarahan")
    assert reasons(session, message(session, Kind.ALERT, *of_referral(referral), lane=ALERT)) == [""]


def test_where_one_was_born_and_another_lost_the_reason_is_grief(session: Session):
    sari, wati = expects(session), expects(session, "Wati")
    question = message(session, Kind.BIRTH, subject(sari), subject(wati))
    born(session, sari)
    wati.state = CareState.MISCARRIED
    assert reasons(session, question) == ["duka"]


@pytest.mark.parametrize("state", [CareState.RECOVERED, CareState.REFUSED])
@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.NUDGE])
def test_nobody_is_reminded_to_visit_a_child_that_has_recovered_or_whose_family_refuses(
    session: Session, kind: Kind, state: CareState
):
    rafa = people.child(session, people.family(session), state=state)
    rows = message(session, kind, subject(rafa)), message(session, Kind.LESSON, subject(rafa))
    assert reasons(session, *rows) == [state, ""]


def test_the_news_that_a_fostering_has_ended_goes_out_after_the_end(session: Session):
    home = people.family(session)
    states = (CareState.MOVED, CareState.AGED_OUT, CareState.DIED)
    rows = [message(session, Kind.ENDING, subject(people.child(session, home, state=state))) for state in states]
    assert reasons(session, *rows) == ["", "", "duka"]


# --- couples --------------------------------------------------------------------------------------------------------


def lesson_for_couple(session: Session, state: CareState = CareState.EXPECTING, bride: str = "Sari") -> Outgoing:
    couple = people.wedding(session, people.family(session, bride), TODAY - 90 * DAY, state=state)
    return message(session, Kind.LESSON, subject(couple), family_id=couple.family_id)


def loses(session: Session, row: Outgoing, what: str) -> None:
    """The couple that this message is for loses a child, or a pregnancy."""
    home = session.get_one(Family, row.family_id)
    if what == "child":
        people.child(session, home, state=CareState.DIED)
    else:
        people.pregnancy(session, home, TODAY + 90 * DAY, state=CareState.MISCARRIED)


@pytest.mark.parametrize("what", ["child", "pregnancy"])
def test_a_couple_that_lost_a_child_since_the_wedding_mourns_and_the_others_do_not(session: Session, what: str):
    mourning, expecting = lesson_for_couple(session), lesson_for_couple(session, bride="Wati")
    people.pregnancy(session, session.get_one(Family, expecting.family_id), TODAY + 200 * DAY)
    loses(session, mourning, what)
    assert reasons(session, mourning, expecting) == ["duka", "sudah hamil"]


@pytest.mark.parametrize("what", ["child", "pregnancy"])
def test_a_bride_who_lost_a_child_before_gets_the_lessons_before_her_wedding(session: Session, what: str):
    marries, expecting = lesson_for_couple(session, CareState.ACTIVE), lesson_for_couple(session, bride="Wati")
    loses(session, marries, what)
    assert reasons(session, marries, expecting) == ["", "sudah hamil"]


# --- who wants no more ----------------------------------------------------------------------------------------------


def test_who_has_stopped_still_gets_an_answer_but_no_lesson(session: Session):
    home = people.family(session)
    sari = people.carer(session, home, stopped_at=NOW)
    more: dict[str, Any] = {"person_id": sari.person_id, "family_id": home.id}
    answer, lesson = message(session, Kind.REPLY, lane=REPLY, **more), message(session, Kind.LESSON, **more)
    assert (unwanted(session, answer), unwanted(session, lesson)) == ("", "berhenti")


def test_who_no_longer_cares_for_a_family_gets_nothing_about_it(session: Session):
    home, hers = people.family(session), people.family(session, "Wati")
    wati = people.carer(session, hers)
    rows = [message(session, Kind.LESSON, person_id=wati.person_id, family_id=one.id) for one in (home, hers)]
    assert [unwanted(session, row) for row in rows] == ["berhenti", ""]
