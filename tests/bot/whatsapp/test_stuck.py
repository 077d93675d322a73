"""What Meta failed later, or chose not to deliver, silences nobody; and what comes too late says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.engine import Sessions
from db.outbox import ALERT, BROADCAST, PLANNED, PLANNED_LANE
from delivery.failure_policy import LATE
from tests import people
from tests.bot.whatsapp.town import Town, town
from tests.people import NOW, library

RATNA = "628120000001"


@pytest.fixture
async def kendari(make_session: Sessions, tmp_path: Path) -> AsyncIterator[Town]:
    """Bu Ratna wrote a moment ago."""
    async with town(make_session, tmp_path, library(), pair_rate=True) as here:
        with make_session.begin() as session:
            ratna = people.person(session, "Ratna", "asn", reachable=False, nip=people.nip()).id
        here.joins(ratna, RATNA, NOW)
        yield here


async def fails_later(kendari: Town, code: int) -> None:
    """Meta took the last message, and tells afterwards that it did not arrive."""
    kendari.graph.fails(kendari.graph.sent(RATNA)[-1], code)
    await kendari.graph.tell()


@pytest.mark.parametrize("code", [131000, 131049, 130472])
@pytest.mark.parametrize("direct", [True, False], ids=["refused at once", "failed later"])
async def test_a_message_that_waits_does_not_hold_back_that_adik_rafa_has_a_fit(kendari: Town, code: int, direct: bool):
    if direct:
        kendari.graph.refuse("messages", code)
    kendari.promise("news:1", RATNA, "Undangan rapat", lane=BROADCAST)
    await kendari.delivery.round()
    if not direct:
        await fails_later(kendari, code)
    assert kendari.rows(RATNA)[0].state == PLANNED
    seen = len(kendari.graph.seen(RATNA))
    kendari.promise("alert:1:1", RATNA, "Adik Rafa kejang", lane=ALERT)
    kendari.promise("lesson:1:bahaya:7", RATNA, "Tanda bahaya", lane=PLANNED_LANE)
    await kendari.delivery.round()
    assert kendari.graph.seen(RATNA)[seen:] == ["Adik Rafa kejang", "Tanda bahaya"]


async def test_her_menu_that_failed_later_expires_and_she_is_told_so_once(kendari: Town):
    await kendari.says(RATNA, "menu")
    for one in kendari.graph.sent(RATNA):
        kendari.graph.fails(one, 131000)
    await kendari.graph.tell()
    assert kendari.graph.seen(RATNA) == []
    await kendari.until(kendari.now + timedelta(minutes=30))
    assert kendari.graph.seen(RATNA) == [LATE.text]
