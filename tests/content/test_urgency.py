"""What lessons say of a danger sign is what the table of signs says."""

from dataclasses import replace

import pytest

from content import lessons, urgency
from content.lessons import Lesson, Library
from rules import signs

URGENCIES = {sign.id: str(sign.urgency) for sign in signs.table().values()}


@pytest.fixture(scope="module")
def library() -> Library:
    return lessons.shipped()


@pytest.fixture
def lesson(library: Library) -> Lesson:
    """A lesson whose text the tests write anew."""
    return replace(library.by_id["bayi-3-bulan-napas-cepat"], summary="Batuk", signs=("anak-sesak", "anak-bab-darah"))


def found(lesson: Lesson, body: str, *of_signs: str) -> list[str]:
    told = replace(lesson, body=body, signs=of_signs or lesson.signs)
    return list(urgency.of(told, URGENCIES))


def test_no_lesson_contradicts_the_table(library: Library):
    assert urgency.problems(library, URGENCIES) == []


def test_the_table_and_the_lessons_name_the_urgencies_alike():
    assert tuple(str(one) for one in signs.Urgency) == urgency.URGENCIES


def test_lessons_that_must_not_be_missed_name_their_signs(library: Library):
    told = [lesson for lesson in library.lessons if lesson.signs]
    assert len(told) >= 60
    assert {"anak-kejang", "bayi-tidak-menyusu", "hamil-gerak", "nifas-perdarahan", "jiwa-mati"} <= {
        sign for lesson in told for sign in lesson.signs
    }


def test_a_sign_that_is_sent_too_late_is_a_problem(lesson: Lesson):
    assert found(lesson, "Sesak? Ke puskesmas *hari ini juga*.") == [
        "'Sesak' ditulis 'hari ini juga', dalam tabel 'sekarang'"
    ]
    assert found(lesson, "Sesak? Ke rumah sakit *sekarang juga*.") == []
    assert found(lesson, "Sesak? Berangkat saat itu juga.") == []


def test_a_sign_that_is_sent_too_early_is_a_problem_unless_a_graver_one_stands_beside_it(lesson: Lesson):
    assert found(lesson, "Mencret berdarah? Ke rumah sakit sekarang juga.") == [
        "ditulis 'sekarang juga', padahal tandanya dalam tabel 'hari ini'"
    ]
    assert found(lesson, "Mencret berdarah atau sesak? Ke rumah sakit sekarang juga.") == []


def test_a_sign_that_is_not_named_is_a_problem(lesson: Lesson):
    assert found(lesson, "Kejang? Ke rumah sakit sekarang juga.") == ["tanda bahaya 'Kejang' tidak ada dalam signs"]
    assert found(lesson, "Kejang? Ke rumah sakit sekarang juga.", "anak-kejang") == []


def test_a_sign_that_does_not_exist_is_a_problem(lesson: Lesson):
    assert found(lesson, "Halo.", "anak-bersin") == ["signs: 'anak-bersin' tidak ada dalam tabel tanda bahaya"]


def test_each_urgency_is_compared_with_the_words_before_it_only(lesson: Lesson):
    assert found(lesson, "Mencret berdarah? Hari ini juga. Sesak? Sekarang juga.") == []
    assert found(lesson, "Sesak? Sekarang juga. Mencret berdarah? Hari ini juga.") == []


def test_a_list_belongs_to_the_paragraph_below_it(lesson: Lesson):
    assert found(lesson, "Lihat:\n- sesak?\n\nSatu saja: *hari ini juga*.") == [
        "'sesak' ditulis 'hari ini juga', dalam tabel 'sekarang'"
    ]


def test_what_can_wait_a_week_is_not_taken_for_what_cannot(lesson: Lesson):
    assert found(lesson, "Mencret berdarah sudah diperiksa? Datang minggu ini. Sesak? Sekarang juga.") == []


def test_a_heading_of_signs_belongs_to_the_paragraph_that_counts_them(lesson: Lesson):
    assert found(lesson, "*Sesak. Lain.*\n\nKalau satu saja ada, periksa hari ini juga.") == [
        "'Sesak' ditulis 'hari ini juga', dalam tabel 'sekarang'"
    ]
