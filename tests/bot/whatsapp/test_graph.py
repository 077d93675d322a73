"""The server our tests speak to is as strict as Meta's."""

from __future__ import annotations

from typing import Any

import pytest

from bot.whatsapp.client import Client
from bot.whatsapp.wire import PairLimit
from flow.message import Rejected
from tests.bot.whatsapp.conftest import Clock
from tests.bot.whatsapp.graph import Graph, Template
from tests.bot.whatsapp.limits import violations
from tests.bot.whatsapp.posts import SARI, SARI_ID

TO = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": f"+{SARI}"}


def text(body: Any = "halo", **rest: Any) -> dict[str, Any]:
    return {**TO, "type": "text", "text": {"body": body, "preview_url": False}, **rest}


def interactive(kind: str, action: Any, body: Any = "Ditemui?", **rest: Any) -> dict[str, Any]:
    return {
        **TO,
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": body}, "action": action, **rest},
    }


def buttons(*titles: str, ids: tuple[str, ...] = (), **rest: Any) -> dict[str, Any]:
    named = ids or tuple(f"q{number}" for number in range(len(titles)))
    replies = [{"type": "reply", "reply": {"id": i, "title": t}} for i, t in zip(named, titles, strict=True)]
    return interactive("button", {"buttons": replies}, **rest)


def row(number: int, title: str = "", hint: str = "", token: str = "") -> dict[str, str]:
    return {"id": token or f"r{number}", "title": title or f"Baris {number}", **({"description": hint} if hint else {})}


def listed(*rows: dict[str, str], button: str = "Pilih", sections: Any = None, **rest: Any) -> dict[str, Any]:
    return interactive("list", {"button": button, "sections": sections or [{"rows": list(rows)}]}, **rest)


def template(*values: str, name: str = "asuh_pesan", payload: str = "read:k", index: str = "0") -> dict[str, Any]:
    components: list[dict[str, Any]] = [{"type": "body", "parameters": [{"type": "text", "text": v} for v in values]}]
    reply = [{"type": "payload", "payload": payload}]
    components.append({"type": "button", "sub_type": "quick_reply", "index": index, "parameters": reply})
    said = {"name": name, "language": {"code": "id"}, "components": components}
    return {**TO, "type": "template", "template": said}


FINE = [
    text(),
    text("x" * 4096, biz_opaque_callback_data="k" * 512),
    {**text(), "to": "+6281234567"},
    {"messaging_product": "whatsapp", "recipient": SARI_ID, "type": "text", "text": {"body": "halo"}},
    buttons("Ya"),
    buttons("x" * 20, "Tidak", "Kembali", ids=("a" * 256, "b", "c"), body="x" * 1024),
    buttons("Ya", header={"type": "image", "image": {"id": "1"}}, footer={"text": "x" * 60}),
    listed(*(row(n, hint="x" * 72) for n in range(10)), button="x" * 20),
    listed(row(1, "x" * 24, token="a" * 200), header={"type": "text", "text": "Menu"}),
    interactive("location_request_message", {"name": "send_location"}),
    interactive("request_contact_info", {"name": "request_contact_info"}),
    {**TO, "type": "image", "image": {"id": "1", "caption": "x" * 1024}},
    {**TO, "type": "document", "document": {"id": "1", "filename": "a.pdf"}},
    template("Bu Sari", "satu    dua"),
]
SIX_AND_FIVE = [
    {"title": "pagi", "rows": [row(number) for number in range(6)]},
    {"title": "sore", "rows": [row(number) for number in range(6, 11)]},
]
BROKEN = [
    ("messaging_product", {**text(), "messaging_product": "telegram"}),
    ("to is no number", {**text(), "to": SARI}),
    ("to is no number", {**text(), "to": "081234567890"}),
    ("to is no number", {**text(), "to": "+081234567890"}),
    ("exactly one", {**text(), "recipient": SARI_ID}),
    ("no user id", {**text(), "to": None, "recipient": "Sari"}),
    ("callback_data", text(biz_opaque_callback_data="k" * 513)),
    ("unexpected: replaces", text(replaces="1")),
    ("unknown type", {**TO, "type": "poll", "poll": {}}),
    ("text is missing", {**TO, "type": "text"}),
    ("4097 long", text("x" * 4097)),
    ("4097 long", text("😀" * 2048 + "x")),
    ("empty", text("  ")),
    ("not text", text(5)),
    ("control character", text("a\x00b")),
    ("control character", buttons("Ya\x07")),
    ("1 to 3", buttons()),
    ("1 to 3", buttons("a", "b", "c", "d")),
    ("21 long", buttons("x" * 21)),
    ("titles are not unique", buttons("Ya", "ya ")),
    ("ids are not unique", buttons("Ya", "Tidak", ids=("a", "a"))),
    ("257 long", buttons("Ya", ids=("a" * 257,))),
    ("space", buttons("Ya", ids=(" a",))),
    ("1025 long", buttons("Ya", body="x" * 1025)),
    ("body is not text", buttons("Ya", body=None)),
    ("61 long", buttons("Ya", footer={"text": "x" * 61})),
    ("61 long", buttons("Ya", header={"type": "text", "text": "x" * 61})),
    ("not for 'list'", listed(row(1), header={"type": "image", "image": {"id": "1"}})),
    ("11 rows", listed(*(row(n) for n in range(11)))),
    ("11 rows", listed(sections=SIX_AND_FIVE)),
    ("section title", listed(sections=[{"rows": [row(1)]}, {"title": "b", "rows": [row(2)]}])),
    ("without rows", listed(sections=[{"rows": []}])),
    ("25 long", listed(row(1, "x" * 25))),
    ("73 long", listed(row(1, hint="x" * 73))),
    ("201 long", listed(row(1, token="a" * 201))),
    ("21 long", listed(row(1), button="x" * 21)),
    ("row titles are not unique", listed(row(1, "Sari"), row(2, "Sari"))),
    ("row ids are not unique", listed(row(1), row(1, "Anwar"))),
    ("nothing else", interactive("location_request_message", {"name": "send_location"}, footer={"text": "x"})),
    ("1025 long", {**TO, "type": "image", "image": {"id": "1", "caption": "x" * 1025}}),
    ("an id or a link", {**TO, "type": "image", "image": {}}),
    ("filename", {**TO, "type": "document", "document": {"id": "1"}}),
    ("line break", template("satu\ndua")),
    ("line break", template("satu\tdua")),
    ("line break", template("satu     dua")),
    ("parameter is empty", template("")),
    ("no name of a template", template(name="Asuh Pesan")),
    ("index from 0 to 9", template(index="10")),
    ("257 long", template(payload="k" * 257)),
]  # fmt: skip


