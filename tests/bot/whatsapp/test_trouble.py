"""What goes wrong at Meta, by what is to be done about it, on a moved clock from the outbox to the Graph server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from db.engine import Sessions
from db.outbox import ALERT, FAILED, PLANNED, PLANNED_LANE, SENT, SKIPPED
from delivery.statuses import AWAITED
from tests import people
from tests.bot.whatsapp.town import Town, town
from tests.people import NOW, library

SARI, ANI = "628120000001", "628120000002"


@pytest.fixture
async def kendari(make_session: Sessions, tmp_path: Path) -> AsyncIterator[Town]:
    """Two people who wrote a moment ago."""
    async with town(make_session, tmp_path, library(), pair_rate=True) as here:
        for number in (SARI, ANI):
            with make_session.begin() as session:
                who = people.person(session, "Anwar", "asn", reachable=False, nip=people.nip()).id
            here.joins(who, number, NOW)
        yield here


async def test_too_much_to_one_person_waits_for_that_person_alone(kendari: Town) -> None:
    kendari.graph.refuse("messages", 131056)
    kendari.graph.accept("messages")
    kendari.graph.refuse("messages", 131056)
    kendari.promise("reply:1:0", SARI)
    await kendari.delivery.round()
    kendari.promise("reply:2:0", ANI)
    [crowded] = kendari.rows(SARI, "reply")
    assert (crowded.state, crowded.due_at) == (PLANNED, NOW + timedelta(seconds=4))
    assert "131056" in crowded.reason
    await kendari.delivery.round()
    assert [one.key for one in kendari.graph.sent(ANI)] == ["reply:2:0"]
    await kendari.until(NOW + timedelta(seconds=19))
    assert not kendari.graph.sent(SARI)  # refused once more, and the second pause is longer
    await kendari.until(NOW + timedelta(seconds=21))
    assert [one.key for one in kendari.graph.sent(SARI)] == ["reply:1:0"]


async def test_a_token_that_ran_out_stops_the_channel_calls_the_operator_and_loses_nothing(kendari: Town) -> None:
    kendari.graph.revoked = True
    for number in range(5):
        kendari.promise(f"reply:{number}:0", SARI)
    kendari.promise("alert:1:1", ANI, lane=ALERT)
    with capture_logs() as logs:
        await kendari.until(NOW + timedelta(minutes=20))
    alarms = [one for one in logs if one["event"] == "whatsapp.operator_needed"]
    assert {one["log_level"] for one in alarms} == {"error"}
    assert all("190" in one["reason"] for one in alarms)
    assert 16 < len(alarms) < 27  # once a minute; nobody hammers
    waiting = kendari.rows(SARI) + kendari.rows(ANI)
    assert {(row.state, row.attempts) for row in waiting} == {(PLANNED, 0)}
    kendari.graph.revoked = False
    await kendari.until(NOW + timedelta(minutes=22))
    assert [one.key for one in kendari.graph.sent(SARI)] == [f"reply:{number}:0" for number in range(5)]
    assert [one.key for one in kendari.graph.sent(ANI)] == ["alert:1:1"]


@pytest.mark.parametrize("direct", [True, False], ids=["refused at once", "failed later"])
async def test_after_five_days_on_which_nothing_arrived_nobody_writes_there(kendari: Town, direct: bool) -> None:
    kendari.graph.direct = direct
    kendari.graph.missing.add(SARI)
    for day in range(7):
        for hour in (9, 15):
            kendari.now = people.at(NOW.date() + timedelta(days=day), f"{hour:02}:00")
            if kendari.address(SARI).state == "ok":
                kendari.promise(f"referral:{day}:{hour}", SARI, lane=PLANNED_LANE)
            await kendari.until(kendari.now + timedelta(hours=1))
    address = kendari.address(SARI)
    assert (address.state, address.failed_days) == ("blocked", 5)
    assert [row.state for row in kendari.rows(SARI, "referral")] == [FAILED] * 9
    assert "131026" in kendari.rows(SARI)[0].reason
    kendari.graph.missing.clear()
    await kendari.says(SARI, "halo")  # a sign of life
    assert (kendari.address(SARI).state, kendari.address(SARI).failed_days) == ("ok", 0)


async def test_who_stops_us_in_whatsapp_itself_is_left_in_peace(kendari: Town) -> None:
    kendari.graph.refuse("messages", 131050)
    kendari.promise("reminder:1", SARI, lane=PLANNED_LANE)
    kendari.promise("reminder:2", SARI, lane=PLANNED_LANE)
    await kendari.until(NOW + timedelta(minutes=1))
    assert [row.state for row in kendari.rows(SARI)] == [FAILED, SKIPPED]
    assert kendari.address(SARI).state == "muted"


async def test_who_stops_us_in_whatsapp_itself_still_gets_what_is_urgent(kendari: Town) -> None:
    kendari.graph.refuse("messages", 131050)
    kendari.promise("reminder:1", SARI, lane=PLANNED_LANE)
    await kendari.delivery.round()
    seen = len(kendari.graph.seen(SARI))
    kendari.promise("referral:1", SARI, "Bidan menangani", lane=ALERT)
    kendari.promise("alert:1:1", SARI, "Adik Rafa kejang", lane=ALERT)
    await kendari.until(NOW + timedelta(minutes=1))
    assert kendari.address(SARI).state == "muted"
    assert set(kendari.graph.seen(SARI)[seen:]) == {"Bidan menangani", "Adik Rafa kejang"}


async def test_a_line_that_dies_after_our_message_repeats_nothing(kendari: Town) -> None:
    kendari.graph.drop("messages", after=True)
    kendari.promise("reply:1:0", SARI)
    await kendari.delivery.round()
    [row] = kendari.rows(SARI)
    assert (row.state, row.reason) == (SENT, AWAITED)
    kendari.graph.happens(kendari.graph.sent(SARI)[0], "read", "delivered")
    await kendari.until(NOW + timedelta(minutes=30))
    assert (kendari.rows(SARI)[0].state, len(kendari.graph.sent(SARI))) == ("read", 1)


async def test_a_reply_that_never_left_is_asked_about_and_an_alert_said_again_once(kendari: Town) -> None:
    kendari.graph.drop("messages", times=2)  # before Meta has taken them
    kendari.promise("reply:1:0", SARI)
    kendari.promise("alert:1:1", ANI, "Adik Rafa perlu dilihat", lane=ALERT)
    await kendari.until(NOW + timedelta(minutes=9))
    assert kendari.graph.seen(SARI) + kendari.graph.seen(ANI) == []
    kendari.graph.accept("messages")
    kendari.graph.accept("messages")
    await kendari.until(NOW + timedelta(minutes=20))
    assert kendari.graph.seen(SARI) == [
        "Tadi layanan sempat terputus. Kalau balasan kami belum sampai, tulis *lanjut*."
    ]
    assert kendari.graph.seen(ANI) == ["Pesan ini mungkin terkirim dua kali.\nAdik Rafa perlu dilihat"]
    assert [row.state for row in kendari.rows(SARI)] == [FAILED, SENT]


async def test_an_alert_that_is_unsure_twice_is_not_said_a_third_time(kendari: Town) -> None:
    kendari.graph.drop("messages", times=9)
    kendari.promise("alert:1:1", ANI, "Adik Rafa perlu dilihat", lane=ALERT)
    await kendari.until(NOW + timedelta(hours=25))
    [row] = kendari.rows(ANI)
    assert (row.state, row.attempts, row.reason) == (FAILED, 2, "tidak pasti terkirim")


# --- pace ---------------------------------------------------------------------------------


async def test_nobody_is_sent_more_than_meta_lets_one_person_have(kendari: Town) -> None:
    for number in range(60):
        kendari.promise(f"reply:{number}:0", SARI)
    await kendari.delivery.round()
    assert len(kendari.graph.sent(SARI)) == 20
    await kendari.until(NOW + timedelta(minutes=8, seconds=5))
    assert len(kendari.graph.sent(SARI)) == len(kendari.graph.asked("messages")) == 60  # not one was refused


async def test_a_broadcast_is_sent_at_a_rate_the_number_bears(kendari: Town) -> None:
    for number in range(240):  # fewer than may be written to first in a day
        kendari.promise(f"reply:{number}:0", f"62813{number:07}")
    sent: list[int] = []
    for second in range(7):
        await kendari.until(NOW + timedelta(seconds=second))
        sent.append(len(kendari.graph.asked("messages")))
    assert max(after - before for before, after in zip([0, *sent], sent, strict=False)) <= 70  # of 80 a second
    assert sent[-1] == 240
