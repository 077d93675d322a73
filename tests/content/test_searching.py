"""Words of questions and lessons meet, however they are inflected; the order does not depend on a database."""

from __future__ import annotations

import pytest

from content import searching
from content.searching import Document, asked, document, ranked, words_of
from tests import people

SAME = [
    ("makan", "makanan"), ("minum", "minuman"), ("susui", "menyusui"), ("simpan", "menyimpan"), ("pakai", "memakai"),
    ("ukur", "mengukur"), ("jalan", "jalannya"), ("mencret", "diare"), ("mpasi", "makan"), ("vaksin", "imunisasi"),
    ("telor", "telur"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_forms_of_a_word_are_the_same_word(one: str, other: str) -> None:
    assert words_of(one) == words_of(other) != []


def test_fillers_numbers_and_what_is_filled_in_say_nothing() -> None:
    assert words_of("Boleh kasih madu ga bu, umur 8 bulan?") == ["madu"]
    assert document("ASI saja", "", "Baik {{ nama }}, {% if umur %}susui{% endif %}").body == "asi"


def test_the_names_of_the_family_are_not_looked_for() -> None:
    assert asked("boleh kayla makan madu", {"kayla"}, {"mak", "madu"}) == ["mak", "madu"]


def test_a_word_with_a_letter_wrong_is_taken_for_the_one_that_the_lessons_have() -> None:
    assert asked("tengkurab", (), {"tengkurap", "telentang"}) == ["tengkurap"]
    assert asked("tengkurab", (), {"tengkurap", "tengkurah"}) == ["tengkurab"]  # it might be either


def test_a_long_story_is_for_a_person() -> None:
    story = "bubur nasi wortel bayam tempe tahu ikan telur hati ayam sapi"
    assert len(asked(story, (), ())) == 11
    assert asked(f"{story} jagung pisang", (), ()) == []


def lesson(title: str, body: str = "") -> Document:
    return Document(title, "", body)


def test_lessons_about_it_come_alone_and_of_equals_the_first_by_name() -> None:
    found = [("b", lesson("madu")), ("a", lesson("madu")), ("c", lesson("asi", "madu"))]
    assert ranked(["madu"], found, 150, {"a", "b", "c"}) == ["a", "b"]


def test_where_none_is_about_it_the_few_that_mention_it_are_found() -> None:
    assert ranked(["madu"], [("c", lesson("asi", "madu"))], 150, {"c"}) == ["c"]
    many = [(f"l{n}", lesson("asi", "air")) for n in range(searching.RARE + 1)]
    assert ranked(["air"], many, 150, {id for id, _ in many}) == []


def test_a_lesson_that_speaks_of_the_lesser_part_of_a_question_is_not_offered() -> None:
    assert ranked(["mak", "durian"], [("a", lesson("mak"))], 150, {"a"}) == []


def test_what_does_not_fit_the_family_is_not_offered() -> None:
    assert ranked(["madu"], [("a", lesson("madu")), ("b", lesson("asi", "madu"))], 150, {"b"}) == ["b"]


def test_lessons_of_loss_violence_and_conditions_are_never_offered() -> None:
    library = people.city().library
    offered = [library.by_id[id] for id in library.searchable]
    assert all(one.for_family and not one.condition and one.stage != "setelah-kehilangan" for one in offered)
    told = people.lesson("aman", 0, 30, body="Kekerasan di rumah bukan salah Ibu.")
    assert not told.is_offered
    assert people.lesson("asi", 0, 30).is_offered
    assert not people.lesson("kurus", 0, 30, condition="berat-turun").is_offered
