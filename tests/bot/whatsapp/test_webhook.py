"""The webhook: nothing is read before the signature is right, nothing is confirmed before it is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import structlog
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.intake import keep
from bot.whatsapp.channel import WhatsApp
from bot.whatsapp.client import Client
from bot.whatsapp.read import read
from bot.whatsapp.webhook import HEADER, LIMIT, PATH, handler, split, verify
from db.engine import Sessions
from db.inbox import Received
from flow.message import Incoming, Message, Option
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.conftest import Clock
from tests.bot.whatsapp.graph import SECRET, Graph, Template
from tests.bot.whatsapp.posts import NUMBER, SARI, SARI_ID, change, encoded, entries, post, signature

OLD_SECRET = "the-secret-before"
TOKEN = "verify-me"
ANWAR = "628115556667"


class Intake:
    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.failing = False

    async def __call__(self, items: list[dict[str, Any]]) -> None:
        if self.failing:
            raise RuntimeError("disk full: 'Aisyah 8,4 kg'")
        self.kept += items

    @property
    def texts(self) -> list[str]:
        return [one["message"]["text"]["body"] for one in self.kept]


@pytest.fixture
def intake() -> Intake:
    return Intake()


@pytest.fixture
async def url(intake: Intake) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get(PATH, verify(TOKEN))
    app.router.add_post(PATH, handler([SECRET, OLD_SECRET], NUMBER, intake))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    await runner.cleanup()


async def send(url: str, body: bytes, signed: str | None = None) -> int:
    headers = {HEADER: signature(body, SECRET) if signed is None else signed}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return response.status


# --- the verification ---


async def asked(url: str, **query: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as response:
        return response.status, await response.text()


async def test_meta_gets_its_bare_challenge_back(url: str) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": TOKEN}
    assert await asked(url, **query) == (200, "1158201444")


@pytest.mark.parametrize("wrong", [{"hub.verify_token": "x"}, {"hub.verify_token": "rahasiä"}, {"hub.mode": "x"}])
async def test_nobody_else_can_claim_the_address(url: str, wrong: dict[str, str]) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": TOKEN, **wrong}
    assert await asked(url, **query) == (403, "")
    assert await asked(url) == (403, "")


def test_a_webhook_must_have_its_secrets(intake: Intake) -> None:
    with pytest.raises(ValueError, match="token"):
        verify("")
    for nothing in ([], [""]):
        with pytest.raises(ValueError, match="secret"):
            handler(nothing, NUMBER, intake)


# --- the signature ---


async def test_what_the_secret_signed_is_kept(url: str, intake: Intake) -> None:
    message = posts.text("halo")
    assert await send(url, encoded(post(change([message], contacts=[posts.contact()])))) == 200
    assert intake.kept == [{"phone_number_id": NUMBER, "contact": posts.contact(), "message": message}]


async def test_the_signature_is_over_the_bytes_as_they_came(url: str, intake: Intake) -> None:
    body = encoded(post(change([posts.text("Nüri 😀 1/2")])))
    assert b"\\u00fc" in body
    assert json.dumps(json.loads(body)).encode() != body  # who hashes what was parsed, hashes something else
    assert await send(url, body) == 200
    assert intake.texts == ["Nüri 😀 1/2"]


async def test_the_old_secret_still_counts_while_it_is_replaced(url: str, intake: Intake) -> None:
    body = encoded(post(change([posts.text("halo")])))
    assert await send(url, body, signature(body, OLD_SECRET)) == 200
    assert intake.texts == ["halo"]


BODY = encoded(post(change([posts.text("halo")])))
FORGED = [
    "",
    "sha256=",
    "sha256=" + "0" * 64,
    signature(BODY, "guessed"),
    signature(BODY + b" ", SECRET),
    signature(BODY, SECRET).upper(),
    signature(BODY, SECRET)[:-1],
    signature(BODY, SECRET).replace("sha256", "sha1"),
    signature(BODY, SECRET).removeprefix("sha256="),
    "sha256=rahasiä",
]


@pytest.mark.parametrize("forged", FORGED)
async def test_without_a_signature_nothing_is_kept(url: str, intake: Intake, forged: str) -> None:
    assert await send(url, BODY, forged) == 403
    assert intake.kept == []


async def test_without_a_signature_the_body_is_not_even_read(url: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".encode())  # and no body follows
    status = await reader.readline()
    writer.close()
    assert b"403" in status


async def test_a_body_larger_than_any_of_metas_is_not_taken_in(url: str, intake: Intake) -> None:
    assert await send(url, b"x" * (LIMIT + 1)) == 413
    assert intake.kept == []


async def test_the_largest_post_there_can_be_is_kept(url: str, intake: Intake) -> None:
    messages = [posts.text("x" * 2500) for _ in range(1000)]
    body = encoded(post(change(messages)))
    assert 2_500_000 < len(body) < LIMIT
    assert await send(url, body) == 200
    assert len({one["message"]["id"] for one in intake.kept}) == 1000


# --- what is in it ---


UNREADABLE = [b"", b"{", b"[]", b"[" * 100_000, b"null", b'{"entry": 7}', b'{"entry": [7, null]}', b"\xff\xfe"]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_what_can_never_succeed_is_not_asked_for_again(url: str, intake: Intake, body: bytes) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await send(url, body) == 200
    assert intake.kept == []
    assert [line["event"] for line in logs] == ["whatsapp.webhook_unreadable"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        [],
        {},
        {"metadata": None, "messages": 7, "statuses": {}, "contacts": "x", "errors": [1]},
        {"metadata": {"phone_number_id": []}, "messages": [posts.text("halo")]},
        {"messages": [7, None, "x", []], "statuses": [True]},
        {"errors": [{"code": 131000, "title": "x"}], "metadata": {"phone_number_id": NUMBER}},
    ],
)
async def test_signed_but_useless_things_are_confirmed_and_not_kept(url: str, intake: Intake, value: Any) -> None:
    assert await send(url, encoded(post({"field": "messages", "value": value}))) == 200
    assert await send(url, encoded(post({"field": ["messages"], "value": value}))) == 200
    assert await send(url, encoded({"entry": [{"changes": [7, value]}, {"changes": 5}]})) == 200
    assert intake.kept == []


async def test_all_three_levels_are_read_to_their_ends(url: str, intake: Intake) -> None:
    def said(text: str) -> dict[str, Any]:
        return change([posts.text(f"{text}1"), posts.text(f"{text}2")], [posts.status("sent"), posts.status("read")])

    body = entries(said("a"), said("b"))
    body["entry"][0]["changes"].append(said("c"))
    assert await send(url, encoded(body)) == 200
    messages = [one["message"]["text"]["body"] for one in intake.kept if "message" in one]
    statuses = [one["status"]["status"] for one in intake.kept if "status" in one]
    assert messages == ["a1", "a2", "c1", "c2", "b1", "b2"]
    assert statuses == ["sent", "read"] * 3


async def test_each_message_goes_with_its_own_sender(url: str, intake: Intake) -> None:
    contacts = [posts.contact(ANWAR, name="Anwar"), posts.contact(SARI, user_id=SARI_ID)]
    messages = [posts.text("satu"), posts.text("dua", ANWAR), posts.text("tiga", SARI_ID), posts.text("empat", "62877")]
    assert await send(url, encoded(post(change(messages, contacts=contacts)))) == 200
    names = [one["contact"] and one["contact"]["profile"]["name"] for one in intake.kept]
    assert names == ["Sari", "Anwar", "Sari", None]


async def test_the_one_contact_of_one_sender_is_theirs_even_if_number_and_id_differ(url: str, intake: Intake) -> None:
    contact = posts.contact("5215550001111", name="Sari")
    messages = [posts.text("satu", "525550001111"), posts.text("dua", "525550001111")]
    assert await send(url, encoded(post(change(messages, contacts=[contact])))) == 200
    assert [one["contact"] for one in intake.kept] == [contact, contact]
    messages = [posts.text("satu", "525550001111"), posts.text("dua", ANWAR)]
    assert await send(url, encoded(post(change(messages, contacts=[contact])))) == 200
    assert [one["contact"] for one in intake.kept[2:]] == [None, None]


async def test_what_was_said_to_another_number_is_not_ours(url: str, intake: Intake) -> None:
    body = post(change([posts.text("salah alamat")], number="999"), change([posts.text("halo")]))
    assert await send(url, encoded(body)) == 200
    assert intake.texts == ["halo"]


async def test_a_failed_status_counts_though_it_has_no_contacts(url: str, intake: Intake) -> None:
    failed = posts.status("failed", key="lesson:31", code=131047)
    assert await send(url, encoded(post(change(statuses=[failed])))) == 200
    assert intake.kept == [{"phone_number_id": NUMBER, "status": failed}]


NOTICES = [
    ("message_template_status_update", posts.template_value(event="PAUSED", reason="NONE"), 1),
    ("message_template_quality_update", posts.template_value(new_quality_score="RED"), 1),
    ("template_category_update", posts.template_value(new_category="MARKETING"), 1),
    (
        "user_preferences",
        {"user_preferences": [{"wa_id": SARI, "value": "stop"}, {"wa_id": ANWAR, "value": "stop"}]},
        2,
    ),
    ("user_id_update", {"user_id_update": [{"user_id": {"previous": "ID.1", "current": "ID.2"}}]}, 1),
    ("phone_number_quality_update", {"display_phone_number": "155", "event": "FLAGGED"}, 0),
    ("account_update", {"event": "VERIFIED_ACCOUNT"}, 0),
    ("account_alerts", {"alert_severity": "CRITICAL"}, 0),
    ("business_capability_update", {"max_daily_conversation_per_phone": 250}, 0),
    ("security", {"event": "PIN_CHANGED"}, 0),
    ("field_of_the_year_2031", {"a": 1}, 0),
]


@pytest.mark.parametrize(("field", "value", "kept"), NOTICES)
async def test_other_kinds_use_the_same_address(
    url: str, intake: Intake, clock: Clock, field: str, value: dict[str, Any], kept: int
) -> None:
    assert await send(url, encoded(post(posts.notice(field, value)))) == 200
    assert len(intake.kept) == kept
    assert all(read(one, clock()) for one in intake.kept)


async def test_what_concerns_the_account_is_told_to_the_operator() -> None:
    with structlog.testing.capture_logs() as logs:
        body = post(posts.notice("phone_number_quality_update", {"event": "FLAGGED", "display_phone_number": SARI}))
        assert list(split(body, NUMBER)) == []
    assert [(line["event"], line["field"], line["about"]) for line in logs] == [
        ("whatsapp.notice", "phone_number_quality_update", "FLAGGED")
    ]
    assert SARI not in str(logs)


async def test_what_was_not_kept_is_asked_for_again(url: str, intake: Intake) -> None:
    intake.failing = True
    with structlog.testing.capture_logs() as logs:
        assert await send(url, encoded(post(change([posts.text("Aisyah")])))) == 500
    assert [line["event"] for line in logs] == ["whatsapp.webhook_not_kept"]
    assert "Aisyah" not in str(logs)


async def test_a_repetition_has_the_same_names_however_it_is_batched(
    url: str, intake: Intake, graph: Graph, clock: Clock
) -> None:
    graph.webhook = url
    one, other = posts.text("satu"), posts.text("dua")
    assert await graph.says(one, other, twice=True) == [200, 200]
    await graph.says(other)
    names = [found.message_id for item in intake.kept if (found := read(item, clock()))]
    assert names == [one["id"], other["id"], one["id"], other["id"], other["id"]]


# --- there and back ---


class City:
    """The service from the webhook to the channel, without a conversation between."""

    def __init__(self, intake: Intake, whatsapp: WhatsApp) -> None:
        self._intake, self._whatsapp = intake, whatsapp

    def heard(self) -> list[Incoming]:
        items, self._intake.kept = self._intake.kept, []
        return [found for one in items if (found := self._whatsapp.read(one))]


@pytest.fixture
def whatsapp(client: Client, tmp_path: Path, clock: Clock) -> WhatsApp:
    return WhatsApp(client, tmp_path, clock)


@pytest.fixture
def city(intake: Intake, graph: Graph, url: str, whatsapp: WhatsApp) -> City:
    graph.webhook = url
    return City(intake, whatsapp)


async def test_a_button_of_last_month_can_still_be_tapped(
    graph: Graph, city: City, whatsapp: WhatsApp, clock: Clock
) -> None:
    await graph.says(posts.text("lapor"))
    asked = await whatsapp.send(SARI, Message("Ditemui?", (Option("q1.y", "Ya"), Option("q1.n", "Tidak"))), "k1")
    wide = tuple(Option(f"q2.{number}", f"Jawaban ke-{number}") for number in range(5))
    listed = await whatsapp.send(SARI, Message("Mengapa?", wide), "k2")
    city.heard()
    clock.forward(days=40)
    await graph.taps(SARI, "Ya")
    await graph.taps(SARI, "Jawaban ke-3")
    taps = [(one.tap, one.tapped_message, one.at) for one in city.heard()]
    assert taps == [("q1.y", asked.provider_id, clock()), ("q2.3", listed.provider_id, clock())]
    await whatsapp.send(SARI, Message("Itu pertanyaan bulan lalu."), "k3")
    assert graph.seen(SARI)[-1] == "Itu pertanyaan bulan lalu."


async def test_the_button_of_a_template_opens_the_window(graph: Graph, city: City, whatsapp: WhatsApp) -> None:
    graph.templates["asuh_pesan", "id"] = Template()
    await whatsapp.send(SARI, Message("...", notice=("Bu Sari",), template="asuh_pesan"), "lesson:31")
    await whatsapp.send(SARI, Message("terlalu dini"), "k")
    await graph.taps(SARI, "Baca")
    assert [one.tap for one in city.heard()] == ["read:lesson:31"]
    await whatsapp.send(SARI, Message("Isi materi"), "k2")
    assert graph.seen(SARI) == ["Halo Bu Sari, ada pesan baru.", "Isi materi"]


@pytest.mark.parametrize("batched", [True, False])
async def test_news_may_come_backwards_and_twice(graph: Graph, city: City, whatsapp: WhatsApp, batched: bool) -> None:
    graph.opens_window(SARI)
    delivery = await whatsapp.send(SARI, Message("halo"), "lesson:31")
    graph.happens(graph.sent(SARI)[0], "sent", "delivered", "read")
    assert set(await graph.tell(batched=batched, backwards=True, twice=True)) == {200}
    news = [one.delivery for one in city.heard() if one.delivery]
    assert {(one.key, one.provider_id) for one in news} == {("lesson:31", delivery.provider_id)}
    states = [one.state for one in news]
    assert states[0] == "read"
    assert sorted(states) == sorted(["sent", "delivered", "read"] * 2)


def test_the_inbox_keeps_each_thing_once_however_often_it_is_posted(make_session: Sessions, whatsapp: WhatsApp) -> None:
    now = datetime.fromtimestamp(posts.AT, UTC)
    one, reaction = posts.text("satu\0"), posts.message("reaction", {"message_id": "wamid.OURS", "emoji": "❤"})
    first = post(change([one, one, reaction], [posts.status("read", "wamid.1"), posts.status("sent", "wamid.1")]))
    second = entries(change([posts.text("dua")]), change(statuses=[posts.status("read", "wamid.1")]), change([one]))
    template = post(posts.notice("message_template_status_update", posts.template_value(event="PAUSED")))
    for body in (first, second, template, first, template):
        keep(make_session, whatsapp, list(split(body, NUMBER)), now)
    with make_session() as session:
        rows = session.scalars(select(Received).order_by(Received.id)).all()
        kept = [(row.key, row.address) for row in rows]
    dua = second["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
    assert kept == [
        (f"whatsapp:{one['id']}", SARI),
        ("whatsapp:status:wamid.1:read", SARI),
        ("whatsapp:status:wamid.1:sent", SARI),
        (f"whatsapp:{dua}", SARI),
        (f"whatsapp:template:asuh_pesan_edukasi:id:PAUSED:{posts.AT}", ""),
    ]


# --- nothing can break it ---

scalars = st.none() | st.integers() | st.text(max_size=8) | st.sampled_from(["messages", NUMBER, SARI, [], {}])
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
fields = st.sampled_from(["messages", *(field for field, _, _ in NOTICES)]) | anything
lists = ("metadata", "contacts", "messages", "statuses", "errors", "user_preferences", "event")
values = st.fixed_dictionaries({}, optional=dict.fromkeys(lists, anything))


@given(anything | st.builds(lambda f, v: post({"field": f, "value": v}), fields, values | anything))
def test_no_body_at_all_can_break_it(body: Any) -> None:
    for one in split(body, NUMBER):
        json.dumps(one)
        read(one, datetime(2026, 3, 4, tzinfo=UTC))
