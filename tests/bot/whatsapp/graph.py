"""A Graph API server for tests: it speaks HTTP, keeps the documented limits, and remembers what everyone was sent.

async with Graph(clock) as graph:
    client = Client(graph.token, graph.number, session, base_url=graph.url, media_hosts=())
    graph.opens_window(SARI)                     # or await graph.says(posts.text("halo")), once ``webhook`` is set
    ...
    assert graph.sent(SARI)[-1].text == "Halo, Bu Sari"
    await graph.taps(SARI, "Lapor kunjungan")
    await graph.tell()                           # the news that wait, failed ones among them
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.bot.whatsapp import posts
from tests.bot.whatsapp.limits import violations

__all__ = ["Graph", "Sent", "Template", "violations"]

TOKEN = "EAAJB-secret-of-the-system-user"
SECRET = "app-secret-0123456789abcdef"
WINDOW = timedelta(hours=24)
URL_LIFE = timedelta(minutes=5)
SIZES = {"image": 5 * 1024**2, "audio": 16 * 1024**2, "video": 16 * 1024**2}  # documents: 100 MB
FORMS = ("application/pdf", "text/", "application/vnd.", "application/msword")


@dataclass(frozen=True)
class Template:
    """What Meta has of a template: ``body`` with {{1}}, {{2}}, ... ; ``buttons`` are its quick replies."""

    body: str = "Halo {{1}}, ada pesan baru."
    buttons: tuple[str, ...] = ("Baca",)
    status: str = "APPROVED"
    category: str = "UTILITY"
    components: tuple[dict[str, Any], ...] = ()

    @property
    def variables(self) -> int:
        return sum(f"{{{{{number}}}}}" in self.body for number in range(1, 20))


@dataclass
class Sent:
    """A message as the person has it; ``reached`` is False for one that was taken but failed afterwards."""

    wamid: str
    to: str
    payload: dict[str, Any]
    text: str
    buttons: dict[str, str] = field(default_factory=dict)  # label -> what a tap sends back
    reached: bool = True

    @property
    def key(self) -> str:
        return self.payload.get("biz_opaque_callback_data", "")


class Refusal(Exception):
    def __init__(self, code: int, details: str, status: int = 400, **rest: Any) -> None:
        super().__init__(details)
        self.code, self.details, self.status, self.rest = code, details, status, rest


class Graph:
    """One number's server on a free local port: ``url`` is its base, ``token`` the one it accepts.

    ``direct``: what does not arrive is refused at once instead of by a later status. ``pair_rate``: one message in
    six seconds to one person after 45 at once, by ``clock``. ``header``: the one that carries the token.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        direct: bool = False,
        pair_rate: bool = False,
        header: str = "Authorization",
        provider: bool = False,
    ) -> None:
        self.clock, self.direct, self.pair_rate, self.header, self.provider = clock, direct, pair_rate, header, provider
        self.token, self.secret, self.number, self.account = TOKEN, SECRET, posts.NUMBER, posts.ACCOUNT
        self.url, self.webhook = "", ""
        self.revoked = False
        self.templates: dict[tuple[str, str], Template] = {}
        self.missing: set[str] = set()
        self.requests: list[tuple[str, str, Any]] = []
        self.uploads: list[tuple[str, str, bytes]] = []
        self.receipts: list[dict[str, Any]] = []
        self.news: list[dict[str, Any]] = []
        self._heard: dict[str, datetime] = {}
        self._user_ids: dict[str, str] = {}
        self._chats: dict[str, list[Sent]] = defaultdict(list)
        self._faults: dict[str, list[Any]] = defaultdict(list)
        self._media: dict[str, tuple[str, bytes, datetime]] = {}
        self._urls: dict[str, tuple[str, datetime]] = {}
        self._numbers = itertools.count(1)
        self._times: dict[str, list[datetime]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=110 * 1024**2)
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- what happened ---

    def sent(self, who: str) -> list[Sent]:
        """Everything that was taken for this person, by number or user id, oldest first."""
        return self._chats[self._person(who)]

    def seen(self, who: str) -> list[str]:
        """The texts the person really has."""
        return [sent.text for sent in self.sent(who) if sent.reached]

    def asked(self, path: str) -> list[Any]:
        """What came to a path ("messages"), refused requests included."""
        return [said for _, name, said in self.requests if name == path]

    # --- what people do ---

    def opens_window(self, who: str, at: datetime | None = None) -> None:
        """The person wrote: everything may be sent to them for 24 hours."""
        self._heard[self._person(who)] = at or self.clock()

    def is_called(self, number: str, user_id: str) -> None:
        """One person may be written to by both."""
        self._user_ids[user_id] = number

    async def says(self, *messages: dict[str, Any], twice: bool = False) -> list[int]:
        """People wrote: posted in one batch, signed, ``twice`` as Meta sometimes does. The statuses answered with."""
        for message in messages:
            who = message.get("from") or message["from_user_id"]
            self.opens_window(who)
        people = dict.fromkeys(message.get("from") or message["from_user_id"] for message in messages)
        change = posts.change(list(messages), contacts=[posts.contact(who) for who in people])
        return [await self.post(posts.post(change)) for _ in range(2 if twice else 1)]

    async def taps(self, who: str, label: str) -> dict[str, Any]:
        """Tap the newest button or row with this label, however old it is."""
        sent = next(one for one in reversed(self.sent(who)) if one.reached and label in one.buttons)
        number = self._person(who)
        if sent.payload["type"] == "template":
            message = posts.template_button(sent.buttons[label], label, number, context={"id": sent.wamid})
        elif sent.payload["interactive"]["type"] == "list":
            message = posts.list_reply(sent.buttons[label], label, sent.wamid, number)
        else:
            message = posts.button_reply(sent.buttons[label], label, sent.wamid, number)
        message["timestamp"] = str(int(self.clock().timestamp()))
        await self.says(message)
        return message

    def add_file(self, content: bytes, mime: str = "image/jpeg") -> str:
        """A file somebody sent; its media id."""
        media_id = str(2_000_000 + next(self._numbers))
        self._media[media_id] = (mime, content, self.clock())
        return media_id

    # --- the webhook ---

    async def post(self, body: Any, secret: str | None = None, signature: str | None = None) -> int:
        """Post to the webhook, signed as Meta signs; the status it answered with."""
        assert self.webhook, "no webhook is set"
        raw = body if isinstance(body, bytes) else posts.encoded(body)
        headers = {"Content-Type": "application/json"}
        headers["X-Hub-Signature-256"] = signature or posts.signature(raw, secret or self.secret)
        async with aiohttp.ClientSession() as session, session.post(self.webhook, data=raw, headers=headers) as answer:
            return answer.status

    def happens(self, sent: Sent, *states: str) -> None:
        """News of a message are on their way ("sent", "delivered", "read")."""
        self.news += [self._status(sent, state) for state in states]

    def fails(self, sent: Sent, code: int) -> None:
        """The message was taken and did not arrive: news of that are on their way."""
        sent.reached = False
        self.news.append(self._status(sent, "failed", code=code))

    async def tell(self, *, batched: bool = True, backwards: bool = False, twice: bool = False) -> list[int]:
        """Post the news that wait: in one post or one each, in order or ``backwards``. The statuses answered with."""
        waiting, self.news = self.news[::-1] if backwards else self.news[:], []
        groups = [waiting] if batched else [[one] for one in waiting]
        bodies = [posts.post(posts.change(statuses=group)) for group in groups if group]
        return [await self.post(body) for body in bodies for _ in range(2 if twice else 1)]

    # --- what goes wrong: per path ("messages", "media"), in the order it is said here ---

    def refuse(self, path: str, code: int, details: str = "no", times: int = 1, status: int = 400, **rest: Any) -> None:
        """The next requests are answered with this error code."""
        self._faults[path] += [Refusal(code, details, status, **rest)] * times

    def accept(self, path: str, times: int = 1) -> None:
        """The next requests go well; what goes wrong comes after them."""
        self._faults[path] += [None] * times

    def drop(self, path: str, after: bool = False, times: int = 1) -> None:
        """The connection dies before the server has taken the next request, or ``after`` it has."""
        self._faults[path] += ["after" if after else "before"] * times

    def garble(self, path: str, body: str = "<html>", status: int = 200, times: int = 1) -> None:
        self._faults[path] += [(status, body)] * times

    # --- the server ---

    async def _receive(self, http: web.Request) -> web.StreamResponse:
        try:
            return await self._routed(http)
        except Refusal as refusal:
            return _answer(refusal)

    async def _routed(self, http: web.Request) -> web.StreamResponse:
        held = http.headers.get(self.header, "")
        if self.revoked or held != (f"Bearer {self.token}" if self.header == "Authorization" else self.token):
            raise Refusal(190, "Session has expired", 401, error_subcode=463)
        parts = http.match_info["path"].split("/")
        if parts[0] == "files":
            return self._file(parts[-1])
        path = self._below_number(parts)
        said = await _said(http)
        self.requests.append((http.method, path, said))
        fault = self._faults[path].pop(0) if self._faults[path] else None
        if isinstance(fault, Refusal):
            raise fault
        if isinstance(fault, tuple):
            return web.Response(status=fault[0], text=fault[1])
        if fault == "before":
            return _hang_up(http)
        answer = self._do(http.method, path, said)
        return _hang_up(http) if fault == "after" else web.json_response(answer)

    def _below_number(self, parts: list[str]) -> str:
        """What is asked for, after the version and the number that must stand before it."""
        if self.provider:
            return "/".join(parts)
        version, *rest = parts
        if not (version.startswith("v") and version[1:].replace(".", "").isdigit()) or not rest:
            raise Refusal(2500, "Unknown path components", 400)
        if rest[0] == self.number and len(rest) > 1:
            return rest[1]
        if rest[0] in (self.account, *self._media):
            return "/".join(rest)
        raise Refusal(100, f"Unsupported request. Object with ID '{rest[0]}' does not exist", error_subcode=33)

    def _do(self, verb: str, path: str, said: Any) -> Any:
        if (verb, path) == ("POST", "messages"):
            return self._read(said) if "status" in said else self._send(said)
        if (verb, path) == ("POST", "media"):
            return self._upload(said)
        if verb == "GET" and path in self._media:
            return self._described(path)
        if path == f"{self.account}/message_templates":
            return self._listed() if verb == "GET" else self._submitted(said)
        raise Refusal(100, "Unsupported request", error_subcode=33)

    def _read(self, said: dict[str, Any]) -> Any:
        typing = said.get("typing_indicator", {"type": "text"})
        if said.get("status") != "read" or typing != {"type": "text"} or said.get("messaging_product") != "whatsapp":
            raise Refusal(131009, "Parameter value is not valid")
        if not str(said.get("message_id", "")).startswith("wamid."):
            raise Refusal(131009, "message_id is not valid")
        self.receipts.append(said)
        return {"success": True}

    def _send(self, payload: dict[str, Any]) -> Any:
        if broken := violations(payload):
            raise Refusal(131009, "; ".join(broken))
        person = self._person(payload.get("to", payload.get("recipient", "")))
        self._pace(person)
        template = payload["type"] == "template"
        text, buttons = self._filled(payload["template"]) if template else _shown(payload)
        for media_id in _files_of(payload):
            if media_id not in self._media:
                raise Refusal(100, f"Invalid parameter: no media {media_id}")
        sent = Sent(f"wamid.OUT{next(self._numbers):08d}==", person, payload, text, buttons)
        heard = self._heard.get(person)
        is_open = heard is not None and self.clock() - heard < WINDOW
        trouble = 131026 if person in self.missing else 0 if template or is_open else 131047
        if trouble and self.direct:
            raise Refusal(trouble, "Message failed to send")
        if trouble:
            sent.reached = False
            self.news.append(self._status(sent, "failed", code=trouble))
        self._chats[person].append(sent)
        whom = (
            {"input": payload.get("to", ""), "wa_id": person} if "to" in payload else {"user_id": payload["recipient"]}
        )
        taken = {"id": sent.wamid, **({"message_status": "accepted"} if template else {})}
        return {"messaging_product": "whatsapp", "contacts": [whom], "messages": [taken]}

    def _filled(self, said: dict[str, Any]) -> tuple[str, dict[str, str]]:
        template = self.templates.get((said["name"], said["language"]["code"]))
        if template is None:
            raise Refusal(132001, f"template name ({said['name']}) does not exist in {said['language']['code']}", 404)
        if template.status != "APPROVED":
            raise Refusal({"PAUSED": 132015, "DISABLED": 132016}.get(template.status, 132001), "not usable")
        parts: dict[str, list[Any]] = defaultdict(list)
        for component in said.get("components", ()):
            parts[component["type"]] += component["parameters"] if component["type"] != "button" else [component]
        if len(parts["body"]) != template.variables:
            raise Refusal(132000, f"body: {len(parts['body'])} parameters, expected {template.variables}")
        text, buttons = template.body, {label: label for label in template.buttons}
        for number, parameter in enumerate(parts["body"], 1):
            text = text.replace(f"{{{{{number}}}}}", parameter["text"])
        if len(text) > 1024:
            raise Refusal(132005, "Translated text too long")
        for button in parts["button"]:
            if int(button["index"]) >= len(template.buttons):
                raise Refusal(132012, "button index does not exist in the template")
            buttons[template.buttons[int(button["index"])]] = button["parameters"][0]["payload"]
        return text, buttons

    def _listed(self) -> Any:
        """All in one page, as a template looks to those who manage it."""
        held = [
            {
                "name": name,
                "language": language,
                "status": template.status,
                "category": template.category,
                "components": list(template.components) or _components(template),
                "id": str(number),
            }
            for number, ((name, language), template) in enumerate(self.templates.items(), 1)
        ]
        return {"data": held, "paging": {"cursors": {"before": "MA", "after": "MA"}}}

    def _submitted(self, said: dict[str, Any]) -> Any:
        """Taken for review: it is PENDING until a test says otherwise."""
        name, components = said.get("name", ""), said.get("components", [])
        by_kind = {component["type"].upper(): component for component in components}
        body = by_kind.get("BODY", {})
        text, examples = body.get("text", ""), body.get("example", {}).get("body_text", [[]])[0]
        template = Template(
            text,
            tuple(button["text"] for button in by_kind.get("BUTTONS", {}).get("buttons", ())),
            "PENDING",
            said.get("category", ""),
            tuple(components),
        )
        wrong = [what for what, holds in {
            "name": re.fullmatch(r"[a-z0-9_]{1,512}", name),
            "category": template.category in ("UTILITY", "MARKETING", "AUTHENTICATION"),
            "body": 0 < len(text) <= 1024,
            "a variable may be neither first nor last": not re.search(r"^\s*\{\{|\}\}\s*$", text),
            "one example a variable": len(examples) == template.variables,
            "footer": len(by_kind.get("FOOTER", {}).get("text", "")) <= 60,
            "buttons": len(template.buttons) <= 10 and all(0 < len(label) <= 25 for label in template.buttons),
        }.items() if not holds]  # fmt: skip
        if wrong:
            raise Refusal(100, "; ".join(wrong), error_subcode=2388299)
        if (name, said["language"]) in self.templates:
            raise Refusal(100, "Content in This Language Already Exists", error_subcode=2388024)
        self.templates[name, said["language"]] = template
        return {"id": str(len(self.templates)), "status": "PENDING", "category": template.category}

    def _pace(self, person: str) -> None:
        if not self.pair_rate:
            return
        now = self.clock()
        recent = [at for at in self._times[person] if now - at < timedelta(seconds=45 * 6)]
        if len(recent) >= 45:
            raise Refusal(131056, "(Business Account, Consumer Account) pair rate limit hit")
        self._times[person] = [*recent, now]

    def _upload(self, said: Any) -> Any:
        name, mime, content = said["file"]
        kind = mime.partition("/")[0]
        if said.get("messaging_product") != "whatsapp" or said.get("type") != mime:
            raise Refusal(100, "messaging_product and type are required")
        if mime not in ("image/jpeg", "image/png") and not mime.startswith(FORMS):
            raise Refusal(100, f"Param file must be a file with one of the following types, not {mime}")
        if not content or len(content) > SIZES.get(kind, 100 * 1024**2):
            raise Refusal(131053, "file size")
        self.uploads.append((name, mime, content))
        media_id = str(1_000_000 + next(self._numbers))
        self._media[media_id] = (mime, content, self.clock())
        return {"id": media_id}

    def _described(self, media_id: str) -> Any:
        mime, content, _ = self._media[media_id]
        name = f"f{next(self._numbers)}"
        self._urls[name] = (media_id, self.clock() + URL_LIFE)
        digest = hashlib.sha256(content).hexdigest()
        url = f"{self.url}/files/{name}"
        return {"url": url, "mime_type": mime, "sha256": digest, "file_size": len(content), "id": media_id}

    def _file(self, name: str) -> web.Response:
        media_id, until = self._urls.get(name, ("", self.clock()))
        if self.clock() >= until:
            return web.Response(status=404)
        return web.Response(body=self._media[media_id][1])

    def _status(self, sent: Sent, state: str, code: int = 0) -> dict[str, Any]:
        at = str(int(self.clock().timestamp()))
        return posts.status(state, sent.wamid, sent.to, sent.key, code, timestamp=at)

    def _person(self, who: str) -> str:
        return self._user_ids.get(who, who.removeprefix("+"))


