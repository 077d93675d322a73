"""Announcements that go on by themselves: the next batches, one that nobody agreed to, and the report of its reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from content.city import City
from db import broadcasts as rows
from db.broadcasts import BroadcastState
from flow.message import Message
from programme import broadcast_words, broadcasts
from scheduler.looks import Write


def tick(session: Session, now: datetime, city: City) -> Iterator[Write]:
    """Write what is due into the outbox a batch at a time, end what was not agreed to, and tell what it has reached.

    Each write looks at the announcement again. A batch is a transaction of its own, so a tick that was broken off goes
    on where it was.
    """
    for one in rows.in_state(session, BroadcastState.ASKED):
        if one.asked_at is None or now - one.asked_at > broadcasts.LASTS or one.expires_at <= now:
            yield partial(_end_unanswered, broadcast_id=one.id, now=now, city=city)
    for one in rows.in_state(session, BroadcastState.AGREED):
        if one.due_at is not None and one.due_at <= now:
            for _ in range(rows.how_many_wait(session, one.id) // broadcasts.BATCH + 1):
                yield partial(broadcasts.write, broadcast_id=one.id, city=city, now=now)
    for one in rows.in_state(session, BroadcastState.WRITTEN):
        lasts = one.due_at is not None and now - one.due_at < broadcasts.LASTS
        if not (lasts and rows.is_under_way(session, one.id)):
            yield partial(_tell_reach, broadcast_id=one.id, now=now, city=city)


def _end_unanswered(session: Session, broadcast_id: int, now: datetime, city: City) -> None:
    one = rows.locked(session, broadcast_id)
    if one.state == BroadcastState.ASKED:
        broadcasts.drop(session, one, broadcasts.UNANSWERED, now)
        text = f"{broadcasts.title(session, one, city)} {broadcasts.UNANSWERED}, jadi tidak dikirim."
        broadcasts.tell(session, one, one.person_id, Message(text), city, now)


def _tell_reach(session: Session, broadcast_id: int, now: datetime, city: City) -> None:
    """Tell its writer and the second person once whom it has reached."""
    one = rows.locked(session, broadcast_id)
    if one.state != BroadcastState.WRITTEN:
        return
    one.state = BroadcastState.REPORTED
    session.flush()
    message = broadcast_words.report(session, one, city)
    for person_id in (one.person_id, one.agreed_by):
        if person_id is not None:
            broadcasts.tell(session, one, person_id, message, city, now)
