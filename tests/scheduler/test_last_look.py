"""Nobody's loss meets a message about what was lost, also where the two come at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db import births, outbox
from db.births import Baby
from db.children import Carer, Child, Pregnancy
from db.outbox import ALERT, PLANNED_LANE, SKIPPED, TAKEN, Outgoing
from flow.message import Message
from scheduler import last_look
from tests import people
from tests.people import NOW, TODAY, lesson, library

DAY = timedelta(days=1)
TOWN = people.city(
    library=library(
        lesson("telur", 224, 330),
        lesson("gerak", -84, 14, anchor="hpl"),
        lesson("folat", -63, -30, anchor="nikah", stage="catin", body="Satu hal."),
        lesson("diare", 0, 7, anchor="kejadian", stage="kondisional", condition="diare"),
    )
)


class Home:
    """Bu Sari, her Rafa, and the child she expects."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.rafa: Child = people.child(session, self.family, born=TODAY - 230 * DAY)
        self.expected: Pregnancy = people.pregnancy(session, self.family, TODAY + 80 * DAY)
        self.sari: Carer = people.carer(session, self.family)

    def key(self, name: str, ref: object) -> str:
        return f"lesson:{self.sari.person_id}:{name}:{ref}"

    def last_look(self, *keys: str, lane: int = PLANNED_LANE) -> list[tuple[str, str]]:
        """The state and reason of these messages, taken by delivery, after the last look at them."""
        for key in keys:
            row = outbox.row(key, "telegram", "t-1", Message("x").to_json(), NOW, person_id=self.sari.person_id)
            self.session.add(Outgoing(**(row | {"state": TAKEN, "taken_at": NOW, "lane": lane})))
        self.session.flush()
        rows = self.session.scalars(select(Outgoing).where(Outgoing.state == TAKEN).order_by(Outgoing.id)).all()
        last_look.look(self.session, rows, NOW, TOWN)
        return [(row.state, row.reason) for row in rows]


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def test_what_is_still_so_goes_out(home: Home):
    wedding = people.wedding(home.session, home.family, TODAY + 50 * DAY)
    day = TODAY - DAY
    keys = (
        home.key("telur", home.rafa.id), home.key("gerak", home.expected.id), home.key("folat", wedding.id),
        home.key("diare", f"c{home.rafa.id}@{day}"), f"chart:{home.sari.person_id}:{home.rafa.id}:2026-03",
        f"birth:{home.sari.person_id}:{home.expected.id}:{TODAY}",
    )  # fmt: skip
    assert home.last_look(*keys) == [(TAKEN, "")] * 6


@pytest.mark.parametrize(
    ("state", "why"),
    [("meninggal", "duka"), ("pindah", "pindah"), ("lewat umur", "lewat umur"), ("menolak", ""), ("lulus", "")],
)
def test_of_a_child_that_is_no_more_among_ours_nothing_is_said(home: Home, state: str, why: str):
    home.rafa.state = state
    keys = (
        home.key("telur", home.rafa.id),
        home.key("diare", f"c{home.rafa.id}@{TODAY}"),
        f"again:whatsapp:{home.key('telur', home.rafa.id)}",
        f"chart:{home.sari.person_id}:{home.rafa.id}:2026-03",
    )
    assert home.last_look(*keys) == [(SKIPPED if why else TAKEN, why)] * 4


@pytest.mark.parametrize(
    ("state", "why"), [("keguguran", "duka"), ("lahir mati", "duka"), ("lahir", "sudah lahir"), ("pindah", "pindah")]
)
def test_of_a_pregnancy_that_is_over_nothing_is_said_or_asked(home: Home, state: str, why: str):
    home.expected.state = state
    keys = (home.key("gerak", home.expected.id), f"birth:{home.sari.person_id}:{home.expected.id}:{TODAY}")
    assert home.last_look(*keys) == [(SKIPPED, why)] * 2


def test_a_twin_who_lives_keeps_the_lessons_of_both_but_not_those_about_the_other(home: Home):
    people.child(home.session, home.family, "Rafi", born=home.rafa.born)
    home.rafa.state = "meninggal"
    keys = (home.key("telur", home.rafa.id), home.key("diare", f"c{home.rafa.id}@{TODAY}"))
    assert home.last_look(*keys) == [(TAKEN, ""), (SKIPPED, "duka")]


def stops(carer: Carer) -> None:
    carer.stopped_at = NOW


def pauses(carer: Carer) -> None:
    carer.paused_until = TODAY + DAY


@pytest.mark.parametrize(("does", "why"), [(stops, "berhenti"), (pauses, "jeda")])
def test_who_stopped_or_paused_meanwhile_gets_nothing(home: Home, does: Callable[[Carer], None], why: str):
    does(home.sari)
    assert home.last_look(home.key("telur", home.rafa.id)) == [(SKIPPED, why)]


def test_without_consent_nothing_goes_out(session: Session):
    home = Home(session)
    home.sari = people.carer(session, home.family, "Amir Hamzah", "ayah", consents=False)
    assert home.last_look(home.key("telur", home.rafa.id)) == [(SKIPPED, "berhenti")]


def test_a_pause_that_ends_today_is_over(home: Home):
    home.sari.paused_until = TODAY
    assert home.last_look(home.key("telur", home.rafa.id)) == [(TAKEN, "")]


def test_a_birth_that_was_taken_back_leaves_nothing_to_say_of_the_child(home: Home):
    (baby,) = births.record(home.session, home.expected, TODAY, [Baby("P", "Aisyah", 3100)], 40, NOW)
    key = home.key("telur", baby.id)
    assert births.take_back(home.session, home.expected, [baby], set(), NOW)
    assert home.last_look(key) == [(SKIPPED, "datanya tidak ada lagi")]


def test_answers_cards_and_what_is_for_others_are_left_alone(home: Home):
    home.rafa.state = "meninggal"
    others = (
        f"reply:telegram:9:{home.rafa.id}",
        "digest:1:2026-03-04",
        "lesson:1:kartu-peran:tugas",
        "lesson:1:telur-lama:7",
        f"lesson:1:diare:@{TODAY}",
        "lesson:1:telur:bukan-angka",
    )
    assert home.last_look(*others, lane=ALERT) == [(TAKEN, "")] * len(others)


def test_replies_alone_cost_no_question_to_the_database(home: Home):
    asked: list[str] = []
    listening = ("before_cursor_execute", lambda *call: asked.append(call[2]))
    row = Outgoing(**outbox.row("reply:telegram:9:0", "telegram", "t-1", {"text": "x"}, NOW))
    event.listen(home.session.get_bind(), *listening)
    last_look.look(home.session, [row], NOW, TOWN)
    event.remove(home.session.get_bind(), *listening)
    assert asked == []