def _components(template: Template) -> list[dict[str, Any]]:
    buttons = [{"type": "QUICK_REPLY", "text": label} for label in template.buttons]
    return [{"type": "BODY", "text": template.body}, *([{"type": "BUTTONS", "buttons": buttons}] if buttons else [])]


def _shown(payload: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """What the person reads, and what a tap on each button or row sends back."""
    said = payload[payload["type"]]
    if payload["type"] == "text":
        return said["body"], {}
    if payload["type"] == "contacts":
        return " ".join(f"{card['name']['formatted_name']} {card['phones'][0]['phone']}" for card in said), {}
    if payload["type"] != "interactive":
        return said.get("caption", ""), {}
    action = said["action"]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    replies = [button["reply"] for button in action.get("buttons", ())]
    return said["body"]["text"], {one["title"]: one["id"] for one in (*rows, *replies)}


def _files_of(payload: dict[str, Any]) -> list[str]:
    said = payload[payload["type"]]
    if payload["type"] == "contacts":
        return []
    header = said.get("header", {})
    places = (said, header.get(header.get("type"), {}) if header else {})
    return [place["id"] for place in places if isinstance(place, dict) and isinstance(place.get("id"), str)]


async def _said(http: web.Request) -> Any:
    if http.content_type == "multipart/form-data":
        form: dict[str, Any] = {}
        for name, value in (await http.post()).items():
            is_file = isinstance(value, web.FileField)
            form[name] = (value.filename, value.content_type, value.file.read()) if is_file else value
        return form
    body = await http.read()
    return json.loads(body) if body else dict(http.query)


def _answer(refusal: Refusal) -> web.Response:
    error = {
        "message": f"(#{refusal.code}) error",
        "type": "OAuthException",
        "code": refusal.code,
        "error_data": {"messaging_product": "whatsapp", "details": refusal.details},
        "fbtrace_id": "Az8or2yhqkZfEZ",
        **refusal.rest,
    }
    return web.json_response({"error": error}, status=refusal.status)


def _hang_up(http: web.Request) -> web.Response:
    assert http.transport
    http.transport.abort()
    return web.Response()
