"""Convert one item of a webhook to one ``Incoming``. Pure, and it never raises: no field is trusted.

An item is what ``webhook.split`` makes of a post: {"phone_number_id", "contact", "message"}, {"phone_number_id",
"status"}, or {"field", "value", "time"} for news of templates and of people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from bot.whatsapp import news
from bot.whatsapp.raw import CHANNEL, digest, first, key, mapping, moment, names, phone, text, whole
from flow.message import Contact, File, Incoming, Place

TEXT_LIMIT = 4096
REFERENCE = re.compile(r"[A-Za-z0-9_-]+")
# These get no answer. An edited message is ignored on purpose: answers are changed by "kembali" or in the review,
# where the person sees the consequences.
SILENT = frozenset({"reaction", "revoke", "request_welcome"})
NUMBER_CHANGES = frozenset({"user_changed_number", "customer_changed_number", "user_changed_user_id"})
TAPPED = ("interactive", "button")
TEMPLATE_FIELDS = frozenset(
    {"message_template_status_update", "message_template_quality_update", "template_category_update"}
)
PEOPLE_FIELDS = frozenset({"user_id_update", "user_preferences"})


def read(raw: object, received_at: datetime) -> Incoming | None:
    """A person's action, or a status report about a message or a template; None for items that need no handling.

    ``received_at`` (aware) stands in for a time that is missing, impossible or still to come.
    """
    item = mapping(raw)
    if message := mapping(item.get("message")):
        return _message(message, mapping(item.get("contact")), received_at)
    if status := mapping(item.get("status")):
        return news.of_message(status, received_at)
    field, value = text(item.get("field"), 60), mapping(item.get("value"))
    if field in TEMPLATE_FIELDS:
        return news.of_template(value, item.get("time"), received_at)
    if field == "user_id_update":
        return _moved(value, received_at)
    if field == "user_preferences":
        return _preference(value, received_at)
    return None


# --- what people send ---------------------------------------------------------


def _message(message: Mapping[str, Any], contact: Mapping[str, Any], received_at: datetime) -> Incoming | None:
    wamid = text(message.get("id"), 300)
    if not wamid or "group_id" in message:
        return None
    kind = message.get("type")
    if kind == "system":
        return _number_changed(message, wamid, received_at)
    # Meta sometimes sends a user id in place of a number, and no number where its owner hides it.
    who = names(contact.get("user_id"), message.get("from_user_id"), contact.get("wa_id"), message.get("from"))
    if not who or (isinstance(kind, str) and kind in SILENT):
        return None
    number = next((name for name in who if name.isdigit()), "")
    said = _edited(message) if kind == "edit" else _said(message, kind, number) | _context(message)
    if said is None:
        return None
    return Incoming(
        CHANNEL,
        who[0],
        key(wamid),
        moment(message.get("timestamp"), received_at),
        sender_name=" ".join(text(mapping(contact.get("profile")).get("name"), 128).split()),
        phone=f"+{number}" if number else "",
        aliases=who[1:],
        **said,
    )


def _edited(message: Mapping[str, Any]) -> dict[str, Any] | None:
    """The words of a message that was edited; None where Meta does not tell any."""
    new = mapping(mapping(message.get("edit")).get("message"))
    said = mapping(new.get(text(new.get("type"), 40)))
    words = text(said.get("body"), TEXT_LIMIT) or text(said.get("caption"), TEXT_LIMIT)
    return {"text": words, "edited": True} if words else None


def _context(message: Mapping[str, Any]) -> dict[str, Any]:
    """What the message came with: that it was forwarded, or the message that it replies to.

    A tapped button names its message there too, which is no reply.
    """
    context = mapping(message.get("context"))
    if context.get("forwarded") is True or context.get("frequently_forwarded") is True:
        return {"forwarded": True}
    replied = text(context.get("id"), 300) if message.get("type") not in TAPPED else ""
    return {"replied_to": replied} if replied else {}


def _said(message: Mapping[str, Any], kind: object, number: str) -> dict[str, Any]:
    said = mapping(message.get(str(kind)))
    caption = text(said.get("caption"), TEXT_LIMIT)
    match kind:
        case "text" if words := text(said.get("body"), TEXT_LIMIT):
            return {"text": words}
        case "interactive":
            reply = mapping(said.get("button_reply")) or mapping(said.get("list_reply"))
            return _tap(message, reply.get("id"), reply.get("title"))
        case "button":
            return _tap(message, said.get("payload"), said.get("text"))
        case "image" if photo := _file(said):
            return {"photo": photo, "caption": caption}
        case "document" if document := _file(said):
            return {"document": document, "caption": caption}
        case "location" if place := _place(said):
            return {"place": place}
        case "contacts" if card := _card(message, number):
            return {"contact": card}
        case _:
            return {"unsupported": True, "caption": caption}


def _tap(message: Mapping[str, Any], token: object, label: object) -> dict[str, Any]:
    """A tapped button. A template's button without a payload returns its label, which is read as text."""
    token, label = text(token, 256), text(label, TEXT_LIMIT)
    if token and token != label:
        return {"tap": token, "tapped_message": text(mapping(message.get("context")).get("id"), 300) or None}
    return {"text": label} if label else {"unsupported": True}


