"""A month of a city in which a quarter of 300 foster parents never report: each of them climbs, and nobody else does.

On SQLite alone: it is one long story about which steps are taken when, and what it asks of the tables is asked on both
databases in test_ladder_above.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.children import Child
from db.ladder import LadderStep
from db.outbox import PLANNED, SENT, Kind, Outgoing
from db.subjects import subject
from db.visits import Visit
from programme import ladder as climbing
from rules.ladder import ABOVE, Rung
from scheduler import ladder
from scheduler.looks import finish
from tests import crowd, people
from tests.people import TODAY, at

CITY = people.city()
MANY, OFFICES = 300, 10
DUE = 0, 4, 8  # days from the first
RULES = CITY.programme.ladder
STEPS = *RULES.visitor_days, RULES.superior_days, RULES.office_days, RULES.city_days
LAST = max(DUE) + max(STEPS) + 1
# Each day on which a step of a silent one comes, and the one before, on which it must not.
LOOKS = {due + step - before for due in DUE for step in STEPS for before in (0, 1)} | {LAST}


@pytest.fixture
def backend() -> str:
    return "sqlite"


class Town:
    """Ten offices of thirty foster parents; each has a coordinator and three superiors, who foster nobody.

    Every fourth never reports. The visits fall due on the first, the fifth and the ninth day; ``due`` says when.
    """

    def __init__(self, session: Session, chance: Random):
        self.session, self.chance = session, chance
        self.ratna = people.coordinator(session, sex="P")
        offices = [people.office(session, f"Dinas {n}") for n in range(OFFICES)]
        self.budi = [people.coordinator(session, f"Budi {n}", "opd", one.id, sex="L") for n, one in enumerate(offices)]
        ida = [people.asn(session, f"Ida {n}", people.WOMAN, office_name=f"Dinas {n // 3}") for n in range(3 * OFFICES)]
        self.superiors = {one.id for one in ida}
        session.flush()
        due = [TODAY + timedelta(days=DUE[n % 10 // 4]) for n in range(MANY)]
        ids = crowd.fostering(
            session,
            [day - timedelta(days=30) for day in due],
            lambda n: {"office_id": offices[n // 30].id, "superior_id": ida[n // 10].id},
        )
        self.due = dict(zip(ids, due, strict=True))
        self.silent = set(ids[::4])
        session.commit()
        # The others report between two days before and seven days after the day it was due.
        self.reports: dict[date, list[int]] = defaultdict(list)
        for id in sorted(self.due.keys() - self.silent):
            self.reports[max(TODAY, self.due[id] + timedelta(days=chance.randint(-2, 7)))].append(id)

    def day(self, on: date) -> None:
        """A look at nine, unless nothing can happen; all that it planned goes out; in the afternoon some report."""
        if (on - TODAY).days in LOOKS:
            finish(ladder.tick, self.session, at(on), CITY)
            self.session.execute(update(Outgoing).where(Outgoing.state == PLANNED).values(state=SENT))
        self.report(on, self.reports.pop(on, ()))

    def report(self, on: date, who: object) -> None:
        rows = [
            {"form": "child_visit", "asn_id": id, "child_id": id, "visited_on": on, "met": True, "answers": {},
             "personal": [], "facts": {}, "channel": "simulator", "submitted_at": at(on, "16:00")}
            for id in who  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType]
        ]  # fmt: skip
        if rows:
            self.session.execute(insert(Visit), rows)
        self.session.commit()


def test_after_a_month_every_silent_one_has_climbed_with_proof_and_nobody_was_told_of_who_reported(session: Session):
    town = Town(session, Random(7))
    back = min(town.silent)  # comes back after the superior was told, before the office
    for count in range(LAST + 1):
        on = TODAY + timedelta(days=count)
        town.day(on)
        if on == town.due[back] + timedelta(days=20):
            town.report(on, [back])
    steps = session.scalars(select(LadderStep).order_by(LadderStep.id)).all()
    of = defaultdict[int, list[LadderStep]](list)
    for step in steps:
        of[step.asn_id].append(step)

    # Each silent one has climbed through every step, and of each it is known who was told, by which message, and when.
    sent = dict(session.execute(select(Outgoing.key, Outgoing.person_id).where(Outgoing.state == SENT)).all())
    for id in town.silent - {back}:
        assert [step.rung for step in of[id]] == ["pendamping"] * 3 + ["atasan", "kantor", "kota"], id
        late = [(CITY.today(step.at) - town.due[id]).days for step in of[id]]
        assert late[:3] == [0, 3, 7]
        assert 8 <= late[3] <= 14, "the superior, by themselves or along with another of theirs"
        assert (late[4], late[5]) == (21, 30)
        assert all(sent[step.outgoing_key] == step.person_id for step in of[id])
        assert of[id][3].person_id in town.superiors
        assert of[id][5].person_id == town.ratna.id

    # Nobody was told of anybody after their report; who came back vanished from the ladder.
    visits = session.execute(select(Visit.asn_id, Visit.submitted_at)).all()
    for id, at_ in visits:
        assert all(step.at < at_ or step.since == CITY.today(at_) for step in of[id]), id
    assert [step.rung for step in of[back]] == ["pendamping"] * 3 + ["atasan"]
    assert {step.asn_id for step in steps if step.rung in ABOVE} <= town.silent

    # No superior got two messages in a week, no coordinator two a day, and nobody two reminders a day.
    messages = session.execute(select(Outgoing.person_id, Outgoing.kind, Outgoing.created_at)).all()
    days = Counter((person, kind, CITY.today(created)) for person, kind, created in messages)
    assert set(days.values()) == {1}
    for superior in town.superiors:
        told = sorted(day for person, kind, day in days if person == superior and kind == Kind.LADDER)
        assert all((b - a).days >= 7 for a, b in pairwise(told)), told

    one = max(town.silent)
    told = climbing.told(session, subject(session.get_one(Child, one)), one, town.due[one] - timedelta(days=30))
    assert {said.rung for said in told} == set(Rung)
    assert climbing.words(told, CITY).count("dikabari") == 4
