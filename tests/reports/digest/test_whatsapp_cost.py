"""What WhatsApp cost today, and what tomorrow will: counted by what Meta charges for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.orm import Session

from content.city import City
from db import outbox, templates
from db.outbox import DELIVERED, FAILED, PLANNED, READ, SENT, SKIPPED
from programme.scopes import CITY, Scope
from reports.digest import details
from reports.digest.digest import of_scopes
from reports.digest.whatsapp_cost import Cost, expected, is_used, spent
from tests import people
from tests.people import TODAY, at
from tests.rows import outgoing

FIVE = at(TODAY, "17:00")
TOMORROW = TODAY + timedelta(days=1)
LESSON = "asuh_pesan_edukasi"
_numbers = count(1)


def town(**prices: Any) -> City:
    """Kendari, with the prices of its contract."""
    kendari = people.city()
    whatsapp = replace(kendari.programme.whatsapp, **prices)
    return replace(kendari, programme=replace(kendari.programme, whatsapp=whatsapp))


KENDARI = town(price_utility=400.0, price_marketing=700.0, price_service=400.0)


def send(session: Session, times: int = 1, *, template: str = "", days_ago: int = 0, **more: Any) -> None:
    """Messages that went out at ten that day."""
    when = at(TODAY - timedelta(days=days_ago), "10:00")
    for _ in range(times):
        key = f"lesson:1:{next(_numbers)}:1"
        row = outgoing(key, "whatsapp", "628114445555", {"text": ""}, when)
        settled = {"state": SENT, "settled_at": when, "template": template, "category": ""}
        outbox.promise(session, [row | settled | more])


def test_a_day_is_counted_by_what_is_charged(session: Session):
    send(session, 3, template=LESSON, state=DELIVERED)
    send(session, 2, template="asuh_grafik_bulanan", state=READ)
    send(session, 5)
    assert spent(session, TODAY, KENDARI) == Cost(utility=5, service=5, rupiah=4000)


def test_what_did_not_go_out_there_today_costs_nothing(session: Session):
    send(session, state=FAILED)
    send(session, state=SKIPPED)
    send(session, days_ago=1)
    send(session, channel="telegram")
    send(session, state=PLANNED, settled_at=None)
    assert spent(session, TODAY, KENDARI) == Cost(rupiah=0)


def test_a_day_ends_at_midnight_on_the_citys_clocks(session: Session):
    send(session, settled_at=at(TODAY, "23:59"), due_at=at(TODAY, "23:59"))
    send(session, settled_at=at(TOMORROW, "00:00"), due_at=at(TOMORROW, "00:00"))
    assert spent(session, TODAY, KENDARI).service == 1
    assert spent(session, TOMORROW, KENDARI).service == 1


def test_a_template_that_meta_has_moved_costs_what_meta_charges(session: Session):
    templates.note(session, LESSON, "id", FIVE, status="APPROVED", category="MARKETING")
    send(session, 2, template=LESSON)
    send(session, 1, template=LESSON, category="utility")
    assert spent(session, TODAY, KENDARI) == Cost(utility=1, marketing=2, rupiah=1800)


def test_without_prices_messages_are_only_counted(session: Session):
    send(session, 2, template=LESSON)
    found = spent(session, TODAY, town())
    assert found == Cost(utility=2)
    assert found.words == "2 pesan, 2 di antaranya pemberitahuan"


def test_the_months_free_answers_are_used_up_first(session: Session):
    send(session, 90, days_ago=2)
    send(session, 30)
    send(session, 7, days_ago=TODAY.day)  # last month's have nothing to do with it
    kendari = town(price_service=400.0, free_service_a_month=100)
    assert spent(session, TODAY, kendari) == Cost(service=30, rupiah=20 * 400)
    assert spent(session, TODAY - timedelta(days=2), kendari) == Cost(service=90, rupiah=0)


def test_tomorrow_is_guessed_from_the_week(session: Session):
    for ago in range(7):
        send(session, 4, template=LESSON, days_ago=ago)
        send(session, ago, days_ago=ago)
    assert expected(session, TOMORROW, KENDARI) == Cost(utility=4, service=3, rupiah=2800)


def test_in_the_first_days_the_days_there_were_count(session: Session):
    send(session, 4, template=LESSON, days_ago=1)
    send(session, 2, template=LESSON)
    assert expected(session, TOMORROW, KENDARI).utility == 3


def test_what_waits_for_tomorrow_counts_by_the_window_it_will_find(session: Session):
    sari = people.person(session, "Sari", "family", reachable=False)
    place = people.address(session, sari, "whatsapp")
    place.window_until = at(TOMORROW, "11:00")
    waits: dict[str, Any] = {"state": PLANNED, "settled_at": None, "address": place.address}
    session.flush()
    send(session, 2, due_at=at(TOMORROW, "10:00"), **waits)
    send(session, 3, due_at=at(TOMORROW, "12:00"), **waits)
    assert expected(session, TOMORROW, KENDARI) == Cost(utility=3, service=2, rupiah=2000)


def test_nothing_known_is_nothing_expected(session: Session):
    assert expected(session, TOMORROW, KENDARI) == Cost(rupiah=0)


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Cost(34, 0, 86, 48_000), "120 pesan, 34 di antaranya pemberitahuan (kira-kira Rp48.000)"),
        (Cost(0, 0, 3, 1_200_000), "3 pesan (kira-kira Rp1.200.000)"),
        (Cost(), "0 pesan"),
    ],
)
def test_the_cost_is_said_in_words(cost: Cost, said: str):
    assert cost.words == said


def test_the_digest_of_the_whole_city_tells_it(session: Session):
    people.address(session, people.person(session, "Sari", "family"), "whatsapp")
    send(session, 2, template=LESSON)
    found = of_scopes(session, [CITY], FIVE, KENDARI)
    assert "WhatsApp*\nHari ini 2 pesan, 2 di antaranya pemberitahuan (kira-kira Rp800). Besok sekitar 2 pesan" in (
        details.text(found, KENDARI)
    )
    village = people.village(session)
    assert of_scopes(session, [Scope("kelurahan", village.id)], FIVE, KENDARI).whatsapp == ""


def test_a_city_without_whatsapp_reads_nothing_of_it(session: Session):
    people.person(session, "Sari", "family")
    assert not is_used(session)
    found = of_scopes(session, [CITY], FIVE, KENDARI)
    assert "WhatsApp" not in details.text(found, KENDARI)
