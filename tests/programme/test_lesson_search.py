"""Lessons are found by their words on both databases, in the same order, and the index follows the lessons."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from content.lessons import Lesson
from db import lesson_texts
from programme import lesson_search
from tests import people

LIBRARY = people.city().library
QUESTIONS = {
    "boleh kasih madu?": ["hamil-37"],
    "mencret kasih apa": ["bayi-5-bulan-mencret", "bayi-7-bulan-mencret"],
    "telor boleh tiap hari?": ["bayi-7-bulan-telur", "anak-17-bulan-menu-lima-kelompok"],
    "cara simpan asi perah": ["bayi-3-bulan-asi-perah"],
    "tali pusat belum lepas": ["bayi-hari-05"],
    "boleh makan durian?": [],
    "boleh naik pesawat?": [],
    "'; DROP TABLE lesson_text; -- | & !( * \" NEAR(": [],
}


def any_family(lesson: Lesson) -> bool:
    return True


@pytest.fixture
def indexed(session: Session) -> Session:
    lesson_search.fill(session, LIBRARY)
    session.commit()
    return session


@pytest.mark.parametrize("said", QUESTIONS)
def test_the_same_lessons_are_found_in_the_same_order_on_both_databases(indexed: Session, said: str) -> None:
    found = [one.id for one in lesson_search.find(indexed, LIBRARY, said, (), any_family)]
    assert found[:2] == QUESTIONS[said]
    assert len(found) <= lesson_search.MOST


def test_without_fts5_every_row_is_looked_at_and_the_answer_is_the_same(
    indexed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson_texts, "has_fts5", lambda session: False)
    lesson_search.fill(indexed, LIBRARY)  # drops the triggers, as where the library of the machine changed
    for said, expected in QUESTIONS.items():
        assert [one.id for one in lesson_search.find(indexed, LIBRARY, said, (), any_family)][:2] == expected
    monkeypatch.undo()
    lesson_search.fill(indexed, LIBRARY)
    assert lesson_search.find(indexed, LIBRARY, "cara simpan asi perah", (), any_family)


def test_the_index_of_the_database_is_what_is_asked(indexed: Session) -> None:
    words = lesson_texts.having_any(indexed, ["madu", "perah"])
    assert {"madu", "perah"} <= {word for one in words for word in f"{one.gist} {one.body}".split()}
    if indexed.get_bind().dialect.name == "postgresql":
        indexed.execute(text("SET LOCAL enable_seqscan = off"))
        query = (
            "EXPLAIN SELECT id FROM lesson_text WHERE to_tsvector('simple', title || ' ' || gist || ' ' || body)"
            " @@ to_tsquery('simple', 'madu | perah')"
        )
        assert "lesson_text_fts" in "\n".join(indexed.scalars(text(query)))
    else:
        assert lesson_texts.has_fts5(indexed)
        indexed.execute(text("INSERT INTO lesson_text_fts(lesson_text_fts) VALUES ('integrity-check')"))


def test_filled_again_nothing_is_written_and_a_changed_lesson_is_found_by_its_new_words(indexed: Session) -> None:
    assert lesson_search.fill(indexed, LIBRARY) == 0
    first, *rest = LIBRARY.lessons
    changed = replace(LIBRARY, lessons=(replace(first, topic="Pesawat", body="Naik pesawat."), *rest))
    assert first.is_offered
    assert lesson_search.fill(indexed, changed) == 1
    assert [one.id for one in lesson_search.find(indexed, changed, "naik pesawat", (), any_family)] == [first.id]
    assert lesson_search.fill(indexed, replace(LIBRARY, lessons=tuple(rest))) == 1
    assert lesson_search.find(indexed, LIBRARY, "naik pesawat", (), any_family) == []


def test_a_lesson_that_is_gone_from_the_library_is_not_offered(indexed: Session) -> None:
    fewer = replace(LIBRARY, lessons=tuple(one for one in LIBRARY.lessons if one.id != "bayi-3-bulan-asi-perah"))
    found = lesson_search.find(indexed, fewer, "cara simpan asi perah", (), any_family)
    assert "bayi-3-bulan-asi-perah" not in [one.id for one in found]
