"""What a person did, and what became of our messages, read from one item of a webhook."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.whatsapp.read import read
from flow.message import (
    Contact,
    DeliveryNews,
    File,
    Incoming,
    Place,
    TemplateNews,
    Undeliverable,
    WindowClosed,
)
from tests.bot.whatsapp import posts
from tests.bot.whatsapp.posts import SARI, SARI_ID, item, status_item

NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
SENT_AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
CONTENT = [
    "text",
    "caption",
    "edited",
    "forwarded",
    "tap",
    "photo",
    "document",
    "contact",
    "place",
    "reachable",
    "unsupported",
    "tapped_message",
    "replied_to",
    "delivery",
    "template",
]


def content(incoming: Incoming | None) -> dict[str, Any]:
    assert incoming
    return {name: said for name in CONTENT if (said := getattr(incoming, name)) not in (None, False, "")}


KINDS = [
    (posts.text("8,4 kg"), {"text": "8,4 kg"}),
    (posts.text("a\0b\ud83d"), {"text": "ab?"}),
    (posts.text("x" * 9000), {"text": "x" * 4096}),
    (posts.text(""), {"unsupported": True}),
    (posts.button_reply("q7.3"), {"tap": "q7.3", "tapped_message": "wamid.OURS"}),
    (posts.list_reply("q7.4"), {"tap": "q7.4", "tapped_message": "wamid.OURS"}),
    (posts.list_reply("", title="Perdarahan"), {"text": "Perdarahan"}),
    (posts.template_button("read:lesson:31"), {"tap": "read:lesson:31"}),
    (posts.template_button("read:1", context={"id": "wamid.T"}), {"tap": "read:1", "tapped_message": "wamid.T"}),
    (posts.template_button("Baca", "Baca"), {"text": "Baca"}),
    (posts.image(), {"photo": File("1003383421387256", "image/jpeg"), "caption": "ini"}),
    (posts.document(), {"document": File("1003383421387257", "application/pdf", "surat.pdf")}),
    (posts.image(media_id="../../me"), {"unsupported": True, "caption": "ini"}),
    (posts.place(), {"place": Place(-3.9985, 122.5127)}),
    (posts.place(latitude=91), {"unsupported": True}),
    (posts.place(latitude=float("nan")), {"unsupported": True}),
    (posts.card(), {"contact": Contact("+6281234567890", own=True)}),
    (posts.card("+62 811-111-1111"), {"contact": Contact("+628111111111", own=False)}),
    (posts.card("+62 811-111-1111", origin="contact_request"), {"contact": Contact("+628111111111", own=True)}),
    (posts.card(context={"forwarded": True}), {"contact": Contact("+6281234567890", own=False), "forwarded": True}),
    (posts.unsupported(), {"unsupported": True}),
    (posts.message("sticker", {"id": "1", "mime_type": "image/webp"}), {"unsupported": True}),
    (posts.message("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus"}), {"unsupported": True}),
    (posts.message("video", {"id": "1", "mime_type": "video/mp4"}), {"unsupported": True}),
    (
        posts.message("video", {"id": "1", "mime_type": "video/mp4", "caption": "anak saya sesak"}),
        {"unsupported": True, "caption": "anak saya sesak"},
    ),
    (
        posts.message("image", {"id": "123", "mime_type": "image/jpeg", "caption": "Bayi saya kejang"}),
        {"photo": File("123", "image/jpeg"), "caption": "Bayi saya kejang"},
    ),
    (posts.message("order", {"catalog_id": "1"}), {"unsupported": True}),
    (posts.message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}), {"unsupported": True}),
    (posts.message("kind_of_the_year_2031", {"a": 1}), {"unsupported": True}),
    (posts.text("boleh, Bu", context={"id": "wamid.Q"}), {"text": "boleh, Bu", "replied_to": "wamid.Q"}),
    (posts.text("boleh", context={"id": 7}), {"text": "boleh"}),
    (
        posts.message("audio", {"id": "1", "mime_type": "audio/ogg"}, context={"id": "wamid.Q"}),
        {"unsupported": True, "replied_to": "wamid.Q"},
    ),
    (posts.text("anak kejang", context={"forwarded": True}), {"text": "anak kejang", "forwarded": True}),
    (posts.text("kejang", context={"frequently_forwarded": True}), {"text": "kejang", "forwarded": True}),
    (
        posts.message("edit", {"original_message_id": "wamid.X", "message": {"type": "text", "text": {"body": "9"}}}),
        {"text": "9", "edited": True},
    ),
    (
        posts.message("edit", {"message": {"type": "image", "image": {"id": "1", "caption": "anak saya kejang"}}}),
        {"text": "anak saya kejang", "edited": True},
    ),
    (posts.text("dari iklan", referral={"source_url": "x", "ctwa_clid": "y"}), {"text": "dari iklan"}),
]


@pytest.mark.parametrize(("message", "expected"), KINDS)
def test_what_bu_sari_sent_is_read(message: dict[str, Any], expected: dict[str, Any]) -> None:
    incoming = read(item(message, posts.contact()), NOW)
    assert content(incoming) == expected
    assert incoming
    assert (incoming.channel, incoming.address, incoming.sender_name) == ("whatsapp", SARI, "Sari")
    assert (incoming.message_id, incoming.at) == (message["id"], SENT_AT)


SILENT = [
    posts.message("reaction", {"message_id": "wamid.OURS", "emoji": "❤"}),
    posts.message("reaction", {"message_id": "wamid.OURS"}),
    posts.message("edit", {"original_message_id": "wamid.X"}),
    posts.message("edit", {"message": {"type": "image", "image": {"id": "1"}}}),
    posts.message("revoke", {"original_message_id": "wamid.X"}),
    posts.message("request_welcome", {}),
    posts.message("system", {"body": "Sari changed", "type": "customer_identity_changed"}),
    posts.text("halo semua", group_id="Y2FwaV9ncm91cA"),
    {"id": "wamid.X", "type": "text", "text": {"body": "dari siapa?"}},
    {**posts.text("halo"), "id": ""},
]


@pytest.mark.parametrize("message", SILENT)
def test_what_nobody_waits_for_is_not_read(message: dict[str, Any]) -> None:
    assert read(item(message), NOW) is None


# --- who ---


@pytest.mark.parametrize(
    ("sender", "contact", "address", "aliases", "phone"),
    [
        ({"from": SARI}, {"wa_id": SARI}, SARI, (), f"+{SARI}"),
        ({"from": SARI}, None, SARI, (), f"+{SARI}"),
        ({"from": SARI, "from_user_id": SARI_ID}, {"wa_id": SARI, "user_id": SARI_ID}, SARI_ID, (SARI,), f"+{SARI}"),
        ({"from_user_id": SARI_ID}, {"user_id": SARI_ID}, SARI_ID, (), ""),
        ({"from": SARI_ID}, {"wa_id": SARI_ID}, SARI_ID, (), ""),  # an id has been seen where a number should be
        ({"from": SARI}, {"wa_id": "6281999"}, "6281999", (SARI,), "+6281999"),
        ({"from": "+" + SARI}, None, SARI, (), f"+{SARI}"),
        ({"from_user_id": "ID.ENT.11815799212886844830"}, None, "ID.ENT.11815799212886844830", (), ""),
    ],
)
def test_a_sender_is_known_by_the_user_id_and_by_the_number_if_it_is_told(
    sender: dict[str, str], contact: dict[str, str] | None, address: str, aliases: tuple[str, ...], phone: str
) -> None:
    message = {"id": "wamid.X", "timestamp": str(posts.AT), "type": "text", "text": {"body": "halo"}, **sender}
    incoming = read(item(message, contact), NOW)
    assert incoming
    assert (incoming.address, incoming.aliases, incoming.phone) == (address, aliases, phone)


@pytest.mark.parametrize("number", ["081234567890", "0", "", "12", "abc", "62812 3456", "٦٢٨١٢٣٤٥٦٧"])
def test_what_is_no_number_with_a_country_code_names_nobody(number: str) -> None:
    assert read(item({**posts.text("halo"), "from": number}), NOW) is None


def test_a_card_of_someone_without_a_number_is_their_own_only_if_we_asked_for_it() -> None:
    shared = read(item(posts.card(who=SARI_ID)), NOW)
    asked = read(item(posts.card(who=SARI_ID, origin="contact_request")), NOW)
    assert content(shared) == {"contact": Contact(f"+{SARI}", own=False)}
    assert content(asked) == {"contact": Contact(f"+{SARI}", own=True)}


def test_a_new_number_says_by_which_names_she_was_known() -> None:
    said = {"body": "User Sari changed from A to B", "wa_id": "6285700000001", "type": "user_changed_number"}
    incoming = read(item(posts.message("system", said)), NOW)
    assert incoming
    assert (incoming.address, incoming.aliases, incoming.reachable) == ("6285700000001", (SARI,), True)


def test_a_new_user_id_says_by_which_names_she_was_known() -> None:
    said = {"body": "User x changed", "user_id": "ID.2", "type": "user_changed_user_id"}
    incoming = read(item(posts.message("system", said, from_user_id=SARI_ID)), NOW)
    assert incoming
    assert (incoming.address, incoming.aliases) == ("ID.2", (SARI_ID, SARI))


def test_a_name_cannot_pass_itself_off_as_a_change_of_number() -> None:
    said = {"body": f"User x changed from {SARI_ID} to ID.666 changed from ID.5 to ID.6", "user_id": "ID.6"}
    incoming = read(item(posts.message("system", {**said, "type": "user_changed_user_id"}, who="ID.5")), NOW)
    assert incoming
    assert (incoming.address, incoming.aliases) == ("ID.6", ("ID.5",))


def test_the_same_news_in_a_field_of_its_own_is_read_too() -> None:
    value = {"wa_id": SARI, "user_id": {"previous": SARI_ID, "current": "ID.2"}, "timestamp": str(posts.AT)}
    incoming = read({"field": "user_id_update", "value": value, "time": posts.AT}, NOW)
    assert incoming
    assert (incoming.address, incoming.aliases, incoming.reachable) == ("ID.2", (SARI, SARI_ID), True)
    assert incoming.message_id == f"user_id:{SARI_ID}:ID.2:{posts.AT}"


@pytest.mark.parametrize("system", [{}, {"user_id": SARI}, {"wa_id": "0812"}, {"type": []}])
def test_a_change_to_nothing_changes_nothing(system: dict[str, Any]) -> None:
    said = {"type": "user_changed_number", **system}
    assert read(item(posts.message("system", said)), NOW) is None
    assert read({"field": "user_id_update", "value": {"user_id": system}}, NOW) is None


@pytest.mark.parametrize(("value", "muted"), [("stop", True), ("resume", False)])
def test_someone_who_stops_us_in_whatsapps_settings_wants_no_unasked_messages(value: str, muted: bool) -> None:
    said = {"wa_id": SARI, "category": "marketing_messages", "value": value, "timestamp": posts.AT}
    incoming = read({"field": "user_preferences", "value": said, "time": posts.AT}, NOW)
    assert incoming
    assert (incoming.address, incoming.muted, incoming.reachable) == (SARI, muted, None)


# --- when ---


@pytest.mark.parametrize("timestamp", ["0", "-1", True, 2**53, 10**400, "gestern", 1.5, None, str(posts.AT + 10**6)])
def test_an_impossible_time_or_one_still_to_come_is_the_time_it_was_received(timestamp: Any) -> None:
    said = read(item({**posts.text("halo"), "timestamp": timestamp}), NOW)
    assert said
    assert said.at == NOW


def test_a_message_that_waited_out_an_outage_has_the_time_it_was_written() -> None:
    said = read(item(posts.text("halo")), NOW + timedelta(days=6))
    assert said
    assert said.at == SENT_AT


# --- news ---


NEWS = [
    (posts.status("sent", key="k"), DeliveryNews("wamid.OURS", "sent", "k", category="utility", billing="regular")),
    (posts.status("delivered"), DeliveryNews("wamid.OURS", "delivered", category="utility", billing="regular")),
    (posts.status("read"), DeliveryNews("wamid.OURS", "read")),
    (posts.status("played"), DeliveryNews("wamid.OURS", "read")),
    (posts.status("failed", code=131047), DeliveryNews("wamid.OURS", "failed", code=131047, reason="why")),
    (
        posts.status("failed", errors=[{"code": "131026", "title": "Message undeliverable"}]),
        DeliveryNews("wamid.OURS", "failed", code=131026, reason="Message undeliverable"),
    ),
]


FAILURES: dict[int | None, type] = {131047: WindowClosed, 131026: Undeliverable}


@pytest.mark.parametrize(("status", "expected"), NEWS)
def test_what_became_of_a_message_of_ours_is_read(status: dict[str, Any], expected: DeliveryNews) -> None:
    incoming = read(status_item(status), NOW)
    assert incoming
    assert incoming.delivery
    assert type(incoming.delivery.failure) is FAILURES.get(expected.code, type(None))
    assert replace(incoming.delivery, failure=None) == expected
    assert (incoming.address, incoming.at) == (SARI, SENT_AT)
    assert incoming.message_id == f"status:wamid.OURS:{expected.state}"


def test_news_are_kept_though_nobody_says_whom_they_are_about() -> None:
    status = posts.status("failed", code=131047)
    del status["recipient_id"]
    incoming = read(status_item(status), NOW)
    assert incoming
    assert (incoming.address, incoming.delivery and incoming.delivery.code) == ("", 131047)


def test_news_of_someone_without_a_number_name_the_user_id() -> None:
    incoming = read(status_item(posts.status("read", to=SARI_ID, recipient_id=SARI)), NOW)
    assert incoming
    assert (incoming.address, incoming.aliases) == (SARI_ID, (SARI,))


@pytest.mark.parametrize("state", ["deleted", "warning", "", None, ["sent"]])
def test_other_states_are_not_news(state: Any) -> None:
    assert read(status_item({**posts.status("sent"), "status": state}), NOW) is None


TEMPLATES = [
    ("message_template_status_update", {"event": "APPROVED", "reason": "NONE"}, {"status": "APPROVED"}),
    (
        "message_template_status_update",
        {"event": "REJECTED", "reason": "INVALID_FORMAT"},
        {"status": "REJECTED", "reason": "INVALID_FORMAT"},
    ),
    ("message_template_quality_update", {"new_quality_score": "RED"}, {"quality": "RED"}),
    (
        "template_category_update",
        {"previous_category": "UTILITY", "new_category": "MARKETING"},
        {"category": "MARKETING"},
    ),
    (
        "template_category_update",
        {"correct_category": "MARKETING", "new_category": "UTILITY"},
        {"category": "UTILITY", "reason": "akan menjadi MARKETING"},
    ),
]


@pytest.mark.parametrize(("field", "value", "expected"), TEMPLATES)
def test_what_meta_says_of_a_template_is_read(field: str, value: dict[str, Any], expected: dict[str, Any]) -> None:
    incoming = read({"field": field, "value": posts.template_value(**value), "time": posts.AT}, NOW)
    assert content(incoming) == {"template": TemplateNews("asuh_pesan_edukasi", "id", **expected)}
    assert incoming
    what = next(iter(expected.values()))
    assert (incoming.address, incoming.at) == ("", SENT_AT)
    assert incoming.message_id == f"template:asuh_pesan_edukasi:id:{what}:{posts.AT}"


def test_names_fit_into_the_inbox_and_stay_different() -> None:
    long = posts.template_value(event="PAUSED", message_template_name="a" * 512)
    first, second = (
        read({"field": "message_template_status_update", "value": long, "time": at}, NOW) for at in (posts.AT, 7)
    )
    assert first
    assert second
    assert len(first.message_id) <= 180
    assert first.message_id != second.message_id


# --- nothing can break it ---

VALID = [item(message, posts.contact(user_id=SARI_ID)) for message, _ in KINDS]
VALID += [status_item(status) for status, _ in NEWS]
VALID += [{"field": field, "value": posts.template_value(**value), "time": posts.AT} for field, value, _ in TEMPLATES]
VALID += [
    item(posts.message("system", {"type": "user_changed_number", "wa_id": "6285700000001"})),
    {"field": "user_id_update", "value": {"user_id": {"previous": "ID.1", "current": "ID.2"}}, "time": 1},
    {"field": "user_preferences", "value": {"wa_id": SARI, "value": "stop", "timestamp": posts.AT}, "time": 1},
]
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**53, -(2**63), 2**64, 10**400, 0, -1])
    | st.floats()
    | st.text(alphabet=st.characters(), max_size=20)
    | st.sampled_from(["text", "interactive", "system", "failed", "\0", "\ud83d", "0812", SARI, SARI_ID, "9" * 30])
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


def kept(incoming: Incoming | None) -> None:
    """Whatever was read can be stored: valid UTF-8 without NUL, an aware time, names that fit their columns."""
    if incoming is None:
        return
    assert incoming.at.tzinfo
    assert len(incoming.address) <= 160
    assert 0 < len(incoming.message_id) <= 180
    assert "\0" not in json.dumps(str(incoming))
    str(incoming).encode()
    assert incoming.delivery or incoming.template or incoming.address


@given(anything)
def test_no_json_at_all_can_break_the_reader(raw: Any) -> None:
    kept(read(raw, NOW))


@given(st.sampled_from(VALID), st.data())
def test_an_item_with_any_part_replaced_cannot_break_the_reader(valid: dict[str, Any], data: st.DataObject) -> None:
    raw = copy.deepcopy(valid)
    part: Any = raw
    while True:
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(part[key], dict | list) or not part[key] or data.draw(st.booleans()):
            break
        part = part[key]
    if isinstance(part, dict) and data.draw(st.booleans()):
        del part[key]
    else:
        part[key] = data.draw(anything)
    kept(read(raw, NOW))