def _file(said: Mapping[str, Any]) -> File | None:
    reference = text(said.get("id"), 128)
    if not REFERENCE.fullmatch(reference):  # it becomes part of a web address
        return None
    mime = text(said.get("mime_type"), 100).partition(";")[0].strip().lower()
    return File(reference, mime, text(said.get("filename"), 255), max(whole(said.get("file_size")) or 0, 0))


def _place(said: Mapping[str, Any]) -> Place | None:
    latitude, longitude = said.get("latitude"), said.get("longitude")
    if _within(latitude, 90) and _within(longitude, 180):
        return Place(float(cast(float, latitude)), float(cast(float, longitude)))
    return None


def _within(value: object, bound: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -bound <= value <= bound


def _card(message: Mapping[str, Any], number: str) -> Contact | None:
    """A shared contact. It is the sender's own if it was shared on our request or has the sender's number."""
    card = first(message.get("contacts"))
    line = first(card.get("phones"))
    digits = phone(line.get("wa_id"))
    said = f"+{digits}" if digits else text(line.get("phone"), 32)
    passed_on = mapping(message.get("context")).get("forwarded") is True
    own = not passed_on and (card.get("origin") == "contact_request" or bool(digits and digits == number))
    return Contact(said, own) if said else None


# --- who they are -------------------------------------------------------------


def _number_changed(message: Mapping[str, Any], wamid: str, received_at: datetime) -> Incoming | None:
    """A person's change of number, which comes with a new user id; the old addresses are the aliases.

    Meta's sentence about it is not read, because part of it is a name that people choose themselves."""
    system = mapping(message.get("system"))
    if text(system.get("type"), 60) not in NUMBER_CHANGES:
        return None
    new = names(system.get("user_id"), system.get("wa_id"), system.get("new_wa_id"))
    old = names(message.get("from_user_id"), message.get("from"), system.get("customer"))
    return _renamed(key(wamid), new, old, moment(message.get("timestamp"), received_at))


def _moved(value: Mapping[str, Any], received_at: datetime) -> Incoming | None:
    ids = mapping(value.get("user_id"))
    new, old = names(ids.get("current"), value.get("wa_id")), names(ids.get("previous"))
    name = key("user_id", *old[:1], *new[:1], text(value.get("timestamp"), 20))
    return _renamed(name, new, old, moment(value.get("timestamp"), received_at))


def _renamed(name: str, new: tuple[str, ...], old: tuple[str, ...], at: datetime) -> Incoming | None:
    """A reachable person under a new address."""
    if not new:
        return None
    former = tuple(dict.fromkeys(one for one in (*new, *old) if one != new[0]))
    return Incoming(CHANNEL, new[0], name, at, reachable=True, aliases=former) if former else None


def _preference(value: Mapping[str, Any], received_at: datetime) -> Incoming | None:
    """An opt-out or opt-in by "stop" and "resume" in WhatsApp's own settings."""
    who = names(value.get("user_id"), value.get("wa_id"))
    said = value.get("value")
    if not who or said not in ("stop", "resume"):
        return None
    at = moment(value.get("timestamp"), received_at)
    name = key("preference", who[0], said, text(value.get("timestamp"), 20) or digest(value))
    return Incoming(CHANNEL, who[0], name, at, muted=said == "stop", aliases=who[1:])
