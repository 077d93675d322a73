"""Apply status reports about messages a channel accepted: delivered, read, or failed after all.

Reports may come in any order, twice, and before the channel's id of the message is known here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from db.outbox import (
    ALERT,
    AWAITED,
    DELIVERED,
    FAILED,
    IS_AWAITED,
    IS_NAMED,
    READ,
    REPLY,
    SENT,
    TAKEN,
    Outgoing,
    OutgoingState,
    Report,
    settle,
)
from db.people import Address
from delivery.failure_policy import PERHAPS_AGAIN, UNSURE, explain, failed, resend_with_warning
from flow.message import (
    DeliveryNews,
    OptedOut,
    Refused,
    Rejected,
    SendFailure,
    TemplateRefused,
    Undeliverable,
    Unreachable,
    WindowClosed,
)

log = structlog.get_logger()

ALERT_WAITS = timedelta(minutes=10)
NEWS_WAITS = timedelta(days=1)
TRIED_AGAIN_AFTER = 600.0  # seconds
KEPT = timedelta(days=7)  # a channel repeats its reports for days, not for weeks
RANK: Mapping[str, int] = {SENT: 1, DELIVERED: 2, READ: 3}
KINDS: Mapping[str, type[SendFailure]] = {
    kind.__name__: kind for kind in (Refused, OptedOut, Rejected, Undeliverable, WindowClosed)
}


def note(session: Session, channel: str, news: DeliveryNews, now: datetime) -> None:
    """Apply a report to its message, or store it until the message is known."""
    row = _row(session, channel, news)
    if row is None or row.state == TAKEN:  # the report came before the answer to the send call
        if news.provider_id:
            session.add(Report(channel=channel, provider_id=news.provider_id[:200], news=_kept(news), at=now))
        return
    _apply(session, row, news, now)


def reported_early(session: Session, provider_ids: Collection[str]) -> set[str]:
    """The provider ids with a report that arrived before the send call returned."""
    if not (names := [name[:200] for name in provider_ids if name]):
        return set()
    return set(session.scalars(select(Report.provider_id).where(Report.provider_id.in_(names))))


def apply_early(session: Session, row: Outgoing, now: datetime) -> None:
    """Apply status reports that arrived before the send call returned, in the order sent, delivered, read, failed.

    Where the call got no answer there is no provider id, and reports are found by our key.
    """
    known = Report.provider_id == row.provider_id if row.provider_id else Report.news["key"].as_string() == row.key
    of_row = (Report.channel == row.channel, known)
    early = [_news(report.news) for report in session.scalars(select(Report).where(*of_row).order_by(Report.id))]
    for news in sorted(early, key=lambda one: RANK.get(one.state, 4)):
        _apply(session, row, news, now)
    if early:
        session.execute(delete(Report).where(*of_row))


def settle_awaited(session: Session, now: datetime) -> None:
    """Settle unsure messages without a report in time: repeat an alert, explain a missing reply, fail the rest."""
    missing: list[Outgoing] = []
    query = select(Outgoing).where(IS_AWAITED).with_for_update(skip_locked=True)
    for row in session.scalars(query.where(Outgoing.settled_at <= now - ALERT_WAITS)):
        if row.lane == ALERT and not row.message["text"].startswith(PERHAPS_AGAIN):
            resend_with_warning(session, row, now)
        elif row.lane == REPLY:
            settle(row, FAILED, UNSURE, row.settled_at or now)
            missing.append(row)
        elif row.settled_at and row.settled_at <= now - NEWS_WAITS:
            settle(row, FAILED, UNSURE, row.settled_at or now)
    explain(session, missing, now)
    session.execute(delete(Report).where(Report.at < now - KEPT))


def _row(session: Session, channel: str, news: DeliveryNews) -> Outgoing | None:
    same_channel = Outgoing.channel == channel
    names = [Outgoing.key == news.key] if news.key else []
    names += [and_(IS_NAMED, Outgoing.provider_id == news.provider_id)] if news.provider_id else []
    for name in names:
        if row := session.scalar(select(Outgoing).where(same_channel, name).with_for_update().limit(1)):
            return row
    return None


def _apply(session: Session, row: Outgoing, news: DeliveryNews, now: datetime) -> None:
    """Apply a report. States only move up; a failure changes nothing once the message arrived or failed for good."""
    if news.provider_id and row.provider_id and row.provider_id != news.provider_id:
        return  # about an earlier attempt, which is settled
    row.provider_id = row.provider_id or news.provider_id[:200]
    row.category = news.category[:16] or row.category
    if news.state == FAILED:
        if row.state == SENT:
            failed(session, row, _sure(news), now)
            row.provider_id = ""
        return
    if RANK.get(news.state, 0) > RANK.get(row.state, 9):
        row.state = OutgoingState(news.state)
    if row.reason == AWAITED:
        row.reason = ""
    if news.state in (DELIVERED, READ):
        where = (Address.channel == row.channel, Address.address == row.address, Address.failed_days > 0)
        session.execute(update(Address).where(*where).values(failed_days=0))


def _sure(news: DeliveryNews) -> SendFailure:
    """The reported failure, limited to this message: one of the address or the channel shows at the next send."""
    match news.failure:
        case Unreachable(reason=reason, retry_after=seconds):
            log.warning("receipts.failed_later", code=news.code)
            return Unreachable(reason, max(seconds or 0.0, TRIED_AGAIN_AFTER), message_only=True)
        case None:
            return Rejected(news.reason or "gagal")
        case failure:
            return failure


def _kept(news: DeliveryNews) -> dict[str, Any]:
    kept = asdict(news) | {"failure": None}
    match news.failure:
        case Unreachable(reason=reason, retry_after=seconds):
            kept["failure"] = ["Unreachable", reason, seconds]
        case TemplateRefused(template=template, reason=reason):
            kept["failure"] = ["TemplateRefused", template, reason]
        case SendFailure():
            kept["failure"] = [type(news.failure).__name__, str(news.failure)]
        case None:
            pass
    return kept


def _news(kept: Mapping[str, Any]) -> DeliveryNews:
    failure: SendFailure | None = None
    match kept.get("failure"):
        case ["Unreachable", reason, seconds]:
            failure = Unreachable(reason, seconds)
        case ["TemplateRefused", template, reason]:
            failure = TemplateRefused(template, reason)
        case [kind, reason]:
            failure = KINDS.get(kind, Rejected)(reason)
        case _:
            pass
    rest: dict[str, Any] = {**kept, "failure": None}
    return replace(DeliveryNews(**rest), failure=failure)
