"""By night children are found who have grown well, and those who have turned five; in the morning there is a word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.children import Child
from db.endings import Ending
from db.measurements import REPORTED
from db.outbox import Kind, Outgoing
from flow.message import Message
from rules.stages import months_after
from scheduler import graduations, ladder
from scheduler.lessons import planning
from scheduler.looks import finish
from tests import people
from tests.audited import Line, lines
from tests.people import TODAY, at, lesson, library

NIGHT = at(TODAY, "03:30")
SEVEN = at(TODAY, "07:00")
CITY = people.city()
BORN = TODAY - timedelta(days=540)
TALL, SHORT = 79.5, 74.0  # cm of a boy of 17 months: about -0.9 and -2.9


def days(count: int) -> timedelta:
    return timedelta(days=count)


class Home:
    """Rafa of Bu Sari and Pak Amir, his foster parent Pak Anwar, and Bu Ratna who coordinates."""

    def __init__(self, session: Session, born: date = BORN, **more: Any):
        self.session = session
        home = people.family(session)
        self.rafa: Child = people.child(session, home, born=born, code="A-31", **more)
        self.sari = people.carer(session, home).person
        self.amir = people.carer(session, home, "Amir Hamzah", "ayah").person
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - days(40))
        self.ratna = people.coordinator(session)

    def measured(self, days_ago: int, length: float, **more: Any) -> None:
        people.measured(self.session, self.rafa, TODAY - days(days_ago), 9.5, length, position="telentang", **more)

    def night(self, now: datetime = NIGHT) -> None:
        finish(graduations.tick, self.session, now, CITY)
        self.session.commit()

    @property
    def told(self) -> Mapping[int | None, Outgoing]:
        return {
            row.person_id: row
            for row in self.session.scalars(select(Outgoing).where(Outgoing.kind.in_(("ending", "loss"))))
        }

    def text(self, who: Any) -> str:
        return Message.from_json(self.told[who.id].message).text

    @property
    def ends(self) -> list[tuple[str, date]]:
        return [(one.kind, one.ended_on) for one in self.session.scalars(select(Ending))]


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def test_two_official_heights_a_month_apart_and_rafa_has_recovered(home: Home):
    home.measured(70, SHORT)
    home.measured(35, TALL - 1)
    home.measured(2, TALL)
    home.night()
    assert home.rafa.state == "lulus"
    assert home.ends == [("lulus", TODAY)]
    assert set(home.told) == {home.sari.id, home.amir.id, home.anwar.id, home.ratna.id}
    assert {row.due_at for row in home.told.values()} == {SEVEN}
    assert "Bu Sari, ada kabar gembira" in home.text(home.sari)
    assert "Pak Anwar" in home.text(home.anwar)
    assert "*Anak A-31*" in home.text(home.ratna)
    assert not any("stunting" in home.text(who) for who in (home.sari, home.anwar, home.ratna))
    assert lines(home.session) == [Line("fostering.end", None, f"child:{home.rafa.id}")]


def test_it_is_told_once(home: Home):
    home.measured(35, TALL - 1)
    home.measured(2, TALL)
    for night in range(5):
        home.night(NIGHT + days(night))
    assert len(home.ends) == 1
    assert len(home.told) == 4


def test_the_visits_end_and_the_lessons_go_on(home: Home):
    home.measured(35, TALL - 1)
    home.measured(2, TALL)
    home.night()
    finish(ladder.tick, home.session, at(TODAY, "08:00"), CITY)
    town = people.city(library=library(lesson("a", 540, 700)))
    finish(planning.tick, home.session, at(TODAY, "09:05"), town)
    kinds = home.session.scalars(select(Outgoing.kind)).all()
    assert "reminder" not in kinds
    assert "lesson" in kinds


def test_what_the_asn_reported_counts_for_nothing(home: Home):
    home.measured(35, TALL - 1)
    home.measured(2, TALL, kind=REPORTED)
    home.night()
    assert home.rafa.state == "aktif"


def test_doubtful_impossible_and_withdrawn_heights_do_not_count(home: Home):
    home.measured(70, TALL - 2)
    home.measured(35, TALL - 1, withdrawn_at=NIGHT)
    home.measured(30, TALL, doubtful=True)
    home.measured(2, 129.0)
    home.night()
    assert home.rafa.state == "aktif"


def test_a_child_that_never_was_too_short_has_nothing_to_recover_from(session: Session):
    home = Home(session, listed="tidak stunting")
    home.measured(35, TALL - 1)
    home.measured(2, TALL)
    home.night()
    assert home.rafa.state == "aktif"
    home.measured(100, SHORT - 4)
    home.night()
    assert home.rafa.state == "lulus"


def test_at_five_the_family_is_said_goodbye_to_and_the_asn_gets_a_word(session: Session):
    home = Home(session, months_after(TODAY, -60))
    home.night(NIGHT - days(1))
    assert home.rafa.state == "aktif"
    home.night()
    assert home.rafa.state == "lewat umur"
    assert home.ends == [("lewat umur", TODAY)]
    assert set(home.told) == {home.sari.id, home.amir.id, home.anwar.id}
    assert "sudah lima tahun" in home.text(home.sari)
    assert "masa pendampingannya selesai" in home.text(home.anwar)


def test_a_family_that_did_not_wish_visits_is_said_goodbye_to_and_its_asn_hears_nothing(session: Session):
    home = Home(session, months_after(TODAY, -60), state="menolak")
    home.night()
    assert set(home.told) == {home.sari.id, home.amir.id}
    assert (home.rafa.state, session.scalars(select(Ending)).all()) == ("menolak", [])
    home.night(NIGHT + days(1))
    assert len(home.told) == 2


def test_a_child_that_had_recovered_is_said_goodbye_to_as_well_and_stays_recovered(session: Session):
    home = Home(session, months_after(TODAY, -60), state="lulus")
    for night in range(70):
        home.night(NIGHT + days(night))
    assert home.rafa.state == "lulus"
    assert [kind for kind, _ in home.ends] == ["lulus"]
    assert set(home.told) == {home.sari.id, home.amir.id, home.anwar.id}


@pytest.mark.parametrize("state", ["meninggal", "pindah"])
def test_a_child_that_is_gone_is_never_written_about_again(session: Session, state: str):
    home = Home(session, months_after(TODAY, -60), state=state)
    home.measured(35, TALL)
    home.measured(2, TALL)
    home.night()
    assert home.told == {}
    assert home.rafa.state == state


@pytest.mark.parametrize("state", ["pindah", "meninggal", "lulus"])
def test_an_end_that_a_workbook_tells_is_counted_once_and_nothing_planned_goes_out_after_a_death(
    session: Session, state: str
):
    home = Home(session)
    outbox.to_person(
        session, home.sari.id, Kind.LESSON, f"lesson:{home.sari.id}:x:{home.rafa.id}", {"text": "x"}, NIGHT
    )
    home.rafa.state = state
    home.night()
    home.night(NIGHT + days(1))
    assert [row.kind for row in session.scalars(select(Ending))] == [state]
    lesson = session.scalars(select(Outgoing).where(Outgoing.kind == "lesson")).one()
    assert lesson.state == ("skipped" if state == "meninggal" else "planned")
    assert not home.told
