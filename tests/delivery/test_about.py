"""A message knows whom it is about: what a loss, a stop or another way out does to every kind of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.outbox import FAILED, PLANNED, PLANNED_LANE, SENT, SKIPPED, TAKEN, Kind, Outgoing
from db.people import Person
from db.subjects import subject
from delivery import before_send, results
from delivery.results import Result
from flow.message import Undeliverable
from reports.digest.model import Day
from reports.digest.queries import lessons as digest_lessons
from scheduler import birth_questions, ladder, remeasure
from scheduler.looks import Write, finish
from tests import people
from tests.chat import chat_with
from tests.people import NOW, TODAY, at
from tests.rows import outgoing

CITY = people.city()
LATELY = TODAY - timedelta(days=2)


class Town:
    """Bu Sari's Rafa and Bu Wati's Dewi; Pak Anwar fosters both, Bu Murni is the cadre of both."""

    def __init__(self, session: Session):
        self.session = session
        post = people.posyandu(session, "Melati 1")
        self.anwar = people.asn(session)
        self.murni = people.person(
            session, "Murni", "health", title="kader", scope="posyandu", scope_id=post.id, reachable=True
        )
        self.sari, self.rafa = self._home("Sari", "Rafa Pratama", post.id)
        self.wati, self.dewi = self._home("Wati", "Dewi Lestari", post.id)
        session.commit()

    def _home(self, mother: str, name: str, posyandu: int):
        home = people.family(self.session, mother)
        home.posyandu_id = posyandu
        child = people.child(self.session, home, name, TODAY - timedelta(days=400))
        people.measured(self.session, child, LATELY, 8.5, 74.0)
        people.fosters(self.session, self.anwar, child, TODAY - timedelta(days=90))
        return people.carer(self.session, home), child

    def told_of_the_death(self, of: str = "Rafa") -> None:
        child = self.rafa if of == "Rafa" else self.dewi
        mother = self.sari if of == "Rafa" else self.wati
        chat_with(self.session, mother.person).tap_token(f"loss:yes:died:child:{child.id}")

    def rows(self, *kinds: Kind) -> Sequence[Outgoing]:
        return self.session.scalars(select(Outgoing).where(Outgoing.kind.in_(kinds)).order_by(Outgoing.id)).all()


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def test_a_second_measuring_is_not_asked_of_a_child_that_has_died(town: Town):
    finish(remeasure.tick, town.session, at(TODAY, "09:40"), CITY)
    [row] = town.rows(Kind.REMEASURE)
    assert row.state == PLANNED
    town.told_of_the_death()
    assert (row.state, row.reason) == (SKIPPED, "duka")


def test_the_other_children_of_the_lot_are_asked_about_once_more(town: Town):
    finish(remeasure.tick, town.session, at(TODAY, "09:40"), CITY)
    town.told_of_the_death()
    finish(remeasure.tick, town.session, at(TODAY + timedelta(days=1), "09:40"), CITY)
    [row] = town.rows(Kind.REMEASURE)
    assert row.state == PLANNED
    assert outbox.subjects(town.session, [row.id])[row.id] == [subject(town.dewi)]
    assert "Rafa" not in row.message["text"]


def test_an_announced_second_measuring_brings_nothing_after_the_death(town: Town):
    finish(remeasure.tick, town.session, at(TODAY, "09:40"), CITY)
    [row] = town.rows(Kind.REMEASURE)
    outbox.settle(row, SENT, "", NOW)
    town.told_of_the_death()
    cadre = chat_with(town.session, town.murni)
    assert "sudah tidak berlaku" in cadre.tap_token(f"read:{row.key}")


def test_a_reminder_that_goes_out_by_the_other_channel_is_stopped_too(town: Town):
    people.address(town.session, town.anwar, "whatsapp", NOW)
    finish(ladder.tick, town.session, at(TODAY, "10:00"), CITY)
    first, *_ = town.rows(Kind.REMINDER)
    first.state, first.taken_at = TAKEN, NOW
    results.settle(town.session, [Result(first, Undeliverable("blokir"))], NOW)
    town.session.flush()
    [copy] = town.session.scalars(select(Outgoing).where(Outgoing.resend_of == first.id))
    assert (copy.kind, copy.state) == (Kind.REMINDER, PLANNED)
    town.told_of_the_death()
    assert (copy.state, copy.reason) == (SKIPPED, "duka")


def test_the_next_reminder_names_those_who_live(town: Town):
    finish(ladder.tick, town.session, at(TODAY, "10:00"), CITY)
    town.told_of_the_death()
    finish(ladder.tick, town.session, at(TODAY, "11:00"), CITY)
    [row] = [one for one in town.rows(Kind.REMINDER) if one.state == PLANNED]
    assert "Dewi" in row.message["text"]
    assert "Rafa" not in row.message["text"]


def weekly(session: Session, now: datetime, city: City, asn: Person, whom: Sequence[object]) -> Iterator[Write]:
    """A new reminder, written as CONTRIBUTING says."""
    row = outbox.row(
        Kind.REMINDER, f"weekly:{asn.id}:{now:%Y-%W}", "telegram", f"t-{asn.id}", {"text": "Adik Rafa"}, now,
        lane=PLANNED_LANE, person_id=asn.id, about=whom,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    yield partial(outbox.promise, rows=[row])


def test_a_new_reminder_is_stopped_by_a_loss_without_anything_said_about_it(town: Town):
    look = partial(weekly, asn=town.anwar, whom=[subject(town.rafa)])
    finish(look, town.session, NOW, CITY)
    town.told_of_the_death()
    assert [(row.state, row.reason) for row in town.rows(Kind.REMINDER)] == [(SKIPPED, "duka")]


def test_a_new_reminder_crossed_by_the_news_is_stopped_before_it_is_sent(town: Town):
    town.rafa.state = "meninggal"
    look = partial(weekly, asn=town.anwar, whom=[subject(town.rafa)])
    finish(look, town.session, NOW, CITY)
    [row] = town.rows(Kind.REMINDER)
    row.state = TAKEN
    before_send.check(town.session, [row], NOW, CITY)
    assert (row.state, row.reason) == (SKIPPED, "duka")


def test_an_alert_about_a_living_child_goes_on_when_another_has_died(town: Town):
    referral = people.referral(town.session, town.dewi, NOW, "Kejang")
    about = [subject(referral), subject(town.dewi)]
    # Bu Sari, who lost Rafa, is the midwife whom Dewi's danger sign calls.
    outbox.to_person(
        town.session, town.sari.person_id, Kind.ALERT, "alert:1:1", {"text": "Adik Dewi kejang"}, NOW,
        about=about, lane=outbox.ALERT,
    )  # fmt: skip
    town.told_of_the_death()
    assert [row.state for row in town.rows(Kind.ALERT)] == [PLANNED]


def test_the_question_of_a_birth_is_put_again_for_the_mothers_it_still_concerns(session: Session):
    home, other = people.family(session), people.family(session, "Wati")
    post = people.posyandu(session, "Melati 1")
    home.posyandu_id = other.posyandu_id = post.id
    lost, goes_on = (people.pregnancy(session, one, TODAY - timedelta(days=15)) for one in (home, other))
    people.person(session, "Murni", "health", title="bidan", scope="posyandu", scope_id=post.id, reachable=True)
    sari = people.carer(session, home, joined_on=None)
    session.commit()
    finish(birth_questions.tick, session, at(TODAY, "09:10"), CITY)
    asked = select(Outgoing).where(Outgoing.kind == Kind.BIRTH, Outgoing.state == PLANNED)
    [row] = session.scalars(asked)
    assert {one.id for one in outbox.subjects(session, [row.id])[row.id]} == {lost.id, goes_on.id}
    chat_with(session, sari.person).tap_token(f"loss:yes:stillborn:pregnancy:{lost.id}")
    assert session.scalars(asked).all() == []
    finish(birth_questions.tick, session, at(TODAY + timedelta(days=1), "09:10"), CITY)
    [row] = session.scalars(asked)
    assert {one.id for one in outbox.subjects(session, [row.id])[row.id]} == {goes_on.id}


def test_a_lesson_that_went_by_the_other_channel_is_counted_once_as_sent(session: Session):
    home = people.family(session)
    rafa = people.child(session, home, born=TODAY - timedelta(days=400))
    sari = people.carer(session, home)
    key = f"lesson:{sari.person_id}:telur:{rafa.id}"
    failed = outgoing(key, "whatsapp", "w", {"text": "x"}, NOW, person_id=sari.person_id) | {"state": FAILED}
    written = outbox.promise(session, [failed | {"settled_at": NOW}])
    copy = outgoing(key, "telegram", "t", {"text": "x"}, NOW, person_id=sari.person_id, resend_of=written[key])
    outbox.promise(session, [copy | {"key": f"again:whatsapp:{key}", "state": SENT, "settled_at": NOW}])
    day = Day(TODAY, at(TODAY, "00:00"), at(TODAY + timedelta(days=1), "00:00"))
    counted = digest_lessons(session, select(people.Family.id), day)
    assert (counted.sent, counted.failed) == (1, 0)
    assert "Pesan terkirim: 1" in chat_with(session, sari.person).say("data saya")


def test_a_promise_says_what_it_wrote(session: Session):
    rows = [outgoing(f"news:{n}", "telegram", "t", {"text": "x"}, NOW) for n in (1, 2)]
    assert set(outbox.promise(session, rows[:1])) == {"news:1"}
    assert set(outbox.promise(session, rows)) == {"news:2"}
    assert outbox.promise(session, rows) == {}
