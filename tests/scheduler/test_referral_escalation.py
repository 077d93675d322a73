"""A referral nobody answers climbs, step by step and each once, until somebody takes it on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox, referrals
from db.outbox import Kind, Outgoing
from db.referrals import ReferralStep
from flow.message import Message
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.chat import chat_with
from tests.people import NOW, TODAY, at

CITY = people.city()


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def days(count: float) -> timedelta:
    return timedelta(days=count)


class Town:
    """Rafa of Bu Sari, his Pak Anwar, midwife Murni, Pak Kepala of the puskesmas, and Bu Ratna who coordinates."""

    def __init__(self, session: Session, opened: datetime = NOW, urgency: str = "hari ini"):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, home, born=TODAY - days(430), code="A-31")
        self.anwar = people.asn(session)
        people.fosters(session, self.anwar, self.rafa, TODAY - days(40))
        self.sari = people.carer(session, home).person
        self.murni = people.health(session)
        self.head = people.health(session, "Hasan Basri", "kepala")
        self.ratna = people.coordinator(session)
        self.referral = people.referral(session, self.rafa, opened, "Kejang", urgency=urgency)
        referrals.note(session, self.referral, "told", opened, self.murni.id)
        session.commit()

    def tick(self, *moments: datetime) -> None:
        for moment in moments:
            finish(climbing.tick, self.session, moment, CITY)
        self.session.commit()

    @property
    def told(self) -> list[tuple[int | None, str]]:
        kinds = (Kind.CLIMB, Kind.ASKED, Kind.REFERRAL)
        rows = self.session.scalars(select(Outgoing).where(Outgoing.kind.in_(kinds)).order_by(Outgoing.id))
        return [(row.person_id, row.key.rsplit(":", 1)[1]) for row in rows]

    def text(self, step: str) -> str:
        return self.message(step).text

    def message(self, step: str) -> Message:
        rows = self.session.scalars(select(Outgoing).where(Outgoing.key.endswith(f":{step}")))
        return Message.from_json(rows.one().message)

    def steps(self, *kinds: str) -> Sequence[ReferralStep]:
        return [one for one in referrals.steps(self.session, self.referral.id) if one.step in kinds]


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


CLIMB = ("reminder", "head", "coordinator")


def test_what_must_be_seen_today_climbs_after_two_six_and_twenty_four_hours(town: Town):
    town.tick(NOW + hours(1.9))
    assert town.told == []
    town.tick(NOW + hours(2))
    assert town.told == [(town.murni.id, "reminder")]
    town.tick(NOW + hours(6))
    assert town.told[1:] == [(town.head.id, "head")]
    town.tick(NOW + hours(23.9), NOW + hours(24))
    assert (town.ratna.id, "coordinator") in town.told


def test_each_step_is_taken_once_and_the_proof_says_who_was_told_when(town: Town):
    town.tick(*(NOW + hours(count) for count in range(72)))
    climbed = [step for step in town.told if step[1] in CLIMB]
    assert climbed == [(town.murni.id, "reminder"), (town.head.id, "head"), (town.ratna.id, "coordinator")]
    assert [(step.person_id, step.at - NOW) for step in town.steps(*CLIMB)] == [
        (town.murni.id, hours(2)), (town.head.id, hours(6)), (town.ratna.id, hours(24)),
    ]  # fmt: skip
    said = town.text("coordinator")
    assert "sudah 1 hari belum ada jawaban" in said
    assert "• Bapak/Ibu Murni, bidan: Rabu 4 Maret 09.00" in said
    assert "• Bapak/Ibu Hasan, kepala puskesmas: Rabu 4 Maret 15.00" in said
    assert "stunting" not in said
    assert town.message("coordinator").options == ()
    assert [o.label for o in town.message("head").options] == ["Saya tangani", "Sudah diperiksa"]


def test_the_steps_stop_as_soon_as_somebody_takes_it_on(town: Town):
    town.tick(NOW + hours(2))
    chat = chat_with(town.session, town.murni, NOW + hours(3))
    chat.say("rujukan")
    chat.tap("Saya tangani")
    town.tick(NOW + hours(6), NOW + hours(24))
    assert [step for step in town.told if step[1] in CLIMB] == [(town.murni.id, "reminder")]


def test_a_step_that_was_planned_and_not_yet_sent_is_not_sent_after_all(town: Town):
    town.tick(NOW + hours(2), NOW + hours(6))
    chat = chat_with(town.session, town.murni, NOW + hours(6))
    chat.say("rujukan")
    chat.tap("Saya tangani")
    row = town.session.scalars(select(Outgoing).where(Outgoing.key.endswith(":head"))).one()
    assert (row.state, row.reason) == (outbox.SKIPPED, "sudah ada yang menangani")


def test_the_head_of_the_puskesmas_can_take_it_on(town: Town):
    town.tick(NOW + hours(6))
    chat = chat_with(town.session, town.head, NOW + hours(7))
    assert "Kejang" in chat.say("rujukan")
    assert "Kami catat" in chat.tap("Saya tangani")
    assert town.referral.accepted_by == town.head.id


def test_at_night_only_what_must_be_seen_today_climbs(session: Session):
    evening = at(TODAY, "19:00")
    town = Town(session, evening)
    other = people.referral(session, town.rafa, evening - days(2), "Berat turun", urgency="3-7 hari")
    town.tick(evening + hours(2))
    keys = session.scalars(select(Outgoing.key).where(Outgoing.kind.in_(("climb", "referral")))).all()
    assert keys == [f"referral:{town.referral.id}:{town.murni.id}:reminder"]
    town.tick(at(TODAY + days(1), "07:15"))
    keys = session.scalars(select(Outgoing.key).where(Outgoing.kind.in_(("climb", "referral")))).all()
    assert f"referral:{other.id}:{town.murni.id}:reminder" in keys


def test_what_can_wait_some_days_climbs_after_two_four_and_seven_days(session: Session):
    town = Town(session, urgency="3-7 hari")
    town.tick(*(NOW + hours(6 * count) for count in range(4 * 9)))
    assert [(step.step, (step.at - NOW).days) for step in town.steps(*CLIMB)] == [
        ("reminder", 2), ("head", 4), ("coordinator", 7),
    ]  # fmt: skip


def test_where_nobody_can_be_reached_the_next_is_told_at_once(session: Session):
    town = Town(session)
    for person in (town.murni, town.head):
        for address in person.addresses:
            address.state = "blocked"
    town.tick(NOW + hours(2))
    assert [(step.step, step.person_id, step.detail) for step in town.steps(*CLIMB)] == [
        ("reminder", town.murni.id, "belum terhubung"),
        ("head", town.head.id, "belum terhubung"),
        ("coordinator", town.ratna.id, ""),
    ]
    assert "Bapak/Ibu Murni, bidan: belum terhubung" in town.text("coordinator")
    town.tick(NOW + hours(6), NOW + hours(24))
    assert len(town.steps(*CLIMB)) == 3


def test_where_nobody_is_registered_the_next_is_told_at_once(session: Session):
    town = Town(session)
    for person in (town.murni, town.head):
        session.delete(person.roles[0])
    session.flush()
    session.expire_all()
    town.tick(NOW + hours(1.9))
    assert town.steps(*CLIMB) == []
    town.tick(NOW + hours(2))
    assert [(step.step, step.person_id, step.detail) for step in town.steps(*CLIMB)] == [
        ("reminder", None, "tidak ada petugas terdaftar"),
        ("head", None, "tidak ada petugas terdaftar"),
        ("coordinator", town.ratna.id, ""),
    ]


def test_where_one_of_two_can_be_reached_the_next_waits_its_turn(session: Session):
    town = Town(session)
    other = people.health(session, "Nurhayati")
    other.addresses[0].state = "blocked"
    town.tick(NOW + hours(2), NOW + hours(5.9))
    assert [(step.step, step.person_id, step.detail) for step in town.steps(*CLIMB)] == [
        ("reminder", town.murni.id, ""), ("reminder", other.id, "belum terhubung"),
    ]  # fmt: skip
    town.tick(NOW + hours(6))
    assert [step.step for step in town.steps(*CLIMB)] == ["reminder", "reminder", "head"]


def test_who_could_not_be_reached_once_does_not_hurry_the_steps_after_the_next(session: Session):
    town = Town(session)
    town.murni.addresses[0].state = "blocked"
    town.tick(NOW + hours(2))
    assert [step.step for step in town.steps(*CLIMB)] == ["reminder", "head"]
    town.tick(NOW + hours(23.9))
    assert [step.step for step in town.steps(*CLIMB)] == ["reminder", "head"]
    town.tick(NOW + hours(24))
    assert [step.step for step in town.steps(*CLIMB)] == ["reminder", "head", "coordinator"]


def answer(town: Town, who: Any, label: str, now: datetime) -> str:
    chat = chat_with(town.session, who, now)
    chat.seen(town_message(town, who))
    return chat.tap(label)


def town_message(town: Town, who: Any) -> Message:
    key = f"referral:{town.referral.id}:{who.id}:asked"
    return Message.from_json(town.session.scalars(select(Outgoing).where(Outgoing.key == key)).one().message)


def test_the_family_and_the_asn_are_asked_once_whether_they_got_there(town: Town):
    town.tick(*(NOW + hours(count) for count in range(0, 120, 5)))
    asked = [step for step in town.told if step[1] == "asked"]
    assert asked == [(town.sari.id, "asked"), (town.anwar.id, "asked")]
    said = town_message(town, town.sari)
    assert said.text.startswith("Bu Sari, boleh kami tahu kabar Adik Rafa?")
    assert [option.label for option in said.options] == ["Sudah", "Belum", "Tidak jadi"]


def test_who_has_not_consented_is_not_asked(session: Session):
    town = Town(session)
    people.carer(session, town.rafa.family, "Amir", "ayah", consents=False)
    town.tick(NOW + hours(25))
    assert {person for person, step in town.told if step == "asked"} == {town.sari.id, town.anwar.id}


def test_a_child_that_was_seen_already_is_not_asked_about(town: Town):
    town.referral.state = "seen"
    town.tick(NOW + hours(25))
    assert town.told == []


def test_not_yet_and_why_are_kept_and_passed_on_to_who_can_help(town: Town):
    town.tick(NOW + hours(25))
    chat = chat_with(town.session, town.sari, NOW + hours(26))
    chat.seen(town_message(town, town.sari))
    assert "tidak apa-apa" in chat.tap("Belum")
    assert "bisa dibantu" in chat.tap("Jauh")
    assert [step.detail for step in town.steps("answered")] == ["belum: jauh/tak ada kendaraan"]
    row = town.session.scalars(select(Outgoing).where(Outgoing.key.contains(":not-there-"))).one()
    assert row.person_id == town.murni.id
    assert "Kabar tentang Adik Rafa: belum: jauh" in Message.from_json(row.message).text
    assert town.referral.closed_at is None
    assert "sudah kami terima" in chat.tap("Tidak jadi")


def test_yes_is_thanked_and_closes_nothing(town: Town):
    town.tick(NOW + hours(25))
    assert "Terima kasih" in answer(town, town.anwar, "Sudah", NOW + hours(26))
    assert [(step.person_id, step.detail) for step in town.steps("answered")] == [(town.anwar.id, "sudah")]
    assert town.referral.closed_at is None


def test_nobody_answers_who_was_not_asked(town: Town):
    stranger = chat_with(town.session, people.asn(town.session, "Rahma", people.WOMAN))
    assert "tidak berlaku" in stranger.tap_token(f"got:{town.referral.id}:yes")
    assert not town.steps("answered")


def test_nothing_ever_closes_by_itself(town: Town):
    town.tick(*(NOW + days(count) for count in range(100)))
    assert town.referral.closed_at is None
