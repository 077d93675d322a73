"""Nobody's loss meets a message about what was lost, also where the two come at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db import outbox
from db.children import Carer, Child, Pregnancy
from db.outbox import ALERT, PLANNED_LANE, REPLY, SKIPPED, TAKEN, Kind, Outgoing
from db.subjects import Subject, of_referral, subject
from delivery import before_send
from flow.message import Message
from programme import births, still_valid
from programme.births import Baby
from tests import people
from tests.people import NOW, TODAY

DAY = timedelta(days=1)
TOWN = people.city()


class Home:
    """Bu Sari, her Rafa, and the child she expects; who fosters and measures them, and who coordinates."""

    def __init__(self, session: Session):
        self.session = session
        self.family = people.family(session)
        self.rafa: Child = people.child(session, self.family, born=TODAY - 230 * DAY)
        self.expected: Pregnancy = people.pregnancy(session, self.family, TODAY + 80 * DAY)
        self.sari: Carer = people.carer(session, self.family)
        self.family.health_centre_id = people.health_centre(session).id
        self.anwar, self.murni, self.ratna = people.asn(session), people.health(session), people.coordinator(session)
        self.fostering = people.fosters(session, self.anwar, self.family, TODAY - 40 * DAY)

    def receiver(self, kind: Kind) -> int:
        """Who gets messages of this kind; Bu Sari, where it is for families."""
        staff = {
            Kind.REMINDER: self.anwar, Kind.NUDGE: self.anwar, Kind.REMEASURE: self.murni, Kind.DIGEST: self.ratna,
        }  # fmt: skip
        return staff[kind].id if kind in staff else self.sari.person_id

    def message(self, kind: Kind, *about: Subject, key: str = "", lane: int = PLANNED_LANE, **more: Any) -> Outgoing:
        """A message that delivery has just taken."""
        key = key or f"{kind}:{len(self.session.scalars(select(Outgoing.id)).all())}"
        row = outbox.row(
            kind, key, "telegram", "t-1", Message("x").to_json(), NOW,
            lane=lane, person_id=self.receiver(kind), about=about, **more,
        )  # fmt: skip
        outbox.promise(self.session, [row | {"state": TAKEN, "taken_at": NOW}])
        return self.session.scalars(select(Outgoing).where(Outgoing.key == key)).one()

    def lesson(self, *about: Subject) -> Outgoing:
        return self.message(Kind.LESSON, *about, family_id=self.family.id)

    def last_look(self, *rows: Outgoing) -> list[tuple[str, str]]:
        """The state and reason of these messages after the check before sending."""
        before_send.check(self.session, rows, NOW, TOWN)
        return [(row.state, row.reason) for row in rows]


@pytest.fixture
def home(session: Session) -> Home:
    return Home(session)


def test_a_message_that_is_still_true_is_sent(home: Home):
    wedding = people.wedding(home.session, home.family, TODAY + 50 * DAY)
    rafa, expected = subject(home.rafa), subject(home.expected)
    rows = (
        home.lesson(rafa), home.lesson(expected), home.lesson(subject(wedding)),
        home.message(Kind.CHART, rafa), home.message(Kind.BIRTH, expected),
        home.message(Kind.REMINDER, rafa, expected), home.message(Kind.REMEASURE, rafa),
    )  # fmt: skip
    assert home.last_look(*rows) == [(TAKEN, "")] * 7


@pytest.mark.parametrize(
    ("state", "why"),
    [("meninggal", "duka"), ("pindah", "pindah"), ("lewat umur", "lewat umur"), ("menolak", ""), ("lulus", "")],
)
def test_no_message_is_sent_about_a_child_that_has_left(home: Home, state: str, why: str):
    home.rafa.state = state
    rafa = subject(home.rafa)
    lesson = home.lesson(rafa)
    copy = home.message(Kind.LESSON, rafa, key="again:whatsapp:lesson", resend_of=lesson.id)
    rows = (lesson, copy, home.message(Kind.CHART, rafa), home.message(Kind.REMEASURE, rafa))
    assert home.last_look(*rows) == [(SKIPPED if why else TAKEN, why)] * 4


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in still_valid.ALWAYS])
def test_a_message_of_any_kind_about_a_child_that_died_is_not_sent(home: Home, kind: Kind):
    home.rafa.state = "meninggal"
    assert home.last_look(home.message(kind, subject(home.rafa), lane=ALERT)) == [(SKIPPED, "duka")]


def test_only_the_news_of_the_loss_itself_still_goes(home: Home):
    home.rafa.state = "meninggal"
    assert home.last_look(home.message(Kind.LOSS, subject(home.rafa))) == [(TAKEN, "")]


@pytest.mark.parametrize("state", ["keguguran", "lahir mati", "lahir", "pindah"])
def test_an_alert_about_a_living_mother_goes_out_whatever_became_of_the_pregnancy(home: Home, state: str):
    home.expected.state = state
    referral = people.referral(home.session, home.expected, NOW, "Perdarahan")
    rows = [home.message(kind, *of_referral(referral), lane=ALERT) for kind in (Kind.ALERT, Kind.CLIMB)]
    assert home.last_look(*rows) == [(TAKEN, "")] * 2
    home.expected.state = "ibu wafat"
    assert home.last_look(*rows) == [(SKIPPED, "duka")] * 2


def test_a_message_that_names_several_is_stopped_by_the_loss_of_one_and_not_by_a_birth(home: Home):
    other = people.pregnancy(home.session, people.family(home.session, "Wati"), TODAY + 10 * DAY)
    both = subject(home.expected), subject(other)
    home.expected.state = "lahir"
    assert home.last_look(home.message(Kind.BIRTH, *both)) == [(TAKEN, "")]
    other.state = "lahir"
    assert home.last_look(home.message(Kind.BIRTH, *both)) == [(SKIPPED, "sudah lahir")]
    home.expected.state, other.state = "keguguran", "aktif"
    assert home.last_look(home.message(Kind.BIRTH, *both)) == [(SKIPPED, "duka")]


@pytest.mark.parametrize(
    ("state", "why"), [("keguguran", "duka"), ("lahir mati", "duka"), ("lahir", "sudah lahir"), ("pindah", "pindah")]
)
def test_of_a_pregnancy_that_is_over_nothing_is_said_or_asked(home: Home, state: str, why: str):
    home.expected.state = state
    rows = home.lesson(subject(home.expected)), home.message(Kind.BIRTH, subject(home.expected))
    assert home.last_look(*rows) == [(SKIPPED, why)] * 2


def test_a_lesson_that_names_twins_is_not_sent_once_one_has_died(home: Home):
    rafi = people.child(home.session, home.family, "Rafi", born=home.rafa.born)
    home.rafa.state = "meninggal"
    rows = home.lesson(subject(home.rafa), subject(rafi)), home.lesson(subject(rafi))
    assert home.last_look(*rows) == [(SKIPPED, "duka"), (TAKEN, "")]


def stops(carer: Carer) -> None:
    carer.stopped_at = NOW


def pauses(carer: Carer) -> None:
    carer.paused_until = TODAY + DAY


@pytest.mark.parametrize(("does", "why"), [(stops, "berhenti"), (pauses, "jeda")])
def test_who_stopped_or_paused_meanwhile_gets_nothing(home: Home, does: Callable[[Carer], None], why: str):
    does(home.sari)
    assert home.last_look(home.lesson(subject(home.rafa))) == [(SKIPPED, why)]


def test_without_consent_nothing_goes_out(session: Session):
    home = Home(session)
    home.sari = people.carer(session, home.family, "Amir Hamzah", "ayah", consents=False)
    assert home.last_look(home.lesson(subject(home.rafa))) == [(SKIPPED, "tidak ada persetujuan")]


def test_a_pause_that_ends_today_is_over(home: Home):
    home.sari.paused_until = TODAY
    assert home.last_look(home.lesson(subject(home.rafa))) == [(TAKEN, "")]


def test_a_birth_that_was_taken_back_leaves_nothing_to_say_of_the_child(home: Home):
    (baby,) = births.record(home.session, home.expected, TODAY, [Baby("P", "Aisyah", 3100)], 40, NOW)
    row = home.lesson(subject(baby))
    assert births.take_back(home.session, home.expected, [baby], NOW)
    assert home.last_look(row) == [(SKIPPED, "datanya tidak ada lagi")]


def test_answers_cards_and_what_is_about_nobody_are_left_alone(home: Home):
    home.rafa.state = "meninggal"
    rows = (
        home.message(Kind.REPLY, subject(home.rafa), lane=REPLY), home.message(Kind.DIGEST), home.message(Kind.LESSON),
    )  # fmt: skip
    assert home.last_look(*rows) == [(TAKEN, "")] * 3


def test_replies_alone_cost_no_question_to_the_database(home: Home):
    row = home.message(Kind.REPLY, lane=REPLY)
    asked: list[str] = []
    listening = ("before_cursor_execute", lambda *call: asked.append(call[2]))
    event.listen(home.session.get_bind(), *listening)
    before_send.check(home.session, [row], NOW, TOWN)
    event.remove(home.session.get_bind(), *listening)
    assert asked == []


# --- who may not know of it any more ---------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.NUDGE])
def test_who_fosters_no_more_is_not_reminded(home: Home, kind: Kind):
    rows = home.message(kind, subject(home.rafa)), home.message(kind, subject(home.rafa), subject(home.expected))
    home.fostering.ends = TODAY - DAY
    assert home.last_look(*rows) == [(SKIPPED, still_valid.NOT_THEIRS)] * 2


def test_who_still_fosters_is_reminded(home: Home):
    rows = home.message(Kind.REMINDER, subject(home.rafa)), home.message(Kind.NUDGE, subject(home.expected))
    assert home.last_look(*rows) == [(TAKEN, "")] * 2


def test_what_a_coordinator_had_somebody_reminded_of_leaves_as_long_as_any_of_it_is_due(home: Home):
    rafa, expected = subject(home.rafa), subject(home.expected)
    both, one = home.message(Kind.NUDGE, rafa, expected), home.message(Kind.NUDGE, rafa)
    people.visit(home.session, home.anwar, home.rafa, TODAY, submitted_at=NOW + timedelta(minutes=1))
    assert home.last_look(both, one) == [(TAKEN, ""), (SKIPPED, still_valid.REPORTED)]


def test_a_reminder_that_names_somebody_elses_child_too_is_not_sent(home: Home):
    bima = people.child(home.session, people.family(home.session, "Wati"), "Bima", TODAY - 300 * DAY)
    row = home.message(Kind.REMINDER, subject(home.rafa), subject(bima))
    assert home.last_look(row) == [(SKIPPED, still_valid.NOT_THEIRS)]


def test_who_coordinates_or_measures_no_more_gets_nothing_of_it(home: Home):
    rows = home.message(Kind.DIGEST), home.message(Kind.REMEASURE, subject(home.rafa))
    for who in (home.ratna, home.murni):
        who.roles[0].role = "family"
    home.session.flush()
    assert home.last_look(*rows) == [(SKIPPED, still_valid.NOT_THEIRS)] * 2
