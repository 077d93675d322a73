"""The check before sending: whether a message is still valid, then whether its channel allows it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.city import City
from db import outbox
from db.outbox import PLANNED, SKIPPED, TAKEN, Kind, Outgoing
from delivery import service_window
from programme import broadcast_budget, broadcast_checks, questions, still_valid
from programme.contacts import calm

LOOKS_AGAIN = timedelta(hours=1)
WAITS = "menunggu jawaban pertanyaan"


def check(session: Session, rows: Sequence[Outgoing], now: datetime, city: City) -> None:
    """Skip claimed rows that are no longer valid, with the reason, and decide for the rest how they go out.

    Not valid: about a child, pregnancy or couple that has died or left since planning, to a person who stopped or
    paused, or to one who may not know of it any more; or about a visit that was reported meanwhile; an announcement
    that was stopped, or that its recipient does not want or has nothing to do with any more. A family must never get a
    message about somebody they lost. A lesson that is not urgent is put off while the family waits for the answer to a
    question.
    """
    reasons = {
        **still_valid.not_theirs(session, rows, city.local(now)),
        **broadcast_checks.not_for_them(session, rows, city.local(now)),
        **still_valid.unwanted(session, rows, city.today(now)),
        **still_valid.overtaken(session, rows),
        **still_valid.fallen(session, rows),
    }
    for row in rows:
        if reason := reasons.get(row.id):
            outbox.settle(row, SKIPPED, reason, now)
    _put_off_lessons(session, [row for row in rows if row.state == TAKEN], now, city)
    service_window.check(session, [row for row in rows if row.state == TAKEN], now, city)
    _keep_to_budget(session, [row for row in rows if row.state == TAKEN], now, city)


def _keep_to_budget(session: Session, rows: Sequence[Outgoing], now: datetime, city: City) -> None:
    """Skip announcements on WhatsApp beyond the month's limit; who has another channel gets them there."""
    for row in broadcast_budget.beyond(session, rows, city, city.local(now)):
        row.template = ""
        outbox.settle(row, SKIPPED, broadcast_budget.REACHED_LIMIT, now)
        service_window.fall_back(session, row, now)


def _put_off_lessons(session: Session, rows: Sequence[Outgoing], now: datetime, city: City) -> None:
    """Let lessons that are not urgent wait an hour more where the family has asked something and waits."""
    known = city.library.by_id
    lessons = [
        row
        for row in rows
        if row.kind == Kind.LESSON and row.family_id is not None
        and not (row.lesson in known and known[row.lesson].must_not_miss)
    ]  # fmt: skip
    if not lessons:
        return
    at_rest = questions.families_at_rest(session, city, now)
    for row in lessons:
        if row.family_id in at_rest:
            row.state, row.reason, row.due_at = PLANNED, WAITS, calm(city, now + LOOKS_AGAIN)
            row.taken_at, row.attempts = None, row.attempts - 1
