"""The lessons are the whole plan: every row, every week of the way, every condition; what is left out is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from content import coverage
from content.coverage import GAPS, MERGED, ROWS, STRETCHES
from content.lessons import Library, Question
from tests.content.examples import CARD, GOOD

EGG = replace(GOOD, id="bayi-7-bulan-telur", plan="E32", stage="bayi-6-12-bulan", anchor="lahir", day=224, until=330)


def said(*lessons: Any) -> set[str]:
    return set(coverage.problems(Library(lessons)))


def misplaced(lesson: Any, **values: Any) -> list[str]:
    return list(coverage.misplaced(replace(lesson, **values)))


# --- the plan ------------------------------------------------------------------------


def test_the_plan_has_206_rows_and_43_of_what_it_left_out():
    assert len(ROWS) == 206 + 43
    assert len([row for row in ROWS if row.startswith("T")]) == 43
    assert {"P01", "K40", "N28", "D26", "E52", "F24", "G58", "L38", "A10", "C40"} <= ROWS
    assert not {"K03", "N08", "E51", "G27", "G56"} & ROWS


def test_a_row_without_a_lesson_is_named():
    assert "baris K15 dari rencana belum punya pesan" in said(EGG)
    assert "baris K15 dari rencana belum punya pesan" not in said(GOOD)


def test_a_row_may_be_told_in_the_lesson_of_another_row():
    assert MERGED["K14"] == GOOD.id
    assert "baris K14 dari rencana belum punya pesan" in said(EGG)
    assert "baris K14 dari rencana belum punya pesan" not in said(GOOD)


def test_a_row_told_elsewhere_has_no_lesson_of_its_own():
    own = replace(GOOD, id="hamil-14", plan="K14")
    assert "baris K14 tercatat digabung, padahal punya pesan sendiri" in said(GOOD, own)
    assert not any("digabung" in problem for problem in said(GOOD))


def test_a_lesson_stands_for_a_row_of_the_plan():
    assert misplaced(GOOD) == []
    assert misplaced(GOOD, plan="K99") == ["baris K99 tidak ada dalam rencana"]


# --- the calendar -----------------------------------------------------------------------


def test_the_way_has_no_hole_between_its_stretches():
    for anchor, first, last in (
        ("nikah", -91, -1),
        ("nikah", 30, 209),
        ("hpl", -252, 6),
        ("lahir", 0, 363),
        ("lahir", 364, 1823),
    ):
        days = [day for _, of, begin, end in STRETCHES if of == anchor for day in range(begin, end + 1)]
        assert set(range(first, last + 1)) <= set(days)
        assert len(days) == len(set(days))


def test_a_week_in_which_no_lesson_opens_is_named():
    assert "umur 32 minggu: tidak ada pesan baru" in said(GOOD)
    assert "umur 32 minggu: tidak ada pesan baru" not in said(EGG)
    assert "hamil 16 minggu: tidak ada pesan baru" in said(EGG)


def test_a_lesson_for_some_does_not_fill_a_week_for_all():
    assert "umur 32 minggu: tidak ada pesan baru" in said(replace(EGG, condition="dosis-kosong"))


def test_a_gap_on_purpose_is_not_a_problem_until_it_is_filled():
    assert "umur 21 minggu" in GAPS
    assert not any(problem.startswith("umur 21 minggu") for problem in said())
    assert "umur 21 minggu: tercatat sengaja kosong, padahal ada bayi-7-bulan-telur" in said(replace(EGG, day=150))


def test_every_gap_is_a_stretch_and_has_a_reason():
    assert set(GAPS) <= {stretch.name for stretch in STRETCHES}
    assert all(GAPS.values())


# --- conditions ------------------------------------------------------------------------


def test_a_condition_without_a_lesson_is_named():
    assert "kondisi berat-turun belum punya pesan" in said(GOOD)
    assert "kondisi berat-turun belum punya pesan" not in said(CARD)


def test_an_answer_calls_for_a_lesson_that_is_there():
    asks = replace(EGG, question=Question("Kemarin makan telur?", ("Ya", "Belum"), ("", "telur-belum")))
    missing = f"{EGG.id}: jawabannya memunculkan telur-belum, yang belum punya pesan untuk keluarga"
    again = replace(EGG, id="telur-lagi", stage="kondisional", anchor="kejadian", day=0, condition="telur-belum")
    assert missing in said(asks)
    assert missing not in said(asks, again)
    assert missing in said(asks, replace(CARD, condition="telur-belum"))


@pytest.mark.parametrize(
    ("raised", "why"),
    [
        ("dosis-kosong", "yang bukan kejadian"),
        ("kek", "yang bukan tentang anak"),
    ],
)
def test_an_answer_calls_for_an_occasion_of_the_same_child(raised: str, why: str):
    asks = replace(EGG, question=Question("Sudah?", ("Ya", "Belum"), ("", raised)))
    assert f"{EGG.id}: jawabannya memunculkan {raised}, {why}" in said(asks)


def test_a_lesson_does_not_call_for_itself():
    question = Question("Sudah?", ("Ya", "Belum"), ("", "telur-belum"))
    again = replace(
        EGG, id="telur-lagi", stage="kondisional", anchor="kejadian", condition="telur-belum", question=question
    )
    assert "telur-lagi: jawabannya memunculkan pesan ini lagi" in said(again)


def test_a_state_lets_a_lesson_of_the_calendar_through_and_an_occasion_brings_its_own():
    assert misplaced(EGG, condition="dosis-kosong") == []
    assert misplaced(CARD) == []
    assert misplaced(CARD, condition="dosis-kosong") == [
        "dosis-kosong adalah keadaan: hanya untuk pesan dalam kalender"
    ]
    assert misplaced(EGG, condition="berat-turun") == [
        "berat-turun adalah kejadian: taruh di kondisional atau kartu-kondisional"
    ]


def test_a_condition_is_about_whom_the_lesson_is_about():
    assert misplaced(GOOD, condition="dosis-kosong") == ["dosis-kosong tentang anak, bukan untuk hamil"]


def test_a_lesson_for_a_season_waits_until_it_comes():
    assert misplaced(EGG, condition="musim-vitamin-a", until=224 + 150) == []
    assert misplaced(EGG, condition="musim-vitamin-a", until=224 + 149) == [
        "musim-vitamin-a: until paling sedikit 150 hari setelah day, agar musimnya sempat tiba"
    ]
