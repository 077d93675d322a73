"""The body of a request to the Cloud API as the bubble that its reader sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.whatsapp.raw import first, mapping, objects
from content.notices import Notices
from demo import whatsapp_limits
from demo.bubbles import Bubble, starred

ASKED = {"location_request_message": ("Kirim lokasi", "place"), "request_contact_info": ("Bagikan nomor", "contact")}
NO_FILE, WRONG_PARAMETERS, NO_TEMPLATE = 100, 132000, 132001

Files = Callable[[str], tuple[str, str, bytes] | None]  # name, MIME type and bytes by media id


class Impossible(Exception):
    """There is nothing to be drawn: ``code`` is Meta's word for why."""

    def __init__(self, code: int, details: str) -> None:
        super().__init__(details)
        self.code = code


def draw(bubble: Bubble, payload: Mapping[str, Any], notices: Notices, city_name: str, files: Files) -> None:
    """Fill the bubble in. Raises Impossible for a template or a file that Meta does not have."""
    kind = str(payload["type"])
    said = mapping(payload[kind])
    match kind:
        case "template":
            _template(bubble, said, notices, city_name)
        case "interactive":
            _interactive(bubble, said, files)
        case "contacts":
            card = first(payload["contacts"])
            name, phone = mapping(card.get("name")), first(card.get("phones"))
            bubble.card = "contact"
            bubble.text = [(str(name.get("formatted_name")), True), (f"\n{phone.get('phone')}", False)]
        case "text":
            bubble.text = starred(str(said["body"]))
        case _:
            bubble.text, bubble.file = starred(str(said.get("caption", ""))), _file(said, kind, files)


def _template(bubble: Bubble, said: Mapping[str, Any], notices: Notices, city_name: str) -> None:
    template = notices.by_name.get(str(said.get("name")))
    if template is None or mapping(said.get("language")).get("code") != template.language:
        raise Impossible(NO_TEMPLATE, "template name does not exist in the translation")
    values = whatsapp_limits.values_of(said)
    if len(values) != len(template.variables):
        raise Impossible(WRONG_PARAMETERS, "number of parameters does not match")
    tapped = first([one for one in objects(said.get("components")) if one.get("type") == "button"])
    token = first(tapped.get("parameters")).get("payload") or template.button
    bubble.text, bubble.footer, bubble.template = starred(template.text(city_name, values)), template.footer, True
    bubble.buttons = [[{"text": template.button, "callback_data": token}]]


def _interactive(bubble: Bubble, said: Mapping[str, Any], files: Files) -> None:
    bubble.text = starred(str(mapping(said.get("body")).get("text")))
    if header := mapping(said.get("header")):
        kind = str(header.get("type"))
        bubble.file = _file(mapping(header.get(kind)), kind, files)
    action = mapping(said.get("action"))
    match said.get("type"):
        case "button":
            replies = [mapping(button.get("reply")) for button in objects(action.get("buttons"))]
            bubble.buttons = [[{"text": one["title"], "callback_data": one["id"]}] for one in replies]
        case "list":
            bubble.opens, bubble.rows = str(action["button"]), [dict(row) for row in whatsapp_limits.rows_of(action)]
        case asks:
            label, deed = ASKED[str(asks)]
            bubble.buttons = [[{"text": label, "ask": deed}]]


def _file(said: Mapping[str, Any], kind: str, files: Files) -> dict[str, Any]:
    media_id = str(said.get("id"))
    if (found := files(media_id)) is None:
        raise Impossible(NO_FILE, f"no media {media_id}")
    name = str(said.get("filename") or found[0])
    return {"id": media_id, "name": name, "kind": "picture" if kind == "image" else kind, "bytes": len(found[2])}
