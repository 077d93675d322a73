"""The results of sending are recorded once, by the worker that sent, and say what the channel said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import ALERT, DELIVERED, FAILED, PLANNED, PLANNED_LANE, REPLY, SENT, TAKEN, Kind, Outgoing, Report
from db.subjects import Subject, SubjectKind
from delivery import results, statuses
from delivery.results import Result, settle
from flow.message import Delivery, DeliveryNews, Refused, SendFailure, Uncertain, Unreachable
from tests import people
from tests.audited import Line, lines
from tests.people import NOW
from tests.rows import outgoing

MINUTE = timedelta(minutes=1)
LOST = Uncertain("sambungan terputus")


def taken(session: Session, key: str, channel: str = "telegram", lane: int = PLANNED_LANE, **more: Any) -> Outgoing:
    """A message that the process 5 claimed a minute ago."""
    text = more.pop("text", "Adik Rafa kejang.")
    row = outgoing(key, channel, f"{channel}-1", {"text": text}, NOW, lane=lane)
    claimed = {"state": TAKEN, "taken_at": NOW - MINUTE, "taken_by": 5, "attempts": 1}
    outbox.promise(session, [row | claimed | more])
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


def meanwhile(session: Session, claimed: Outgoing, **changed: Any) -> None:
    """Another process changes the row; the worker that claimed it still has it as it was."""
    session.expunge(claimed)
    session.execute(update(Outgoing).where(Outgoing.id == claimed.id).values(**changed))


def now_is(session: Session, id: int) -> Outgoing:
    session.flush()
    session.expire_all()
    return session.get_one(Outgoing, id)


def explained(session: Session) -> int:
    session.flush()
    return len(session.scalars(select(Outgoing.id).where(Outgoing.kind == Kind.RECOVER)).all())


def test_a_message_that_was_accepted_is_sent_now_under_the_channels_name_with_its_note(session: Session):
    row = taken(session, "news:1")
    settle(session, [Result(row, Delivery("w" * 300, "tanpa gambar"))], NOW)
    assert (row.state, row.reason, row.settled_at) == (SENT, "tanpa gambar", NOW)
    assert row.provider_id == "w" * 200


def test_the_words_of_a_message_with_a_code_are_emptied_once_it_was_sent(session: Session):
    code, other = taken(session, "reply:telegram:1:0", kind=Kind.CODE, text="KDR7-MX4Q"), taken(session, "news:1")
    settle(session, [Result(code, Unreachable("server sedang terganggu (500)")), Result(other, Delivery("w2"))], NOW)
    assert code.message["text"] == "KDR7-MX4Q", "it is sent again"
    code.state, code.taken_at = TAKEN, NOW
    settle(session, [Result(code, Delivery("w1"))], NOW)
    assert (code.message, code.forgotten, code.state) == ({"text": ""}, True, SENT)
    assert other.message["text"] == "Adik Rafa kejang."


def test_those_that_failed_are_emptied_in_the_night(session: Session):
    row = taken(session, "reply:telegram:1:0", kind=Kind.CODE, state=FAILED, text="KDR7-MX4Q")
    waiting = taken(session, "reply:telegram:2:0", kind=Kind.CODE, state=PLANNED, text="KDR7-MX4Q")
    outbox.empty_codes(session)
    assert (now_is(session, row.id).message, now_is(session, waiting.id).message) == (
        {"text": ""}, {"text": "KDR7-MX4Q"},
    )  # fmt: skip


@pytest.mark.parametrize("changed", [{"taken_by": 6}, {"taken_at": NOW}, {"state": FAILED}], ids=str)
@pytest.mark.parametrize("outcome", [Delivery("w1"), LOST, Refused("diblokir")], ids=lambda one: type(one).__name__)
def test_a_message_that_another_worker_has_taken_over_is_left_to_it_and_the_others_are_recorded(
    session: Session, changed: dict[str, Any], outcome: Delivery | SendFailure
):
    lost, own = taken(session, "reply:telegram:1:0", lane=REPLY), taken(session, "news:1")
    meanwhile(session, lost, **changed)
    settle(session, [Result(lost, outcome), Result(own, Delivery("w2"))], NOW)
    left = now_is(session, lost.id)
    assert (left.state, left.settled_at, left.provider_id) == (changed.get("state", TAKEN), None, "")
    assert (now_is(session, own.id).state, explained(session)) == (SENT, 0)


def test_a_report_that_came_first_is_applied_to_its_own_message_alone(session: Session):
    rows = [taken(session, f"news:{number}", "whatsapp") for number in range(2)]
    for row in rows:
        statuses.note(session, "whatsapp", DeliveryNews(f"w{row.id}", DELIVERED, key=""), NOW)
    answers = [Result(rows[0], Delivery(f"w{rows[0].id}")), Result(rows[1], Delivery("w-other"))]
    settle(session, answers, NOW)
    assert [row.state for row in rows] == [DELIVERED, SENT]
    assert session.scalars(select(Report.provider_id)).all() == [f"w{rows[1].id}"]


@pytest.mark.parametrize("outcome", [Delivery("w9"), LOST], ids=["accepted", "unsure"])
def test_a_failure_that_was_reported_first_counts_from_now(session: Session, outcome: Delivery | SendFailure):
    row = taken(session, "news:1", "whatsapp")
    statuses.note(session, "whatsapp", DeliveryNews("w9", FAILED, key=row.key, failure=Refused("diblokir")), NOW)
    settle(session, [Result(row, outcome)], NOW + MINUTE)
    assert (row.state, row.reason, row.settled_at) == (FAILED, "diblokir", NOW + MINUTE)


def test_an_unsure_reply_fails_now_with_the_reason_and_is_explained_once_to_the_person(session: Session):
    rows = [taken(session, f"reply:telegram:1:{number}", lane=REPLY) for number in range(2)]
    settle(session, [Result(row, LOST) for row in rows], NOW)
    assert {(row.state, row.reason, row.settled_at) for row in rows} == {
        (FAILED, "tidak pasti terkirim: sambungan terputus", NOW)
    }
    assert explained(session) == 1


def test_an_unsure_alert_is_planned_once_more_and_then_fails(session: Session):
    alert = taken(session, "alert:1:1", lane=ALERT)
    settle(session, [Result(alert, LOST)], NOW)
    assert (alert.state, alert.due_at) == (PLANNED, NOW + timedelta(seconds=2))
    alert.state, alert.taken_at = TAKEN, NOW
    settle(session, [Result(alert, LOST)], NOW + MINUTE)
    assert (alert.state, alert.settled_at) == (FAILED, NOW + MINUTE)
    assert alert.message["text"].count("dua kali") == 1


@pytest.mark.parametrize("lane", [REPLY, ALERT, PLANNED_LANE])
def test_where_reports_come_an_unsure_message_waits_for_its_report_from_now_on(session: Session, lane: int):
    row = taken(session, "news:1", "whatsapp", lane)
    settle(session, [Result(row, LOST)], NOW)
    assert (row.state, row.reason, row.settled_at) == (SENT, statuses.AWAITED, NOW)
    assert explained(session) == 0


def test_a_definite_failure_counts_from_now(session: Session):
    row = taken(session, "news:1")
    settle(session, [Result(row, Unreachable("server sedang terganggu (500)"))], NOW)
    assert (row.state, row.due_at) == (PLANNED, NOW + timedelta(seconds=2))


def test_what_a_dead_process_left_is_unsure_and_what_others_are_sending_is_theirs(session: Session):
    dead, alive = taken(session, "reply:telegram:1:0", lane=REPLY), taken(session, "reply:telegram:2:0", taken_by=6)
    assert results.recover(session, NOW - timedelta(hours=1), [5], NOW) == 1
    assert (dead.state, dead.settled_at, alive.state) == (FAILED, NOW, TAKEN)
    assert dead.reason == "tidak pasti terkirim: layanan terputus saat mengirim"
    assert explained(session) == 1


# --- the audit --------------------------------------------------------------------------


def told(session: Session, outcome: Delivery | SendFailure, **more: Any) -> list[Line]:
    """The lines after a message of this kind about Rafa (31) and his referral (9) to Bu Murni."""
    murni = people.health(session)
    session.flush()
    about = [Subject(SubjectKind.CHILD, 31), Subject(SubjectKind.REFERRAL, 9)]
    row = taken(session, "alert:9:2", **({"kind": Kind.ALERT, "person_id": murni.id, "about": about} | more))
    settle(session, [Result(row, outcome)], NOW)
    return [line._replace(by=line.by == murni.id) for line in lines(session)]


def test_an_alert_that_the_channel_took_leaves_a_line_about_everybody_it_tells_of(session: Session) -> None:
    assert told(session, Delivery("w1")) == [
        Line("alert.sent", True, "child:31"),
        Line("alert.sent", True, "referral:9"),
    ]


def test_a_digest_leaves_a_line_about_who_got_it(session: Session) -> None:
    [line] = told(session, Delivery("w1"), kind=Kind.DIGEST, about=[])
    assert (line.action, line.by, line.about.partition(":")[0]) == ("digest.sent", True, "person")


def test_what_may_have_arrived_leaves_a_line_too(session: Session) -> None:
    assert {line.action for line in told(session, LOST, channel="whatsapp")} == {"alert.sent"}


@pytest.mark.parametrize("outcome", [Refused("diblokir"), Unreachable("penuh")], ids=["refused", "unreachable"])
def test_what_did_not_arrive_showed_nobody_anything(session: Session, outcome: SendFailure) -> None:
    assert told(session, outcome) == []


def test_a_familys_own_lesson_is_no_view_of_anybody(session: Session) -> None:
    assert told(session, Delivery("w1"), kind=Kind.LESSON) == []
