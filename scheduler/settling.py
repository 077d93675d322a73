"""What follows from each message that was handed to a channel, or was not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import ALERT, FAILED, PLANNED, REPLY, SENT, TAKEN, Outgoing
from db.people import Address
from flow.message import Delivery, Message, Refused, SendFailure, Uncertain, Unreachable

log = structlog.get_logger()

ATTEMPTS = 20  # with the pauses below: about six hours
LONGEST_PAUSE = 1800  # seconds
UNSURE = "tidak pasti terkirim"
PERHAPS_AGAIN = "Pesan ini mungkin terkirim dua kali."
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
                _close(row, SENT, outcome.note, now)
                row.provider_id = outcome.provider_id[:200]
            case Unreachable():
                _later(row, outcome, now)
            case Uncertain() if row.lane == ALERT and not row.message["text"].startswith(PERHAPS_AGAIN):
                row.message = {**row.message, "text": f"{PERHAPS_AGAIN}\n{row.message['text']}"}
                _later(row, Unreachable(UNSURE), now)
            case Uncertain():
                _close(row, FAILED, f"{UNSURE}: {outcome}", now)
                unsure.append(row)
            case Refused():
                _close(row, FAILED, str(outcome), now)
                _stop(session, row, str(outcome), now)
            case _:
                log.error("delivery.rejected", id=row.id, kind=row.kind, channel=row.channel)
                _close(row, FAILED, str(outcome) or type(outcome).__name__, now)
    _explain(session, unsure, now)


def recover(session: Session, before: datetime, now: datetime) -> int:
    """Settle what a process took until ``before`` and did not live to settle. Returns how many."""
    left = outbox.left_taken(session, before)
    settle(session, [Result(row, Uncertain("layanan terputus saat mengirim")) for row in left], now)
    return len(left)


def _close(row: Outgoing, state: str, reason: str, now: datetime) -> None:
    row.state, row.reason, row.settled_at = state, reason[:200], now


def _later(row: Outgoing, failure: Unreachable, now: datetime) -> None:
    """Plan the row again. Trouble of the whole channel is not counted against one message."""
    row.state, row.reason, row.taken_at = PLANNED, str(failure)[:200], None
    if failure.everyone:
        row.attempts -= 1  # the channel rests, and the row keeps its place in the queue
    elif row.attempts >= ATTEMPTS:
        _close(row, FAILED, f"tidak terkirim: {failure}", now)
    else:
        pause = failure.retry_after if failure.retry_after is not None else min(2.0**row.attempts, LONGEST_PAUSE)
        row.due_at = now + timedelta(seconds=max(pause, 1.0))


def _stop(session: Session, row: Outgoing, reason: str, now: datetime) -> None:
    where = (Address.channel == row.channel, Address.address == row.address)
    session.execute(update(Address).where(*where).values(state="blocked"))
    outbox.stop_address(session, row.channel, row.address, reason[:200], now)


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
