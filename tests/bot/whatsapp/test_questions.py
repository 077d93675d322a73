"""A question and its answer outside the window: each is announced, its words follow the tap, its cost is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.engine import Sessions
from db.outbox import READ, SENT
from reports.digest import whatsapp_cost
from tests import people
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Sent
from tests.bot.whatsapp.town import Town, town
from tests.people import NOW, TODAY, at

SARI, MURNI = "62812000000001", "62812000000002"
DAY = timedelta(days=1)
EGG, YES = "Rafa boleh makan telur tiap hari?", "Boleh Bu, satu butir sehari."


@pytest.fixture
async def kendari(make_session: Sessions, tmp_path: Path) -> AsyncIterator[Town]:
    """Bu Sari and the midwife Bu Murni on WhatsApp, who has not written to us for days."""
    async with town(make_session, tmp_path, people.library()) as here:
        with make_session.begin() as session:
            home = people.family(session)
            home.health_centre_id = people.health_centre(session).id
            people.child(session, home, "Rafa Pratama", TODAY - timedelta(days=430), code="A-31")
            sari = people.carer(session, home, reachable=False).person_id
            murni = people.health(session, reachable=False).id
        here.joins(sari, SARI, NOW - 2 * DAY)
        here.joins(murni, MURNI, NOW - 4 * DAY)
        yield here


async def replies(kendari: Town, number: str, said: str, to: Sent) -> None:
    """Somebody replies to a message, as WhatsApp does it: with its id."""
    stamp = str(int(kendari.now.timestamp()))
    await kendari.graph.says(posts.text(said, number, timestamp=stamp, context={"id": to.wamid}))
    await kendari.delivery.round()


async def test_asked_at_nine_and_answered_after_the_window_the_words_follow_the_tap(kendari: Town) -> None:
    await kendari.says(SARI, EGG)
    [announced] = kendari.graph.sent(MURNI)
    assert announced.payload["type"] == "template"
    assert "telur" not in announced.text
    assert "Rafa" not in announced.text
    await kendari.graph.taps(MURNI, "Lihat")
    await kendari.delivery.round()
    shown = kendari.graph.sent(MURNI)[-1]
    assert f"“{EGG}”" in shown.text

    await kendari.until(at(TODAY + DAY, "10:00"))  # Bu Sari's window has shut an hour ago
    kendari.graph.opens_window(MURNI, NOW)
    await replies(kendari, MURNI, YES, to=shown)
    news = kendari.graph.sent(SARI)[-1]
    assert (news.payload["type"], news.key.split(":")[0]) == ("template", "answer")
    assert "ada balasan untuk pertanyaan Bapak/Ibu" in news.text
    assert "telur" not in news.text
    await kendari.graph.taps(SARI, "Baca")
    await kendari.delivery.round()
    answer = kendari.graph.sent(SARI)[-1]
    assert answer.text.startswith("💬 *Bapak/Ibu Murni, bidan Puskesmas Labibia*:")
    assert YES in answer.text
    late, row = kendari.rows(SARI, "answer")
    assert "belum dijawab" in late.message["text"]  # announced half an hour before, and not opened
    assert (late.state, row.state) == (SENT, READ)

    with kendari.sessions() as session:
        assert whatsapp_cost.spent(session, TODAY, kendari.city).utility == 1
        # To Bu Sari that it takes long and that there is an answer, to Bu Murni the reminder.
        assert whatsapp_cost.spent(session, TODAY + DAY, kendari.city).utility == 3


async def test_a_reply_to_the_announcement_itself_is_an_answer_too(kendari: Town) -> None:
    await kendari.says(SARI, EGG)
    [announced] = kendari.graph.sent(MURNI)
    await replies(kendari, MURNI, YES, to=announced)
    assert YES in kendari.graph.sent(SARI)[-1].text
