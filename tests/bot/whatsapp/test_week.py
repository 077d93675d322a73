"""A week of lessons to families inside and outside the window: each costs what it must, and none is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.children import Carer
from db.engine import Sessions
from db.outbox import DELIVERED, FAILED, READ, SENT
from tests import people
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Sent
from tests.bot.whatsapp.town import Town, town
from tests.people import NOW, TODAY, at, lesson, library

SARI, ANI, WATI, RINA = (f"62812000000{n}" for n in range(1, 5))
NOTICE = "Ada satu hal kecil untuk minggu ini."
LESSONS = library(*(lesson(f"hal-{n}", 20 + n, 90, notice=NOTICE, topic=f"Hal {n}") for n in range(8)))
DAY = timedelta(days=1)


@pytest.fixture
async def kendari(make_session: Sessions, tmp_path: Path) -> AsyncIterator[Town]:
    """Three mothers wrote four days ago, each with a baby of thirty days; Bu Rina has Telegram too."""
    async with town(make_session, tmp_path, LESSONS, at(TODAY, "05:00")) as here:
        heard = NOW - 4 * DAY
        for name, number in (("Sari", SARI), ("Ani", ANI), ("Wati", WATI), ("Rina", RINA)):
            with make_session.begin() as session:
                home = people.family(session, name)
                people.child(session, home, f"Bayi {name}", TODAY - 30 * DAY)
                who = people.carer(session, home, name, reachable=False, joined_on=TODAY - 60 * DAY).person_id
            here.joins(who, number, heard)
            if number == RINA:
                here.joins(who, "884", heard - DAY, "telegram")
        yield here


def costs(sent: list[Sent]) -> tuple[int, int]:
    """Free messages and templates."""
    templates = sum(one.payload["type"] == "template" for one in sent)
    return len(sent) - templates, templates


async def test_who_writes_gets_lessons_who_is_silent_an_announcement_each_and_who_reads_both(kendari: Town) -> None:
    graph = kendari.graph
    read: list[tuple[str, str]] = []
    for day in range(7):
        morning = TODAY + day * DAY
        await kendari.until(at(morning, "06:00"))
        kendari.graph.opens_window(SARI)  # she reads and writes nothing that asks for an answer: see below
        await kendari.says(SARI, "Terima kasih")
        await kendari.until(at(morning, "20:30"))
        fresh = [one for one in graph.sent(WATI) if one.payload["type"] == "template" and one not in seen(read, graph)]
        for announced in fresh:
            await graph.taps(WATI, "Baca")
            await kendari.delivery.round()
            lesson_itself = graph.sent(WATI)[-1]
            assert lesson_itself.payload["type"] != "template"
            read.append((announced.wamid, lesson_itself.text))

    lessons = {number: [row for row in kendari.rows(number, "lesson") if row.template or row.provider_id]
               for number in (SARI, ANI, WATI)}  # fmt: skip
    count = len(lessons[ANI])
    assert count >= 2
    assert {number: len(rows) for number, rows in lessons.items()} == {SARI: count, ANI: count, WATI: count}

    hers = [one for one in graph.sent(SARI) if one.key.startswith("lesson:")]
    assert costs(hers) == (count, 0)
    assert costs(graph.sent(ANI)) == (0, count)
    assert costs(graph.sent(WATI)) == (count, count)

    assert all(NOTICE in one.text and "Bu Ani" in one.text and "Hal" not in one.text for one in graph.sent(ANI))
    assert [text for _, text in read] == [row.message["text"] for row in lessons[WATI]]
    assert {row.state for row in lessons[WATI]} == {READ}
    assert {row.state for row in lessons[ANI]} == {SENT}
    everything = [one for number in (SARI, ANI, WATI) for one in graph.sent(number)]
    assert all(one.reached for one in everything)
    assert not [row for row in kendari.rows() if "131047" in row.reason]


def seen(read: list[tuple[str, str]], graph: object) -> list[Sent]:
    known = {wamid for wamid, _ in read}
    return [one for one in graph.sent(WATI) if one.wamid in known]  # pyright: ignore
