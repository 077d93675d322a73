"""What the Cloud API refuses in a payload for /messages: lengths, counts, what must be unique, and how it is addressed.

The numbers are those of Meta's pages on interactive messages, templates and sending; where pages disagree, the
smaller. Lengths are counted in UTF-16 units, the strictest reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")  # without "+", the sender's own country code is put in front
USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
TEMPLATE = re.compile(r"[a-z0-9_]{1,512}")
TOP = {"messaging_product", "recipient_type", "to", "recipient", "type", "biz_opaque_callback_data", "context"}
PARAMETER_RUN = re.compile(r"[\n\t]| {5,}")


def violations(payload: Mapping[str, Any]) -> list[str]:
    """Every limit the payload breaks, one sentence each; empty when Meta would take it as far as its form goes."""
    return list(_violations(payload))


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _violations(payload: Mapping[str, Any]) -> Iterator[str]:
    if payload.get("messaging_product") != "whatsapp":
        yield "messaging_product must be whatsapp"
    if payload.get("recipient_type", "individual") != "individual":
        yield "recipient_type must be individual"
    yield from _address(payload)
    key = payload.get("biz_opaque_callback_data", "")
    if not isinstance(key, str) or units(key) > 512:
        yield "biz_opaque_callback_data is longer than 512"
    kind = payload.get("type")
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        yield f"unknown type {kind!r}"
        return
    if strange := payload.keys() - TOP - {kind}:
        yield f"unexpected: {', '.join(sorted(strange))}"
    said = payload.get(kind)
    if kind == "contacts":
        said = {"contacts": said}
    if not isinstance(said, Mapping):
        yield f"{kind} is missing"
        return
    yield from check(said)
    yield from _invisible(said, kind)


def _address(payload: Mapping[str, Any]) -> Iterator[str]:
    to, recipient = payload.get("to"), payload.get("recipient")
    if (to is None) == (recipient is None):
        yield "exactly one of to and recipient"
    if to is not None and not (isinstance(to, str) and NUMBER.fullmatch(to)):
        yield f"to is no number with a country code: {to!r}"
    if recipient is not None and not (isinstance(recipient, str) and USER_ID.fullmatch(recipient)):
        yield f"recipient is no user id: {recipient!r}"


def _length(value: Any, most: int, what: str, least: int = 1) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"{what} is not text"
    elif units(value.strip()) < least:
        yield f"{what} is empty"
    elif units(value) > most:
        yield f"{what} is {units(value)} long, at most {most}"


def _invisible(value: Any, what: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _invisible(inner, f"{what}.{name}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _invisible(inner, what)
    elif isinstance(value, str) and re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", value):
        yield f"{what} holds a control character"


def _text(said: Mapping[str, Any]) -> Iterator[str]:
    yield from _length(said.get("body"), 4096, "text.body")


def _media(said: Mapping[str, Any], *, caption: bool = True, named: bool = False) -> Iterator[str]:
    if ("id" in said) == ("link" in said):
        yield "a file has either an id or a link"
    if not isinstance(said.get("id", said.get("link")), str):
        yield "the file's id is not text"
    if "caption" in said:
        if not caption:
            yield "no caption here"
        yield from _length(said["caption"], 1024, "caption")
    if named:
        yield from _length(said.get("filename"), 240, "filename")


def _document(said: Mapping[str, Any]) -> Iterator[str]:
    yield from _media(said, named=True)


# --- interactive --------------------------------------------------------------------


def _interactive(said: Mapping[str, Any]) -> Iterator[str]:
    kind = said.get("type")
    action = said.get("action")
    if not isinstance(action, Mapping):
        yield "interactive.action is missing"
        return
    body = said.get("body")
    yield from _length(body.get("text") if isinstance(body, Mapping) else None, 1024, "interactive body")
    if footer := said.get("footer"):
        yield from _length(footer.get("text"), 60, "footer")
    if header := said.get("header"):
        yield from _header(header, kind)
    match kind:
        case "button":
            yield from _buttons(action.get("buttons"))
        case "list":
            yield from _list(action)
        case "location_request_message":
            if action.get("name") != "send_location" or "header" in said or "footer" in said:
                yield "a request for a place has a body and send_location, and nothing else"
        case "request_contact_info":
            if action.get("name") != "request_contact_info":
                yield "a request for a number has the action request_contact_info"
        case "cta_url":
            parameters = action.get("parameters", {})
            yield from _length(parameters.get("display_text"), 20, "cta_url display_text")
        case _:
            yield f"unknown interactive type {kind!r}"


def _header(header: Mapping[str, Any], kind: Any) -> Iterator[str]:
    match header.get("type"):
        case "text":
            yield from _length(header.get("text"), 60, "header")
        case "image" | "document" | "video" as file if kind == "button":
            yield from _media(header.get(file, {}), caption=False)
        case other:
            yield f"a header of type {other!r} is not for {kind!r}"


def _buttons(buttons: Any) -> Iterator[str]:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        yield "1 to 3 reply buttons"
        return
    replies = [button.get("reply", {}) for button in buttons if button.get("type") == "reply"]
    if len(replies) != len(buttons):
        yield "reply buttons only"
    for reply in replies:
        yield from _length(reply.get("title"), 20, f"button {reply.get('title')!r}")
        yield from _token(reply.get("id"), 256, "button id")
    yield from _unique([reply.get("title") for reply in replies], "button titles")
    yield from _unique([reply.get("id") for reply in replies], "button ids")


def _list(action: Mapping[str, Any]) -> Iterator[str]:
    yield from _length(action.get("button"), 20, "list button")
    sections = action.get("sections")
    if not isinstance(sections, list) or not 1 <= len(sections) <= 10:
        yield "1 to 10 sections"
        return
    for section in sections:
        if "title" in section or len(sections) > 1:
            yield from _length(section.get("title"), 24, "section title")
        if not section.get("rows"):
            yield "a section without rows"
    rows = [row for section in sections for row in section.get("rows", ())]
    if not 1 <= len(rows) <= 10:
        yield f"{len(rows)} rows, 1 to 10 in all"
    for row in rows:
        yield from _length(row.get("title"), 24, f"row {row.get('title')!r}")
        yield from _token(row.get("id"), 200, "row id")
        if "description" in row:
            yield from _length(row["description"], 72, f"description {row['description']!r}")
    yield from _unique([row.get("title") for row in rows], "row titles")
    yield from _unique([row.get("id") for row in rows], "row ids")


def _token(value: Any, most: int, what: str) -> Iterator[str]:
    yield from _length(value, most, what)
    if isinstance(value, str) and value != value.strip():
        yield f"{what} begins or ends with a space"


def _unique(values: list[Any], what: str) -> Iterator[str]:
    if len({str(value).strip().casefold() for value in values}) != len(values):
        yield f"{what} are not unique: {values}"


# --- templates ----------------------------------------------------------------------


def _template(said: Mapping[str, Any]) -> Iterator[str]:
    name, language = said.get("name"), said.get("language")
    if not (isinstance(name, str) and TEMPLATE.fullmatch(name)):
        yield f"no name of a template: {name!r}"
    if not (isinstance(language, Mapping) and isinstance(language.get("code"), str)):
        yield "language.code is missing"
    for component in said.get("components", ()):
        kind = component.get("type")
        parameters = component.get("parameters", [])
        if kind in ("header", "body"):
            for parameter in parameters:
                yield from _parameter(parameter)
        elif kind == "button":
            yield from _quick_reply(component, parameters)
        else:
            yield f"unknown component {kind!r}"


def _parameter(parameter: Mapping[str, Any]) -> Iterator[str]:
    if parameter.get("type") != "text":
        yield f"a parameter of type {parameter.get('type')!r}"
        return
    value = parameter.get("text")
    yield from _length(value, 1024, "parameter")
    if isinstance(value, str) and PARAMETER_RUN.search(value):
        yield f"a parameter holds a line break, a tab or more than 4 spaces: {value!r}"


def _quick_reply(component: Mapping[str, Any], parameters: list[Mapping[str, Any]]) -> Iterator[str]:
    if component.get("sub_type") != "quick_reply" or str(component.get("index")) not in "0123456789":
        yield "a button of a template is a quick_reply with an index from 0 to 9"
    for parameter in parameters:
        if parameter.get("type") != "payload":
            yield "a quick reply takes a payload"
        yield from _token(parameter.get("payload"), 256, "payload")


# --- contact cards ------------------------------------------------------------------


def _contacts(said: Mapping[str, Any]) -> Iterator[str]:
    cards = said["contacts"]
    if not isinstance(cards, list) or not 1 <= len(cards) <= 257:
        yield "1 to 257 contacts"
        return
    for card in cards:
        name = card.get("name", {})
        yield from _length(name.get("formatted_name"), 1024, "formatted_name")
        if not name.keys() & {"first_name", "last_name", "middle_name", "suffix", "prefix"}:
            yield "formatted_name needs one more part of the name"
        for phone in card.get("phones", ()):
            if not NUMBER.fullmatch(phone.get("phone", "")):
                yield f"a phone without a country code: {phone.get('phone')!r}"


KINDS: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "text": _text,
    "image": _media,
    "document": _document,
    "interactive": _interactive,
    "template": _template,
    "contacts": _contacts,
}
