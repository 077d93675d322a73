"""Failure policy for failed, unsure and late messages: retry, other channel, stop the address, or explain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import outbox, queue
from db.outbox import ALERT, FAILED, PLANNED, REPLY, SKIPPED, TOO_LATE, URGENT, Kind, Outgoing
from db.people import Address, AddressState, not_arrived
from delivery import service_window
from flow.message import (
    Message,
    OptedOut,
    Refused,
    SendFailure,
    TemplateRefused,
    Undeliverable,
    Unreachable,
    WindowClosed,
)

log = structlog.get_logger()

ATTEMPTS = 20  # with the pauses below: about six hours
LONGEST_PAUSE = 1800  # seconds
ALERT_PAUSE = 300  # seconds; the longest between two attempts of an alert
FAILING_DAYS = 5
UNSURE = "tidak pasti terkirim"
PERHAPS_AGAIN = "Pesan ini mungkin terkirim dua kali."
INTERRUPTED = Message("Tadi layanan sempat terputus. Kalau balasan kami belum sampai, tulis *lanjut*.")
NOT_SENT = Message(
    "Maaf, satu pesan kami gagal terkirim. Tulis *menu* untuk mulai lagi. "
    "Kalau ada yang gawat, jangan menunggu balasan di sini."
)
LATE = Message("Tadi balasan kami terlambat, jadi tidak kami kirim lagi. Tulis *lanjut* untuk meneruskan, atau *menu*.")
RECOVER_WAITS = timedelta(days=1)
EXPIRED_AT_ONCE = 500  # rows; on SQLite a long write delays all others


def failed(session: Session, row: Outgoing, failure: SendFailure, now: datetime) -> None:
    """Apply a definite failure to a claimed or sent row: plan it again, or fail it, and act on its address."""
    match failure:
        case OptedOut():
            _mute(session, row, str(failure), now)
            if not _tries_another_template(row, now):
                outbox.settle(row, FAILED, str(failure), now)
                service_window.fall_back(session, row, now)
        case Unreachable(message_only=True) if row.kind in URGENT:
            # The channel limits how often this person is written to: what is urgent takes every other way there is.
            if not _tries_another_template(row, now):
                _later(session, row, failure, now)
                service_window.fall_back(session, row, now)
        case Unreachable():
            _later(session, row, failure, now)
        case WindowClosed() if not row.template:
            _shut_window(session, row, now)
            row.state, row.reason, row.taken_at, row.due_at = PLANNED, "", None, now
        case Refused():
            outbox.settle(row, FAILED, str(failure), now)
            _stop(session, row, str(failure), now)
            service_window.fall_back(session, row, now)
        case Undeliverable():
            outbox.settle(row, FAILED, str(failure), now)
            if _days_without_arrival(session, row, now) >= FAILING_DAYS:
                _stop(session, row, f"{FAILING_DAYS} hari tidak ada yang sampai", now)
            service_window.fall_back(session, row, now)
        case TemplateRefused():
            log.error("delivery.template_refused", template=failure.template, id=row.id)
            if _tries_another_template(row, now):
                return
            outbox.settle(row, FAILED, str(failure), now)
            service_window.fall_back(session, row, now)
        case _:
            log.error("delivery.rejected", id=row.id, kind=row.kind, channel=row.channel)
            outbox.settle(row, FAILED, str(failure) or type(failure).__name__, now)
            explain(session, [row], now, NOT_SENT)
            if row.kind in URGENT:
                service_window.fall_back(session, row, now)


def resend_with_warning(session: Session, row: Outgoing, now: datetime) -> None:
    """Plan an alert once more, beginning with a line that it may have been sent already."""
    row.message = {**row.message, "text": f"{PERHAPS_AGAIN}\n{row.message['text']}"}
    _later(session, row, Unreachable(UNSURE), now)


def explain(session: Session, unsure: Iterable[Outgoing], now: datetime, said: Message = INTERRUPTED) -> None:
    """Promise one short message to each address whose reply may be missing; a reply itself is never sent twice.

    No explanation is promised for an unsure explanation: a bad connection would produce a series of them.
    """
    missing = {(row.channel, row.address): row for row in unsure if row.lane == REPLY and row.kind != Kind.RECOVER}
    if not missing:
        return
    planned = select(Outgoing.channel, Outgoing.address).where(
        Outgoing.channel.in_({channel for channel, _ in missing}),
        Outgoing.address.in_({address for _, address in missing}),
        Outgoing.state == PLANNED,
        Outgoing.kind == Kind.RECOVER,
    )
    explained = {(channel, address) for channel, address in session.execute(planned)}
    expires = now + RECOVER_WAITS
    rows: list[dict[str, Any]] = [
        outbox.row(
            Kind.RECOVER, f"recover:{row.id}", *pair, said.to_json(), now, person_id=row.person_id, expires_at=expires
        )
        for pair, row in missing.items()
        if pair not in explained
    ]
    outbox.promise(session, rows)


def expire(session: Session, now: datetime) -> int:
    """Skip up to ``EXPIRED_AT_ONCE`` rows past their ``expires_at``. Returns how many.

    A person whose reply expired is told so once, as soon as messages go out again.
    """
    late = queue.expire(session, now, EXPIRED_AT_ONCE)
    explain(session, late, now, LATE)
    return len(late)


def drop_late(session: Session, rows: Sequence[Outgoing], now: datetime) -> None:
    """Skip claimed rows past their ``expires_at``, and explain missing replies as ``expire`` does."""
    late = [row for row in rows if row.expires_at and row.expires_at <= now]
    for row in late:
        outbox.settle(row, SKIPPED, TOO_LATE, now)
    explain(session, late, now, LATE)


def _later(session: Session, row: Outgoing, failure: Unreachable, now: datetime) -> None:
    """Plan the row again. A failure of the whole channel does not count as an attempt."""
    row.state, row.reason, row.taken_at, row.taken_by = PLANNED, str(failure)[:200], None, None
    if failure.everyone:
        row.attempts -= 1  # the channel is paused, and the row keeps its place in the queue
    elif row.attempts >= ATTEMPTS and not _is_tried_on(row):
        outbox.settle(row, FAILED, f"tidak terkirim: {failure}", now)
    elif failure.rests_address and failure.retry_after is not None:
        session.flush()  # the row is put off together with the address's other rows and keeps its place before them
        outbox.put_off(session, row.channel, row.address, now + timedelta(seconds=max(failure.retry_after, 1.0)))
    else:
        longest = ALERT_PAUSE if row.lane == ALERT else LONGEST_PAUSE
        pause = failure.retry_after if failure.retry_after is not None else min(2.0**row.attempts, longest)
        row.due_at = now + timedelta(seconds=max(pause, 1.0))


def _is_tried_on(row: Outgoing) -> bool:
    """Whether a row is retried without a limit of attempts: an alert, or a reply with ``expires_at``."""
    return row.lane == ALERT or (row.lane == REPLY and row.expires_at is not None)


def _shut_window(session: Session, row: Outgoing, now: datetime) -> None:
    where = (Address.channel == row.channel, Address.address == row.address)
    session.execute(update(Address).where(*where).values(window_until=now))


def _days_without_arrival(session: Session, row: Outgoing, now: datetime) -> int:
    where = (Address.channel == row.channel, Address.address == row.address)
    address = session.scalar(select(Address).where(*where).with_for_update())
    return not_arrived(address, now.date()) if address else 0


def _tries_another_template(row: Outgoing, now: datetime) -> bool:
    """Whether an urgent message that was announced by a template is planned at once, to be announced by another one."""
    if not (row.template and row.kind in URGENT) or not service_window.set_template_aside(row):
        return False
    row.state, row.reason, row.taken_at, row.taken_by, row.due_at = PLANNED, "", None, None, now
    return True


def _mute(session: Session, row: Outgoing, reason: str, now: datetime) -> None:
    where = (Address.channel == row.channel, Address.address == row.address)
    session.execute(update(Address).where(*where).values(state=AddressState.MUTED))
    outbox.mute_address(session, row.channel, row.address, reason[:200], now)


def _stop(session: Session, row: Outgoing, reason: str, now: datetime) -> None:
    where = (Address.channel == row.channel, Address.address == row.address)
    session.execute(update(Address).where(*where).values(state=AddressState.BLOCKED))
    outbox.stop_address(session, row.channel, row.address, reason[:200], now)
