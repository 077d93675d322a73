"""The Graph API server with what a manager asks of it: templates, the number, the subscription.

manager.hold("asuh_pesan", status="PAUSED")     # Meta has a template already
manager.about["quality_rating"] = "RED"
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.whatsapp.templates import submission
from content.notices import load
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.graph import Graph, Refusal

VERIFY = "kata-verifikasi"
PAGE = 4  # smaller than Meta's, so that there are several
CITY = "Kota Kendari"
EDGE = re.compile(r"^\W*\{\{\d+\}\}|\{\{\d+\}\}\W*$")


class Manager(Graph):
    """``held`` are the templates by name, ``about`` what is said of the number; ``answers`` its webhook or not."""

    def __init__(self) -> None:
        super().__init__(lambda: datetime.fromtimestamp(posts.AT, UTC))
        self.held: dict[str, dict[str, Any]] = {}
        self.about: dict[str, Any] = {
            "verified_name": "Asuh Kota Kendari", "display_phone_number": "+62 811-4445-555", "status": "CONNECTED",
            "quality_rating": "GREEN", "code_verification_status": "VERIFIED",
            "whatsapp_business_manager_messaging_limit": "TIER_250",
        }  # fmt: skip
        self.unknown_fields: set[str] = set()
        self.subscribed, self.answers, self.asked_to_verify = True, True, 0

    def address(self) -> str:
        return f"{self.url}/webhook/whatsapp"

    def hold(self, *names: str, status: str = "APPROVED", **more: Any) -> None:
        """Meta has these of ours (all of them when none is named), in this state."""
        for template in load().templates:
            if not names or template.name in names:
                self.held[template.name] = {**submission(template, CITY), "id": "1", "status": status, **more}

    async def _receive(self, http: web.Request) -> web.StreamResponse:
        if not http.path.endswith("/webhook/whatsapp"):
            return await super()._receive(http)
        self.asked_to_verify += 1
        fits = self.answers and http.query.get("hub.verify_token") == VERIFY
        return web.Response(status=200 if fits else 403, text=http.query.get("hub.challenge", "") if fits else "")

    def _below_number(self, parts: list[str]) -> str:
        return "number" if parts[1:] == [self.number] else super()._below_number(parts)

    def _do(self, verb: str, path: str, said: Any) -> Any:
        match verb, path.removeprefix(f"{self.account}/"):
            case "GET", "number":
                return self._described_number(said)
            case "GET", "subscribed_apps":
                return {
                    "data": [{"whatsapp_business_api_data": {"id": "7", "name": "Asuh"}}] if self.subscribed else []
                }
            case "GET", "message_templates":
                return self._page(said)
            case "POST", "message_templates":
                return self._take(said)
            case _:
                return super()._do(verb, path, said)

    def _described_number(self, said: dict[str, str]) -> Any:
        asked = said["fields"].split(",")
        if strange := self.unknown_fields & set(asked):
            raise Refusal(100, f"Tried accessing nonexisting field ({strange.pop()})")
        about = {"webhook_configuration": {"application": self.address()}, **self.about}
        return {name: about[name] for name in asked if name in about} | {"id": self.number}

    def _page(self, said: dict[str, str]) -> Any:
        begin = int(said.get("after", "0"))
        rows, end = list(self.held.values()), begin + PAGE
        cursors = {"before": str(begin), "after": str(end)}
        paging = {"cursors": cursors, **({"next": "https://graph.facebook.com/…"} if end < len(rows) else {})}
        return {"data": rows[begin:end], "paging": paging}

    def _take(self, said: dict[str, Any]) -> Any:
        if broken := list(_broken(said)):
            raise Refusal(100, "; ".join(broken))
        if said["name"] in self.held:
            raise Refusal(100, "content in this language already exists", error_subcode=2388024)
        self.held[said["name"]] = {**said, "id": str(len(self.held) + 1), "status": "PENDING"}
        return {"id": self.held[said["name"]]["id"], "status": "PENDING", "category": said["category"]}


def _broken(said: dict[str, Any]) -> Iterator[str]:
    """What Meta refuses in a new template, by its page on templates."""
    if set(said) != {"name", "language", "category", "components"}:
        yield f"unknown or missing keys: {sorted(said)}"
    if not re.fullmatch("[a-z0-9_]{1,512}", said["name"]) or said["language"] != "id":
        yield "name or language"
    if said["category"] not in ("UTILITY", "MARKETING"):
        yield "category"
    parts = {part["type"]: part for part in said["components"]}
    if list(parts) not in (["BODY", "BUTTONS"], ["BODY", "FOOTER", "BUTTONS"]):
        yield f"components: {list(parts)}"
    body = parts["BODY"]["text"]
    numbers = re.findall(r"\{\{(\d+)\}\}", body)
    if numbers != [str(n + 1) for n in range(len(numbers))] or EDGE.search(body) or len(body) > 1024:
        yield "the variables of the body"
    if [len(sample) for sample in parts["BODY"]["example"]["body_text"]] != [len(numbers)]:
        yield "the samples of the body"
    if re.sub(r"\{\{\d+\}\}", "", body).count("{") or "\n\n\n" in body:
        yield "the text of the body"
    if len(parts.get("FOOTER", {"text": ""})["text"]) > 60:
        yield "footer"
    for button in parts["BUTTONS"]["buttons"]:
        if button["type"] != "QUICK_REPLY" or not 0 < len(button["text"]) <= 25:
            yield "button"


@contextmanager
def served() -> Generator[Manager]:
    """The server in a thread, for code that brings an event loop of its own."""
    started, held = threading.Event(), list[Any]()

    async def serve() -> None:
        stop = asyncio.Event()
        async with Manager() as server:
            held[:] = [server, asyncio.get_running_loop(), stop]
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(10)
    server, loop, stop = held
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
