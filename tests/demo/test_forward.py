"""The clock of the demo, put forward: nothing that has its hour is passed over."""

from __future__ import annotations

from sqlalchemy import select

from db.outbox import Kind, Outgoing
from demo.clock import Clock
from demo.launch import Prepared
from demo.phones import Phones
from demo.town import Town
from tests.demo.conftest import MORNING


async def test_an_afternoon_that_goes_by_brings_the_digest_at_five(prepared: Prepared) -> None:
    clock = Clock(MORNING.replace(hour=15))
    town = Town(prepared.sessions, prepared.city, clock, Phones(clock), prepared.cast)

    assert [await town.move("hour") for _ in range(3)] == [True] * 3

    with prepared.sessions() as session:
        created = set(session.scalars(select(Outgoing.created_at).where(Outgoing.kind == Kind.DIGEST)))
    assert created == {MORNING.replace(hour=17, minute=0)}
