"""Of what must be seen at once an alert arrives, or somebody else is told and whoever called for help knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.outbox import DELIVERED, FAILED, READ, SENT, Kind, Outgoing, OutgoingState
from db.people import Person
from db.referrals import Referral
from scheduler import referral_escalation as climbing
from scheduler.looks import finish
from tests import people
from tests.chat import Chat, chat_with
from tests.people import NOW, TODAY

NIGHT = NOW.replace(hour=2)
CRY = "anak sy kejang tlong"


class Town:
    """Bu Sari and her Rafa; Bu Murni the midwife, Pak Hasan the head of the puskesmas, Bu Ratna who coordinates."""

    def __init__(self, session: Session, *channels: str):
        self.session = session
        home = people.family(session)
        home.health_centre_id = people.health_centre(session).id
        self.rafa = people.child(session, home, born=TODAY - timedelta(days=250))
        self.murni = people.health(session, reachable=False)
        self.hasan = people.health(session, "Hasan Basri", "kepala", reachable=False)
        self.ratna = people.coordinator(session, reachable=False)
        for number, channel in enumerate(channels):
            for who in (self.murni, self.hasan, self.ratna):
                people.address(session, who, channel, NOW - timedelta(days=number))
        self.sari = people.carer(session, home, reachable=False).person
        session.commit()

    def cries(self) -> Chat:
        chat = chat_with(self.session, self.sari, NIGHT)
        chat.say(CRY)
        return chat

    def tick(self, minutes: float) -> None:
        finish(climbing.urgent_tick, self.session, self.referral.opened_at + timedelta(minutes=minutes), people.city())

    def settled(self, who: Person, state: OutgoingState) -> None:
        for row in self.alerts(who):
            row.state = state
        self.session.commit()

    def alerts(self, who: Person) -> Sequence[Outgoing]:
        kinds = Outgoing.kind.in_((Kind.ALERT, Kind.CLIMB)), Outgoing.person_id == who.id
        return self.session.scalars(select(Outgoing).where(*kinds).order_by(Outgoing.id)).all()

    def channels(self, who: Person) -> list[str]:
        return [row.channel for row in self.alerts(who)]

    @property
    def heard(self) -> list[str]:
        """What Bu Sari heard without asking."""
        rows = select(Outgoing).where(Outgoing.kind == Kind.REFERRAL, Outgoing.person_id == self.sari.id)
        return [row.message["text"] for row in self.session.scalars(rows.order_by(Outgoing.id))]

    @property
    def referral(self) -> Referral:
        return self.session.scalars(select(Referral)).one()


@pytest.mark.parametrize("state", [SENT, FAILED])
def test_on_whatsapp_what_was_not_delivered_in_two_minutes_goes_to_the_other_channel_and_the_next_person(
    session: Session, state: OutgoingState
):
    town = Town(session, "whatsapp", "telegram")
    town.cries()
    town.settled(town.ratna, DELIVERED)
    town.settled(town.murni, SENT)
    town.tick(1.9)
    assert (town.channels(town.murni), town.channels(town.hasan)) == (["whatsapp"], [])
    town.settled(town.murni, state)
    town.tick(2)
    assert town.channels(town.murni) == ["whatsapp", "telegram"]
    assert town.channels(town.hasan) == ["whatsapp"]
    assert town.channels(town.ratna) == ["whatsapp"]


def test_the_other_channel_is_tried_once_and_the_next_person_told_once(session: Session):
    town = Town(session, "whatsapp", "telegram")
    town.cries()
    town.settled(town.ratna, READ)
    town.settled(town.murni, SENT)
    town.tick(2)
    town.alerts(town.murni)[-1].state = FAILED
    town.settled(town.hasan, DELIVERED)
    town.tick(3)
    town.tick(4)
    assert town.channels(town.murni) == ["whatsapp", "telegram"]
    assert len(town.alerts(town.hasan)) == 1


@pytest.mark.parametrize("state", [DELIVERED, READ])
def test_what_was_delivered_is_left_alone_until_its_turn(session: Session, state: OutgoingState):
    town = Town(session, "whatsapp", "telegram")
    town.cries()
    for who in (town.murni, town.ratna):
        town.settled(who, state)
    town.tick(4)
    assert (town.channels(town.murni), town.channels(town.hasan)) == (["whatsapp"], [])
    assert town.heard == []


def test_on_telegram_sent_is_all_that_is_known_so_it_climbs_after_five_minutes(session: Session):
    town = Town(session, "telegram", "whatsapp")
    town.cries()
    for who in (town.murni, town.ratna):
        town.settled(who, SENT)
    town.tick(4)
    assert town.channels(town.murni) == ["telegram"]
    town.tick(5)
    assert town.channels(town.murni) == ["telegram", "telegram"]


def test_on_telegram_too_what_could_not_be_sent_goes_to_the_other_channel(session: Session):
    town = Town(session, "telegram", "whatsapp")
    town.cries()
    town.settled(town.ratna, SENT)
    town.tick(2)
    assert town.channels(town.murni) == ["telegram", "whatsapp"]
    assert town.channels(town.hasan) == ["telegram"]


def test_once_somebody_has_taken_it_on_no_alert_is_repeated(session: Session):
    town = Town(session, "whatsapp", "simulator")
    town.cries()
    town.settled(town.murni, SENT)
    chat_with(session, town.ratna, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    town.tick(3)
    assert town.channels(town.murni) == ["whatsapp"]
    assert town.channels(town.hasan) == []


def test_who_called_for_help_hears_with_the_numbers_that_it_has_not_arrived_and_who_is_told_now(session: Session):
    town = Town(session, "whatsapp")
    town.cries()
    town.settled(town.ratna, READ)
    town.settled(town.murni, SENT)
    town.tick(2)
    [news] = town.heard
    assert "bidan (pesannya belum sampai), koordinator (pesannya sudah dibaca)" in news
    assert "Kami kabari lagi: *kepala puskesmas*" in news
    assert "Telepon *112* atau *119*" in news


def test_where_nobody_can_be_reached_who_called_hears_it_at_the_next_look(session: Session):
    town = Town(session)
    said = town.cries().heard[0].text
    assert "Belum ada petugas yang bisa kami kabari" in said
    town.tick(1)
    [news] = town.heard
    assert "Petugas lain belum bisa kami hubungi dari sini" in news
    assert "Telepon *112* atau *119*" in news


def test_who_writes_the_same_again_reads_how_it_stands(session: Session):
    town = Town(session, "whatsapp")
    chat = town.cries()
    town.settled(town.murni, READ)
    assert "Sejauh ini: bidan (pesannya sudah dibaca), koordinator (sedang dikabari)." in chat.say(CRY)
    chat_with(session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    assert "*Bapak/Ibu Murni, bidan*, sudah menangani." in chat.say(CRY)


def test_the_asn_of_the_child_hears_who_has_taken_it_on(session: Session):
    town = Town(session, "whatsapp")
    anwar = people.asn(session)
    people.fosters(session, anwar, town.rafa, TODAY - timedelta(days=40))
    town.cries()
    chat_with(session, town.murni, NIGHT).tap_token(f"ref:accept:{town.referral.id}")
    rows = session.scalars(select(Outgoing).where(Outgoing.person_id == anwar.id).order_by(Outgoing.id))
    told, taken_on = [row.message["text"] for row in rows]
    assert "Petugas sedang kami kabari." in told
    assert "*Bapak/Ibu Murni, bidan*, sudah menerima kabar dan akan menangani." in taken_on


def test_the_next_person_reads_whose_message_arrived(session: Session):
    town = Town(session, "whatsapp")
    town.cries()
    town.settled(town.ratna, READ)
    town.settled(town.murni, SENT)
    town.tick(2)
    said = town.alerts(town.hasan)[0].message["text"]
    assert "Bapak/Ibu Murni, bidan: Rabu 4 Maret 02.01, pesannya belum sampai" in said
    assert "Ibu Ratna, koordinator: Rabu 4 Maret 02.01, pesannya sudah dibaca" in said
