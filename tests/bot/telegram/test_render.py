"""What a message looks like on Telegram."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.render import bare, calls, html, keyboard, split, unformatted, units
from flow.message import Attachment, Card, Message, Option
from tests.bot.telegram import limits, witness

SARI = "881"


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(f"t{number}", label) for number, label in enumerate(labels))


def shape(message: Message) -> list[int]:
    return [len(row) for row in keyboard(message)["inline_keyboard"]]


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Halo, Bu Sari", "Halo, Bu Sari"),
        ("*Penting:* minum tablet", "<b>Penting:</b> minum tablet"),
        ("*satu* dan *dua*", "<b>satu</b> dan <b>dua</b>"),
        ("BB < 2 SD & TB > 1", "BB &lt; 2 SD &amp; TB &gt; 1"),
        ("*a<b*", "<b>a&lt;b</b>"),
        ('<b>&amp;"</b>', '&lt;b&gt;&amp;amp;"&lt;/b&gt;'),
        ("dibuka *di sini\ndan ditutup* di sana", "dibuka *di sini\ndan ditutup* di sana"),
        ("satu * saja", "satu * saja"),
        ("** kosong", "** kosong"),
    ],
)
def test_only_a_pair_of_asterisks_within_a_line_is_markup(written: str, sent: str) -> None:
    assert html(written) == sent


@given(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from('*<>&;/b\n "#'))))
def test_whatever_is_written_the_html_is_valid_and_reads_as_written(text: str) -> None:
    assert limits.parse(html(text)) == bare(text)


@given(st.text(alphabet="*<>&;b\n a", max_size=60))
def test_the_plain_fallback_reads_the_same(text: str) -> None:
    call = calls(SARI, Message(text))[0]
    again = unformatted(call)
    assert again.payload["text"] == bare(text)
    assert "parse_mode" not in again.payload


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        (["Ya", "Tidak"], [2]),
        (["Ya", "Tidak", "Belum tahu"], [3]),
        (["Ibu", "Ayah", "Nenek", "Kader"], [2, 2]),
        (["Ibu", "Ayah", "Nenek", "Kader", "Lainnya"], [3, 2]),
        (["Ibu", "Pengasuh lainnya"], [2]),
        (["Lapor kunjungan", "Anak asuh saya", "Jadwal"], [2, 1]),
        (["Ya", "Tidak, saya belum sempat ke sana"], [1, 1]),
        (["a" * 12] * 3, [3]),
        (["a" * 13] * 3, [2, 1]),
        (["a" * 18] * 2, [2]),
        (["a" * 19] * 2, [1, 1]),
        (["Sebuah pilihan yang panjang"] * 20, [1] * 20),
        (["Ya"] * 99, [3] * 33),
    ],
)
def test_short_labels_stand_side_by_side_and_long_ones_below_each_other(labels: list[str], rows: list[int]) -> None:
    message = Message("Siapa yang ditemui?", options(*labels))
    assert shape(message) == rows
    witness.reads_markup(keyboard(message))


def test_the_small_options_are_one_row_at_the_bottom() -> None:
    message = Message("Berapa beratnya?", options("Belum ditimbang"), row=options("Kembali", "Lewati", "Batal"))
    assert shape(message) == [1, 3]


def test_a_hint_stands_on_the_button() -> None:
    message = Message("Siapa?", (Option("c1", "Aisyah", "8 bulan · Lalolara"), Option("c2", "Budi")))
    assert [row[0]["text"] for row in keyboard(message)["inline_keyboard"]] == ["Aisyah · 8 bulan · Lalolara", "Budi"]


@pytest.mark.parametrize(
    ("wants", "request_name", "label"),
    [("contact", "request_contact", "📱 Kirim nomor saya"), ("place", "request_location", "📍 Kirim lokasi")],
)
def test_a_contact_or_place_is_asked_for_with_telegrams_own_button(wants: str, request_name: str, label: str) -> None:
    message = Message("Boleh kami tahu?", wants=wants, row=options("Lewati", "Batal"))
    markup = keyboard(message)
    assert markup["keyboard"] == [[{"text": label, request_name: True}], [{"text": "Lewati"}, {"text": "Batal"}]]
    assert markup["one_time_keyboard"] is markup["resize_keyboard"] is True
    witness.reads_markup(markup)


def test_a_photo_has_no_button_of_its_own_so_the_skip_stays_tappable() -> None:
    assert shape(Message("Kirim foto buku KIA", wants="photo", row=options("Lewati"))) == [1]


def test_a_message_without_buttons_takes_the_contact_button_away() -> None:
    assert keyboard(Message("Terima kasih, Bu.")) == {"remove_keyboard": True}


def methods(message: Message) -> list[tuple[str, bool]]:
    rendered = calls(SARI, message)
    for call in rendered:
        witness.reads_call(call)
        assert call.payload.get("chat_id", SARI) == SARI
    return [(call.method, call.harmless) for call in rendered]


PICTURE = Attachment("picture", "growth/31.png", "grafik.png")
SHEET = Attachment("document", "digest/12.xlsx", "ringkasan.xlsx")
YES = options("Ya", "Tidak")
SAY, PHOTO, FILE = ("sendMessage", False), ("sendPhoto", False), ("sendDocument", False)
REDRAW, CLOSE, STRIP = ("editMessageText", False), ("editMessageText", True), ("editMessageReplyMarkup", True)
MENU = ("setMyCommands", True)
CARD = ("sendContact", True)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Message("Halo"), [SAY]),
        (Message("Halo", YES), [SAY]),
        (Message("Ini grafiknya", YES, attachment=PICTURE), [PHOTO]),
        (Message("x" * 1025, YES, attachment=PICTURE), [PHOTO, SAY]),
        (Message("", attachment=SHEET), [FILE]),
        (Message("Ringkasan hari ini", attachment=SHEET), [FILE]),
        (Message("x\n" * 3000), [SAY, SAY]),
        (Message("Halaman 2", YES, replaces="17"), [REDRAW]),
        (Message("x\n" * 3000, YES, replaces="17"), [REDRAW, SAY]),
        (Message("Grafik", replaces="17", attachment=PICTURE), [PHOTO, STRIP]),
        (Message("Nomor Ibu?", replaces="17", wants="contact"), [SAY, STRIP]),
        (Message("Berikutnya", YES, closes="17", closing="Ditemui: ya"), [SAY, CLOSE]),
        (Message("Berikutnya", YES, closes="17"), [SAY, STRIP]),
        (Message("Berikutnya", YES, replaces="17", closes="17", closing="Ditemui: ya"), [REDRAW]),
        (Message("Berikutnya", YES, replaces="wamid.HBg", closes="wamid.HBg"), [SAY]),
        (Message("Selamat datang", commands=(("lapor", "Lapor kunjungan"),)), [SAY, MENU]),
        (Message("Tolong", YES, card=Card("Bu Sari", "+6281255500031")), [SAY, CARD]),
        (Message("Selamat datang", closes="17", commands=(("lapor", "Lapor"),)), [SAY, STRIP, MENU]),
    ],
)
def test_a_message_becomes_these_calls(message: Message, expected: list[tuple[str, bool]]) -> None:
    assert methods(message) == expected


def test_a_contact_card_has_a_name_and_a_number_and_no_buttons() -> None:
    said, card = calls(SARI, Message("Tolong", YES, card=Card("Bu Sari " * 20, "+6281255500031")))
    assert "inline_keyboard" in said.payload["reply_markup"]
    assert card.payload["phone_number"] == "+6281255500031"
    assert card.payload["first_name"].startswith("Bu Sari")
    assert len(card.payload["first_name"]) <= 64
    assert "reply_markup" not in card.payload


def test_the_buttons_hang_on_the_last_part_and_only_there() -> None:
    parts = [c.payload.get("reply_markup") for c in calls(SARI, Message("x\n" * 5000, YES, attachment=PICTURE))]
    assert parts[:-1] == [None] * (len(parts) - 1)
    assert parts[-1] == keyboard(Message("", YES))


def test_a_caption_is_measured_as_it_is_read() -> None:
    fits = Message("*" + "😀" * 512 + "*", attachment=PICTURE)
    assert methods(fits) == [PHOTO]
    assert methods(Message(fits.text + "!", attachment=PICTURE)) == [PHOTO, SAY]


def test_a_closed_message_keeps_the_closing_text_and_no_buttons() -> None:
    close = calls(SARI, Message("Berikutnya", YES, closes="17", closing="*Ditemui:* ya"))[1]
    assert close.payload["message_id"] == 17
    assert close.payload["text"] == "<b>Ditemui:</b> ya"
    assert "reply_markup" not in close.payload


def test_a_redrawn_message_that_has_no_buttons_any_more_loses_them() -> None:
    assert "reply_markup" not in calls(SARI, Message("Sudah terkirim.", replaces="17"))[0].payload


def test_the_command_menu_is_for_this_chat_in_every_language() -> None:
    menu = calls(SARI, Message("Halo", commands=(("/Lapor", "Lapor kunjungan"), ("tak sah!", "?"), ("anak", ""))))[1]
    assert menu.payload == {
        "commands": [
            {"command": "lapor", "description": "Lapor kunjungan"},
            {"command": "anak", "description": "anak"},
        ],
        "scope": {"type": "chat", "chat_id": SARI},
    }


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 4096, ["a" * 4096]),
        ("😀" * 2048, ["😀" * 2048]),
        ("*" + "a" * 4096 + "*", ["*" + "a" * 4096 + "*"]),
        ("a" * 3000 + "\n\n" + "b" * 3000, ["a" * 3000, "b" * 3000]),
        ("a" * 3000 + "\n" + "b" * 3000, ["a" * 3000, "b" * 3000]),
        ("a" * 3000 + " " + "b" * 3000, ["a" * 3000, "b" * 3000]),
        ("a\n\n" + "b" * 4000 + "\n\nc", ["a\n\n" + "b" * 4000 + "\n\nc"]),
        ("a" * 2048 + "\n" + "b" * 2048, ["a" * 2048, "b" * 2048]),
        ("*" + "kata " * 1000 + "*", ["kata " * 818 + "kata", "kata " * 181]),
        ("Judul\n\n" + "b" * 4096, ["Judul", "b" * 4096]),
    ],
)
def test_a_long_text_is_cut_where_it_hurts_least(text: str, parts: list[str]) -> None:
    assert split(text) == parts


long_lines = st.builds(
    lambda pieces: "".join(piece * times for piece, times in pieces),
    st.lists(st.tuples(st.sampled_from(["a", "😀", " ", "\n", "\n\n", "&", "*x*", "*", "*&*"]), st.integers(1, 5000))),
)


@settings(deadline=None, max_examples=50)
@given(long_lines)
def test_every_part_fits_and_nothing_is_lost(text: str) -> None:
    parts = split(text)
    if text.strip():
        for part in parts:
            assert part.strip()
            assert units(limits.parse(html(part))) <= 4096
            assert len(html(part).encode()) <= 32_768
    letters = [char for char in "".join(parts) if char not in "*∗ \n"]
    assert letters == [char for char in text if char not in "*∗ \n"]
