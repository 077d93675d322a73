"""Convert an update to one ``Incoming``. Pure, and it never raises: no field is trusted.

Numbers are checked, text is cut, and an unknown kind of message is marked ``unsupported``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from bot.telegram.wire import mapping
from flow.message import Contact, File, Incoming, Place

# ``edited_message`` is heard for danger only: answers are changed by "Kembali" or in the review, where the person sees
# the consequences; an edit would change a report without showing them. ``my_chat_member`` is in, because nothing
# else tells that somebody blocked us.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

FORWARDED = frozenset({"forward_origin", "forward_date"})
TEXT_LIMIT = 4096
NAMED_BOT = re.compile(r"(/\w+)@\w+")
# Service messages, written by Telegram itself, so there is nobody to answer.
SERVICE = frozenset(
    """
    new_chat_members left_chat_member chat_owner_left chat_owner_changed new_chat_title new_chat_photo
    delete_chat_photo group_chat_created supergroup_chat_created channel_chat_created
    message_auto_delete_timer_changed migrate_to_chat_id migrate_from_chat_id pinned_message successful_payment
    refunded_payment users_shared user_shared chat_shared gift unique_gift gift_upgrade_sent connected_website
    write_access_allowed passport_data proximity_alert_triggered boost_added chat_background_set
    checklist_tasks_done checklist_tasks_added direct_message_price_changed forum_topic_created
    forum_topic_edited forum_topic_closed forum_topic_reopened general_forum_topic_hidden
    general_forum_topic_unhidden giveaway_created giveaway_completed managed_bot_created
    paid_message_price_changed poll_option_added poll_option_deleted suggested_post_approved
    suggested_post_approval_failed suggested_post_declined suggested_post_paid suggested_post_refunded
    video_chat_scheduled video_chat_started video_chat_ended video_chat_participants_invited web_app_data
    community_chat_added community_chat_removed community_chat_joined
    """.split()  # noqa: SIM905 - a list of sixty words is read, not computed with
)


def read(raw: object, received_at: datetime) -> Incoming | None:
    """A person's action in a private chat; None for everything else.

    ``raw`` is a whole Update; ``received_at`` (aware) stands in where Telegram names no time, as for taps.
    """
    update = mapping(raw)
    key = _number(update.get("update_id"))
    if key is None:
        return None
    if message := mapping(update.get("message")):
        chat, done = message.get("chat"), _said(message)
    elif message := mapping(update.get("edited_message")):
        chat, done = message.get("chat"), _edited(message)
    elif query := mapping(update.get("callback_query")):
        message = mapping(query.get("message"))
        # The message may be missing or inaccessible; a private chat has the same id as its person.
        chat, done = message.get("chat", {"type": "private", **mapping(query.get("from"))}), _tapped(query, message)
        message = {"from": query.get("from")}
    else:
        message = mapping(update.get("my_chat_member"))
        chat, done = message.get("chat"), _membership(message)
    address = _private(chat)
    if address is None or done is None:
        return None
    replied = _number(mapping(message.get("reply_to_message")).get("message_id"))
    if replied and "edited" not in done:
        done["replied_to"] = str(replied)
    at = _time(message.get("edit_date")) or _time(message.get("date")) or received_at
    return Incoming("telegram", address, str(key), at, sender_name=_name(message.get("from")), **done)


def _said(message: Mapping[str, Any]) -> dict[str, Any] | None:
    if mapping(message.get("from")).get("is_bot") is True or SERVICE & message.keys():
        return None
    passed_on: dict[str, Any] = {"forwarded": True} if FORWARDED & message.keys() else {}
    if text := _text(message.get("text"), TEXT_LIMIT):
        return {"text": NAMED_BOT.sub(r"\1", text, count=1) if text.startswith("/") else text, **passed_on}
    caption = _text(message.get("caption"), TEXT_LIMIT)
    if album := _text(message.get("media_group_id"), 40):
        passed_on["album"] = album
    if photo := _photo(message.get("photo")):
        return {"photo": photo, "caption": caption, **passed_on}
    # An animation has a document too, for older clients.
    if "animation" not in message and (document := _file(message.get("document"))):
        return {"document": document, "caption": caption, **passed_on}
    if contact := _contact(message):
        return {"contact": contact}
    if place := _place(mapping(message.get("location"))):
        return {"place": place}
    return {"unsupported": True, "caption": caption, **passed_on}


def _edited(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """The words of an edited message; None where it has none, or was not edited by a person."""
    said = _said(message)
    words = (said.get("text") or said.get("caption")) if said else ""
    return {"text": words, "edited": True} if words else None


def _tapped(query: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any] | None:
    token = _text(query.get("data"), 64)
    number = _number(message.get("message_id"))
    return {"tap": token, "tapped_message": str(number) if number else None} if token else None


def _membership(change: Mapping[str, Any]) -> dict[str, Any] | None:
    status = mapping(change.get("new_chat_member")).get("status")
    if status == "kicked":
        return {"reachable": False}
    return {"reachable": True} if status == "member" else None


def _contact(message: Mapping[str, Any]) -> Contact | None:
    """A shared contact. It is the sender's own only if it has the sender's user id and was not forwarded."""
    card = mapping(message.get("contact"))
    phone = _text(card.get("phone_number"), 32)
    sender = _number(mapping(message.get("from")).get("id"))
    passed_on = any(name.startswith("forward_") for name in message)
    own = sender is not None and _number(card.get("user_id")) == sender and not passed_on
    return Contact(phone, own) if phone else None


def _photo(sizes: object) -> File | None:
    """The largest of the sizes in which a photo is offered."""
    if not isinstance(sizes, list):
        return None
    offered = [mapping(size) for size in cast(list[object], sizes)]
    offered.sort(key=lambda size: (_number(size.get("width")) or 0) * (_number(size.get("height")) or 0))
    files = [file for size in offered if (file := _file({**size, "mime_type": "image/jpeg"}))]
    return files[-1] if files else None


def _file(value: object) -> File | None:
    file = mapping(value)
    reference = file.get("file_id")
    if not isinstance(reference, str) or not 0 < len(reference) <= 512 or not reference.isascii():
        return None
    size = max(_number(file.get("file_size")) or 0, 0)
    return File(reference, _text(file.get("mime_type"), 100), _text(file.get("file_name"), 255), size)


def _place(location: Mapping[str, Any]) -> Place | None:
    latitude, longitude = location.get("latitude"), location.get("longitude")
    if _within(latitude, 90) and _within(longitude, 180):
        return Place(float(cast(float, latitude)), float(cast(float, longitude)))
    return None


def _within(value: object, bound: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -bound <= value <= bound


def _private(value: object) -> str | None:
    chat = mapping(value)
    number = _number(chat.get("id"))
    return str(number) if chat.get("type") == "private" and number is not None else None


def _name(sender: object) -> str:
    names = (_text(mapping(sender).get(part), 64) for part in ("first_name", "last_name"))
    return " ".join(" ".join(names).split())


def _number(value: object) -> int | None:
    """The value if it is an integer of 64 bits, as the database stores it; otherwise None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def _time(value: object) -> datetime | None:
    seconds = _number(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and 0 < seconds < 2**33 else None


def _text(value: object, limit: int) -> str:
    """Text that databases accept: no NUL, no lone surrogate, at most ``limit`` characters."""
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode()[:limit]
