"""The order in which due messages are taken, and that nobody who must wait holds up anybody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from db import outbox, queue
from db.drafts import Draft
from db.outbox import ALERT, BROADCAST, PLANNED, PLANNED_LANE, REPLY, SENT, SKIPPED, TAKEN, TOO_LATE, Outgoing
from tests import people
from tests.people import NOW
from tests.rows import outgoing

MINUTE = timedelta(minutes=1)
LANES = {"alert": ALERT, "reply": REPLY, "planned": PLANNED_LANE, "news": BROADCAST}


def put(session: Session, key: str, to: str, ago: float = 0, channel: str = "telegram", **more: Any) -> None:
    """A message that fell due some minutes ago. ``state`` may be another one than planned."""
    kept = {name: more.pop(name) for name in ("state", "taken_at", "taken_by", "attempts") if name in more}
    row = outgoing(key, channel, to, {"text": key}, NOW, due_at=NOW - ago * MINUTE, **more)
    outbox.promise(session, [row | kept])


def claim(session: Session, limit: int = 100, **more: Any) -> list[str]:
    """The keys of what is taken, in order."""
    more = {"channels": {"telegram": 100}, "busy_since": NOW - 30 * MINUTE} | more
    rows = queue.claim(session, NOW, limit, **more)
    session.flush()
    return [row.key for row in rows]


def row(session: Session, key: str) -> Outgoing:
    return session.scalars(select(Outgoing).where(Outgoing.key == key)).one()


# --- whose turn it is ---------------------------------------------------------------------------


def test_alerts_go_first_then_replies_then_what_was_planned_then_news(session: Session):
    for ago, lane in enumerate(("alert", "reply", "planned", "news")):  # the alert is the youngest
        put(session, lane, lane, ago, lane=LANES[lane])
    assert claim(session) == ["alert", "reply", "planned", "news"]


def test_within_a_lane_who_waited_longest_goes_first_and_then_who_was_written_first(session: Session):
    put(session, "b", "882", 5)
    put(session, "a", "881", 9)
    put(session, "c", "883", 5)
    assert claim(session) == ["a", "b", "c"]


def test_of_two_channels_the_longer_wait_goes_first(session: Session):
    for ago, (channel, to) in enumerate((("telegram", "1"), ("whatsapp", "1"), ("telegram", "2"), ("whatsapp", "2"))):
        put(session, f"{channel}:{to}", to, ago, channel)
    taken = claim(session, 3, channels={"telegram": 9, "whatsapp": 9})
    assert taken == ["whatsapp:2", "telegram:2", "whatsapp:1"]


def test_what_is_not_due_yet_waits_and_what_falls_due_now_goes(session: Session):
    put(session, "now", "881", 0)
    put(session, "soon", "882", -1 / 60)
    assert claim(session) == ["now"]


def test_one_address_gets_one_message_at_a_time_and_the_first_of_its_own(session: Session):
    put(session, "second", "881", 1)
    put(session, "first", "881", 2)
    put(session, "news", "881", 9, lane=BROADCAST)
    assert claim(session) == ["first"]


def test_the_same_name_on_another_channel_is_somebody_else(session: Session):
    put(session, "reply", "881", 2)
    put(session, "other", "881", 1, "whatsapp")
    assert claim(session, channels={"telegram": 9, "whatsapp": 9}) == ["reply", "other"]
    put(session, "third", "881", 0, "whatsapp", lane=PLANNED_LANE)
    put(session, "taken", "882", 0, "whatsapp", state=TAKEN, taken_at=NOW)
    put(session, "free", "882", 0)
    assert claim(session, channels={"telegram": 9, "whatsapp": 9}) == ["free"]


def test_what_is_taken_says_when_by_whom_and_how_often(session: Session):
    put(session, "reply", "881", attempts=2)
    assert claim(session, taken_by=7) == ["reply"]
    one = row(session, "reply")
    assert (one.state, one.taken_at, one.taken_by, one.attempts) == (TAKEN, NOW, 7, 3)
    assert claim(session) == []


# --- how many ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [0, 1, 3, 5, 9])
def test_no_more_are_taken_than_asked_for(session: Session, limit: int):
    for number in range(6):
        put(session, f"r{number}", str(number), 9 - number, lane=ALERT if number < 2 else REPLY)
    assert claim(session, limit) == [f"r{number}" for number in range(min(limit, 6))]


def test_each_channel_takes_as_many_as_it_has_room_for_over_all_lanes(session: Session):
    for number in range(4):
        put(session, f"t{number}", str(number), 9 - number, lane=ALERT if number == 0 else REPLY)
        put(session, f"w{number}", str(number), 9 - number, "whatsapp")
    assert claim(session, channels={"telegram": 2, "whatsapp": 1}) == ["t0", "w0", "t1"]
    assert claim(session, channels={"whatsapp": 0}) == []
    assert claim(session, channels={}) == []


def test_what_was_taken_for_alerts_is_counted_where_two_channels_have_more(session: Session):
    put(session, "alert", "1", lane=ALERT)
    for channel in ("telegram", "whatsapp"):
        for number in (2, 3):
            put(session, f"{channel}:{number}", str(number), 9 - number, channel)
    assert claim(session, 2, channels={"telegram": 9, "whatsapp": 9}) == ["alert", "telegram:2"]


def test_the_second_message_to_somebody_does_not_hide_who_comes_after_it(session: Session):
    put(session, "a1", "881", 9)
    put(session, "a2", "881", 8)
    put(session, "b", "882", 7)
    assert claim(session, 2) == ["a1", "b"]


# --- who must wait -----------------------------------------------------------------------------------


def test_a_paused_address_gets_nothing_and_nobody_waits_for_it(session: Session):
    put(session, "paused", "881", 9)
    put(session, "alert", "881", 9, lane=ALERT)
    put(session, "free", "882")
    assert claim(session, paused=[("telegram", "881"), ("whatsapp", "882")]) == ["free"]


@pytest.mark.parametrize("lane", LANES)
def test_while_one_is_being_sent_only_an_alert_overtakes_it(session: Session, lane: str):
    put(session, "on the wire", "881", state=TAKEN, taken_at=NOW)
    put(session, "next", "881", lane=LANES[lane])
    assert claim(session) == (["next"] if lane == "alert" else [])


@pytest.mark.parametrize("lane", LANES)
@pytest.mark.parametrize("ago", [10, 30, 40])
def test_who_has_a_form_open_is_not_interrupted_by_what_was_planned(session: Session, lane: str, ago: int):
    anwar = people.asn(session)
    touched = NOW - ago * MINUTE
    session.add(Draft(
        person_id=anwar.id, form="child_visit", subject="child:1", facts={}, state={}, opened_at=touched,
        touched_at=touched,
    ))  # fmt: skip
    put(session, "to him", "881", 9, lane=LANES[lane], person_id=anwar.id)
    put(session, "to her", "882", 1, lane=LANES[lane], person_id=people.asn(session, "Rahma Yusuf").id)
    put(session, "to a stranger", "883", 0, lane=LANES[lane])
    waits = ago < 30 and lane in ("planned", "news")
    assert claim(session) == [*["to him"] * (not waits), "to her", "to a stranger"]


@pytest.mark.parametrize("limit", [1, 2])
@pytest.mark.parametrize("ago", [2, 50], ids=["later than they", "at the same moment"])
@pytest.mark.parametrize("lane", [REPLY, BROADCAST])
def test_however_many_must_wait_whoever_comes_after_them_has_their_turn(
    session: Session, lane: int, ago: int, limit: int
):
    """Pages of rows are read; a page of people who must wait is not the end."""
    for number in range(20):
        put(session, f"wire:{number}", f"w{number}", 60, state=TAKEN, taken_at=NOW)
        put(session, f"waits:{number}", f"w{number}", 50, lane=lane)
    put(session, "free:1", "881", ago, lane=lane)
    put(session, "free:2", "882", ago, lane=lane)
    assert claim(session, limit) == ["free:1", "free:2"][:limit]


def test_a_hundred_messages_to_one_who_must_wait_are_not_read_one_after_the_other(session: Session):
    put(session, "on the wire", "880", 60, state=TAKEN, taken_at=NOW)
    for number in range(100):
        put(session, f"many:{number:03}", "880", 50)
    put(session, "free", "881", 1)
    read: list[str] = []

    def count(*told: Any) -> None:
        read.append(told[2])

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", count)
    assert claim(session, 1) == ["free"]
    assert len([one for one in read if "LIMIT" in one.upper()]) == 3, "the lane of alerts, and two pages of replies"


@pytest.mark.parametrize("limit", [1, 2])
def test_one_person_with_a_hundred_messages_holds_up_nobody(session: Session, limit: int):
    for number in range(100):
        put(session, f"many:{number:03}", "880", 50)  # all of the same moment: only the id tells them apart
    put(session, "other", "881", 1)
    assert claim(session, limit) == ["many:000", "other"][:limit]
    put(session, "one more", "882", 0)
    assert claim(session, 2) == ["other", "one more"][limit - 1 :]


def test_of_many_forms_open_at_once_nobodys_holds_up_the_rest(session: Session):
    for number in range(12):
        asn = people.asn(session, f"Asn{number}")
        session.add(Draft(
            person_id=asn.id, form="child_visit", subject="child:1", facts={}, state={}, opened_at=NOW, touched_at=NOW
        ))  # fmt: skip
        put(session, f"waits:{number}", f"w{number}", 50, lane=PLANNED_LANE, person_id=asn.id)
    put(session, "free", "881", lane=PLANNED_LANE)
    assert claim(session, 1) == ["free"]


# --- when to look again, and what is late ---------------------------------------------------------------


def test_every_channel_and_lane_says_since_when_its_first_has_been_due(session: Session):
    assert queue.next_due(session) is None
    put(session, "t1", "1", 3)
    put(session, "t2", "2", 5)
    put(session, "t3", "3", 9, state=SENT)
    put(session, "t4", "4", 1, lane=BROADCAST)
    put(session, "w1", "1", -7, "whatsapp", lane=PLANNED_LANE)
    assert [tuple(line) for line in queue.lines(session)] == [
        ("telegram", REPLY, NOW - 5 * MINUTE),
        ("telegram", BROADCAST, NOW - 1 * MINUTE),
        ("whatsapp", PLANNED_LANE, NOW + 7 * MINUTE),
    ]
    assert queue.next_due(session) == NOW - 5 * MINUTE


def test_what_is_worth_nothing_any_more_is_skipped_the_oldest_first(session: Session):
    for key, minutes in (("later", 1), ("now", 0), ("old", -5), ("older", -9)):
        put(session, key, key, expires_at=NOW + minutes * MINUTE)
    put(session, "gone", "881", expires_at=NOW - 5 * MINUTE, state=SENT)
    put(session, "for ever", "882")
    assert [one.key for one in queue.expire(session, NOW, 2)] == ["older", "old"]
    assert [one.key for one in queue.expire(session, NOW, 9)] == ["now"]
    one = row(session, "old")
    assert (one.state, one.reason, one.settled_at) == (SKIPPED, TOO_LATE, NOW)
    assert row(session, "later").state == PLANNED


def left(session: Session, before: Any, dead: Sequence[int]) -> list[str]:
    return [one.key for one in queue.left_taken(session, before, dead)]


def test_rows_a_dead_process_was_sending_are_found_in_order_and_those_of_living_ones_are_left(session: Session):
    put(session, "dead", "9", state=TAKEN, taken_at=NOW, taken_by=1)
    put(session, "alive", "8", state=TAKEN, taken_at=NOW - 60 * MINUTE, taken_by=2)
    put(session, "nobody's, old", "7", state=TAKEN, taken_at=NOW - 5 * MINUTE)
    put(session, "nobody's, new", "6", state=TAKEN, taken_at=NOW)
    put(session, "planned", "5", taken_by=3)
    put(session, "sent", "4", state=SENT, taken_by=4)
    assert queue.owners(session) == {1, 2}
    assert left(session, NOW - 5 * MINUTE, [1, 3, 4]) == ["dead", "nobody's, old"]
    assert left(session, NOW - 6 * MINUTE, []) == []
    assert left(session, None, []) == ["dead", "alive", "nobody's, old", "nobody's, new"]


def test_what_is_stuck_is_counted_by_what_it_waits_for(session: Session):
    longer = 10 * MINUTE
    assert queue.stuck(session, NOW, longer) == queue.Stuck({}, 0, 0, 0)
    put(session, "r1", "1", 45)
    put(session, "r2", "2", 11)
    put(session, "r3", "3", 9)
    put(session, "sent", "1", 50, state=SENT)
    put(session, "w1", "1", 40, "whatsapp")
    put(session, "w2", "2", 10, "whatsapp", lane=BROADCAST)
    put(session, "b1", "4", 12, lane=BROADCAST)
    put(session, "p1", "4", 9, lane=PLANNED_LANE)
    put(session, "of a lane without a name", "4", 20, lane=7)
    put(session, "retries", "5", -11, attempts=1)
    put(session, "retries soon", "6", -9, attempts=1)
    put(session, "retries exactly then", "10", -10, attempts=1)
    put(session, "comes later", "7", -60)
    put(session, "on the wire exactly so long", "11", state=TAKEN, taken_at=NOW - 10 * MINUTE)
    put(session, "hangs", "8", state=TAKEN, taken_at=NOW - 11 * MINUTE)
    put(session, "flies", "9", state=TAKEN, taken_at=NOW - 9 * MINUTE)
    found = queue.stuck(session, NOW, longer)
    waited = {"reply": 45 * MINUTE, "broadcast": 12 * MINUTE, "7": 20 * MINUTE}
    assert found == queue.Stuck(waited, overdue=5, retrying=1, on_the_wire=1)


def test_a_lane_waits_since_its_first_message_also_where_that_is_exactly_too_long(session: Session):
    put(session, "reply", "1", 10)
    assert queue.stuck(session, NOW, 10 * MINUTE) == queue.Stuck({"reply": 10 * MINUTE}, 0, 0, 0)
