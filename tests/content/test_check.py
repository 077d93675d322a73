"""A lesson that is too long, too hard, unkind or untrue is named before a family reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from content import check
from content.check import problems
from content.lessons import LONGEST_ID, LOSS, Lesson, Library, Question, load
from content.plain import sentences, words
from content.sources import SOURCES
from tests.content.examples import CARD, GOOD


def said(*lessons: Lesson) -> list[str]:
    """What is wrong with these lessons, each for itself."""
    return [f"{lesson.id}: {problem}" for lesson in lessons for problem in check.of(lesson)]


def changed(**values: Any) -> list[str]:
    return said(replace(GOOD, **values))


def with_sentence(sentence: str) -> list[str]:
    return changed(body=f"{GOOD.body} {sentence}")


def among(*lessons: Lesson) -> list[str]:
    """What the lessons together add to what is wrong with each, without what is missing of the plan."""
    alone = {problem for lesson in lessons for problem in problems(Library((lesson,)))}
    return [problem for problem in problems(Library(lessons)) if problem not in alone]


def test_a_good_lesson_passes():
    assert said(GOOD, CARD) == []


def test_all_our_lessons_pass():
    assert problems(load()) == []


def test_a_lesson_has_60_to_110_words():
    assert changed(body="Makan telur, Bu.") == ["hamil-15: 3 kata, sebaiknya 60 sampai 110"]
    assert any("kata, sebaiknya 60 sampai 110" in one for one in changed(body=GOOD.body + "\n\nMakan telur." * 30))


def test_a_card_has_50_to_110_words():
    assert any("3 kata, sebaiknya 50 sampai 110" in one for one in said(replace(CARD, body="Makan telur, Bu.")))


def test_a_lesson_of_danger_may_be_shorter_but_says_when_to_act():
    brief = "*Keluar darah?* Berangkat ke puskesmas hari ini juga. " + "Siapkan kendaraan dan tas. " * 11
    assert changed(must_not_miss=True, body=brief.strip()) == []
    assert any("60 sampai 110" in problem for problem in changed(body=brief.strip()))
    assert changed(must_not_miss=True) == [
        "hamil-15: pesan yang tidak boleh terlewat menyebut kapan bertindak: 'hari ini juga'",
    ]


def test_a_lesson_that_sends_out_at_once_carries_the_numbers_and_they_are_not_counted_as_words():
    now = "*Keluar darah: berangkat sekarang juga.* " + "Siapkan kendaraan dan tas. " * 28
    missing = "hamil-15: pesan yang menyuruh berangkat sekarang memuat nomor yang bisa ditelepon: {{ darurat }}"
    assert changed(must_not_miss=True, body=now.strip()) == [missing]
    assert changed(must_not_miss=True, body=now + "{{ darurat }}") == []
    assert changed(must_not_miss=True, body=now.replace("sekarang", "hari ini").strip()) == []


def test_no_sentence_has_more_than_24_words():
    assert with_sentence(" ".join(["telur"] * 24) + ".") == []
    assert any("kalimat 25 kata" in problem for problem in with_sentence(" ".join(["telur"] * 25) + "."))


def test_sentences_have_at_most_13_words_on_average():
    fourteen = " ".join(["telur"] * 14) + ". "
    assert changed(body=(fourteen * 5).strip()) == ["hamil-15: rata-rata 14,0 kata sekalimat, paling banyak 13"]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Ibu perlu mengonsumsi telur.", "tulis: makan/minum"),
        ("Asupannya sudah cukup.", "tulis: makanan"),
        ("Pergi ke faskes.", "tulis: puskesmas"),
        ("Supaya anak tidak stunting.", "diagnosis"),
        ("Ibu wajib makan telur.", "bukan perintah"),
        ("Jangan malas makan.", "tidak menyalahkan"),
        ("Anak dijamin sehat.", "tidak menjanjikan"),
        ("Minum 60 mg besi.", "takaran obat"),
        ("Beli SGM di warung.", "merek"),
        ("Lihat https://contoh.id sekarang.", "tautan"),
        ("Susu formula juga baik.", "susu formula dianjurkan"),
        ("Ini __penting__ sekali.", "menjadi tanda"),
        ("Ini *penting sekali.", "huruf tebal"),
    ],
)
def test_hard_unkind_and_forbidden_words_are_found(sentence: str, reason: str):
    (problem,) = with_sentence(sentence)
    assert problem.startswith("hamil-15: ")
    assert reason in problem


def test_plain_words_that_only_look_alike_are_left_alone():
    assert with_sentence("Imunisasi Adik di puskesmas, tanpa susu formula.") == []
    assert with_sentence("Bahan makanan ini ada di pasar.") == []


@pytest.mark.parametrize("place", ["notice", "summary", "topic"])
def test_the_words_around_the_text_are_read_too(place: str):
    assert any("kata sulit" in problem for problem in changed(**{place: "Ada edukasi telur untuk Ibu."}))


def test_the_words_of_the_question_are_read_too():
    assert any("kata sulit" in problem for problem in changed(question=Question("Asupan cukup?", ("Ya", "Belum"))))


def test_a_health_worker_reads_the_words_of_the_office_and_is_not_blamed_either():
    def told(sentence: str, *audience: str) -> list[str]:
        return said(replace(CARD, body=f"{CARD.body} {sentence}", audience=audience))

    assert told("Evaluasi asupan balita gizi buruk.", "petugas", "koordinator") == []
    assert len(told("Evaluasi asupan balita gizi buruk.", "petugas", "asn")) == 3
    assert any("tidak menyalahkan" in problem for problem in told("Ibunya lalai.", "petugas"))
    assert any("merek" in problem for problem in told("Beri SGM.", "petugas"))


def test_an_answer_fits_on_a_button():
    assert changed(question=Question("Sudah?", ("x" * 20, "Belum"))) == []
    (problem,) = changed(question=Question("Sudah?", ("x" * 21, "Belum")))
    assert "lebih dari 20 huruf" in problem


def test_the_buttons_of_the_longest_id_fit_the_64_bytes_a_channel_gives_back():
    assert len(f"lesson:{'x' * LONGEST_ID}:3:c99999@2026-12-31") <= 64


def test_the_closing_question_is_one_that_can_be_tapped():
    assert any("ditulis di question" in problem for problem in with_sentence("Sudah makan telur?"))
    assert any("tidak berakhir dengan ?" in one for one in changed(question=Question("Sudah", ("Ya", "Belum"))))


def test_a_lesson_has_at_most_four_bullets():
    (problem,) = changed(body=GOOD.body.replace("- masuk", "- digoreng\n- dikukus\n- masuk"))
    assert "5 butir" in problem


def test_a_message_with_buttons_fits_whatsapp_with_the_longest_names():
    body = (" ".join(["antarlah ibu segera"] * 7) + ". ") * 4
    long = changed(body=body + "{{ ibu }} " * 18)
    assert any("paling banyak 1024" in problem for problem in long)
    assert not any("1024" in problem for problem in changed(body=body + "{{ ibu }} " * 18, question=None))


def test_the_caption_of_a_picture_is_as_short_as_a_text_with_buttons():
    body = (" ".join(["antarlah ibu segera"] * 7) + ". ") * 4 + "{{ ibu }} " * 18
    assert any("1024" in problem for problem in changed(body=body, question=None, picture="piring"))


def test_the_line_of_passing_on_is_counted_too():
    room = 1024 - len("❗ *Telur*\n\n\n\nKemarin makan telur?")
    assert any("1025 huruf" in one for one in changed(body="x" * (room - len(f"\n\n{check.PASSED_ON}") + 1)))
    assert not any("huruf" in one for one in changed(body="x" * (room - len(f"\n\n{check.PASSED_ON}"))))


@pytest.mark.parametrize("notice", ["Telur,\nuntuk Ibu.", "Telur untuk {{ nama }}."])
def test_a_notice_is_one_line_without_a_name(notice: str):
    (problem,) = changed(notice=notice)
    assert "satu baris tanpa nama" in problem


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ("Telur setiap hari, cara memulainya.", False),
        ("Lauk murah di warung sebelah. Tebak apa?", True),
        ("Satu lauk kecil, banyak gunanya.", True),
        ("Sudah makan telur hari ini?", True),
    ],
)
def test_a_notice_says_what_the_message_is_about_and_asks_nothing(notice: str, said: bool):
    assert any("notice menyebut isi pesan" in problem for problem in changed(notice=notice)) == said


def test_words_that_stand_in_every_notice_do_not_name_its_subject():
    assert any("menyebut isi" in one for one in changed(topic="Telur untuk Ibu", notice="Ada pesan untuk Ibu."))


@pytest.mark.parametrize("anchor", [LOSS, "kejadian"])
def test_after_a_loss_or_an_occasion_the_notice_may_be_discreet_but_asks_nothing_either(anchor: str):
    def said_of(notice: str, anchor: str) -> bool:
        return any("menyebut isi" in problem for problem in changed(anchor=anchor, notice=notice))

    assert said_of("Ada pesan dari pendampingan.", "hpl")
    assert not said_of("Ada pesan dari pendampingan.", anchor)
    assert said_of("Ada pesan. Tebak apa?", anchor)


def test_the_notice_of_a_lesson_that_data_called_for_does_not_tell_what_was_found():
    found = {"topic": "Berat turun", "condition": "berat-turun", "anchor": "kejadian", "stage": "kondisional"}
    assert any("hasil keluarga ini: 'turun'" in one for one in changed(**found, notice="Berat badan yang turun."))
    assert not any("hasil" in one for one in changed(**found, notice="Berat badan si kecil."))
    assert not any("hasil" in one for one in changed(topic="Kurang darah", notice="Kurang darah, kenali tandanya."))


def test_a_text_that_names_signs_asks_at_most_once():
    body = GOOD.body.replace("Taruh", "Sesak? Berangkat sekarang juga. Taruh")
    assert not any("tanda tanya" in one for one in changed(body=body))
    assert changed(body=body, signs=("hamil-sesak",)) == [
        "hamil-15: teks dengan tanda bahaya memakai paling banyak satu tanda tanya, di sini 2"
    ]
    assert changed(body=body.replace("Sesak?", "Sesak:"), signs=("hamil-sesak",)) == []


def test_danger_stands_in_one_paragraph_of_a_lesson_about_something_else():
    twice = GOOD.body.replace("Taruh", "Sesak: berangkat sekarang juga. Taruh") + " Pucat: periksa hari ini juga."
    assert changed(body=twice) == ["hamil-15: tanda bahaya tersebar di 2 alinea, kumpulkan dalam satu alinea"]
    assert changed(body=twice + " {{ darurat }}", must_not_miss=True) == []
    assert changed(body=GOOD.body + " Sesak: sekarang juga. Pucat: hari ini juga.") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Bawa ibu ke puskesmas.",
        "Tanyakan kepada ibunya.",
        "Biar istri makan dulu.",
        "Lalu sang ibu tidur.",
    ],
)
def test_a_mother_is_not_spoken_of_as_somebody_else_to_herself(sentence: str):
    found = "menyebut Ibu seperti orang lain"
    assert any(found in problem for problem in with_sentence(sentence))
    body = f"{GOOD.body} {sentence}"
    assert any(found in problem for problem in changed(body=body, audience=("ibu", "ayah")))
    assert not any(found in problem for problem in changed(body=body, audience=("ayah",)))


def test_mothers_in_general_and_ibu_with_a_capital_are_left_alone():
    for sentence in (
        "Banyak ibu hamil lelah, dan tiap ibu berbeda.",
        "Ikut kelas ibu hamil bersama ibu lain dan ibu mertua.",
        "Suami dan istri bicara dulu.",
        "Bawa Ibu ke puskesmas, {{ ibu }}.",
        "Cuci sampai ibu jari.",
    ):
        assert with_sentence(sentence) == []


def test_a_source_is_one_we_know():
    assert changed(source="Permenkes 41/2014; Kata orang 2020") == ["hamil-15: sumber 'Kata orang 2020' tidak dikenal"]


def test_every_source_says_its_year():
    assert [name for name in SOURCES if not name[-4:].isdigit()] == []


def test_a_review_has_a_name_and_a_day():
    assert changed(reviewed_by="Bidan Rahma", reviewed_on=date(2026, 11, 20)) == []
    assert any("keduanya" in problem for problem in changed(reviewed_by="Bidan Rahma"))
    assert any("keduanya" in problem for problem in changed(reviewed_on=date(2026, 11, 20)))


# --- in another language -----------------------------------------------------------------


def told_in_english(**values: Any) -> list[str]:
    english = replace(GOOD, topic="Eggs", notice="Eggs, a message for you.", **values)
    return [one for one in problems(Library((GOOD,), {"en": {GOOD.id: english}})) if one.startswith("hamil-15.en")]


ENGLISH = "There is an egg in the house, {{ ibu }}. " * 9


def test_another_language_has_its_own_words_but_our_form():
    assert told_in_english(body=ENGLISH + "Energy and protein stimulasi.") == []
    assert told_in_english(body="An egg.") == ["hamil-15.en: 2 kata, sebaiknya 45 sampai 150"]
    assert any("huruf tebal" in one for one in told_in_english(body=ENGLISH + "*Egg"))
    assert any("merek" in one for one in told_in_english(body=ENGLISH + "SGM."))
    assert any("20 huruf" in one for one in told_in_english(body=ENGLISH, question=Question("So?", ("x" * 21, "No"))))


# --- lessons beside one another -------------------------------------------------------------


def test_two_lessons_do_not_say_the_same():
    twin = replace(GOOD, id="hamil-16")
    assert among(GOOD, twin) == [
        "hamil-16: ringkasannya sama dengan hamil-15",
        "hamil-16: teksnya hampir sama dengan hamil-15",
        "hamil-16: pembukanya sama dengan hamil-15, pesan sebelumnya",
    ]


def test_a_row_of_the_plan_may_be_two_lessons_in_other_words():
    other = "Ikan laut juga bagus. " * 15
    assert among(GOOD, replace(GOOD, id="hamil-16", summary="Ikan.", body=other)) == []


def test_a_text_that_is_mostly_another_is_found():
    first, *_, warning = GOOD.body.split("\n\n")
    new = "Ayah ke pasar pagi, pilih ikan yang matanya bening. Mama goreng sampai matang, lalu buang durinya satu-satu."
    half, most = f"{new}\n\n{warning}", f"Ikan. {GOOD.body.removeprefix(first)}"
    assert among(GOOD, replace(GOOD, id="hamil-16", summary="Ikan.", body=half)) == []
    assert among(GOOD, replace(GOOD, id="hamil-16", summary="Ikan.", body=most.replace(warning, "Ada?"))) == [
        "hamil-16: teksnya hampir sama dengan hamil-15"
    ]


# --- how words and sentences are counted ----------------------------------------------------


def test_a_line_break_ends_a_sentence_and_a_decimal_comma_does_not_end_a_word():
    assert sentences("Minggu ini:\n- telur\n- ikan. Lalu makan! Ya?") == [
        "Minggu ini:",
        "- telur",
        "- ikan.",
        "Lalu makan!",
        "Ya?",
    ]
    assert words("LiLA 23,5 cm, *bulan-bulan* ini.") == ["LiLA", "23,5", "cm", "bulan-bulan", "ini"]
