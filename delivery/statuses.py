"""What channels tell later of messages they took: delivered, read, or failed after all.

News may come in any order, twice, and before we know the message by the channel's name for it.
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
from delivery.failure_policy import PERHAPS_AGAIN, UNSURE, explain, failed, say_perhaps_again
from flow.message import (
    DeliveryNews,
    Refused,
    Rejected,
    SendFailure,
    TemplateRefused,
    Undeliverable,
    Unreachable,
    WindowClosed,
)

log = structlog.get_logger()

TELLING = frozenset({"whatsapp"})
"""Channels that tell what became of a message: there an unsure one is not sent again, it is waited for."""
ALERT_WAITS = timedelta(minutes=10)
NEWS_WAITS = timedelta(days=1)
TRIED_AGAIN_AFTER = 600.0  # seconds
KEPT = timedelta(days=7)  # a channel repeats its news for days, not for weeks
RANK: Mapping[str, int] = {SENT: 1, DELIVERED: 2, READ: 3}
KINDS: Mapping[str, type[SendFailure]] = {
    kind.__name__: kind for kind in (Refused, Rejected, Undeliverable, WindowClosed)
}


def note(session: Session, channel: str, news: DeliveryNews, now: datetime) -> None:
    """Write the news down at its message, or keep it until the message is known."""
    row = _row(session, channel, news)
    if row is None or row.state == TAKEN:  # it overtook the answer to our own request
        if news.provider_id:
            session.add(Report(channel=channel, provider_id=news.provider_id[:200], news=_kept(news), at=now))
        return
    _apply(session, row, news, now)


def told_early(session: Session, provider_ids: Collection[str]) -> set[str]:
    """Those of the channel's names for messages of which something was told before our request was over."""
    if not (names := [name[:200] for name in provider_ids if name]):
        return set()
    return set(session.scalars(select(Report.provider_id).where(Report.provider_id.in_(names))))


def apply_early(session: Session, row: Outgoing, now: datetime) -> None:
    """Our request is over: what was told of the message before, in the order of its life.

    Where no answer came, the news that overtook it know the message by our own name of it.
    """
    known = Report.provider_id == row.provider_id if row.provider_id else Report.news["key"].as_string() == row.key
    mine = (Report.channel == row.channel, known)
    told = [_news(one.news) for one in session.scalars(select(Report).where(*mine).order_by(Report.id))]
    for news in sorted(told, key=lambda one: RANK.get(one.state, 4)):
        _apply(session, row, news, now)
    if told:
        session.execute(delete(Report).where(*mine))


def settle_awaited(session: Session, now: datetime) -> None:
    """Messages whose fate was left to the channel's news, and none came: an alert is said again, who waits for a reply
    is told that it may be missing, the rest is over."""
    missing: list[Outgoing] = []
    query = select(Outgoing).where(IS_AWAITED).with_for_update(skip_locked=True)
    for row in session.scalars(query.where(Outgoing.settled_at <= now - ALERT_WAITS)):
        if row.lane == ALERT and not row.message["text"].startswith(PERHAPS_AGAIN):
            say_perhaps_again(session, row, now)
        elif row.lane == REPLY:
            settle(row, FAILED, UNSURE, row.settled_at or now)
            missing.append(row)
        elif row.settled_at and row.settled_at <= now - NEWS_WAITS:
            settle(row, FAILED, UNSURE, row.settled_at or now)
    explain(session, missing, now)
    session.execute(delete(Report).where(Report.at < now - KEPT))


def _row(session: Session, channel: str, news: DeliveryNews) -> Outgoing | None:
    mine = Outgoing.channel == channel
    names = [Outgoing.key == news.key] if news.key else []
    names += [and_(IS_NAMED, Outgoing.provider_id == news.provider_id)] if news.provider_id else []
    for name in names:
        if row := session.scalar(select(Outgoing).where(mine, name).with_for_update().limit(1)):
            return row
    return None


def _apply(session: Session, row: Outgoing, news: DeliveryNews, now: datetime) -> None:
    """News only moves a message up; after it has arrived, or failed for good, a failure changes nothing."""
    if news.provider_id and row.provider_id and row.provider_id != news.provider_id:
        return  # of an earlier attempt, which has been dealt with
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
    """The failure as one of this message alone: what holds for the address or the channel shows itself at a send."""
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
