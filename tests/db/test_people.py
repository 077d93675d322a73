"""What is known of somebody's address: when it was heard last, and until when one may write freely."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import people as addresses
from db.people import WINDOW, Address
from flow.message import Incoming
from handlers.shell.receive import receive
from tests import people
from tests.people import NOW

DAY = timedelta(days=1)


def test_a_message_that_comes_late_does_not_move_the_window_back(session: Session):
    addresses.hear(session, "whatsapp", "6281", NOW, at=NOW)
    addresses.hear(session, "whatsapp", "6281", NOW + timedelta(minutes=5), at=NOW - 2 * DAY)
    session.flush()
    address = session.scalars(select(Address)).one()
    assert (address.last_heard_at, address.window_until) == (NOW, NOW + WINDOW)


def test_a_message_of_yesterday_handled_today_opens_the_window_from_yesterday(session: Session):
    receive(session, Incoming("whatsapp", "6281", "w1", NOW - DAY, text="halo"), NOW, people.city())
    address = session.scalars(select(Address)).one()
    assert (address.first_heard_at, address.window_until) == (NOW, NOW - DAY + WINDOW)


def test_a_clock_that_goes_ahead_opens_the_window_no_longer_than_from_now(session: Session):
    address = addresses.hear(session, "whatsapp", "6281", NOW, at=NOW + DAY)
    assert address.window_until == NOW + WINDOW


def test_news_of_the_channel_opens_no_window(session: Session):
    addresses.hear(session, "whatsapp", "6281", NOW, at=NOW)
    addresses.hear(session, "whatsapp", "6281", NOW + DAY, wrote=False)
    session.flush()
    address = session.scalars(select(Address)).one()
    assert (address.last_heard_at, address.window_until) == (NOW, NOW + WINDOW)


def test_of_two_phones_that_were_heard_at_the_same_moment_the_newer_is_written_to_always(session: Session):
    who = people.person(session, "Anwar", "asn")
    first, second = people.address(session, who, channel="telegram"), people.address(session, who, channel="whatsapp")
    second.last_heard_at = first.last_heard_at
    session.flush()
    first.awaiting = "name"  # PostgreSQL now reads this row after the other
    session.flush()
    assert addresses.places(session, [who.id]) == {who.id: (second.channel, second.address)}
    assert addresses.addresses(session, who.id)[0] is second
