"""What follows from a message that surely did not go out, or did not arrive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import outbox
from db.outbox import FAILED, PLANNED, REPLY, Kind, Outgoing
from db.people import Address, not_arrived
from flow.message import Message, Refused, SendFailure, TemplateRefused, Undeliverable, Unreachable, WindowClosed
from scheduler import windows

log = structlog.get_logger()

ATTEMPTS = 20  # with the pauses below: about six hours
LONGEST_PAUSE = 1800  # seconds
FAILING_DAYS = 5
UNSURE = "tidak pasti terkirim"
PERHAPS_AGAIN = "Pesan ini mungkin terkirim dua kali."
INTERRUPTED = Message("Tadi layanan sempat terputus. Kalau balasan saya belum sampai, ketik *lanjut*.")


def failed(session: Session, row: Outgoing, failure: SendFailure, now: datetime) -> None:
    """What follows from a failure that is sure, whether it was said at once or later."""
    match failure:
        case Unreachable():
            _later(row, failure, now)
        case WindowClosed() if not row.template:
            _shut_window(session, row, now)
            row.state, row.reason, row.taken_at, row.due_at = PLANNED, "", None, now
        case Refused():
            close(row, FAILED, str(failure), now)
            _stop(session, row, str(failure), now)
            windows.fall_back(session, row, now)
        case Undeliverable():
            close(row, FAILED, str(failure), now)
            if _days_without_arrival(session, row, now) >= FAILING_DAYS:
                _stop(session, row, f"{FAILING_DAYS} hari tidak ada yang sampai", now)
            windows.fall_back(session, row, now)
        case TemplateRefused():
            log.error("delivery.template_refused", template=failure.template, id=row.id)
            close(row, FAILED, str(failure), now)
            windows.fall_back(session, row, now)
        case _:
            log.error("delivery.rejected", id=row.id, kind=row.kind, channel=row.channel)
            close(row, FAILED, str(failure) or type(failure).__name__, now)


def say_perhaps_again(row: Outgoing, now: datetime) -> None:
    """What must not be lost is said once more, with a word that it may have been said already."""
    row.message = {**row.message, "text": f"{PERHAPS_AGAIN}\n{row.message['text']}"}
    _later(row, Unreachable(UNSURE), now)


def explain(session: Session, unsure: Iterable[Outgoing], now: datetime) -> None:
    """One short message to everyone whose reply may be missing: the reply itself is never sent twice.

    About such a message that is itself unsure nothing more is said, or a bad line would fill with apologies.
    """
    missing = {(row.channel, row.address): row for row in unsure if row.lane == REPLY and row.kind != Kind.RECOVER}
    if not missing:
        return
    planned = select(Outgoing.channel, Outgoing.address).where(Outgoing.state == PLANNED, Outgoing.kind == Kind.RECOVER)
    explained = {(channel, address) for channel, address in session.execute(planned)}
    rows: list[dict[str, Any]] = [
        outbox.row(Kind.RECOVER, f"recover:{row.id}", *pair, INTERRUPTED.to_json(), now, person_id=row.person_id)
        for pair, row in missing.items()
        if pair not in explained
    ]
    outbox.promise(session, rows)


def close(row: Outgoing, state: str, reason: str, now: datetime) -> None:
    row.state, row.reason, row.settled_at = state, reason[:200], now


def _later(row: Outgoing, failure: Unreachable, now: datetime) -> None:
    """Plan the row again. Trouble of the whole channel is not counted against one message."""
    row.state, row.reason, row.taken_at = PLANNED, str(failure)[:200], None
    if failure.everyone:
        row.attempts -= 1  # the channel rests, and the row keeps its place in the queue
    elif row.attempts >= ATTEMPTS:
        close(row, FAILED, f"tidak terkirim: {failure}", now)
    else:
        pause = failure.retry_after if failure.retry_after is not None else min(2.0**row.attempts, LONGEST_PAUSE)
        row.due_at = now + timedelta(seconds=max(pause, 1.0))


def _shut_window(session: Session, row: Outgoing, now: datetime) -> None:
    where = (Address.channel == row.channel, Address.address == row.address)
    session.execute(update(Address).where(*where).values(window_until=now))


def _days_without_arrival(session: Session, row: Outgoing, now: datetime) -> int:
    where = (Address.channel == row.channel, Address.address == row.address)
    address = session.scalar(select(Address).where(*where).with_for_update())
    return not_arrived(address, now.date()) if address else 0


def _stop(session: Session, row: Outgoing, reason: str, now: datetime) -> None:
    where = (Address.channel == row.channel, Address.address == row.address)
    session.execute(update(Address).where(*where).values(state="blocked"))
    outbox.stop_address(session, row.channel, row.address, reason[:200], now)
