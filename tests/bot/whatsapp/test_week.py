"""A week of lessons to families inside and outside the window: each costs what it must, and none is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from db.engine import Sessions
from db.outbox import FAILED, PLANNED, READ, SENT
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


async def a_week(kendari: Town) -> dict[datetime, str]:
    """Bu Sari writes every morning; Bu Wati takes up what is announced, at noon. When she did, and what she got."""
    read: dict[datetime, str] = {}
    for day in range(7):
        await kendari.until(at(TODAY + day * DAY, "06:00"))
        await kendari.says(SARI, "Terima kasih")
        before = len(kendari.graph.sent(WATI))
        await kendari.until(at(TODAY + day * DAY, "12:00"))
        if [one for one in kendari.graph.sent(WATI)[before:] if one.payload["type"] == "template"]:
            await kendari.graph.taps(WATI, "Baca")
            await kendari.delivery.round()
            read[kendari.now] = kendari.graph.sent(WATI)[-1].text
        await kendari.until(at(TODAY + day * DAY, "20:30"))
    return read


async def test_who_writes_gets_lessons_who_is_silent_an_announcement_each_and_who_reads_both(kendari: Town) -> None:
    read = await a_week(kendari)
    lessons = {who: [row for row in kendari.rows(who, "lesson") if row.provider_id] for who in (SARI, ANI, WATI)}
    count = len(lessons[ANI])
    assert count == kendari.city.programme.lessons.per_week
    assert len(lessons[SARI]) == len(lessons[WATI]) == count

    said = {who: kendari.graph.sent(who) for who in (SARI, ANI, WATI)}
    assert costs([one for one in said[SARI] if one.key.startswith("lesson:")]) == (count, 0)
    assert costs(said[ANI]) == (0, count)
    # Bu Wati pays for an announcement only where her last tap is more than a day ago.
    taken = [row.taken_at for row in lessons[WATI]]
    shut = [not any(row and tap < row < tap + DAY for tap in read) for row in taken]
    assert costs(said[WATI]) == (count, sum(shut))
    assert [bool(row.template) for row in lessons[WATI]] == shut
    assert len(read) == sum(shut) > 0

    assert all(NOTICE in one.text and "Bu Ani" in one.text and "Bayi" not in one.text for one in said[ANI])
    announced = [row.message["text"] for row in lessons[WATI] if row.template]
    assert list(read.values()) == announced
    assert [row.state for row in lessons[WATI]] == [READ if row.template else SENT for row in lessons[WATI]]
    assert all(one.reached for sent in said.values() for one in sent)
    assert not [row for row in kendari.rows() if "131047" in row.reason]


async def test_where_the_announcement_is_paused_the_row_says_so_and_who_has_telegram_gets_it_there(
    kendari: Town, make_session: Sessions
) -> None:
    paused = posts.template_value(event="PAUSED", reason="NONE")
    await kendari.graph.post(posts.post(posts.notice("message_template_status_update", paused)))
    await kendari.until(at(TODAY, "20:30"))
    [waits], [lesson] = kendari.rows(ANI, "lesson"), kendari.rows(RINA, "lesson")
    assert (waits.state, lesson.state) == (PLANNED, FAILED)
    assert waits.reason == lesson.reason == "templat asuh_pesan_edukasi belum bisa dipakai"
    [row] = [one for one in kendari.rows(kind="lesson") if one.resend_of]
    assert (row.channel, row.state, row.key) == ("telegram", SENT, f"again:whatsapp:{lesson.key}")
    assert [one.text.split("\n")[0] for one in kendari.telegram.sent("884")] == ["🤱 Hal 0"]
    # Bu Ani has WhatsApp only: she gets it as soon as she writes herself, Bu Wati once the template is well again.
    await kendari.until(at(TODAY + DAY, "10:00"))
    await kendari.says(ANI, "Terima kasih")
    well = posts.template_value(event="APPROVED", reason="NONE")
    await kendari.graph.post(posts.post(posts.notice("message_template_status_update", well), at=posts.AT + 1))
    await kendari.until(at(TODAY + DAY, "10:40"))
    assert costs([one for one in kendari.graph.sent(ANI) if one.key.startswith("lesson")]) == (1, 0)
    assert costs(kendari.graph.sent(WATI)) == (0, 1)
    assert not kendari.graph.sent(RINA)


async def test_a_template_meta_refuses_only_when_it_is_sent_leads_to_the_same(kendari: Town) -> None:
    edukasi = ("asuh_pesan_edukasi", "id")
    kendari.graph.templates[edukasi] = replace(kendari.graph.templates[edukasi], status="PAUSED")
    await kendari.until(at(TODAY, "20:30"))
    [lesson] = kendari.rows(RINA, "lesson")
    assert lesson.state == FAILED
    assert "132015" in lesson.reason
    assert len(kendari.telegram.sent("884")) == 1
    assert not kendari.graph.sent(ANI)


async def test_a_window_that_meta_closed_earlier_than_we_think_leads_to_an_announcement(kendari: Town) -> None:
    await kendari.until(at(TODAY, "06:00"))
    await kendari.says(SARI, "Terima kasih")
    kendari.graph.opens_window(SARI, NOW - 4 * DAY)  # Meta sees it otherwise
    await kendari.until(at(TODAY, "20:30"))
    [lesson] = kendari.rows(SARI, "lesson")
    assert (lesson.state, bool(lesson.template), lesson.reason) == (SENT, True, "")
    refused, announced = [one for one in kendari.graph.sent(SARI) if one.key == lesson.key]
    assert (refused.reached, announced.reached, announced.payload["type"]) == (False, True, "template")
