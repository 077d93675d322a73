"""What follows from each message that was handed to a channel, or was not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import ALERT, FAILED, PLANNED, REPLY, SENT, TAKEN, Outgoing
from flow.message import Delivery, Message, SendFailure, Uncertain
from scheduler import receipts
from scheduler.failing import PERHAPS_AGAIN, UNSURE, close, failed, say_perhaps_again

INTERRUPTED = Message("Tadi layanan sempat terputus. Kalau balasan saya belum sampai, ketik *lanjut*.")
RECOVER = "recover"


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
    for claimed, outcome in results:
        row = rows.get(claimed.id)
        if row is None or row.taken_at != claimed.taken_at:
            continue
        match outcome:
            case Delivery():
                close(row, SENT, outcome.note, now)
                row.provider_id = outcome.provider_id[:200]
                receipts.apply_early(session, row, now)
            case Uncertain() if row.channel in receipts.TELLING:
                close(row, SENT, receipts.AWAITED, now)  # if it arrived, the channel will tell us so
            case Uncertain() if row.lane == ALERT and not row.message["text"].startswith(PERHAPS_AGAIN):
                say_perhaps_again(row, now)
            case Uncertain():
                close(row, FAILED, f"{UNSURE}: {outcome}", now)
                unsure.append(row)
            case _:
                failed(session, row, outcome, now)
    _explain(session, unsure, now)


def recover(session: Session, before: datetime, now: datetime) -> int:
    """Settle what a process took until ``before`` and did not live to settle. Returns how many."""
    left = outbox.left_taken(session, before)
    settle(session, [Result(row, Uncertain("layanan terputus saat mengirim")) for row in left], now)
    return len(left)


def _explain(session: Session, unsure: Iterable[Outgoing], now: datetime) -> None:
    """One short message to everyone whose reply may be missing: the reply itself is never sent twice.

    About such a message that is itself unsure nothing more is said, or a bad line would fill with apologies.
    """
    missing = {(row.channel, row.address): row for row in unsure if row.lane == REPLY and row.kind != RECOVER}
    if not missing:
        return
    planned = select(Outgoing.channel, Outgoing.address).where(Outgoing.state == PLANNED, Outgoing.kind == RECOVER)
    explained = {(channel, address) for channel, address in session.execute(planned)}
    rows: list[dict[str, Any]] = [
        outbox.row(f"{RECOVER}:{row.id}", *pair, INTERRUPTED.to_json(), now, person_id=row.person_id)
        for pair, row in missing.items()
        if pair not in explained
    ]
    outbox.promise(session, rows)
