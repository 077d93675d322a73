"""What one failure leads to: a later attempt, the other channel, a stopped address, a line of explanation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from db import outbox
from db.outbox import ALERT, FAILED, PLANNED, PLANNED_LANE, REPLY, SENT, SKIPPED, TAKEN, Kind, Outgoing
from db.people import Address, Person
from delivery import failure_policy
from flow.message import (
    Message,
    Refused,
    Rejected,
    SendFailure,
    TemplateRefused,
    Undeliverable,
    Unreachable,
    WindowClosed,
)
from tests import people
from tests.people import NOW
from tests.rows import outgoing

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LESSON = "lesson:1:telur:7"
BAD_DAY = Unreachable("server sedang terganggu (500)")


def bu(session: Session, name: str, *channels: str) -> Person:
    """Somebody with these channels, the last one used last."""
    who = people.person(session, name, "family", reachable=False)
    for number, channel in enumerate(channels):
        people.address(session, who, channel, NOW + number * MINUTE)
    return who


def row(session: Session, who: Person, key: str, channel: str = "telegram", **more: Any) -> Outgoing:
    """A message that delivery has claimed for the first time, unless more is said of it."""
    known: dict[str, Any] = {"lane": PLANNED_LANE, "state": TAKEN, "taken_at": NOW, "taken_by": 5, "attempts": 1} | more
    columns = {name: known.pop(name) for name in ("state", "taken_at", "taken_by", "attempts")}
    written = outgoing(key, channel, f"{channel}-{who.id}", {"text": "x"}, NOW, person_id=who.id, **known)
    outbox.promise(session, [written | columns])
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def planned(session: Session, who: Person, key: str, channel: str = "telegram", **more: Any) -> Outgoing:
    waits: dict[str, Any] = {"state": PLANNED, "taken_at": None, "taken_by": None, "attempts": 0}
    return row(session, who, key, channel, **(waits | more))


def fails(session: Session, one: Outgoing, failure: SendFailure, now: datetime = NOW) -> Outgoing:
    failure_policy.failed(session, one, failure, now)
    session.flush()
    session.expire_all()
    return one


def explanations(session: Session) -> list[Outgoing]:
    query = select(Outgoing).where(Outgoing.kind == Kind.RECOVER, Outgoing.state == PLANNED)
    return list(session.scalars(query.order_by(Outgoing.address)))


def address(session: Session, who: Person, channel: str = "telegram") -> Address:
    return session.scalars(select(Address).where(Address.person_id == who.id, Address.channel == channel)).one()


# --- the address ------------------------------------------------------------------------------------------------


def test_who_blocks_us_on_one_channel_gets_the_message_by_the_other_and_nothing_more_there(session: Session):
    sari = bu(session, "Sari", "telegram", "whatsapp")
    later = {channel: planned(session, sari, f"news:{channel}", channel) for channel in ("telegram", "whatsapp")}
    lesson = fails(session, row(session, sari, LESSON), Refused("diblokir oleh penerima"))
    assert (lesson.state, lesson.reason, lesson.settled_at) == (FAILED, "diblokir oleh penerima", NOW)
    [copy] = session.scalars(select(Outgoing).where(Outgoing.resend_of == lesson.id))
    assert (copy.channel, copy.state, copy.due_at) == ("whatsapp", PLANNED, NOW)
    stopped = later["telegram"]
    assert (stopped.state, stopped.reason, stopped.settled_at) == (SKIPPED, "diblokir oleh penerima", NOW)
    assert later["whatsapp"].state == PLANNED
    assert [address(session, sari, channel).state for channel in ("telegram", "whatsapp")] == ["blocked", "ok"]


def test_who_blocks_us_stops_no_messages_to_another_person(session: Session):
    sari, wati = bu(session, "Sari", "telegram"), bu(session, "Wati", "telegram")
    hers = planned(session, wati, "news:1")
    fails(session, row(session, sari, LESSON), Refused("diblokir oleh penerima"))
    assert (hers.state, address(session, wati).state) == (PLANNED, "ok")


def test_a_long_reason_is_cut_also_in_what_is_not_sent_any_more(session: Session):
    sari = bu(session, "Sari", "telegram")
    news = planned(session, sari, "news:1")
    fails(session, row(session, sari, LESSON), Refused("x" * 300))
    assert (news.state, news.reason) == (SKIPPED, "x" * 200)


def test_what_does_not_arrive_on_a_fifth_day_stops_that_persons_address_alone(session: Session):
    sari, wati = bu(session, "Sari", "whatsapp"), bu(session, "Wati", "whatsapp")
    for who in (sari, wati):
        address(session, who, "whatsapp").failed_days = 3
    news = planned(session, sari, "news:1", "whatsapp")
    lesson = fails(session, row(session, sari, LESSON, "whatsapp"), Undeliverable("131026"))
    assert (lesson.state, lesson.reason, lesson.settled_at) == (FAILED, "131026", NOW)
    assert (address(session, sari, "whatsapp").failed_days, news.state) == (4, PLANNED)
    fails(session, row(session, sari, "lesson:1:tempe:7", "whatsapp"), Undeliverable("131026"), NOW + DAY)
    assert (news.state, news.reason, news.settled_at) == (SKIPPED, "5 hari tidak ada yang sampai", NOW + DAY)
    assert [address(session, who, "whatsapp").state for who in (sari, wati)] == ["blocked", "ok"]
    assert address(session, wati, "whatsapp").failed_days == 3


def test_a_message_to_an_address_that_was_deleted_meanwhile_fails_quietly(session: Session):
    sari = bu(session, "Sari")
    assert fails(session, row(session, sari, LESSON), Undeliverable("131026")).state == FAILED


def test_a_closed_window_is_closed_for_that_person_alone_and_the_message_keeps_no_trace(session: Session):
    sari, wati = bu(session, "Sari", "whatsapp"), bu(session, "Wati", "whatsapp")
    for who in (sari, wati):
        address(session, who, "whatsapp").window_until = NOW + DAY
    lesson = row(session, sari, LESSON, "whatsapp", due_at=NOW - DAY)
    lesson.reason = "server sedang terganggu (500)"
    fails(session, lesson, WindowClosed("131047"))
    assert (lesson.state, lesson.reason, lesson.taken_at, lesson.due_at) == (PLANNED, "", None, NOW)
    assert [address(session, who, "whatsapp").window_until for who in (sari, wati)] == [NOW, NOW + DAY]


# --- what operators read ------------------------------------------------------------------------------------------


def test_of_a_refused_template_the_log_names_the_template_and_the_row(session: Session):
    lesson = row(session, bu(session, "Sari", "whatsapp"), LESSON, "whatsapp")
    with capture_logs() as said:
        fails(session, lesson, TemplateRefused("asuh_pesan_edukasi", "132015"))
    assert (lesson.state, lesson.reason, lesson.settled_at) == (FAILED, "132015", NOW)
    assert [(line["event"], line["template"], line["id"]) for line in said] == [
        ("delivery.template_refused", "asuh_pesan_edukasi", lesson.id)
    ]


@pytest.mark.parametrize(("failure", "reason"), [(Rejected("400"), "400"), (Rejected(), "Rejected")])
def test_of_a_rejected_message_the_log_names_the_row_and_the_row_says_why(
    session: Session, failure: Rejected, reason: str
):
    lesson = row(session, bu(session, "Sari", "telegram"), LESSON)
    with capture_logs() as said:
        fails(session, lesson, failure)
    assert (lesson.state, lesson.reason, lesson.settled_at) == (FAILED, reason, NOW)
    assert [(line["event"], line["id"], line["kind"], line["channel"]) for line in said] == [
        ("delivery.rejected", lesson.id, Kind.LESSON, "telegram")
    ]


# --- a later attempt ------------------------------------------------------------------------------------------------


def test_what_is_tried_again_is_free_for_any_process_and_says_why_it_waits(session: Session):
    lesson = fails(session, row(session, bu(session, "Sari", "telegram"), LESSON), BAD_DAY)
    assert (lesson.state, lesson.reason, lesson.taken_at, lesson.taken_by) == (PLANNED, BAD_DAY.reason, None, None)
    assert (lesson.due_at, lesson.attempts, lesson.settled_at) == (NOW + timedelta(seconds=2), 1, None)


def test_a_long_reason_is_cut(session: Session):
    lesson = fails(session, row(session, bu(session, "Sari", "telegram"), LESSON), Unreachable("x" * 300))
    assert lesson.reason == "x" * 200


def test_a_failure_of_the_whole_channel_costs_no_attempt_and_moves_nothing(session: Session):
    sari = bu(session, "Sari", "telegram")
    lesson = row(session, sari, LESSON, attempts=20, due_at=NOW - DAY)
    fails(session, lesson, Unreachable("429", retry_after=30, everyone=True))
    assert (lesson.state, lesson.attempts, lesson.due_at) == (PLANNED, 19, NOW - DAY)


@pytest.mark.parametrize(
    ("lane", "expires", "state"),
    [(PLANNED_LANE, None, FAILED), (PLANNED_LANE, NOW + DAY, FAILED), (REPLY, None, FAILED),
     (REPLY, NOW + DAY, PLANNED), (ALERT, None, PLANNED)],
)  # fmt: skip
def test_after_twenty_attempts_only_alerts_and_replies_that_expire_are_tried_on(
    session: Session, lane: int, expires: datetime | None, state: str
):
    sari = bu(session, "Sari", "telegram")
    one = row(session, sari, "news:1", lane=lane, attempts=19, expires_at=expires)
    assert fails(session, one, BAD_DAY).state == PLANNED
    one.attempts = 20
    fails(session, one, BAD_DAY)
    assert (one.state, one.settled_at) == (state, NOW if state == FAILED else None)


@pytest.mark.parametrize(
    ("lane", "attempts", "seconds"), [(PLANNED_LANE, 5, 32), (PLANNED_LANE, 19, 1800), (ALERT, 8, 256), (ALERT, 9, 300)]
)
def test_pauses_double_and_an_alert_waits_no_longer_than_five_minutes(
    session: Session, lane: int, attempts: int, seconds: int
):
    one = row(session, bu(session, "Sari", "telegram"), "news:1", lane=lane, attempts=attempts)
    assert fails(session, one, BAD_DAY).due_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked", "waits"), [(7.0, 7), (0.0, 1), (0.2, 1)])
def test_a_chat_that_is_to_rest_gets_nothing_until_then_and_others_are_not_held_up(
    session: Session, asked: float, waits: int
):
    sari, wati = bu(session, "Sari", "telegram", "whatsapp"), bu(session, "Wati", "telegram")
    lesson, next_one = row(session, sari, LESSON), planned(session, sari, "news:1")
    elsewhere = planned(session, sari, "news:2", "whatsapp"), planned(session, wati, "news:3")
    fails(session, lesson, Unreachable("jeda", retry_after=asked))
    until = NOW + timedelta(seconds=waits)
    assert [one.due_at for one in (lesson, next_one, *elsewhere)] == [until, until, NOW, NOW]


@pytest.mark.parametrize(("asked", "waits"), [(86400.0, 86400), (0.2, 1)])
def test_a_message_that_alone_is_to_wait_holds_up_nothing_to_the_same_person(
    session: Session, asked: float, waits: int
):
    sari = bu(session, "Sari", "telegram")
    lesson, next_one = row(session, sari, LESSON), planned(session, sari, "news:1")
    fails(session, lesson, Unreachable("ditahan", retry_after=asked, message_only=True))
    assert (lesson.due_at, next_one.due_at) == (NOW + timedelta(seconds=waits), NOW)


def test_an_alert_that_may_have_arrived_is_planned_again_with_one_line_and_keeps_its_buttons(session: Session):
    alert = row(session, bu(session, "Sari", "telegram"), "alert:1:1", lane=ALERT)
    alert.message = {"text": "Adik Rafa kejang.", "options": [["call:1", "Saya ke sana", ""]]}
    failure_policy.resend_with_warning(session, alert, NOW)
    assert alert.message == {
        "text": "Pesan ini mungkin terkirim dua kali.\nAdik Rafa kejang.",
        "options": [["call:1", "Saya ke sana", ""]],
    }
    assert (alert.state, alert.reason, alert.due_at) == (PLANNED, "tidak pasti terkirim", NOW + timedelta(seconds=2))


# --- a line of explanation ------------------------------------------------------------------------------------------


def test_each_person_whose_reply_may_be_missing_is_told_once_where_they_asked(session: Session):
    sari, wati = bu(session, "Sari", "telegram", "whatsapp"), bu(session, "Wati", "telegram")
    replies = [
        row(session, who, f"reply:{channel}:{who.id}:{number}", channel, lane=REPLY)
        for who, channel in ((sari, "telegram"), (sari, "whatsapp"), (wati, "telegram"))
        for number in range(2)
    ]
    lesson = row(session, bu(session, "Murni", "telegram"), LESSON)
    failure_policy.explain(session, [*replies, lesson], NOW)
    told = explanations(session)
    assert [(one.channel, one.address, one.person_id) for one in told] == [
        ("telegram", f"telegram-{sari.id}", sari.id), ("telegram", f"telegram-{wati.id}", wati.id),
        ("whatsapp", f"whatsapp-{sari.id}", sari.id),
    ]  # fmt: skip
    assert {(one.message["text"], one.due_at, one.expires_at) for one in told} == {
        (failure_policy.INTERRUPTED.text, NOW, NOW + DAY)
    }


def test_who_is_about_to_be_told_is_not_told_again_and_who_was_told_before_is(session: Session):
    sari, wati = bu(session, "Sari", "telegram"), bu(session, "Wati", "telegram")
    for who in (sari, wati):
        failure_policy.explain(session, [row(session, who, f"reply:telegram:{who.id}:0", lane=REPLY)], NOW)
    [hers] = [one for one in explanations(session) if one.person_id == sari.id]
    outbox.settle(hers, SENT, "", NOW)
    for who in (sari, wati):
        failure_policy.explain(session, [row(session, who, f"reply:telegram:{who.id}:1", lane=REPLY)], NOW)
    assert [one.person_id for one in explanations(session)] == [sari.id, wati.id]


def test_other_messages_on_their_way_do_not_stand_in_for_the_explanation(session: Session):
    sari = bu(session, "Sari", "telegram")
    planned(session, sari, "news:1")
    failure_policy.explain(session, [row(session, sari, "reply:telegram:1:0", lane=REPLY)], NOW)
    assert len(explanations(session)) == 1


def test_an_explanation_that_may_be_missing_is_not_explained(session: Session):
    sari = bu(session, "Sari", "telegram")
    failure_policy.explain(session, [row(session, sari, "recover:999999", lane=REPLY)], NOW)
    assert explanations(session) == []


# --- too late -------------------------------------------------------------------------------------------------------


def test_a_reply_that_expired_before_it_was_claimed_leads_to_one_line(session: Session):
    sari = bu(session, "Sari", "telegram")
    late = planned(session, sari, "reply:telegram:1:0", lane=REPLY, expires_at=NOW)
    news = planned(session, sari, "news:1", expires_at=NOW - MINUTE)
    in_time = planned(session, sari, "news:2", expires_at=NOW + MINUTE)
    assert failure_policy.expire(session, NOW) == 2
    assert [(one.state, one.reason, one.settled_at) for one in (late, news, in_time)] == [
        (SKIPPED, "terlambat", NOW), (SKIPPED, "terlambat", NOW), (PLANNED, "", None),
    ]  # fmt: skip
    [told] = explanations(session)
    assert Message.from_json(told.message) == failure_policy.LATE
    assert told.expires_at == NOW + DAY


def test_many_expired_messages_are_settled_a_few_at_a_time(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(failure_policy, "EXPIRED_AT_ONCE", 2)
    sari = bu(session, "Sari", "telegram")
    for number in range(3):
        planned(session, sari, f"news:{number}", expires_at=NOW)
    assert [failure_policy.expire(session, NOW) for _ in range(3)] == [2, 1, 0]


def test_a_reply_that_expired_after_it_was_claimed_leads_to_one_line_too(session: Session):
    sari = bu(session, "Sari", "telegram")
    late = row(session, sari, "reply:telegram:1:0", lane=REPLY, expires_at=NOW)
    in_time = row(session, sari, "reply:telegram:1:1", lane=REPLY, expires_at=NOW + MINUTE)
    lasting = row(session, sari, "reply:telegram:1:2", lane=REPLY)
    failure_policy.drop_late(session, [late, in_time, lasting], NOW)
    assert (late.state, late.reason, late.settled_at) == (SKIPPED, "terlambat", NOW)
    assert (in_time.state, lasting.state) == (TAKEN, TAKEN)
    [told] = explanations(session)
    assert Message.from_json(told.message) == failure_policy.LATE
    assert told.expires_at == NOW + DAY
