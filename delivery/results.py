"""What follows from each message that was handed to a channel, or was not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox, queue
from db.outbox import ALERT, FAILED, SENT, TAKEN, Outgoing
from delivery import statuses
from delivery.failure_policy import PERHAPS_AGAIN, UNSURE, explain, failed, say_perhaps_again
from flow.message import Delivery, SendFailure, Uncertain


class Result(NamedTuple):
    """A row as it was claimed, and what the channel said."""

    row: Outgoing
    outcome: Delivery | SendFailure


def settle(session: Session, results: Sequence[Result], now: datetime) -> None:
    """Write down what became of claimed rows; a row that another worker has since taken over is left to it."""
    ids = [result.row.id for result in results]
    still_taken = select(Outgoing).where(Outgoing.id.in_(ids), Outgoing.state == TAKEN).with_for_update()
    rows = {row.id: row for row in session.scalars(still_taken)}
    unsure: list[Outgoing] = []
    early = statuses.told_early(
        session, [outcome.provider_id for _, outcome in results if isinstance(outcome, Delivery)]
    )
    for claimed, outcome in results:
        row = rows.get(claimed.id)
        if row is None or (row.taken_at, row.taken_by) != (claimed.taken_at, claimed.taken_by):
            continue
        match outcome:
            case Delivery():
                outbox.settle(row, SENT, outcome.note, now)
                row.provider_id = outcome.provider_id[:200]
                if row.provider_id in early:
                    statuses.apply_early(session, row, now)
            case Uncertain() if row.channel in statuses.TELLING:
                outbox.settle(
                    row, SENT, statuses.AWAITED, now
                )  # if it arrived, the channel will tell us so, or has already
                statuses.apply_early(session, row, now)
            case Uncertain() if row.lane == ALERT and not row.message["text"].startswith(PERHAPS_AGAIN):
                say_perhaps_again(session, row, now)
            case Uncertain():
                outbox.settle(row, FAILED, f"{UNSURE}: {outcome}", now)
                unsure.append(row)
            case _:
                failed(session, row, outcome, now)
    explain(session, unsure, now)


def recover(session: Session, before: datetime | None, dead: Collection[int], now: datetime) -> int:
    """Settle what dead processes have left on the wire, see ``queue.left_taken``. Returns how many rows."""
    left = queue.left_taken(session, before, dead)
    settle(session, [Result(row, Uncertain("layanan terputus saat mengirim")) for row in left], now)
    return len(left)
