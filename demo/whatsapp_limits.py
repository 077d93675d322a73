"""What the Cloud API takes and what it refuses, in the lengths and numbers of Meta's pages on messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.whatsapp.raw import first, mapping, objects

TEXT, BODY, FOOTER = 4096, 1024, 60
BUTTONS, BUTTON, BUTTON_ID = 3, 20, 256
ROWS, TITLE, HINT, ROW_ID = 10, 24, 72, 200
BROKEN_LINE = re.compile(r"[\n\t]| {5}")  # what a parameter of a template may not hold


def problems(payload: Mapping[str, Any]) -> list[str]:
    """Why Meta would refuse the body of this request; empty for one it takes."""
    return list(_problems(payload))


def _problems(payload: Mapping[str, Any]) -> Iterator[str]:
    kind = payload.get("type")
    said = mapping(payload.get(str(kind)))
    if payload.get("messaging_product") != "whatsapp":
        yield "messaging_product is missing"
    if ("to" in payload) == ("recipient" in payload):
        yield "either to or recipient"
    match kind:
        case "text":
            yield from _length(said.get("body"), TEXT, "text")
        case "image" | "document":
            yield from _file(said)
        case "interactive":
            yield from _interactive(said)
        case "template":
            yield from _template(said)
        case "contacts":
            yield from _cards(objects(payload.get("contacts")))
        case _:
            yield f"unknown type {kind}"


def _length(value: object, most: int, what: str, least: int = 1) -> Iterator[str]:
    length = len(value.encode("utf-16-le")) // 2 if isinstance(value, str) else -1
    if not least <= length <= most:
        yield f"{what}: {length} characters, {least} to {most}"


def _cards(cards: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A name needs ``formatted_name`` and one more part of it."""
    if not cards:
        yield "no contact"
    for card in cards:
        name = mapping(card.get("name"))
        if not name.get("formatted_name") or len(name) < 2:
            yield "a contact without its name"
        if not all(one.get("phone") for one in objects(card.get("phones"))):
            yield "an empty phone"


def _file(said: Mapping[str, Any]) -> Iterator[str]:
    if not said.get("id"):
        yield "a file without its id"
    yield from _length(said.get("caption", ""), BODY, "caption", 0)


def _interactive(said: Mapping[str, Any]) -> Iterator[str]:
    kind, action, header = said.get("type"), mapping(said.get("action")), mapping(said.get("header"))
    yield from _length(mapping(said.get("body")).get("text"), BODY, "body")
    yield from _length(mapping(said.get("footer")).get("text", ""), FOOTER, "footer", 0)
    if header and kind != "button":
        yield "only a message with buttons has a picture or document at its head"
    match kind:
        case "button":
            replies = [mapping(button.get("reply")) for button in objects(action.get("buttons"))]
            yield from _offered(replies, BUTTONS, BUTTON, BUTTON_ID)
        case "list":
            yield from _length(action.get("button"), BUTTON, "list button")
            rows = rows_of(action)
            yield from _offered(rows, ROWS, TITLE, ROW_ID)
            for row in rows:
                yield from _length(row.get("description", ""), HINT, "description", 0)
        case "location_request_message" | "request_contact_info":
            pass
        case _:
            yield f"unknown interactive type {kind}"


def rows_of(action: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of a list, of all its sections."""
    return [row for section in objects(action.get("sections")) for row in objects(section.get("rows"))]


def _offered(choices: Sequence[Mapping[str, Any]], most: int, title: int, name: int) -> Iterator[str]:
    if not 1 <= len(choices) <= most:
        yield f"{len(choices)} choices, 1 to {most}"
    for choice in choices:
        yield from _length(choice.get("title"), title, "title")
        yield from _length(choice.get("id"), name, "id")
    for key in ("title", "id"):
        if len({str(choice.get(key)).strip().casefold() for choice in choices}) < len(choices):
            yield f"two choices have the same {key}"


def _template(said: Mapping[str, Any]) -> Iterator[str]:
    for component in objects(said.get("components")):
        for parameter in objects(component.get("parameters")):
            value = parameter.get("text", parameter.get("payload"))
            yield from _length(value, BUTTON_ID if component.get("type") == "button" else BODY, "parameter")
            if isinstance(value, str) and BROKEN_LINE.search(value):
                yield "a parameter holds a line break, a tab or many spaces"


def values_of(said: Mapping[str, Any]) -> list[str]:
    """The values for the body of a template, in order."""
    body = first([one for one in objects(said.get("components")) if one.get("type") == "body"])
    return [str(parameter.get("text", "")) for parameter in objects(body.get("parameters"))]