@pytest.mark.parametrize("payload", FINE, ids=range(len(FINE)))
def test_what_keeps_every_limit_breaks_none(payload: dict[str, Any]) -> None:
    assert violations(payload) == []


@pytest.mark.parametrize(("what", "payload"), BROKEN, ids=range(len(BROKEN)))
def test_each_limit_is_kept(what: str, payload: dict[str, Any]) -> None:
    assert [said for said in violations(payload) if what in said]


async def test_what_breaks_a_limit_is_refused(graph: Graph, client: Client) -> None:
    graph.opens_window(SARI)
    with pytest.raises(Rejected, match="131009"):
        await client.post(buttons("x" * 21))
    assert graph.sent(SARI) == []


async def test_the_window_closes_after_24_hours_and_what_we_send_does_not_open_it(
    graph: Graph, client: Client, clock: Clock
) -> None:
    graph.templates["asuh_pesan", "id"] = Template()
    graph.opens_window(SARI)
    clock.forward(hours=23, minutes=59)
    await client.post(text("masih"))
    await client.post(template("Bu Sari"))
    clock.forward(minutes=1)
    await client.post(text("terlambat"))
    assert graph.seen(SARI) == ["masih", "Halo Bu Sari, ada pesan baru."]
    assert [(one["status"], one["errors"][0]["code"]) for one in graph.news] == [("failed", 131047)]


async def test_one_person_has_one_window_by_number_and_by_user_id(graph: Graph, client: Client) -> None:
    graph.is_called(SARI, SARI_ID)
    graph.opens_window(SARI_ID)
    await client.post(text("satu"))
    await client.post({"messaging_product": "whatsapp", "recipient": SARI_ID, "type": "text", "text": {"body": "dua"}})
    assert graph.seen(SARI) == graph.seen(SARI_ID) == ["satu", "dua"]


async def test_a_template_has_as_many_values_as_variables_and_no_other_buttons(graph: Graph, client: Client) -> None:
    graph.templates["asuh_pesan", "id"] = Template("Halo {{1}}, {{2}}.", ("Baca",))
    await client.post(template("Bu Sari", "apa kabar"))
    assert [(sent.text, sent.buttons) for sent in graph.sent(SARI)] == [
        ("Halo Bu Sari, apa kabar.", {"Baca": "read:k"})
    ]
    for wrong, code in (
        (template("Bu Sari"), "132000"),
        (template("a", "b", index="1"), "132012"),
        (template("a", "b", name="lain"), "132001"),
        (template("a" * 600, "b" * 600), "132005"),
    ):
        with pytest.raises(Exception, match=code):
            await client.post(wrong)


async def test_after_45_at_once_one_person_is_sent_one_in_six_seconds(
    graph: Graph, client: Client, clock: Clock
) -> None:
    graph.pair_rate = True
    graph.opens_window(SARI)
    for _ in range(45):
        await client.post(text())
    with pytest.raises(PairLimit):
        await client.post(text())
    clock.forward(seconds=6 * 45)
    await client.post(text())


async def test_a_file_nobody_left_cannot_be_sent(graph: Graph, client: Client) -> None:
    graph.opens_window(SARI)
    with pytest.raises(Rejected, match="no media"):
        await client.post({**TO, "type": "image", "image": {"id": "77"}})
    with pytest.raises(Rejected, match="no media"):
        await client.post(buttons("Ya", header={"type": "image", "image": {"id": "77"}}))


async def test_templates_are_submitted_reviewed_and_listed(graph: Graph, client: Client) -> None:
    path = f"{graph.account}/message_templates"
    body = {"type": "BODY", "text": "Halo {{1}}, ada pesan.", "example": {"body_text": [["Bu Sari"]]}}
    buttons = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Baca"}]}
    said = {"name": "asuh_pesan", "language": "id", "category": "UTILITY", "components": [body, buttons]}
    assert (await client.call("POST", path, said))["status"] == "PENDING"
    (listed,) = (await client.call("GET", path, query={"limit": "100"}))["data"]
    assert (listed["name"], listed["status"], listed["components"]) == ("asuh_pesan", "PENDING", [body, buttons])
    with pytest.raises(Exception, match="132001"):
        await client.post(template("Bu Sari"))
    for wrong, why in (
        (said, "Already Exists"),
        ({**said, "name": "Asuh"}, "name"),
        ({**said, "category": "TIPS"}, "category"),
        ({**said, "components": [{**body, "text": "{{1}}, ada pesan."}]}, "neither first nor last"),
        ({**said, "components": [{**body, "example": {}}]}, "one example"),
    ):
        with pytest.raises(Rejected, match=why):
            await client.call("POST", path, wrong)
