"""The list of answers that may mean illness: complete, and checked against the lessons and the table of signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from content import illness, lessons
from content.illness import Illness, problems
from content.lessons import ContentError, Question
from rules.signs import table
from tests import people
from tests.people import library

SICK = replace(
    people.lesson("diare", 0, 14),
    question=Question("Bagaimana keadaannya?", ("Membaik", "Masih mencret"), raises=("", "")),
)
ASKS = Illness("diare", "Masih mencret", "ask")


def said(*listed: Illness, lesson: lessons.Lesson = SICK) -> str:
    return "\n".join(problems(library(lesson), listed, table()))


def test_our_list_names_every_answer_of_our_lessons_that_sounds_like_illness() -> None:
    assert problems(lessons.shipped(), illness.load(), table()) == []


@pytest.mark.parametrize(
    ("lesson", "answer"),
    [("diare", "Masih mencret"), ("bayi-hari-04", "Kurang dari 6"), ("bayi-hari-11", "Ibu sendiri")],
)
def test_what_families_may_tap_in_danger_is_listed(lesson: str, answer: str) -> None:
    assert illness.shipped()[lesson, answer].leads in ("ask", "tell", "mind")


def test_an_answer_that_sounds_like_illness_must_be_listed() -> None:
    assert said(ASKS) == ""
    assert "'Masih mencret' bisa berarti sakit" in said()


def test_so_must_every_answer_to_a_question_about_illness_but_no() -> None:
    asks = replace(SICK, question=Question("Sedang batuk pilek?", ("Tidak", "Ya"), raises=("", "")))
    assert "'Ya' bisa berarti sakit" in said(lesson=asks)
    assert "'Tidak'" not in said(lesson=asks)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (replace(ASKS, answer="Masih"), "tidak ada dalam pesan itu"),
        (replace(ASKS, lesson="mencret"), "tidak ada dalam pesan itu"),
        (replace(ASKS, leads="thanks"), "tidak dikenal"),
        (replace(ASKS, leads="tell"), "sign '' tidak sesuai"),
        (replace(ASKS, leads="tell", sign="anak-sehat"), "sign 'anak-sehat' tidak sesuai"),
        (replace(ASKS, leads="say"), "say harus diisi"),
        (replace(ASKS, say="Ke puskesmas."), "say harus diisi"),
        (replace(ASKS, leads="lesson"), "tidak memanggil pesan lain"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(wrong: Illness, problem: str) -> None:
    assert problem in said(ASKS, wrong)


def test_a_line_that_stands_there_twice_is_named() -> None:
    assert "tertulis dua kali" in said(ASKS, ASKS)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[[answer]]\nlesson = "a"\nanswer = "b"\n', "uji.toml: jawaban ke-1: leads: belum ada"),
        ('[[answer]]\nlesson = "a"\nanswer = 1\nleads = "well"\n', "uji.toml: jawaban ke-1: answer: isi dengan teks"),
        (
            '[[answer]]\nlesson = "a"\nanswer = "b"\nleads = "well"\nx = "y"\n',
            "jawaban ke-1: x: kunci ini tidak dikenal",
        ),
        ("[[answer]\n", "uji.toml: baris 1, huruf ke-9, tidak bisa dibaca"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(tmp_path: Path, written: str, said: str) -> None:
    file = tmp_path / "uji.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(ContentError) as wrong:
        illness.load(file)
    assert said in wrong.value.problems[0]
