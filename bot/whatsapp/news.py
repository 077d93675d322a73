"""Convert status reports about messages and templates to ``Incoming``. Pure, and it never raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.whatsapp.raw import CHANNEL, digest, first, key, mapping, moment, names, text, whole
from bot.whatsapp.wire import failure_of_status
from flow.message import DeliveryNews, Incoming, TemplateNews

STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}


def of_message(status: Mapping[str, Any], received_at: datetime) -> Incoming | None:
    """A message's status report. It is about one person even without a contact, which failed ones never have."""
    wamid, said = text(status.get("id"), 200), status.get("status")
    state = STATES.get(said) if isinstance(said, str) else None
    if not wamid or state is None or status.get("recipient_type") == "group":
        return None
    who = names(status.get("recipient_user_id"), status.get("recipient_id"))
    error, pricing = first(status.get("errors")), mapping(status.get("pricing"))
    news = DeliveryNews(
        wamid,
        state,
        key=text(status.get("biz_opaque_callback_data"), 512),
        code=whole(error.get("code")),
        reason=_reason(error),
        failure=failure_of_status(whole(error.get("code")), _reason(error)) if state == "failed" else None,
        category=text(pricing.get("category"), 40).lower(),
        billing=text(pricing.get("type"), 40).lower(),
    )
    at = moment(status.get("timestamp"), received_at)
    address = who[0] if who else ""
    return Incoming(CHANNEL, address, key("status", wamid, state), at, aliases=who[1:], delivery=news)


def _reason(error: Mapping[str, Any]) -> str:
    said = mapping(error.get("error_data")).get("details") or error.get("message") or error.get("title")
    return text(said, 300)


def of_template(value: Mapping[str, Any], time: object, received_at: datetime) -> Incoming | None:
    name = text(value.get("message_template_name"), 512)
    if not name:
        return None
    planned = text(value.get("correct_category"), 40)
    reason = text(value.get("reason"), 100) or text(mapping(value.get("rejection_info")).get("reason"), 200)
    news = TemplateNews(
        name,
        text(value.get("message_template_language"), 20),
        status=text(value.get("event"), 40).upper(),
        category=text(value.get("new_category"), 40).upper(),  # the current one while a change is only announced
        quality=text(value.get("new_quality_score"), 40).upper(),
        reason=f"akan menjadi {planned}" if planned else "" if reason == "NONE" else reason,
    )
    what = news.status or news.category or news.quality
    if not what:
        return None
    named = key("template", name, news.language, what, str(whole(time) or digest(value)))
    return Incoming(CHANNEL, "", named, moment(time, received_at), template=news)
