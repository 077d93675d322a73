"""Record the results of sending in the outbox."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit, outbox, queue
from db.audit import Note
from db.outbox import ALERT, FAILED, REPORTS_STATUS, SENT, TAKEN, Kind, Outgoing
from db.subjects import Subject, SubjectKind
from delivery import statuses
from delivery.failure_policy import PERHAPS_AGAIN, UNSURE, explain, failed, resend_with_warning
from flow.message import Delivery, SendFailure, Uncertain

TELLING = frozenset({
    Kind.ALERT, Kind.APPOINTMENT, Kind.ASKED, Kind.BIRTH, Kind.BORN, Kind.CLIMB, Kind.DIGEST, Kind.ENDING,
    Kind.HANDOVER, Kind.INTRODUCTION, Kind.LETTER, Kind.NUDGE, Kind.NUMBER, Kind.QUESTION, Kind.QUESTION_NEWS,
    Kind.REFERRAL, Kind.REMEASURE, Kind.REMINDER, Kind.STUCK,
})  # fmt: skip
"""What tells people of the programme about a family. A family's own lessons and charts are no view of anybody's."""


class Result(NamedTuple):
    """A claimed row, and the channel's answer."""

    row: Outgoing
    outcome: Delivery | SendFailure


def settle(session: Session, results: Sequence[Result], now: datetime) -> None:
    """Record the results of claimed rows; a row that another worker has taken over meanwhile is left to it."""
    ids = [result.row.id for result in results]
    still_taken = select(Outgoing).where(Outgoing.id.in_(ids), Outgoing.state == TAKEN).with_for_update()
    rows = {row.id: row for row in session.scalars(still_taken)}
    unsure, arrived = list[Outgoing](), list[Outgoing]()
    early = statuses.reported_early(
        session, [outcome.provider_id for _, outcome in results if isinstance(outcome, Delivery)]
    )
    for claimed, outcome in results:
        row = rows.get(claimed.id)
        if row is None or (row.taken_at, row.taken_by) != (claimed.taken_at, claimed.taken_by):
            continue
        match outcome:
            case Delivery():
                outbox.settle(row, SENT, outcome.note, now)
                arrived.append(row)
                row.provider_id = outcome.provider_id[:200]
                if row.kind == Kind.CODE and not row.template:
                    outbox.empty(row)
                if row.provider_id in early:
                    statuses.apply_early(session, row, now)
            case Uncertain() if row.channel in REPORTS_STATUS:
                # If it arrived, a status report will say so, or has done so already.
                outbox.settle(row, SENT, statuses.AWAITED, now)
                arrived.append(row)
                statuses.apply_early(session, row, now)
            case Uncertain() if row.lane == ALERT and not row.message["text"].startswith(PERHAPS_AGAIN):
                resend_with_warning(session, row, now)
            case Uncertain():
                outbox.settle(row, FAILED, f"{UNSURE}: {outcome}", now)
                unsure.append(row)
            case _:
                failed(session, row, outcome, now)
    explain(session, unsure, now)
    _note(session, arrived, now)


def _note(session: Session, rows: Sequence[Outgoing], now: datetime) -> None:
    """Add a line to the audit for everybody about whom these messages have told somebody something."""
    telling = [row for row in rows if row.kind in TELLING and row.person_id is not None]
    if not telling:
        return
    named = outbox.subjects(session, [row.id for row in telling])
    notes = [
        Note(row.person_id, f"{row.kind}.sent", one)
        for row in telling
        for one in named.get(row.id) or [Subject(SubjectKind.PERSON, row.person_id or 0)]
    ]
    audit.note_all(session, now, notes)


def recover(session: Session, before: datetime | None, dead: Collection[int], now: datetime) -> int:
    """Settle the rows that dead processes left taken, see ``queue.left_taken``. Returns how many."""
    left = queue.left_taken(session, before, dead)
    settle(session, [Result(row, Uncertain("layanan terputus saat mengirim")) for row in left], now)
    return len(left)
