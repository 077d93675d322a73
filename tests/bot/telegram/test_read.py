"""What a person did, read from an update."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.read import ALLOWED_UPDATES, SERVICE, read
from flow.message import Contact, File, Incoming, Place
from tests.bot.telegram import updates, witness

SARI, ANWAR = 881, 4_503_599_627_370_495  # a number of the largest size Telegram gives out
NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


def content(incoming: Incoming | None) -> dict[str, Any]:
    assert incoming
    fields = ("text", "tap", "photo", "document", "contact", "place", "reachable", "unsupported", "replied_to")
    return {f: getattr(incoming, f) for f in fields if getattr(incoming, f) not in (None, False) or f == "reachable"}


def only(**said: Any) -> dict[str, Any]:
    return {"reachable": None, **said}


OURS = {"message_id": 7, "date": 1772586000, "chat": updates.chat(SARI)}  # a message of ours that is replied to
PHOTO = File("photo-large", "image/jpeg", "", 153_600)

KINDS = [
    (updates.text(SARI, "8,4 kg"), only(text="8,4 kg")),
    (updates.text(SARI, "/start@asuh_bot AB12 x@y"), only(text="/start AB12 x@y")),
    (updates.text(SARI, "boleh, Bu", reply_to_message=OURS), only(text="boleh, Bu", replied_to="7")),
    (updates.sticker(SARI, reply_to_message=OURS), only(unsupported=True, replied_to="7")),
    (updates.text(SARI, "/lapor"), only(text="/lapor")),
    (updates.text(SARI, "tanya /lapor@asuh_bot"), only(text="tanya /lapor@asuh_bot")),
    (updates.text(SARI, "a\0b\ud83d"), only(text="ab?")),
    (updates.text(SARI, "x" * 9000), only(text="x" * 4096)),
    (updates.text(SARI, ""), only(unsupported=True)),
    (updates.tap(SARI, "q7.3"), only(tap="q7.3")),
    (updates.photo(SARI), only(photo=PHOTO)),
    (updates.photo(SARI, caption="ini fotonya"), only(photo=PHOTO)),
    (updates.document(SARI, mime="image/png", name="a.png"), only(document=File("sheet", "image/png", "a.png", 2048))),
    (updates.document(SARI, animation={"file_id": "gif"}), only(unsupported=True)),
    (updates.contact(SARI), only(contact=Contact("+6281234567890", own=True))),
    (updates.contact(SARI, owner=ANWAR), only(contact=Contact("+6281234567890", own=False))),
    (updates.contact(SARI, owner=0), only(contact=Contact("+6281234567890", own=False))),
    (updates.contact(SARI, forward_date=1), only(contact=Contact("+6281234567890", own=False))),
    (updates.contact(SARI, forward_origin={"type": "user"}), only(contact=Contact("+6281234567890", own=False))),
    (updates.place(SARI), only(place=Place(-3.9985, 122.5127))),
    (updates.place(SARI, latitude=91), only(unsupported=True)),
    (updates.sticker(SARI), only(unsupported=True)),
    (updates.message(SARI, kind_of_the_year_2031={"a": 1}), only(unsupported=True)),
    (updates.membership(SARI, "kicked"), {"reachable": False}),
    (updates.membership(SARI, "member", before="kicked"), {"reachable": True}),
]


@pytest.mark.parametrize(("raw", "expected"), KINDS)
def test_what_bu_sari_did_is_read(raw: dict[str, Any], expected: dict[str, Any]) -> None:
    incoming = read(raw, NOW)
    assert content(incoming) == expected
    assert incoming
    assert (incoming.channel, incoming.address, incoming.sender_name) == ("telegram", str(SARI), "Sari")
    assert incoming.message_id == str(raw["update_id"])


GROUP = {"id": -100_500, "type": "supergroup", "title": "Kader Lalolara"}

NOTHING = [
    updates.message(SARI, chat=GROUP, text="halo"),
    updates.message(SARI, chat=GROUP, new_chat_members=[updates.user(SARI)]),
    updates.message(SARI, pinned_message={"message_id": 1, "date": 0, "chat": updates.chat(SARI)}),
    updates.message(SARI, message_auto_delete_timer_changed={"message_auto_delete_time": 86400}),
    updates.message(SARI, text="dari bot", **{"from": updates.BOT}),
    updates.update("edited_message", updates.photo(SARI)["message"]),
    updates.update("channel_post", updates.message(SARI, chat=GROUP, text="halo")["message"]),
    updates.update("poll", {"id": "1"}),
    updates.membership(SARI, "administrator"),
    {"update_id": 7},
    {"message": updates.text(SARI, "halo")["message"]},
    {"update_id": True, "message": updates.text(SARI, "halo")["message"]},
    {"update_id": 2**63, "message": updates.text(SARI, "halo")["message"]},
    updates.message(SARI, text="halo", chat={"id": "881", "type": "private"}),
    {"update_id": 7, "callback_query": {"id": "1", "from": updates.user(SARI), "game_short_name": "x"}},
]


@pytest.mark.parametrize("raw", NOTHING)
def test_what_asks_nothing_of_us_is_passed_over(raw: dict[str, Any]) -> None:
    assert read(raw, NOW) is None


def test_a_message_has_telegrams_time_and_a_tap_the_time_it_came() -> None:
    said, tapped = read(updates.text(SARI, "halo"), NOW), read(updates.tap(SARI, "a"), NOW)
    assert said
    assert said.at == datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
    assert tapped
    assert tapped.at == NOW


@pytest.mark.parametrize("date", [0, -1, True, 2**53, 10**400, "1772586000", 1.5, None])
def test_a_message_with_an_impossible_time_has_the_time_it_came(date: Any) -> None:
    said = read(updates.message(SARI, text="halo", date=date), NOW)
    assert said
    assert said.at == NOW


@pytest.mark.parametrize(
    ("under", "expected"),
    [
        ({"message_id": 17, "date": updates.AT, "chat": updates.chat(SARI), "text": "?"}, "17"),
        ({"message_id": 17, "date": 0, "chat": updates.chat(SARI)}, "17"),
        (None, None),
    ],
)
def test_a_tap_counts_even_if_its_message_is_out_of_reach(under: dict[str, Any] | None, expected: str | None) -> None:
    raw = updates.tap(SARI, "q7.3")
    raw["callback_query"].pop("message")
    if under:
        raw["callback_query"]["message"] = under
    incoming = read(raw, NOW)
    assert incoming
    assert (incoming.address, incoming.tap, incoming.tapped_message) == (str(SARI), "q7.3", expected)


def test_a_tap_in_a_group_is_not_for_us() -> None:
    raw = updates.tap(SARI, "q7.3")
    raw["callback_query"]["message"]["chat"] = GROUP
    assert read(raw, NOW) is None


def test_the_largest_size_of_a_photo_is_taken_wherever_it_stands() -> None:
    raw = updates.photo(SARI)
    raw["message"]["photo"].reverse()
    incoming = read(raw, NOW)
    assert incoming
    assert incoming.photo == PHOTO


@pytest.mark.parametrize("kind", ["photo", "document", "video"])
def test_what_stands_under_a_picture_or_a_film_is_read(kind: str) -> None:
    raw = updates.photo(SARI)
    photo = raw["message"].pop("photo")
    raw["message"][kind] = photo if kind == "photo" else photo[0]
    incoming = read({**raw, "message": {**raw["message"], "caption": "Bayi saya kejang, tolong"}}, NOW)
    assert incoming
    assert (incoming.words, incoming.text) == ("Bayi saya kejang, tolong", None)


def test_of_an_edited_message_the_new_words_are_read_and_marked() -> None:
    raw = updates.text(SARI, "Bayi saya kejang")
    edited = {**raw["message"], "edit_date": updates.AT + 60}
    incoming = read({"update_id": 7, "edited_message": edited}, NOW)
    assert incoming
    assert (incoming.text, incoming.edited, incoming.is_heard_only) == ("Bayi saya kejang", True, True)
    assert incoming.at == datetime.fromtimestamp(updates.AT + 60, UTC)
    assert "edited_message" in ALLOWED_UPDATES


@pytest.mark.parametrize("content", [{"photo": [{"file_id": "x"}]}, {"location": {"latitude": 1, "longitude": 1}}, {}])
def test_an_edited_message_without_words_is_nothing(content: dict[str, Any]) -> None:
    raw = updates.message(SARI, **content)
    assert read({"update_id": 7, "edited_message": raw["message"]}, NOW) is None


@pytest.mark.parametrize("mark", [{"forward_origin": {"type": "user"}}, {"forward_date": 1}])
def test_forwarded_words_are_marked_and_a_forwarded_picture_without_words_is_one_like_any_other(
    mark: dict[str, Any],
) -> None:
    words, bare = read(updates.text(SARI, "anak kejang", **mark), NOW), read(updates.photo(SARI, **mark), NOW)
    assert words
    assert bare
    assert (words.text, words.is_heard_only) == ("anak kejang", True)
    assert (bare.photo, bare.is_heard_only) == (PHOTO, False)


def test_a_name_is_one_line() -> None:
    raw = updates.text(SARI, "halo", name="Sari\n\n  Ayu ")
    raw["message"]["from"]["last_name"] = "Wati"
    incoming = read(raw, NOW)
    assert incoming
    assert incoming.sender_name == "Sari Ayu Wati"


# What a person can send, as aiogram names it; all else a message may be is Telegram's own doing.
CONTENT = {
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "giveaway", "giveaway_winners",
    "invoice", "live_photo", "location", "paid_media", "photo", "poll", "rich_message", "sticker", "story", "text",
    "venue", "video", "video_note", "voice",
}  # fmt: skip


def test_every_kind_of_message_is_either_from_a_person_or_from_telegram() -> None:
    """A version of aiogram that knows a new kind asks us here which of the two it is."""
    from aiogram.enums import ContentType  # takes seconds; the other tests of this file need none of it

    known = {kind.value for kind in ContentType} - {"any", "unknown"}
    assert known == CONTENT | SERVICE


VALID = [raw for raw, _ in KINDS]


@pytest.mark.parametrize("raw", [raw for raw in VALID if "kind_of_the_year_2031" not in str(raw)])
def test_what_the_tests_call_an_update_is_one(raw: dict[str, Any]) -> None:
    if "animation" in str(raw) or "forward_origin" in str(raw):
        return  # cut short on purpose
    witness.reads_update(raw)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**53, -(2**63), 2**64, 10**400, 0, -1])
    | st.floats()
    | st.text(alphabet=st.characters(), max_size=20)
    | st.sampled_from(["private", "kicked", "member", "\0", "\ud83d", "/start@x y"])
)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


def kept(incoming: Incoming | None) -> None:
    """Whatever was read can be stored: it is valid UTF-8 without NUL, with an aware time and numbers of 64 bits."""
    if incoming is None:
        return
    assert incoming.at.tzinfo
    assert abs(int(incoming.address)) < 2**63
    assert 0 <= len(incoming.text or "") <= 4096
    assert "\0" not in json.dumps(str(incoming))
    str(incoming).encode()


@given(anything)
def test_no_json_at_all_can_break_the_reader(raw: Any) -> None:
    kept(read(raw, NOW))


@given(st.sampled_from(VALID), st.data())
def test_an_update_with_any_part_replaced_cannot_break_the_reader(valid: dict[str, Any], data: st.DataObject) -> None:
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
