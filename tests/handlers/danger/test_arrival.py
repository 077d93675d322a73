"""Somebody nobody knows cried for help: they too are asked whether they got there, and answer with a tap."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import referrals
from db.cries import Cry
from db.outbox import ALERT, Kind, Outgoing
from db.people import AddressState
from db.referrals import StepKind
from flow.message import Message
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with, stranger
from tests.handlers.danger.test_calls import NIGHT, Town
from tests.rows import sent


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def asked_after(town: Town, minutes: int) -> list[Outgoing]:
    sent(town.session, NIGHT)
    finish(climbing.urgent_tick, town.session, NIGHT + timedelta(minutes=1 + minutes), people.city())
    return list(town.session.scalars(select(Outgoing).where(Outgoing.kind == Kind.ASKED)))


def asked(town: Town) -> Chat:
    """A stranger who cried, and has been asked."""
    chat = stranger(town.session, NIGHT)
    chat.say("anak saya kejang tolong")
    [row] = asked_after(town, 120)
    assert row.address == chat.address
    chat.seen(Message.from_json(row.message))
    return chat


def answers(town: Town) -> list[str]:
    return [one.detail for one in referrals.steps(town.session, town.referral.id, StepKind.ANSWERED)]


def test_a_stranger_is_asked_once_after_two_hours_at_night_too_and_nobody_is_named(town: Town):
    stranger(town.session, NIGHT).say("anak saya kejang tolong")
    assert asked_after(town, 119) == []
    [row] = asked_after(town, 120)
    assert asked_after(town, 180) == [row]
    assert (row.lane, row.person_id) == (ALERT, None)
    assert row.message["text"] == (
        "Tadi ada yang meminta tolong dari sini. Boleh kami tahu kabarnya: apakah sudah sampai ke petugas kesehatan?"
    )


def test_who_got_there_is_thanked_and_asked_nothing_more(town: Town):
    chat = asked(town)
    assert "Semoga lekas baik" in chat.tap("Sudah")
    assert answers(town) == ["sudah"]


def test_who_did_not_get_there_says_why_and_the_coordinators_of_the_city_hear_it(town: Town):
    chat = asked(town)
    assert "112" in chat.tap("Belum")
    assert "Kami sampaikan ke petugas" in chat.tap("Jauh")
    assert answers(town) == ["belum: jauh/tak ada kendaraan"]
    assert [who for who, text in town.told(Kind.REFERRAL) if "jauh/tak ada kendaraan" in text] == [town.ratna.id]


def test_who_has_taken_it_on_hears_why_they_are_not_there(town: Town):
    chat = asked(town)
    town.referral.accepted_by = town.murni.id
    town.session.commit()
    chat.tap("Tidak jadi")
    chat.tap("Biaya")
    assert [who for who, text in town.told(Kind.REFERRAL) if "tidak jadi: biaya" in text] == [town.murni.id]


def test_a_second_answer_changes_nothing(town: Town):
    chat = asked(town)
    chat.tap("Sudah")
    cry = town.session.scalars(select(Outgoing.message).where(Outgoing.kind == Kind.ASKED)).one()
    token = Message.from_json(cry).options[1].token
    assert "sudah kami terima" in chat.tap_token(token)
    assert answers(town) == ["sudah"]


def test_nobody_answers_for_somebody_else_nor_before_they_are_asked(town: Town):
    chat = stranger(town.session, NIGHT)
    chat.say("anak saya kejang tolong")
    chat.tap_token("danger:got:1:yes")
    assert answers(town) == []
    asked_after(town, 120)
    stranger(town.session, NIGHT).tap_token("danger:got:1:yes")
    stranger(town.session, NIGHT).tap_token("danger:why:1:no:jauh")
    assert answers(town) == []
    chat.tap_token("danger:got:1:yes")
    assert answers(town) == ["sudah"]


def test_of_a_closed_referral_nothing_is_changed_any_more(town: Town):
    chat = asked(town)
    referrals.close(town.session, town.referral, NIGHT, town.ratna.id, "sudah diperiksa")
    town.session.commit()
    assert "sudah kami terima" in chat.tap("Sudah")
    assert answers(town) == []


def test_whose_address_is_blocked_is_not_asked(town: Town):
    chat = stranger(town.session, NIGHT)
    chat.say("anak saya kejang tolong")
    cry = town.session.scalars(select(Cry)).one()
    assert cry.address is not None
    cry.address.state = AddressState.BLOCKED
    town.session.commit()
    assert asked_after(town, 120) == []
    assert [one.detail for one in referrals.steps(town.session, town.referral.id, StepKind.ASKED)] == [
        "tidak ada yang bisa ditanya"
    ]
    assert chat.address == cry.address.address


def test_an_asn_whose_children_nobody_can_guess_is_asked_too(town: Town):
    lia = people.asn(town.session, "Lia")
    chat_with(town.session, lia, NIGHT).say("anak tetangga kejang tolong")
    [row] = asked_after(town, 120)
    assert row.person_id == lia.id
