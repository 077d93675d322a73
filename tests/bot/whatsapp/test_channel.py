"""WhatsApp as the rest of the house sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from PIL import Image

from bot.whatsapp.channel import HELD, WhatsApp
from bot.whatsapp.client import Client
from bot.whatsapp.wire import AccountBlocked, PairLimit, TokenRefused, Upload, failure_of_status
from flow.message import (
    Attachment,
    Card,
    Channel,
    File,
    Message,
    Option,
    Rejected,
    SendFailure,
    TemplateRefused,
    Uncertain,
    Undeliverable,
    Unreachable,
    WindowClosed,
)
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.conftest import Clock
from tests.bot.whatsapp.graph import TOKEN, Graph, Template
from tests.bot.whatsapp.posts import SARI, SARI_ID

YES = (Option("y", "Ya"), Option("n", "Tidak"))
LONG = Message("satu\n" * 700 + "\n" + "dua\n" * 700, YES)  # more than one message
HELLO = Message("halo")
PICTURE = Attachment("picture", "grafik.png", "Grafik Aisyah.png")
NOTICE = Message("Halo Bu Sari, ...", notice=("Bu Sari", "Besok hari timbang."), template="asuh_pesan_edukasi")


@pytest.fixture
def media(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "media" / "grafik.png")
    (tmp_path / "media" / "rekap.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "media" / "grafik.svg").write_text("<svg/>")
    (tmp_path / "rahasia.txt").write_text("rahasia")
    return tmp_path / "media"


@pytest.fixture
def whatsapp(graph: Graph, client: Client, media: Path, clock: Clock) -> WhatsApp:
    graph.templates["asuh_pesan_edukasi", "id"] = Template("Halo {{1}}: {{2}} Ketuk Baca.", ("Baca",))
    graph.opens_window(SARI)
    return WhatsApp(client, media, clock, number=graph.number)


def is_a_channel(whatsapp: WhatsApp) -> Channel:
    return whatsapp


async def failing(whatsapp: WhatsApp, message: Message = HELLO, address: str = SARI) -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await whatsapp.send(address, message, "k")
    return caught.value


# --- inside the window ---


async def test_a_message_arrives_and_its_id_is_known(graph: Graph, whatsapp: WhatsApp) -> None:
    delivery = await whatsapp.send(SARI, Message("*Halo*, Bu Sari", YES), "reply:whatsapp:1:0")
    (sent,) = graph.sent(SARI)
    assert (sent.text, sent.buttons) == ("*Halo*, Bu Sari", {"Ya": "y", "Tidak": "n"})
    assert (sent.key, sent.payload["to"]) == ("reply:whatsapp:1:0", f"+{SARI}")
    assert (delivery.provider_id, delivery.note) == (sent.wamid, "")


async def test_someone_without_a_number_is_written_to_by_user_id(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.opens_window(SARI_ID)
    await whatsapp.send(SARI_ID, Message("halo"), "k")
    (sent,) = graph.sent(SARI_ID)
    assert sent.payload["recipient"] == SARI_ID
    assert "to" not in sent.payload


@pytest.mark.parametrize("address", ["081234567890", "+081234567890", "", "Sari", "123", "id.15", "62 812", "8@c.us"])
@pytest.mark.parametrize("message", [Message("halo"), NOTICE, Message("x", attachment=PICTURE)])
async def test_a_local_number_is_never_sent_to(
    graph: Graph, whatsapp: WhatsApp, address: str, message: Message
) -> None:
    assert isinstance(await failing(whatsapp, message, address), Rejected)
    assert graph.requests == []


async def test_a_contact_card_comes_after_the_message_without_its_key(graph: Graph, whatsapp: WhatsApp) -> None:
    delivery = await whatsapp.send(SARI, Message("Tolong Rafa", YES, card=Card("Bu Sari", "+6281255500031")), "k")
    said, card = graph.sent(SARI)
    assert (said.text, list(said.buttons), card.text) == ("Tolong Rafa", ["Ya", "Tidak"], "Bu Sari +6281255500031")
    assert (delivery.provider_id, said.key, card.key) == (said.wamid, "k", "")


@pytest.mark.parametrize("code", [131009, 130429, 131056])
async def test_a_card_that_is_refused_does_not_take_the_message_with_it(
    graph: Graph, whatsapp: WhatsApp, code: int
) -> None:
    graph.accept("messages")
    graph.refuse("messages", code)
    delivery = await whatsapp.send(SARI, Message("Tolong Rafa", YES, card=Card("Bu Sari", "+6281255500031")), "k")
    (said,) = graph.sent(SARI)
    assert (said.text, delivery.provider_id) == ("Tolong Rafa", said.wamid)


async def test_an_announcement_has_no_card(graph: Graph, whatsapp: WhatsApp) -> None:
    await whatsapp.send(SARI, replace(NOTICE, card=Card("Bu Sari", "+6281255500031")), "k")
    assert [sent.payload["type"] for sent in graph.sent(SARI)] == ["template"]


async def test_the_id_is_that_of_the_part_with_the_buttons(graph: Graph, whatsapp: WhatsApp) -> None:
    delivery = await whatsapp.send(SARI, LONG, "k")
    *before, last = graph.sent(SARI)
    assert before
    assert [sent.buttons for sent in before] == [{}] * len(before)
    assert list(last.buttons) == ["Ya", "Tidak"]
    assert delivery.provider_id == last.wamid


async def test_a_picture_goes_with_its_caption_and_is_left_with_meta_once(graph: Graph, whatsapp: WhatsApp) -> None:
    for _ in range(2):
        await whatsapp.send(SARI, Message("Pertumbuhan Aisyah", attachment=PICTURE), "k")
    assert graph.seen(SARI) == ["Pertumbuhan Aisyah"] * 2
    assert [(name, mime) for name, mime, _ in graph.uploads] == [("Grafik Aisyah.png", "image/png")]


async def test_a_document_keeps_its_name(graph: Graph, whatsapp: WhatsApp) -> None:
    document = Attachment("document", "rekap.pdf", "Rekap Maret.pdf")
    await whatsapp.send(SARI, Message("Rekap", attachment=document), "k")
    (sent,) = graph.sent(SARI)
    assert sent.payload["document"]["filename"] == "Rekap Maret.pdf"


@pytest.mark.parametrize("path", ["../rahasia.txt", "/etc/hostname", "tidak-ada.png", ".", "grafik.svg"])
async def test_only_a_picture_in_the_media_folder_is_ever_sent(graph: Graph, whatsapp: WhatsApp, path: str) -> None:
    failure = await failing(whatsapp, Message("x", attachment=Attachment("picture", path, "x")))
    assert isinstance(failure, Rejected)
    assert graph.requests == []


# --- outside it ---


async def test_outside_the_window_a_message_is_taken_and_fails_later(
    graph: Graph, whatsapp: WhatsApp, clock: Clock
) -> None:
    clock.forward(hours=24)
    delivery = await whatsapp.send(SARI, Message("halo"), "lesson:31")
    assert graph.seen(SARI) == []
    (status,) = graph.news
    incoming = whatsapp.read(posts.status_item(status))
    assert incoming
    news = incoming.delivery
    assert news
    assert (news.provider_id, news.key, news.state, news.code) == (delivery.provider_id, "lesson:31", "failed", 131047)
    assert isinstance(failure_of_status(news.code, news.reason), WindowClosed)


async def test_or_it_is_refused_at_once(graph: Graph, whatsapp: WhatsApp, clock: Clock) -> None:
    graph.direct = True
    clock.forward(hours=24)
    assert isinstance(await failing(whatsapp), WindowClosed)


async def test_a_template_is_sent_at_any_time_and_its_button_brings_the_message(
    graph: Graph, whatsapp: WhatsApp, clock: Clock
) -> None:
    clock.forward(days=9)
    delivery = await whatsapp.send(SARI, NOTICE, "lesson:31")
    (sent,) = graph.sent(SARI)
    assert sent.text == "Halo Bu Sari: Besok hari timbang. Ketuk Baca."
    assert (sent.buttons, sent.wamid) == ({"Baca": "read:lesson:31"}, delivery.provider_id)
    tapped = whatsapp.read(posts.item(posts.template_button(sent.buttons["Baca"], "Baca")))
    assert tapped
    assert tapped.tap == "read:lesson:31"


async def test_parameters_never_hold_what_templates_refuse(graph: Graph, whatsapp: WhatsApp) -> None:
    values = ("Bu\nSari", "1. timbang\n\t2. ukur      3. catat")
    await whatsapp.send(SARI, Message("x", notice=values, template="asuh_pesan_edukasi"), "k")
    assert graph.seen(SARI) == ["Halo Bu Sari: 1. timbang 2. ukur 3. catat Ketuk Baca."]


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        (Message("x", notice=("a", "b"), template="asuh_tidak_ada"), "APPROVED", "132001"),
        (Message("x", notice=("a",), template="asuh_pesan_edukasi"), "APPROVED", "132000"),
        (NOTICE, "PAUSED", "132015"),
        (NOTICE, "DISABLED", "132016"),
    ],
)
async def test_a_template_that_cannot_be_used_is_named(
    graph: Graph, whatsapp: WhatsApp, message: Message, status: str, code: str
) -> None:
    graph.templates["asuh_pesan_edukasi", "id"] = Template("Halo {{1}}: {{2}} Ketuk.", ("Baca",), status)
    failure = await failing(whatsapp, message)
    assert isinstance(failure, TemplateRefused)
    assert failure.template == message.template
    assert code in str(failure)


async def test_a_template_that_is_held_back_for_its_quality_is_noted(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.garble("messages", '{"messages": [{"id": "wamid.1", "message_status": "held_for_quality_assessment"}]}')
    delivery = await whatsapp.send(SARI, NOTICE, "k")
    assert (delivery.provider_id, delivery.note) == ("wamid.1", HELD)


# --- what goes wrong ---


async def test_someone_who_is_not_on_whatsapp_does_not_get_it(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.missing.add(SARI)
    graph.direct = True
    assert isinstance(await failing(whatsapp), Undeliverable)


async def test_a_long_message_halted_halfway_goes_on_where_it_stopped(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.accept("messages")
    graph.refuse("messages", 130429)
    failure = await failing(whatsapp, LONG)
    assert isinstance(failure, Unreachable)
    assert failure.everyone
    await whatsapp.send(SARI, LONG, "k")
    once = len(graph.sent(SARI))
    await whatsapp.send(SARI, LONG, "another")
    assert len(graph.sent(SARI)) == 2 * once


async def test_a_connection_that_died_leaves_it_uncertain_and_news_settle_it(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.drop("messages", after=True)
    assert isinstance(await failing(whatsapp), Uncertain)
    (sent,) = graph.sent(SARI)
    graph.happens(sent, "sent")
    incoming = whatsapp.read(posts.status_item(graph.news[0]))
    assert incoming
    assert incoming.delivery
    assert (incoming.delivery.key, incoming.delivery.provider_id) == ("k", sent.wamid)


@pytest.mark.parametrize("answer", ["{}", '{"messages": []}', '{"messages": [{"id": 5}]}', '{"messages": "x"}'])
async def test_an_answer_without_an_id_leaves_it_uncertain(graph: Graph, whatsapp: WhatsApp, answer: str) -> None:
    graph.garble("messages", answer)
    assert isinstance(await failing(whatsapp), Uncertain)


async def test_too_much_to_one_person_waits_longer_each_time(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.refuse("messages", 131056, times=8)
    waits: list[float | None] = []
    for _ in range(8):
        failure = await failing(whatsapp)
        assert isinstance(failure, PairLimit)
        assert not failure.everyone
        waits.append(failure.retry_after)
    assert waits == [4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 4096.0, 4096.0]
    await whatsapp.send(SARI, Message("halo"), "k")
    graph.refuse("messages", 131056)
    failure = await failing(whatsapp)
    assert isinstance(failure, PairLimit)
    assert failure.retry_after == 4.0


@pytest.mark.parametrize(("code", "kind"), [(190, TokenRefused), (131042, AccountBlocked), (368, AccountBlocked)])
@pytest.mark.parametrize("message", [Message("halo"), Message("x", attachment=PICTURE)])
async def test_trouble_of_the_account_makes_everything_wait_and_calls_the_operator(
    graph: Graph, whatsapp: WhatsApp, code: int, kind: type[SendFailure], message: Message
) -> None:
    graph.refuse("media" if message.attachment else "messages", code, "Session has expired")
    with structlog.testing.capture_logs() as logs:
        failure = await failing(whatsapp, message)
    assert type(failure) is kind
    assert isinstance(failure, Unreachable)
    assert failure.everyone
    assert [(line["event"], line["failure"], line["log_level"]) for line in logs] == [
        ("whatsapp.operator_needed", kind.__name__, "error")
    ]


async def test_logs_name_no_person_no_text_and_no_token(graph: Graph, whatsapp: WhatsApp) -> None:
    graph.revoked = True
    with structlog.testing.capture_logs() as logs:
        await failing(whatsapp, Message("Aisyah 8,4 kg"))
        await whatsapp.acknowledge(posts.item(posts.text("Aisyah 8,4 kg")))
    assert len(logs) == 2
    assert not [secret for secret in ("Aisyah", SARI, TOKEN) if secret in str(logs)]


# --- the door ---


async def test_what_was_read_is_ticked_blue_and_being_answered(graph: Graph, whatsapp: WhatsApp) -> None:
    message = posts.text("halo")
    await whatsapp.acknowledge(posts.item(message))
    assert graph.receipts == [
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": message["id"],
            "typing_indicator": {"type": "text"},
        }
    ]


async def test_what_nobody_said_is_not_acknowledged_and_a_failure_is_harmless(graph: Graph, whatsapp: WhatsApp) -> None:
    for raw in (
        posts.status_item(posts.status("sent")),
        posts.item(posts.message("reaction", {"emoji": "❤"})),
        posts.item(posts.message("system", {"type": "user_changed_number", "wa_id": "6285700000001"})),
        {"field": "user_preferences", "value": {"wa_id": SARI, "value": "stop"}},
        {"message": None},
        {},
    ):
        await whatsapp.acknowledge(raw)
    assert graph.requests == []
    for trouble in ("before", "after"):
        graph.drop("messages", after=trouble == "after")
        await whatsapp.acknowledge(posts.item(posts.text("halo")))
    graph.refuse("messages", 131009)
    await whatsapp.acknowledge(posts.item(posts.text("halo")))
    assert len(graph.requests) == 3


async def test_a_photo_someone_sent_is_fetched(graph: Graph, whatsapp: WhatsApp, media: Path) -> None:
    reference = graph.add_file((media / "grafik.png").read_bytes(), "image/png")
    assert (await whatsapp.fetch(File(reference, "image/png"))).startswith(b"\x89PNG")


def test_a_message_without_a_time_has_the_time_it_came(whatsapp: WhatsApp, clock: Clock) -> None:
    message = {**posts.text("halo"), "timestamp": ""}
    incoming = whatsapp.read(posts.item(message))
    assert incoming
    assert incoming.at == clock()


class Phones:
    """Another wire, as the demo has one: it only remembers."""

    def __init__(self) -> None:
        self.seen: list[Mapping[str, Any]] = []

    async def post(self, payload: Mapping[str, Any]) -> Any:
        self.seen.append(payload)
        return {"messages": [{"id": f"wamid.{len(self.seen)}"}]}

    async def upload(self, file: Upload) -> str:
        return "1"

    async def media(self, media_id: str) -> Mapping[str, Any]:
        return {}

    async def download(self, url: str, limit: int) -> bytes:
        return b""


async def test_the_wire_can_be_exchanged(media: Path, clock: Clock) -> None:
    whatsapp = WhatsApp(Phones(), media, clock)
    assert is_a_channel(whatsapp).name == "whatsapp"
    assert (await whatsapp.send(SARI, Message("halo"), "k")).provider_id == "wamid.1"
