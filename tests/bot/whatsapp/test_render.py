"""What a message looks like on WhatsApp, and how many it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.whatsapp.render import CHOOSE, payloads, recipient, template
from bot.whatsapp.texts import TEXT_LIMIT, fits, parameter, parts, shortened
from flow import words
from flow.message import Attachment, Message, Option, Rejected
from flow.tokens import token
from tests.bot.whatsapp import reading
from tests.bot.whatsapp.limits import violations
from tests.bot.whatsapp.reading import SARI

KEY = "reply:whatsapp:wamid.HBgNNjI4MTI1NTUwMDAzMRUCABIYFjNFQjBDMDdBNTY4QzE2RTM4RDU0AA==:0"
WORDS = st.text(alphabet=st.sampled_from("aBé ☑*1.:·\n👶\t\x07"), max_size=90)
OPTIONS = st.lists(st.tuples(WORDS, st.one_of(st.just(""), WORDS)), max_size=24)
PICTURE = Attachment("picture", "berat.png", "berat.png")
BACK = Option(token(7, "food", "back"), words.BACK)
SKIP = Option(token(7, "food", "skip"), words.SKIP)
CANCEL = Option(token(7, "food", "cancel"), words.CANCEL)
HELP = Option(token(7, "food", "help"), words.HELP)


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(f"t:{number}", label) for number, label in enumerate(labels, 1))


def sent(message: Message) -> list[dict[str, Any]]:
    """The payloads to Bu Sari, each of which Meta would take."""
    made = payloads(SARI, message, KEY, "media-1")
    assert not [broken for payload in made for broken in violations(payload)]
    return made


def one(message: Message) -> dict[str, Any]:
    [payload] = sent(message)
    return payload


def kind(payload: dict[str, Any]) -> str:
    return payload["interactive"]["type"] if payload["type"] == "interactive" else payload["type"]


# --- whom it goes to ----------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "whom"),
    [
        ("6281255500031", {"to": "+6281255500031"}),
        ("+6281255500031", {"to": "+6281255500031"}),
        ("ID.1502576394655843", {"recipient": "ID.1502576394655843"}),
        ("ID.ENT.15025abc", {"recipient": "ID.ENT.15025abc"}),
    ],
)
def test_a_person_is_reached_by_number_or_by_id(address: str, whom: dict[str, str]) -> None:
    assert recipient(address) == whom


@pytest.mark.parametrize(
    "address", ["081255500031", "+081255500031", "62812", "62 812 555", "sari", "", "id.12", "٦٢٨١٢٥٥٥٠٠٠٣١"]
)
def test_what_might_reach_a_stranger_is_never_sent(address: str) -> None:
    with pytest.raises(Rejected):
        payloads(address, Message("Halo"), KEY)


# --- what is to be tapped -----------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "looks"),
    [
        (["Ya", "Tidak"], "button"),
        (["Ya", "Tidak", "Belum tahu"], "button"),
        (["Sakit 2 minggu ini", "Ada tanda bahaya"], "button"),
        (["Dua puluh huruf pas!"], "button"),
        (["Dua puluh satu huruf!"], "list"),
        (["Sembilan belas hur ✓"], "list"),  # how a tick counts is written nowhere
        (["Ya", "ya"], "list"),
        (["Ibu", "Ayah", "Nenek", "Kader"], "list"),
        ([f"Pilihan {n}" for n in range(10)], "list"),
    ],
)
def test_three_short_answers_are_buttons_and_others_a_list(labels: list[str], looks: str) -> None:
    message = Message("Siapa yang ditemui?", options(*labels))
    assert kind(one(message)) == looks
    assert not reading.faults(message)


def test_an_answer_with_a_hint_stands_in_a_list() -> None:
    payload = one(Message("Siapa?", (Option("t:1", "Bu Sari", "Mandonga"), Option("t:2", "Bu Wati"))))
    assert reading.labels(payload) == ["Bu Sari · Mandonga", "Bu Wati"]


def test_a_question_keeps_its_answers_as_buttons_and_names_the_rest_as_words_to_type() -> None:
    payload = one(Message("Ada hasil timbang?", options("Ya", "Tidak"), (BACK, CANCEL, HELP)))
    assert reading.labels(payload) == ["Ya", "Tidak", "‹ Kembali"]
    assert reading.text(payload) == "Ada hasil timbang?\n\nBoleh juga tulis *batal* atau *bantuan*."


def test_a_question_to_be_answered_in_words_has_its_small_buttons() -> None:
    payload = one(Message("Berapa beratnya?", row=(BACK, SKIP, CANCEL, HELP)))
    assert reading.labels(payload) == ["‹ Kembali", "Lewati", "Batal"]
    assert reading.text(payload).endswith("Boleh juga tulis *bantuan*.")


def test_what_no_word_says_is_always_there_to_be_tapped() -> None:
    other_day = Option(token(7, "whom", "~visited_on"), "Bukan hari ini")
    payload = one(Message("Siapa?", options("Ibu", "Ayah", "Nenek"), (other_day, CANCEL, HELP)))
    assert reading.labels(payload) == ["Ibu", "Ayah", "Nenek", "Bukan hari ini", "Batal", "Bantuan"]


def test_a_back_button_that_does_not_go_back_is_no_word_to_type() -> None:
    """Below the list of lines to change, "Kembali" leads to the review; typed, it would lead to the last question."""
    lines = options(*(f"Baris {n}" for n in range(17)))
    message = Message("Mana yang ingin diubah?", lines, (Option(token(7, ".", "open"), words.BACK),))
    assert "juga tulis" not in reading.text(one(message))
    assert not reading.faults(message)


def test_the_review_has_sending_as_a_button_and_what_can_be_added_as_words() -> None:
    review = (
        Option(token(7, ".", "send"), words.SEND),
        Option(token(7, ".", "change"), words.CHANGE),
        Option(token(7, ".", "keep"), words.LATER),
    )
    more = [Option(token(7, ".", f"~{name.lower()}"), f"+ {name}") for name in ("Topik", "LiLA", "Catatan")]
    payload = one(Message("Periksa dulu.", review, (*more, Option(token(7, ".", "cancel"), words.CANCEL))))
    assert payload["interactive"]["type"] == "button"
    assert reading.labels(payload) == ["Kirim", "Perbaiki", "Nanti"]
    assert reading.text(payload).endswith(
        "Mau menambah? Tulis *topik*, *lila* atau *catatan*.\nBoleh juga tulis *batal*."
    )


def test_a_long_list_is_turned_page_by_page_and_misses_nothing() -> None:
    message = Message("Mana?", options(*(f"Anak {n}" for n in range(1, 25))))
    pages = reading.pages(message)
    assert [len(reading.labels(page)) for page in pages] == [10, 10, 6]
    assert reading.labels(pages[0])[-1] == "Lainnya ▸"
    shown = [label for page in pages for label in reading.labels(page) if label != "Lainnya ▸"]
    assert shown == [f"Anak {n}" for n in range(1, 25)]


def test_the_last_page_takes_ten_where_that_saves_another() -> None:
    pages = reading.pages(Message("Mana?", options(*(f"Anak {n}" for n in range(1, 20)))))
    assert [len(reading.labels(page)) for page in pages] == [10, 10]


def test_a_long_list_leaves_typed_words_out_of_its_rows() -> None:
    payload = one(Message("Mana?", options(*(f"Anak {n}" for n in range(9))), (BACK, CANCEL)))
    assert len(reading.labels(payload)) == 9
    assert reading.text(payload).endswith("Boleh juga tulis *kembali* atau *batal*.")


def test_the_next_page_repeats_neither_picture_nor_long_text() -> None:
    message = Message("x" * 3000, options(*(f"Anak {n}" for n in range(24))), attachment=PICTURE)
    assert [kind(payload) for payload in sent(message)] == ["image", "text", "list"]
    assert [kind(payload) for payload in sent(replace(message, page=1))] == ["list"]


@pytest.mark.parametrize(
    ("label", "row"),
    [
        ("Kunjungan berikut: Jumat 3 April 2026", "Kunjungan berikut · Jumat 3 April 2026"),
        ("Adik Rafa Pratama · terlambat 5 hari", "Adik Rafa Pratama · terlambat 5 hari"),
        (
            "Bidan atau perawat di puskesmas pembantu",
            "Bidan atau perawat di… · Bidan atau perawat di puskesmas pembantu",
        ),
    ],
)
def test_a_long_label_is_shortened_only_where_all_of_it_stands_below(label: str, row: str) -> None:
    assert reading.labels(one(Message("Mana?", options(label)))) == [row]


def test_labels_too_long_for_a_row_are_numbered_in_the_text() -> None:
    long = "Ibu sudah ke puskesmas hari Senin tetapi bidannya sedang bertugas di posyandu lain"
    payload = one(Message("Apa yang terjadi?", options(long, "Belum")))
    assert reading.text(payload) == f"Apa yang terjadi?\n1. {long}\n2. Belum"
    assert [label[:4] for label in reading.labels(payload)] == ["1 · ", "2 · "]


def test_two_children_of_one_name_can_be_told_apart() -> None:
    payload = one(Message("Siapa?", options("Lapor Adik Rafa", "Lapor Adik Rafa")))
    assert reading.text(payload) == "Siapa?\n1. Lapor Adik Rafa\n2. Lapor Adik Rafa"


# --- several answers ----------------------------------------------------------

SEVERAL = Message(
    f"*Kemarin makan apa saja?*\n{words.SEVERAL}",
    options("☐ ASI", "☐ Telur", "☐ Ikan", "☐ Sayur", "Tidak ada"),
    (BACK, CANCEL, HELP),
    multi=True,
)


def test_several_answers_are_one_message_to_be_answered_with_numbers() -> None:
    payload = one(SEVERAL)
    assert reading.text(payload) == (
        "*Kemarin makan apa saja?*\nBalas dengan nomornya, misalnya: 1, 3, 4.\n\n"
        "1. ASI\n2. Telur\n3. Ikan\n4. Sayur\n\nBoleh juga tulis *bantuan*."
    )
    assert reading.labels(payload) == ["Tidak ada", "‹ Kembali", "Batal"]


def test_what_was_chosen_before_is_marked() -> None:
    before = replace(SEVERAL, options=options("☑ ASI", "☐ Telur", "Selesai ✓"), row=())
    payload = one(before)
    assert reading.text(payload).endswith("misalnya: 1, 2.\nTanda ✓: jawaban tadi.\n\n1. ASI ✓\n2. Telur")
    assert reading.labels(payload) == ["Selesai ✓"]


# --- texts, pictures, requests ------------------------------------------------


def test_words_alone_are_a_text() -> None:
    payload = one(
        Message("*Penting:* minum tablet", replaces="wamid.1", closes="wamid.2", closing="x", commands=(("a", "b"),))
    )
    assert payload == {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": f"+{SARI}", "type": "text",
        "text": {"body": "*Penting:* minum tablet", "preview_url": False}, "biz_opaque_callback_data": KEY,
    }  # fmt: skip


def test_a_long_text_goes_before_its_buttons_which_stand_below_the_question() -> None:
    story = "\n\n".join(["Cerita panjang. " * 20] * 5)
    above, below = sent(Message(f"{story}\n\nSudah dicoba?", options("Sudah", "Belum")))
    assert (kind(above), kind(below)) == ("text", "button")
    assert reading.text(below) == "Sudah dicoba?"
    assert "Sudah dicoba?" not in reading.text(above)


def test_a_long_text_without_a_last_paragraph_is_followed_by_a_word() -> None:
    said = sent(Message("\n".join(["• Senin 2 Maret: *Adik Rafa*"] * 60), options("Lapor kunjungan")))
    assert [kind(payload) for payload in said] == ["text", "button"]
    assert reading.text(said[-1]) == CHOOSE


def test_a_very_long_text_is_parted_between_paragraphs() -> None:
    paragraphs = [f"{n}. " + "kata " * 150 for n in range(12)]
    assert len(said := sent(Message("\n\n".join(paragraphs)))) == 3
    assert all(reading.text(payload).split("\n\n")[0][0].isdigit() for payload in said)


@pytest.mark.parametrize(
    ("message", "looks"),
    [
        (Message("Grafik Rafa", attachment=PICTURE), ["image"]),
        (Message("", attachment=PICTURE), ["image"]),
        (Message("x" * 1025, attachment=PICTURE), ["image", "text"]),
        (Message("Grafik Rafa", options("Ya", "Tidak"), attachment=PICTURE), ["button"]),
        (Message("Grafik Rafa", options("A", "B", "C", "D"), attachment=PICTURE), ["image", "list"]),
        (Message("x" * 1025, options("Ya"), attachment=PICTURE), ["image", "text", "button"]),
        (Message("Rekap", attachment=Attachment("document", "r.xlsx", "rekap.xlsx")), ["document"]),
        (Message("Rekap", options("Ya"), attachment=Attachment("document", "r.xlsx", "rekap.xlsx")), ["button"]),
    ],
)
def test_a_file_its_words_and_its_buttons_are_one_message_where_they_fit(message: Message, looks: list[str]) -> None:
    said = sent(message)
    assert [kind(payload) for payload in said] == looks
    assert not reading.faults(message)


def test_a_file_that_was_not_uploaded_is_our_mistake() -> None:
    with pytest.raises(Rejected):
        payloads(SARI, Message("Grafik", attachment=PICTURE), KEY)


def test_nothing_to_say_is_our_mistake() -> None:
    with pytest.raises(Rejected):
        payloads(SARI, Message(" \x07\n"), KEY)


def test_a_place_is_asked_for_by_the_channels_own_button() -> None:
    payload = one(Message("Kirim lokasi.", row=(BACK, SKIP), wants="place"))
    assert kind(payload) == "location_request_message"
    assert reading.text(payload) == "Kirim lokasi.\n\nBoleh juga tulis *kembali* atau *lewati*."


def test_a_number_is_asked_for_only_where_whatsapp_does_not_tell_it() -> None:
    message = Message("Kirim nomor HP.", wants="contact")
    assert kind(one(message)) == "text"
    [hidden] = payloads("ID.1502576394655843", message, KEY)
    assert kind(hidden) == "request_contact_info"
    assert not violations(hidden)


def test_a_photo_is_asked_for_in_words() -> None:
    assert kind(one(Message("Kirim foto.", row=(BACK, SKIP), wants="photo"))) == "button"


# --- templates ----------------------------------------------------------------


def test_a_template_carries_its_words_on_one_line_and_asks_for_the_message() -> None:
    message = Message("Isi", template="asuh_pesan", notice=("Bu\tSari", "satu\n\ndua     tiga", "  "))
    payload = template(SARI, message, "lesson:31:hamil-15:7")
    assert not violations(payload)
    body, button = payload["template"]["components"]
    assert [value["text"] for value in body["parameters"]] == ["Bu Sari", "satu dua tiga", "–"]
    assert button["parameters"] == [{"type": "payload", "payload": "read:lesson:31:hamil-15:7"}]
    assert payload["template"]["language"] == {"code": "id"}


def test_a_template_may_have_neither_words_nor_a_button() -> None:
    payload = template(SARI, Message("Isi", template="asuh_pesan"), "k", button=False)
    assert payload["template"]["components"] == []


# --- whatever is said ---------------------------------------------------------


@given(
    text=st.text(max_size=300),
    times=st.integers(1, 40),
    labels=OPTIONS,
    row=st.lists(st.sampled_from([BACK, CANCEL, HELP])),
    multi=st.booleans(),
    picture=st.booleans(),
    wants=st.sampled_from([None, "place", "photo"]),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_is_taken_by_meta_and_loses_nothing(
    text: str,
    times: int,
    labels: list[tuple[str, str]],
    row: list[Option],
    multi: bool,
    picture: bool,
    wants: str | None,
) -> None:
    answers = tuple(Option(f"t:{n}", f"{n} {label}", hint) for n, (label, hint) in enumerate(labels))
    message = Message(
        f"Halo {text * times}", answers, tuple(dict.fromkeys(row)), wants, PICTURE if picture else None,
        multi=multi and len(answers) > 1,
    )  # fmt: skip
    pages = reading.pages(message)
    assert [broken for payload in pages for broken in violations(payload)] == []
    must = answers[-1:] if message.multi else answers
    assert {option.token for option in must} <= reading.buttons(pages)


@given(st.text(alphabet=st.sampled_from("ab👶 \n."), max_size=12000))
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_text_hold_all_its_words(text: str) -> None:
    said = parts(text)
    assert "".join("".join(said).split()) == "".join(text.split())
    assert all(fits(part, TEXT_LIMIT) for part in said)


@given(st.text(min_size=1, max_size=200), st.integers(8, 80))
def test_a_shortened_text_fits_and_says_that_it_is_short(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert fits(short, limit)
    assert short == text or short.endswith("…")


@given(st.text())
def test_a_parameter_is_one_line(text: str) -> None:
    value = parameter(text)
    assert value == " ".join(value.split())
    assert value
