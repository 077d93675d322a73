"""On WhatsApp one writes freely for a day after being written to; after that only an announcement goes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox, templates
from db.outbox import (
    ALERT,
    BROADCAST,
    DELIVERED,
    FAILED,
    PLANNED,
    PLANNED_LANE,
    READ,
    REPLY,
    SENT,
    TAKEN,
    Outgoing,
    Report,
)
from db.people import Address, Person
from delivery import service_window, statuses
from delivery.results import Result, settle
from flow.message import (
    Delivery,
    DeliveryNews,
    Message,
    Rejected,
    SendFailure,
    TemplateRefused,
    Uncertain,
    Undeliverable,
    Unreachable,
    WindowClosed,
)
from tests import people
from tests.people import NOW
from tests.rows import outgoing

CITY = people.city()
HOUR = timedelta(hours=1)
LESSON = Message("*Telur*", notice=("Bu Sari", "Ada pesan baru."))


def sari(session: Session, heard: datetime, *others: str) -> Person:
    """Bu Sari, who wrote on WhatsApp then; she may have other channels too."""
    home = people.family(session)
    who = people.carer(session, home, reachable=False).person
    for channel in ("whatsapp", *others):
        address = people.address(session, who, channel, heard)
        address.window_until = heard + timedelta(hours=24, minutes=-1)
    session.flush()
    return who


def taken(
    session: Session, who: Person, key: str = "lesson:1:telur:7", lane: int = PLANNED_LANE, now: datetime = NOW,
    message: Message = LESSON,
) -> Outgoing:  # fmt: skip
    """A message that delivery has just claimed."""
    row = outgoing(key, "whatsapp", f"whatsapp-{who.id}", message.to_json(), now, lane=lane, person_id=who.id)
    outbox.promise(session, [row | {"state": TAKEN, "taken_at": now, "attempts": 1}])
    session.flush()
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def look(session: Session, row: Outgoing, now: datetime = NOW) -> Outgoing:
    service_window.check(session, [row], now, CITY)
    session.flush()
    return row


def answer(session: Session, row: Outgoing, outcome: Delivery | SendFailure, now: datetime = NOW) -> Outgoing:
    settle(session, [Result(row, outcome)], now)
    session.flush()
    return row


def told(session: Session, row: Outgoing, state: str, now: datetime = NOW, **more: Any) -> Outgoing:
    known: dict[str, Any] = {"provider_id": row.provider_id or "w1", "state": state, "key": row.key}
    news = DeliveryNews(**(known | more))
    statuses.note(session, "whatsapp", news, now)
    session.flush()
    return row


# --- how it goes out -------------------------------------------------------------------


def test_within_a_day_of_her_last_message_it_goes_as_it_is(session: Session):
    row = look(session, taken(session, sari(session, NOW - 23 * HOUR)))
    assert (row.state, row.template) == (TAKEN, "")


@pytest.mark.parametrize("ago", [timedelta(hours=23, minutes=59, seconds=30), timedelta(days=3)])
def test_after_that_only_an_announcement_goes_with_her_name_and_one_line(session: Session, ago: timedelta):
    row = look(session, taken(session, sari(session, NOW - ago)))
    assert (row.state, row.template) == (TAKEN, "asuh_pesan_edukasi")
    assert row.message["notice"] == ["Bu Sari", "Ada pesan baru."]


def test_what_brings_no_line_of_its_own_is_announced_with_a_greeting(session: Session):
    anwar = people.asn(session, reachable=False)
    people.address(session, anwar, "whatsapp", NOW - 48 * HOUR)
    row = look(session, taken(session, anwar, "reminder:1:child:7:2026-03-04:0", message=Message("Sudah waktunya")))
    assert row.template == CITY.notices.of_kind("reminder").name
    assert row.message["notice"] == ["Pak Anwar"]


@pytest.mark.parametrize("status", ["PAUSED", "REJECTED", "DISABLED"])
def test_where_the_announcement_may_not_be_used_the_row_says_so(session: Session, status: str):
    templates.note(session, "asuh_pesan_edukasi", "id", NOW, status=status)
    session.flush()
    said = "templat asuh_pesan_edukasi belum bisa dipakai"
    row = look(session, taken(session, sari(session, NOW - 48 * HOUR)))
    assert (row.state, row.reason, row.attempts, row.due_at) == (PLANNED, said, 0, NOW + service_window.TEMPLATE_LOOK)
    row.state = TAKEN
    assert look(session, row, NOW + 73 * HOUR).state == FAILED


def test_with_another_channel_nobody_waits_for_an_announcement(session: Session):
    templates.note(session, "asuh_pesan_edukasi", "id", NOW, status="PAUSED")
    row = look(session, taken(session, sari(session, NOW - 48 * HOUR, "telegram")))
    assert (row.state, row.reason) == (FAILED, "templat asuh_pesan_edukasi belum bisa dipakai")
    assert session.scalars(select(Outgoing.channel).where(Outgoing.resend_of.is_not(None))).all() == ["telegram"]


def test_telegram_knows_no_window(session: Session):
    who = sari(session, NOW - 48 * HOUR)
    row = taken(session, who)
    row.channel = "telegram"
    assert look(session, row).template == ""


def fill_the_day(session: Session, count: int, at: datetime) -> None:
    sent = {"state": SENT, "template": "t", "taken_at": at}
    rows = [outgoing(f"lesson:x:{n}", "whatsapp", f"x{n}", {"text": ""}, at, lane=PLANNED_LANE) for n in range(count)]
    outbox.promise(session, [row | sent for row in rows])
    session.flush()


def test_beyond_the_days_number_of_people_it_waits_and_what_is_urgent_has_room(session: Session):
    begun = NOW - 5 * HOUR
    fill_the_day(session, CITY.programme.whatsapp.daily_people * 9 // 10, begun)
    lesson = look(session, taken(session, sari(session, NOW - 48 * HOUR)))
    alert = look(session, taken(session, sari(session, NOW - 48 * HOUR), "alert:1:2", ALERT))
    assert (lesson.state, lesson.reason, lesson.due_at) == (
        PLANNED,
        service_window.DAILY_LIMIT,
        begun + timedelta(days=1),
    )
    assert lesson.attempts == 0
    assert (alert.state, bool(alert.template)) == (TAKEN, True)


def test_announcements_leave_half_of_the_day_to_everything_else_and_go_out_by_the_template_they_name(session: Session):
    says, longer_ago = Message("Halo", notice=("Pak Anwar", "pertemuan"), template="asuh_pertanyaan_singkat"), 48 * HOUR
    first = look(session, taken(session, sari(session, NOW - longer_ago), "announcement:1:2", BROADCAST, message=says))
    assert first.template == "asuh_pertanyaan_singkat"
    fill_the_day(session, CITY.programme.whatsapp.announced_a_day, NOW - HOUR)
    later = look(session, taken(session, sari(session, NOW - longer_ago), "announcement:1:3", BROADCAST, message=says))
    assert (later.state, later.reason) == (PLANNED, service_window.DAILY_LIMIT)
    assert look(session, taken(session, sari(session, NOW - longer_ago))).state == TAKEN


def test_who_has_been_written_to_today_may_be_written_to_again(session: Session):
    fill_the_day(session, CITY.programme.whatsapp.daily_people, NOW - HOUR)
    who = sari(session, NOW - 48 * HOUR)
    before = taken(session, who, "lesson:1:tempe:7")
    before.state, before.template = SENT, "t"
    assert look(session, taken(session, who)).template == "asuh_pesan_edukasi"


# --- what becomes of it ------------------------------------------------------------------


def test_a_window_that_had_closed_after_all_leads_to_the_announcement(session: Session):
    row = look(session, taken(session, sari(session, NOW - HOUR)))
    answer(session, row, WindowClosed("jendela tertutup"))
    assert (row.state, row.due_at) == (PLANNED, NOW)
    assert look(session, row).template == "asuh_pesan_edukasi"


def test_so_does_the_same_news_when_it_comes_later(session: Session):
    row = answer(session, taken(session, sari(session, NOW - HOUR)), Delivery("w1"))
    told(session, row, FAILED, failure=WindowClosed("131047"))
    assert (row.state, row.provider_id) == (PLANNED, "")
    assert look(session, row).template == "asuh_pesan_edukasi"


def test_an_announcement_that_meets_a_closed_window_is_not_tried_for_ever(session: Session):
    row = look(session, taken(session, sari(session, NOW - 48 * HOUR)))
    answer(session, row, WindowClosed("131047"))
    assert row.state == FAILED


def test_states_only_move_up_in_whatever_order_they_come(session: Session):
    row = answer(session, taken(session, sari(session, NOW)), Delivery("w1"))
    for state, seen in ((READ, READ), (DELIVERED, READ), (SENT, READ), (FAILED, READ)):
        assert told(session, row, state, failure=Rejected("x") if state == FAILED else None).state == seen


def test_news_that_comes_before_the_answer_is_kept_and_matched(session: Session):
    row = taken(session, sari(session, NOW))
    told(session, row, DELIVERED, key="", provider_id="w9")
    told(session, row, READ, key="", provider_id="w9", category="utility")
    assert row.state == TAKEN
    answer(session, row, Delivery("w9"))
    assert (row.state, row.category) == (READ, "utility")
    assert not session.scalars(select(Report)).all()


def test_a_failure_that_came_before_the_answer_counts_too(session: Session):
    row = taken(session, sari(session, NOW))
    told(session, row, FAILED, failure=TemplateRefused("asuh_pesan", "132015"), provider_id="w9", key="")
    told(session, row, FAILED, failure=Unreachable("131016", 30.0), provider_id="w8", key="")
    answer(session, row, Delivery("w9"))
    assert (row.state, row.reason) == (FAILED, "132015")


def test_news_of_an_earlier_attempt_changes_nothing(session: Session):
    row = answer(session, taken(session, sari(session, NOW)), Delivery("w2"))
    told(session, row, FAILED, provider_id="w1", failure=Rejected("x"))
    assert row.state == SENT


def test_an_unsure_send_is_not_repeated_but_waited_for(session: Session):
    row = answer(session, taken(session, sari(session, NOW)), Uncertain("putus"))
    assert (row.state, row.reason) == (SENT, statuses.AWAITED)
    statuses.settle_awaited(session, NOW + 2 * HOUR)
    assert row.state == SENT
    told(session, row, DELIVERED)
    assert (row.state, row.reason, row.provider_id) == (DELIVERED, "", "w1")


def test_news_that_came_while_the_answer_was_lost_settle_it(session: Session):
    row, other = (taken(session, sari(session, NOW), f"lesson:{n}:telur:7") for n in (1, 2))
    told(session, row, DELIVERED, provider_id="w9")
    told(session, other, FAILED, provider_id="w8", failure=Undeliverable("131026"))
    assert (row.state, other.state) == (TAKEN, TAKEN)
    answer(session, row, Uncertain("putus"))
    answer(session, other, Uncertain("putus"))
    assert (row.state, row.reason, row.provider_id) == (DELIVERED, "", "w9")
    assert (other.state, other.reason) == (FAILED, "131026")
    assert not session.scalars(select(Report)).all()


def test_who_waits_for_a_reply_of_which_nothing_is_heard_is_asked_once(session: Session):
    who = sari(session, NOW)
    for number in range(2):
        answer(session, taken(session, who, f"reply:whatsapp:w{number}:0", REPLY), Uncertain("putus"))
    statuses.settle_awaited(session, NOW + timedelta(minutes=9))
    assert not session.scalars(select(Outgoing).where(Outgoing.kind == "recover")).all()
    for minutes in (11, 12):
        statuses.settle_awaited(session, NOW + timedelta(minutes=minutes))
    session.expire_all()
    replies = session.scalars(select(Outgoing).where(Outgoing.kind == "reply")).all()
    assert {(row.state, row.reason) for row in replies} == {(FAILED, "tidak pasti terkirim")}
    [asked] = session.scalars(select(Outgoing).where(Outgoing.kind == "recover"))
    assert (asked.address, asked.state) == (f"whatsapp-{who.id}", PLANNED)


def test_an_alert_that_is_unsure_again_is_not_said_a_third_time(session: Session):
    alert = answer(session, taken(session, sari(session, NOW), "alert:1:2", ALERT), Uncertain("putus"))
    statuses.settle_awaited(session, NOW + timedelta(minutes=11))
    alert.state, alert.taken_at = TAKEN, NOW + timedelta(minutes=12)
    answer(session, alert, Uncertain("putus"), NOW + timedelta(minutes=12))
    statuses.settle_awaited(session, NOW + timedelta(minutes=30))
    assert alert.state == SENT
    assert alert.message["text"].count("dua kali") == 1


def test_without_any_news_a_lesson_is_given_up_and_an_alert_said_again(session: Session):
    lesson = answer(session, taken(session, sari(session, NOW)), Uncertain("putus"))
    alert = answer(session, taken(session, sari(session, NOW), "alert:1:2", ALERT), Uncertain("putus"))
    statuses.settle_awaited(session, NOW + timedelta(minutes=9))
    assert alert.state == SENT
    statuses.settle_awaited(session, NOW + timedelta(minutes=11))
    assert alert.state == PLANNED
    assert alert.message["text"].startswith("Pesan ini mungkin terkirim dua kali.")
    statuses.settle_awaited(session, NOW + timedelta(days=1, minutes=1))
    assert (lesson.state, lesson.reason) == (FAILED, "tidak pasti terkirim")


def test_five_days_on_which_nothing_arrives_stop_the_address_and_a_message_from_it_starts_over(session: Session):
    who = sari(session, NOW)
    address = session.scalars(select(Address).where(Address.person_id == who.id)).one()
    for day in range(4):
        for hour in range(2):
            now = NOW + timedelta(days=day, hours=hour)
            answer(session, taken(session, who, f"lesson:1:a{day}{hour}:7", now=now), Undeliverable("131026"), now)
    session.refresh(address)
    assert (address.failed_days, address.state) == (4, "ok")
    row = answer(session, taken(session, who, "lesson:1:b:7"), Delivery("w1"))
    told(session, row, DELIVERED)
    session.refresh(address)
    assert address.failed_days == 0
    for day in range(5, 10):
        now = NOW + timedelta(days=day)
        answer(session, taken(session, who, f"lesson:1:c{day}:7", now=now), Undeliverable("131026"), now)
    session.refresh(address)
    assert address.state == "blocked"


@pytest.mark.parametrize("failure", [Undeliverable("131026"), TemplateRefused("t", "132015")])
def test_what_fails_for_good_goes_once_by_the_other_channel(session: Session, failure: SendFailure):
    who = sari(session, NOW - HOUR, "telegram")
    row = answer(session, taken(session, who), failure)
    copies = select(Outgoing).where(Outgoing.resend_of == row.id)
    [again] = session.scalars(copies)
    assert (again.key, again.channel, again.state) == (f"again:whatsapp:{row.key}", "telegram", PLANNED)
    assert (again.kind, again.lesson) == ("lesson", "telur")
    again.state, again.taken_at = TAKEN, NOW
    answer(session, again, failure)
    assert len(session.scalars(copies).all()) == 1


def test_a_reply_stays_where_it_was_asked_for(session: Session):
    who = sari(session, NOW - HOUR, "telegram")
    answer(session, taken(session, who, "reply:whatsapp:w1:0", REPLY), Undeliverable("131026"))
    assert not session.scalars(select(Outgoing).where(Outgoing.resend_of.is_not(None))).all()
