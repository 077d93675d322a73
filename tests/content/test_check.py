"""A lesson that is too long, too hard, unkind or untrue is named before a family reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from content.check import problems, sentences, words
from content.lessons import Lesson, Library, Question, load

GOOD = Lesson(
    id="hamil-15",
    plan="K15",
    stage="hamil",
    anchor="hpl",
    day=-175,
    until=-160,
    audience=("ibu",),
    must_not_miss=False,
    source="Permenkes 41/2014; Buku KIA 2023",
    topic="Telur",
    summary="Satu telur sehari.",
    notice="Ada pesan untuk Ibu.",
    question=Question("Kemarin makan telur?", ("Ya", "Belum")),
    reviewed_by=None,
    reviewed_on=None,
    body=(
        "Ada telur di rumah, {{ ibu }}? Satu butir sehari sudah banyak menolong.\n\n"
        "Telur membantu badan bayi tumbuh. Ibu juga tidak cepat lemas.\n\n"
        "Minggu ini coba tiga cara:\n\n"
        "- direbus sampai matang\n- didadar dengan daun kelor\n- masuk ke sayur bening\n\n"
        "Taruh *satu butir* di dekat kompor setiap malam. Besok pagi Ibu tidak perlu mencari lagi. "
        "Kalau rak telur kosong di akhir minggu, itu tanda berhasil.\n\n"
        "Kalau kulit gatal sesudah makan telur, berhenti dulu dan tanya bidan."
    ),
)


def said(*lessons: Lesson) -> list[str]:
    return problems(Library(lessons))


def changed(**values: Any) -> list[str]:
    return said(replace(GOOD, **values))


def with_sentence(sentence: str) -> list[str]:
    return changed(body=f"{GOOD.body} {sentence}")


def test_a_good_lesson_passes():
    assert said(GOOD) == []


def test_all_our_lessons_pass():
    assert problems(load()) == []


def test_a_lesson_has_60_to_110_words():
    assert any("3 words, wanted are 60 to 110" in problem for problem in changed(body="Makan telur, Bu."))
    assert any(
        "words, wanted are 60 to 110" in problem for problem in changed(body=GOOD.body + "\n\nMakan telur." * 30)
    )


def test_a_lesson_of_danger_may_be_shorter_but_says_when_to_act():
    brief = "*Keluar darah?* Bawa ibu ke puskesmas hari ini juga. " + "Siapkan kendaraan dan tas. " * 11
    assert changed(must_not_miss=True, body=brief.strip()) == []
    assert any("60 to 110" in problem for problem in changed(body=brief.strip()))
    assert changed(must_not_miss=True) == [
        "hamil-15: what must not be missed says when to act: 'hari ini juga'",
    ]


def test_no_sentence_has_more_than_24_words():
    assert with_sentence(" ".join(["telur"] * 24) + ".") == []
    assert any("a sentence of 25 words" in problem for problem in with_sentence(" ".join(["telur"] * 25) + "."))


def test_sentences_have_at_most_13_words_on_average():
    fourteen = " ".join(["telur"] * 14) + ". "
    assert changed(body=(fourteen * 5).strip()) == [
        "hamil-15: 14.0 words in a sentence on average, at most 13",
    ]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Ibu perlu mengonsumsi telur.", "say: makan/minum"),
        ("Asupannya sudah cukup.", "say: makanan"),
        ("Pergi ke faskes.", "say: puskesmas"),
        ("Supaya anak tidak stunting.", "no diagnosis"),
        ("Ibu wajib makan telur.", "no commands"),
        ("Jangan malas makan.", "never blaming"),
        ("Anak dijamin sehat.", "no promise"),
        ("Minum 60 mg besi.", "a dose"),
        ("Beli SGM di warung.", "no brand"),
        ("Lihat https://contoh.id sekarang.", "no link"),
        ("Susu formula juga baik.", "formula is promoted"),
        ("Ini __penting__ sekali.", "markup"),
        ("Ini *penting sekali.", "bold"),
    ],
)
def test_hard_unkind_and_forbidden_words_are_found(sentence: str, reason: str):
    (problem,) = with_sentence(sentence)
    assert problem.startswith("hamil-15: ")
    assert reason in problem


def test_plain_words_that_only_look_alike_are_left_alone():
    assert with_sentence("Imunisasi Adik di puskesmas, tanpa susu formula.") == []
    assert with_sentence("Bahan makanan ini ada di pasar.") == []


def test_the_words_of_the_question_and_the_notice_are_read_too():
    assert any("hard word" in problem for problem in changed(notice="Ada edukasi untuk Ibu."))
    assert any("hard word" in problem for problem in changed(question=Question("Asupan cukup?", ("Ya", "Belum"))))


def test_an_answer_fits_on_a_button():
    assert changed(question=Question("Sudah?", ("x" * 20, "Belum"))) == []
    (problem,) = changed(question=Question("Sudah?", ("x" * 21, "Belum")))
    assert "more than 20 characters" in problem


def test_the_closing_question_is_one_that_can_be_tapped():
    assert any("belongs into the front matter" in problem for problem in with_sentence("Sudah makan telur?"))
    assert any("does not end with ?" in problem for problem in changed(question=Question("Sudah", ("Ya", "Belum"))))


def test_a_lesson_has_at_most_four_bullets():
    (problem,) = changed(body=GOOD.body.replace("- masuk", "- digoreng\n- dikukus\n- masuk"))
    assert "5 bullets" in problem


def test_a_message_fits_whatsapp_with_the_longest_names():
    body = (" ".join(["antarlah ibu segera"] * 7) + ". ") * 5
    assert any("WhatsApp takes 1024" in problem for problem in changed(body=body + "{{ ibu }} " * 25))


def test_a_source_is_one_we_know():
    assert changed(source="Permenkes 41/2014; Kata orang 2020") == ["hamil-15: unknown source 'Kata orang 2020'"]


def test_two_lessons_do_not_say_the_same():
    twin = replace(GOOD, id="hamil-16")
    assert said(GOOD, twin) == [
        "hamil-16: the same text as hamil-15",
        "hamil-16: the same summary as hamil-15",
        "hamil-16: the same row of the plan as hamil-15",
        "hamil-16: opens like hamil-15, the lesson before it",
    ]


def test_a_line_break_ends_a_sentence_and_a_decimal_comma_does_not_end_a_word():
    assert sentences("Minggu ini:\n- telur\n- ikan. Lalu makan! Ya?") == [
        "Minggu ini:",
        "- telur",
        "- ikan.",
        "Lalu makan!",
        "Ya?",
    ]
    assert words("LiLA 23,5 cm, *bulan-bulan* ini.") == ["LiLA", "23,5", "cm", "bulan-bulan", "ini"]
